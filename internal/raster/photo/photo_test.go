package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"
	"time"

	"plumbline/internal/fault"
)

// scene is a picture whose corners differ, of odd size on purpose.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{40, 80, 160, 255}
			switch {
			case x < w/2 && y < h/2:
				c = color.RGBA{220, 40, 40, 255}
			case y < h/2:
				c = color.RGBA{40, 200, 60, 255}
			case x < w/2:
				c = color.RGBA{240, 220, 50, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// exifBlock is an EXIF block: orientation, times, place, and an interoperability
// directory with a tag 2, which must not be taken for a latitude.
func exifBlock(orientation int, gps bool) []byte {
	var b []byte
	u16 := func(v int) { b = binary.LittleEndian.AppendUint16(b, uint16(v)) }
	u32 := func(v int) { b = binary.LittleEndian.AppendUint32(b, uint32(v)) }
	row := func(tag, typ, n, value int) { u16(tag); u16(typ); u32(n); u32(value) }
	const ifd0, exif, gpsAt, interop, data = 8, 80, 160, 240, 280
	b = append(b, "II*\x00"...)
	u32(ifd0)
	u16(5)
	row(0x010f, 2, 5, data+100) // maker
	row(0x0112, 3, 1, orientation)
	row(0x8769, 4, 1, exif)
	if gps {
		row(0x8825, 4, 1, gpsAt)
	} else {
		row(0x0100, 4, 1, 7)
	}
	row(0xa005, 4, 1, interop)
	u32(0)
	pad := func(to int) { b = append(b, make([]byte, to-len(b))...) }
	pad(exif)
	u16(3)
	row(0x9003, 2, 20, data)   // DateTimeOriginal
	row(0x9011, 2, 7, data+20) // OffsetTimeOriginal
	row(0xa005, 4, 1, interop)
	u32(0)
	pad(gpsAt)
	u16(4)
	row(1, 2, 2, 'S')
	row(2, 5, 3, data+30)
	row(3, 2, 2, 'E')
	row(4, 5, 3, data+54)
	u32(0)
	pad(interop)
	u16(2)
	row(1, 2, 4, 'R'|'9'<<8|'8'<<16)
	row(2, 5, 3, data+54)
	u32(0)
	pad(data)
	b = append(b, "2026:03:29 02:30:00\x00+02:00\x00"...)
	pad(data + 30)
	rational := func(n, d int) { u32(n); u32(d) }
	rational(51, 1)
	rational(3, 1)
	rational(0, 1)
	rational(3, 1)
	rational(43, 1)
	rational(12, 1)
	pad(data + 100)
	return append(b, "ACME\x00"...)
}

func profileFor(space string) []byte {
	b := bytes.Repeat([]byte("profile"), 20_000) // needs three segments
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	copy(b[16:], space)
	copy(b[36:], "acsp")
	return b
}

// dress puts metadata of every sort into a plain JPEG.
func dress(t testing.TB, plain []byte, orientation int, gps bool, icc []byte) []byte {
	t.Helper()
	b := []byte{0xff, mSOI}
	b = appendSegment(b, mAPP0, append([]byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01"), 9, 9, 9))
	b = appendSegment(b, mAPP1, append([]byte("Exif\x00\x00"), exifBlock(orientation, gps)...))
	b = appendSegment(b, mAPP1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>"))
	for i := 0; i*iccPerPart < len(icc); i++ {
		part := icc[i*iccPerPart : min((i+1)*iccPerPart, len(icc))]
		b = appendSegment(b, mAPP2, append([]byte(iccHeader+string(rune(i+1))+string(rune((len(icc)+iccPerPart-1)/iccPerPart))), part...))
	}
	b = appendSegment(b, mAPP2, []byte("MPF\x00SECRET"))
	b = appendSegment(b, 0xed, []byte("Photoshop 3.0\x00SECRET"))
	b = appendSegment(b, 0xfe, []byte("SECRET comment"))
	b = append(b, plain[2:]...)
	return append(b, "SECRET trailer \xff\xd8 with another picture"...)
}

func encoded(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// store is the scene as a camera held at the given orientation stores it: the
// inverse of what the code under test does, written out from the EXIF table.
func store(img *image.RGBA, orientation int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for y := range h {
		for x := range w {
			at := map[int][2]int{
				1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {y, w - 1 - x}, 7: {h - 1 - y, w - 1 - x}, 8: {h - 1 - y, x},
			}[orientation]
			out.SetRGBA(at[0], at[1], img.RGBAAt(x, y))
		}
	}
	return out
}

// differ is the mean difference of a channel.
func differ(a, b image.Image) float64 {
	if a.Bounds().Size() != b.Bounds().Size() {
		return math.Inf(1)
	}
	sum, n := 0.0, 0
	step := 1 + a.Bounds().Dx()*a.Bounds().Dy()/300_000 // a sample of a large picture
	for y := 0; y < a.Bounds().Dy(); y += step {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y).RGBA()
			r2, g2, b2, _ := b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y).RGBA()
			for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
				sum += math.Abs(float64(d)) / 257
				n++
			}
		}
	}
	return sum / float64(n)
}

// bare checks that a JPEG holds nothing but its picture and a profile.
func bare(t testing.TB, b []byte) *segments {
	t.Helper()
	if bytes.Contains(b, []byte("SECRET")) || bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("ACME")) {
		t.Error("metadata is left")
	}
	if !bytes.HasSuffix(b, []byte{0xff, mEOI}) {
		t.Error("something follows the end")
	}
	s, err := parseJPEG(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range s.list {
		switch {
		case g.marker == mAPP0 && len(g.body) == 14, g.marker == mAPP14 && len(g.body) == 12,
			g.marker == mAPP2 && bytes.HasPrefix(g.body, []byte(iccHeader)),
			g.marker < mAPP0:
		default:
			t.Errorf("a segment %#x of %d bytes is left", g.marker, len(g.body))
		}
	}
	return s
}

func TestCleanTurnsUpright(t *testing.T) {
	t.Parallel()
	want := scene(61, 37)
	for o := 1; o <= 8; o++ {
		t.Run(fmt.Sprint("orientation ", o), func(t *testing.T) {
			t.Parallel()
			in := dress(t, encoded(t, store(want, o)), o, true, profileFor("RGB "))
			var out bytes.Buffer
			info, err := Clean(in, &out, 0, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			s := bare(t, out.Bytes())
			got, err := jpeg.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			if d := differ(want, got); d > 6 {
				t.Errorf("the picture is off by %.1f", d)
			}
			if info.Width != 61 || info.Height != 37 {
				t.Errorf("size %d × %d", info.Width, info.Height)
			}
			if !bytes.Equal(s.profile(), profileFor("RGB ")) {
				t.Error("the profile is lost")
			}
			if w, h, err := Size(in, 1, Limits{}); err != nil || w != 61 || h != 37 {
				t.Errorf("Size says %d × %d, %v", w, h, err)
			}
		})
	}
}

func TestCleanKeepsUprightPixels(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		img  image.Image
		icc  []byte
		kept bool // the profile
	}{
		{"colour", scene(61, 37), profileFor("RGB "), true},
		{"grey", image.NewGray(image.Rect(0, 0, 20, 9)), profileFor("GRAY"), true},
		{"grey with a profile of another space", image.NewGray(image.Rect(0, 0, 20, 9)), profileFor("CMYK"), false},
		{"a profile that is none", scene(20, 20), []byte("SECRET, no profile at all"), false},
		{"no profile", scene(20, 20), nil, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plain := encoded(t, c.img)
			var out bytes.Buffer
			if _, err := Clean(dress(t, plain, 1, true, c.icc), &out, 0, Limits{}); err != nil {
				t.Fatal(err)
			}
			s := bare(t, out.Bytes())
			if (s.profile() != nil) != c.kept {
				t.Errorf("a profile of %d bytes, kept should be %v", len(s.profile()), c.kept)
			}
			a, _ := jpeg.Decode(bytes.NewReader(plain))
			b, err := jpeg.Decode(&out)
			if err != nil || differ(a, b) != 0 {
				t.Errorf("the pixels changed (%v)", err)
			}
		})
	}
}

func TestMeta(t *testing.T) {
	t.Parallel()
	plain := encoded(t, scene(16, 16))
	var out bytes.Buffer
	info, err := Clean(dress(t, plain, 1, true, nil), &out, 0, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC)
	if info.TakenAt == nil || !info.TakenAt.Equal(want) || !info.TakenZone {
		t.Errorf("taken at %v, want %v", info.TakenAt, want)
	}
	if info.Lat == nil || info.Lon == nil || math.Abs(*info.Lat+51.05) > 1e-9 || math.Abs(*info.Lon-3.72) > 1e-9 {
		t.Errorf("place %v %v", info.Lat, info.Lon)
	}
	// The interoperability directory alone is no place.
	info, err = Clean(dress(t, plain, 1, false, nil), &out, 0, Limits{})
	if err != nil || info.Lat != nil || info.Lon != nil {
		t.Errorf("a place out of nothing: %v %v %v", info.Lat, info.Lon, err)
	}
}

func TestUseMeta(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		tags   map[string]any
		orient int
		at     string // RFC 3339 without offset, "" for none
		zone   bool
		place  bool
	}{
		{"nothing", nil, 1, "", false, false},
		{"orientation 9", map[string]any{"Orientation": uint16(9)}, 1, "", false, false},
		{"orientation as text", map[string]any{"Orientation": "6"}, 1, "", false, false},
		{"civil time", map[string]any{"DateTimeOriginal": "2026:01:02 03:04:05"}, 1, "2026-01-02T03:04:05", false, false},
		{"offset of nonsense", map[string]any{"DateTimeOriginal": "2026:01:02 03:04:05", "OffsetTimeOriginal": "+99"}, 1, "2026-01-02T03:04:05", false, false},
		{"zeros for a time", map[string]any{"DateTimeOriginal": "0000:00:00 00:00:00"}, 1, "", false, false},
		{"digitized only", map[string]any{"CreateDate": "2020:02:29 23:59:59"}, 1, "2020-02-29T23:59:59", false, false},
		{"place", map[string]any{"GPSLatitude": 51.0, "GPSLatitudeRef": "N", "GPSLongitude": 3.0, "GPSLongitudeRef": "W"}, 1, "", false, true},
		{"place without a side", map[string]any{"GPSLatitude": 51.0, "GPSLongitude": 3.0}, 1, "", false, false},
		{"latitude alone", map[string]any{"GPSLatitude": 51.0, "GPSLatitudeRef": "N"}, 1, "", false, false},
		{"no fix", map[string]any{"GPSLatitude": 0.0, "GPSLatitudeRef": "N", "GPSLongitude": 0.0, "GPSLongitudeRef": "E"}, 1, "", false, false},
		{"NaN", map[string]any{"GPSLatitude": math.NaN(), "GPSLatitudeRef": "N", "GPSLongitude": 3.0, "GPSLongitudeRef": "E"}, 1, "", false, false},
		{"off the earth", map[string]any{"GPSLatitude": 91.0, "GPSLatitudeRef": "N", "GPSLongitude": 3.0, "GPSLongitudeRef": "E"}, 1, "", false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &picture{orientation: 1}
			p.useMeta(c.tags)
			if p.orientation != c.orient {
				t.Errorf("orientation %d, want %d", p.orientation, c.orient)
			}
			got := ""
			if p.meta.TakenAt != nil {
				got = p.meta.TakenAt.Format("2006-01-02T15:04:05")
			}
			if got != c.at || p.meta.TakenZone != c.zone {
				t.Errorf("taken %q zone %v, want %q %v", got, p.meta.TakenZone, c.at, c.zone)
			}
			if (p.meta.Lat != nil) != c.place {
				t.Errorf("place %v", p.meta.Lat)
			}
		})
	}
}

// chunked puts chunks right after the header of a PNG.
func chunked(plain []byte, chunks ...string) []byte {
	b := bytes.Clone(plain[:33])
	for _, c := range chunks { // type and body in one
		b = binary.BigEndian.AppendUint32(b, uint32(len(c)-4))
		b = append(b, c...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(c)))
	}
	return append(b, plain[33:]...)
}

func TestCleanPNG(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := png.Encode(&b, store(scene(61, 37), 6)); err != nil {
		t.Fatal(err)
	}
	in := chunked(b.Bytes(), "tEXtAuthor\x00SECRET", "eXIf"+string(exifBlock(6, true)))
	var out bytes.Buffer
	info, err := Clean(in, &out, 0, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	bare(t, out.Bytes())
	got, err := jpeg.Decode(&out)
	if err != nil || differ(scene(61, 37), got) > 6 {
		t.Errorf("not upright (%v)", err)
	}
	if info.Lat == nil || info.TakenAt == nil {
		t.Error("time and place are lost")
	}
	// What is transparent becomes white, not black.
	b.Reset()
	_ = png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 8, 8)))
	out.Reset()
	if _, err := Clean(b.Bytes(), &out, 0, Limits{}); err != nil {
		t.Fatal(err)
	}
	got, _ = jpeg.Decode(&out)
	if r, _, _, _ := got.At(4, 4).RGBA(); r>>8 < 250 {
		t.Errorf("transparent became %d", r>>8)
	}
}

func TestKindsOfPNG(t *testing.T) {
	t.Parallel()
	r := image.Rect(0, 0, 33, 21)
	for _, img := range []interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		image.NewGray(r), image.NewGray16(r), image.NewNRGBA(r), image.NewRGBA(r), image.NewNRGBA64(r), image.NewRGBA64(r),
		image.NewPaletted(r, color.Palette{color.White, color.Black, color.Gray{100}}), image.NewCMYK(r),
	} {
		for y := range 21 {
			for x := range 33 {
				img.Set(x, y, color.Gray{uint8(100 * min(1, x/16))})
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		up, err := Upright(b.Bytes(), 1, Limits{})
		if err != nil || differ(img, up) > 0.6 {
			t.Errorf("%T comes out as %T off by %.1f (%v)", img, up, differ(img, up), err)
		}
	}
}

func TestThumb(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name         string
		w, h         int
		orientation  int
		edge         int
		wantW, wantH int
	}{
		{"wide", 640, 360, 1, 128, 128, 72},
		{"tall", 361, 640, 1, 128, 72, 128},
		{"on its side", 640, 360, 6, 128, 128, 72},
		{"small already", 50, 30, 1, 128, 50, 30},
		{"a strip", 2000, 3, 1, 100, 100, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := scene(c.w, c.h)
			var out bytes.Buffer
			w, h, err := Thumb(dress(t, encoded(t, store(want, c.orientation)), c.orientation, true, nil), &out, c.edge, Limits{})
			if err != nil || w != c.wantW || h != c.wantH {
				t.Fatalf("%d × %d, %v; want %d × %d", w, h, err, c.wantW, c.wantH)
			}
			bare(t, out.Bytes())
			got, err := jpeg.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			if c.h > 10 && differ(got, scene(w, h)) > 12 {
				t.Errorf("the picture is off by %.1f", differ(got, scene(w, h)))
			}
		})
	}
}

func TestShrinkKeepsFlatAndMean(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 7, 100, 513} {
		for _, m := range []int{1, 3, 64, 600} {
			total := make([]uint32, n)
			for _, v := range weights(n, m) {
				sum := uint32(0)
				for k, s := range v.shares {
					sum += s
					total[v.from+k] += s
				}
				if sum != one {
					t.Fatalf("%d to %d: weights add up to %d", n, m, sum)
				}
			}
			for i, s := range total {
				if want := float64(one) * float64(m) / float64(n); math.Abs(float64(s)-want) > float64(m)/float64(n)+2 {
					t.Errorf("%d to %d: line %d weighs %d, want %.0f", n, m, i, s, want)
				}
			}
		}
	}
	p := plane{bytes.Repeat([]byte{255}, 100*70), 100, 100, 70, 1}.shrink(33, 17)
	if bytes.IndexFunc(p.pix, func(r rune) bool { return r != 255 && r != 0xfffd }) >= 0 || bytes.Count(p.pix, []byte{255}) != 33*17 {
		t.Error("white does not stay white")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	plain := encoded(t, scene(64, 64))
	var pb bytes.Buffer
	_ = png.Encode(&pb, scene(64, 64))
	bomb := bytes.Clone(plain)
	sof := bytes.Index(bomb, []byte{0xff, mSOF0})
	copy(bomb[sof+5:], []byte{0xff, 0xdc, 0xff, 0xdc})
	pngBomb := bytes.Clone(pb.Bytes())
	copy(pngBomb[16:], []byte{0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50})
	cases := []struct {
		name string
		in   []byte
		kind fault.Kind
		code string
	}{
		{"empty", nil, fault.Unsupported, "unsupported-format"},
		{"GIF", []byte("GIF89a\x01\x00\x01\x00"), fault.Unsupported, "unsupported-format"},
		{"JPEG bomb", bomb, fault.TooLarge, "too-many-pixels"},
		{"PNG bomb", pngBomb, fault.TooLarge, "too-many-pixels"},
		{"JPEG cut in the header", plain[:40], fault.Unreadable, "damaged"},
		{"JPEG cut in the picture", plain[:len(plain)/2], fault.Unreadable, "damaged"},
		{"two frames", append(append(bytes.Clone(plain[:sof]), plain[sof:sof+19]...), plain[sof:]...), fault.Unreadable, "damaged"},
		{"PNG cut", pb.Bytes()[:pb.Len()/2], fault.Unreadable, "damaged"},
		{"PNG header only", pb.Bytes()[:20], fault.Unreadable, "damaged"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			_, err := Clean(c.in, &out, 0, Limits{})
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("got %v, want %v %q", err, c.kind, c.code)
			}
			if out.Len() != 0 {
				t.Errorf("%d bytes were written", out.Len())
			}
		})
	}
	// Progressive files take memory by the coefficient.
	s := &segments{width: 8000, height: 8000, samples: 12, components: 3, progressive: true}
	if got := int64(s.width) * int64(s.height) * s.decodeCost() / 4; got < 1<<30 {
		t.Errorf("a large progressive file is thought to take %d bytes", got)
	}
}

func FuzzClean(f *testing.F) {
	plain := encoded(f, scene(17, 9))
	f.Add(dress(f, plain, 6, true, profileFor("RGB ")[:200]))
	f.Add(dress(f, plain, 1, true, nil))
	var b bytes.Buffer
	_ = png.Encode(&b, scene(9, 5))
	f.Add(chunked(b.Bytes(), "eXIf"+string(exifBlock(3, true))))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		info, err := Clean(in, &out, 64, Limits{Pixels: 1 << 20})
		if err != nil {
			switch fault.KindOf(err) {
			case fault.Unreadable, fault.Unsupported, fault.TooLarge:
			default:
				t.Errorf("an error of kind %v: %v", fault.KindOf(err), err)
			}
			return
		}
		img, err := jpeg.Decode(&out)
		if err != nil {
			t.Fatalf("what was written does not decode: %v", err)
		}
		if img.Bounds().Dx() != info.Width || img.Bounds().Dy() != info.Height || max(info.Width, info.Height) > 64 {
			t.Errorf("%v, said %d × %d", img.Bounds(), info.Width, info.Height)
		}
	})
}
