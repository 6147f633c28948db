package pmtiles

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"
	"sort"
)

// entry is one row of a directory: run tiles from id on share the bytes at
// offset. A run of 0 is a leaf directory.
type entry struct {
	id     uint64
	run    uint32
	length uint32
	offset uint64
}

func encodeDirectory(entries []entry) ([]byte, error) {
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = binary.AppendUvarint(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return deflate(b)
}

func decodeDirectory(b []byte) ([]entry, error) {
	at := 0
	next := func() uint64 {
		v, n := binary.Uvarint(b[at:])
		if n <= 0 {
			at = len(b) + 1
			b = nil
			return 0
		}
		at += n
		return v
	}
	short := bad("a directory is cut short")
	n := next()
	// A row takes at least four bytes, which bounds n before anything is made.
	if b == nil || n > uint64(len(b)-at)/4 {
		return nil, short
	}
	read := func() (uint64, bool) {
		if b == nil || at > len(b) {
			return 0, false
		}
		v := next()
		return v, b != nil
	}
	entries := make([]entry, n)
	id := uint64(0)
	for i := range entries {
		d, ok := read()
		if !ok {
			return nil, short
		}
		if id+d < id || (i > 0 && d == 0) {
			return nil, bad("a directory is out of order")
		}
		id += d
		entries[i].id = id
	}
	for i := range entries {
		v, ok := read()
		if !ok || v > math.MaxUint32 {
			return nil, short
		}
		entries[i].run = uint32(v)
	}
	for i := range entries {
		v, ok := read()
		if !ok || v == 0 || v > math.MaxUint32 {
			return nil, short
		}
		entries[i].length = uint32(v)
	}
	for i := range entries {
		v, ok := read()
		switch {
		case !ok, v == 0 && i == 0:
			return nil, short
		case v == 0:
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		default:
			entries[i].offset = v - 1
		}
	}
	return entries, nil
}

// find is the row that holds id.
func find(entries []entry, id uint64) (entry, bool) {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].id > id }) - 1
	if i < 0 {
		return entry{}, false
	}
	e := entries[i]
	if e.run == 0 || id-e.id < uint64(e.run) {
		return e, true
	}
	return entry{}, false
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func inflate(b []byte, limit int64) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, bad("a part that is not gzip").Because(err)
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, bad("a part that does not inflate").Because(err)
	}
	if int64(len(out)) > limit {
		return nil, bad("a part that is too large")
	}
	return out, nil
}
