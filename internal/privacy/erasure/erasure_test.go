package erasure_test

import (
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasure/places"
	"plumbline/internal/privacy/erasure/plan"
)

func (w *world) comment(by id.Person, text string) id.Comment {
	w.t.Helper()
	c := id.New[id.Comment]()
	w.write(func(tx *db.Tx) error {
		_, err := comment.Add(tx, comment.Comment{ID: c, Project: w.site.Project, Kind: "point", Thing: string(id.New[id.Point]()), Text: text, Author: by, At: tx.Micros()})
		return err
	})
	return c
}

func TestErasureFromPlanToReceipt(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		s, other := w.add("Karel Kanarie", policy.Contributor), w.add("Olivia Other", policy.Contributor)
		c := w.comment(other.person, "Karel Kanarie said it leaks")
		whos := s.whos(w.site.Org)
		p, err := n.Plan(t.Context(), whos, erasure.NoLongerNeeded)
		must(t, err)
		found := map[plan.Decision]int{}
		for _, x := range p.Items {
			found[x.Decision]++
		}
		if found[plan.Erased] == 0 || found[plan.Depersonalised] == 0 || p.Grace != 24*time.Hour || p.Hash == "" {
			t.Fatalf("the plan is %+v", p)
		}
		if _, err := n.Request(t.Context(), erasure.Asked{By: string(s.account), Whos: whos, Ground: erasure.Objected, PlanHash: p.Hash}); fault.CodeOf(err) != "plan-changed" {
			t.Errorf("another plan is carried out: %v", err)
		}
		e, err := n.Request(t.Context(), erasure.Asked{By: string(s.account), Whos: whos, Ground: erasure.NoLongerNeeded, PlanHash: p.Hash, Case: "case-1"})
		must(t, err)
		if e.State != erasure.Denied || e.Secret == "" {
			t.Fatalf("after the request: %+v", e)
		}
		if got := w.seen(n, s.person); !got.Limited || got.Name != "" {
			t.Errorf("after the request the others see %+v", got)
		}
		if _, err := w.site.Access.Enter(t.Context(), access.Caller{Account: s.account, Via: "session"}, w.site.Project); !fault.Is(err, fault.NotFound) {
			t.Errorf("who is being erased is let in: %v", err)
		}
		if _, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: whos[:1], Ground: erasure.NoLongerNeeded}); fault.CodeOf(err) != "erasure-under-way" {
			t.Errorf("asked for twice: %v", err)
		}
		must(t, n.Advance(t.Context(), e.ID))
		if got, err := n.Status(t.Context(), e.Secret); err != nil || got.State != erasure.Denied {
			t.Fatalf("in the grace: %v %v", got.State, err)
		}
		if n.ring.Erased(crypt.PersonOwner(s.person)) {
			t.Fatal("the key went in the grace")
		}
		w.clock.Advance(24*time.Hour + time.Second)
		if err := n.Cancel(t.Context(), e.Secret); fault.CodeOf(err) != "too-late" {
			t.Errorf("cancelled after the grace: %v", err)
		}
		must(t, n.Advance(t.Context(), e.ID))
		got, err := n.Status(t.Context(), e.Secret)
		must(t, err)
		if got.State != erasure.Done || got.Done.IsZero() || len(got.Items) != len(p.Items) {
			t.Fatalf("after the grace: %+v", got)
		}
		former := w.seen(n, s.person)
		if former.State != person.Former || len(former.Code) != 4 || former.Name+former.Email+former.Function != "" {
			t.Errorf("left of the person: %+v", former)
		}
		if now := w.seen(n, other.person); now.Name != other.name {
			t.Errorf("the other is %+v", now)
		}
		if !n.ring.Erased(crypt.PersonOwner(s.person)) || !n.ring.Erased(crypt.AccountOwner(s.account)) {
			t.Error("a key is left")
		}
		if b, err := n.Receipt(t.Context(), e.Secret); err != nil || !strings.Contains(string(b), "erasure.completed") || strings.Contains(string(b), string(s.person)) {
			t.Errorf("the receipt is %v %s", err, b)
		}
		if len(w.done) != len(whos) || w.done[0] != "case-1" {
			t.Errorf("the office was told %v", w.done)
		}
		// What stands in the text of another is the controller's to decide.
		open, err := n.Places.Open(t.Context(), w.site.Owner, "", 10)
		must(t, err)
		if len(open) != 1 || open[0].Text.Row != string(c) || len(open[0].Spans) != 1 {
			t.Fatalf("places: %+v", open)
		}
		must(t, n.Places.Decide(t.Context(), w.site.Owner, open[0].ID, places.Redact))
		left := w.dump()
		for _, word := range []string{s.name, "Kanarie", s.email, "470 99 88 77"} {
			if strings.Contains(left, word) {
				t.Errorf("%q is left in the database", word)
			}
		}
		if !strings.Contains(left, "["+former.Code+"] said it leaks") {
			t.Error("the rest of the comment is gone")
		}
		if open, err := n.Places.Open(t.Context(), w.site.Owner, "", 10); err != nil || len(open) != 0 {
			t.Errorf("places after the decision: %v %v", open, err)
		}
		must(t, n.Advance(t.Context(), e.ID)) // a job that comes again
	})
}

func TestCancelGivesAllBack(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		s := w.add("Karel Kanarie", policy.Contributor)
		e, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: s.whos(w.site.Org), Ground: erasure.NoLongerNeeded})
		must(t, err)
		must(t, n.Advance(t.Context(), e.ID))
		if err := n.Cancel(t.Context(), "guessed"); !fault.Is(err, fault.Gone) {
			t.Errorf("a guessed secret: %v", err)
		}
		must(t, n.Cancel(t.Context(), e.Secret))
		must(t, n.Cancel(t.Context(), e.Secret))
		w.clock.Advance(48 * time.Hour)
		must(t, n.Sweep(t.Context()))
		if got := w.seen(n, s.person); got.Name != s.name || got.Limited {
			t.Errorf("after cancelling: %+v", got)
		}
		if got, err := n.Status(t.Context(), e.Secret); err != nil || got.State != erasure.Cancelled {
			t.Errorf("%v %v", got.State, err)
		}
		if _, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: s.whos(w.site.Org), Ground: erasure.NoLongerNeeded}); err != nil {
			t.Errorf("asked for again: %v", err)
		}
	})
}

// TestEachGround takes each of the six ways.
func TestEachGround(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		for _, c := range []struct {
			ground erasure.Ground
			grace  bool
			whole  map[string]bool // kind → is it erased as such
		}{
			{erasure.NoLongerNeeded, true, map[string]bool{"account": true, "person": true}},
			{erasure.Withdrawn, true, map[string]bool{}},
			{erasure.Objected, true, map[string]bool{}},
			{erasure.Unlawful, false, map[string]bool{"account": true, "person": true}},
			{erasure.LegalDuty, true, map[string]bool{"account": true, "person": true}},
			{erasure.Child, false, map[string]bool{"account": true, "person": true}},
		} {
			s := w.add("Karel "+string(c.ground), policy.Guest)
			if c.ground == erasure.Objected {
				c.whole["person"] = plan.Whole(erasure.Objected, "person", declarations())
			}
			e, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: s.whos(w.site.Org), Ground: c.ground})
			must(t, err)
			if got := !e.GraceUntil.IsZero(); got != c.grace {
				t.Errorf("%s: grace %v", c.ground, got)
			}
			must(t, n.Advance(t.Context(), e.ID))
			w.clock.Advance(25 * time.Hour)
			must(t, n.Advance(t.Context(), e.ID))
			if got, err := n.Status(t.Context(), e.Secret); err != nil || got.State != erasure.Done {
				t.Errorf("%s: %v %v", c.ground, got.State, err)
			}
			for kind, owner := range map[string]crypt.Owner{"account": crypt.AccountOwner(s.account), "person": crypt.PersonOwner(s.person)} {
				if got := n.ring.Erased(owner); got != c.whole[kind] {
					t.Errorf("%s: the key of the %s is gone: %v", c.ground, kind, got)
				}
			}
			for _, x := range e.Items {
				if (x.Decision == plan.Kept) == c.whole[x.Who.Kind] && x.Because.Text == "other-basis" {
					t.Errorf("%s: %+v", c.ground, x)
				}
				if x.Because.Article == "" || x.Because.Text == "" {
					t.Errorf("%s: decided without a reason: %+v", c.ground, x)
				}
			}
		}
	})
}

// TestChildEndsTheGraceOfAnother hastens what waits.
func TestChildEndsTheGraceOfAnother(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		s := w.add("Karel Kanarie", policy.Guest)
		e, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: s.whos(w.site.Org), Ground: erasure.NoLongerNeeded})
		must(t, err)
		_, err = n.Request(t.Context(), erasure.Asked{By: "officer", Whos: s.whos(w.site.Org), Ground: erasure.Child})
		must(t, err)
		must(t, n.Sweep(t.Context()))
		if got, err := n.Status(t.Context(), e.Secret); err != nil || got.State != erasure.Done {
			t.Errorf("%v %v", got.State, err)
		}
	})
}

func TestClaimsAreKeptAndExpire(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		s, idle := w.add("Karel Kanarie", policy.Contributor), someone{}
		w.rules = []plan.Rule{{Class: "liability", Article: "17(3)(e)", Law: "art. 1792", Until: "2036-11-22", Year: 2036}}
		idle.person = id.New[id.Person]()
		must(t, n.vault.NewPersonKey(t.Context(), idle.person))
		w.write(func(tx *db.Tx) error {
			return n.vault.Add(tx, org.Grant{Org: w.site.Org, Person: w.site.Owner.Person, Caller: org.Caller{Via: "session"}}.By(),
				person.Person{ID: idle.person, State: person.Active, Profile: person.Profile{Name: "Ida Idle", Locale: "nl"}})
		})
		whos := append(s.whos(w.site.Org), personal.OfPerson(w.site.Org, idle.person))
		p, err := n.Plan(t.Context(), whos, erasure.Unlawful)
		must(t, err)
		kept := 0
		for _, x := range p.Items {
			if x.Decision == plan.Kept {
				kept++
				if x.Until != "2036-11-22" || x.Because.Law != "art. 1792" || x.Because.Article != "17(3)(e)" {
					t.Errorf("kept because %+v", x)
				}
			}
		}
		if kept == 0 {
			t.Fatal("the plan keeps nothing")
		}
		e, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: whos, Ground: erasure.Unlawful, PlanHash: p.Hash})
		must(t, err)
		must(t, n.Advance(t.Context(), e.ID))
		all, err := n.Claims.List(t.Context(), w.site.Owner)
		must(t, err)
		if len(all) != 1 || all[0].Subject != s.person {
			t.Fatalf("kept: %+v", all)
		}
		if strings.Contains(w.dump(), "Kanarie") {
			t.Error("the record is not sealed")
		}
		if _, err := n.Claims.Open(t.Context(), w.site.Owner, all[0].ID, "why not"); !fault.Is(err, fault.Invalid) {
			t.Errorf("opened without a reason: %v", err)
		}
		member := w.site.Owner
		member.Role = policy.OrgManager
		if _, err := n.Claims.Open(t.Context(), member, all[0].ID, "a claim over the roof of block B"); !fault.Is(err, fault.Denied) {
			t.Errorf("a manager opens it: %v", err)
		}
		rec, err := n.Claims.Open(t.Context(), w.site.Owner, all[0].ID, "a claim over the roof of block B")
		must(t, err)
		if rec.Name != "Karel Kanarie" || len(rec.Projects) != 1 || w.looks != 1 {
			t.Errorf("opened: %+v, %d looks", rec, w.looks)
		}
		w.clock.Advance(10*365*24*time.Hour + 40*24*time.Hour) // 2036-12-29: its day is over, the year is not
		if n, err := n.Claims.Expire(t.Context()); err != nil || n != 1 {
			t.Errorf("expired: %d %v", n, err)
		}
		if all, err := n.Claims.List(t.Context(), w.site.Owner); err != nil || len(all) != 0 {
			t.Errorf("left: %v %v", all, err)
		}
	})
}

// TestManyAtOnce erases more than fit into one transaction, with one rewriting of
// the ring.
func TestManyAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many people")
	}
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		var owners []crypt.Owner
		var whos []personal.Who
		for range 230 {
			p := id.New[id.Person]()
			owners, whos = append(owners, crypt.PersonOwner(p)), append(whos, personal.OfPerson(w.site.Org, p))
		}
		must(t, n.vault.NewKeys(t.Context(), owners))
		w.write(func(tx *db.Tx) error {
			for _, x := range whos {
				if err := n.vault.Add(tx, w.site.Owner.By(), person.Person{ID: id.Person(x.ID), State: person.Active, Profile: person.Profile{Name: "Many Canaries", Locale: "nl"}}); err != nil {
					return err
				}
			}
			return nil
		})
		before := n.ring.Counter()
		e, err := n.Request(t.Context(), erasure.Asked{By: "system", Whos: whos, Ground: erasure.NoLongerNeeded, Grace: -1})
		must(t, err)
		must(t, n.Advance(t.Context(), e.ID))
		if got, err := n.Get(t.Context(), e.ID); err != nil || got.State != erasure.Done {
			t.Fatalf("%v %v", got.State, err)
		}
		if rewritten := n.ring.Counter() - before; rewritten > 2 {
			t.Errorf("the ring changed %d times", rewritten)
		}
		codes := map[string]bool{}
		for _, x := range whos {
			codes[w.seen(n, id.Person(x.ID)).Code] = true
		}
		if len(codes) != len(whos) || codes[""] {
			t.Errorf("%d codes for %d people", len(codes), len(whos))
		}
	})
}
