package signin_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin"
)

// TestEveryColumnOfPeopleIsDeclared reads the migrated schema, so that a new
// column of these tables is declared or the build fails.
func TestEveryColumnOfPeopleIsDeclared(t *testing.T) {
	t.Parallel()
	tables := []string{"account", "account_counter", "api_token", "attempt", "company", "device", "doomed_key", "factor", "invite", "invite_link", "key_ring",
		"list_closed", "list_level", "member", "org", "participant", "participant_role", "person", "person_counter", "proof_step", "identity_link", "identity_step", "recovery_code", "reset_link", "server_secret", "session"}
	all := slices.Concat(person.Declarations(), org.Declarations(), signin.Declarations(), access.Declarations())
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		query := `select m.name, p.name, p.type from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'`
		if d.Dialect() == db.Postgres {
			query = `select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'`
		}
		var columns []personal.Column
		if err := d.Read(t.Context(), db.Everyone("a test reads the schema"), func(tx *db.Tx) (err error) {
			columns, err = db.All(tx, func(s db.Scanner) (c personal.Column, err error) {
				err = s.Scan(&c.Table, &c.Name, &c.Type)
				return c, err
			}, query)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		columns = slices.DeleteFunc(columns, func(c personal.Column) bool {
			seen[c.Table] = true
			return !slices.Contains(tables, c.Table)
		})
		for _, name := range tables {
			if !seen[name] {
				t.Errorf("there is no table %s", name)
			}
		}
		if wrong := personal.Undeclared(columns, all); len(wrong) > 0 {
			t.Error(strings.Join(wrong, "\n"))
		}
	})
}
