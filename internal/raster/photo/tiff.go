package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"golang.org/x/image/tiff"

	"plumbline/internal/fault"
)

// Tags of TIFF 6.0.
const (
	tagSubfile     = 254
	tagWidth       = 256
	tagHeight      = 257
	tagBits        = 258
	tagPhotometric = 262
	tagOrientation = 274
	tagSamples     = 277
	tagPlanar      = 284
	tagTileWidth   = 322
	tagICC         = 34675
)

// MaxTIFFPages of one file; more than any drawing set.
const MaxTIFFPages = 2000

// directory is one picture in a TIFF: its tags' first values, and how many
// values each has.
type directory struct {
	at     uint32
	values map[uint16]uint32
	counts map[uint16]uint32
}

func (d directory) value(tag uint16, otherwise int) int {
	if v, ok := d.values[tag]; ok && v <= 1<<31-1 {
		return int(v)
	}
	return otherwise
}

// order is the byte order of a TIFF.
func tiffOrder(b []byte) binary.ByteOrder {
	if b[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// parseTIFF lists the pictures of a file that are pages: thumbnails and masks
// are not. Directories that lead back to one another end the list.
func parseTIFF(b []byte) ([]directory, error) {
	order := tiffOrder(b)
	var pages []directory
	seen := map[uint32]bool{}
	if len(b) < 8 {
		return nil, damaged(errors.New("the file is cut short"))
	}
	for at := order.Uint32(b[4:]); at != 0 && !seen[at]; {
		if len(seen) == MaxTIFFPages {
			return nil, fault.New(fault.TooLarge, "too-many-pages", "the file has too many pages")
		}
		seen[at] = true
		d, next, ok := readDirectory(b, at, order)
		if !ok {
			if len(pages) > 0 {
				break // the pages before are whole
			}
			return nil, damaged(errors.New("a directory is cut short"))
		}
		if d.value(tagSubfile, 0)&(1|4) == 0 {
			pages = append(pages, d)
		}
		at = next
	}
	if len(pages) == 0 {
		return nil, tiffNotRead(errors.New("no whole picture in the file"))
	}
	return pages, nil
}

func readDirectory(b []byte, at uint32, order binary.ByteOrder) (d directory, next uint32, ok bool) {
	if int64(at)+2 > int64(len(b)) {
		return d, 0, false
	}
	n := int64(order.Uint16(b[at:]))
	end := int64(at) + 2 + 12*n
	if n == 0 || end > int64(len(b)) {
		return d, 0, false
	}
	d = directory{at: at, values: map[uint16]uint32{}, counts: map[uint16]uint32{}}
	for i := range n {
		row := b[int64(at)+2+12*i:][:12]
		tag, kind, count := order.Uint16(row), order.Uint16(row[2:]), order.Uint32(row[4:])
		d.counts[tag] = count
		if v, ok := firstValue(b, row, kind, count, order); ok {
			d.values[tag] = v
		}
	}
	if end+4 <= int64(len(b)) {
		next = order.Uint32(b[end:])
	}
	return d, next, true
}

// firstValue is the first of an entry's whole numbers; of bytes of no type it
// is where they stand.
func firstValue(b, row []byte, kind uint16, count uint32, order binary.ByteOrder) (uint32, bool) {
	where := int64(order.Uint32(row[8:]))
	switch kind {
	case 3: // SHORT: two fit in the entry
		if count <= 2 {
			return uint32(order.Uint16(row[8:])), count > 0
		}
		if where+2 > int64(len(b)) {
			return 0, false
		}
		return uint32(order.Uint16(b[where:])), true
	case 4: // LONG
		if count <= 1 {
			return order.Uint32(row[8:]), count > 0
		}
		if where+4 > int64(len(b)) {
			return 0, false
		}
		return order.Uint32(b[where:]), true
	case 7: // UNDEFINED
		return order.Uint32(row[8:]), count > 4
	}
	return 0, false
}

// openTIFF reads the header of one page, from 1.
func (p *picture) openTIFF(page int) (need int64, err error) {
	pages, err := parseTIFF(p.data)
	if err != nil {
		return 0, err
	}
	if page > len(pages) {
		return 0, noPage()
	}
	d := pages[page-1]
	p.directory = d.at
	p.width, p.height = d.value(tagWidth, 0), d.value(tagHeight, 0)
	if p.width == 0 || p.height == 0 {
		return 0, damaged(errors.New("a page without a size"))
	}
	if o := d.value(tagOrientation, 1); o >= 1 && o <= 8 {
		p.orientation = o
	}
	samples := int(max(1, d.counts[tagBits]))
	if s := d.value(tagSamples, samples); s > samples {
		samples = s
	}
	if samples > 1 && d.value(tagPlanar, 1) != 1 {
		return 0, tiffNotRead(errors.New("a plane for each colour"))
	}
	if at, n := int64(d.value(tagICC, 0)), int64(d.counts[tagICC]); at > 0 && at+n <= int64(len(p.data)) {
		p.icc = checkProfile(p.data[at : at+n])
	}
	return tiffCost(d, samples, p.orientation), nil
}

// tiffCost is how many bytes decoding takes for four pixels: what is unpacked,
// what the decoder makes of it, and our copies of that.
func tiffCost(d directory, samples, orientation int) int64 {
	bits := int64(max(1, d.value(tagBits, 1)))
	raw := (bits*int64(samples) + 1) / 2 // four pixels
	var made, copied int64
	switch d.value(tagPhotometric, 0) {
	case 0, 1: // grey
		made = max(1, bits/8)
		if copied = 0; bits > 8 {
			copied = 1
		}
		if orientation != 1 {
			copied++
		}
	case 3: // a palette
		made, copied = 1, 4
	default:
		if made = 4; bits > 8 {
			made, copied = 8, 4
		}
	}
	if orientation != 1 && samples > 1 {
		copied += 4
	}
	return raw + 4*(made+copied)
}

// onePage shows a file whose first directory is another one: the decoder reads
// the first alone.
type onePage struct {
	*bytes.Reader
	head [8]byte
}

func (o onePage) ReadAt(p []byte, off int64) (int, error) {
	n, err := o.Reader.ReadAt(p, off)
	if off < int64(len(o.head)) && off >= 0 {
		copy(p[:n], o.head[off:])
	}
	return n, err
}

func (p *picture) decodeTIFF() (image.Image, error) {
	o := onePage{Reader: bytes.NewReader(p.data)}
	copy(o.head[:], p.data)
	tiffOrder(p.data).PutUint32(o.head[4:], p.directory)
	img, err := tiff.Decode(o)
	if _, wants := errors.AsType[tiff.UnsupportedError](err); wants {
		return nil, tiffNotRead(err)
	}
	return img, err
}

func tiffNotRead(cause error) *fault.Error {
	return fault.New(fault.Unsupported, "tiff-not-read", "this kind of TIFF cannot be read here; save it as a PDF, PNG or JPEG").Because(cause)
}

func noPage() *fault.Error {
	return fault.New(fault.NotFound, "page-not-found", "the drawing has no such page")
}
