package titleblock

import (
	"testing"

	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

func TestScaleOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"1:100": 100, "Scale 1 : 50": 50, "Schaal 1/100": 100, "Échelle 1/20": 20, "Maßstab 1:200": 200, "1:100 (A1)": 100, "M 1:5": 5,
		"1/50": 50, "mål 1:75": 75, "1:1250 @ A3": 1250,
		`1/8" = 1'-0"`: 96, `1/4"=1'`: 48, `1 1/2" = 1'-0"`: 8, `1" = 20'`: 240, "3/32″ = 1′-0″": 128, "Scale: 1/16” = 1’-0”": 192,
		"": 0, "11:100": 0, "1:100:50": 0, "12:50": 0, "1:7": 0, "1:60": 0, "sheet 1/50 of the set": 0, "1/2": 0, "1/12": 0, "21/100": 0, "slope 1:80": 0,
		"1.1:100": 0, "2026/1/50": 0, `1/0" = 1'-0"`: 0, "A-101": 0, "1:99999": 0,
	} {
		if got := ScaleOf(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestPaper(t *testing.T) {
	t.Parallel()
	a1 := sheet.Frame{Width: 2384, Height: 1684}
	for text, want := range map[string]struct {
		name string
		fits bool
	}{"1:100 (A1)": {"A1", true}, "1:100 @ A3": {"A3", false}, "1:100": {"", false}, "A12": {"", false}} {
		if name, fits := Paper(text, a1); name != want.name || fits != want.fits {
			t.Errorf("%q: %q %v", text, name, fits)
		}
	}
}

// TestScalesOfPage: the title block's comes first.
func TestScalesOfPage(t *testing.T) {
	t.Parallel()
	words := []raster.Word{{Text: "Detail 1:5", X: 100, Y: 100, W: 40, H: 8}, {Text: "1:100 (A1)", X: 2100, Y: 1600, W: 40, H: 8}, {Text: "A-101", X: 2200, Y: 1600, W: 60, H: 20}}
	r := Page(words, sheet.Frame{Width: 2384, Height: 1684})
	if len(r.Refs) != 3 || r.Number != "A-101" || r.Refs[1].Text != "1:100 (A1)" || r.Refs[2].Text != "Detail 1:5" {
		t.Errorf("%+v", r)
	}
}

func FuzzScaleOf(f *testing.F) {
	f.Add("Scale 1:100")
	f.Add(`1 1/2" = 1'-0"`)
	f.Fuzz(func(t *testing.T, s string) {
		if v := ScaleOf(s); v < 0 || v > 10_000 || v != v {
			t.Errorf("%v", v)
		}
	})
}
