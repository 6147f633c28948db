package pyramid

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
)

// Drawing encodes tiles of drawings as PNG with a palette. Colours are first
// cut to 5 bits a channel, which no eye sees on a plan; up to 256 of those are
// then kept exactly, so lines and letters stay as they were drawn. A tile with
// more (a photograph on a drawing) gets the palette that splits its colours
// best, by median cut. Equal colours get equal results in neighbouring tiles
// as long as both are exact. It is not safe for concurrent use.
type Drawing struct {
	enc   png.Encoder
	pool  onePool
	index [1 << 15]uint8
	count [1 << 15]uint32
	used  []uint16
	keys  []uint16
	pix   []byte
	plain map[uint16][]byte // tiles of one colour
}

// NewDrawing makes an encoder of drawings.
func NewDrawing() *Drawing {
	d := &Drawing{
		plain: map[uint16][]byte{},
		keys:  make([]uint16, TileSize*TileSize),
		pix:   make([]byte, TileSize*TileSize),
	}
	d.enc = png.Encoder{CompressionLevel: png.DefaultCompression, BufferPool: &d.pool}
	return d
}

// onePool keeps the compressor of the last tile for the next.
type onePool struct{ buf *png.EncoderBuffer }

func (p *onePool) Get() *png.EncoderBuffer  { return p.buf }
func (p *onePool) Put(b *png.EncoderBuffer) { p.buf = b }

// Encode makes the PNG of a tile.
func (d *Drawing) Encode(tile *image.RGBA) ([]byte, error) {
	d.read(tile)
	if len(d.used) == 1 {
		if b, ok := d.plain[d.used[0]]; ok {
			return b, nil
		}
	}
	var palette color.Palette
	if len(d.used) <= 256 {
		slices.Sort(d.used) // equal pictures give equal bytes
		for i, k := range d.used {
			d.index[k] = uint8(i) //nolint:gosec // at most 255
			palette = append(palette, expand(k))
		}
	} else {
		palette = d.medianCut()
	}
	for i, k := range d.keys {
		d.pix[i] = d.index[k]
	}
	for _, k := range d.used {
		d.count[k] = 0
	}
	var out bytes.Buffer
	img := &image.Paletted{Pix: d.pix, Stride: TileSize, Rect: image.Rect(0, 0, TileSize, TileSize), Palette: palette}
	if err := d.enc.Encode(&out, img); err != nil {
		return nil, err
	}
	b := bytes.Clone(out.Bytes())
	if len(d.used) == 1 {
		d.plain[d.used[0]] = b
	}
	return b, nil
}

// read cuts the pixels to 15 bits and counts the colours.
func (d *Drawing) read(tile *image.RGBA) {
	for _, k := range d.used {
		d.count[k] = 0
	}
	d.used = d.used[:0]
	at := 0
	for y := range TileSize {
		row := tile.Pix[y*tile.Stride:][: 4*TileSize : 4*TileSize]
		for x := 0; x < TileSize; {
			p := binary.LittleEndian.Uint32(row[4*x:])
			k := uint16(p>>3&0x1f | p>>11&0x1f<<5 | p>>19&0x1f<<10) //nolint:gosec // 15 bits
			from := x
			for x++; x < TileSize && binary.LittleEndian.Uint32(row[4*x:]) == p; x++ {
			}
			if d.count[k] == 0 {
				d.used = append(d.used, k)
			}
			d.count[k] += uint32(x - from) //nolint:gosec // at most 512
			keys := d.keys[at+from : at+x]
			for i := range keys {
				keys[i] = k
			}
		}
		at += TileSize
	}
}

// expand is the colour of a 15-bit key: 0 is 0 and 31 is 255.
func expand(k uint16) color.RGBA {
	c := func(v uint16) uint8 { return uint8(v<<3 | v>>2) } //nolint:gosec // 5 bits in, 8 out
	return color.RGBA{R: c(k & 0x1f), G: c(k >> 5 & 0x1f), B: c(k >> 10 & 0x1f), A: 0xff}
}

// box is a part of d.used that shares a palette entry.
type box struct {
	keys   []uint16
	weight uint64
	axis   uint // shift of the channel it is widest in
	spread uint64
}

// medianCut fills d.index for d.used and returns the palette. The colour of a
// box is its most frequent one, so a flat area keeps its colour.
func (d *Drawing) medianCut() color.Palette {
	boxes := []box{d.measure(slices.Clone(d.used))}
	for len(boxes) < 256 {
		worst := 0
		for i, b := range boxes {
			if b.spread > boxes[worst].spread {
				worst = i
			}
		}
		b := boxes[worst]
		if b.spread == 0 {
			break
		}
		slices.SortFunc(b.keys, func(p, q uint16) int {
			return int(p>>b.axis&0x1f) - int(q>>b.axis&0x1f)
		})
		half, cut := uint64(0), 0
		for ; cut < len(b.keys)-1 && half < b.weight/2; cut++ {
			half += uint64(d.count[b.keys[cut]])
		}
		cut = max(cut, 1)
		boxes[worst] = d.measure(b.keys[:cut])
		boxes = append(boxes, d.measure(b.keys[cut:]))
	}
	palette := make(color.Palette, len(boxes))
	for i, b := range boxes {
		most := b.keys[0]
		for _, k := range b.keys {
			d.index[k] = uint8(i) //nolint:gosec // at most 255
			if d.count[k] > d.count[most] {
				most = k
			}
		}
		palette[i] = expand(most)
	}
	return palette
}

func (d *Drawing) measure(keys []uint16) box {
	b := box{keys: keys}
	var lo, hi [3]uint16
	for i := range lo {
		lo[i] = 0x1f
	}
	for _, k := range keys {
		b.weight += uint64(d.count[k])
		for i := range lo {
			v := k >> (5 * i) & 0x1f
			lo[i], hi[i] = min(lo[i], v), max(hi[i], v)
		}
	}
	width := uint16(0)
	for i := range lo {
		if w := hi[i] - lo[i]; w > width {
			width, b.axis = w, uint(5*i) //nolint:gosec // 0, 5 or 10
		}
	}
	b.spread = uint64(width) * uint64(width) * b.weight
	return b
}

// Photo encodes tiles of photographs as JPEG.
type Photo struct {
	Quality int
}

// Encode makes the JPEG of a tile.
func (p Photo) Encode(tile *image.RGBA) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, tile, &jpeg.Options{Quality: p.Quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
