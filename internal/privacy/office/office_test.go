package office

import (
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, b := id.New[id.Org](), id.New[id.Org]()
		put := func(o id.Org, s Settings, base int64) (v int64, err error) {
			err = d.Write(t.Context(), db.Tenant(o), func(tx *db.Tx) (err error) {
				v, err = Put(tx, s, base)
				return err
			})
			return v, err
		}
		of := func(o id.Org) (s Settings, ok bool) {
			t.Helper()
			if err := d.Read(t.Context(), db.Tenant(o), func(tx *db.Tx) (err error) {
				s, ok, err = Of(tx, o)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return s, ok
		}
		if s, ok := of(a); ok || s.Country != "" || s.Org != a || s.Zone() != "UTC" {
			t.Errorf("nothing set: %+v", s)
		}
		good := Settings{Email: "privacy@bouw.example", Country: "dk", Post: "Havnegade 1"}
		if v, err := put(a, good, 0); v != 1 || err != nil {
			t.Fatalf("version %d, %v", v, err)
		}
		if s, ok := of(a); !ok || s.Country != "DK" || s.Zone() != "Europe/Copenhagen" || s.Email != good.Email {
			t.Errorf("%+v", s)
		}
		if v, err := put(a, good, 0); v != 1 || err != nil {
			t.Errorf("said again: version %d, %v", v, err)
		}
		good.Post = "Havnegade 2"
		if _, err := put(a, good, 0); fault.CodeOf(err) != "changed-meanwhile" {
			t.Errorf("on an old version: %v", err)
		}
		if _, ok := of(b); ok {
			t.Error("another organisation has them too")
		}
		for name, s := range map[string]Settings{
			"no address": {Country: "BE"}, "an address that is none": {Email: "office"}, "a country that is none": {Email: good.Email, Country: "XX"},
			"an officer's address that is none": {Email: good.Email, OfficerEmail: "x"},
		} {
			if _, err := put(b, s, 0); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestEveryZoneIsThere(t *testing.T) {
	t.Parallel()
	for c, z := range zones() {
		if _, err := time.LoadLocation(z); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
}
