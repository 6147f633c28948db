package study

import (
	"path/filepath"
	"testing"

	"plumbline/internal/db"
)

// Counts are kept of every table that has an index, and no value of any row.
func TestStudyKeepsCountsAlone(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), db.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for _, q := range []string{`create table thing (id integer primary key, name text not null)`, `create index thing_name on thing (name)`,
		`insert into thing (name) with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select 'canary' || i from n`} {
		if _, err := pool.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := Tables(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	var counted, samples int
	if err := pool.QueryRowContext(t.Context(), `select count(*) from sqlite_stat1 where tbl = 'thing' and idx = 'thing_name'`).Scan(&counted); err != nil || counted != 1 {
		t.Errorf("%d counts of the index, %v", counted, err)
	}
	err = pool.QueryRowContext(t.Context(), `select count(*) from sqlite_schema where name = 'sqlite_stat4'`).Scan(&samples)
	if err == nil && samples > 0 {
		err = pool.QueryRowContext(t.Context(), `select count(*) from sqlite_stat4`).Scan(&samples)
	}
	if err != nil || samples != 0 {
		t.Errorf("%d samples of values are kept, %v", samples, err)
	}
}
