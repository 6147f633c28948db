package layout

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// raster is a picture as a PDF holds it: the bytes of a JPEG, or the packed rows
// of a PNG.
type raster struct {
	w, h int
	says string // colour space, depth, filter
	body []byte
}

func (r *raster) key() string {
	sum := sha256.Sum256(r.body)
	return r.says + string(sum[:])
}

func fromJPEG(load func() ([]byte, error)) func() (*raster, error) {
	return func() (*raster, error) {
		b, err := load()
		if err != nil {
			return nil, err
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		space := "/DeviceRGB"
		switch c.ColorModel {
		case color.GrayModel:
			space = "/DeviceGray"
		case color.CMYKModel:
			space = "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]" // as programs write it: inverted
		}
		return &raster{c.Width, c.Height, "/ColorSpace " + space + " /BitsPerComponent 8 /Filter /DCTDecode", b}, nil
	}
}

func fromImage(load func() (image.Image, error)) func() (*raster, error) {
	return func() (*raster, error) {
		img, err := load()
		if err != nil {
			return nil, err
		}
		if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
			flat := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
			draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
			draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Over)
			img = flat
		}
		var b bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := enc.Encode(&b, img); err != nil {
			return nil, err
		}
		return fromPNG(b.Bytes())
	}
}

// fromPNG takes the packed rows out of an opaque PNG without interlacing, as
// image/png writes it: a PDF reads them as they are.
func fromPNG(b []byte) (*raster, error) {
	bad := errors.New("not a PNG that a PDF can hold")
	var r raster
	var depth, kind byte
	var palette []byte
	for b = b[min(8, len(b)):]; len(b) >= 12; {
		n := int(binary.BigEndian.Uint32(b))
		if n > len(b)-12 {
			return nil, bad
		}
		name, data := string(b[4:8]), b[8:8+n]
		b = b[12+n:]
		switch name {
		case "IHDR":
			if n != 13 || data[12] != 0 {
				return nil, bad
			}
			r.w, r.h, depth, kind = int(binary.BigEndian.Uint32(data)), int(binary.BigEndian.Uint32(data[4:])), data[8], data[9]
		case "PLTE":
			palette = data
		case "IDAT":
			r.body = append(r.body, data...)
		}
	}
	space, colors := "", 1
	switch kind {
	case 0:
		space = "/DeviceGray"
	case 2:
		space, colors = "/DeviceRGB", 3
	case 3:
		if len(palette) < 3 {
			return nil, bad
		}
		space = fmt.Sprintf("[/Indexed /DeviceRGB %d <%s>]", len(palette)/3-1, hex.EncodeToString(palette))
	}
	if space == "" || r.w == 0 || r.h == 0 || len(r.body) == 0 {
		return nil, bad
	}
	r.says = fmt.Sprintf("/ColorSpace %s /BitsPerComponent %d /Filter /FlateDecode /DecodeParms <</Predictor 15 /Colors %d /BitsPerComponent %d /Columns %d>>", space, depth, colors, depth, r.w)
	return &r, nil
}
