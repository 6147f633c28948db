package remember

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"
)

func remembered(t *testing.T, most int) *remembering {
	t.Helper()
	c, err := new(sqlite.Driver).Open("file:" + filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := Statements(c, most)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := kept.(*remembering)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	r.run(t, `create table thing (id integer primary key, name text not null)`)
	for i := range 5 {
		r.run(t, `insert into thing (id, name) values ($1, $2)`, int64(i), fmt.Sprint("n", i))
	}
	return r
}

func named(args []driver.Value) (all []driver.NamedValue) {
	for i, a := range args {
		all = append(all, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return all
}

func (c *remembering) run(t *testing.T, text string, args ...driver.Value) {
	t.Helper()
	if _, err := c.ExecContext(context.Background(), text, named(args)); err != nil {
		t.Fatal(err)
	}
}

func (c *remembering) open(t *testing.T, text string, args ...driver.Value) driver.Rows {
	t.Helper()
	rows, err := c.QueryContext(context.Background(), text, named(args))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func next(t *testing.T, r driver.Rows) driver.Value {
	t.Helper()
	into := make([]driver.Value, 1)
	if err := r.Next(into); err != nil {
		t.Fatal(err)
	}
	return into[0]
}

func TestAStatementIsPreparedOnce(t *testing.T) {
	t.Parallel()
	c := remembered(t, 10)
	const text = `select name from thing where id >= $1 order by id`
	for i := range 3 {
		rows := c.open(t, text, int64(i))
		if got := next(t, rows); got != fmt.Sprint("n", i) {
			t.Errorf("%v for %d", got, i)
		}
		_ = rows.Close()
	}
	if len(c.known) != 2 || c.order.Len() != 2 {
		t.Errorf("%d statements are kept, want the insert and the select", len(c.known))
	}
	c.run(t, `pragma cache_size = -2000`)
	if len(c.known) != 2 {
		t.Error("a pragma is kept")
	}
}

// A statement whose rows are being read is asked again: both see all rows.
func TestAStatementWithinItself(t *testing.T) {
	t.Parallel()
	c := remembered(t, 10)
	const text = `select name from thing order by id`
	outer := c.open(t, text)
	for i := range 5 {
		if got := next(t, outer); got != fmt.Sprint("n", i) {
			t.Fatalf("outer %d: %v", i, got)
		}
		inner := c.open(t, text)
		for k := range 5 {
			if got := next(t, inner); got != fmt.Sprint("n", k) {
				t.Fatalf("inner %d: %v", k, got)
			}
		}
		_ = inner.Close()
	}
	_ = outer.Close()
}

func TestStatementsUnusedLongestGo(t *testing.T) {
	t.Parallel()
	c := remembered(t, 3)
	held := c.open(t, `select name from thing order by id`)
	for i := range 20 {
		_ = c.open(t, fmt.Sprintf(`select name from thing where id <> %d`, 100+i)).Close()
	}
	if c.order.Len() > 4 {
		t.Errorf("%d statements are kept, at most 3 and the one in use", c.order.Len())
	}
	if got := next(t, held); got != "n0" {
		t.Errorf("rows read meanwhile: %v", got)
	}
	_ = held.Close()
}

func TestAStatementThatFailedIsPreparedAnew(t *testing.T) {
	t.Parallel()
	c := remembered(t, 10)
	const text = `insert into thing (id, name) values ($1, $2)`
	if _, err := c.ExecContext(context.Background(), text, named([]driver.Value{int64(0), "twice"})); err == nil {
		t.Fatal("the same id twice")
	}
	c.run(t, text, int64(9), "n9")
	c.run(t, `alter table thing add column more text not null default 'm'`)
	rows := c.open(t, `select more from thing where id = $1`, int64(9))
	if got := next(t, rows); got != "m" {
		t.Errorf("after the table changed: %v", got)
	}
	_ = rows.Close()
	rows = c.open(t, `select * from thing where id = $1`, int64(9))
	_ = rows.Close()
	c.run(t, `alter table thing drop column more`)
	rows = c.open(t, `select * from thing where id = $1`, int64(9))
	if got := len(rows.Columns()); got != 2 {
		t.Errorf("%d columns after one was dropped", got)
	}
	_ = rows.Close()
}
