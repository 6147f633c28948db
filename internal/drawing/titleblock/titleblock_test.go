package titleblock

import (
	"testing"

	"plumbline/internal/id"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// page is a sheet of 3024 × 2160 with what such sheets carry.
func page(number string) []raster.Word {
	return []raster.Word{
		{Text: "3232 Some Lane", X: 2589, Y: 1600, W: 308, H: 26.9},
		{Text: "Structural - Second", X: 2600, Y: 1737, W: 280, H: 26.8},
		{Text: "Floor Framing", X: 2620, Y: 1775, W: 200, H: 26.8},
		{Text: "12.11.2014", X: 2833, Y: 1924, W: 86, H: 13.4},
		{Text: number, X: 2671, Y: 1958, W: 144, H: 44.6},
		{Text: "Scale", X: 2650, Y: 2023, W: 40, H: 14},
		{Text: "1/4\" = 1'-0\"", X: 2827, Y: 2023, W: 92, H: 14.8},
		{Text: "A-301", X: 400, Y: 500, W: 60, H: 60},
		{Text: "2x6 studs", X: 900, Y: 800, W: 120, H: 90},
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	frame := sheet.Frame{Width: 3024, Height: 2160}
	r := Page(page("S-102"), frame)
	if r.Number != "S-102" || r.Title != "Structural - Second Floor Framing" || len(r.Refs) != 3 {
		t.Errorf("read %+v", r)
	}
	// What PDFium gives where lines lie over each other.
	if r := Page(page("ASK-003 - ow Locations"), frame); r.Number != "ASK-003" {
		t.Errorf("read %+v", r)
	}
	if r := Page(nil, frame); r.Number != "" || r.Title != "" {
		t.Errorf("read %+v off an empty page", r)
	}
	if r := Page([]raster.Word{{Text: "A-301", X: 100, Y: 100, W: 60, H: 60}}, frame); r.Number != "" {
		t.Errorf("took a callout at the upper left for the number: %+v", r)
	}
}

func TestPropose(t *testing.T) {
	t.Parallel()
	ground, first, wall, twin := id.New[id.Sheet](), id.New[id.Sheet](), id.New[id.Sheet](), id.New[id.Sheet]()
	known := []Known{{ground, "A-100", "Ground floor"}, {first, "A.101", "First floor"}, {wall, "", "West wall rev a"}, {twin, "T-1", "Stairs"}, {twin, "T-1", "Stairs again"}}
	for name, c := range map[string]struct {
		read  Read
		file  string
		alone bool
		want  id.Sheet
	}{
		"by its number":                  {Read{Number: "A-101"}, "whatever", false, first},
		"by its number over its title":   {Read{Number: "A-100", Title: "First floor"}, "whatever", false, ground},
		"by the file's name":             {Read{}, "a101_revB", true, first},
		"by a number in the file's name": {Read{}, "2024-03 A-100 new", true, ground},
		"not by a file of many pages":    {Read{}, "a101_revB", false, ""},
		"by its title":                   {Read{Title: "FIRST FLOOR"}, "x", false, first},
		"by the file's words":            {Read{}, "west-wall-rev-b", true, wall},
		"two of one number":              {Read{Number: "T-1"}, "x", true, ""},
		"a sheet that is new":            {Read{Number: "A-102", Title: "Second floor"}, "second floor", true, ""},
		"a longer number":                {Read{}, "A-1001", true, ""},
	} {
		if got, _ := Propose(c.read, c.file, c.alone, known); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
