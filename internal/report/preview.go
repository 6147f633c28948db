package report

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/raster"
	"plumbline/internal/report/content"
	"plumbline/internal/report/layout"
	"plumbline/internal/report/style"
)

// Tiler draws pages of a PDF.
type Tiler interface {
	Tile(ctx context.Context, file string, page int, dpi float64, outPath string, progress func(done, total int)) (raster.Sheet, error)
}

// previewDPI gives a page about 690 pixels wide.
const previewDPI = 84

// Preview sets made-up points in a style, as a report would be, and gives
// pictures of its cover and of its first page of points.
func Preview(ctx context.Context, t Tiler, temp string, look style.Style, logo []byte, locale, zone string, now time.Time) ([]image.Image, error) {
	const op = "report.Preview"
	if err := look.Check(); err != nil {
		return nil, err
	}
	z, err := time.LoadLocation(zone)
	if err != nil || !lang.Known(locale) {
		return nil, fault.InvalidFields([]fault.Field{{Path: "locale", Code: "unknown"}})
	}
	dir, err := os.MkdirTemp(temp, "preview-*")
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "preview.pdf")
	f, err := os.Create(file) //nolint:gosec // our own folder
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	doc := sample(content.Reader{Locale: lang.Match(locale), Zone: z}, look, now)
	doc.Style.Logo = logo
	_, err = layout.Write(ctx, f, doc, nil)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	first := 2
	if look.Contents {
		first = 3
	}
	var out []image.Image
	for _, page := range []int{1, first} {
		img, err := picture(ctx, t, file, filepath.Join(dir, strconv.Itoa(page)), page)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		out = append(out, img)
	}
	return out, nil
}

func picture(ctx context.Context, t Tiler, file, tiles string, page int) (image.Image, error) {
	if _, err := t.Tile(ctx, file, page, previewDPI, tiles, nil); err != nil {
		return nil, err
	}
	f, err := os.Open(tiles) //nolint:gosec // our own folder
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a, err := raster.Open(f, info.Size())
	if err != nil {
		return nil, err
	}
	w, h := a.Sheet.Frame.Width, a.Sheet.Frame.Height
	return a.Cutout(raster.Rect{W: w, H: h}, a.Sheet.Width, a.Sheet.Height)
}

// sample is a report of four made-up points in the reader's language.
func sample(r content.Reader, look style.Style, now time.Time) *layout.Document {
	t := func(key string) string { return lang.T(r.Locale, "report.sample-"+key) }
	s := Site{Project: t("project"), Place: "Gent", Zone: r.Zone.String(),
		Statuses:   map[id.Status]Named{"a": {Name: t("open"), Colour: "open"}, "b": {Name: t("review"), Colour: "review", Order: 1}},
		Categories: map[id.Category]string{"a": t("category")}, Locations: map[id.Location]string{"a": t("location-a"), "b": t("location-b")},
		Lists: map[id.List]string{"a": t("list"), "b": ""}, Companies: map[id.Company]string{"a": "Van Damme HVAC", "b": "De Smet Elektro"},
		Sheets: map[id.Sheet]string{"a": "A-102"}, People: map[id.Person]string{"a": "Anna de Vries"}}
	item := func(n, subject string, status id.Status, location id.Location, company string) Item {
		return Item{Number: n, Subject: t(subject), Description: t("description"), Status: status, Category: "a", Location: location, List: "a",
			Charge: []Charge{{Kind: "company", ID: company}}, Due: lang.Today(now.AddDate(0, 0, 9), r.Zone), Author: "a", CreatedAt: now.AddDate(0, 0, -3),
			Comments: []ItemComment{{Author: "a", Text: t("comment"), At: now.AddDate(0, 0, -1)}}}
	}
	items := []Item{item("C-1.12", "subject-a", "a", "a", "a"), item("C-1.13", "subject-b", "b", "b", "b"), item("C-1.14", "subject-c", "a", "a", "b")}
	doc := content.Compose(r, t("title"), now, "a", "", look, s, items)
	for i := range doc.Points {
		if look.Shows("photos") {
			for k := range 1 + i%3 {
				doc.Points[i].Photos = append(doc.Points[i].Photos, layout.Photo{Caption: r.Voice().Instant(now), Width: 320, Height: 240, Load: func() ([]byte, error) { return drawn(i*7 + k) }})
			}
		}
		if look.Shows("plan") {
			doc.Points[i].Plan = &layout.Cutout{Caption: "A-102", X: 0.5, Y: 0.5, Load: func() (image.Image, error) { return floor(), nil }}
		}
	}
	return doc
}

// drawn is a picture that stands for a photo.
func drawn(n int) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	tone := []color.RGBA{{168, 160, 148, 255}, {139, 148, 158, 255}, {176, 149, 122, 255}, {150, 158, 140, 255}}[n%4]
	draw.Draw(img, img.Bounds(), image.NewUniform(tone), image.Point{}, draw.Src)
	for i := range 6 {
		c := color.RGBA{tone.R - 24, tone.G - 24, tone.B - 24, 255}
		draw.Draw(img, image.Rect(20+i*48, 60+(i*37+n*29)%90, 52+i*48, 240), image.NewUniform(c), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, nil)
	return b.Bytes(), err
}

// floor is a piece of a made-up plan.
func floor() image.Image {
	img := image.NewPaletted(image.Rect(0, 0, 310, 230), color.Palette{color.White, color.Gray{60}})
	line := func(x0, y0, x1, y1 int) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(color.Gray{60}), image.Point{}, draw.Src)
	}
	line(0, 70, 310, 74)
	line(0, 160, 120, 164)
	line(170, 160, 310, 164)
	line(100, 0, 104, 70)
	line(210, 0, 214, 50)
	line(60, 164, 64, 230)
	return img
}
