package app

import (
	"strings"
	"testing"

	"plumbline/internal/app/declared"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/schema"
)

// columns are those of a migrated database.
func columns(t *testing.T, d *db.DB) []personal.Column {
	t.Helper()
	all, err := schema.Columns(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// both are the columns of both engines: the search index differs.
func both(t *testing.T) []personal.Column {
	t.Helper()
	all := append(columns(t, dbtest.Open(t, db.SQLite)), columns(t, dbtest.Open(t, db.Postgres))...)
	if len(all) < 300 {
		t.Fatalf("only %d columns on both engines", len(all))
	}
	return all
}

func TestEveryColumnIsDeclared(t *testing.T) {
	t.Parallel()
	all := declared.Declarations()
	for _, wrong := range append(personal.Check(all), personal.Undeclared(both(t), all)...) {
		t.Error(wrong)
	}
	for _, sealed := range []struct {
		table, column string
		holds         any
	}{
		{"person", "sealed", person.Profile{}},
		{"account", "sealed", person.AccountProfile{}},
		{"account", "credentials", person.Credentials{}},
	} {
		for _, wrong := range personal.Fields(sealed.table, sealed.column, sealed.holds, all) {
			t.Error(wrong)
		}
	}
	// No other column is declared by its fields: its type would go unchecked.
	for _, d := range all {
		if name := d.Table + "." + d.Column; d.Field != "" && name != "person.sealed" && name != "account.sealed" && name != "account.credentials" {
			t.Errorf("%s: declared by its fields, but not compared with a Go type", d.Name())
		}
	}
}

// TestUndeclaredIsNoticed adds what nobody declared.
func TestUndeclaredIsNoticed(t *testing.T) {
	t.Parallel()
	type profile struct {
		person.Profile
		Birthday string `json:"birthday"`
	}
	all, cols := declared.Declarations(), both(t)
	for _, c := range []struct {
		name string
		got  []string
		want string
	}{
		{"a column of text", personal.Undeclared(append(cols, personal.Column{Table: "person", Name: "nickname", Type: "text"}), all), "person.nickname: not declared"},
		{"a column of bytes", personal.Undeclared(append(cols, personal.Column{Table: "point", Name: "voice", Type: "bytea"}), all), "point.voice: not declared"},
		{"a column of an unknown type", personal.Undeclared(append(cols, personal.Column{Table: "point", Name: "where", Type: "inet"}), all), "point.where: not declared"},
		{"a declaration of nothing", personal.Undeclared(cols, append(all, personal.Declaration{Table: "person", Column: "gone"})), "person.gone: declared, but does not exist"},
		{"one declared twice", personal.Check(append(all, personal.NotPersonal("org", "an organisation is no person", "name")...)), "org.name: declared twice"},
		{"a field of a profile", personal.Fields("person", "sealed", profile{}, all), "person.sealed.birthday: not declared"},
	} {
		if !strings.Contains(strings.Join(c.got, "\n"), c.want) {
			t.Errorf("%s: got %q, want %q among them", c.name, c.got, c.want)
		}
	}
	// On a real database too.
	d := dbtest.Open(t, db.SQLite)
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	_, err = pool.ExecContext(t.Context(), `alter table person add column nickname text`)
	done()
	if err != nil {
		t.Fatal(err)
	}
	if got := personal.Undeclared(append(columns(t, d), cols...), all); len(got) != 1 || got[0] != "person.nickname: not declared" {
		t.Errorf("a column added by a migration: %q", got)
	}
}
