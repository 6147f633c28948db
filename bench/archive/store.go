package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"plumbline/bench/site"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/person"
)

// chunk is how many rows a transaction writes.
const chunk = 20_000

// filler makes everybody and what they did.
type filler struct {
	*plan
	d    *db.DB
	ring *crypt.Ring

	account id.Account
	one     id.Person // who is measured
	orgs    []string
	people  []string
}

func (f *filler) bulk(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	for from := 0; from < n; from += chunk {
		rows := make([][]any, 0, min(chunk, n-from))
		for i := from; i < min(from+chunk, n); i++ {
			rows = append(rows, row(i))
		}
		if err := f.d.Write(ctx, db.Everyone("a measurement fills a database"), func(tx *db.Tx) error {
			return tx.BulkInsert(table, columns, rows)
		}); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

func (f *filler) sealed(ctx context.Context, b crypt.Bind, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return f.ring.Seal(ctx, b, text)
}

func (f *filler) fill(ctx context.Context) error {
	f.account = id.New[id.Account]()
	owners := []crypt.Owner{crypt.AccountOwner(f.account)}
	for range (f.persons + f.book - 1) / f.book {
		f.orgs = append(f.orgs, string(id.New[id.Org]()))
	}
	for range f.persons {
		p := id.New[id.Person]()
		f.people = append(f.people, string(p))
		owners = append(owners, crypt.PersonOwner(p))
	}
	f.one = id.Person(f.people[f.persons/2])
	for from := 0; from < len(owners); from += 200_000 {
		if err := f.ring.CreateAll(ctx, owners[from:min(from+200_000, len(owners))]); err != nil {
			return err
		}
	}
	now := time.Now().UnixMicro()
	orgOf := func(i int) string { return f.orgs[i/f.book] }
	var failed error
	err := f.bulk(ctx, "org", []string{"org_id", "name", "locale", "version", "created_at"}, len(f.orgs),
		func(i int) []any { return []any{f.orgs[i], "Organisation " + strconv.Itoa(i), "en-GB", int64(1), now} })
	if err != nil {
		return err
	}
	if err := f.bulk(ctx, "person", []string{"id", "org_id", "account_id", "state", "sealed", "version", "number", "created_at"}, f.persons, func(i int) []any {
		p := id.Person(f.people[i])
		sealed, err := f.sealed(ctx, crypt.Bind{Owner: crypt.PersonOwner(p), Org: id.Org(orgOf(i)), Table: "person", Column: "sealed", Row: f.people[i]},
			person.Profile{Name: "Person " + strconv.Itoa(i), Email: "p" + strconv.Itoa(i) + "@bench.example", Locale: "en-GB"})
		if err != nil {
			failed = err
		}
		var account any
		if p == f.one {
			account = string(f.account)
		}
		return []any{f.people[i], orgOf(i), account, "active", sealed, int64(1), int64(i%f.book + 1), now}
	}); err != nil || failed != nil {
		return fmt.Errorf("persons: %w %w", err, failed)
	}
	if err := f.bulk(ctx, "person_counter", []string{"org_id", "number", "epoch"}, len(f.orgs), func(i int) []any { return []any{f.orgs[i], int64(f.book), int64(0)} }); err != nil {
		return err
	}
	if err := f.own(ctx, now); err != nil {
		return err
	}
	if err := f.log(ctx, now); err != nil {
		return err
	}
	return site.Analyze(ctx, f.d)
}

// own is what the person who is measured has beside the log.
func (f *filler) own(ctx context.Context, now int64) error {
	at := f.persons / 2
	tenant, site := f.orgs[at/f.book], string(id.New[id.Project]())
	profile, err := f.sealed(ctx, crypt.Bind{Owner: crypt.AccountOwner(f.account), Table: "account", Column: "sealed", Row: string(f.account)},
		person.AccountProfile{Name: "Person", Email: "p@bench.example", Locale: "en-GB", TimeZone: "Europe/Brussels"})
	if err != nil {
		return err
	}
	credentials, err := f.sealed(ctx, crypt.Bind{Owner: crypt.AccountOwner(f.account), Table: "account", Column: "credentials", Row: string(f.account)}, person.Credentials{})
	if err != nil {
		return err
	}
	if err := f.bulk(ctx, "account", []string{"id", "sealed", "credentials", "version", "number", "created_at"}, 1, func(int) []any {
		return []any{string(f.account), profile, credentials, int64(1), int64(1), now}
	}); err != nil {
		return err
	}
	if err := f.bulk(ctx, "project", []string{"id", "org_id", "name", "code", "place", "time_zone", "version", "created_at"}, 1, func(int) []any {
		return []any{site, tenant, "Site", "", "", "Europe/Brussels", int64(1), now}
	}); err != nil {
		return err
	}
	first := at / f.book * f.book
	team := f.people[first:min(first+50, len(f.people))]
	team = append([]string{string(f.one)}, without(team, string(f.one))...)
	if err := f.bulk(ctx, "participant", []string{"org_id", "project_id", "person_id", "level", "state", "version", "created_at"}, len(team), func(i int) []any {
		return []any{tenant, site, team[i], "contributor", "active", int64(1), now}
	}); err != nil {
		return err
	}
	return f.bulk(ctx, "comment", []string{"org_id", "id", "project_id", "thing_kind", "thing_id", "text", "author_id", "at"}, 100, func(i int) []any {
		return []any{tenant, string(id.New[id.Comment]()), site, "point", string(id.New[id.Point]()), "comment " + strconv.Itoa(i), string(f.one), now}
	})
}

func without(all []string, one string) (out []string) {
	for _, x := range all {
		if x != one {
			out = append(out, x)
		}
	}
	return out
}

// log spreads entries over everybody, and gives a thousand more to one.
func (f *filler) log(ctx context.Context, now int64) error {
	const more = 1000
	n := f.entries + more
	zero := make([]byte, 32)
	who := func(i int) (int, string) {
		at := i % f.persons
		if i >= f.entries {
			at = f.persons / 2
		}
		return at, f.people[at]
	}
	thing := string(id.New[id.Point]())
	if err := f.bulk(ctx, "feed_change", []string{"stream", "number", "org_id", "at", "actor", "via", "thing_kind", "thing_id", "kind", "version", "leaves", "commitment"}, n, func(i int) []any {
		at, actor := who(i)
		return []any{"bench:" + f.orgs[at/f.book], int64(i), f.orgs[at/f.book], now - int64(n-i), actor, "session", "point", thing[:24] + fmt.Sprintf("%012d", i/5), "changed", int64(i%5 + 1), zero, zero}
	}); err != nil {
		return err
	}
	return f.bulk(ctx, "feed_value", []string{"stream", "number", "field", "org_id", "after", "salt"}, n, func(i int) []any {
		at, _ := who(i)
		return []any{"bench:" + f.orgs[at/f.book], int64(i), "subject", f.orgs[at/f.book], `"what it became"`, zero[:16]}
	})
}
