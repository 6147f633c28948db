// Package heif reads what a HEIF file says of its picture before anything is
// decoded: the size of the primary item once upright, and its colours. It
// reads boxes only (ISO/IEC 14496-12, 23008-12); pixels are the decoder's.
package heif

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// Header is what the file says.
type Header struct {
	Width, Height int // of the upright picture
	// Pixels is the largest of all sizes that the file names, its tiles and
	// thumbnails included: what a decoder may be made to take memory for.
	Pixels int64
	// ICC is the colour profile as it stands in the file; nil for none.
	ICC []byte
	// Limited is that black is 16 and white 235, as in television.
	Limited bool
}

// ErrDamaged is a file whose boxes cannot be followed.
var ErrDamaged = errors.New("heif: the boxes are damaged")

// Sniff reports whether a file begins as a HEIF file of HEVC pictures does.
// One that names AV1 (AVIF) is none.
func Sniff(head []byte) bool {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return false
	}
	n := min(int64(binary.BigEndian.Uint32(head)), int64(len(head)), 256)
	if n < 12 {
		return false
	}
	brands := []string{string(head[8:12])}
	for at := int64(16); at+4 <= n; at += 4 {
		brands = append(brands, string(head[at:at+4]))
	}
	if slices.Contains(brands, "avif") || slices.Contains(brands, "avis") {
		return false
	}
	return slices.ContainsFunc(brands, func(b string) bool {
		switch b {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return true
		}
		return false
	})
}

// box is a box's type and content.
type box struct {
	kind string
	body []byte
}

// maxBoxes of one level: more is no picture.
const maxBoxes = 4096

// boxes takes b apart. A box that is longer than what holds it is an error.
func boxes(b []byte) ([]box, error) {
	var out []box
	for len(b) > 0 {
		if len(b) < 8 || len(out) == maxBoxes {
			return nil, ErrDamaged
		}
		size, head := uint64(binary.BigEndian.Uint32(b)), uint64(8)
		switch size {
		case 0: // up to the end
			size = uint64(len(b))
		case 1:
			if len(b) < 16 {
				return nil, ErrDamaged
			}
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		}
		if size < head || size > uint64(len(b)) {
			return nil, ErrDamaged
		}
		out = append(out, box{string(b[4:8]), b[head:size]})
		b = b[size:]
	}
	return out, nil
}

// within is the content of the first box of a kind.
func within(list []box, kind string) ([]byte, bool) {
	for _, b := range list {
		if b.kind == kind {
			return b.body, true
		}
	}
	return nil, false
}

// Read reads the header.
func Read(data []byte) (Header, error) {
	meta, err := metaOf(data)
	if err != nil {
		return Header{}, err
	}
	pitm, ok := within(meta, "pitm")
	if !ok || len(pitm) < 6 {
		return Header{}, ErrDamaged
	}
	primary := uint32(binary.BigEndian.Uint16(pitm[4:]))
	if pitm[0] != 0 {
		if len(pitm) < 8 {
			return Header{}, ErrDamaged
		}
		primary = binary.BigEndian.Uint32(pitm[4:])
	}
	iprp, ok := within(meta, "iprp")
	if !ok {
		return Header{}, ErrDamaged
	}
	inside, err := boxes(iprp)
	if err != nil {
		return Header{}, err
	}
	ipco, ok := within(inside, "ipco")
	if !ok {
		return Header{}, ErrDamaged
	}
	props, err := boxes(ipco)
	if err != nil {
		return Header{}, err
	}
	return header(inside, props, primary)
}

// metaOf is the boxes of the file's meta box. What follows it is not followed:
// a file may end in rubbish, and cameras write such.
func metaOf(data []byte) ([]box, error) {
	for n := 0; len(data) >= 8 && n < maxBoxes; n++ {
		size, head := uint64(binary.BigEndian.Uint32(data)), uint64(8)
		switch size {
		case 0:
			size = uint64(len(data))
		case 1:
			if len(data) < 16 {
				return nil, ErrDamaged
			}
			size, head = binary.BigEndian.Uint64(data[8:]), 16
		}
		if size < head || size > uint64(len(data)) {
			return nil, ErrDamaged
		}
		if string(data[4:8]) == "meta" {
			if size < head+4 {
				return nil, ErrDamaged
			}
			return boxes(data[head+4 : size])
		}
		data = data[size:]
	}
	return nil, ErrDamaged
}

func header(inside, props []box, primary uint32) (Header, error) {
	var h Header
	for _, p := range props {
		if p.kind != "ispe" {
			continue
		}
		w, height, err := extent(p.body)
		if err != nil {
			return Header{}, err
		}
		h.Pixels = max(h.Pixels, int64(w)*int64(height))
	}
	mine, err := associated(inside, primary)
	if err != nil {
		return Header{}, err
	}
	for _, i := range mine {
		if i == 0 {
			continue // by the standard: no property
		}
		if i > len(props) {
			return Header{}, ErrDamaged
		}
		switch p := props[i-1]; p.kind {
		case "ispe":
			if h.Width, h.Height, err = extent(p.body); err != nil {
				return Header{}, err
			}
		case "irot":
			if len(p.body) > 0 && p.body[0]&1 == 1 {
				h.Width, h.Height = h.Height, h.Width
			}
		case "colr":
			h.colour(p.body)
		}
	}
	if h.Width == 0 || h.Height == 0 {
		return Header{}, ErrDamaged
	}
	return h, nil
}

func (h *Header) colour(b []byte) {
	if len(b) < 4 {
		return
	}
	switch string(b[:4]) {
	case "prof", "rICC":
		h.ICC = b[4:]
	case "nclx":
		h.Limited = len(b) >= 11 && b[10]&0x80 == 0
	}
}

func extent(b []byte) (w, h int, err error) {
	if len(b) < 12 {
		return 0, 0, ErrDamaged
	}
	x, y := binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	if x == 0 || y == 0 || x > math.MaxInt32 || y > math.MaxInt32 {
		return 0, 0, ErrDamaged
	}
	return int(x), int(y), nil
}

// associated are the numbers, from 1, of an item's properties, in order.
func associated(inside []box, item uint32) ([]int, error) {
	for _, b := range inside {
		if b.kind != "ipma" {
			continue
		}
		r := reader{b: b.body}
		version, flags := r.uint(1), r.uint(3)
		for n := r.uint(4); n > 0 && !r.short; n-- {
			id := r.uint(2)
			if version > 0 {
				id = id<<16 | r.uint(2)
			}
			var list []int
			for k := r.uint(1); k > 0 && !r.short; k-- {
				if flags&1 == 1 {
					list = append(list, int(r.uint(2)&0x7fff))
				} else {
					list = append(list, int(r.uint(1)&0x7f))
				}
			}
			if id == item && !r.short {
				return list, nil
			}
		}
		if r.short {
			return nil, ErrDamaged
		}
	}
	return nil, nil
}

// reader reads numbers and remembers that there were too few bytes.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) uint(n int) uint32 {
	if len(r.b) < n {
		r.short, r.b = true, nil
		return 0
	}
	v := uint32(0)
	for _, c := range r.b[:n] {
		v = v<<8 | uint32(c)
	}
	r.b = r.b[n:]
	return v
}
