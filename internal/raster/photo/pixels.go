package photo

import (
	"image"
	"image/draw"
)

// shape shrinks a decoded picture to w × h and turns it upright. The result is
// a *image.Gray, a *image.YCbCr or an opaque *image.RGBA.
func shape(img image.Image, w, h, orientation int) image.Image {
	switch src := img.(type) {
	case *image.YCbCr:
		if src.Rect.Dx() != w || src.Rect.Dy() != h {
			src = shrinkYCbCr(src, w, h)
		}
		if orientation != 1 {
			return turnYCbCr(src, orientation)
		}
		return src
	case *image.Gray:
		p := plane{src.Pix, src.Stride, src.Rect.Dx(), src.Rect.Dy(), 1}.shrink(w, h).turn(orientation)
		return &image.Gray{Pix: p.pix, Stride: p.stride, Rect: image.Rect(0, 0, p.w, p.h)}
	case *image.Gray16:
		return shape(grey8(src), w, h, orientation)
	default:
		rgba := flatten(img)
		p := plane{rgba.Pix, rgba.Stride, rgba.Rect.Dx(), rgba.Rect.Dy(), 4}.shrink(w, h).turn(orientation)
		return &image.RGBA{Pix: p.pix, Stride: p.stride, Rect: image.Rect(0, 0, p.w, p.h)}
	}
}

// flatten lays a picture on white.
func flatten(img image.Image) *image.RGBA {
	switch src := img.(type) {
	case *image.RGBA: // premultiplied
		for i := 0; i+3 < len(src.Pix); i += 4 {
			if a := src.Pix[i+3]; a != 0xff {
				for c := range 3 {
					src.Pix[i+c] = uint8(min(255, int(src.Pix[i+c])+255-int(a))) //nolint:gosec // bounded
				}
				src.Pix[i+3] = 0xff
			}
		}
		return src
	case *image.NRGBA: // in place: a second copy would double the memory
		for i := 0; i+3 < len(src.Pix); i += 4 {
			if a := int(src.Pix[i+3]); a != 0xff {
				for c := range 3 {
					src.Pix[i+c] = uint8((int(src.Pix[i+c])*a + 255*(255-a) + 127) / 255) //nolint:gosec // bounded
				}
				src.Pix[i+3] = 0xff
			}
		}
		return &image.RGBA{Pix: src.Pix, Stride: src.Stride, Rect: src.Rect}
	default:
		dst := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
		draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(dst, dst.Rect, img, img.Bounds().Min, draw.Over)
		return dst
	}
}

func grey8(src *image.Gray16) *image.Gray {
	dst := image.NewGray(image.Rect(0, 0, src.Rect.Dx(), src.Rect.Dy()))
	for i := range dst.Pix {
		dst.Pix[i] = src.Pix[2*i]
	}
	return dst
}

// turned is the size after turning upright: orientations 5 to 8 lie on their side.
func turned(w, h, orientation int) (int, int) {
	if orientation >= 5 {
		return h, w
	}
	return w, h
}

// source says which stored pixel shows at (x, y) of the upright picture, for a
// stored picture of w × h (EXIF 2.32, tag 274): the start and the steps for
// one pixel to the right and one down.
func source(orientation, w, h int) (x0, y0, dxx, dxy, dyx, dyy int) {
	switch orientation {
	case 2: // mirrored
		return w - 1, 0, -1, 0, 0, 1
	case 3: // upside down
		return w - 1, h - 1, -1, 0, 0, -1
	case 4: // mirrored, upside down
		return 0, h - 1, 1, 0, 0, -1
	case 5: // mirrored, on its left side
		return 0, 0, 0, 1, 1, 0
	case 6: // needs a quarter turn clockwise
		return 0, h - 1, 0, -1, 1, 0
	case 7: // mirrored, on its right side
		return w - 1, h - 1, 0, -1, -1, 0
	case 8: // needs a quarter turn counter-clockwise
		return w - 1, 0, 0, 1, -1, 0
	default:
		return 0, 0, 1, 0, 0, 1
	}
}

// plane is pixels of n bytes each.
type plane struct {
	pix    []byte
	stride int
	w, h   int
	n      int
}

func (p plane) turn(orientation int) plane {
	if orientation == 1 {
		return p
	}
	w, h := turned(p.w, p.h, orientation)
	out := plane{make([]byte, w*h*p.n), w * p.n, w, h, p.n}
	x0, y0, dxx, dxy, dyx, dyy := source(orientation, p.w, p.h)
	step := dxx*p.n + dxy*p.stride
	for y := range h {
		at := (x0+y*dyx)*p.n + (y0+y*dyy)*p.stride
		row := out.pix[y*out.stride:][:out.stride]
		if p.n == 1 {
			for x := range row {
				row[x] = p.pix[at]
				at += step
			}
			continue
		}
		for x := 0; x < len(row); x += p.n {
			copy(row[x:x+p.n], p.pix[at:at+p.n])
			at += step
		}
	}
	return out
}

// turnYCbCr turns and gives every pixel its own colour sample, so that turning
// a picture of odd size does not shift its colours against its lightness.
func turnYCbCr(src *image.YCbCr, orientation int) *image.YCbCr {
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	w, h := turned(sw, sh, orientation)
	dst := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio444)
	x0, y0, dxx, dxy, dyx, dyy := source(orientation, sw, sh)
	for y := range h {
		for x := range w {
			sx, sy := src.Rect.Min.X+x0+x*dxx+y*dyx, src.Rect.Min.Y+y0+x*dxy+y*dyy
			i, c := src.YOffset(sx, sy), src.COffset(sx, sy)
			o := y*dst.YStride + x
			dst.Y[o], dst.Cb[o], dst.Cr[o] = src.Y[i], src.Cb[c], src.Cr[c]
		}
	}
	return dst
}

func shrinkYCbCr(src *image.YCbCr, w, h int) *image.YCbCr {
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	rx, ry := 1, 1
	switch src.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		rx = 2
	case image.YCbCrSubsampleRatio420:
		rx, ry = 2, 2
	case image.YCbCrSubsampleRatio440:
		ry = 2
	case image.YCbCrSubsampleRatio411:
		rx = 4
	case image.YCbCrSubsampleRatio410:
		rx, ry = 4, 2
	}
	dst := &image.YCbCr{SubsampleRatio: image.YCbCrSubsampleRatio444, Rect: image.Rect(0, 0, w, h), YStride: w, CStride: w}
	dst.Y = plane{src.Y, src.YStride, sw, sh, 1}.shrink(w, h).pix
	cw, ch := (sw+rx-1)/rx, (sh+ry-1)/ry
	dst.Cb = plane{src.Cb, src.CStride, cw, ch, 1}.shrinkTo(w, h).pix
	dst.Cr = plane{src.Cr, src.CStride, cw, ch, 1}.shrinkTo(w, h).pix
	return dst
}

// shrink averages over areas; a plane of the right size is given back as it is.
func (p plane) shrink(w, h int) plane {
	if p.w == w && p.h == h {
		return p
	}
	return p.shrinkTo(w, h)
}

// weight is the share of one source line in a target line, of one.
type weight struct {
	from   int
	shares []uint32
}

const one = 1 << 16

// weights splits n source lines over m target lines.
func weights(n, m int) []weight {
	out := make([]weight, m)
	for i := range out {
		// Target line i covers the source from i·n/m to (i+1)·n/m.
		lo, hi := i*n, (i+1)*n // in units of 1/m source line
		first, last := lo/m, (hi-1)/m
		shares := make([]uint32, last-first+1)
		done := 0 // rounded together, so that they add up
		for k := range shares {
			next := (min(hi, (first+k+1)*m) - lo) * one / n
			shares[k] = uint32(next - done) //nolint:gosec // at most one
			done = next
		}
		out[i] = weight{first, shares}
	}
	return out
}

func (p plane) shrinkTo(w, h int) plane {
	out := plane{make([]byte, w*h*p.n), w * p.n, w, h, p.n}
	across, down := weights(p.w, w), weights(p.h, h)
	line := make([]uint32, w*p.n) // one source row, shrunk; 8.16 fixed point
	sum := make([]uint64, w*p.n)
	lineOf := -1
	for y, v := range down {
		clear(sum)
		for k, share := range v.shares {
			if lineOf != v.from+k {
				lineOf = v.from + k
				p.shrinkRow(line, p.pix[lineOf*p.stride:], across)
			}
			for i, s := range line {
				sum[i] += uint64(s) * uint64(share)
			}
		}
		row := out.pix[y*out.stride:][:len(sum)]
		for i, s := range sum {
			row[i] = uint8((s + one*one/2) >> 32) //nolint:gosec // at most 255
		}
	}
	return out
}

func (p plane) shrinkRow(line []uint32, src []byte, across []weight) {
	if p.n == 1 {
		for x, v := range across {
			s := uint32(0)
			for k, share := range v.shares {
				s += uint32(src[v.from+k]) * share
			}
			line[x] = s
		}
		return
	}
	for x, v := range across {
		for c := range p.n {
			s := uint32(0)
			for k, share := range v.shares {
				s += uint32(src[(v.from+k)*p.n+c]) * share
			}
			line[x*p.n+c] = s
		}
	}
}
