package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
)

// pngHeader is what the chunks before the picture tell.
type pngHeader struct {
	width, height int
	depth, colour byte
	icc           []byte // deflated
	exifChunk     []byte
}

// parsePNG reads the chunks of a PNG (W3C PNG, third edition, 11) as far as
// their lengths make sense. Check sums are the decoder's business.
func parsePNG(b []byte) (*pngHeader, error) {
	const sig = 8
	if len(b) < sig+25 || string(b[sig+4:sig+8]) != "IHDR" {
		return nil, damaged(errors.New("no header chunk"))
	}
	w, h := binary.BigEndian.Uint32(b[sig+8:]), binary.BigEndian.Uint32(b[sig+12:])
	if w == 0 || h == 0 || w > 1<<30 || h > 1<<30 {
		return nil, damaged(errors.New("a picture without pixels"))
	}
	p := &pngHeader{width: int(w), height: int(h), depth: b[sig+16], colour: b[sig+17]}
	for at := sig; at+12 <= len(b); {
		n := int64(binary.BigEndian.Uint32(b[at:]))
		if n > int64(len(b)-at-12) {
			break
		}
		body := b[at+8 : at+8+int(n)]
		switch string(b[at+4 : at+8]) {
		case "iCCP":
			// Name, a zero, the method (0: deflate), the profile.
			if i := bytes.IndexByte(body, 0); i >= 0 && i+2 < len(body) && body[i+1] == 0 {
				p.icc = body[i+2:]
			}
		case "eXIf":
			p.exifChunk = body
		}
		at += 12 + int(n)
	}
	return p, nil
}

// decodeCost is how many bytes decoding, flattening and turning takes for four
// pixels.
func (p *pngHeader) decodeCost() int64 {
	wide := int64(1)
	if p.depth == 16 {
		wide = 2
	}
	switch p.colour {
	case 0: // grey; one byte a pixel, or two, and the turned copy
		return 4 * (wide + 1)
	case 3: // palette
		return 4 * (1 + 4)
	default:
		return 4 * (4*wide + 4)
	}
}

// profile is the colour profile, within its limit.
func (p *pngHeader) profile() []byte {
	if p.icc == nil {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(p.icc))
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r, iccMax+1))
	if err != nil {
		return nil
	}
	return checkProfile(b)
}

// exif is the EXIF block wrapped as a JPEG, so that one reader does for both.
func (p *pngHeader) exif() []byte {
	if len(p.exifChunk) == 0 || len(p.exifChunk) > 65000 {
		return nil
	}
	b := []byte{0xff, mSOI}
	b = appendSegment(b, mAPP1, append([]byte("Exif\x00\x00"), p.exifChunk...))
	return append(b, 0xff, mEOI)
}
