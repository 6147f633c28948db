// Package pyramid turns a large picture, given in blocks, into square tiles at
// every level of zoom, without ever holding the whole picture.
//
// The deepest level is the picture itself; each level above is half as large,
// made by averaging 2×2 pixels, and level 0 is one tile. Tiles at the right
// and lower edge are padded to full squares with white, because viewers
// stretch cropped ones. Blocks are BlockSize pixels square, which is 4×4 tiles
// of the deepest level, 2×2 of the next and one of the third, so a block is
// finished with three levels at once; only what lies above, 1/64 of the
// pixels, waits in memory.
//
// The pixel format is image.RGBA with every pixel opaque.
package pyramid

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"plumbline/internal/fault"
)

// Sizes in pixels.
const (
	TileSize  = 512
	BlockSize = 4 * TileSize
	coarse    = BlockSize / 8 // what a block leaves for the levels above its own three
)

// Emit takes a finished tile. The bytes are its own to keep.
type Emit func(z, x, y int, tile []byte) error

// Encoder makes the bytes of a tile from an opaque image of TileSize².
type Encoder interface {
	Encode(tile *image.RGBA) ([]byte, error)
}

// Builder makes the pyramid of one picture. It is not safe for concurrent use.
type Builder struct {
	width, height int
	maxZoom       int
	enc           Encoder
	emit          Emit
	half          [2]*image.RGBA // 1024² and 512²
	upper         *image.RGBA    // the fourth level from below; nil if there is none
	emitted       int
}

// New makes a builder for a picture of width × height pixels.
func New(width, height int, enc Encoder, emit Emit) (*Builder, error) {
	if width < 1 || height < 1 {
		return nil, errors.New("pyramid: a picture without pixels")
	}
	b := &Builder{width: width, height: height, maxZoom: MaxZoom(width, height), enc: enc, emit: emit}
	b.half[0] = blank(BlockSize/2, BlockSize/2)
	b.half[1] = blank(BlockSize/4, BlockSize/4)
	if b.maxZoom >= 3 {
		cols, rows := b.Blocks()
		// Full tiles, so that the edge is padded.
		w, h := whole(cols*coarse), whole(rows*coarse)
		if w*h > 1<<28 {
			return nil, fault.New(fault.TooLarge, "too-many-pixels", "the picture is too large")
		}
		b.upper = blank(w, h)
	}
	return b, nil
}

// MaxZoom is the deepest level of a picture of width × height pixels.
func MaxZoom(width, height int) int {
	z := 0
	for TileSize<<z < max(width, height) {
		z++
	}
	return z
}

// Blocks is how many blocks the picture has in each direction.
func (b *Builder) Blocks() (cols, rows int) {
	return (b.width + BlockSize - 1) / BlockSize, (b.height + BlockSize - 1) / BlockSize
}

// Emitted is how many tiles were emitted so far.
func (b *Builder) Emitted() int { return b.emitted }

// Add takes the block in column bx, row by: an image of BlockSize², white
// where it sticks out of the picture. Blocks come in any order, each once. The
// image may be used again after the call.
func (b *Builder) Add(bx, by int, block *image.RGBA) error {
	if block.Rect.Dx() != BlockSize || block.Rect.Dy() != BlockSize {
		return errors.New("pyramid: a block of another size")
	}
	level := block
	for i := range 3 {
		z := b.maxZoom - i
		n := BlockSize / TileSize >> i
		if err := b.cut(level, z, bx*n, by*n); err != nil {
			return err
		}
		if z == 0 {
			return nil
		}
		switch {
		case i < 2:
			halve(b.half[i], level)
			level = b.half[i]
		default:
			at := image.Rect(0, 0, coarse, coarse).Add(image.Pt(bx*coarse, by*coarse))
			halve(b.upper.SubImage(at).(*image.RGBA), level)
		}
	}
	return nil
}

// Finish makes the levels above those of the blocks.
func (b *Builder) Finish() error {
	level := b.upper
	for z := b.maxZoom - 3; z >= 0; z-- {
		if err := b.cut(level, z, 0, 0); err != nil {
			return err
		}
		if z == 0 {
			break
		}
		w, h := level.Rect.Dx()/2, level.Rect.Dy()/2
		next := blank(whole(w), whole(h))
		halve(next.SubImage(image.Rect(0, 0, w, h)).(*image.RGBA), level)
		level = next
	}
	return nil
}

// cut emits the tiles of one piece of level z whose first tile is (x0, y0).
func (b *Builder) cut(img *image.RGBA, z, x0, y0 int) error {
	shift := b.maxZoom - z
	lw, lh := (b.width+1<<shift-1)>>shift, (b.height+1<<shift-1)>>shift
	for y := range img.Rect.Dy() / TileSize {
		for x := range img.Rect.Dx() / TileSize {
			if (x0+x)*TileSize >= lw || (y0+y)*TileSize >= lh {
				continue
			}
			at := image.Rect(0, 0, TileSize, TileSize).Add(image.Pt(x*TileSize, y*TileSize)).Add(img.Rect.Min)
			tile, err := b.enc.Encode(img.SubImage(at).(*image.RGBA))
			if err != nil {
				return err
			}
			if err := b.emit(z, x0+x, y0+y, tile); err != nil {
				return err
			}
			b.emitted++
		}
	}
	return nil
}

// halve averages 2×2 pixels of src into one of dst. Where src is wider than
// twice dst, the rest is left out.
func halve(dst, src *image.RGBA) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	for y := range h {
		d := dst.Pix[y*dst.Stride:][: 4*w : 4*w]
		s0 := src.Pix[2*y*src.Stride:][: 8*w : 8*w]
		s1 := src.Pix[(2*y+1)*src.Stride:][: 8*w : 8*w]
		if bytes.Equal(s0, s1) && uniform(s0) {
			copy(d, s0[:4*w])
			continue
		}
		for x := range w {
			p, q := s0[8*x:8*x+8], s1[8*x:8*x+8]
			a, b := binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(q)
			// Two channels at a time in 16-bit lanes, then the two pixels.
			const lanes = 0x00ff00ff00ff00ff
			even := a&lanes + b&lanes
			odd := a>>8&lanes + b>>8&lanes
			e := uint32(even) + uint32(even>>32) + 0x00020002
			o := uint32(odd) + uint32(odd>>32) + 0x00020002
			binary.LittleEndian.PutUint32(d[4*x:4*x+4], e>>2&0x00ff00ff|o>>2&0x00ff00ff<<8)
		}
	}
}

// uniform reports whether all pixels of a row are the same.
func uniform(row []byte) bool { return bytes.Equal(row[:len(row)-4], row[4:]) }

func blank(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	Whiten(img)
	return img
}

// Whiten fills an image with opaque white.
func Whiten(img *image.RGBA) {
	if len(img.Pix) == 0 {
		return
	}
	img.Pix[0] = 0xff
	for n := 1; n < len(img.Pix); n *= 2 {
		copy(img.Pix[n:], img.Pix[:n])
	}
}

// whole is v rounded up to whole tiles.
func whole(v int) int { return (v + TileSize - 1) / TileSize * TileSize }
