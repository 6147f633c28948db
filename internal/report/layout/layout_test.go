package layout

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"plumbline/internal/typeface/typeset"
)

func voice() Voice {
	return Voice{
		Lang: "en",
		T: func(key string, args ...string) string {
			return strings.TrimPrefix(key, "report.") + strings.Join(args, " ")
		},
		Date:    func(s string) string { return s },
		Instant: func(t time.Time) string { return t.Format("2 Jan 2006, 15:04") },
	}
}

func photo(t *testing.T, c color.Color) Photo {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	for x := range 320 {
		img.Set(x, x*3/4, c)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return Photo{Caption: "19 Nov 14:02", Width: 320, Height: 240, Load: func() ([]byte, error) { return b.Bytes(), nil }}
}

func document(t *testing.T, n int) *Document {
	t.Helper()
	d := &Document{
		Voice: voice(), Title: "Site walk 22 November", Project: "Dok Noord, building C", Place: "Ghent",
		Author: "Anna de Vries", Made: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
		Filters: []Pair{{"Status", "open, in progress"}}, Overdue: 3,
		Status: []Count{{"Open", 40, Colour{R: 179, G: 38, B: 30}}, {"In progress", 12, Colour{R: 154, G: 75, B: 0}}, {"Closed", 60, Colour{R: 23, G: 102, B: 63}}},
		Charge: []Count{{"Van Damme HVAC", 31, accent}, {"De Smet Elektro", 12, accent}},
	}
	for i := range n {
		p := Point{
			Number: "C-1." + string(rune('0'+i%10)), Subject: "Fire collar missing at duct through shaft wall",
			Description: strings.Repeat("Collar needs EI 60, see detail D-14. ", i%9*4), Status: "Ready for check", Colour: accent, Urgent: i%3 == 0,
			Facts:    []Pair{{"Where", "Building C, level 2, 2.05 Shaft"}, {"In charge", "Van Damme HVAC"}, {"Due", "23 Nov 2026"}, {"Category", "Fire safety, penetrations"}},
			Comments: []Comment{{"Mette Kjær", "today 09:33", strings.Repeat("Done, please check. ", 1+i%30)}},
		}
		if i%2 == 0 {
			p.Plan = &Cutout{Caption: "A-102 Second floor", X: .5, Y: .5, Load: func() (image.Image, error) {
				img := image.NewPaletted(image.Rect(0, 0, 620, 460), color.Palette{color.White, color.Black})
				for x := range 620 {
					img.SetColorIndex(x, 230, 1)
				}
				return img, nil
			}}
		}
		for range i % 5 {
			p.Photos = append(p.Photos, photo(t, color.Black))
		}
		d.Points = append(d.Points, p)
	}
	return d
}

func write(t *testing.T, d *Document) (string, Result) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Write(context.Background(), f, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file, res
}

func text(t *testing.T, file string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed")
	}
	out, err := exec.Command("pdftotext", "-enc", "UTF-8", "-layout", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(out)
}

func TestReportHoldsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	file, res := write(t, document(t, 23))
	got := text(t, file)
	for _, want := range []string{"Site walk 22 November", "Dok Noord, building C", "Mette Kjær", "Van Damme HVAC", "C-1.7", "Ready for check", "22 Nov 2026, 09:30"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the report", want)
		}
	}
	if n := strings.Count(got, "\f"); n != res.Pages || res.Pages < 10 {
		t.Errorf("%d pages by pdftotext, %d said", n, res.Pages)
	}
	if want := "/ " + itoa(res.Pages); strings.Count(got, want) != res.Pages {
		t.Errorf("%d page numbers of %d end in %q", strings.Count(got, want), res.Pages, want)
	}
	if res.Replaced != 0 || res.Missing != 0 {
		t.Errorf("%d characters replaced, %d pictures missing", res.Replaced, res.Missing)
	}
}

func TestReportWithoutPointsSaysSo(t *testing.T) {
	t.Parallel()
	file, _ := write(t, document(t, 0))
	if got := text(t, file); !strings.Contains(got, "no-points") {
		t.Error("an empty report does not say that it is empty")
	}
}

func TestUnreadablePictureCostsOnlyItself(t *testing.T) {
	t.Parallel()
	d := document(t, 3)
	d.Points[1].Photos = []Photo{{Load: func() ([]byte, error) { return []byte("not a picture"), nil }}, photo(t, color.White)}
	file, res := write(t, d)
	if res.Missing != 1 {
		t.Errorf("%d pictures missing, want 1", res.Missing)
	}
	if got := text(t, file); !strings.Contains(got, "no-picture") {
		t.Error("the missing picture is not said")
	}
}

func TestLongWordsAndTextsFlowOverPages(t *testing.T) {
	t.Parallel()
	d := document(t, 1)
	d.Points[0].Description = strings.Repeat("x", 9_000) + strings.Repeat(" line\n", 200)
	_, res := write(t, d)
	if res.Pages < 4 {
		t.Errorf("%d pages, want the long text over several", res.Pages)
	}
}

// Each string of the big list of naughty strings goes into every text field.
// What the fonts cover comes out again; what they lack is marked.
func TestNaughtyStringsNeverFailTheReport(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: 1 sample test skipped")
	}
	var file string
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, _ error) error {
		if e != nil && e.Name() == "blns.json" {
			file = path
		}
		return nil
	})
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	d := document(t, 0)
	for _, s := range all {
		d.Points = append(d.Points, Point{Number: "1", Subject: s, Description: s, Status: s, Facts: []Pair{{s, s}}, Comments: []Comment{{s, s, s}}})
	}
	out, res := write(t, d)
	if res.Replaced == 0 {
		t.Error("nothing was replaced: emoji and joined scripts are in the list")
	}
	got := squeeze(text(t, out))
	if !strings.ContainsRune(got, typeset.Mark) {
		t.Error("no visible mark in the PDF")
	}
	missing := 0
	for _, s := range all {
		if plainLatin(s) && !strings.Contains(got, squeeze(s)) {
			missing++
			t.Logf("not found: %.60q", s)
		}
	}
	if missing > 0 {
		t.Errorf("%d of %d plain strings cannot be extracted", missing, len(all))
	}
}

func plainLatin(s string) bool {
	if len(s) > 70 || s == "" {
		return false // a long one is broken over lines
	}
	for _, r := range s {
		if r < 0x20 || r > 0x17f || r == 0x7f || unicode.IsControl(r) || r == 0xad || (!unicode.IsPrint(r) && r != ' ') {
			return false
		}
	}
	return true
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
