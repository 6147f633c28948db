package dbtest_test

import (
	"context"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
)

func TestEachDatabaseIsItsOwn(t *testing.T) {
	t.Parallel()
	for range 2 { // the same key twice would collide in a shared database
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			err := d.Write(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into feed_audience (audience, org_id, number) values ($1, $2, 1)`, "a", "o")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTheRoleIsBoundByRowLevelSecurity(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	err := d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
		var free bool
		if err := tx.Row(`select rolsuper or rolbypassrls from pg_roles where rolname = current_user`).Scan(&free); err != nil {
			return err
		}
		if free {
			t.Error("tests run as a role that bypasses row-level security")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
