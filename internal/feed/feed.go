package feed

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/sabotage"
)

// Thing is what a change is about.
type Thing struct {
	Kind string // "point", "drawing" …
	ID   string
}

// Field is one value of a thing that changed. Before and After are what JSON
// can hold; nil is absent.
type Field struct {
	Name          string
	Before, After any
}

// System is the actor of a change that nobody asked for.
const System = "system"

// Actor is who made a change: a person's id or System, and how they came in
// ("session", "token", "link" or "system").
type Actor struct {
	Person string
	Via    string
}

// Kinds of changes that this package itself knows. Slices have more.
const (
	Created = "created"
	Changed = "changed"
	Deleted = "deleted"
	// Touched is no news: a thing is delivered anew, because what else its readers
	// see has changed how it looks to them.
	Touched = "touched"
	Gone    = "gone" // of a delivery: the thing has left the audience
)

// Change is one change to be appended.
type Change struct {
	Stream  string
	Thing   Thing
	Kind    string
	Version int64 // of the thing after the change
	Fields  []Field

	// Audiences are all who may see the thing after the change; Leaves are
	// those who could see it before and no longer can: they get Gone.
	Audiences, Leaves []string

	// Org says whose the change is when the transaction is for everyone.
	Org id.Org
}

// Outcome is the thing that a transaction appended last, for whoever remembers
// results.
type Outcome struct {
	ID      string
	Version int64
}

type (
	outcomeKey  struct{}
	bufferKey   struct{}
	mutationKey struct{}
)

// WithMutation gives a context whose changes name the client's mutation id.
func WithMutation(ctx context.Context, mutation string) context.Context {
	return context.WithValue(ctx, mutationKey{}, mutation)
}

// OutcomeOf is what the transaction appended last.
func OutcomeOf(tx *db.Tx) (Outcome, bool) {
	o, ok := tx.Value(outcomeKey{}).(Outcome)
	return o, ok
}

type pending struct {
	Change
	by     Actor
	org    id.Org
	values []value
	leaves []byte
}

type value struct {
	name          string
	before, after *string
	salt          []byte
}

type buffer struct{ changes []pending }

// Append adds a change to the log of this transaction. The change gets its
// number just before the commit.
func Append(tx *db.Tx, by Actor, c Change) error {
	p := pending{Change: c, by: by, org: c.Org}
	if sabotage.Off("USE-1") {
		p.by.Person = ""
	}
	if org, ok := tx.Tenant(); ok {
		if c.Org != "" && c.Org != org {
			return wrong("a change of another tenant")
		}
		p.org = org
	}
	if c.Stream == "" || c.Thing.Kind == "" || c.Thing.ID == "" || c.Kind == "" || by.Person == "" || by.Via == "" {
		return wrong("a change that does not say what, where or who")
	}
	if slices.ContainsFunc(c.Audiences, badName) || slices.ContainsFunc(c.Leaves, badName) {
		return wrong("an audience without a name, or with a blank in it")
	}
	p.Audiences = unique(c.Audiences)
	p.Leaves = slices.DeleteFunc(unique(c.Leaves), func(a string) bool { return slices.Contains(p.Audiences, a) })
	fields := slices.Clone(c.Fields)
	slices.SortFunc(fields, func(a, b Field) int { return compare(a.Name, b.Name) })
	for i, f := range fields {
		if f.Name == "" || i > 0 && fields[i-1].Name == f.Name {
			return wrong("a field without a name, or twice")
		}
		v := value{name: f.Name, salt: make([]byte, 16)}
		if _, err := rand.Read(v.salt); err != nil {
			return fault.Wrap("feed.Append", err)
		}
		var err error
		if v.before, err = text(f.Before); err != nil {
			return err
		}
		if v.after, err = text(f.After); err != nil {
			return err
		}
		p.values = append(p.values, v)
		p.leaves = append(p.leaves, leaf(v)...)
	}
	b, _ := tx.Value(bufferKey{}).(*buffer)
	if b == nil {
		b = &buffer{}
		tx.SetValue(bufferKey{}, b)
	}
	if len(b.changes) == 0 {
		tx.BeforeCommitLast(func() error { return fault.Wrap("feed.Append", flush(tx, b)) })
	}
	b.changes = append(b.changes, p)
	tx.SetValue(outcomeKey{}, Outcome{ID: c.Thing.ID, Version: c.Version})
	return nil
}

func badName(a string) bool { return a == "" || strings.ContainsAny(a, " \t\r\n") }

func wrong(message string) error { return fault.New(fault.Other, "bad-change", message) }

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func unique(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

func text(v any) (*string, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fault.Wrap("feed.Append", err)
	}
	s := string(b)
	if s == "null" { // a nil pointer is absent too
		return nil, nil
	}
	return &s, nil
}

type counter struct {
	org  id.Org
	want int64 // how many numbers
	next int64 // the first of them
}

// flush takes the numbers and writes the rows.
func flush(tx *db.Tx, b *buffer) error {
	changes := b.changes
	b.changes = nil
	streams, audiences := map[string]*counter{}, map[string]*counter{}
	add := func(m map[string]*counter, name string, org id.Org) {
		if m[name] == nil {
			m[name] = &counter{org: org}
		}
		m[name].want++
	}
	for _, c := range changes {
		add(streams, c.Stream, c.org)
		for _, a := range c.Audiences {
			add(audiences, a, c.org)
		}
		for _, a := range c.Leaves {
			add(audiences, a, c.org)
		}
	}
	if err := take(tx, "feed_stream", "stream", streams); err != nil {
		return err
	}
	if err := take(tx, "feed_audience", "audience", audiences); err != nil {
		return err
	}
	mutation, _ := tx.Context().Value(mutationKey{}).(string)
	var rows, values, deliveries [][]any
	for _, c := range changes {
		number := streams[c.Stream].take()
		rows = append(rows, []any{c.Stream, number, string(c.org), tx.Micros(), c.by.Person, c.by.Via, c.Thing.Kind, c.Thing.ID,
			c.Kind, c.Version, mutation, nonNil(c.leaves), commitment(c.leaves)})
		for _, v := range c.values {
			values = append(values, []any{c.Stream, number, v.name, string(c.org), v.before, v.after, v.salt})
		}
		deliver := func(names []string, kind string) {
			for _, a := range names {
				deliveries = append(deliveries, []any{a, audiences[a].take(), string(c.org), c.Stream, number,
					c.Thing.Kind, c.Thing.ID, kind, c.Version, tx.Micros()})
				tx.Announce(topic + a)
			}
		}
		deliver(c.Audiences, c.Kind)
		deliver(c.Leaves, Gone)
	}
	if err := tx.BulkInsert("feed_change", []string{"stream", "number", "org_id", "at", "actor", "via", "thing_kind", "thing_id",
		"kind", "version", "mutation", "leaves", "commitment"}, rows); err != nil {
		return err
	}
	if err := tx.BulkInsert("feed_value", []string{"stream", "number", "field", "org_id", "before", "after", "salt"}, values); err != nil {
		return err
	}
	return tx.BulkInsert("feed_delivery", []string{"audience", "number", "org_id", "stream", "change_number",
		"thing_kind", "thing_id", "kind", "version", "at"}, deliveries)
}

func (c *counter) take() int64 {
	n := c.next
	c.next++
	return n
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// take raises counters in sorted order and keeps them locked until the commit.
// Rows of one statement are inserted, and so locked, in the order they stand.
func take(tx *db.Tx, table, key string, counters map[string]*counter) error {
	const atOnce = 100
	for names := range slices.Chunk(slices.Sorted(maps.Keys(counters)), atOnce) {
		var tuples []string
		var args []any
		for i, n := range names {
			tuples = append(tuples, db.In(3, 3*i+1))
			args = append(args, n, string(counters[n].org), counters[n].want)
		}
		query := "insert into " + table + " (" + key + ", org_id, number) values " + strings.Join(tuples, ", ") +
			" on conflict (" + key + ") do update set number = " + table + ".number + excluded.number returning " + key + ", number"
		type taken struct {
			name string
			last int64
		}
		got, err := db.All(tx, func(s db.Scanner) (t taken, err error) {
			err = s.Scan(&t.name, &t.last)
			return t, err
		}, query, args...)
		if err != nil {
			return err
		}
		for _, t := range got {
			c := counters[t.name]
			c.next = t.last - c.want + 1
		}
	}
	return nil
}
