package disclosure_test

import (
	"slices"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

var everyone = db.Everyone("a test")

func each(t *testing.T, fn func(t *testing.T, d *db.DB, c *clock.Fake)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			c := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			fn(t, dbtest.Open(t, dialect, dbtest.Clock(c)), c)
		})
	}
}

func row(who personal.Who, k disclosure.Kind, to string) disclosure.Row {
	return disclosure.Row{Who: who, Recipient: disclosure.Recipient{Kind: k, ID: to}, Fields: []string{"person.sealed.email"},
		Purpose: personal.Correspond, Why: disclosure.WhyMail}
}

func write(t *testing.T, d *db.DB, s db.Scope, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), s, fn); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsRecordedIsRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		org, other := id.New[id.Org](), id.New[id.Org]()
		anna := personal.OfPerson(org, id.New[id.Person]())
		account := personal.OfAccount(id.New[id.Account]())
		write(t, d, db.Tenant(org), func(tx *db.Tx) error { return disclosure.Record(tx, row(anna, disclosure.Processor, "mail")) })
		c.Advance(time.Hour)
		write(t, d, db.Tenant(org), func(tx *db.Tx) error {
			r := row(anna, disclosure.Person, string(id.New[id.Person]()))
			r.Fields, r.By = []string{"person.sealed.name", "person.sealed.function"}, "someone"
			return disclosure.Record(tx, r)
		})
		write(t, d, everyone, func(tx *db.Tx) error { return disclosure.Record(tx, row(account, disclosure.Processor, "mail")) })
		write(t, d, everyone, func(tx *db.Tx) error {
			got, err := disclosure.Of(tx, anna)
			if err != nil {
				return err
			}
			if len(got) != 2 || got[0].By != "someone" || !slices.Equal(got[0].Fields, []string{"person.sealed.name", "person.sealed.function"}) ||
				got[1].By != "system" || got[1].Recipient != (disclosure.Recipient{Kind: disclosure.Processor, ID: "mail"}) || !got[0].At.Equal(c.Now()) {
				t.Errorf("%+v", got)
			}
			mine, err := disclosure.Of(tx, account)
			if err == nil && len(mine) != 1 {
				t.Errorf("the account's: %+v", mine)
			}
			return err
		})
		if err := d.Read(t.Context(), db.Tenant(other), func(tx *db.Tx) error {
			got, err := disclosure.Of(tx, personal.OfPerson(other, id.Person(anna.ID)))
			if len(got) != 0 {
				t.Errorf("another tenant sees %+v", got)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		write(t, d, everyone, func(tx *db.Tx) error {
			got, err := disclosure.Between(tx, disclosure.Recipient{Kind: disclosure.Processor, ID: "mail"}, c.Now(), c.Now().Add(time.Hour))
			if len(got) != 1 || got[0].Who != account {
				t.Errorf("between: %+v", got)
			}
			return err
		})
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *clock.Fake) {
		org := id.New[id.Org]()
		anna := personal.OfPerson(org, id.New[id.Person]())
		cases := []struct {
			name  string
			scope db.Scope
			row   disclosure.Row
			code  string
		}{
			{"another tenant's person", db.Tenant(id.New[id.Org]()), row(anna, disclosure.Processor, "mail"), "wrong-subject"},
			{"an account in a tenant", db.Tenant(org), row(personal.OfAccount("a"), disclosure.Processor, "mail"), "wrong-subject"},
			{"nobody", db.Tenant(org), row(personal.Who{}, disclosure.Processor, "mail"), "wrong-subject"},
			{"no recipient", db.Tenant(org), row(anna, disclosure.Processor, ""), "incomplete-disclosure"},
			{"an unknown kind", db.Tenant(org), row(anna, "friend", "x"), "constraint"},
		}
		value := row(anna, disclosure.Processor, "mail")
		value.Fields = []string{"Anna Peeters"}
		cases = append(cases, struct {
			name  string
			scope db.Scope
			row   disclosure.Row
			code  string
		}{"a value for a field", db.Tenant(org), value, "wrong-field"})
		for _, c := range cases {
			err := d.Write(t.Context(), c.scope, func(tx *db.Tx) error { return disclosure.Record(tx, c.row) })
			if fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

func TestRecipientsAreToldOnceAndAcknowledge(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake) {
		org := id.New[id.Org]()
		anna := personal.OfPerson(org, id.New[id.Person]())
		write(t, d, db.Tenant(org), func(tx *db.Tx) error {
			return disclosure.Record(tx, row(anna, disclosure.Processor, "mail"), row(anna, disclosure.Processor, "mail"),
				row(anna, disclosure.Processor, disclosure.MailCapture), row(anna, disclosure.Themselves, anna.ID),
				row(anna, disclosure.Staff, "someone"), row(anna, disclosure.Person, "bert"), row(anna, disclosure.Person, anna.ID))
		})
		owe := func(want int) (open []disclosure.Owed) {
			t.Helper()
			write(t, d, db.Tenant(org), func(tx *db.Tx) error {
				n, err := disclosure.Owe(tx, anna, disclosure.Rectified)
				if err == nil && n != want {
					t.Errorf("%d have to be told, want %d", n, want)
				}
				return err
			})
			write(t, d, db.Tenant(org), func(tx *db.Tx) (err error) {
				open, err = disclosure.Unacknowledged(tx, org, 10)
				return err
			})
			return open
		}
		write(t, d, db.Tenant(org), func(tx *db.Tx) error {
			n, err := disclosure.Owe(tx, anna, disclosure.Rectified, "person.sealed.phone")
			if n != 0 {
				t.Errorf("%d have to be told of a number that nobody got", n)
			}
			return err
		})
		owe(2)
		c.Advance(time.Hour)
		open := owe(2)
		if len(open) != 2 || !open[0].Since.Equal(c.Now()) || !open[0].Open() {
			t.Fatalf("owed twice while open: %+v", open)
		}
		for range 2 {
			write(t, d, db.Tenant(org), func(tx *db.Tx) error { return disclosure.Acknowledge(tx, org, open[0].ID, "officer") })
		}
		if open = owe(2); len(open) != 2 {
			t.Errorf("an act after the acknowledgement is owed anew: %+v", open)
		}
		write(t, d, db.Tenant(org), func(tx *db.Tx) error {
			all, err := disclosure.OwedFor(tx, anna)
			if len(all) != 3 {
				t.Errorf("what is done stays: %+v", all)
			}
			return err
		})
		err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error { return disclosure.Acknowledge(tx, org, "nothing", "officer") })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("nothing: %v", err)
		}
	})
}
