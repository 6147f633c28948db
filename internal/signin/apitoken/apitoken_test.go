package apitoken_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/signin/apitoken"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			fake := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, dbtest.Clock(fake))
			ring := persontest.Ring(t)
			v := person.New(person.Deps{DB: d, Keys: ring})
			a := id.New[id.Account]()
			must(t, v.NewAccountKey(ctx, a))
			must(t, d.Write(ctx, db.Everyone("a test"), func(tx *db.Tx) error {
				return v.AddAccount(tx, a, person.AccountProfile{Name: "Anna", Email: "anna@delta.example", Locale: "nl"}, person.Credentials{})
			}))
			s := &apitoken.Service{DB: d, People: v, Keys: ring}
			c := org.Caller{Account: a, Session: id.New[id.Session](), Via: "session"}
			may := func(context.Context, id.Reach) error { return nil }
			want := apitoken.Token{ID: id.New[id.Token](), Name: "Nightly zebra", Expires: fake.Now().AddDate(0, 0, 30), Reach: id.Reach{Project: "p", Reads: true}}

			for name, change := range map[string]func(*apitoken.Token){
				"no name":  func(x *apitoken.Token) { x.Name = "" },
				"too long": func(x *apitoken.Token) { x.Expires = fake.Now().AddDate(2, 0, 0) },
				"past":     func(x *apitoken.Token) { x.Expires = fake.Now() },
			} {
				bad := want
				change(&bad)
				if _, _, err := s.Make(ctx, c, bad, may); !fault.Is(err, fault.Invalid) {
					t.Errorf("%s: %v", name, err)
				}
			}
			no := fault.New(fault.NotFound, "project-not-found", "no")
			if _, _, err := s.Make(ctx, c, want, func(context.Context, id.Reach) error { return no }); fault.CodeOf(err) != "project-not-found" {
				t.Errorf("for what the account does not reach: %v", err)
			}
			_, secret, err := s.Make(ctx, c, want, may)
			must(t, err)
			if _, again, err := s.Make(ctx, c, want, may); err != nil || again != "" {
				t.Errorf("made again: %q %v", again, err)
			}
			stranger := c
			stranger.Account = id.New[id.Account]()
			must(t, v.NewAccountKey(ctx, stranger.Account))
			if _, _, err := s.Make(ctx, stranger, want, may); !fault.Is(err, fault.NotFound) {
				t.Errorf("another's: %v", err)
			}
			if err := s.Revoke(ctx, stranger, want.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("another's: %v", err)
			}
			who, ok, err := s.Authenticate(ctx, secret)
			if err != nil || !ok || who.Account != a || who.Session != "" || who.Via != "token" || who.Reach != (id.Reach{Token: want.ID, Project: "p", Reads: true}) {
				t.Errorf("%+v %v %v", who, ok, err)
			}
			for _, wrong := range []string{"", "plt_", secret[4:], secret[:len(secret)-1], secret + "x", strings.ToUpper(secret)} {
				if _, ok, err := s.Authenticate(ctx, wrong); ok || err != nil {
					t.Errorf("%q lets in: %v", wrong, err)
				}
			}
			list, err := s.List(ctx, c)
			must(t, err)
			if len(list) != 1 || list[0].Name != want.Name || !list[0].Used.Equal(fake.Now()) || !list[0].Expires.Equal(want.Expires) {
				t.Errorf("%+v", list)
			}
			// What is stored tells neither the token nor what it is called.
			must(t, d.Read(ctx, db.Everyone("a test"), func(tx *db.Tx) error {
				return db.Dump(tx, func(table, row string) error {
					if strings.Contains(row, "zebra") || strings.Contains(row, secret[4:]) {
						t.Errorf("%s holds it: %s", table, row)
					}
					return nil
				})
			}))
			fake.Advance(31 * 24 * time.Hour)
			if _, ok, _ := s.Authenticate(ctx, secret); ok {
				t.Error("it works after it has lapsed")
			}
			must(t, d.Write(ctx, db.Everyone("a test"), func(tx *db.Tx) error {
				if n, err := apitoken.Purge(tx); n != 1 || err != nil {
					t.Errorf("purged %d %v", n, err)
				}
				return nil
			}))
			want.ID, want.Expires = id.New[id.Token](), fake.Now().AddDate(0, 0, 1)
			_, secret, err = s.Make(ctx, c, want, may)
			must(t, err)
			must(t, s.Revoke(ctx, c, want.ID))
			if _, ok, _ := s.Authenticate(ctx, secret); ok {
				t.Error("it works after it was revoked")
			}
			feed := want
			feed.ID, feed.Calendar = id.New[id.Token](), true
			_, address, err := s.Make(ctx, c, feed, may)
			must(t, err)
			if _, ok, _ := s.Authenticate(ctx, address); ok {
				t.Error("the address of a calendar lets in")
			}
			if _, ok, _ := s.Calendar(ctx, secret); ok {
				t.Error("a revoked token opens a calendar")
			}
			if who, ok, err := s.Calendar(ctx, address); err != nil || !ok || who.Account != a || who.Reach.Project != "p" {
				t.Errorf("the calendar: %+v %v %v", who, ok, err)
			}
			must(t, s.Revoke(ctx, c, feed.ID))
			if _, ok, _ := s.Calendar(ctx, address); ok {
				t.Error("the calendar is open after it was revoked")
			}
			feed.ID, feed.Reach.Project = id.New[id.Token](), ""
			if _, _, err := s.Make(ctx, c, feed, may); !fault.Is(err, fault.Invalid) {
				t.Errorf("a calendar of no project: %v", err)
			}
			for i := range 21 {
				want.ID = id.New[id.Token]()
				if _, _, err := s.Make(ctx, c, want, may); (err != nil) != (i == 20) {
					t.Errorf("the token %d: %v", i+1, err)
				}
			}
		})
	}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(apitoken.Declarations()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
