package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/kept"
	"plumbline/internal/clock"
	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/sweep"
)

// TestEveryRetentionIsSwept fails when something is declared to be kept for a
// time and nothing takes it away then.
func TestEveryRetentionIsSwept(t *testing.T) {
	t.Parallel()
	h := open(t, settings(t, dbtest.URL(t, db.SQLite)))
	for _, wrong := range sweep.Unswept(declared.Declarations(), h.Sweeps.Rules) {
		t.Error(wrong)
	}
	preview, err := h.Sweeps.Preview(t.Context())
	if err != nil || len(preview) != len(h.Sweeps.Rules) {
		t.Errorf("preview: %v, %d of %d rules", err, len(preview), len(h.Sweeps.Rules))
	}
	names := map[string]bool{}
	for _, r := range h.Sweeps.Rules {
		if names[r.Name] || r.Name == "" || strings.ToLower(r.Name) != r.Name {
			t.Errorf("a rule is called %q", r.Name)
		}
		names[r.Name] = true
	}
}

// elsewhere is the settings of an empty place with the same key ring.
func (s *house) elsewhere(database string) Config {
	s.t.Helper()
	cfg := settings(s.t, database)
	cfg.Ring = s.cfg.Ring
	if database == "" {
		cfg.Database = filepath.Join(cfg.Data, "restored.db")
	}
	if err := cfg.Complete(); err != nil {
		s.t.Fatal(err)
	}
	return cfg
}

func (s *house) empty() string {
	if s.DB.Dialect() == db.Postgres {
		return dbtest.EmptyURL(s.t, db.Postgres)
	}
	return ""
}

func silent(string, int, int) {}

// TestRestoreBringsNobodyBack backs a serving house up, erases someone, restores
// the older backup, and looks for them everywhere.
func TestRestoreBringsNobodyBack(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		goes, stays := s.people["other contributor"], s.people["contributor"]
		p := w.one("other contributor", "point", "points", `{"subject":"{subject}","description":"seen by them"}`)
		to := filepath.Join(t.TempDir(), "backup")
		if _, err := kept.Make(t.Context(), KeptAt(s.cfg, s.o), to, silent); err != nil {
			t.Fatal(err)
		}

		// Since the backup: one is erased, another restricts what may be done with them.
		if _, err := s.Erasures.Request(t.Context(), erasure.Asked{By: "system", Ground: erasure.Unlawful,
			Whos: []personal.Who{personal.OfAccount(goes.account), personal.OfPerson(w.home.org, goes.person)}}); err != nil {
			t.Fatal(err)
		}
		s.until("the key of who is erased is gone", func() bool {
			return s.ring.Erased(crypt.PersonOwner(goes.person)) && s.ring.Erased(crypt.AccountOwner(goes.account))
		})
		held := s.people["guest"]
		if err := s.DB.Write(t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error {
			_, err := s.Consents.Restrict(tx, feed.Actor{Person: string(held.person), Via: "session"}, consent.Restriction{
				ID: id.New[id.Restriction](), Who: personal.OfPerson(w.home.org, held.person), Ground: consent.Accuracy})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.decisions().Write(t.Context()); err != nil {
			t.Fatal(err)
		}

		cfg := s.elsewhere(s.empty())
		r, err := Restore(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler), Cost: cheap()}, to, silent)
		if err != nil {
			t.Fatal(err)
		}
		if r.Erased < 2 || !r.Recall || r.Lacking > 0 || r.Copied == 0 {
			t.Errorf("%+v", r)
		}
		back := open(t, cfg)
		if a := back.do(stays, "GET", "/api/v1/session", nil); a.status != 401 {
			t.Errorf("a session of that time is alive: %v", a)
		}
		in := back.signIn(stays.email, passphrase)
		people := back.must(200, in, "GET", w.home.base()+"/people", nil)
		if strings.Contains(people.body, goes.name) || !strings.Contains(people.body, stays.name) {
			t.Errorf("people: %s", people.body)
		}
		if strings.Contains(people.body, held.name) {
			t.Error("who restricted what may be done with them is shown")
		}
		got := back.must(200, in, "GET", w.home.base()+"/points/"+p["point"], nil)
		if !strings.Contains(got.body, string(goes.person)) || strings.Contains(got.body, goes.name) {
			t.Errorf("what they did: %s", got.body)
		}
		if a := back.do(nil, "POST", "/api/v1/session", map[string]string{"email": goes.email, "password": passphrase}); a.status == 200 {
			t.Error("who was erased signs in")
		}
		if err := back.DB.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			var state string
			var sealed []byte
			if err := tx.Row(`select state, sealed from person where id = $1`, goes.person).Scan(&state, &sealed); err != nil {
				return err
			}
			if state != "former" || len(sealed) != 0 {
				t.Errorf("their row: %s, %d sealed bytes", state, len(sealed))
			}
			return db.Dump(tx, func(table, row string) error {
				for _, canary := range []string{goes.name, goes.email} {
					if strings.Contains(row, canary) {
						t.Errorf("%s holds %q", table, canary)
					}
				}
				return nil
			})
		}); err != nil {
			t.Fatal(err)
		}

		// Without the list of what was erased nothing is restored.
		list := filepath.Join(s.cfg.Ring.Places[0], "tombstones")
		was, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(list); err != nil {
			t.Fatal(err)
		}
		_, err = Restore(t.Context(), s.elsewhere(s.empty()), Options{Log: slog.New(slog.DiscardHandler)}, to, silent)
		if fault.CodeOf(err) != "no-tombstones" {
			t.Errorf("without the list: %v", err)
		}
		if err := os.WriteFile(list, was, 0o600); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHalfRestoredDoesNotOpen stops a restore after its database.
func TestHalfRestoredDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		s.found("owner")
		to := filepath.Join(t.TempDir(), "backup")
		if _, err := kept.Make(t.Context(), KeptAt(s.cfg, s.o), to, silent); err != nil {
			t.Fatal(err)
		}
		cfg := s.elsewhere(s.empty())
		if _, err := kept.Fill(t.Context(), KeptAt(cfg, Options{}), to, silent); err != nil {
			t.Fatal(err)
		}
		quiet := Options{Log: slog.New(slog.DiscardHandler), Cost: cheap()}
		if h, err := Open(t.Context(), cfg, quiet); fault.CodeOf(err) != "restoring" {
			t.Errorf("a half-restored house opens: %v", err)
			h.Close()
		}
		if _, err := Restore(t.Context(), cfg, quiet, to, silent); err != nil {
			t.Errorf("the restore cannot be run again: %v", err)
		}
		h, err := Open(t.Context(), cfg, quiet)
		if err != nil {
			t.Fatal(err)
		}
		h.Close()
	})
}

// until waits for what must come.
func (s *house) until(what string, come func() bool) {
	s.t.Helper()
	for end := time.Now().Add(wait); !come(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("never: %s", what)
		}
	}
}

// TestYearsInTheHouse lets years pass over a whole house: who is no longer used
// goes by the real erasure, with its grace.
func TestYearsInTheHouse(t *testing.T) {
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := clock.NewFake(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
			cfg := settings(t, dbtest.URL(t, engine))
			if err := cfg.Complete(); err != nil {
				t.Fatal(err)
			}
			h, err := Open(t.Context(), cfg, Options{Clock: at, Log: slog.New(slog.DiscardHandler), Cost: cheap(), NoChores: true})
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			unused := persontest.Account(t, h.DB, h.People, person.AccountProfile{Name: "Unused", Email: "unused@years.example", Locale: "de-DE", TimeZone: "UTC"}, person.Credentials{})
			owner := persontest.Account(t, h.DB, h.People, person.AccountProfile{Name: "Owner", Email: "owner@years.example", Locale: "de-DE", TimeZone: "UTC"}, person.Credentials{})
			o, boss := id.New[id.Org](), id.New[id.Person]()
			if err := h.Orgs.Found(t.Context(), org.Founding{Org: o, Name: "Years", Locale: "de-DE", Owner: boss, Account: owner,
				Profile: person.Profile{Name: "Owner", Email: "owner@years.example", Locale: "de-DE"}}); err != nil {
				t.Fatal(err)
			}
			left := persontest.Add(t, h.DB, h.People, o, "", person.Profile{Name: "Left", Email: "left@years.example", Locale: "de-DE"})
			step := func(days int) {
				t.Helper()
				at.Advance(time.Duration(days) * 24 * time.Hour)
				if _, err := h.Sweeps.Run(t.Context(), func(sweep.Rule) bool { return true }); err != nil {
					t.Fatal(err)
				}
				if err := h.Erasures.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			gone := func() (account, someone bool) {
				return h.ring.Erased(crypt.AccountOwner(unused)), h.ring.Erased(crypt.PersonOwner(left))
			}
			step(729)
			if a, p := gone(); a || p {
				t.Fatal("somebody went a day early")
			}
			step(1) // warned; the person is asked to be erased
			if a, p := gone(); a || p {
				t.Fatal("nobody goes without grace")
			}
			step(2)
			if a, p := gone(); a || !p {
				t.Fatalf("after the grace: account %v, person %v", a, p)
			}
			step(31) // blocked
			step(31) // erased, after its grace
			step(2)
			if a, _ := gone(); !a {
				t.Error("the account that nobody uses is there")
			}
			if h.ring.Erased(crypt.AccountOwner(owner)) {
				t.Error("the only owner went")
			}
			people, err := h.People.Read(t.Context(), personal.Participants, o, []id.Person{left, boss})
			if err != nil || people[left].State != person.Former || people[left].Name != "" || people[boss].Name != "Owner" {
				t.Errorf("%+v %v", people, err)
			}
		})
	}
}
