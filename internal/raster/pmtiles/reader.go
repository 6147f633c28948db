package pmtiles

import (
	"encoding/json"
	"errors"
	"io"
)

// Archive is an open archive. It is safe for concurrent use if its reader is.
type Archive struct {
	Header   Header
	Metadata json.RawMessage

	r    io.ReaderAt
	size int64
	root []entry
}

// Open reads the header, the metadata and the root directory of an archive of
// size bytes.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{r: r, size: size}
	b, err := a.bytes(0, headerSize, headerSize)
	if err != nil {
		return nil, err
	}
	if a.Header, err = decodeHeader(b); err != nil {
		return nil, err
	}
	h := a.Header
	if h.MaxZoom > MaxZoom || h.MinZoom > h.MaxZoom {
		return nil, bad("levels out of range")
	}
	if a.root, err = a.directory(h.RootOffset, h.RootLength); err != nil {
		return nil, err
	}
	if h.MetadataLength > 0 {
		meta, err := a.part(h.MetadataOffset, h.MetadataLength, maxMetadata)
		if err != nil {
			return nil, err
		}
		if !json.Valid(meta) {
			return nil, bad("metadata that is not JSON")
		}
		a.Metadata = meta
	}
	return a, nil
}

// Tile is the bytes of a tile. It reports false for a tile that is not there.
func (a *Archive) Tile(z, x, y int) ([]byte, bool, error) {
	id, ok := ID(z, x, y)
	if !ok {
		return nil, false, nil
	}
	entries := a.root
	for range maxDepth {
		e, ok := find(entries, id)
		if !ok {
			return nil, false, nil
		}
		if e.run > 0 {
			if !within(e.offset, uint64(e.length), a.Header.DataLength) {
				return nil, false, bad("a tile lies outside the tile data")
			}
			b, err := a.bytes(a.Header.DataOffset+e.offset, uint64(e.length), maxTile)
			return b, err == nil, err
		}
		if !within(e.offset, uint64(e.length), a.Header.LeafLength) {
			return nil, false, bad("a directory lies outside the directories")
		}
		var err error
		if entries, err = a.directory(a.Header.LeafOffset+e.offset, uint64(e.length)); err != nil {
			return nil, false, err
		}
	}
	return nil, false, bad("directories nest too deep")
}

func (a *Archive) directory(offset, length uint64) ([]entry, error) {
	b, err := a.part(offset, length, maxDirectory)
	if err != nil {
		return nil, err
	}
	return decodeDirectory(b)
}

func (a *Archive) part(offset, length uint64, limit int64) ([]byte, error) {
	b, err := a.bytes(offset, length, uint64(limit))
	if err != nil {
		return nil, err
	}
	switch a.Header.Internal {
	case compressNone:
		return b, nil
	case compressGzip:
		return inflate(b, limit)
	default:
		return nil, bad("a compression that is not gzip")
	}
}

func (a *Archive) bytes(offset, length, limit uint64) ([]byte, error) {
	if length > limit || a.size < 0 || !within(offset, length, uint64(a.size)) {
		return nil, bad("a part lies outside the file")
	}
	b := make([]byte, length)
	n, err := a.r.ReadAt(b, int64(offset)) //nolint:gosec // within size
	switch {
	case n == len(b): // a reader may say EOF along with the last byte
		return b, nil
	case errors.Is(err, io.EOF):
		return nil, bad("the file is shorter than it says").Because(err)
	default:
		return nil, err
	}
}

func within(offset, length, size uint64) bool { return offset <= size && length <= size-offset }
