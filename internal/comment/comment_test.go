package comment

import (
	"slices"
	"strings"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

func TestCommentsOnThings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org, other := id.New[id.Org](), id.New[id.Org]()
		write := func(org id.Org, fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), db.Tenant(org), fn); err != nil {
				t.Fatal(err)
			}
		}
		a, b := string(id.New[id.Point]()), string(id.New[id.Point]())
		c := Comment{ID: id.New[id.Comment](), Project: id.New[id.Project](), Kind: "point", Thing: a, Text: "één 😀\r\n", Author: id.New[id.Person](), At: 5}
		later := c
		later.ID, later.At, later.Author = id.New[id.Comment](), 6, id.New[id.Person]()
		write(org, func(tx *db.Tx) error {
			for i, want := range []bool{true, false} {
				again := c
				again.Text += strings.Repeat("!", i)
				if added, err := Add(tx, again); err != nil || added != want {
					t.Errorf("added %v, %v", added, err)
				}
			}
			if _, err := Add(tx, later); err != nil {
				return err
			}
			elsewhere := c
			elsewhere.Thing = b
			if _, err := Add(tx, elsewhere); !fault.Is(err, fault.NotFound) {
				t.Errorf("the same id on another thing: %v", err)
			}
			on, err := On(tx, "point", []string{a, b})
			if err != nil || !slices.Equal(on[a], []Comment{c, later}) || len(on[b]) != 0 {
				t.Errorf("%+v, %v", on, err)
			}
			who, err := Authors(tx, "point", []string{a, b})
			if err != nil || len(who) != 2 {
				t.Errorf("authors %v, %v", who, err)
			}
			return nil
		})
		write(other, func(tx *db.Tx) error {
			if _, err := Get(tx, c.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("another organisation reads it: %v", err)
			}
			return Erase(tx, "point", a)
		})
		write(org, func(tx *db.Tx) error {
			if got, err := Get(tx, c.ID); err != nil || got.Text != c.Text {
				t.Errorf("%+v, %v", got, err)
			}
			if err := Erase(tx, "point", a); err != nil {
				return err
			}
			on, err := On(tx, "point", []string{a})
			if err != nil || len(on) != 0 {
				t.Errorf("erased: %v, %v", on, err)
			}
			return nil
		})
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	one := id.New[id.Comment]()
	for text, want := range map[string]string{"x": "", "": "required", "\x00": "nul", "\xff": "not-utf8", strings.Repeat("é", MaxText): "", strings.Repeat("é", MaxText+1): "too-long"} {
		got := ""
		if f, ok := Check(one, text).(*fault.Error); ok && f != nil {
			got = f.Fields[0].Code
		}
		if got != want {
			t.Errorf("%.20q: %q, want %q", text, got, want)
		}
	}
	if Check("1", "x") == nil {
		t.Error("an id that is none")
	}
}
