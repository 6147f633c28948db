// Package photo takes in photographs: it turns them upright and leaves nothing
// but the picture and its colour profile. It runs inside the sandbox's child.
//
// JPEG, PNG, HEIC and TIFF are taken, a JPEG comes out. Sizes are read from the
// header before anything is decoded, so a bomb costs nothing. A JPEG that stands
// upright, is in RGB or grey and need not shrink keeps its pixels bit for bit:
// only its segments are filtered, after it was decoded once to be sure that it
// is whole. Anything else is encoded anew.
//
// Errors are faults: Unsupported for another format, TooLarge for too many
// pixels, Unreadable for a damaged file. Bad metadata never fails a photo.
package photo

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo/heif"
)

// Limits of a picture. Zero fields take the defaults.
type Limits struct {
	Pixels int64 // default 100 million
	Memory int64 // bytes that decoding may take, by the header; default 640 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Pixels <= 0 {
		l.Pixels = 100_000_000
	}
	if l.Memory <= 0 {
		l.Memory = 640 << 20
	}
	return l
}

// Quality of what is encoded anew.
const (
	Quality      = 90
	ThumbQuality = 82
)

// Info is what a photo tells before its metadata is dropped. Width and Height
// are of the upright picture as it was written.
type Info struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	// TakenAt is when the camera says the photo was taken. Without an offset
	// it is a civil time, given as if it were UTC.
	TakenAt *time.Time `json:"taken_at,omitempty"`
	// TakenZone is whether the camera told the offset from UTC.
	TakenZone bool `json:"taken_zone,omitempty"`
	// Lat and Lon are in degrees, north and east positive; both or neither.
	Lat *float64 `json:"lat,omitempty"`
	Lon *float64 `json:"lon,omitempty"`
}

// Format of a picture file.
type Format uint8

// The formats.
const (
	Unknown Format = iota
	JPEG
	PNG
	TIFF
	HEIC
)

// MediaType is the format's name; "" for an unknown one.
func (f Format) MediaType() string {
	return [...]string{"", "image/jpeg", "image/png", "image/tiff", "image/heic"}[f]
}

// Sniff tells the format by the first bytes.
func Sniff(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return TIFF
	case heif.Sniff(head):
		return HEIC
	default:
		return Unknown
	}
}

// picture is a file whose header was read and found bearable.
type picture struct {
	format        Format
	data          []byte
	width, height int  // before turning
	orientation   int  // 1..8
	meta          Info // time and place only
	icc           []byte
	segments      *segments // of a JPEG
	directory     uint32    // of a TIFF: where the page's own begins
	limited       bool      // of a HEIC: see heif.Header
}

// Pages is how many pictures a file has: one, but for a TIFF.
func Pages(data []byte) (int, error) {
	if Sniff(data) != TIFF {
		return 1, nil
	}
	pages, err := parseTIFF(data)
	return len(pages), err
}

// Size reads the header: width and height of an upright page, from 1.
func Size(data []byte, page int, limits Limits) (width, height int, err error) {
	p, err := open(data, page, limits)
	if err != nil {
		return 0, 0, err
	}
	w, h := turned(p.width, p.height, p.orientation)
	return w, h, nil
}

// Clean writes the photo as an upright JPEG without metadata, no side longer
// than maxEdge (0: any length).
func Clean(data []byte, out io.Writer, maxEdge int, limits Limits) (Info, error) {
	p, err := open(data, 1, limits)
	if err != nil {
		return Info{}, err
	}
	img, err := p.decode()
	if err != nil {
		return Info{}, err
	}
	info := p.meta
	w, h := fit(p.width, p.height, maxEdge)
	info.Width, info.Height = turned(w, h, p.orientation)
	if p.format == JPEG && p.orientation == 1 && w == p.width && h == p.height && p.segments.components != 4 {
		return info, p.segments.writeClean(out, p.icc)
	}
	return info, write(out, shape(img, w, h, p.orientation), Quality, p.icc)
}

// Thumb writes a small upright JPEG that fits a square of edge pixels. A
// picture that is smaller already keeps its size.
func Thumb(data []byte, out io.Writer, edge int, limits Limits) (width, height int, err error) {
	p, err := open(data, 1, limits)
	if err != nil {
		return 0, 0, err
	}
	img, err := p.decode()
	if err != nil {
		return 0, 0, err
	}
	w, h := fit(p.width, p.height, edge)
	img = shape(img, w, h, p.orientation)
	return img.Bounds().Dx(), img.Bounds().Dy(), write(out, img, ThumbQuality, p.icc)
}

// Upright decodes a page, from 1, and turns it: a *image.Gray, a *image.YCbCr
// or an opaque *image.RGBA.
func Upright(data []byte, page int, limits Limits) (image.Image, error) {
	p, err := open(data, page, limits)
	if err != nil {
		return nil, err
	}
	img, err := p.decode()
	if err != nil {
		return nil, err
	}
	return shape(img, p.width, p.height, p.orientation), nil
}

func open(data []byte, page int, limits Limits) (*picture, error) {
	limits = limits.withDefaults()
	p := &picture{format: Sniff(data), data: data, orientation: 1}
	var need, pixels int64 // bytes for each pixel, in quarters; the largest picture within
	var err error
	if page < 1 || page > 1 && p.format != TIFF {
		return nil, noPage()
	}
	switch p.format {
	case JPEG:
		s, err := parseJPEG(data)
		if err != nil {
			return nil, err
		}
		p.segments, p.width, p.height = s, s.width, s.height
		need = s.decodeCost()
		p.icc = s.profile()
	case PNG:
		h, err := parsePNG(data)
		if err != nil {
			return nil, err
		}
		p.width, p.height = h.width, h.height
		need = h.decodeCost()
		p.icc = h.profile()
	case TIFF:
		if need, err = p.openTIFF(page); err != nil {
			return nil, err
		}
	case HEIC:
		if need, pixels, err = p.openHEIC(); err != nil {
			return nil, err
		}
	default:
		return nil, fault.New(fault.Unsupported, "unsupported-format", "only JPEG, PNG, HEIC and TIFF pictures are taken")
	}
	if pixels = max(pixels, int64(p.width)*int64(p.height)); pixels > limits.Pixels || pixels*need/4 > limits.Memory {
		return nil, fault.New(fault.TooLarge, "too-many-pixels", "the picture has too many pixels")
	}
	p.readMeta()
	return p, nil
}

func (p *picture) decode() (img image.Image, err error) {
	switch p.format {
	case JPEG:
		img, err = jpeg.Decode(bytes.NewReader(p.data))
	case TIFF:
		img, err = p.decodeTIFF()
	case HEIC:
		img, err = p.decodeHEIC()
	default:
		img, err = png.Decode(bytes.NewReader(p.data))
	}
	if err != nil {
		if told, ok := errors.AsType[*fault.Error](err); ok {
			return nil, told
		}
		var jpegWants jpeg.UnsupportedError
		var pngWants png.UnsupportedError
		if errors.As(err, &jpegWants) || errors.As(err, &pngWants) {
			return nil, fault.New(fault.Unsupported, "unsupported-format", "a kind of picture that is not taken").Because(err)
		}
		return nil, damaged(err)
	}
	if b := img.Bounds(); b.Dx() != p.width || b.Dy() != p.height {
		return nil, damaged(errors.New("the header and the picture differ in size"))
	}
	return img, nil
}

func damaged(cause error) *fault.Error {
	return fault.New(fault.Unreadable, "damaged", "the picture is damaged").Because(cause)
}

// write encodes an image and puts the profile back, if it fits the image.
func write(out io.Writer, img image.Image, quality int, icc []byte) error {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return err
	}
	components := 3
	if _, grey := img.(*image.Gray); grey {
		components = 1
	}
	if !fits(icc, components) {
		_, err := out.Write(b.Bytes())
		return err
	}
	s, err := parseJPEG(b.Bytes())
	if err != nil {
		return err
	}
	return s.writeClean(out, icc)
}

// fit is the size that keeps within edge (0: any), never larger than it was.
func fit(w, h, edge int) (int, int) {
	longest := max(w, h)
	if edge <= 0 || longest <= edge {
		return w, h
	}
	scale := func(v int) int { return max(1, (v*edge+longest/2)/longest) }
	return scale(w), scale(h)
}
