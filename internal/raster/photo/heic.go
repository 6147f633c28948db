package photo

import (
	"image"
	"math"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo/heif"
)

// heicCost is how many bytes decoding is reckoned to take for four pixels. About
// 18 a pixel were measured; 13 of the five eighths of the memory that limits
// leaves (see raster) let the 48 million pixels of today's telephones through.
const heicCost = 4 * 13

func (p *picture) openHEIC() (need int64, pixels int64, err error) {
	h, err := heif.Read(p.data)
	if err != nil {
		return 0, 0, heicNotRead(err)
	}
	p.width, p.height, p.limited = h.Width, h.Height, h.Limited
	p.icc = checkProfile(h.ICC)
	return heicCost, h.Pixels, nil
}

// decodeHEIC decodes. The decoder has turned the picture upright and cut it as
// the file says, so it may be smaller than the header said, never larger.
func (p *picture) decodeHEIC() (image.Image, error) {
	img, err := heicDecode(p.data)
	if err != nil {
		return nil, heicNotRead(err)
	}
	b := img.Bounds()
	if b.Dx() < 1 || b.Dy() < 1 || b.Dx() > p.width || b.Dy() > p.height {
		return nil, heicNotRead(nil)
	}
	p.width, p.height = b.Dx(), b.Dy()
	if y, ok := img.(*image.YCbCr); ok && p.limited {
		widen(y)
	}
	return img, nil
}

// widen makes of the levels of television (16 to 235, colours to 240) all 256.
func widen(img *image.YCbCr) {
	var light, colour [256]uint8
	for i := range 256 {
		light[i] = level(float64(i-16) * 255 / 219)
		colour[i] = level(128 + float64(i-128)*255/224)
	}
	for i, v := range img.Y {
		img.Y[i] = light[v]
	}
	for _, plane := range [][]uint8{img.Cb, img.Cr} {
		for i, v := range plane {
			plane[i] = colour[v]
		}
	}
}

func level(v float64) uint8 { return uint8(math.Round(min(255, max(0, v)))) }

// heicNotRead is for what no decoder of ours can read, damaged or not: the way
// out is the same.
func heicNotRead(cause error) *fault.Error {
	f := fault.New(fault.Unsupported, "heic-not-read", "this HEIC picture cannot be read here; save it as a JPEG and add that")
	if cause != nil {
		return f.Because(cause)
	}
	return f
}
