package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// JPEG markers (ITU-T T.81, annex B).
const (
	mTEM   = 0x01
	mSOF0  = 0xc0
	mSOF2  = 0xc2
	mDHT   = 0xc4
	mJPG   = 0xc8
	mDAC   = 0xcc
	mSOF15 = 0xcf
	mRST0  = 0xd0
	mRST7  = 0xd7
	mSOI   = 0xd8
	mEOI   = 0xd9
	mSOS   = 0xda
	mDQT   = 0xdb
	mDNL   = 0xdc
	mDRI   = 0xdd
	mAPP0  = 0xe0
	mAPP1  = 0xe1
	mAPP2  = 0xe2
	mAPP14 = 0xee
)

const (
	iccHeader  = "ICC_PROFILE\x00"
	iccMax     = 4 << 20
	iccPerPart = 65533 - len(iccHeader) - 2
)

// segment is a marker with its content and, after a start of scan, the coded
// data up to the next marker.
type segment struct {
	marker byte
	body   []byte
	scan   []byte
}

// segments is a JPEG taken apart. What follows the end of image is gone.
type segments struct {
	list          []segment
	width, height int
	components    int
	samples       int // samples for each four pixels, all components together
	progressive   bool
}

// parseJPEG takes a JPEG apart up to its end-of-image marker. A file without
// one is taken to end there; the decoder judges whether enough is there.
func parseJPEG(b []byte) (*segments, error) {
	if len(b) < 4 || b[0] != 0xff || b[1] != mSOI {
		return nil, damaged(errors.New("no start of image"))
	}
	s := &segments{}
	for at := 2; ; {
		// Fill bytes and stray bytes between segments are dropped.
		for at < len(b) && b[at] != 0xff {
			at++
		}
		for at < len(b) && b[at] == 0xff {
			at++
		}
		if at >= len(b) {
			break
		}
		marker := b[at]
		at++
		if marker == mEOI {
			break
		}
		if marker == 0 || marker == mTEM || marker == mSOI || (marker >= mRST0 && marker <= mRST7) {
			continue // nothing of its own, or out of place
		}
		if at+2 > len(b) {
			return nil, damaged(errors.New("a segment is cut short"))
		}
		n := int(binary.BigEndian.Uint16(b[at:]))
		if n < 2 || at+n > len(b) {
			return nil, damaged(errors.New("a segment is cut short"))
		}
		seg := segment{marker: marker, body: b[at+2 : at+n]}
		at += n
		if marker == mSOS {
			end := endOfScan(b, at)
			seg.scan = b[at:end]
			at = end
		}
		if isSOF(marker) {
			if err := s.frame(seg); err != nil {
				return nil, err
			}
		}
		s.list = append(s.list, seg)
	}
	if s.width == 0 || !slices.ContainsFunc(s.list, func(g segment) bool { return g.marker == mSOS }) {
		return nil, damaged(errors.New("no picture in the file"))
	}
	return s, nil
}

func isSOF(m byte) bool { return m >= mSOF0 && m <= mSOF15 && m != mDHT && m != mJPG && m != mDAC }

// endOfScan is where the coded data from at ends: at the next marker that is
// not a restart. A zero after 0xff is data.
func endOfScan(b []byte, at int) int {
	for at < len(b) {
		i := bytes.IndexByte(b[at:], 0xff)
		if i < 0 {
			return len(b)
		}
		at += i
		next := at + 1
		for next < len(b) && b[next] == 0xff {
			next++
		}
		if next >= len(b) {
			return len(b)
		}
		if m := b[next]; m != 0 && (m < mRST0 || m > mRST7) {
			return at
		}
		at = next + 1
	}
	return len(b)
}

// frame reads a start of frame.
func (s *segments) frame(seg segment) error {
	b := seg.body
	if s.width != 0 || len(b) < 6 {
		return damaged(errors.New("a frame header that is wrong"))
	}
	s.height, s.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	s.components = int(b[5])
	s.progressive = seg.marker == mSOF2
	if s.width == 0 || s.height == 0 || s.components == 0 || len(b) < 6+3*s.components {
		return damaged(errors.New("a frame header that is wrong"))
	}
	maxH, maxV := 1, 1
	for i := range s.components {
		hv := b[7+3*i]
		maxH, maxV = max(maxH, int(hv>>4)), max(maxV, int(hv&15))
	}
	for i := range s.components {
		hv := b[7+3*i]
		s.samples += max(1, 4*int(hv>>4)*int(hv&15)/(maxH*maxV))
	}
	return nil
}

// decodeCost is how many bytes decoding and turning takes for four pixels: a
// byte a sample, four more for the coefficients of a progressive file, and
// three (four when it becomes RGB) for the turned copy.
func (s *segments) decodeCost() int64 {
	cost := int64(s.samples)
	if s.progressive {
		cost *= 5
	}
	if s.components == 4 {
		return cost + 4*4
	}
	return cost + 4*3
}

// exif is the content of the first EXIF segment, as a JPEG of its own that
// holds nothing else; nil if there is none.
func (s *segments) exif() []byte {
	for _, g := range s.list {
		if g.marker == mAPP1 && bytes.HasPrefix(g.body, []byte("Exif\x00\x00")) {
			b := []byte{0xff, mSOI}
			b = appendSegment(b, mAPP1, g.body)
			return append(b, 0xff, mEOI)
		}
	}
	return nil
}

// profile puts the parts of the colour profile together; nil if there is none
// or it is not whole.
func (s *segments) profile() []byte {
	var parts [][]byte
	for _, g := range s.list {
		if g.marker != mAPP2 || !bytes.HasPrefix(g.body, []byte(iccHeader)) || len(g.body) < len(iccHeader)+2 {
			continue
		}
		b := g.body[len(iccHeader):]
		number, total := int(b[0]), int(b[1])
		if parts == nil {
			parts = make([][]byte, total)
		}
		if number < 1 || number > len(parts) || total != len(parts) || parts[number-1] != nil {
			return nil
		}
		parts[number-1] = b[2:]
	}
	for _, p := range parts {
		if p == nil {
			return nil
		}
	}
	return checkProfile(bytes.Join(parts, nil))
}

// checkProfile gives back a colour profile that looks like one (ICC.1, 7.2):
// its own length, and the signature. Bytes after that length are cut.
func checkProfile(b []byte) []byte {
	if len(b) < 132 || len(b) > iccMax || string(b[36:40]) != "acsp" {
		return nil
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n < 132 || n > int64(len(b)) {
		return nil
	}
	return b[:n]
}

// fits reports whether a profile is for pictures of so many components.
func fits(icc []byte, components int) bool {
	if len(icc) < 132 {
		return false
	}
	switch string(icc[16:20]) {
	case "RGB ":
		return components == 3
	case "GRAY":
		return components == 1
	default:
		return false
	}
}

// writeClean writes the picture alone: tables, frame and scans as they are,
// JFIF and Adobe markers cut to what decoding needs, and the profile.
func (s *segments) writeClean(out io.Writer, icc []byte) error {
	b := []byte{0xff, mSOI}
	for _, g := range s.list { // JFIF comes first by its standard
		if g.marker == mAPP0 && len(g.body) >= 12 && string(g.body[:5]) == "JFIF\x00" {
			b = appendSegment(b, mAPP0, append(bytes.Clone(g.body[:12]), 0, 0)) // without a thumbnail
			break
		}
	}
	if fits(icc, s.components) {
		total := (len(icc) + iccPerPart - 1) / iccPerPart
		for i := range total {
			part := icc[i*iccPerPart : min((i+1)*iccPerPart, len(icc))]
			body := append([]byte(iccHeader), byte(i+1), byte(total)) //nolint:gosec // at most 65 parts
			b = appendSegment(b, mAPP2, append(body, part...))
		}
	}
	for _, g := range s.list {
		switch {
		case g.marker == mAPP14 && len(g.body) >= 12 && string(g.body[:5]) == "Adobe":
			b = appendSegment(b, mAPP14, g.body[:12])
		case g.marker == mDQT, g.marker == mDHT, g.marker == mDAC, g.marker == mDRI, g.marker == mDNL, isSOF(g.marker), g.marker == mSOS:
			b = appendSegment(b, g.marker, g.body)
			b = append(b, g.scan...)
		}
	}
	_, err := out.Write(append(b, 0xff, mEOI))
	return err
}

func appendSegment(b []byte, marker byte, body []byte) []byte {
	b = append(b, 0xff, marker)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)+2)) //nolint:gosec // a segment's length fits
	return append(b, body...)
}
