package markup

import (
	"image"
	"image/color"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
)

const red = "#c0392b"

func TestALayerIsKeptWithItsWordsBesideIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org, p := id.New[id.Org](), id.New[id.Point]()
		l := Layer{ID: string(id.New[id.Photo]()), Point: p, Project: id.New[id.Project](), On: OnPhoto, Target: string(id.New[id.Photo]()),
			Author: id.New[id.Person](), At: 5, Version: 2, Shapes: []Shape{
				{Kind: Text, Colour: red, Width: 20, At: []float64{1, 2}, Text: "één 😀"},
				{Kind: Pen, Colour: red, Width: 4, At: []float64{1, 2, 3, 4, 5, 6}},
				{Kind: Text, Colour: red, Width: 20, At: []float64{3, 4}, Text: "two"},
			}}
		if bad := l.Check(); len(bad) > 0 {
			t.Fatal(bad)
		}
		err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
			if err := Put(tx, l); err != nil {
				return err
			}
			on, err := On(tx, []id.Point{p})
			if err != nil || len(on[p]) != 1 || len(on[p][0].Shapes) != 3 || on[p][0].Shapes[0].Text != "één 😀" || on[p][0].Shapes[2].Text != "two" {
				t.Errorf("%+v, %v", on, err)
			}
			if _, err := tx.Exec(`update point_markup set words = $2 where org_id = $1`, tx.Org(), "\ntwo"); err != nil {
				return err
			}
			if got, ok, err := Get(tx, p, l.Target); err != nil || !ok || len(got.Shapes) != 2 || got.Words() != "two" {
				t.Errorf("a text that was taken out: %+v, %v", got, err)
			}
			l.Shapes = nil
			if err := Put(tx, l); err != nil {
				return err
			}
			if _, ok, err := Get(tx, p, l.Target); ok || err != nil {
				t.Errorf("an empty layer is there: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), db.Tenant(id.New[id.Org]()), func(tx *db.Tx) error {
			on, err := On(tx, []id.Point{p})
			if len(on) != 0 {
				t.Error("another organisation reads it")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	photo := string(id.New[id.Photo]())
	for name, c := range map[string]struct {
		shape Shape
		want  string
	}{
		"a line":              {Shape{Kind: Line, Colour: red, Width: 1, At: []float64{0, 0, 1, 1}}, ""},
		"unknown":             {Shape{Kind: "cloud", Colour: red, Width: 1, At: []float64{0, 0, 1, 1}}, "unknown"},
		"half a point":        {Shape{Kind: Pen, Colour: red, Width: 1, At: []float64{0, 0, 1}}, "points"},
		"a line of three":     {Shape{Kind: Line, Colour: red, Width: 1, At: []float64{0, 0, 1, 1, 2, 2}}, "points"},
		"a colour in words":   {Shape{Kind: Line, Colour: "red", Width: 1, At: []float64{0, 0, 1, 1}}, "colour"},
		"no width":            {Shape{Kind: Line, Colour: red, At: []float64{0, 0, 1, 1}}, "width"},
		"a text without text": {Shape{Kind: Text, Colour: red, Width: 9, At: []float64{0, 0}}, "text"},
		"two lines":           {Shape{Kind: Text, Colour: red, Width: 9, At: []float64{0, 0}, Text: "a\nb"}, "text"},
		"far away":            {Shape{Kind: Line, Colour: red, Width: 1, At: []float64{0, 0, 1, 1e7}}, "points"},
	} {
		got := ""
		if bad := (Layer{On: OnPhoto, Target: photo, Shapes: []Shape{c.shape}}).Check(); len(bad) > 0 {
			got = bad[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestFlattenDrawsOverTheSameSizeAndLeavesThePicture(t *testing.T) {
	t.Parallel()
	src := image.NewRGBA(image.Rect(0, 0, 100, 60))
	for i := range src.Pix {
		src.Pix[i] = 255
	}
	out, err := Flatten(src, 0.5, []Shape{
		{Kind: Rect, Colour: "#ff0000", Width: 4, At: []float64{20, 20, 100, 80}},
		{Kind: Ellipse, Colour: "#00ff00", Width: 4, At: []float64{120, 20, 180, 80}},
		{Kind: Arrow, Colour: "#0000ff", Width: 4, At: []float64{-50, 100, 400, 100}},
		{Kind: Text, Colour: "#000000", Width: 24, At: []float64{30, 30}, Text: "III"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at   image.Point
		want color.RGBA
	}{
		"the frame's edge":  {image.Pt(30, 10), color.RGBA{255, 0, 0, 255}},
		"the ellipse's top": {image.Pt(75, 10), color.RGBA{0, 255, 0, 255}},
		"within it":         {image.Pt(75, 25), color.RGBA{255, 255, 255, 255}},
		"the arrow":         {image.Pt(50, 50), color.RGBA{0, 0, 255, 255}},
	} {
		if got := out.RGBAAt(c.at.X, c.at.Y); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	dark := 0
	for x := 12; x < 40; x++ {
		for y := 12; y < 34; y++ {
			if p := out.RGBAAt(x, y); p.R < 60 && p.G < 60 && p.B < 60 {
				dark++
			}
		}
	}
	if dark < 10 {
		t.Errorf("%d pixels of the text", dark)
	}
	if src.RGBAAt(30, 10) != (color.RGBA{255, 255, 255, 255}) {
		t.Error("the picture itself was drawn on")
	}
}
