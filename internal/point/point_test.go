package point

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/point/around"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/policy"
)

func TestCreate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := draft("Kras in de deur")
		d.Category, d.Location, d.Due, d.Urgent = w.paint, w.room, "2026-03-20", true
		d.InCharge = []fields.Charge{{Kind: "role", ID: string(w.role)}, {Kind: "company", ID: string(w.company)}, {Kind: "role", ID: string(w.role)}}
		d.Pin = &fields.Pin{Sheet: w.sheet, X: 3000.3, Y: -0.2}
		p := w.create(w.contributor, d)
		if p.Number.String() != "C-1.1" || p.Version != 1 || p.Values.Status != w.todo || p.List != w.list || p.Author != w.contributor.Person {
			t.Errorf("made %+v", p)
		}
		if len(p.InCharge) != 2 || p.InCharge[0].Kind != "company" {
			t.Errorf("in charge %v", p.InCharge)
		}
		if *p.Pin != (fields.Pin{Sheet: w.sheet, X: 3000, Y: 0}) {
			t.Errorf("the pin stands at %v, not on the edge", *p.Pin)
		}
		if p.CreatedAt != start.UnixMicro() || p.ClosedAt != 0 {
			t.Errorf("made at %d, closed at %d", p.CreatedAt, p.ClosedAt)
		}

		again, created, err := w.s.Create(t.Context(), w.contributor, Draft{ID: p.ID, Values: fields.Values{Subject: "another"}})
		if err != nil || created || again.Subject != p.Subject || again.Version != 1 {
			t.Errorf("the repeat: created %v, %v, %q", created, err, again.Subject)
		}
		if n := w.create(w.contributor, draft("next")).Number; n.Sequence != 2 {
			t.Errorf("the repeat took a number: %v", n)
		}

		w.read(func(tx *db.Tx) error {
			h, err := feed.History(tx, string(p.ID), "", 10)
			if err != nil || len(h.Items) != 1 {
				t.Fatalf("history %v, %v", h.Items, err)
			}
			e := h.Items[0]
			if e.Kind != "created" || e.Actor != string(w.contributor.Person) || e.Version != 1 {
				t.Errorf("entry %+v", e)
			}
			got := map[string]string{}
			for _, f := range e.Fields {
				if f.Before != nil {
					t.Errorf("%s was something before it was made", f.Name)
				}
				got[f.Name] = string(f.After)
			}
			if got["subject"] != `"Kras in de deur"` || got["due"] != `"2026-03-20"` || got["urgent"] != "true" || got["description"] != "" {
				t.Errorf("fields %v", got)
			}
			return nil
		})
		to, gone := w.delivered(p.ID)
		want := []string{access.OnList(w.project, w.list), access.Charged(w.project, access.InCharge{Kind: "company", ID: string(w.company)}), access.Charged(w.project, access.InCharge{Kind: "role", ID: string(w.role)})}
		slices.Sort(want)
		if !slices.Equal(to, want) || len(gone) != 0 {
			t.Errorf("delivered to %v, gone from %v", to, gone)
		}
		if len(w.reached) == 0 || w.reached[0].sheet != w.sheet || len(w.reached[0].see) != 2 {
			t.Errorf("the sheet does not follow: %v", w.reached)
		}
		if found := w.list100(w.guest, query.Query{Filter: query.Filter{Text: "deur kra"}}); len(found) != 1 || found[0].ID != p.ID {
			t.Errorf("the search finds %d", len(found))
		}
	})
}

// list100 reads one page.
func (w *world) list100(g access.Grant, q query.Query) []Point {
	w.t.Helper()
	out, _, err := w.s.List(w.t.Context(), g, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Items
}

func TestCreateRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		cases := []struct {
			name   string
			by     access.Grant
			change func(*Draft)
			kind   fault.Kind
			code   string // of the fault, or of its first field
		}{
			{"a guest", w.guest, func(*Draft) {}, fault.Denied, "needs-contributor"},
			{"a subcontractor", w.sub, func(*Draft) {}, fault.Denied, "needs-contributor"},
			{"no subject", w.contributor, func(d *Draft) { d.Subject = "" }, fault.Invalid, "required"},
			{"a long subject", w.contributor, func(d *Draft) { d.Subject = strings.Repeat("é", 201) }, fault.Invalid, "too-long"},
			{"NUL", w.contributor, func(d *Draft) { d.Description = "a\x00b" }, fault.Invalid, "nul"},
			{"not UTF-8", w.contributor, func(d *Draft) { d.Description = "a\xff" }, fault.Invalid, "not-utf8"},
			{"a long description", w.contributor, func(d *Draft) { d.Description = strings.Repeat("x", 10_001) }, fault.Invalid, "too-long"},
			{"no date", w.contributor, func(d *Draft) { d.Due = "2026-02-30" }, fault.Invalid, "not-a-date"},
			{"a pin outside", w.contributor, func(d *Draft) { d.Pin = &fields.Pin{Sheet: w.sheet, X: -5} }, fault.Invalid, "outside-sheet"},
			{"another sheet", w.contributor, func(d *Draft) { d.Pin = &fields.Pin{Sheet: id.New[id.Sheet]()} }, fault.Invalid, "unknown"},
			{"a stranger in charge", w.contributor, func(d *Draft) { d.InCharge = []fields.Charge{{Kind: "person", ID: string(id.New[id.Person]())}} }, fault.Invalid, "unknown"},
			{"another's status", w.contributor, func(d *Draft) { d.Values.Status = id.New[id.Status]() }, fault.Invalid, "unknown"},
			{"a reserved status", w.contributor, func(d *Draft) { d.Values.Status = w.checked }, fault.Denied, "reserved-status"},
			{"another list", w.contributor, func(d *Draft) { d.List = id.New[id.List]() }, fault.Invalid, "unknown"},
			{"another location", w.contributor, func(d *Draft) { d.Location = id.New[id.Location]() }, fault.Invalid, "unknown"},
			{"another category", w.contributor, func(d *Draft) { d.Category = id.New[id.Category]() }, fault.Invalid, "unknown"},
			{"no id", w.contributor, func(d *Draft) { d.ID = "1" }, fault.Invalid, "not-an-id"},
		}
		for _, c := range cases {
			d := draft("x")
			c.change(&d)
			_, _, err := w.s.Create(t.Context(), c.by, d)
			if fault.KindOf(err) != c.kind || codeOf(err) != c.code {
				t.Errorf("%s: %v %q (%v), want %v %q", c.name, fault.KindOf(err), codeOf(err), err, c.kind, c.code)
			}
		}
		if n := w.create(w.contributor, draft("first")).Number.Sequence; n != 1 {
			t.Errorf("what was refused took %d numbers", n-1)
		}
	})
}

func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return f.Fields[0].Code
	}
	return fault.CodeOf(err)
}

func TestChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.create(w.contributor, draft("Crack"))
		w.clock.Advance(time.Minute)
		p2, conflicts, err := w.s.Change(t.Context(), w.contributor, p.ID, 1, fields.Patch{
			Fields: []fields.Field{fields.Subject, fields.Due, fields.Status},
			Values: fields.Values{Subject: "Wide crack", Due: "2026-04-01", Status: w.done},
		})
		if err != nil || len(conflicts) != 0 || p2.Version != 2 || p2.Subject != "Wide crack" || p2.ClosedAt != start.Add(time.Minute).UnixMicro() {
			t.Fatalf("%+v %v %v", p2, conflicts, err)
		}
		// Made on version 1: the subject was changed meanwhile, the description not.
		p3, conflicts, err := w.s.Change(t.Context(), w.admin, p.ID, 1, fields.Patch{
			Fields: []fields.Field{fields.Subject, fields.Description, fields.Due},
			Values: fields.Values{Subject: "Small crack", Description: "north", Due: "2026-04-01"},
		})
		if err != nil || p3.Version != 3 || p3.Subject != "Wide crack" || p3.Description != "north" {
			t.Fatalf("%+v %v", p3, err)
		}
		if len(conflicts) != 1 || conflicts[0].Field != "subject" || string(conflicts[0].Theirs) != `"Wide crack"` || string(conflicts[0].Mine) != `"Small crack"` ||
			conflicts[0].Version != 2 || conflicts[0].Actor != string(w.contributor.Person) {
			t.Errorf("conflicts %+v", conflicts)
		}
		if p4, conflicts, err := w.s.Change(t.Context(), w.admin, p.ID, 1, fields.Patch{Fields: []fields.Field{fields.Subject}, Values: fields.Values{Subject: "x"}}); err != nil || len(conflicts) != 1 || p4.Version != 3 {
			t.Errorf("conflicts alone: version %d, %v, %v", p4.Version, conflicts, err)
		}
		if p5, _, err := w.s.Change(t.Context(), w.admin, p.ID, 3, fields.Patch{Fields: []fields.Field{fields.Status}, Values: fields.Values{Status: w.todo}}); err != nil || p5.ClosedAt != 0 {
			t.Errorf("reopened: %+v, %v", p5, err)
		}
		if _, _, err := w.s.Change(t.Context(), w.admin, p.ID, 99, fields.Patch{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a base of the future: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			h, err := feed.History(tx, string(p.ID), "", 10)
			if err != nil || len(h.Items) != 4 {
				t.Fatalf("%d entries, %v", len(h.Items), err)
			}
			for _, f := range h.Items[2].Fields {
				if f.Name == "subject" && (string(f.Before) != `"Crack"` || string(f.After) != `"Wide crack"`) {
					t.Errorf("subject from %s to %s", f.Before, f.After)
				}
			}
			return nil
		})
	})
}

func TestReservedStatus(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := draft("x")
		d.InCharge = []fields.Charge{{Kind: "person", ID: string(w.sub.Person)}}
		p := w.create(w.contributor, d)
		set := func(g access.Grant, s id.Status) error {
			now, err := w.s.Get(t.Context(), w.admin, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = w.s.Change(t.Context(), g, p.ID, now.Version, fields.Patch{Fields: []fields.Field{fields.Status}, Values: fields.Values{Status: s}})
			return err
		}
		if err := set(w.sub, w.done); err != nil {
			t.Errorf("who is in charge sets a status: %v", err)
		}
		if err := set(w.contributor, w.checked); fault.CodeOf(err) != "reserved-status" {
			t.Errorf("a contributor sets a reserved status: %v", err)
		}
		if err := set(w.admin, w.checked); err != nil {
			t.Errorf("a manager sets a reserved status: %v", err)
		}
		if err := set(w.contributor, w.todo); fault.CodeOf(err) != "reserved-status" {
			t.Errorf("a contributor moves a point out of a reserved status: %v", err)
		}
		if err := set(w.guest, w.todo); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest: %v", err)
		}
		got, err := w.s.Get(t.Context(), w.contributor, p.ID)
		if err != nil || got.May.Status || got.May.Reserved || !got.May.Edit {
			t.Errorf("may %+v, %v", got.May, err)
		}
	})
}

func TestSubcontractorSeesOnlyTheirs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, roles, theirs := draft("mine"), draft("by role"), draft("theirs")
		mine.InCharge = []fields.Charge{{Kind: "company", ID: string(w.company)}}
		mine.Pin = &fields.Pin{Sheet: w.sheet, X: 1, Y: 1}
		roles.InCharge = []fields.Charge{{Kind: "role", ID: string(w.role)}}
		a, b, c := w.create(w.contributor, mine), w.create(w.contributor, roles), w.create(w.contributor, theirs)
		if got := w.list100(w.sub, query.Query{}); len(got) != 2 || got[0].ID != a.ID || got[1].ID != b.ID {
			t.Errorf("sees %d points", len(got))
		}
		for name, err := range map[string]error{
			"get":     second(w.s.Get(t.Context(), w.sub, c.ID)),
			"change":  third(w.s.Change(t.Context(), w.sub, c.ID, 1, fields.Patch{Fields: []fields.Field{fields.Urgent}, Values: fields.Values{Urgent: true}})),
			"comment": third(w.s.Comment(t.Context(), w.sub, c.ID, id.New[id.Comment](), "x")),
			"delete":  w.s.Delete(t.Context(), w.sub, c.ID),
			"history": second(w.s.History(t.Context(), w.sub, c.ID, "", 10)),
			"photo":   third(w.s.AddPhoto(t.Context(), w.sub, c.ID, id.New[id.Photo](), picture(1), time.Time{})),
			"restore": second(w.s.Restore(t.Context(), w.sub, c.ID)),
			"again":   third(w.s.Create(t.Context(), w.sub, Draft{ID: c.ID, Values: fields.Values{Subject: "x"}})),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of another's point: %v", name, err)
			}
		}
		if _, _, err := w.s.Change(t.Context(), w.sub, a.ID, 1, fields.Patch{Fields: []fields.Field{fields.Urgent}, Values: fields.Values{Urgent: true}}); !fault.Is(err, fault.Denied) {
			t.Errorf("edits a field: %v", err)
		}
		if _, _, err := w.s.Comment(t.Context(), w.sub, a.ID, id.New[id.Comment](), "ready"); err != nil {
			t.Errorf("comments: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			got, err := w.s.Load(tx, w.sub, []id.Point{a.ID, c.ID})
			if err != nil || len(got) != 1 || got[0].ID != a.ID || len(got[0].Comments) != 1 {
				t.Errorf("loads %d points, %v", len(got), err)
			}
			seen, err := around.ForDrawings{}.SheetsSeen(tx, w.sub, []id.Sheet{w.sheet})
			if err != nil || !seen[w.sheet] {
				t.Errorf("sheets %v, %v", seen, err)
			}
			people, err := around.ForProjects{}.PeopleSeen(tx, w.sub)
			if want := []id.Person{w.contributor.Person, w.sub.Person}; err != nil || len(people) != 2 || !slices.Contains(people, want[0]) || !slices.Contains(people, want[1]) {
				t.Errorf("people %v, %v", people, err)
			}
			return nil
		})

		// Taken from the company: gone for it, and so is the sheet.
		w.reached = nil
		if _, _, err := w.s.Change(t.Context(), w.contributor, a.ID, 2, fields.Patch{Fields: []fields.Field{fields.InCharge}}); err != nil {
			t.Fatal(err)
		}
		if to, gone := w.delivered(a.ID); len(gone) != 1 || !strings.HasPrefix(gone[0], "company:") || !slices.Equal(to, []string{access.OnList(w.project, w.list)}) {
			t.Errorf("to %v, gone %v", to, gone)
		}
		if len(w.reached) != 1 || len(w.reached[0].gone) != 1 || len(w.reached[0].see) != 0 {
			t.Errorf("sheets reach %v", w.reached)
		}
	})
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestListLevels(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		open, quiet := w.create(w.admin, draft("open")), draft("quiet")
		quiet.List = w.quiet
		hidden := w.create(w.admin, quiet)
		if hidden.Number.String() != "Q-1.1" {
			t.Errorf("number %s", hidden.Number)
		}
		see := func(g access.Grant) int { return len(w.list100(g, query.Query{})) }
		shut, charge, raised := w.guest, w.guest, w.sub
		shut.ListLevels = map[id.List]policy.Level{w.quiet: policy.None}
		charge.ListLevels = map[id.List]policy.Level{w.quiet: policy.Subcontractor}
		raised.ListLevels = map[id.List]policy.Level{w.quiet: policy.Manager}
		if a, b, c, d := see(w.guest), see(shut), see(charge), see(raised); a != 2 || b != 1 || c != 1 || d != 1 {
			t.Errorf("guest %d, shut out %d, in charge only %d, raised %d", a, b, c, d)
		}
		if _, err := w.s.Get(t.Context(), shut, hidden.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("shut out, gets it: %v", err)
		}
		if _, _, err := w.s.Change(t.Context(), w.admin, hidden.ID, 1, fields.Patch{Fields: []fields.Field{fields.InCharge},
			Values: fields.Values{InCharge: []fields.Charge{{Kind: "person", ID: string(w.guest.Person)}}}}); err != nil {
			t.Fatal(err)
		}
		if a, b := see(charge), see(shut); a != 2 || b != 1 {
			t.Errorf("in charge, sees %d; shut out although in charge, sees %d", a, b)
		}
		if _, err := w.s.Get(t.Context(), raised, open.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("raised on one list, gets a point of another: %v", err)
		}
	})
}

func TestDeleteRestoreErase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.create(w.contributor, draft("Gone"))
		if _, _, err := w.s.Comment(t.Context(), w.guest, p.ID, id.New[id.Comment](), "why"); err != nil {
			t.Fatal(err)
		}
		ph, _, err := w.s.AddPhoto(t.Context(), w.contributor, p.ID, id.New[id.Photo](), picture(9), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.Delete(t.Context(), w.guest, p.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest deletes: %v", err)
		}
		for range 2 { // twice is harmless
			if err := w.s.Delete(t.Context(), w.contributor, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, gone := w.delivered(p.ID); !slices.Equal(gone, []string{access.OnList(w.project, w.list)}) {
			t.Errorf("gone from %v", gone)
		}
		if n := len(w.list100(w.guest, query.Query{Filter: query.Filter{Closed: query.Any}})); n != 0 {
			t.Errorf("lists %d", n)
		}
		if _, err := w.s.Get(t.Context(), w.admin, p.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("gets: %v", err)
		}
		w.clock.Advance(29 * 24 * time.Hour)
		back, err := w.s.Restore(t.Context(), w.admin, p.ID)
		if err != nil || back.Number != p.Number || len(back.Comments) != 1 || len(back.Photos) != 1 {
			t.Fatalf("restored %+v, %v", back, err)
		}
		if n := len(w.list100(w.guest, query.Query{Filter: query.Filter{Text: "gone"}})); n != 1 {
			t.Errorf("restored, the search finds %d", n)
		}
		if err := w.s.Delete(t.Context(), w.admin, p.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(UndoDays * 24 * time.Hour)
		if _, err := w.s.Restore(t.Context(), w.admin, p.ID); !fault.Is(err, fault.Gone) {
			t.Errorf("restored too late: %v", err)
		}
		w.runJobs(t)
		w.read(func(tx *db.Tx) error {
			for _, table := range []string{"point", "comment", "photo", "feed_value"} {
				var n int
				if err := tx.Row(`select count(*) from ` + table).Scan(&n); err != nil || n != 0 {
					t.Errorf("%s: %d left, %v", table, n, err)
				}
			}
			h, err := feed.History(tx, string(p.ID), "", 20)
			if err != nil || len(h.Items) < 5 {
				t.Errorf("the log keeps %d entries, %v", len(h.Items), err)
			}
			return nil
		})
		w.clock.Advance(25 * time.Hour)
		if n, err := w.files.Sweep(t.Context(), 10); err != nil || n != 2 {
			t.Errorf("swept %d files, %v", n, err)
		}
		if _, err := w.s.photos.Full(t.Context(), w.org, ph); !fault.Is(err, fault.NotFound) {
			t.Errorf("the photo's bytes: %v", err)
		}
	})
}

// runJobs runs the jobs that are due, once each.
func (w *world) runJobs(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	worker := job.New(w.d, nil, map[string]job.Handler{EraseJob: w.s.EraseDeleted}, job.Options{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.Run(ctx)
	}()
	for {
		var waiting int
		w.read(func(tx *db.Tx) error {
			return tx.Row(`select count(*) from job where state in ('queued', 'running') and run_at <= $1`, tx.Micros()).Scan(&waiting)
		})
		if waiting == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
}

func TestAuthorTakesBackWithinADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.create(w.contributor, draft("x"))
		w.clock.Advance(25 * time.Hour)
		if err := w.s.Delete(t.Context(), w.contributor, p.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("after a day: %v", err)
		}
		if err := w.s.Delete(t.Context(), w.admin, p.ID); err != nil {
			t.Error(err)
		}
		w.read(func(tx *db.Tx) error {
			s, ok, err := job.OfThing(tx, string(p.ID), EraseJob)
			if err != nil || !ok || s.State != job.Queued {
				t.Errorf("job %+v %v %v", s, ok, err)
			}
			return nil
		})
	})
}

func TestCommentsAndPhotosAppend(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.create(w.contributor, draft("x"))
		other := w.create(w.contributor, draft("y"))
		c := id.New[id.Comment]()
		for i := range 2 {
			got, added, err := w.s.Comment(t.Context(), w.guest, p.ID, c, []string{"first", "second"}[i])
			if err != nil || added != (i == 0) || got.Text != "first" {
				t.Errorf("comment %d: added %v, %q, %v", i, added, got.Text, err)
			}
		}
		if _, _, err := w.s.Comment(t.Context(), w.guest, other.ID, c, "x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the comment of another point: %v", err)
		}
		ph := id.New[id.Photo]()
		for i := range 2 {
			got, added, err := w.s.AddPhoto(t.Context(), w.contributor, p.ID, ph, picture(byte(40*i)), start)
			if err != nil || added != (i == 0) || got.Width != 800 || got.Height != 600 || got.TakenAt != start.UnixMicro() {
				t.Errorf("photo %d: added %v, %+v, %v", i, added, got, err)
			}
		}
		if _, _, err := w.s.AddPhoto(t.Context(), w.guest, p.ID, id.New[id.Photo](), picture(1), time.Time{}); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest adds a photo: %v", err)
		}
		if _, _, err := w.s.AddPhoto(t.Context(), w.contributor, p.ID, id.New[id.Photo](), strings.NewReader("no photo"), time.Time{}); !fault.Is(err, fault.Unsupported) {
			t.Errorf("no photo: %v", err)
		}
		got, err := w.s.Get(t.Context(), w.guest, p.ID)
		if err != nil || got.Version != 3 || len(got.Comments) != 1 || len(got.Photos) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if n := len(w.list100(w.guest, query.Query{Filter: query.Filter{Text: "first"}})); n != 1 {
			t.Errorf("the search finds %d by the comment", n)
		}
		if err := w.s.RemovePhoto(t.Context(), w.guest, p.ID, ph); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest removes a photo: %v", err)
		}
		if err := w.s.RemovePhoto(t.Context(), w.contributor, other.ID, ph); !fault.Is(err, fault.NotFound) {
			t.Errorf("the photo of another point: %v", err)
		}
		if err := w.s.RemovePhoto(t.Context(), w.contributor, p.ID, ph); err != nil {
			t.Error(err)
		}
		var kinds []string
		h, err := w.s.History(t.Context(), w.guest, p.ID, "", 10)
		for _, e := range h.Items {
			kinds = append(kinds, e.Kind)
		}
		if err != nil || !slices.Equal(kinds, []string{"photo-removed", "photo-added", "commented", "created"}) {
			t.Errorf("history %v, %v", kinds, err)
		}
	})
}

// TestEveryTextComesBack sends the big list of naughty strings through the
// store and the log.
func TestEveryTextComesBack(t *testing.T) {
	texts := []string{"  ", "'; drop table point; --", "\u202eabc", "😀👩‍👩‍👧", "e\u0301", "é", "\u200b", "<b>&amp;", "\\u0000", "\r\n\t", "ÅÆØ", strings.Repeat("字", 200)}
	if samples := os.Getenv("PLUMBLINE_SAMPLES"); samples == "" {
		t.Log("PLUMBLINE_SAMPLES is not set: only the strings in this test are tried")
	} else {
		b, err := os.ReadFile(findFile(t, samples, "blns.json"))
		if err != nil {
			t.Fatal(err)
		}
		var more []string
		if err := json.Unmarshal(b, &more); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, more...)
	}
	each(t, func(t *testing.T, w *world) {
		for _, s := range texts {
			d := draft("x")
			d.Description = s
			if s != "" && len([]rune(s)) <= fields.MaxSubject {
				d.Subject = s
			}
			if (fields.Patch{Fields: []fields.Field{fields.Subject}, Values: d.Values}).Check() != nil && !strings.Contains(s, "\x00") {
				if _, _, err := w.s.Create(t.Context(), w.contributor, d); !fault.Is(err, fault.Invalid) {
					t.Errorf("the subject %q shows nothing and is taken: %v", s, err)
				}
				d.Subject = "x"
			}
			p, _, err := w.s.Create(t.Context(), w.contributor, d)
			if strings.Contains(s, "\x00") {
				if !fault.Is(err, fault.Invalid) {
					t.Errorf("%q is taken: %v", s, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%q: %v", s, err)
				continue
			}
			got, err := w.s.Get(t.Context(), w.contributor, p.ID)
			if err != nil || got.Description != s || got.Subject != d.Subject {
				t.Errorf("%q came back as %q and %q, %v", s, got.Subject, got.Description, err)
			}
			h, err := w.s.History(t.Context(), w.contributor, p.ID, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range h.Items[0].Fields {
				var logged string
				if f.Name == "description" && (json.Unmarshal(f.After, &logged) != nil || logged != s) {
					t.Errorf("%q is in the log as %q", s, logged)
				}
			}
		}
	})
}

func findFile(t *testing.T, root, name string) string {
	t.Helper()
	found := ""
	if err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == name {
			found = path
			return filepath.SkipAll
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if found == "" {
		t.Fatalf("PLUMBLINE_SAMPLES is set, but %s is missing", name)
	}
	return found
}
