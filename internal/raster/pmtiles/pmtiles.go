// Package pmtiles reads and writes PMTiles version 3: a pyramid of tiles in
// one file that can be read by ranges.
//
// Source: the PMTiles specification, version 3
// (github.com/protomaps/PMTiles, spec/v3/spec.md): a header of 127 bytes,
// directories of tile ids in Hilbert order, JSON metadata, tile data. Numbers
// are little-endian, directories are varints, gzipped. What we write is
// clustered (tile data in the order of the ids), equal tiles are stored once,
// and the root directory lies within the first 16 KiB. Positions on the earth
// in the header mean nothing for a plan and are written as the whole world.
//
// The reader trusts nothing: offsets are checked against the size of the file,
// and every size and depth has a limit. Its errors are fault.Unreadable.
package pmtiles

import (
	"encoding/binary"
	"math/bits"

	"plumbline/internal/fault"
)

// TileType is the format of the tiles.
type TileType uint8

// The types of tile that Plumbline writes.
const (
	PNG  TileType = 2
	JPEG TileType = 3
)

// ContentType is the media type of a tile.
func (t TileType) ContentType() string {
	switch t {
	case PNG:
		return "image/png"
	case JPEG:
		return "image/jpeg"
	case 4:
		return "image/webp"
	case 5:
		return "image/avif"
	default:
		return "application/octet-stream"
	}
}

// Limits. MaxZoom is the specification's: deeper ids do not fit 64 bits.
const (
	MaxZoom      = 26
	maxTile      = 16 << 20
	maxDirectory = 16 << 20 // inflated
	maxMetadata  = 1 << 20  // inflated
	maxDepth     = 4
)

const (
	headerSize   = 127
	rootMustFit  = 16384
	magic        = "PMTiles"
	version      = 3
	compressNone = 1
	compressGzip = 2
)

// Header is the fixed part of an archive.
type Header struct {
	RootOffset, RootLength         uint64
	MetadataOffset, MetadataLength uint64
	LeafOffset, LeafLength         uint64
	DataOffset, DataLength         uint64
	AddressedTiles                 uint64 // tiles that can be asked for
	Entries                        uint64 // directory entries
	Contents                       uint64 // different tiles
	Clustered                      bool
	Internal                       uint8 // compression of directories and metadata
	TileCompression                uint8
	Type                           TileType
	MinZoom, MaxZoom               uint8
}

func (h Header) encode() []byte {
	b := make([]byte, headerSize)
	copy(b, magic)
	b[7] = version
	for i, v := range []uint64{h.RootOffset, h.RootLength, h.MetadataOffset, h.MetadataLength,
		h.LeafOffset, h.LeafLength, h.DataOffset, h.DataLength, h.AddressedTiles, h.Entries, h.Contents} {
		binary.LittleEndian.PutUint64(b[8+8*i:], v)
	}
	if h.Clustered {
		b[96] = 1
	}
	b[97], b[98], b[99] = h.Internal, h.TileCompression, uint8(h.Type)
	b[100], b[101] = h.MinZoom, h.MaxZoom
	const lon, lat = 1_800_000_000, 850_511_287 // the square world, in 1e-7 degrees
	for i, v := range []int32{-lon, -lat, lon, lat} {
		binary.LittleEndian.PutUint32(b[102+4*i:], uint32(v)) //nolint:gosec // two's complement is meant
	}
	b[118] = h.MinZoom
	return b
}

func decodeHeader(b []byte) (Header, error) {
	if len(b) < headerSize || string(b[:7]) != magic {
		return Header{}, bad("no PMTiles archive")
	}
	if b[7] != version {
		return Header{}, bad("another version of PMTiles")
	}
	u := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8+8*i:]) }
	return Header{
		RootOffset: u(0), RootLength: u(1), MetadataOffset: u(2), MetadataLength: u(3),
		LeafOffset: u(4), LeafLength: u(5), DataOffset: u(6), DataLength: u(7),
		AddressedTiles: u(8), Entries: u(9), Contents: u(10),
		Clustered: b[96] == 1, Internal: b[97], TileCompression: b[98], Type: TileType(b[99]),
		MinZoom: b[100], MaxZoom: b[101],
	}, nil
}

func bad(message string) *fault.Error {
	return fault.New(fault.Unreadable, "bad-tile-archive", message)
}

// ID is the number of a tile: all of the shallower levels first, then its
// place on the Hilbert curve of its level. It reports false for a tile that
// does not exist on its level.
func ID(z, x, y int) (uint64, bool) {
	if z < 0 || z > MaxZoom || x < 0 || y < 0 || x>>z != 0 || y>>z != 0 {
		return 0, false
	}
	id := (uint64(1)<<(2*z) - 1) / 3 // 4^0 + … + 4^(z-1)
	hx, hy := uint64(x), uint64(y)
	for s := z - 1; s >= 0; s-- {
		side := uint64(1) << s
		rx, ry := hx>>s&1, hy>>s&1
		id += (3*rx ^ ry) << (2 * s)
		hx &= side - 1
		hy &= side - 1
		if ry == 0 {
			if rx == 1 {
				hx, hy = side-1-hx, side-1-hy
			}
			hx, hy = hy, hx
		}
	}
	return id, true
}

// ZXY is the tile of an id; the inverse of ID. It reports false beyond MaxZoom.
func ZXY(id uint64) (z, x, y int, ok bool) {
	z = (bits.Len64(3*id+1) - 1) / 2
	if id > (uint64(1)<<62-1) || z > MaxZoom {
		return 0, 0, 0, false
	}
	d := id - (uint64(1)<<(2*z)-1)/3
	var hx, hy uint64
	for s := range z {
		side := uint64(1) << s
		rx := d >> 1 & 1
		ry := (d ^ rx) & 1
		if ry == 0 {
			if rx == 1 {
				hx, hy = side-1-hx, side-1-hy
			}
			hx, hy = hy, hx
		}
		hx += rx << s
		hy += ry << s
		d >>= 2
	}
	return z, int(hx), int(hy), true //nolint:gosec // below 2^26
}
