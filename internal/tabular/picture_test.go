package tabular

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func jpegOf(t *testing.T, w, h int, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPictures: other programs find each picture over its cell, with its text,
// and the cells around it as they were.
func TestPictures(t *testing.T) {
	t.Parallel()
	wide, high := jpegOf(t, 160, 120, 10), jpegOf(t, 90, 160, 200)
	file := book(t, func(b *Book) {
		if _, err := b.Picture([]byte("no picture")); err == nil {
			t.Error("what is no JPEG is taken in")
		}
		one, err := b.Picture(wide)
		if err != nil {
			t.Fatal(err)
		}
		two, err := b.Picture(high)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := b.Sheet("Points", Column{Title: "text"}); err != nil || s.Row(T("_x0041_ <b>\"")) != nil {
			t.Fatal(err)
		}
		s, err := b.Sheet("Photos", Column{Title: "number"}, Column{Title: "photo"}, Column{})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range [][]Cell{{T("C-1.1"), To("a.jpg", "https://x.example/a?b=1&c=2"), P(one, `C-1.1 "crack" <&>`)}, {T("C-1.2"), To("b.jpg", "https://x.example/b"), P(Picture{}, "")},
			{T("C-1.3"), T("c"), P(two, "C-1.3")}, {T("C-1.4"), T("d"), P(one, "again")}} {
			if err := s.Row(row...); err != nil {
				t.Fatal(err)
			}
		}
	})
	x, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close() //nolint:errcheck // a test
	for cell, want := range map[string]struct {
		body []byte
		alt  string
		high float64
	}{"C2": {wide, `C-1.1 "crack" <&>`, 96}, "C3": {nil, "", 15}, "C4": {high, "C-1.3", 126}, "C5": {wide, "again", 96}} {
		all, err := x.GetPictures("Photos", cell)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		if want.body != nil {
			n = 1
		}
		if len(all) != n || n == 1 && (!bytes.Equal(all[0].File, want.body) || all[0].Format.AltText != want.alt) {
			t.Errorf("%s: %d pictures", cell, len(all))
		}
		if h, err := x.GetRowHeight("Photos", int(cell[1]-'0')); err != nil || h != want.high {
			t.Errorf("%s is %v high, want %v, %v", cell, h, want.high, err)
		}
	}
	if ok, to, err := x.GetCellHyperLink("Photos", "B2"); !ok || to != "https://x.example/a?b=1&c=2" || err != nil {
		t.Errorf("%v %q %v", ok, to, err)
	}
	f, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := XLSX(bytes.NewReader(f), int64(len(f)), Usual()); err != nil || len(rows) != 2 || rows[1].Cells[0].Text != "_x0041_ <b>\"" {
		t.Errorf("%v %v", rows, err)
	}
	if exec.Command("/usr/bin/python3", "-c", "import openpyxl, PIL").Run() != nil {
		t.Log("openpyxl with PIL is not installed: one reader less")
		return
	}
	out, err := exec.Command("/usr/bin/python3", "-c", `
import sys, openpyxl
for im in openpyxl.load_workbook(sys.argv[1])["Photos"]._images:
    print(im.anchor._from.row, im.anchor._from.col, im.width, im.height)`, file).Output() //nolint:gosec // our own program
	if got := strings.Fields(string(out)); err != nil || strings.Join(got, " ") != "1 2 160 120 3 2 90 160 4 2 160 120" {
		t.Errorf("%s %v", out, err)
	}
}
