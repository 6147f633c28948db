package db

import (
	"path/filepath"
	"testing"
)

// Counts are kept of every table that has an index, and no value of any row.
func TestStudyKeepsCountsAlone(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for _, q := range []string{`create table thing (id integer primary key, name text not null)`, `create index thing_name on thing (name)`,
		`insert into thing (name) with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) select 'canary' || i from n`} {
		if _, err := d.write.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Study(t.Context()); err != nil {
		t.Fatal(err)
	}
	var counted, samples int
	if err := d.write.QueryRowContext(t.Context(), `select count(*) from sqlite_stat1 where tbl = 'thing' and idx = 'thing_name'`).Scan(&counted); err != nil || counted != 1 {
		t.Errorf("%d counts of the index, %v", counted, err)
	}
	err = d.write.QueryRowContext(t.Context(), `select count(*) from sqlite_schema where name = 'sqlite_stat4'`).Scan(&samples)
	if err == nil && samples > 0 {
		err = d.write.QueryRowContext(t.Context(), `select count(*) from sqlite_stat4`).Scan(&samples)
	}
	if err != nil || samples != 0 {
		t.Errorf("%d samples of values are kept, %v", samples, err)
	}
}
