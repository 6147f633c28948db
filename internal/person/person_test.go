package person_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
)

var anna = person.Profile{Name: "Anna Peeters", Email: "Anna.Peeters@Delta.example", Phone: "+32 9 123 45 67", Function: "Werfleider", Locale: "nl"}

func write(t *testing.T, d *db.DB, s db.Scope, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), s, fn); err != nil {
		t.Fatal(err)
	}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	all := person.Declarations()
	wrong := personal.Check(all)
	wrong = append(wrong, personal.Fields("person", "sealed", person.Profile{}, all)...)
	wrong = append(wrong, personal.Fields("account", "sealed", person.AccountProfile{}, all)...)
	wrong = append(wrong, personal.Fields("account", "credentials", person.Credentials{}, all)...)
	if len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestReadGivesWhatThePurposeAllows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := persontest.Vault(t, d)
		org, other := id.New[id.Org](), id.New[id.Org]()
		p := persontest.Add(t, d, v, org, "", anna)
		read := func(purpose personal.Purpose, org id.Org) (map[id.Person]person.Person, error) {
			return v.Read(t.Context(), purpose, org, []id.Person{p})
		}
		got, err := read(personal.Participants, org)
		if err != nil || got[p].Name != anna.Name || got[p].Function != anna.Function || got[p].Email != "" || got[p].Phone != "" || got[p].Locale != "" {
			t.Errorf("for participants: %+v %v", got[p].Profile, err)
		}
		if got[p].Initials() != "AP" {
			t.Errorf("initials %q", got[p].Initials())
		}
		got, err = read(personal.Correspond, org)
		if err != nil || got[p].Email != anna.Email || got[p].Name != "" {
			t.Errorf("to correspond: %+v %v", got[p].Profile, err)
		}
		for _, purpose := range []personal.Purpose{"marketing", "", personal.Service} {
			if _, err := read(purpose, org); !fault.Is(err, fault.Denied) || fault.CodeOf(err) != "purpose-not-declared" {
				t.Errorf("for %q: %v", purpose, err)
			}
		}
		if got, err := read(personal.Participants, other); err != nil || len(got) != 0 {
			t.Errorf("another tenant reads %v %v", got, err)
		}
	})
}

func TestBookFollowsChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := persontest.Vault(t, d)
		org := id.New[id.Org]()
		scope := db.Tenant(org)
		p := persontest.Add(t, d, v, org, "", anna)
		name := func() string {
			t.Helper()
			got, err := v.Read(t.Context(), personal.Participants, org, []id.Person{p})
			if err != nil {
				t.Fatal(err)
			}
			return got[p].Name
		}
		rename := func(tx *db.Tx, to string) error {
			_, err := v.Change(tx, persontest.By(), p, func(q *person.Person) error { q.Name = to; return nil })
			return err
		}
		if name() != anna.Name {
			t.Fatal("not there")
		}
		// A transaction sees its own change; when it fails nobody else does, not
		// even after the next change took the same number.
		err := d.Write(t.Context(), scope, func(tx *db.Tx) error {
			if err := rename(tx, "Lost"); err != nil {
				return err
			}
			got, err := v.ReadIn(tx, personal.Participants, []id.Person{p})
			if err != nil || got[p].Name != "Lost" {
				t.Errorf("inside: %q %v", got[p].Name, err)
			}
			return fault.New(fault.Invalid, "undo", "undo")
		})
		if fault.CodeOf(err) != "undo" || name() != anna.Name {
			t.Errorf("after a failure: %q %v", name(), err)
		}
		write(t, d, scope, func(tx *db.Tx) error { return rename(tx, "Anna Janssens") })
		if name() != "Anna Janssens" {
			t.Errorf("after a change: %q", name())
		}
		var versions []int64
		write(t, d, scope, func(tx *db.Tx) error {
			h, err := feed.History(tx, string(p), "", 10)
			for _, e := range h.Items {
				versions = append(versions, e.Version)
				if len(e.Fields) != 0 {
					t.Errorf("the log holds values of a person: %+v", e.Fields)
				}
			}
			return err
		})
		if !slices.Equal(versions, []int64{2, 1}) {
			t.Errorf("versions in the log: %v", versions)
		}
		write(t, d, scope, func(tx *db.Tx) error { return v.Erase(tx, persontest.By(), p, true, tx.Now()) })
		got, err := v.Read(t.Context(), personal.Participants, org, []id.Person{p})
		if err != nil || got[p].State != person.Former || got[p].Name != "" {
			t.Errorf("erased: %+v %v", got[p], err)
		}
		q := persontest.Add(t, d, v, org, "", anna)
		write(t, d, scope, func(tx *db.Tx) error { return v.Erase(tx, persontest.By(), q, false, tx.Now()) })
		if got, err := v.Read(t.Context(), personal.Participants, org, []id.Person{q}); err != nil || len(got) != 0 {
			t.Errorf("erased without a trace: %v %v", got, err)
		}
	})
}

func TestTwoNodesShareTheBookAndTheIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring := persontest.Ring(t)
		one, two := person.New(person.Deps{DB: d, Keys: ring}), person.New(person.Deps{DB: d, Keys: ring})
		org := id.New[id.Org]()
		p := persontest.Add(t, d, one, org, "", anna)
		if got, err := two.Read(t.Context(), personal.Participants, org, []id.Person{p}); err != nil || got[p].Name != anna.Name {
			t.Errorf("the other node reads %+v %v", got, err)
		}
		a := persontest.Account(t, d, one, person.AccountProfile{Name: anna.Name, Email: anna.Email}, person.Credentials{})
		everyone := db.Everyone("a test looks an account up")
		find := func(v *person.Service, email string) (got id.Account) {
			t.Helper()
			write(t, d, everyone, func(tx *db.Tx) (err error) { got, _, err = v.FindAccount(tx, email); return err })
			return got
		}
		for _, spelling := range []string{anna.Email, "anna.peeters@delta.example", " ANNA.PEETERS@DELTA.EXAMPLE "} {
			if find(two, spelling) != a {
				t.Errorf("the other node does not find %q", spelling)
			}
		}
		if find(two, "bert@delta.example") != "" {
			t.Error("finds one who is not there")
		}
		b := id.New[id.Account]()
		if err := two.NewAccountKey(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		err := d.Write(t.Context(), everyone, func(tx *db.Tx) error {
			return two.AddAccount(tx, b, person.AccountProfile{Email: "ANNA.peeters@delta.example"}, person.Credentials{})
		})
		if !fault.Is(err, fault.Conflict) || fault.CodeOf(err) != "email-taken" {
			t.Errorf("a second account with one address: %v", err)
		}
		// Twice in one transaction, and free again after a failure.
		err = d.Write(t.Context(), everyone, func(tx *db.Tx) error {
			if err := one.AddAccount(tx, b, person.AccountProfile{Email: "cas@delta.example"}, person.Credentials{}); err != nil {
				return err
			}
			return one.AddAccount(tx, id.New[id.Account](), person.AccountProfile{Email: "Cas@delta.example"}, person.Credentials{})
		})
		if fault.CodeOf(err) != "email-taken" || find(one, "cas@delta.example") != "" {
			t.Errorf("twice in one transaction: %v", err)
		}
		write(t, d, everyone, func(tx *db.Tx) error {
			_, err := one.ChangeAccount(tx, a, func(p *person.AccountProfile) error { p.Email = "new@delta.example"; return nil })
			return err
		})
		if find(two, anna.Email) != "" || find(two, "new@delta.example") != a {
			t.Error("the index does not follow a changed address")
		}
		write(t, d, everyone, func(tx *db.Tx) error { return one.EraseAccount(tx, a, tx.Now()) })
		if find(two, "new@delta.example") != "" || find(one, "new@delta.example") != "" {
			t.Error("an erased account is found")
		}
	})
}

func TestOneAddressHasOneAccount(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring := persontest.Ring(t)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs { // each on a node of its own
			v := person.New(person.Deps{DB: d, Keys: ring})
			a := id.New[id.Account]()
			if err := v.NewAccountKey(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				errs[i] = d.Write(t.Context(), db.Everyone("a test makes accounts"), func(tx *db.Tx) error {
					return v.AddAccount(tx, a, person.AccountProfile{Email: "anna@delta.example"}, person.Credentials{})
				})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if fault.CodeOf(err) != "email-taken" {
				t.Error(err)
			}
		}
		if made != 1 {
			t.Errorf("%d accounts with one address", made)
		}
	})
}

func TestNothingPersonalIsReadableInTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	v := persontest.Vault(t, d)
	org := id.New[id.Org]()
	a := persontest.Account(t, d, v, person.AccountProfile{Name: "Canary Name", Email: "canary@delta.example"}, person.Credentials{Password: "canary-hash"})
	persontest.Add(t, d, v, org, a, person.Profile{Name: "Canary Name", Email: "canary@delta.example", Phone: "canary-phone"})
	var path string
	write(t, d, db.Tenant(org), func(tx *db.Tx) error {
		var seq int
		var name string
		return tx.Row(`pragma database_list`).Scan(&seq, &name, &path)
	})
	for _, file := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(b), []byte("canary")) {
			t.Errorf("%s holds the profile in the clear", filepath.Base(file))
		}
	}
}

func TestSweepDestroysKeys(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ring := persontest.Ring(t)
		v := person.New(person.Deps{DB: d, Keys: ring})
		org := id.New[id.Org]()
		p, q := persontest.Add(t, d, v, org, "", anna), persontest.Add(t, d, v, org, "", anna)
		a := persontest.Account(t, d, v, person.AccountProfile{Email: "x@delta.example"}, person.Credentials{})
		write(t, d, db.Tenant(org), func(tx *db.Tx) error { return v.Erase(tx, persontest.By(), p, false, tx.Now()) })
		write(t, d, db.Tenant(org), func(tx *db.Tx) error { return v.Erase(tx, persontest.By(), q, true, tx.Now().Add(1<<40)) })
		write(t, d, db.Everyone("a test erases an account"), func(tx *db.Tx) error { return v.EraseAccount(tx, a, tx.Now()) })
		before := ring.Counter()
		if err := v.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(ring.Tombstones())
		if !strings.Contains(got, string(p)) || !strings.Contains(got, string(a)) || strings.Contains(got, string(q)) {
			t.Errorf("tombstones %s", got)
		}
		n, err := person.RingCounter(t.Context(), d)
		if err != nil || n <= before || n != ring.Counter() {
			t.Errorf("the data remembers %d, the ring was at %d and is at %d: %v", n, before, ring.Counter(), err)
		}
	})
}

func TestOfAccount(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := persontest.Vault(t, d)
		a := persontest.Account(t, d, v, person.AccountProfile{Email: "x@delta.example"}, person.Credentials{})
		orgs := []id.Org{id.New[id.Org](), id.New[id.Org]()}
		for _, o := range orgs {
			persontest.Add(t, d, v, o, a, anna)
			persontest.Add(t, d, v, o, "", anna)
		}
		var refs []person.Ref
		write(t, d, db.Everyone("a test follows an account"), func(tx *db.Tx) (err error) { refs, err = person.OfAccount(tx, a); return err })
		if len(refs) != 2 || refs[0].Org != orgs[0] || refs[1].Org != orgs[1] || refs[0].State != person.Active {
			t.Errorf("%+v", refs)
		}
	})
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" anna@delta.example ": "anna@delta.example", "a.b+c@bücher.example": "a.b+c@bücher.example",
		"": "", "anna": "", "anna@": "", "@delta.example": "", "anna@delta": "", "Anna <anna@delta.example>": "",
		"anna@delta.example\nBcc: x@y.example": "", "\"a b\"@delta.example": "", "a@b@c.example": "", "a,b@c.example": "",
		strings.Repeat("a", 65) + "@delta.example": "", "anna@-delta.example": "",
	} {
		if got, ok := person.ParseEmail(in); got != want || ok != (want != "") {
			t.Errorf("%q reads as %q %v", in, got, ok)
		}
	}
	if person.NormalEmail("ANNA@BÜCHER.example") != person.NormalEmail("anna@xn--bcher-kva.example") {
		t.Error("two spellings of a domain differ")
	}
}

func FuzzParseEmail(f *testing.F) {
	f.Add("anna@delta.example")
	f.Fuzz(func(t *testing.T, in string) {
		got, ok := person.ParseEmail(in)
		if !ok {
			return
		}
		if strings.ContainsAny(got, "\r\n <>,\x00") || NormalTwice(got) {
			t.Errorf("%q", got)
		}
	})
}

// NormalTwice reports whether normalising again changes an address.
func NormalTwice(s string) bool {
	once := person.NormalEmail(s)
	return person.NormalEmail(once) != once
}
