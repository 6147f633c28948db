package content

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"plumbline/internal/id"
	"plumbline/internal/report/style"
)

// TestBookPictures: a workbook shows photos small, up to a limit that it says;
// one that cannot be read is counted, and its link stays.
func TestBookPictures(t *testing.T) {
	t.Parallel()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 512, 384)), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                     string
		photos, bad              int
		asked                    bool
		loaded, missing, steps   int
		says                     bool
		firstPicture, lastPicure bool
	}{
		{"a few", 3, 0, true, 3, 0, 4, false, true, true},
		{"one that is broken", 3, 1, true, 3, 1, 4, false, false, true},
		{"more than it shows", MostBookPictures + 2, 0, true, MostBookPictures, 0, MostBookPictures + 1, true, true, false},
		{"not asked for", 3, 0, false, 0, 0, 1, false, false, false},
	} {
		m := Matter{Look: style.Default(), Made: time.Unix(1_790_000_000, 0), Site: Site{Project: "Kaaistraat"}, Items: []Item{{ID: "p", Number: "C-1.1", Subject: `_x0041_ =1+1`}}}
		for range c.photos {
			m.Items[0].Photos = append(m.Items[0].Photos, ItemPhoto{ID: id.New[id.Photo](), At: m.Made})
		}
		loaded, last, of := 0, 0, 0
		load := func(context.Context, id.Photo) ([]byte, error) {
			if loaded++; loaded <= c.bad {
				return nil, errors.New("gone")
			}
			return photo.Bytes(), nil
		}
		var out bytes.Buffer
		missing, err := Book(t.Context(), &out, "https://x.example", m, Asked{Title: "Walk", Photos: c.asked}, Reader{Locale: "en-GB", Zone: time.UTC}, load, func(done, total int) { last, of = done, total })
		if err != nil || missing != c.missing || loaded != c.loaded || last != c.steps || of != c.steps {
			t.Fatalf("%s: %d missing, %d loaded, %d of %d steps, %v", c.name, missing, loaded, last, of, err)
		}
		x, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		has := func(row int) bool {
			at, _ := excelize.CoordinatesToCellName(5, row)
			all, err := x.GetPictures("Photos", at)
			if err != nil && c.asked {
				t.Fatal(err)
			}
			for _, p := range all {
				if cfg, err := jpeg.DecodeConfig(bytes.NewReader(p.File)); err != nil || cfg.Width != 160 || cfg.Height != 120 || len(p.File) > 8<<10 {
					t.Errorf("%s: %+v, %d bytes, %v", c.name, cfg, len(p.File), err)
				}
			}
			return len(all) == 1
		}
		if has(2) != c.firstPicture || has(c.photos+1) != c.lastPicure {
			t.Errorf("%s: the first has a picture: %v, the last: %v", c.name, has(2), has(c.photos+1))
		}
		if c.asked {
			if at, _ := excelize.CoordinatesToCellName(4, c.photos+1); at != "" {
				if ok, to, err := x.GetCellHyperLink("Photos", at); !ok || err != nil || !strings.HasSuffix(to, string(m.Items[0].Photos[c.photos-1].ID)+"/full") {
					t.Errorf("%s: the last photo leads to %q", c.name, to)
				}
			}
		}
		rows, err := x.GetRows(x.GetSheetList()[len(x.GetSheetList())-1])
		if err != nil {
			t.Fatal(err)
		}
		said := false
		for _, r := range rows {
			said = said || strings.Contains(strings.Join(r, " "), "Only the first 1000")
		}
		if said != c.says {
			t.Errorf("%s: says it: %v", c.name, said)
		}
	}
}
