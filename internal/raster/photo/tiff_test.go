package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"testing"

	"golang.org/x/image/tiff"

	"plumbline/internal/fault"
)

// entry is a tag with one number, or with text.
type entry struct {
	tag, kind uint16
	value     uint32
	text      string
}

// makeTIFF writes by hand a file of pages, each of which has its tags and, as
// its one strip, its pixels. The file's first eight bytes point to the first.
func makeTIFF(pages ...[]entry) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x00")
	put := binary.BigEndian
	link := 4
	for _, tags := range pages {
		var texts []uint32
		for _, e := range tags {
			texts = append(texts, uint32(len(b)))
			b = append(b, e.text...)
		}
		put.PutUint32(b[link:], uint32(len(b)))
		b = put.AppendUint16(b, uint16(len(tags)))
		for i, e := range tags {
			n, v := uint32(1), e.value
			if e.text != "" {
				if n = uint32(len(e.text)); e.kind == 4 {
					n = 1 // a strip's place
				}
				v = texts[i]
			}
			if e.kind == 3 {
				v <<= 16
			}
			b = put.AppendUint16(b, e.tag)
			b = put.AppendUint16(b, e.kind)
			b = put.AppendUint32(b, n)
			b = put.AppendUint32(b, v)
		}
		link = len(b)
		b = append(b, 0, 0, 0, 0)
	}
	return b
}

// grey is the tags of a page of one byte a pixel, all of them dark or light.
func grey(w, h int, shade byte, more ...entry) []entry {
	tags := []entry{
		{tag: 256, kind: 4, value: uint32(w)}, {tag: 257, kind: 4, value: uint32(h)}, {tag: 258, kind: 3, value: 8},
		{tag: 259, kind: 3, value: 1}, {tag: 262, kind: 3, value: 1}, {tag: 273, kind: 4, text: string(bytes.Repeat([]byte{shade}, w*h))},
	}
	tags = append(tags, more...)
	tags = append(tags, entry{tag: 278, kind: 4, value: uint32(h)}, entry{tag: 279, kind: 4, value: uint32(w * h)})
	slices.SortFunc(tags, func(a, b entry) int { return int(a.tag) - int(b.tag) })
	return tags
}

func TestTIFF(t *testing.T) {
	t.Parallel()
	src := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range src.Pix {
		src.Pix[i] = 0xff
	}
	src.SetRGBA(3, 4, color.RGBA{200, 10, 10, 255})
	for name, how := range map[string]*tiff.Options{"plain": nil, "deflate": {Compression: tiff.Deflate, Predictor: true}} {
		var b, out bytes.Buffer
		if err := tiff.Encode(&b, src, how); err != nil {
			t.Fatal(err)
		}
		info, err := Clean(b.Bytes(), &out, 0, Limits{})
		if err != nil || info.Width != 40 || info.Height != 30 {
			t.Fatalf("%s: %+v, %v", name, info, err)
		}
		bare(t, out.Bytes())
		img, err := jpeg.Decode(&out)
		if err != nil {
			t.Fatal(err)
		}
		if r, g, _, _ := img.At(3, 4).RGBA(); r>>8 < g>>8 {
			t.Errorf("%s: the red pixel is not red", name)
		}
	}
}

// TestTIFFPages: each page is found and read, thumbnails between them are not,
// and a page lying on its side is set upright.
func TestTIFFPages(t *testing.T) {
	t.Parallel()
	thumb := append([]entry{{tag: 254, kind: 4, value: 1}}, grey(2, 2, 9)...)
	file := makeTIFF(grey(20, 10, 250), thumb, grey(30, 10, 10, entry{tag: 274, kind: 3, value: 6}))
	if n, err := Pages(file); err != nil || n != 2 {
		t.Fatalf("%d pages, %v", n, err)
	}
	for page, want := range map[int]image.Rectangle{1: image.Rect(0, 0, 20, 10), 2: image.Rect(0, 0, 10, 30)} {
		img, err := Upright(file, page, Limits{})
		if err != nil || img.Bounds() != want {
			t.Fatalf("page %d: %v", page, err)
		}
		if light := img.(*image.Gray).Pix[0] > 128; light != (page == 1) {
			t.Errorf("page %d is another page", page)
		}
		if w, h, err := Size(file, page, Limits{}); err != nil || w != want.Dx() || h != want.Dy() {
			t.Errorf("page %d: %d × %d, %v", page, w, h, err)
		}
	}
	if _, err := Upright(file, 3, Limits{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("page 3: %v", err)
	}
}

// TestTIFFTells: what the file says of its maker does not stay.
func TestTIFFTells(t *testing.T) {
	t.Parallel()
	file := makeTIFF(grey(20, 10, 250, entry{tag: 271, kind: 2, text: "ACME SECRET\x00"}, entry{tag: 274, kind: 3, value: 3}))
	var out bytes.Buffer
	if _, err := Clean(file, &out, 0, Limits{}); err != nil {
		t.Fatal(err)
	}
	bare(t, out.Bytes())
}

func TestTIFFHostile(t *testing.T) {
	t.Parallel()
	huge := grey(4, 4, 0)
	huge[0].value, huge[1].value = 60_000, 60_000
	round := makeTIFF(grey(4, 4, 0))
	binary.BigEndian.PutUint32(round[len(round)-4:], binary.BigEndian.Uint32(round[4:]))
	colours := []entry{{tag: 256, kind: 4, value: 4}, {tag: 257, kind: 4, value: 4}, {tag: 262, kind: 3, value: 2}, {tag: 277, kind: 3, value: 3}, {tag: 284, kind: 3, value: 2}}
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"a bomb":              {makeTIFF(huge), "too-many-pixels"},
		"pages in a circle":   {round, ""},
		"no size":             {makeTIFF([]entry{{tag: 262, kind: 3, value: 1}}), "damaged"},
		"a plane a colour":    {makeTIFF(colours), "tiff-not-read"},
		"a thumbnail alone":   {makeTIFF(append([]entry{{tag: 254, kind: 4, value: 1}}, grey(2, 2, 9)...)), "tiff-not-read"},
		"a header alone":      {[]byte("II*\x00"), "damaged"},
		"beyond the end":      {[]byte("II*\x00\xff\xff\xff\xff"), "damaged"},
		"television's colour": {makeTIFF([]entry{{tag: 256, kind: 4, value: 4}, {tag: 257, kind: 4, value: 4}, {tag: 258, kind: 3, value: 8}, {tag: 262, kind: 3, value: 6}}), "tiff-not-read"},
		"pixels beyond":       {makeTIFF(grey(4, 4, 0))[:30], "damaged"},
	} {
		var out bytes.Buffer
		_, err := Clean(c.file, &out, 0, Limits{})
		if fault.CodeOf(err) != c.code && (c.code != "" || err != nil) {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// FuzzOpen reads headers of all formats: none panics, and none that is taken
// asks for more than the limits.
func FuzzOpen(f *testing.F) {
	f.Add(makeTIFF(grey(20, 10, 250), grey(3, 3, 1)), 2)
	f.Add([]byte("\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda"), 1)
	f.Add([]byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00mif1\x00\x00\x00\x08meta"), 1)
	f.Fuzz(func(t *testing.T, b []byte, page int) {
		limits := Limits{Pixels: 1 << 20, Memory: 1 << 24}
		p, err := open(b, page, limits)
		if err != nil {
			if fault.KindOf(err) == fault.Other {
				t.Errorf("%v", err)
			}
			return
		}
		if p.width < 1 || p.height < 1 || int64(p.width)*int64(p.height) > limits.Pixels {
			t.Errorf("%d × %d", p.width, p.height)
		}
	})
}
