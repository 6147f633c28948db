package survey_test

import (
	"testing"

	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/survey"
	"plumbline/internal/id"
	"plumbline/internal/sheet"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	frame := sheet.Frame{Width: 100, Height: 50}
	place, other := id.New[id.Location](), id.New[id.Sheet]()
	for name, c := range map[string]struct {
		mark book.Mark
		want string
	}{
		"a room":                    {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0, 10, 10}, Location: place}, ""},
		"a room of two corners":     {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0}, Location: place}, "too-small"},
		"a room on one line":        {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0, 20, 0}, Location: place}, "too-small"},
		"a room of no place":        {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0, 10, 10}}, "required"},
		"beside the sheet":          {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0, 10, 51}, Location: place}, "outside"},
		"half a place":              {book.Mark{Kind: book.Room, At: []float64{0, 0, 10, 0, 10, 10, 3}, Location: place}, "format"},
		"a scale":                   {book.Mark{Kind: book.Scale, At: []float64{0, 0, 10, 0}, Metres: 2}, ""},
		"a scale of no length":      {book.Mark{Kind: book.Scale, At: []float64{5, 5, 5, 5}, Metres: 2}, "too-small"},
		"a scale without distance":  {book.Mark{Kind: book.Scale, At: []float64{0, 0, 10, 0}}, "outside"},
		"a link":                    {book.Mark{Kind: book.Link, At: []float64{0, 0, 10, 10}, Target: other}, ""},
		"a link that leads nowhere": {book.Mark{Kind: book.Link, At: []float64{0, 0, 10, 10}}, "required"},
		"a link without width":      {book.Mark{Kind: book.Link, At: []float64{0, 0, 0, 10}, Target: other}, "too-small"},
		"something else":            {book.Mark{Kind: "cloud", At: []float64{0, 0, 1, 1}}, "unknown"},
	} {
		c.mark.ID = id.New[id.Mark]()
		got := ""
		if bad := survey.Check(c.mark, frame); len(bad) > 0 {
			got = bad[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
