// Command erasure measures how long it takes to erase one person, and many at
// once, among many.
//
//	go run ./bench/erasure [-persons 100000] [-organisation 1000] [-texts 100000] [-many 10000] [-runs 5] [-postgres URL]
//
// Persons stand in address books of so many each, every profile sealed under a
// key of its own; as many comments stand in the organisation of the one who is
// erased. A figure is split: from the request until nobody can use the data any
// more; the erasure itself (the key, which rewrites the whole ring once however
// many are erased, and the rows); and what is derived: the scan of every text for
// places, and scrubbing the files of the database. Time on the wall. SQLite is
// measured in a temporary folder, PostgreSQL where a URL is given.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"plumbline/bench/measure"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/app/declared"
	"plumbline/internal/comment"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/schema"
)

func main() { measure.Main("erasure", run) }

type plan struct {
	persons, book, texts, many, runs int
	dir                              string
}

func run() error {
	var p plan
	flag.IntVar(&p.persons, "persons", 100_000, "persons in all")
	flag.IntVar(&p.book, "organisation", 1000, "persons of an organisation")
	flag.IntVar(&p.texts, "texts", 100_000, "comments of the organisation")
	flag.IntVar(&p.many, "many", 10_000, "persons erased at once")
	flag.IntVar(&p.runs, "runs", 5, "erasures that the figure of one is made of")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	var err error
	var remove func()
	if p.dir, remove, err = measure.Folder("erasure"); err != nil {
		return err
	}
	defer remove()
	fmt.Printf("Erasing among %d persons, %d comments in the organisation.\n\n", p.persons, p.texts)
	fmt.Println("| engine | how many | denied, ms | key and rows, ms | each, ms | derived, ms |\n|---|---|---|---|---|---|")
	ctx := context.Background()
	if err := p.engine(ctx, "SQLite", "sqlite:"+filepath.Join(p.dir, "bench.db")); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	u, drop, err := database(ctx, *postgres)
	if err != nil {
		return err
	}
	defer drop()
	return p.engine(ctx, "PostgreSQL", u)
}

// database makes one of its own on a server.
func database(ctx context.Context, server string) (string, func(), error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	name := "erasure_" + strings.ReplaceAll(id.New[string](), "-", "")
	if err := administer(ctx, server, "create", name); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() { _ = administer(context.Background(), server, "drop", name) }, nil
}

// stages are the times at which the steps of an erasure began and ended.
type stages map[string]time.Time

func (p plan) engine(ctx context.Context, name, database string) error {
	d, err := db.Open(ctx, db.Config{URL: database})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it ends here
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	ring, err := crypt.Open(ctx, crypt.Config{Places: []string{filepath.Join(p.dir, name, "ring")}, RootKeyFile: filepath.Join(p.dir, name, "root", "root.key"), Create: true})
	if err != nil {
		return err
	}
	defer ring.Close()
	vault := person.New(person.Deps{DB: d, Keys: ring, Reach: access.Reach})
	if err := vault.Gate().Ready(ctx); err != nil {
		return err
	}
	orgs := org.New(org.Deps{DB: d, People: vault})
	whos, err := p.fill(ctx, d, vault)
	if err != nil {
		return err
	}
	at := stages{}
	e := erasure.New(erasure.Deps{DB: d, People: vault, Orgs: orgs, Keys: ring, Declarations: declared.Declarations(), Evidence: evidence.New(d, ring, "bench"),
		Fail: func(step string) error { at[step] = time.Now(); return nil }})
	for n := range p.runs {
		if err := p.erase(ctx, e, at, name, whos[n:n+1]); err != nil {
			return err
		}
	}
	return p.erase(ctx, e, at, name, whos[p.runs:min(p.runs+p.many, len(whos))])
}

// fill makes address books, and comments in the first.
func (p plan) fill(ctx context.Context, d *db.DB, vault *person.Service) ([]personal.Who, error) {
	by := feed.Actor{Person: feed.System, Via: "system"}
	var whos []personal.Who
	var first id.Org
	for made := 0; made < p.persons; made += p.book {
		o := id.New[id.Org]()
		if first == "" {
			first = o
		}
		owners := []crypt.Owner{crypt.OrgOwner(o)}
		people := make([]id.Person, p.book)
		for i := range people {
			people[i] = id.New[id.Person]()
			owners = append(owners, crypt.PersonOwner(people[i]))
			whos = append(whos, personal.OfPerson(o, people[i]))
		}
		if err := vault.NewKeys(ctx, owners); err != nil {
			return nil, err
		}
		if err := d.Write(ctx, db.Tenant(o), func(tx *db.Tx) error {
			for i, x := range people {
				if err := vault.Add(tx, by, person.Person{ID: x, State: person.Active, Profile: person.Profile{
					Name: fmt.Sprintf("Person %s", x), Email: fmt.Sprintf("p%d.%d@bench.example", made, i), Phone: "+32 2 555 01 99", Function: "electrician", Locale: "nl"}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	project := id.New[id.Project]()
	for done := 0; done < p.texts; done += 5000 {
		if err := d.Write(ctx, db.Tenant(first), func(tx *db.Tx) error {
			for range min(5000, p.texts-done) {
				if _, err := comment.Add(tx, comment.Comment{ID: id.New[id.Comment](), Project: project, Kind: "point", Thing: string(id.New[id.Point]()),
					Text: "The crack beside the second window is wider than last week; see the photo, and ask whoever poured it.", Author: id.Person(whos[done%p.book].ID), At: tx.Micros()}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return whos, nil
}

// erase measures one erasure, of however many.
func (p plan) erase(ctx context.Context, e *erasure.Service, at stages, engine string, whos []personal.Who) error {
	clear(at)
	begun := time.Now()
	got, err := e.Request(ctx, erasure.Asked{By: "system", Whos: whos, Ground: erasure.NoLongerNeeded, Grace: -1})
	if err != nil {
		return err
	}
	denied := time.Now()
	if len(whos) > 100 { // the request went on by itself
		denied = at["deny:after"]
	}
	if err := e.Advance(ctx, got.ID); err != nil {
		return err
	}
	end := time.Now()
	if now, err := e.Get(ctx, got.ID); err != nil || now.State != erasure.Done {
		return fmt.Errorf("it ended as %s: %w", now.State, err)
	}
	scan := at["locate:after"].Sub(at["locate:before"])
	scrub := at["purge:scrub"].Sub(at["purge:local"])
	all := end.Sub(begun)
	rows := all - denied.Sub(begun) - scan - scrub
	ms := func(t time.Duration) float64 { return float64(t.Microseconds()) / 1000 }
	fmt.Printf("| %s | %d | %.1f | %.1f | %.2f | %.1f |\n", engine, len(whos), ms(denied.Sub(begun)), ms(rows), ms(rows)/float64(len(whos)), ms(scan+scrub))
	return nil
}
