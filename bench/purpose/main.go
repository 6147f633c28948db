// Command purpose measures what asking for the purpose costs: the participants
// of an organisation are read out of the vault, and their rows are read and
// opened without anybody asking what for.
//
//	go run ./bench/purpose [-participants 500] [-runs 41] [-postgres URL]
//
// Of every fifty participants one is restricted and one objects to being
// listed. "First" is a vault that has nothing in memory, as after a start:
// rows, how each person stands, decryption, and the fields of the purpose.
// "Again" is the same vault asked once more. SQLite is measured in a temporary
// folder, PostgreSQL where a URL is given.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/schema"
)

func main() { measure.Main("purpose", run) }

func run() error {
	participants := flag.Int("participants", 500, "persons of the organisation")
	runs := flag.Int("runs", 41, "readings that a figure is made of")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	dir, remove, err := measure.Folder("purpose")
	if err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	fmt.Printf("%d participants, read for one purpose; wall time, least / median of %d.\n\n", *participants, *runs)
	fmt.Println("| engine | rows opened, nobody asks, ms | first, ms | first ÷ rows opened | again, ms |\n|---|---|---|---|---|")
	if err := engine(ctx, dir, "SQLite", "sqlite:"+filepath.Join(dir, "bench.db"), *participants, *runs); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	u, drop, err := measure.OwnDatabase(ctx, *postgres, "purpose")
	if err != nil {
		return err
	}
	defer drop()
	return engine(ctx, dir, "PostgreSQL", u, *participants, *runs)
}

func engine(ctx context.Context, dir, name, u string, n, runs int) error {
	d, err := db.Open(ctx, db.Config{URL: u})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it goes away
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	ring, err := crypt.Open(ctx, crypt.Config{Places: []string{filepath.Join(dir, name)}, RootKeyFile: filepath.Join(dir, name+"-root", "key"), Create: true})
	if err != nil {
		return err
	}
	defer ring.Close()
	org := id.New[id.Org]()
	ids, err := fill(ctx, d, ring, org, n)
	if err != nil {
		return err
	}
	var raw, first, again measure.Series
	for range runs {
		at := time.Now()
		if err := bare(ctx, d, ring, org, n); err != nil {
			return err
		}
		raw = append(raw, milliseconds(at))
		vault := person.New(person.Deps{DB: d, Keys: ring})
		for _, to := range []*measure.Series{&first, &again} {
			at = time.Now()
			all, err := vault.Read(ctx, personal.Participants, org, ids)
			if err != nil {
				return err
			}
			*to = append(*to, milliseconds(at))
			if err := right(all, n); err != nil {
				return err
			}
		}
	}
	fmt.Printf("| %s | %.2f / %.2f | %.2f / %.2f | %.2f | %.3f / %.3f |\n", name, raw.Min(), raw.Median(), first.Min(), first.Median(),
		first.Median()/raw.Median(), again.Min(), again.Median())
	return nil
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }

// right checks that the purpose was asked indeed.
func right(all map[id.Person]person.Person, n int) error {
	named, limited := 0, 0
	for _, p := range all {
		if p.Name != "" && p.Email == "" {
			named++
		}
		if p.Limited && p.Name == "" {
			limited++
		}
	}
	if limited != 2*((n+49)/50) || named != n-limited {
		return fault.New(fault.Other, "wrong", fmt.Sprintf("%d named and %d limited of %d", named, limited, n))
	}
	return nil
}

// bare reads the rows and opens them, and asks nobody.
func bare(ctx context.Context, d *db.DB, ring *crypt.Ring, org id.Org, n int) error {
	opened := make(map[id.Person]person.Profile, n)
	err := d.Read(ctx, db.Tenant(org), func(tx *db.Tx) error {
		rows, err := sealed(tx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			plain, err := ring.Open(crypt.Bind{Owner: crypt.PersonOwner(r.id), Org: org, Table: "person", Column: "sealed", Row: string(r.id)}, r.sealed)
			if err != nil {
				return err
			}
			var p person.Profile
			if err := json.Unmarshal(plain, &p); err != nil {
				return err
			}
			opened[r.id] = p
		}
		return nil
	})
	if err == nil && len(opened) != n {
		err = fault.New(fault.Other, "wrong", "not all rows were read")
	}
	return err
}

func fill(ctx context.Context, d *db.DB, ring *crypt.Ring, org id.Org, n int) ([]id.Person, error) {
	vault := person.New(person.Deps{DB: d, Keys: ring})
	ids := make([]id.Person, n)
	owners := make([]crypt.Owner, n)
	for i := range ids {
		ids[i] = id.New[id.Person]()
		owners[i] = crypt.PersonOwner(ids[i])
	}
	if err := vault.NewKeys(ctx, owners); err != nil {
		return nil, err
	}
	by := feed.Actor{Person: feed.System, Via: feed.System}
	return ids, d.Write(ctx, db.Tenant(org), func(tx *db.Tx) error {
		for i, p := range ids {
			if err := vault.Add(tx, by, person.Person{ID: p, State: person.Active, Profile: person.Profile{Name: fmt.Sprintf("Participant number %d", i),
				Email: fmt.Sprintf("participant.%d@bench.example", i), Phone: "+32 2 555 01 01", Function: "Foreman", Locale: "nl-BE"}}); err != nil {
				return err
			}
			who := personal.OfPerson(org, p)
			var err error
			switch i % 50 {
			case 0:
				_, err = vault.Gate().Restrict(tx, by, consent.Restriction{ID: id.New[id.Restriction](), Who: who, Ground: consent.Accuracy})
			case 1:
				_, err = vault.Gate().Object(tx, by, who, personal.Participants, consent.Shown{Text: "bench", Locale: "en", Channel: consent.BySystem})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
