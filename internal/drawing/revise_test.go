package drawing

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/sheet"
)

// house draws a plan of 1190 × 842 points with a number in its title block: as
// it is, or on a page turned by 90 degrees, at 0.8 of the size.
func house(t *testing.T, seed uint64, number string, turned bool) []byte {
	t.Helper()
	size, at := fpdf.SizeType{Wd: 1190, Ht: 842}, func(x, y float64) (float64, float64) { return x, y }
	if turned {
		size = fpdf.SizeType{Wd: 842, Ht: 1190}
		at = func(x, y float64) (float64, float64) { return 780 - 0.8*y, 60 + 0.8*x }
	}
	p := fpdf.New("P", "pt", "A4", "")
	p.SetFont("Helvetica", "", 28)
	p.AddPageFormat("P", size)
	line := func(x0, y0, x1, y1 float64) {
		a, b := at(x0, y0)
		c, d := at(x1, y1)
		p.Line(a, b, c, d)
	}
	r := rand.New(rand.NewPCG(seed, 3)) //nolint:gosec // a drawing
	for range 90 {
		x, y, w, h := 60+r.Float64()*880, 60+r.Float64()*620, 20+r.Float64()*90, 20+r.Float64()*70
		line(x, y, x+w, y)
		line(x+w, y, x+w, y+h)
		line(x+w, y+h, x, y+h)
		line(x, y+h, x, y)
	}
	p.Text(size.Wd-150, size.Ht-40, number)
	p.SetFont("Helvetica", "", 16)
	p.Text(size.Wd-150, size.Ht-100, "Ground floor")
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// onHouse is where a place of the house lies on the turned page.
func onHouse(p sheet.Point) sheet.Point { return sheet.Point{X: 780 - 0.8*p.Y, Y: 60 + 0.8*p.X} }

// renew uploads a file that asks, and waits for its pages.
func (w *world) renew(up Upload, data []byte) (Drawing, []Page) {
	w.t.Helper()
	up.ID, up.Body = id.New[id.Drawing](), bytes.NewReader(data)
	d, _, err := w.s.Upload(w.t.Context(), w.manager, up)
	if err != nil {
		w.t.Fatal(err)
	}
	if s := w.work(d); s.State != job.Done {
		w.t.Fatalf("job %+v", s)
	}
	pages, err := w.s.Pages(w.t.Context(), w.manager, d.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return d, pages
}

func (w *world) sheets() []Sheet {
	w.t.Helper()
	_, all, err := w.s.List(w.t.Context(), w.guest)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// place decides of pages and waits until the revisions lie on their sheets.
func (w *world) place(d Drawing, decided ...Placement) {
	w.t.Helper()
	j, err := w.s.Place(w.t.Context(), w.manager, d.ID, decided)
	if err != nil {
		w.t.Fatal(err)
	}
	if j != "" {
		d.Job = j
		if s := w.work(d); s.State != job.Done {
			w.t.Fatalf("align %+v", s)
		}
	}
}

func TestARevisionKeepsPinsOnTheirPoint(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.upload("A-101 Ground floor.pdf", house(t, 1, "A-101", false))
		if s := w.work(first); s.State != job.Done {
			t.Fatalf("job %+v", s)
		}
		one := w.sheets()[0]
		if one.Number != "A-101" || one.Revision.Alignment != First || one.Revision.Size != one.Frame {
			t.Fatalf("sheet %+v", one)
		}
		d, pages := w.renew(Upload{Name: "export 17.pdf", Ask: true}, house(t, 1, "A-101", true))
		if len(pages) != 1 || pages[0].Proposed != one.ID || pages[0].Number != "A-101" || pages[0].Certainty < 0.9 {
			t.Fatalf("pages %+v", pages)
		}
		if all := w.sheets(); len(all) != 1 || all[0].Revision.ID != one.Revision.ID {
			t.Fatalf("before anybody decided: %+v", all)
		}
		if _, err := w.s.Place(t.Context(), w.manager, d.ID, nil); !fault.Is(err, fault.Invalid) {
			t.Errorf("a page left out: %v", err)
		}
		if _, err := w.s.Place(t.Context(), w.guest, d.ID, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest decides: %v", err)
		}
		w.place(d, Placement{Page: 1, As: AsRevision, Sheet: one.ID})
		now := w.sheets()[0]
		r := now.Revision
		if r.Code != "2" || r.Alignment != Auto || r.Confidence < 0.5 || len(now.Revisions) != 2 || now.Version != one.Version+1 || now.Frame != one.Frame {
			t.Fatalf("renewed %+v", now)
		}
		// The page is turned and smaller; a pin on a known point stays on it.
		for _, pin := range []sheet.Point{{X: 100, Y: 100}, {X: 900, Y: 120}, {X: 500, Y: 700}} {
			if at := r.Affine.Apply(onHouse(pin)); math.Hypot(at.X-pin.X, at.Y-pin.Y) > 2 {
				t.Errorf("the pin at %v shows %v", pin, at)
			}
		}
		w.read(func(tx *db.Tx) error {
			h, err := feed.History(tx, string(one.ID), "", 10)
			if err != nil || h.Items[0].Kind != feed.Changed || h.Items[0].Fields[0].Name != "revision" || string(h.Items[0].Fields[0].After) != `"2"` {
				t.Errorf("history %+v, %v", h.Items, err)
			}
			return nil
		})
		if again, err := w.s.Place(t.Context(), w.manager, d.ID, nil); err != nil || again != "" {
			t.Errorf("decided twice: %q, %v", again, err)
		}
		w.byHand(t, r)
		// What later revisions lie on cannot go; the later one can, and the one before is the newest again.
		if err := w.s.Delete(t.Context(), w.manager, first.ID); fault.CodeOf(err) != "renewed" {
			t.Errorf("deleting the first: %v", err)
		}
		if err := w.s.Delete(t.Context(), w.manager, d.ID); err != nil {
			t.Fatal(err)
		}
		if back := w.sheets()[0]; back.Revision.ID != one.Revision.ID || len(back.Revisions) != 1 {
			t.Errorf("after the deletion %+v", back)
		}
	})
}

// byHand aligns a revision by two places, exactly.
func (w *world) byHand(t *testing.T, r Revision) {
	t.Helper()
	a, b := sheet.Point{X: 100, Y: 100}, sheet.Point{X: 900, Y: 650}
	pairs := [2]Pair{{Page: onHouse(a), Frame: a}, {Page: onHouse(b), Frame: b}}
	out, err := w.s.Align(t.Context(), w.manager, r.ID, pairs)
	if err != nil || out.Revision.Alignment != Hand || len(out.Revisions) != 2 {
		t.Fatalf("by hand %+v, %v", out, err)
	}
	if p := out.Revision.Affine.Apply(onHouse(sheet.Point{X: 400, Y: 300})); math.Hypot(p.X-400, p.Y-300) > 1e-6 {
		t.Errorf("by hand (400, 300) lies at %v", p)
	}
	near := pairs
	near[1] = Pair{Page: sheet.Point{X: pairs[0].Page.X + 3, Y: pairs[0].Page.Y}, Frame: b}
	outside := pairs
	outside[0].Frame.X = -40
	for name, c := range map[string][2]Pair{"two places that are one": near, "a place outside": outside} {
		if _, err := w.s.Align(t.Context(), w.manager, r.ID, c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.s.Align(t.Context(), w.guest, r.ID, pairs); !fault.Is(err, fault.Denied) {
		t.Errorf("a guest aligns: %v", err)
	}
	if _, err := w.s.Align(t.Context(), w.manager, out.Revisions[1].ID, pairs); fault.CodeOf(err) != "first-revision" {
		t.Errorf("the first revision: %v", err)
	}
}

func TestPagesAreDecided(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.work(w.upload("A-101 Ground floor.pdf", house(t, 1, "A-101", false)))
		one := w.sheets()[0]
		// Nothing of it renews what there is: nobody is asked.
		if _, pages := w.renew(Upload{Name: "other.pdf", Ask: true}, house(t, 2, "B-202", false)); len(pages) != 0 {
			t.Fatalf("asked for %+v", pages)
		}
		if all := w.sheets(); len(all) != 2 || all[1].Number != "B-202" {
			t.Fatalf("sheets %+v", all)
		}
		// Another drawing, said to be this sheet: pictures that do not fit are not guessed at.
		d, pages := w.renew(Upload{Name: "scan.pdf", Sheet: one.ID}, house(t, 3, "X-9", false))
		if len(pages) != 1 || pages[0].Proposed != one.ID {
			t.Fatalf("pages %+v", pages)
		}
		w.place(d, Placement{Page: 1, As: AsRevision, Sheet: one.ID, Code: "B"})
		if r := w.sheets()[0].Revision; r.Alignment != Unaligned || r.Code != "B" || r.Affine != sheet.Identity() {
			t.Errorf("revision %+v", r)
		}
		if err := w.s.Delete(t.Context(), w.manager, d.ID); err != nil {
			t.Fatal(err)
		}
		d, _ = w.renew(Upload{Name: "again.pdf", Sheet: one.ID}, house(t, 4, "A-101", false))
		w.place(d, Placement{Page: 1, As: AsNothing})
		if all := w.sheets(); len(all) != 2 || all[0].Revision.ID != one.Revision.ID {
			t.Errorf("sheets %+v", all)
		}
		d, _ = w.renew(Upload{Name: "new.pdf", Sheet: one.ID}, house(t, 5, "A-103", false))
		w.place(d, Placement{Page: 1, As: AsSheet, Name: "Second floor", Number: "A-103"})
		if all := w.sheets(); len(all) != 3 || all[2].Number != "A-103" || all[2].Revision.Alignment != First {
			t.Errorf("sheets %+v", all)
		}
	})
}

// TestCorpusRevisions lays real revisions on each other. Where they differ was
// looked at; what did not move must stay within a few points.
func TestCorpusRevisions(t *testing.T) {
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: sample files are not tested")
	}
	t.Parallel()
	// What is looked at is pictures: one database is enough.
	func(t *testing.T, w *world) {
		for _, pair := range [][2]string{{"west-wall-rev-a_11x17.pdf", "west-wall-rev-b_11x17.pdf"}, {"foundation-rev-a_42x30_rot90.pdf", "foundation-rev-b_42x30_rot90.pdf"}} {
			read := func(name string) []byte {
				b, err := os.ReadFile(filepath.Join(root, "plans", "drawings", name)) //nolint:gosec // a sample
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			w.work(w.upload(pair[0], read(pair[0])))
			all := w.sheets()
			one := all[len(all)-1]
			d, pages := w.renew(Upload{Name: pair[1], Ask: true}, read(pair[1]))
			if len(pages) != 1 || pages[0].Proposed != one.ID {
				t.Fatalf("%s: pages %+v", pair[1], pages)
			}
			at := time.Now()
			w.place(d, Placement{Page: 1, As: AsRevision, Sheet: one.ID})
			i := slices.IndexFunc(w.sheets(), func(s Sheet) bool { return s.ID == one.ID })
			r := w.sheets()[i].Revision
			t.Logf("%s: %.4f, %.2f, in %v", pair[1], r.Affine, r.Confidence, time.Since(at))
			if r.Alignment != Auto {
				t.Errorf("%s: %s", pair[1], r.Alignment)
			}
			for _, p := range []sheet.Point{{X: 0, Y: 0}, {X: one.Frame.Width, Y: 0}, {X: one.Frame.Width, Y: one.Frame.Height}} {
				if q := r.Affine.Apply(p); math.Hypot(q.X-p.X, q.Y-p.Y) > 3 {
					t.Errorf("%s: %v lies at %v", pair[1], p, q)
				}
			}
		}
	}(t, newWorld(t, dbtest.Open(t, db.SQLite), nil))
}
