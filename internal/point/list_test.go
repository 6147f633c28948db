package point

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/search"
)

// fill makes points of all sorts, many of them tied in every order.
func (w *world) fill(n int) []Point {
	w.t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	subjects := []string{"Tegel", "tegel", "Tégel", "Äpfel", "Zand", "apfel", "9 doors", "10 doors"}
	dues := []string{"", "2026-03-01", "2026-03-02", "2026-03-03", ""}
	statuses := []id.Status{w.todo, w.done, w.checked}
	places := []id.Location{"", w.floor, w.room}
	all := make([]Point, 0, n)
	for range n {
		w.clock.Advance(time.Duration(r.IntN(2)) * time.Second)
		d := draft(subjects[r.IntN(len(subjects))])
		d.Due, d.Values.Status, d.Location, d.Urgent = dues[r.IntN(len(dues))], statuses[r.IntN(3)], places[r.IntN(3)], r.IntN(2) == 0
		if r.IntN(3) == 0 {
			d.List = w.quiet
		}
		if r.IntN(2) == 0 {
			d.Category = w.paint
		}
		switch r.IntN(4) {
		case 0:
			d.InCharge = []fields.Charge{{Kind: "company", ID: string(w.company)}}
		case 1:
			d.InCharge = []fields.Charge{{Kind: "person", ID: string(w.guest.Person)}, {Kind: "role", ID: string(w.role)}}
		}
		if r.IntN(2) == 0 {
			d.Pin = &fields.Pin{Sheet: w.sheet, X: 5, Y: 5}
		}
		all = append(all, w.create(w.admin, d))
	}
	return all
}

// ranked is the order that the list promises, written down once more in Go.
func (w *world) ranked(sort query.Sort, desc bool) func(a, b Point) int {
	rank := func(p Point) int {
		switch sort {
		case query.ByStatus:
			i := slices.IndexFunc(w.set.Statuses, func(s fields.StatusRule) bool { return s.ID == p.Values.Status })
			if desc {
				return -i
			}
			return i
		case query.ByLocation:
			i := slices.IndexFunc(w.set.Locations, func(n fields.Node) bool { return n.ID == string(p.Location) })
			switch {
			case i < 0:
				return 1000
			case desc:
				return -i
			}
			return i
		case query.ByDue:
			if p.Due == "" {
				return 1
			}
		}
		return 0
	}
	return func(a, b Point) int {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 {
			return c
		}
		c := 0
		switch sort {
		case query.ByNumber:
			c = cmp.Or(strings.Compare(a.Number.Code, b.Number.Code), cmp.Compare(a.Number.Sequence, b.Number.Sequence))
		case query.BySubject:
			c = bytes.Compare(fields.SortKey(a.Subject), fields.SortKey(b.Subject))
		case query.ByDue:
			c = strings.Compare(a.Due, b.Due)
		case query.ByChanged:
			c = cmp.Compare(a.ChangedAt, b.ChangedAt)
		case query.ByCreated:
			c = cmp.Compare(a.CreatedAt, b.CreatedAt)
		}
		c = cmp.Or(c, strings.Compare(string(a.ID), string(b.ID)))
		if desc {
			c = -c
		}
		return c
	}
}

func TestEveryOrderPagesLikeASortedSlice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.fill(60)
		for _, sort := range query.Sorts() {
			for _, desc := range []bool{false, true} {
				want := slices.Clone(all)
				slices.SortFunc(want, w.ranked(sort, desc))
				for _, limit := range []int{1, 7, 60} {
					var got []Point
					q := query.Query{Filter: query.Filter{Closed: query.Any}, Sort: sort, Desc: desc, Limit: limit}
					for pages := 0; ; pages++ {
						out, total, err := w.s.List(t.Context(), w.guest, q)
						if err != nil || total.N != 60 || total.More || pages > 60 {
							t.Fatalf("%s: total %+v, page %d, %v", sort, total, pages, err)
						}
						got = append(got, out.Items...)
						if q.Cursor = out.Next; q.Cursor == "" {
							break
						}
					}
					if !slices.EqualFunc(got, want, func(a, b Point) bool { return a.ID == b.ID }) {
						t.Errorf("%s (descending %v) in pages of %d differs from the sorted slice", sort, desc, limit)
					}
				}
			}
		}
	})
}

func TestPagesDoNotMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.fill(10)
		first, _, err := w.s.List(t.Context(), w.guest, query.Query{Filter: query.Filter{Closed: query.Any}, Sort: query.ByCreated, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.Delete(t.Context(), w.admin, all[1].ID); err != nil { // shown already
			t.Fatal(err)
		}
		second, _, err := w.s.List(t.Context(), w.guest, query.Query{Filter: query.Filter{Closed: query.Any}, Sort: query.ByCreated, Limit: 5, Cursor: first.Next})
		if err != nil || len(second.Items) != 5 || second.Items[0].CreatedAt < first.Items[4].CreatedAt {
			t.Errorf("second page %d, %v", len(second.Items), err)
		}
		for _, cursor := range []string{"x", "bm8", first.Next} {
			if _, _, err := w.s.List(t.Context(), w.guest, query.Query{Sort: query.ByDue, Cursor: cursor}); fault.CodeOf(err) != "bad-cursor" {
				t.Errorf("the cursor %q of another order: %v", cursor, err)
			}
		}
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock = nil // time stands still: today is 2 March in Brussels
		all := w.fillAt(80)
		yes, no := true, false
		today := "2026-03-02"
		has := func(p Point, c fields.Charge) bool { return slices.Contains(p.InCharge, c) }
		company := fields.Charge{Kind: "company", ID: string(w.company)}
		guest := fields.Charge{Kind: "person", ID: string(w.guest.Person)}
		open := func(p Point) bool { return p.ClosedAt == 0 }
		cases := []struct {
			name string
			f    query.Filter
			keep func(Point) bool
		}{
			{"open", query.Filter{}, open},
			{"closed", query.Filter{Closed: query.ClosedOnly}, func(p Point) bool { return !open(p) }},
			{"status", query.Filter{Status: []id.Status{w.done, w.todo}, Closed: query.Any}, func(p Point) bool { return p.Values.Status != w.checked }},
			{"category with all below", query.Filter{Category: []id.Category{w.works}, Closed: query.Any}, func(p Point) bool { return p.Category != "" }},
			{"location with all below", query.Filter{Location: []id.Location{w.floor}, Closed: query.Any}, func(p Point) bool { return p.Location != "" }},
			{"room", query.Filter{Location: []id.Location{w.room}, Closed: query.Any}, func(p Point) bool { return p.Location == w.room }},
			{"list", query.Filter{List: []id.List{w.quiet}, Closed: query.Any}, func(p Point) bool { return p.List == w.quiet }},
			{"in charge", query.Filter{InCharge: []fields.Charge{company, guest}, Closed: query.Any}, func(p Point) bool { return has(p, company) || has(p, guest) }},
			{"mine", query.Filter{Mine: true, Closed: query.Any}, func(p Point) bool { return has(p, guest) }},
			{"author", query.Filter{Author: []id.Person{w.guest.Person}, Closed: query.Any}, func(Point) bool { return false }},
			{"sheet", query.Filter{Sheet: w.sheet, Closed: query.Any}, func(p Point) bool { return p.Pin != nil }},
			{"due", query.Filter{DueAfter: "2026-03-02", DueBefore: "2026-03-02", Closed: query.Any}, func(p Point) bool { return p.Due == "2026-03-02" }},
			{"overdue", query.Filter{Overdue: true, Closed: query.Any}, func(p Point) bool { return p.Due != "" && p.Due < today && open(p) }},
			{"urgent", query.Filter{Urgent: &yes, Closed: query.Any}, func(p Point) bool { return p.Urgent }},
			{"not urgent", query.Filter{Urgent: &no, Closed: query.Any}, func(p Point) bool { return !p.Urgent }},
			{"text", query.Filter{Text: "apf", Closed: query.Any}, func(p Point) bool { return bytes.HasPrefix(fields.SortKey(p.Subject), []byte("apf")) }},
			{"nothing found", query.Filter{Text: "xyzzy", Closed: query.Any}, func(Point) bool { return false }},
			{"together", query.Filter{Status: []id.Status{w.todo}, Urgent: &yes, Mine: true, Sheet: w.sheet}, func(p Point) bool {
				return p.Values.Status == w.todo && p.Urgent && has(p, guest) && p.Pin != nil
			}},
		}
		for _, c := range cases {
			var want []id.Point
			for _, p := range all {
				if c.keep(p) {
					want = append(want, p.ID)
				}
			}
			for _, sort := range []query.Sort{query.ByCreated, query.ByStatus, query.ByDue} {
				out, total, err := w.s.List(t.Context(), w.guest, query.Query{Filter: c.f, Sort: sort})
				if err != nil {
					t.Errorf("%s: %v", c.name, err)
					continue
				}
				var got []id.Point
				for _, p := range out.Items {
					got = append(got, p.ID)
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) || total.N != len(want) {
					t.Errorf("%s by %s: %d points (total %d), want %d", c.name, sort, len(got), total.N, len(want))
				}
			}
		}
	})
}

// fillAt is fill while the clock stands still.
func (w *world) fillAt(n int) []Point {
	r := rand.New(rand.NewPCG(3, 4))
	subjects := []string{"Äpfel", "apfel", "Zand", "Tegel"}
	dues := []string{"", "2026-03-01", "2026-03-02", "2026-03-03"}
	var all []Point
	for i := range n {
		d := draft(subjects[i%4])
		d.Due, d.Urgent = dues[r.IntN(4)], r.IntN(2) == 0
		d.Values.Status = []id.Status{w.todo, w.done, w.checked}[r.IntN(3)]
		d.Location = []id.Location{"", w.floor, w.room}[r.IntN(3)]
		d.Category = []id.Category{"", w.works, w.paint}[r.IntN(3)]
		if r.IntN(3) == 0 {
			d.List = w.quiet
		}
		d.InCharge = [][]fields.Charge{nil, {{Kind: "company", ID: string(w.company)}}, {{Kind: "person", ID: string(w.guest.Person)}}}[r.IntN(3)]
		if r.IntN(2) == 0 {
			d.Pin = &fields.Pin{Sheet: w.sheet, X: 5, Y: 5}
		}
		all = append(all, w.create(w.admin, d))
	}
	return all
}

// TestOverdueGoesByTheProjectsZone: an hour before midnight UTC it is tomorrow
// in Brussels already.
func TestOverdueGoesByTheProjectsZone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := draft("x")
		d.Due = "2026-03-02"
		w.create(w.contributor, d)
		overdue := func() int {
			return len(w.list100(w.guest, query.Query{Filter: query.Filter{Overdue: true}}))
		}
		w.clock.Advance(13 * time.Hour) // 22:00 UTC, 23:00 in Brussels
		if n := overdue(); n != 0 {
			t.Errorf("overdue on the day itself: %d", n)
		}
		w.clock.Advance(90 * time.Minute) // 23:30 UTC, 00:30 in Brussels
		if n := overdue(); n != 1 {
			t.Errorf("not overdue on the day after: %d", n)
		}
	})
}

func TestCountStops(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.bulk(query.CountLimit + 1)
		out, total, err := w.s.List(t.Context(), w.guest, query.Query{Limit: 5})
		if err != nil || total != (query.Total{N: query.CountLimit, More: true}) || len(out.Items) != 5 {
			t.Errorf("%d items, total %+v, %v", len(out.Items), total, err)
		}
	})
}

// A list that is not counted says what its page tells, and holds the same.
func TestUncounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.bulk(12)
		counted, _, err := w.s.List(t.Context(), w.guest, query.Query{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		seen, cursor := 0, ""
		for _, want := range []query.Total{{N: 5, More: true}, {N: 5, More: true}, {N: 2}} {
			out, total, err := w.s.List(t.Context(), w.guest, query.Query{Limit: 5, Cursor: cursor, Uncounted: true})
			if err != nil || total != want {
				t.Fatalf("total %+v, want %+v, %v", total, want, err)
			}
			if seen == 0 && out.Items[4].ID != counted.Items[4].ID {
				t.Error("an uncounted page holds something else")
			}
			seen, cursor = seen+len(out.Items), out.Next
		}
		if seen != 12 {
			t.Errorf("%d points on all pages", seen)
		}
	})
}

// bulk makes n plain points without the service.
func (w *world) bulk(n int) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		rows := make([][]any, n)
		for i := range rows {
			rows[i] = []any{string(w.org), string(id.New[id.Point]()), string(w.project), string(w.list), "C", int64(1), int64(i + 1), int64(1), "x", []byte("x"), "",
				string(w.todo), false, string(w.admin.Person), int64(i), int64(i)}
		}
		return tx.BulkInsert("point", []string{"org_id", "id", "project_id", "list_id", "code", "occurrence", "sequence", "version", "subject", "subject_key", "description",
			"status_id", "urgent", "author_id", "created_at", "changed_at"}, rows)
	})
}

// TestMergeProperty lets people change one point at random versions and
// compares with a model: a field is applied unless somebody changed it since
// the base to another value, and nothing else ever changes.
func TestMergeProperty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(5, 6))
		p := w.create(w.admin, draft("0"))
		type state struct {
			v       fields.Values
			changed map[fields.Field]int64 // the version that changed it last
		}
		model := state{v: p.Values, changed: map[fields.Field]int64{}}
		version := int64(1)
		people := []access.Grant{w.admin, w.contributor}
		random := func() fields.Patch {
			patch := fields.Patch{Values: fields.Values{
				Subject: fmt.Sprint(r.IntN(3)), Description: []string{"", "a"}[r.IntN(2)], Status: []id.Status{w.todo, w.done}[r.IntN(2)],
				Category: []id.Category{"", w.paint}[r.IntN(2)], Location: []id.Location{"", w.room}[r.IntN(2)],
				Due: []string{"", "2026-05-01", "2026-05-02"}[r.IntN(3)], Urgent: r.IntN(2) == 0,
				InCharge: [][]fields.Charge{nil, {{Kind: "role", ID: string(w.role)}}}[r.IntN(2)],
				Pin:      []*fields.Pin{nil, {Sheet: w.sheet, X: float64(r.IntN(2)), Y: 1.5}}[r.IntN(2)],
			}}
			for _, f := range fields.All() {
				if r.IntN(3) == 0 {
					patch.Fields = append(patch.Fields, f)
				}
			}
			return patch
		}
		for range 60 {
			base := 1 + r.Int64N(version)
			patch := random()
			got, conflicts, err := w.s.Change(t.Context(), people[r.IntN(2)], p.ID, base, patch)
			if err != nil {
				t.Fatal(err)
			}
			want, applied := model.v, false
			var clash []string
			for _, f := range patch.Fields {
				switch {
				case fields.Same(model.v, patch.Values, f):
				case model.changed[f] > base:
					clash = append(clash, string(f))
				default:
					want.Take(patch.Values, f)
					model.changed[f] = version + 1
					applied = true
				}
			}
			if applied {
				version++
			}
			for _, f := range fields.All() {
				if !fields.Same(got.Values, want, f) {
					t.Fatalf("%s is %v, want %v", f, got.At(f), want.At(f))
				}
			}
			names := make([]string, 0, len(conflicts))
			for _, c := range conflicts {
				names = append(names, c.Field)
				if c.Version <= base {
					t.Errorf("a conflict with a change before the base")
				}
			}
			slices.Sort(names)
			slices.Sort(clash)
			if !slices.Equal(names, clash) || got.Version != version {
				t.Fatalf("conflicts %v, want %v; version %d, want %d", names, clash, got.Version, version)
			}
			model.v = want
		}
	})
}

// TestCommonWordsAndRareOnes: whether hits are looked up and sorted, or the list
// is walked and each row looked at, the pages are the same, nobody finds what
// they do not see, and the count is right.
func TestCommonWordsAndRareOnes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.fillAt(60)
		for _, c := range []struct {
			name string
			by   access.Grant
			f    query.Filter
			keep func(Point) bool
		}{
			{"a guest", w.guest, query.Filter{Text: "apf", Closed: query.Any}, func(Point) bool { return true }},
			{"a subcontractor", w.sub, query.Filter{Text: "apf", Closed: query.Any}, func(p Point) bool { return isCharged(w.sub, p.InCharge) }},
			{"a guest's own", w.guest, query.Filter{Text: "apf", Closed: query.Any, Mine: true}, func(p Point) bool { return isCharged(w.guest, p.InCharge) }},
			{"open ones of a room", w.guest, query.Filter{Text: "apf", Location: []id.Location{w.room}}, func(p Point) bool { return p.Location == w.room && p.ClosedAt == 0 }},
		} {
			want := 0
			for _, p := range all {
				if bytes.HasPrefix(fields.SortKey(p.Subject), []byte("apf")) && c.keep(p) {
					want++
				}
			}
			for _, sort := range query.Sorts() {
				var pages [2][]id.Point
				for i, few := range []int{1, 1000} {
					w.write(func(tx *db.Tx) error {
						set, err := w.s.projects.Settings(tx, w.project, fields.Statuses|fields.Locations)
						if err != nil {
							return err
						}
						words := search.For(tx, string(w.project), []string{Thing}, c.f.Text)
						a := query.Ask{Project: w.project, Query: query.Query{Filter: c.f, Sort: sort, Desc: true, Limit: 4}, Words: &words, Few: few, Settings: set,
							Sight: query.SightOf(c.by.Level, c.by.ListLevels, c.by.Selves())}
						if total, err := query.Count(tx, a); err != nil || total.N != want {
							t.Errorf("%s, fewer than %d: %d are counted, want %d (%v)", c.name, few, total.N, want, err)
						}
						for {
							out, err := query.Page(tx, rows(), a)
							if err != nil {
								return err
							}
							for _, p := range out.Items {
								pages[i] = append(pages[i], p.ID)
							}
							if a.Cursor = out.Next; a.Cursor == "" {
								return nil
							}
						}
					})
				}
				if len(pages[0]) != want || !slices.Equal(pages[0], pages[1]) {
					t.Errorf("%s by %s: %d by walking, %d by looking up, want %d", c.name, sort, len(pages[0]), len(pages[1]), want)
				}
			}
		}
	})
}
