package style

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"strings"
	"testing"

	"plumbline/internal/fault"
)

func TestContrastIsMeasured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r, g, b uint8
		want    float64
	}{{0, 0, 0, 21}, {255, 255, 255, 1}, {0x76, 0x76, 0x76, 4.54}, {0x77, 0x77, 0x77, 4.48}, {255, 0, 0, 4.0}} {
		if got := Contrast(c.r, c.g, c.b); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%v: %.3f", c, got)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, field, code string
		with              func(*Style)
	}{
		{"the default", "", "", func(*Style) {}},
		{"a light colour", "accent", "contrast", func(s *Style) { s.Accent = "#777777" }},
		{"no colour", "accent", "format", func(s *Style) { s.Accent = "#12345" }},
		{"a colour by name", "accent", "format", func(s *Style) { s.Accent = "crimson" }},
		{"something unknown", "shown", "not-one-of", func(s *Style) { s.Shown = []string{"where", "weather"} }},
		{"something twice", "shown", "not-one-of", func(s *Style) { s.Shown = []string{"where", "where"} }},
		{"nothing shown", "", "", func(s *Style) { s.Shown = nil }},
		{"a size", "photo", "not-one-of", func(s *Style) { s.Photo = "huge" }},
		{"an order", "sort", "not-one-of", func(s *Style) { s.Sort = "number desc" }},
		{"a group", "group", "not-one-of", func(s *Style) { s.Group = "" }},
		{"a long foot", "footer", "too-long", func(s *Style) { s.Footer = strings.Repeat("é", 201) }},
		{"NUL", "header", "characters", func(s *Style) { s.Header = "a\x00" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := Default()
			c.with(&s)
			err := s.Check()
			var f *fault.Error
			if c.field == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Path != c.field || f.Fields[0].Code != c.code {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestLogoIsDrawnAnew(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 1800, 200))
	for x := range 900 {
		for y := range 200 {
			img.Set(x, y, color.NRGBA{200, 0, 0, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	out, err := Clean(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(out))
	if err != nil || got.Bounds().Dx() != logoW || got.Bounds().Dy() != 100 {
		t.Fatalf("%v %v", got.Bounds(), err)
	}
	if r, g, bl, a := got.At(800, 50).RGBA(); r != 0xffff || g != 0xffff || bl != 0xffff || a != 0xffff {
		t.Error("what is transparent is not white")
	}
	if r, _, bl, _ := got.At(100, 50).RGBA(); r>>8 != 200 || bl != 0 {
		t.Error("the logo lost its colour")
	}
	var g bytes.Buffer
	_ = gif.Encode(&g, img, nil)
	for name, body := range map[string][]byte{"nothing": {}, "text": []byte("<svg/>"), "cut": b.Bytes()[:100], "GIF": g.Bytes()} {
		if _, err := Clean(body); fault.KindOf(err) != fault.Unreadable {
			t.Errorf("%s: %v", name, err)
		}
	}
}
