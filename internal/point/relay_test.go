package point

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/markup"
	"plumbline/internal/policy"
)

func TestRelay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d := draft("Crack above the door")
		d.Description, d.Due, d.Urgent, d.Category, d.Location = "Two fingers wide", "2026-04-01", true, w.paint, w.room
		d.Pin, d.InCharge, d.Values.Status = &fields.Pin{Sheet: w.sheet, X: 10, Y: 20}, []fields.Charge{{Kind: "company", ID: string(w.company)}}, w.done
		from := w.create(w.contributor, d)
		ph, _, err := w.s.AddPhoto(ctx, w.contributor, from.ID, id.New[id.Photo](), picture(9), start.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []markup.Layer{{Point: from.ID, On: markup.OnPhoto, Target: string(ph.ID)}, {Point: from.ID, On: markup.OnSheet, Target: string(w.sheet)}} {
			l.Shapes = []markup.Shape{{Kind: markup.Text, Colour: "#c0392b", Width: 20, At: []float64{5, 5}, Text: "here"}}
			if _, err := w.s.Mark(ctx, w.contributor, l, 0); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := w.s.Comment(ctx, w.contributor, from.ID, id.New[id.Comment](), "Between us"); err != nil {
			t.Fatal(err)
		}
		before, err := w.s.Get(ctx, w.contributor, from.ID)
		if err != nil {
			t.Fatal(err)
		}
		on := func(g access.Grant, list id.List, level policy.Level) access.Grant {
			g.ListLevels = map[id.List]policy.Level{list: level}
			return g
		}
		for _, c := range []struct {
			name string
			g    access.Grant
			to   id.List
			code string
		}{
			{"a guest", w.guest, w.quiet, "needs-contributor"},
			{"who is in charge and nothing else", w.sub, w.quiet, "needs-contributor"},
			{"who may write there and only reads here", on(w.contributor, w.list, policy.Guest), w.quiet, "needs-contributor"},
			{"who may write here and only reads there", on(w.contributor, w.quiet, policy.Guest), w.quiet, "needs-contributor"},
			{"who does not know of the other list", on(w.contributor, w.quiet, policy.None), w.quiet, "invalid"},
			{"who does not know of the point", on(w.contributor, w.list, policy.None), w.quiet, "point-not-found"},
			{"to its own list", w.contributor, w.list, "relay-same-list"},
			{"to no list", w.contributor, "", "invalid"},
		} {
			if _, _, err := w.s.Relay(ctx, c.g, from.ID, id.New[id.Point](), c.to); fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v %q", c.name, err, fault.CodeOf(err))
			}
		}
		w.reached = nil
		relay, created, err := w.s.Relay(ctx, w.contributor, from.ID, id.New[id.Point](), w.quiet)
		if err != nil || !created {
			t.Fatalf("%v %v", created, err)
		}
		if relay.Number.String() != "Q-1.1" || relay.List != w.quiet || relay.Origin != from.ID || relay.Values.Status != w.todo || len(relay.InCharge) != 0 ||
			len(relay.Comments) != 0 || relay.Author != w.contributor.Person || relay.ClosedAt != 0 || relay.Version != 1 {
			t.Errorf("%+v", relay)
		}
		for _, f := range []fields.Field{fields.Subject, fields.Description, fields.Category, fields.Location, fields.Due, fields.Urgent, fields.PinField} {
			if !fields.Same(relay.Values, from.Values, f) {
				t.Errorf("%s is %v, was %v", f, relay.At(f), from.At(f))
			}
		}
		if len(relay.Photos) != 1 || relay.Photos[0].ID == ph.ID || relay.Photos[0].TakenAt != ph.TakenAt || len(relay.Markups) != 2 {
			t.Fatalf("photos %+v, drawn %+v", relay.Photos, relay.Markups)
		}
		for _, l := range relay.Markups {
			if l.Target != string(relay.Photos[0].ID) && l.Target != string(w.sheet) || l.Shapes[0].Text != "here" {
				t.Errorf("drawn %+v", l)
			}
		}
		// Its list hears of it; the origin stays as it was and its list is not told.
		if to, gone := w.delivered(relay.ID); !slices.Equal(to, []string{access.OnList(w.project, w.quiet)}) || gone != nil || len(w.reached) != 0 {
			t.Errorf("told %v, gone from %v, sheets reached %v", to, gone, w.reached)
		}
		if after, err := w.s.Get(ctx, w.contributor, from.ID); err != nil || after.Version != before.Version || after.Values.Status != w.done {
			t.Errorf("the origin: %+v %v", after, err)
		}
		// Made again: the same. Under an id that is another point's: not found.
		if again, created, err := w.s.Relay(ctx, w.contributor, from.ID, relay.ID, w.quiet); err != nil || created || again.Number != relay.Number {
			t.Errorf("again: %v %+v %v", created, again, err)
		}
		if _, _, err := w.s.Relay(ctx, w.contributor, from.ID, w.create(w.contributor, draft("other")).ID, w.quiet); fault.CodeOf(err) != "point-not-found" {
			t.Errorf("under the id of another point: %v", err)
		}
		// Who sees one of the two reads nothing of the other, in the history neither.
		shut := on(w.guest, w.list, policy.None)
		if p, err := w.s.Get(ctx, shut, relay.ID); err != nil || p.Origin != "" {
			t.Errorf("%+v %v", p, err)
		}
		for g, want := range map[*access.Grant]int{&shut: 0, &w.guest: 1} {
			h, err := w.s.History(ctx, *g, relay.ID, "", 5)
			if err != nil || len(h.Items) != 1 || h.Items[0].Kind != "created" {
				t.Fatalf("%+v %v", h, err)
			}
			n := 0
			for _, f := range h.Items[0].Fields {
				if f.Name == "origin_id" {
					n++
				}
			}
			if n != want {
				t.Errorf("the history names the origin %d times, want %d", n, want)
			}
		}
		// Neither follows the other: a status, and a photo that goes.
		if _, _, err := w.s.Change(ctx, w.contributor, relay.ID, relay.Version, fields.Patch{Fields: []fields.Field{fields.Status}, Values: fields.Values{Status: w.done}}); err != nil {
			t.Fatal(err)
		}
		if err := w.s.RemovePhoto(ctx, w.contributor, from.ID, ph.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(48 * time.Hour)
		if _, err := w.files.Sweep(ctx, 100); err != nil {
			t.Fatal(err)
		}
		kept, err := w.s.Photo(ctx, shut, relay.Photos[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		file, err := w.s.photos.Full(ctx, w.org, kept)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close() //nolint:errcheck // a test
		if b, err := io.ReadAll(io.NewSectionReader(file, 0, 1<<20)); err != nil || !bytes.HasPrefix(b, []byte{0xff, 0xd8}) {
			t.Errorf("the relay's photo: %d bytes, %v", len(b), err)
		}
		// The origin goes to another list: the relay is delivered anew, for who reads there now.
		if _, err := w.s.Move(ctx, w.admin, from.ID, w.quiet); err != nil {
			t.Fatal(err)
		}
		if p, err := w.s.Get(ctx, shut, relay.ID); err != nil || p.Origin != from.ID {
			t.Errorf("in sight now: %+v %v", p, err)
		}
		w.read(func(tx *db.Tx) error {
			n := 0
			err := tx.Row(`select count(*) from feed_delivery where thing_id = $1`, relay.ID).Scan(&n)
			if n != 3 { // made, changed, delivered anew
				t.Errorf("delivered %d times", n)
			}
			return err
		})
		// Erased, the origin leaves the relay where it is.
		if err := w.s.Delete(ctx, w.admin, from.ID); err != nil {
			t.Fatal(err)
		}
		if p, err := w.s.Get(ctx, w.admin, relay.ID); err != nil || p.Origin != "" {
			t.Errorf("of a deleted one: %+v %v", p, err)
		}
		w.write(func(tx *db.Tx) error { return erase(tx, from.ID) })
		if p, err := w.s.Get(ctx, w.admin, relay.ID); err != nil || p.Origin != "" || len(p.Photos) != 1 {
			t.Errorf("left: %+v %v", p, err)
		}
	})
}
