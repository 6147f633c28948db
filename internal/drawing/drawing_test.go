package drawing

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/drawing/opened"
	"plumbline/internal/drawing/titleblock"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/raster"
	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/sheet"
)

func TestDrawingBecomesSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.upload("A-101 Ground floor.pdf", plan(t, fpdf.SizeType{Wd: 2384, Ht: 1684}, fpdf.SizeType{Wd: 595, Ht: 842}))
		if d.State != Processing || d.Name != "A-101 Ground floor" || d.MediaType != "application/pdf" {
			t.Errorf("uploaded %+v", d)
		}
		again, created, err := w.s.Upload(t.Context(), w.manager, Upload{ID: d.ID, Name: "x.pdf", Body: strings.NewReader("%PDF-")})
		if err != nil || created || again.Job != d.Job {
			t.Errorf("the repeat: created %v, %+v, %v", created, again, err)
		}
		if s := w.work(d); s.State != job.Done || s.ThingID != string(d.ID) {
			t.Fatalf("job %+v", s)
		}
		drawings, sheets, err := w.s.List(t.Context(), w.guest)
		if err != nil || len(drawings) != 1 || len(sheets) != 2 {
			t.Fatalf("%d drawings, %d sheets, %v", len(drawings), len(sheets), err)
		}
		if got := drawings[0]; got.State != Ready || got.Code != "" || got.Version != 2 || !slices.Equal(got.Sheets, []id.Sheet{sheets[0].ID, sheets[1].ID}) {
			t.Errorf("drawing %+v", got)
		}
		one := sheets[0]
		if one.Frame != (sheet.Frame{Width: 2384, Height: 1684}) || one.Name != "Ground floor 1" || one.Order != 1 || one.Version != 1 {
			t.Errorf("sheet %+v", one)
		}
		r := one.Revision
		if r.Page != 1 || r.TileSize != 512 || r.TileType != "png" || r.MaxZoom != r.Pixels.MaxZoom() || r.Affine != sheet.Identity() || r.Bytes == 0 {
			t.Errorf("revision %+v", r)
		}
		if left := w.leftovers(); len(left) != 5 { // source, two archives, two thumbnails
			t.Errorf("%d files are left: %v", len(left), left)
		}
		if to := w.audiences(string(one.ID)); !slices.Equal(to, []string{access.Everyone(w.project) + " " + feed.Created}) {
			t.Errorf("the sheet is delivered to %v", to)
		}
		w.read(func(tx *db.Tx) error {
			h, err := feed.History(tx, string(d.ID), "", 10)
			if err != nil || len(h.Items) != 2 || h.Items[0].Kind != feed.Changed || h.Items[1].Kind != feed.Created {
				t.Fatalf("history %+v, %v", h.Items, err)
			}
			if f := h.Items[0].Fields; len(f) != 1 || f[0].Name != "state" || string(f[0].Before) != `"processing"` || string(f[0].After) != `"ready"` {
				t.Errorf("fields %+v", f)
			}
			frame, err := w.s.Frame(tx, w.project, one.ID)
			if err != nil || frame != one.Frame {
				t.Errorf("frame %v, %v", frame, err)
			}
			if _, err := w.s.Frame(tx, id.New[id.Project](), one.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("the frame for another project: %v", err)
			}
			return nil
		})
		w.readTiles(t, one)
	})
}

// readTiles looks at every tile of a sheet's deepest levels and beyond.
func (w *world) readTiles(t *testing.T, one Sheet) {
	t.Helper()
	r := one.Revision
	ink := 0
	for z := 0; z <= r.MaxZoom; z++ {
		columns, rows := r.Pixels.Tiles(z)
		for x := range columns {
			for y := range rows {
				b, kind, err := w.s.Tile(t.Context(), w.guest, r.ID, z, x, y)
				if err != nil || kind != "image/png" {
					t.Fatalf("tile %d/%d/%d: %s %v", z, x, y, kind, err)
				}
				img, err := png.Decode(bytes.NewReader(b))
				if err != nil || img.Bounds() != image.Rect(0, 0, 512, 512) {
					t.Fatalf("tile %d/%d/%d: %v", z, x, y, err)
				}
				if !bytes.Equal(b, w.s.blanks["png"]) {
					ink++
				}
			}
		}
		for _, at := range [][3]int{{z, columns, 0}, {z, 0, rows}, {z, -1, 0}} {
			if _, _, err := w.s.Tile(t.Context(), w.guest, r.ID, at[0], at[1], at[2]); !fault.Is(err, fault.NotFound) {
				t.Errorf("tile %v outside: %v", at, err)
			}
		}
	}
	if ink == 0 {
		t.Error("every tile is white")
	}
	if _, _, err := w.s.Tile(t.Context(), w.guest, r.ID, r.MaxZoom+1, 0, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("a tile too deep: %v", err)
	}
	archive, err := w.s.Archive(t.Context(), w.guest, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // a test
	if archive.Size() != r.Bytes {
		t.Errorf("archive of %d bytes, said %d", archive.Size(), r.Bytes)
	}
	if a, err := pmtiles.Open(archive, archive.Size()); err != nil || int(a.Header.MaxZoom) != r.MaxZoom {
		t.Errorf("archive %v", err)
	}
	thumb, err := w.s.Thumb(t.Context(), w.guest, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer thumb.Close() //nolint:errcheck // a test
	img, err := jpeg.Decode(io.NewSectionReader(thumb, 0, thumb.Size()))
	if err != nil || max(img.Bounds().Dx(), img.Bounds().Dy()) != thumbEdge {
		t.Errorf("thumb %v", err)
	}
}

func TestPicturesBecomeSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		img := image.NewRGBA(image.Rect(0, 0, 700, 500))
		for i := range img.Pix {
			img.Pix[i] = byte(i * 7)
		}
		for x := range 700 { // opaque
			for y := range 500 {
				c := img.RGBAAt(x, y)
				c.A = 255
				img.SetRGBA(x, y, c)
			}
		}
		img.Set(3, 3, color.White)
		var asPNG, asJPEG bytes.Buffer
		if err := png.Encode(&asPNG, img); err != nil {
			t.Fatal(err)
		}
		if err := jpeg.Encode(&asJPEG, img, nil); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"sketch.png": asPNG.Bytes(), "photo of plan.jpeg": asJPEG.Bytes()} {
			d := w.upload(name, data)
			if s := w.work(d); s.State != job.Done {
				t.Fatalf("%s: %+v", name, s)
			}
		}
		_, sheets, err := w.s.List(t.Context(), w.guest)
		if err != nil || len(sheets) != 2 {
			t.Fatalf("%d sheets, %v", len(sheets), err)
		}
		for _, v := range sheets {
			if v.Frame != (sheet.Frame{Width: 700, Height: 500}) || v.Name != "sketch" && v.Name != "photo of plan" {
				t.Errorf("sheet %+v", v)
			}
			if _, kind, err := w.s.Tile(t.Context(), w.guest, v.Revision.ID, v.Revision.MaxZoom, 0, 0); err != nil || kind != opened.ContentType(v.Revision.TileType) {
				t.Errorf("tile %s, %v", kind, err)
			}
		}
	})
}

func TestBadFileLeavesNothing(t *testing.T) {
	t.Parallel()
	good := plan(t, fpdf.SizeType{Wd: 300, Ht: 300})
	noise := make([]byte, 4000)
	for i := range noise {
		noise[i] = byte(rand.IntN(256))
	}
	cases := []struct {
		name string
		data []byte
		kind string // code of the drawing
	}{
		{"no PDF inside", append([]byte("%PDF-1.7\n"), noise...), "damaged"},
		{"cut short", append([]byte("%PDF-1.7\n%%EOF"), noise[:10]...), "damaged"},
		{"PNG header alone", append([]byte("\x89PNG\r\n\x1a\n"), noise...), "damaged"},
		{"too many pages", plan(t, slices.Repeat([]fpdf.SizeType{{Wd: 100, Ht: 100}}, 4)...), "too-many-pages"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, func(c *raster.Config) { c.MaxPages = 3 })
		for _, c := range cases {
			up := w.upload("x.pdf", c.data)
			if s := w.work(up); s.State != job.Failed || s.Code != c.kind {
				t.Errorf("%s: job %s %q", c.name, s.State, s.Code)
			}
			drawings, _, err := w.s.List(t.Context(), w.guest)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(drawings, func(v Drawing) bool { return v.ID == up.ID })
			if i < 0 || drawings[i].State != Failed || drawings[i].Code != c.kind || drawings[i].Version != 2 {
				t.Errorf("%s: %+v", c.name, drawings)
			}
			if left := w.leftovers(); len(left) != 0 || w.count("sheet") != 0 || w.count("revision") != 0 || w.count("file") != 0 {
				t.Errorf("%s leaves %v, %d sheets, %d files", c.name, left, w.count("sheet"), w.count("file"))
			}
			if err := w.s.Delete(t.Context(), w.manager, up.ID); err != nil {
				t.Errorf("%s cannot be deleted: %v", c.name, err)
			}
		}
		if up := w.upload("good.pdf", good); w.work(up).State != job.Done {
			t.Error("a good file after the bad ones fails")
		}
	})
}

func TestUploadRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		pdf := "%PDF-1.4"
		cases := []struct {
			name string
			by   access.Grant
			up   Upload
			kind fault.Kind
			code string
		}{
			{"a guest", w.guest, Upload{ID: id.New[id.Drawing](), Name: "x", Body: strings.NewReader(pdf)}, fault.Denied, "needs-manager"},
			{"no drawing", w.manager, Upload{ID: id.New[id.Drawing](), Name: "x", Body: strings.NewReader("MZ...")}, fault.Unsupported, "unsupported-format"},
			{"nothing", w.manager, Upload{ID: id.New[id.Drawing](), Name: "x", Body: strings.NewReader("")}, fault.Unsupported, "unsupported-format"},
			{"too large", w.manager, Upload{ID: id.New[id.Drawing](), Name: "x", Body: io.MultiReader(strings.NewReader(pdf), io.LimitReader(zeros{}, MaxBytes))}, fault.TooLarge, "drawing-too-large"},
			{"no name", w.manager, Upload{ID: id.New[id.Drawing](), Name: " ../.pdf", Body: strings.NewReader(pdf)}, fault.Invalid, "invalid"},
			{"no id", w.manager, Upload{ID: "x", Name: "x", Body: strings.NewReader(pdf)}, fault.Invalid, "invalid"},
		}
		for _, c := range cases {
			_, _, err := w.s.Upload(t.Context(), c.by, c.up)
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if left := w.leftovers(); len(left) != 0 || w.count("drawing") != 0 || w.count("file") != 0 {
			t.Errorf("left: %v", left)
		}
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func TestSubcontractorSeesSheetsWithTheirPoints(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.upload("two.pdf", plan(t, fpdf.SizeType{Wd: 300, Ht: 300}, fpdf.SizeType{Wd: 300, Ht: 300}))
		w.work(d)
		_, sheets, err := w.s.List(t.Context(), w.guest)
		if err != nil || len(sheets) != 2 {
			t.Fatalf("%d sheets, %v", len(sheets), err)
		}
		if drawings, seen, err := w.s.List(t.Context(), w.sub); err != nil || len(drawings) != 0 || len(seen) != 0 {
			t.Errorf("sees %d drawings, %d sheets, %v", len(drawings), len(seen), err)
		}
		if err := w.s.Delete(t.Context(), w.sub, d.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("deletes what cannot be seen: %v", err)
		}
		w.pins.seen = map[id.Sheet]bool{sheets[1].ID: true}
		drawings, seen, err := w.s.List(t.Context(), w.sub)
		if err != nil || len(seen) != 1 || seen[0].ID != sheets[1].ID || len(drawings) != 1 || !slices.Equal(drawings[0].Sheets, []id.Sheet{sheets[1].ID}) {
			t.Errorf("sees %+v %+v, %v", drawings, seen, err)
		}
		if _, _, err := w.s.Tile(t.Context(), w.sub, sheets[0].Revision.ID, 0, 0, 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("a tile of another sheet: %v", err)
		}
		if _, _, err := w.s.Tile(t.Context(), w.sub, sheets[1].Revision.ID, 0, 0, 0); err != nil {
			t.Errorf("a tile of the sheet: %v", err)
		}
		other := w.guest
		other.Org, other.Project = id.New[id.Org](), id.New[id.Project]()
		for name, err := range map[string]error{
			"archive":                    second(w.s.Archive(t.Context(), other, sheets[0].Revision.ID)),
			"thumb":                      second(w.s.Thumb(t.Context(), other, sheets[0].Revision.ID)),
			"archive to a subcontractor": second(w.s.Archive(t.Context(), w.sub, sheets[0].Revision.ID)),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestChangeSheetAndDelete(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.upload("one.pdf", plan(t, fpdf.SizeType{Wd: 300, Ht: 300}))
		w.work(d)
		_, sheets, err := w.s.List(t.Context(), w.guest)
		if err != nil || len(sheets) != 1 {
			t.Fatal(err)
		}
		one := sheets[0].ID
		name, number, other := "Begane grond", "B-01", "Verdieping"
		w.pins.followers = []string{"person:p:x"}
		v, conflicts, err := w.s.ChangeSheet(t.Context(), w.manager, one, 1, SheetPatch{Name: &name, Number: &number})
		if err != nil || len(conflicts) != 0 || v.Name != name || v.Number != number || v.Version != 2 {
			t.Errorf("%+v %v %v", v, conflicts, err)
		}
		if to := w.audiences(string(one)); !slices.Equal(to, []string{"person:p:x changed", access.Everyone(w.project) + " changed"}) {
			t.Errorf("delivered to %v", to)
		}
		v, conflicts, err = w.s.ChangeSheet(t.Context(), w.manager, one, 1, SheetPatch{Name: &other})
		if err != nil || len(conflicts) != 1 || conflicts[0].Field != "name" || v.Name != name || v.Version != 2 {
			t.Errorf("%+v %v %v", v, conflicts, err)
		}
		place := id.New[id.Location]()
		if _, _, err := w.s.ChangeSheet(t.Context(), w.manager, one, 2, SheetPatch{Location: &place}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a location of another project: %v", err)
		}
		if _, _, err := w.s.ChangeSheet(t.Context(), w.guest, one, 2, SheetPatch{Name: &other}); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest renames: %v", err)
		}
		w.pins.count = 1
		if err := w.s.Delete(t.Context(), w.manager, d.ID); fault.CodeOf(err) != "in-use" {
			t.Errorf("deleted with pins: %v", err)
		}
		w.pins.count = 0
		if err := w.s.Delete(t.Context(), w.guest, d.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest deletes: %v", err)
		}
		if err := w.s.Delete(t.Context(), w.manager, d.ID); err != nil {
			t.Fatal(err)
		}
		if a, b, c := w.count("drawing"), w.count("sheet"), w.count("revision"); a+b+c != 0 {
			t.Errorf("%d drawings, %d sheets, %d revisions are left", a, b, c)
		}
		if to := w.audiences(string(one)); !slices.Equal(to, []string{access.Everyone(w.project) + " " + feed.Gone}) {
			t.Errorf("delivered to %v", to)
		}
		if _, _, err := w.s.Tile(t.Context(), w.guest, sheets[0].Revision.ID, 0, 0, 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("a tile of what is deleted: %v", err)
		}
	})
}

// TestDeletedWhileTiling: the job ends quietly and what it made goes.
func TestDeletedWhileTiling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.upload("one.pdf", plan(t, fpdf.SizeType{Wd: 300, Ht: 300}))
		if err := w.s.Delete(t.Context(), w.manager, d.ID); err != nil {
			t.Fatal(err)
		}
		if s := w.work(d); s.State != job.Done {
			t.Errorf("job %+v", s)
		}
		if w.count("sheet") != 0 {
			t.Error("a sheet without a drawing")
		}
	})
}

func TestPropose(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name         string
		drawing      string
		index, pages int
		want, number string
	}{
		{"a file name", "Ground floor", 0, 1, "Ground floor", ""},
		{"pages are counted", "Plans", 2, 5, "Plans 3", ""},
		{"a number in front", "A-101 Ground floor", 0, 1, "Ground floor", "A-101"},
		{"a number in front, many pages", "A-101 - Set", 1, 2, "Set 2", ""},
		{"a number alone", "A-101", 0, 1, "A-101", ""},
		{"a word in front", "Plan of A-101", 0, 1, "Plan of A-101", ""},
		{"long", strings.Repeat("é", 200), 99, 100, strings.Repeat("é", 194) + " 100", ""},
	}
	for _, c := range cases {
		if name, number := titleblock.First(c.drawing, c.index, c.pages); name != c.want || number != c.number {
			t.Errorf("%s: %q %q, want %q %q", c.name, name, number, c.want, c.number)
		}
	}
	for in, want := range map[string]string{"a/b\\c.pdf": "c", ".pdf": "", "x.tar.gz": "x.tar.gz", "a\x00b.PNG": "a b", "": "", "../..": ""} {
		if got := titleblock.CleanName(in); got != want {
			t.Errorf("name %q of %q, want %q", got, in, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\x00.pdf")
	f.Fuzz(func(t *testing.T, in string) {
		if got := titleblock.CleanName(in); strings.ContainsAny(got, "/\x00\n") || len([]rune(got)) > MaxName {
			t.Errorf("%q becomes %q", in, got)
		}
	})
}
