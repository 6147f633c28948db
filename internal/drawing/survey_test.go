package drawing

import (
	"bytes"
	"slices"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/survey"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// referring is a set of two plans, the first of which names the second.
func referring(t *testing.T) []byte {
	t.Helper()
	p := fpdf.New("P", "pt", "A4", "")
	for _, number := range []string{"A-101", "A-102"} {
		p.AddPageFormat("P", fpdf.SizeType{Wd: 1190, Ht: 842})
		p.SetFont("Helvetica", "", 28)
		p.Text(1040, 800, number)
		p.Line(100, 100, 800, 600)
		if number == "A-101" {
			p.SetFont("Helvetica", "", 14)
			p.Text(300, 400, "A-102")
		}
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatManagersLayOntoASheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.work(w.upload("set.pdf", referring(t)))
		s := survey.New(w.d, w.s, &w.pins)
		_, sheets, err := w.s.List(ctx, w.manager)
		if err != nil || len(sheets) != 2 {
			t.Fatalf("%d sheets, %v", len(sheets), err)
		}
		one, other := sheets[0].ID, sheets[1].ID
		found, err := s.Links(ctx, w.manager, one)
		if err != nil || len(found) != 1 || found[0].Target != other || found[0].At[0] < 290 || found[0].At[0] > 301 || found[0].At[3] < 395 {
			t.Fatalf("proposed: %+v, %v", found, err)
		}
		link := book.Mark{ID: id.New[id.Mark](), Kind: book.Link, At: found[0].At, Target: other}
		scale := func(metres float64) book.Mark {
			return book.Mark{ID: id.New[id.Mark](), Kind: book.Scale, At: []float64{0, 0, 100, 0}, Metres: metres}
		}
		if _, err := s.Put(ctx, w.guest, one, link); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest: %v", err)
		}
		stranger := w.manager
		stranger.Org, stranger.Project = id.New[id.Org](), id.New[id.Project]()
		if _, err := s.Put(ctx, stranger, one, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organisation: %v", err)
		}
		if _, err := s.Put(ctx, w.manager, one, book.Mark{ID: id.New[id.Mark](), Kind: book.Room, At: []float64{0, 0, 9, 0, 9, 9}, Location: id.New[id.Location]()}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a room of a place that is not there: %v", err)
		}
		for _, m := range []book.Mark{link, scale(3), scale(4)} {
			if _, err := s.Put(ctx, w.manager, one, m); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Put(ctx, w.manager, other, book.Mark{ID: link.ID, Kind: book.Link, At: link.At, Target: one}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the id of another sheet's: %v", err)
		}
		if found, err := s.Links(ctx, w.manager, one); err != nil || len(found) != 0 {
			t.Errorf("proposed again: %+v, %v", found, err)
		}
		_, sheets, err = w.s.List(ctx, w.guest)
		if err != nil || len(sheets[0].Marks) != 2 || len(sheets[1].Marks) != 0 || sheets[0].Version != 4 {
			t.Fatalf("%+v, %v", sheets[0].Marks, err)
		}
		if !slices.ContainsFunc(sheets[0].Marks, func(m book.Mark) bool { return m.Kind == book.Scale && m.Metres == 4 }) {
			t.Errorf("one scale, the newer: %+v", sheets[0].Marks)
		}
		if err := s.Delete(ctx, w.guest, one, link.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest deletes: %v", err)
		}
		if err := s.Delete(ctx, w.manager, one, link.ID); err != nil {
			t.Error(err)
		}
		if err := s.Delete(ctx, w.manager, one, link.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		if err := w.s.Delete(ctx, w.manager, sheets[0].Drawing); err != nil || w.count("sheet_mark") != 0 {
			t.Errorf("the drawing goes with what lies on it: %v, %d left", err, w.count("sheet_mark"))
		}
	})
}
