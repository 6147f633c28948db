package raster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/raster"
	"plumbline/internal/raster/photo"
	"plumbline/internal/sandbox"
	"plumbline/internal/sandbox/sandboxtest"
	"plumbline/internal/sheet"
)

var child = &sandboxtest.Builder{Package: "./internal/raster/child", FromEnv: true}

// cache keeps PDFium compiled for the whole test binary.
var cache = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "plumbline-raster-cache-") })

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	if dir, err := cache(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// engine makes an engine; change, if given, sets its configuration.
func engine(t testing.TB, change func(*raster.Config)) *raster.Engine {
	t.Helper()
	dir, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	c := raster.Config{Sandbox: child.Runner(t), CacheDir: dir}
	if change != nil {
		change(&c)
	}
	e, err := raster.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// page is a page of a test PDF.
type page struct {
	attributes string // of the page, such as "/Rotate 90"
	content    string
}

// makePDF writes a PDF by hand.
func makePDF(pages ...page) []byte {
	var kids []string
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	for _, p := range pages {
		n := len(objects) + 1
		kids = append(kids, fmt.Sprintf("%d 0 R", n))
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>%s>>", n+1, p.attributes),
			fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(p.content), p.content))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.Join(kids, " "), len(kids))
	return assemble(objects)
}

// assemble numbers objects from 1, the first of which is the catalogue.
func assemble(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return b.Bytes()
}

// formBomb draws a form that draws a form ten times, twelve deep: a kilobyte
// that asks for 10¹² strokes.
func formBomb() []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
		"<</Length 5>>stream\n/X Do\nendstream",
	}
	for i := range 12 {
		draws := strings.Repeat("/X Do ", 10)
		objects = append(objects, fmt.Sprintf("<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</X %d 0 R>>>>/Length %d>>stream\n%s\nendstream", 6+i, len(draws), draws))
	}
	return assemble(append(objects, "<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Length 15>>stream\n0 0 m 9 9 l S  \nendstream"))
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tile makes an archive and opens it.
func tile(t testing.TB, e *raster.Engine, file string, page int, dpi float64) *raster.Archive {
	t.Helper()
	out := filepath.Join(t.TempDir(), "sheet.pmtiles")
	s, err := e.Tile(t.Context(), file, page, dpi, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := open(t, out)
	if s != a.Sheet {
		// The number of tiles is known only when all are made, which is before
		// the metadata is written.
		t.Errorf("told %+v, wrote %+v", s, a.Sheet)
	}
	return a
}

func open(t testing.TB, path string) *raster.Archive {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	i, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := raster.Open(f, i.Size())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// red is the middle of all red pixels.
func red(img *image.RGBA) (x, y float64, n int) {
	for py := range img.Rect.Dy() {
		for px := range img.Rect.Dx() {
			c := img.RGBAAt(px, py)
			if c.R > 180 && c.G < 90 && c.B < 90 {
				x, y, n = x+float64(px)+.5, y+float64(py)+.5, n+1
			}
		}
	}
	return x / float64(n), y / float64(n), n
}

// TestPinsStay: what is drawn at a place of the page shows at the place that
// package sheet says, for each rotation, with a crop box off the origin.
func TestPinsStay(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	const w, h = 200.5, 120.25
	mark := sheet.Point{X: 41.5, Y: 17.25} // from the lower left corner of the crop box
	for _, rotation := range []int{0, 90, 180, 270, -90, 450} {
		t.Run(fmt.Sprint("rotate ", rotation), func(t *testing.T) {
			t.Parallel()
			file := write(t, "a.pdf", makePDF(page{
				fmt.Sprintf("/MediaBox[0 0 600 400]/CropBox[30 50 %g %g]/Rotate %d", 30+w, 50+h, rotation),
				fmt.Sprintf("1 0 0 rg %g %g 6 6 re f", 30+mark.X-3, 50+mark.Y-3),
			}))
			pages, err := e.Info(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			want := raster.Page{Width: w, Height: h, Rotation: sheet.Rotation(rotation), Kind: raster.KindPDF}
			if len(pages) != 1 || pages[0] != want {
				t.Fatalf("pages %+v, want %+v", pages, want)
			}
			frame := sheet.Displayed(w, h, rotation)
			a := tile(t, e, file, 1, 0)
			if got := a.Sheet.Frame; got != pages[0].Frame() || got.Width != frame.Width || got.Height != frame.Height {
				t.Errorf("frame %v, want %v", got, frame)
			}
			at := sheet.PageToFrame(w, h, rotation).Apply(mark)
			img, err := a.Cutout(raster.Rect{W: frame.Width, H: frame.Height}, int(frame.Width*4), int(frame.Height*4))
			if err != nil {
				t.Fatal(err)
			}
			x, y, n := red(img)
			x, y = x*frame.Width/float64(img.Rect.Dx()), y*frame.Height/float64(img.Rect.Dy())
			if n == 0 || math.Hypot(x-at.X, y-at.Y) > 0.2 {
				t.Errorf("the mark shows at %.2f, %.2f, want %.2f, %.2f", x, y, at.X, at.Y)
			}
			// The same in a cut-out around the pin: it is in the middle.
			r := frame.Around(at, 30, 30)
			img, err = a.Cutout(raster.Rect(r), 300, 300)
			if err != nil {
				t.Fatal(err)
			}
			fx, fy := r.In(at)
			if x, y, n := red(img); n == 0 || math.Hypot(x-300*fx, y-300*fy) > 3 {
				t.Errorf("the mark shows at %.1f, %.1f of the cut-out, want %.1f, %.1f", x, y, 300*fx, 300*fy)
			}
		})
	}
}

// TestNoSeams: a page of several blocks, all of one colour under a grid of
// lines, shows no other colour where blocks and tiles meet, on any level.
func TestNoSeams(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	file := write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 1000 700]", "0.2 0.6 0.4 rg 0 0 1000 700 re f"}))
	a := tile(t, e, file, 1, 200) // 2778 × 1944: blocks of 2048
	if a.Sheet.Width != 2778 || a.Sheet.Height != 1944 || a.Sheet.MaxZoom != 3 {
		t.Fatalf("sheet %+v", a.Sheet)
	}
	for z := range a.Sheet.MaxZoom + 1 {
		shift := a.Sheet.MaxZoom - z
		w, h := a.Sheet.Width>>shift, a.Sheet.Height>>shift
		for ty := 0; ty*512 < h; ty++ {
			for tx := 0; tx*512 < w; tx++ {
				b, ok, err := a.Tile(z, tx, ty)
				if err != nil || !ok {
					t.Fatalf("tile %d/%d/%d: %v %v", z, tx, ty, ok, err)
				}
				img, err := png.Decode(bytes.NewReader(b))
				if err != nil {
					t.Fatal(err)
				}
				for y := range 512 {
					for x := range 512 {
						px, py := tx*512+x, ty*512+y
						r, g, bl, _ := img.At(x, y).RGBA()
						inside := px < w-1 && py < h-1
						outside := px > w+1 || py > h+1
						green := r>>8 < 70 && g>>8 > 140 && bl>>8 < 120
						if inside && !green || outside && (r != 0xffff || g != 0xffff || bl != 0xffff) {
							t.Fatalf("level %d pixel %d,%d of %d × %d is %d %d %d", z, px, py, w, h, r>>8, g>>8, bl>>8)
						}
					}
				}
			}
		}
	}
}

// TestSmallText: the strokes of letters 1 mm tall are told apart at the
// resolution of a large sheet.
func TestSmallText(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	// Helvetica's capitals are 0.718 of its size: 3.95 points make 1 mm.
	file := write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 3024 2160]", "BT /F 3.95 Tf 100 100 Td (HHHHHHHHHH) Tj ET"}))
	a := tile(t, e, file, 1, 0)
	if a.Sheet.DPI != raster.LargeDPI {
		t.Errorf("%v dpi", a.Sheet.DPI)
	}
	s := a.Sheet.Scale
	img, err := a.Cutout(raster.Rect{X: 99, Y: 2160 - 104, W: 32, H: 6}, int(32*s), int(6*s))
	if err != nil {
		t.Fatal(err)
	}
	// A row above the crossbar shows the two legs of each letter.
	legs, dark := 0, false
	y := int((2160 - 100 - 2.2 - (2160 - 104)) * s)
	for x := range img.Rect.Dx() {
		v := img.RGBAAt(x, y).R
		if v < 150 && !dark {
			legs++
		}
		dark = v < 150
	}
	if legs != 20 {
		t.Errorf("%d legs of ten letters H are seen, want 20", legs)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	file := write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 1000 700]", ""}))
	calls, last := 0, 0
	_, err := e.Tile(t.Context(), file, 1, 300, filepath.Join(t.TempDir(), "o"), func(done, total int) {
		calls++
		if done < last || done > total || total != 7 { // 4167 × 2917: 3 × 2 blocks, and the writing
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || calls == 0 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good := makePDF(page{"/MediaBox[0 0 100 100]", ""}, page{"/MediaBox[0 0 100 100]", ""}, page{"/MediaBox[0 0 100 100]", ""})
	var bomb bytes.Buffer
	_ = png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 9, 9)))
	copy(bomb.Bytes()[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0})
	cases := []struct {
		name   string
		file   []byte
		page   int
		dpi    float64
		change func(*raster.Config)
		info   bool // Info fails as well
		kind   fault.Kind
		code   string
	}{
		{"empty", nil, 1, 0, nil, true, fault.Unreadable, "damaged"},
		{"no PDF", []byte("this is only text, and no drawing at all"), 1, 0, nil, true, fault.Unsupported, "unsupported-format"},
		{"header only", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), 1, 0, nil, true, fault.Unreadable, "damaged"},
		{"page 0", good, 0, 0, nil, false, fault.NotFound, "page-not-found"},
		{"page 4 of 3", good, 4, 0, nil, false, fault.NotFound, "page-not-found"},
		{"too many pages", good, 1, 0, func(c *raster.Config) { c.MaxPages = 2 }, true, fault.TooLarge, "too-many-pages"},
		{"too large a file", good, 1, 0, func(c *raster.Config) { c.MaxFile = 100 }, true, fault.TooLarge, "file-too-large"},
		{"too many pixels asked for", good, 1, 600, func(c *raster.Config) { c.MaxPixels = 10_000 }, false, fault.TooLarge, "too-many-pixels"},
		{"a page too large for the limit", makePDF(page{"/MediaBox[0 0 14400 14400]", ""}), 1, 0, func(c *raster.Config) { c.MaxPixels = 100_000 }, false, fault.TooLarge, "too-many-pixels"},
		{"negative resolution", good, 1, -5, nil, false, fault.Invalid, "bad-dpi"},
		{"too little memory", good, 1, 0, func(c *raster.Config) { c.Memory = 30 << 20 }, true, fault.TooLarge, "too-much-memory"},
		{"too little time", good, 1, 0, func(c *raster.Config) { c.InfoTimeout, c.TileTimeout = 1, 1 }, true, fault.TooLarge, "took-too-long"},
		{"forms without end", formBomb(), 1, 0, nil, true, fault.TooLarge, "too-much-memory"},
		{"a bomb", bomb.Bytes(), 1, 0, nil, true, fault.TooLarge, "too-many-pixels"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := engine(t, c.change)
			file := write(t, "a", c.file)
			out := t.TempDir()
			_, err := e.Tile(t.Context(), file, c.page, c.dpi, filepath.Join(out, "o"), nil)
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("Tile: %v, want %v %q", err, c.kind, c.code)
			}
			if left, _ := os.ReadDir(out); len(left) != 0 {
				t.Errorf("%s is left behind", left[0].Name())
			}
			_, err = e.Info(t.Context(), file)
			if c.info && (fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code) || !c.info && err != nil {
				t.Errorf("Info: %v", err)
			}
		})
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	out := t.TempDir()
	file := write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 3000 3000]", ""}))
	_, err := e.Tile(ctx, file, 1, 300, filepath.Join(out, "o"), func(int, int) { cancel() })
	if fault.CodeOf(err) != sandbox.CodeStopped {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("%s is left behind", left[0].Name())
	}
}

// TestHungryPage: a page that needs more memory than there is ends in the
// clear code, not in a crash.
func TestHungryPage(t *testing.T) {
	t.Parallel()
	e := engine(t, func(c *raster.Config) { c.Memory = 120 << 20 })
	var b strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&b, "%d %d m %d %d l S\n", i%1000, i%777, i%991, i%313)
	}
	_, err := e.Info(t.Context(), write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 1000 800]", b.String()})))
	if fault.CodeOf(err) != "too-much-memory" {
		t.Errorf("got %v", err)
	}
}

// quarter is a picture whose upper left quarter is red.
func quarter(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{30, 60, 200, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{230, 20, 20, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// turnedJPEG is a JPEG with nothing but an orientation in its EXIF.
func turnedJPEG(t testing.TB, img image.Image, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00\x00")
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(out, b.Bytes()[2:]...)
}

func TestPictureAsDrawing(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	var p, noisy bytes.Buffer
	if err := png.Encode(&p, quarter(1300, 900)); err != nil {
		t.Fatal(err)
	}
	rainbow := quarter(1300, 900)
	for y := 450; y < 900; y++ {
		for x := range 1300 {
			rainbow.SetRGBA(x, y, color.RGBA{uint8(x / 8), uint8(y / 4), uint8(x + y), 255})
		}
	}
	if err := png.Encode(&noisy, rainbow); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		file []byte
		typ  string
	}{
		{"drawing as PNG", p.Bytes(), "image/png"},
		{"photograph as PNG", noisy.Bytes(), "image/jpeg"},
		{"JPEG", turnedJPEG(t, quarter(1300, 900), 1), "image/jpeg"},
		{"JPEG on its side", turnedJPEG(t, rotateBack(quarter(1300, 900)), 6), "image/jpeg"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := write(t, "a", c.file)
			pages, err := e.Info(t.Context(), file)
			if want := (raster.Page{Width: 1300, Height: 900, Kind: raster.KindPicture}); err != nil || len(pages) != 1 || pages[0] != want {
				t.Fatalf("pages %+v, %v; want %+v", pages, err, want)
			}
			a := tile(t, e, file, 1, 0)
			if a.Sheet.Frame != (raster.Size{Width: 1300, Height: 900}) || a.Sheet.Scale != 1 || a.Sheet.MaxZoom != 2 || a.ContentType() != c.typ {
				t.Errorf("sheet %+v, tiles %s", a.Sheet, a.ContentType())
			}
			img, err := a.Cutout(raster.Rect{W: 1300, H: 900}, 650, 450)
			if err != nil {
				t.Fatal(err)
			}
			if x, y, n := red(img); math.Abs(x-162.5) > 2 || math.Abs(y-112.5) > 2 || n < 70_000 {
				t.Errorf("the red quarter is around %.1f, %.1f (%d pixels)", x, y, n)
			}
			if _, err := e.Tile(t.Context(), file, 2, 0, filepath.Join(t.TempDir(), "o"), nil); fault.CodeOf(err) != "page-not-found" {
				t.Errorf("a second page: %v", err)
			}
		})
	}
}

// rotateBack turns a quarter counter-clockwise, as a camera does that then
// writes orientation 6.
func rotateBack(img *image.RGBA) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			out.SetRGBA(y, w-1-x, img.RGBAAt(x, y))
		}
	}
	return out
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	file := write(t, "a.jpg", turnedJPEG(t, rotateBack(quarter(1300, 900)), 6))
	dir := t.TempDir()
	clean := filepath.Join(dir, "clean.jpg")
	info, err := e.CleanPhoto(t.Context(), file, clean, 1000)
	if err != nil || info.Width != 1000 || info.Height != 692 {
		t.Fatalf("%+v, %v", info, err)
	}
	b, err := os.ReadFile(clean)
	if err != nil {
		t.Fatal(err)
	}
	if photo.Sniff(b) != photo.JPEG || bytes.Contains(b, []byte("Exif")) {
		t.Error("not a clean JPEG")
	}
	thumb := filepath.Join(dir, "thumb.jpg")
	info, err = e.Thumb(t.Context(), clean, thumb, 0)
	if err != nil || info.Width != 512 || info.Height != 354 {
		t.Errorf("thumbnail %+v, %v", info, err)
	}
	if _, err := e.CleanPhoto(t.Context(), write(t, "x.heic", []byte("\x00\x00\x00\x18ftypheic")), filepath.Join(dir, "x"), 0); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("HEIC: %v", err)
	}
	if _, err := e.CleanPhoto(t.Context(), filepath.Join(dir, "none"), filepath.Join(dir, "x"), 0); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no file: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%d files, want the two that were made", len(left))
	}
}

func TestCutoutRefuses(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	a := tile(t, e, write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 100 100]", ""})), 1, 0)
	for _, c := range []struct {
		name string
		r    raster.Rect
		w, h int
		ok   bool
	}{
		{"all", raster.Rect{W: 100, H: 100}, 50, 50, true},
		{"outside: white", raster.Rect{X: 500, Y: 500, W: 10, H: 10}, 50, 50, true},
		{"half outside", raster.Rect{X: -50, Y: -50, W: 100, H: 100}, 50, 50, true},
		{"empty", raster.Rect{}, 50, 50, false},
		{"NaN", raster.Rect{X: math.NaN(), W: 1, H: 1}, 50, 50, false},
		{"infinite", raster.Rect{W: math.Inf(1), H: 1}, 50, 50, false},
		{"too large", raster.Rect{W: 1, H: 1}, 5000, 50, false},
		{"no pixels", raster.Rect{W: 1, H: 1}, 0, 50, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			img, err := a.Cutout(c.r, c.w, c.h)
			if (err == nil) != c.ok || err != nil && fault.KindOf(err) != fault.Invalid {
				t.Fatalf("got %v", err)
			}
			if c.ok && (img.Rect.Dx() != c.w || img.RGBAAt(25, 25) != (color.RGBA{255, 255, 255, 255})) {
				t.Errorf("%v, %v in the middle", img.Rect, img.RGBAAt(25, 25))
			}
		})
	}
}

func TestInfoJSON(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	file := write(t, "a.pdf", makePDF(
		page{"/MediaBox[0 0 595.276 841.89]", ""},
		page{"/MediaBox[0 0 200 50]/CropBox[-10 10 100 900]/Rotate 270", ""}, // the crop box is cut to the page
	))
	pages, err := e.Info(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := raster.InfoJSON(pages)
	const want = `{"pages":[{"width":595.276,"height":841.89,"rotation":0},{"width":100,"height":40,"rotation":270}]}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v\nwant %s", b, err, want)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	a := tile(t, e, write(t, "a.pdf", makePDF(page{"/MediaBox[0 0 720 360]/Rotate 90", ""})), 1, 100)
	b, err := json.Marshal(a.Sheet)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"format":"plumbline-sheet-1","kind":"pdf","page":1,"width":500,"height":1000,"dpi":100,` +
		`"scale":1.3888888888888888,"frame":{"width":360,"height":720},"tileSize":512,"maxZoom":1,"tiles":3}`
	if string(b) != want {
		t.Errorf("metadata %s\nwant     %s", b, want)
	}
}
