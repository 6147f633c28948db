package pyramid

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

type key struct{ z, x, y int }

// build makes the pyramid of a picture and decodes all of its tiles.
func build(t *testing.T, w, h int, at func(x, y int) color.RGBA, enc Encoder) map[key]image.Image {
	t.Helper()
	tiles := map[key]image.Image{}
	b, err := New(w, h, enc, func(z, x, y int, tile []byte) error {
		if _, twice := tiles[key{z, x, y}]; twice {
			t.Errorf("tile %d/%d/%d twice", z, x, y)
		}
		img, _, err := image.Decode(bytes.NewReader(tile))
		if err != nil {
			return err
		}
		if img.Bounds() != image.Rect(0, 0, TileSize, TileSize) {
			t.Errorf("tile %d/%d/%d is %v", z, x, y, img.Bounds())
		}
		tiles[key{z, x, y}] = img
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cols, rows := b.Blocks()
	block := image.NewRGBA(image.Rect(0, 0, BlockSize, BlockSize))
	for by := range rows {
		for bx := range cols {
			Whiten(block)
			for y := 0; y < BlockSize && by*BlockSize+y < h; y++ {
				for x := 0; x < BlockSize && bx*BlockSize+x < w; x++ {
					block.SetRGBA(x, y, at(bx*BlockSize+x, by*BlockSize+y))
				}
			}
			if err := b.Add(bx, by, block); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := b.Finish(); err != nil {
		t.Fatal(err)
	}
	if b.Emitted() != len(tiles) {
		t.Errorf("%d emitted, %d seen", b.Emitted(), len(tiles))
	}
	return tiles
}

func grey(v int) color.RGBA { return color.RGBA{uint8(v), uint8(v), uint8(v), 255} }

func TestTilesOfEveryLevel(t *testing.T) {
	t.Parallel()
	cases := []struct {
		w, h  int
		count []int // tiles a level, from level 0
	}{
		{100, 60, []int{1}},
		{512, 512, []int{1}},
		{513, 512, []int{1, 2}},
		{1500, 600, []int{1, 2, 6}},
		{2048, 2049, []int{1, 2, 6, 20}},
		{4100, 1030, []int{1, 2, 3, 10, 27}}, // two blocks and a bit by one
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%dx%d", c.w, c.h), func(t *testing.T) {
			t.Parallel()
			// The left half is black, the right half grey.
			tiles := build(t, c.w, c.h, func(x, _ int) color.RGBA {
				if x < c.w/2 {
					return grey(0)
				}
				return grey(128)
			}, NewDrawing())
			got := make([]int, len(c.count))
			for k := range tiles {
				if k.z >= len(got) {
					t.Fatalf("a tile of level %d", k.z)
				}
				got[k.z]++
			}
			for z := range got {
				if got[z] != c.count[z] {
					t.Errorf("level %d has %d tiles, want %d", z, got[z], c.count[z])
				}
				// The halves meet at the middle on every level, the rest is white.
				shift := len(got) - 1 - z
				at := func(x, y int) int {
					x, y = x>>shift, y>>shift
					tile := tiles[key{z, x / TileSize, y / TileSize}]
					if tile == nil {
						t.Fatalf("no tile of level %d at %d,%d", z, x, y)
					}
					r, _, _, _ := tile.At(x%TileSize, y%TileSize).RGBA()
					return int(r >> 8)
				}
				margin := 2 << shift
				if c.w/2 > margin && at(c.w/2-margin, c.h/2) != 0 {
					t.Errorf("level %d: left of the middle is %d", z, at(c.w/2-margin, c.h/2))
				}
				if got := at(c.w/2+margin, c.h/2); got < 120 || got > 136 {
					t.Errorf("level %d: right of the middle is %d", z, got)
				}
			}
		})
	}
}

func TestEdgeTilesArePaddedWhite(t *testing.T) {
	t.Parallel()
	for _, enc := range []Encoder{NewDrawing(), Photo{Quality: 90}} {
		tiles := build(t, 600, 530, func(int, int) color.RGBA { return grey(0) }, enc)
		img := tiles[key{1, 1, 1}]
		for _, c := range []struct{ x, y, want int }{{0, 0, 0}, {80, 10, 0}, {100, 10, 255}, {10, 40, 255}, {511, 511, 255}} {
			r, _, _, _ := img.At(c.x, c.y).RGBA()
			if d := int(r>>8) - c.want; d < -12 || d > 12 {
				t.Errorf("%T: pixel %d,%d is %d, want %d", enc, c.x, c.y, r>>8, c.want)
			}
		}
	}
}

func TestHalveAverages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	src := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for i := range src.Pix {
		src.Pix[i] = uint8(r.Uint32())
	}
	copy(src.Pix[:2*src.Stride], bytes.Repeat([]byte{1, 2, 3, 255}, 128)) // a uniform pair of rows
	dst := image.NewRGBA(image.Rect(0, 0, 32, 16))
	halve(dst, src)
	for y := range 16 {
		for x := range 32 {
			for c := range 4 {
				sum := 2
				for _, p := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
					sum += int(src.Pix[(2*y+p[1])*src.Stride+4*(2*x+p[0])+c])
				}
				if got := int(dst.Pix[y*dst.Stride+4*x+c]); got != sum/4 {
					t.Fatalf("pixel %d,%d channel %d is %d, want %d", x, y, c, got, sum/4)
				}
			}
		}
	}
}

func TestDrawingKeepsColours(t *testing.T) {
	t.Parallel()
	d := NewDrawing()
	cases := []struct {
		name  string
		at    func(x, y int) color.RGBA
		worst int // largest error of a channel
		mean  float64
	}{
		{"white", func(int, int) color.RGBA { return grey(255) }, 0, 0},
		{"black lines on white", func(x, _ int) color.RGBA { return grey(255 * min(x%7, 1)) }, 0, 0},
		{"all greys", func(x, y int) color.RGBA { return grey((x + y) % 256) }, 7, 4},
		{"200 colours", func(x, _ int) color.RGBA {
			i := x % 200
			return color.RGBA{uint8(i), uint8(255 - i), uint8(i * 7), 255}
		}, 7, 4},
		{"a rainbow of 32,768 colours", func(x, y int) color.RGBA { return color.RGBA{uint8(x / 2), uint8(y / 2), uint8((x + y) / 4), 255} }, 40, 10},
	}
	for _, c := range cases {
		img := image.NewRGBA(image.Rect(0, 0, TileSize, TileSize))
		for y := range TileSize {
			for x := range TileSize {
				img.SetRGBA(x, y, c.at(x, y))
			}
		}
		b, err := d.Encode(img)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := d.Encode(img)
		if !bytes.Equal(b, again) {
			t.Errorf("%s: the same tile gives other bytes", c.name)
		}
		got, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		worst, sum := 0, 0
		for y := range TileSize {
			for x := range TileSize {
				r, g, bl, a := got.At(x, y).RGBA()
				w := c.at(x, y)
				if a != 0xffff {
					t.Fatalf("%s: a pixel is not opaque", c.name)
				}
				for _, p := range [][2]int{{int(r >> 8), int(w.R)}, {int(g >> 8), int(w.G)}, {int(bl >> 8), int(w.B)}} {
					e := max(p[0]-p[1], p[1]-p[0])
					worst, sum = max(worst, e), sum+e
				}
			}
		}
		if mean := float64(sum) / (3 * TileSize * TileSize); worst > c.worst || mean > c.mean {
			t.Errorf("%s: off by %d at worst, %.2f on average", c.name, worst, mean)
		}
	}
}

func BenchmarkDrawing(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, TileSize, TileSize))
	for y := range TileSize {
		for x := range TileSize {
			img.SetRGBA(x, y, grey(min(255, (x*x+y*y*3)%97*8)))
		}
	}
	d := NewDrawing()
	for b.Loop() {
		if _, err := d.Encode(img); err != nil {
			b.Fatal(err)
		}
	}
}

var _ = jpeg.DefaultQuality // registers the format
