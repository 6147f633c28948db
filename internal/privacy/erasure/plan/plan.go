package plan

import (
	"context"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/personal"
)

// OfAccount are all that an account holder is: the account, and a person in each
// organisation.
func OfAccount(tx *db.Tx, a id.Account) ([]personal.Who, error) {
	refs, err := person.AllOfAccount(tx, a)
	out := []personal.Who{personal.OfAccount(a)}
	for _, r := range refs {
		if r.State != person.Former {
			out = append(out, personal.OfPerson(r.Org, r.Person))
		}
	}
	return out, fault.Wrap("plan.OfAccount", err)
}

// Make says what an erasure would do, datum by datum, and how many places there
// are for a controller to decide on, as far as they are listed without reading
// every text.
func (s *Service) Make(ctx context.Context, whos []personal.Who, g Ground) (Plan, error) {
	const op = "plan.Make"
	whos, err := Tidy(whos)
	if err != nil {
		return Plan{}, err
	}
	if g.Article() == "" {
		return Plan{}, fault.InvalidFields([]fault.Field{{Path: "ground", Code: "not-one-of"}})
	}
	p := Plan{Ground: g, Whos: whos, Grace: DefaultGrace}
	if g.Graceless() {
		p.Grace = 0
	}
	var decided []Item
	for _, w := range whos {
		err := s.DB.Read(ctx, Scope(w), func(tx *db.Tx) error {
			items, err := s.items(tx, w, g)
			if err != nil {
				return err
			}
			decided = append(decided, items...)
			items, err = s.counted(tx, w, items)
			p.Items = append(p.Items, items...)
			return err
		})
		if err != nil {
			return Plan{}, fault.Wrap(op, err)
		}
	}
	p.Hash = hash(decided)
	for _, o := range OrgsIn(whos) {
		err := s.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
			alone, err := s.Alone(tx, PersonsIn(whos, o))
			if err != nil {
				return err
			}
			if alone {
				p.Alone = append(p.Alone, o)
			}
			counts, err := s.Count(tx, whos)
			p.Places = append(p.Places, counts...)
			return err
		})
		if err != nil {
			return Plan{}, fault.Wrap(op, err)
		}
	}
	return p, nil
}

// Tidy puts whos in one order, each once.
func Tidy(whos []personal.Who) ([]personal.Who, error) {
	out := slices.Clone(whos)
	for _, w := range out {
		if !w.Valid() {
			return nil, BadWho()
		}
	}
	slices.SortFunc(out, func(a, b personal.Who) int {
		return strings.Compare(string(a.Org)+" "+a.Kind+" "+a.ID, string(b.Org)+" "+b.Kind+" "+b.ID)
	})
	if out = slices.Compact(out); len(out) == 0 {
		return nil, BadWho()
	}
	return out, nil
}

// OrgsIn are the organisations of persons.
func OrgsIn(whos []personal.Who) (out []id.Org) {
	for _, w := range whos {
		if w.Org != "" && !slices.Contains(out, w.Org) {
			out = append(out, w.Org)
		}
	}
	return out
}

// PersonsIn are the persons of an organisation among them.
func PersonsIn(whos []personal.Who, o id.Org) (out []id.Person) {
	for _, w := range whos {
		if w.Org == o && w.Kind == personal.PersonKind {
			out = append(out, id.Person(w.ID))
		}
	}
	return out
}

// items are the decisions on one subject, whether or not there is a row.
func (s *Service) items(tx *db.Tx, w personal.Who, g Ground) ([]Item, error) {
	all := Whole(g, w.Kind, s.Declarations)
	var out []Item
	for _, h := range s.Rows.Of(w.Kind) {
		for _, c := range h.Columns {
			d, because := decide(g, all, h.Action, c)
			field := c.Column
			if c.Field != "" {
				field += "." + c.Field
			}
			out = append(out, Item{Who: w, Table: c.Table, Field: field, Decision: d, Because: because, link: h.Name()})
		}
	}
	if w.Kind != personal.PersonKind || !all || s.Law == nil {
		return out, nil
	}
	rules, err := s.Law(tx, w.Org, tx.Now())
	for _, r := range rules {
		out = append(out, Item{Who: w, Table: "claim_record", Field: "sealed", Decision: Kept, Until: r.Until, Rows: 1,
			Because: Because{Article: r.Article, Law: r.Law, Text: "claims"}})
	}
	return out, err
}

// counted leaves out what has no row, and names each datum once.
func (s *Service) counted(tx *db.Tx, w personal.Who, items []Item) ([]Item, error) {
	rows := map[string]int{}
	for _, h := range s.Rows.Of(w.Kind) {
		n, err := s.Rows.count(tx, h, w)
		if err != nil {
			return nil, err
		}
		rows[h.Name()] = n
	}
	at := map[string]int{}
	var out []Item
	for _, x := range items {
		if x.link != "" {
			x.Rows = rows[x.link]
		}
		if x.Rows == 0 {
			continue
		}
		key := x.Table + "." + x.Field + " " + string(x.Decision)
		if i, ok := at[key]; ok && x.link != "" {
			out[i].Rows += x.Rows
			continue
		}
		at[key] = len(out)
		out = append(out, x)
	}
	return out, nil
}

// Scope is the tenant of a person; an account has none.
func Scope(w personal.Who) db.Scope {
	if w.Org != "" {
		return db.Tenant(w.Org)
	}
	return db.Everyone("an account belongs to no tenant")
}

// BadWho refuses a subject that there is not.
func BadWho() error {
	return fault.InvalidFields([]fault.Field{{Path: "whos", Code: "not-one-of"}})
}
