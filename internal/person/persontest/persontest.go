// Package persontest gives tests a real vault: a key ring of its own in a
// folder that goes when the test ends.
package persontest

import (
	"path/filepath"
	"testing"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
)

// Ring makes a key ring.
func Ring(t testing.TB) *crypt.Ring {
	t.Helper()
	dir := t.TempDir()
	r, err := crypt.Open(t.Context(), crypt.Config{
		Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root", "root.key"), Create: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// Vault makes a vault on d with a ring of its own.
func Vault(t testing.TB, d *db.DB) *person.Service {
	t.Helper()
	v := VaultOn(d, Ring(t))
	if err := v.Gate().Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v
}

// VaultOn is Vault with a ring that the test has.
func VaultOn(d *db.DB, ring *crypt.Ring) *person.Service {
	return person.New(person.Deps{DB: d, Keys: ring})
}

// By is an actor for what a test does itself.
func By() feed.Actor { return feed.Actor{Person: feed.System, Via: "system"} }

// Add puts an active person into an organisation's address book.
func Add(t testing.TB, d *db.DB, v *person.Service, org id.Org, account id.Account, p person.Profile) id.Person {
	t.Helper()
	pid := id.New[id.Person]()
	if err := v.NewPersonKey(t.Context(), pid); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
		return v.Add(tx, By(), person.Person{ID: pid, Account: account, State: person.Active, Profile: p})
	}); err != nil {
		t.Fatal(err)
	}
	return pid
}

// Account makes an account.
func Account(t testing.TB, d *db.DB, v *person.Service, p person.AccountProfile, c person.Credentials) id.Account {
	t.Helper()
	a := id.New[id.Account]()
	if err := v.NewAccountKey(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), db.Everyone("a test makes an account"), func(tx *db.Tx) error {
		return v.AddAccount(tx, a, p, c)
	}); err != nil {
		t.Fatal(err)
	}
	return a
}
