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
		`¼" = 1'-0"`: 48, `SCALE: 1½" = 1'-0"`: 8, `1-1/2" = 1'-0"`: 8, "1 in = 20 ft": 240, "1 inch equals 40 feet": 480, "1/4 IN. = 1 FT.": 48, "3 in = 1 foot": 4,
		"": 0, "11:100": 0, "1:100:50": 0, "12:50": 0, "1:7": 0, "1:60": 0, "sheet 1/50 of the set": 0, "1/2": 0, "1/12": 0, "21/100": 0, "slope 1:80": 0,
		"1.1:100": 0, "2026/1/50": 0, `1/0" = 1'-0"`: 0, "1 in 20": 0, "1 in = 20 footings": 0, "5 ins = 1 ft": 0, "A-101": 0, "1:99999": 0,
	} {
		if got := ScaleOf(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestPaper(t *testing.T) {
	t.Parallel()
	a1, archD := sheet.Frame{Width: 2384, Height: 1684}, sheet.Frame{Width: 2592, Height: 1728}
	for text, want := range map[string]struct {
		page sheet.Frame
		name string
		fits bool
	}{
		"1:100 (A1)": {a1, "A1", true}, "1:100 @ A3": {a1, "A3", false}, "1:100": {a1, "", false}, "A12": {a1, "", false},
		`1/4" = 1'-0" @ ARCH D`: {archD, "ARCH D", true}, `1/8" = 1'-0" (ANSI D)`: {archD, "ANSI D", false},
		`1/4" = 1'-0" (24" x 36")`: {archD, "24″ × 36″", true}, `1/4"=1'-0" on 22x34 in`: {archD, "22″ × 34″", false}, "ARCH F": {archD, "", false},
		"1:48 ARCH E1": {sheet.Frame{Width: 3024, Height: 2160}, "ARCH E1", true}, `1" = 1'-0", 2" x 4" studs`: {archD, "", false},
	} {
		if name, fits := Paper(text, want.page); name != want.name || fits != want.fits {
			t.Errorf("%q: %q %v", text, name, fits)
		}
	}
}

func FuzzPaper(f *testing.F) {
	f.Add("1:100 (A1)")
	f.Add(`24" x 36"`)
	f.Fuzz(func(t *testing.T, s string) {
		if name, fits := Paper(s, sheet.Frame{Width: 2592, Height: 1728}); fits && name == "" {
			t.Errorf("%q fits paper without a name", s)
		}
	})
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
