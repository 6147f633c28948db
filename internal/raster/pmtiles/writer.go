package pmtiles

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"sort"
)

// Writer collects tiles in any order and writes an archive. Tile data waits in
// a spool, because the archive wants it in the order of the ids. A writer is
// not safe for concurrent use.
type Writer struct {
	spool   io.ReadWriteSeeker
	at      uint64
	tiles   []entry // offset in the spool, run 1
	known   map[[sha256.Size]byte]entry
	maxZoom int
}

// NewWriter makes a writer that spools to an empty file.
func NewWriter(spool io.ReadWriteSeeker) *Writer {
	return &Writer{spool: spool, known: map[[sha256.Size]byte]entry{}}
}

// Add puts a tile. Each place may be given once.
func (w *Writer) Add(z, x, y int, data []byte) error {
	id, ok := ID(z, x, y)
	if !ok || len(data) == 0 || len(data) > maxTile {
		return errors.New("pmtiles: a tile out of range")
	}
	w.maxZoom = max(w.maxZoom, z)
	sum := sha256.Sum256(data)
	e, ok := w.known[sum]
	if !ok {
		if _, err := w.spool.Write(data); err != nil {
			return err
		}
		e = entry{run: 1, length: uint32(len(data)), offset: w.at} //nolint:gosec // below maxTile
		w.at += uint64(len(data))
		w.known[sum] = e
	}
	e.id = id
	w.tiles = append(w.tiles, e)
	return nil
}

// Finish writes the archive: metadata is any JSON object.
func (w *Writer) Finish(out io.Writer, t TileType, metadata any) error {
	sort.Slice(w.tiles, func(i, j int) bool { return w.tiles[i].id < w.tiles[j].id })
	entries, chunks, size, err := w.layOut()
	if err != nil {
		return err
	}
	root, leaves, err := directories(entries)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	if meta, err = deflate(meta); err != nil {
		return err
	}
	h := Header{
		RootOffset: headerSize, RootLength: uint64(len(root)),
		MetadataLength: uint64(len(meta)), LeafLength: uint64(len(leaves)), DataLength: size,
		AddressedTiles: uint64(len(w.tiles)), Entries: uint64(len(entries)), Contents: uint64(len(w.known)),
		Clustered: true, Internal: compressGzip, TileCompression: compressNone,
		Type: t, MaxZoom: uint8(w.maxZoom), //nolint:gosec // at most 26
	}
	h.MetadataOffset = h.RootOffset + h.RootLength
	h.LeafOffset = h.MetadataOffset + h.MetadataLength
	h.DataOffset = h.LeafOffset + h.LeafLength
	buf := bufio.NewWriterSize(out, 1<<18)
	for _, part := range [][]byte{h.encode(), root, meta, leaves} {
		if _, err := buf.Write(part); err != nil {
			return err
		}
	}
	for _, c := range chunks {
		if _, err := w.spool.Seek(int64(c.offset), io.SeekStart); err != nil { //nolint:gosec // a file offset
			return err
		}
		if _, err := io.CopyN(buf, w.spool, int64(c.length)); err != nil {
			return err
		}
	}
	return buf.Flush()
}

// layOut turns the sorted tiles into directory rows with their final offsets,
// and says which parts of the spool follow each other in the archive.
func (w *Writer) layOut() (entries, chunks []entry, size uint64, err error) {
	placed := map[uint64]uint64{} // offset in the spool → in the archive
	for i, t := range w.tiles {
		if i > 0 && w.tiles[i-1].id == t.id {
			return nil, nil, 0, errors.New("pmtiles: a tile was given twice")
		}
		to, ok := placed[t.offset]
		if !ok {
			to = size
			placed[t.offset] = to
			size += uint64(t.length)
			chunks = append(chunks, t)
		}
		if n := len(entries); n > 0 && entries[n-1].offset == to && entries[n-1].id+uint64(entries[n-1].run) == t.id {
			entries[n-1].run++
			continue
		}
		entries = append(entries, entry{id: t.id, run: 1, length: t.length, offset: to})
	}
	return entries, chunks, size, nil
}

// directories packs the rows into a root that fits, with leaves if need be.
func directories(entries []entry) (root, leaves []byte, err error) {
	if root, err = encodeDirectory(entries); err != nil || headerSize+len(root) <= rootMustFit {
		return root, nil, err
	}
	for size := 4096; ; size *= 2 {
		var top []entry
		leaves = leaves[:0]
		for from := 0; from < len(entries); from += size {
			leaf, err := encodeDirectory(entries[from:min(from+size, len(entries))])
			if err != nil {
				return nil, nil, err
			}
			top = append(top, entry{id: entries[from].id, length: uint32(len(leaf)), offset: uint64(len(leaves))}) //nolint:gosec // small
			leaves = append(leaves, leaf...)
		}
		if root, err = encodeDirectory(top); err != nil || headerSize+len(root) <= rootMustFit {
			return root, leaves, err
		}
	}
}
