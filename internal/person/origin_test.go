package person_test

import (
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/person/origin"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
)

func TestEachFieldKnowsWhereItCameFrom(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, dbtest.Clock(fake))
			v := person.New(person.Deps{DB: d, Keys: persontest.Ring(t)})
			org, who := id.New[id.Org](), id.New[id.Person]()
			if err := v.NewPersonKey(t.Context(), who); err != nil {
				t.Fatal(err)
			}
			write := func(fn func(tx *db.Tx) error) {
				t.Helper()
				fake.Advance(time.Hour)
				if err := d.Write(t.Context(), db.Tenant(org), fn); err != nil {
					t.Fatal(err)
				}
			}
			change := func(by string, fn func(p *person.Person)) {
				t.Helper()
				write(func(tx *db.Tx) error {
					_, err := v.Change(tx, feed.Actor{Person: by, Via: "session"}, who, func(p *person.Person) error { fn(p); return nil })
					return err
				})
			}
			read := func(purpose personal.Purpose) (p person.Person) {
				t.Helper()
				all, err := v.Read(t.Context(), purpose, org, []id.Person{who})
				if err != nil {
					t.Fatal(err)
				}
				return all[who]
			}
			write(func(tx *db.Tx) error {
				return v.Add(tx, feed.Actor{Person: "inviter", Via: "session"}, person.Person{ID: who, State: person.Active, Given: personal.Customer,
					Profile: person.Profile{Name: "N. Claes", Email: "nele@delta.example", Locale: "nl", Function: "Roofer"}})
			})
			invited := fake.Now().UnixMicro()
			change(string(who), func(p *person.Person) { p.Name, p.Locale = "Nele Claes", "nl" })
			own := fake.Now().UnixMicro()
			change("manager", func(p *person.Person) { p.Phone, p.Function = "+32 2 555 01 02", "" })
			phone := fake.Now().UnixMicro()
			want := person.Origins{Name: origin.Origin{Source: personal.Self, Since: own}, Email: origin.Origin{Source: personal.Customer, Since: invited},
				Locale: origin.Origin{Source: personal.Customer, Since: invited}, Phone: origin.Origin{Source: personal.Colleague, Since: phone}}
			if got := read(personal.Rights).Origins; got != want {
				t.Errorf("origins %+v, want %+v", got, want)
			}
			if got := read(personal.Participants).Origins; got != (person.Origins{}) {
				t.Errorf("where values came from is nobody else's: %+v", got)
			}
		})
	}
}
