package db_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const makeTables = `create table parent (id text not null primary key, org_id text not null, n bigint not null default 0 check (n < 100));
create table child (id text not null primary key, parent text not null references parent (id), flag boolean, raw bytea, real double precision);`

// open gives a database with two tables of our own, outside the fence.
func open(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for s := range strings.SplitSeq(makeTables, ";\n") {
		if _, err := pool.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func write(t *testing.T, d *db.DB, fn func(*db.Tx) error) error {
	t.Helper()
	return d.Write(context.Background(), db.Everyone("test"), fn)
}

func count(t *testing.T, d *db.DB, query string, args ...any) (n int64) {
	t.Helper()
	err := d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
		return tx.Row(query, args...).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestErrorsAreTranslated(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		run  func(tx *db.Tx) error
		kind fault.Kind
		code string
	}{
		{"primary key twice", func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
			return err
		}, fault.Conflict, "exists"},
		{"foreign key to nothing", func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into child (id, parent) values ('c2', 'nobody')`)
			return err
		}, fault.Conflict, "in-use-or-missing"},
		{"row in use deleted", func(tx *db.Tx) error {
			_, err := tx.Exec(`delete from parent where id = 'p'`)
			return err
		}, fault.Conflict, "in-use-or-missing"},
		{"check", func(tx *db.Tx) error {
			_, err := tx.Exec(`update parent set n = $1`, 100)
			return err
		}, fault.Invalid, "constraint"},
		{"not null", func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into parent (id, org_id) values ($1, $2)`, "x", nil)
			return err
		}, fault.Invalid, "constraint"},
		{"no row", func(tx *db.Tx) error {
			var s string
			return tx.Row(`select id from parent where id = $1`, "none").Scan(&s)
		}, fault.NotFound, "not-found"},
		{"no row in One", func(tx *db.Tx) error {
			_, err := db.One(tx, db.Value1[string], `select id from parent where id = $1`, "none")
			return err
		}, fault.NotFound, "not-found"},
		{"NUL in text", func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into parent (id, org_id) values ($1, 'o')`, "a\x00b")
			return err
		}, fault.Invalid, "bad-text"},
		{"text that is not UTF-8", func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into parent (id, org_id) values ($1, 'o')`, "a\xffb")
			return err
		}, fault.Invalid, "bad-text"},
		{"an instant as an argument", func(tx *db.Tx) error {
			_, err := tx.Exec(`update parent set n = $1`, time.Now())
			return err
		}, fault.Other, "time-argument"},
		{"bad SQL", func(tx *db.Tx) error {
			_, err := tx.Exec(`selec`)
			return err
		}, fault.Other, "other"},
		{"an error swallowed", func(tx *db.Tx) error {
			_, _ = tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
			return nil
		}, fault.Conflict, "exists"},
		{"a bulk row too short", func(tx *db.Tx) error {
			return tx.BulkInsert("parent", []string{"id", "org_id"}, [][]any{{"a", "o"}, {"b"}})
		}, fault.Other, "bulk-shape"},
		{"a bulk row that exists", func(tx *db.Tx) error {
			return tx.BulkInsert("parent", []string{"id", "org_id"}, [][]any{{"a", "o"}, {"p", "o"}})
		}, fault.Conflict, "exists"},
		{"a transaction inside", func(tx *db.Tx) error {
			return nil
		}, fault.Other, "nested-transaction"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		err := write(t, d, func(tx *db.Tx) error {
			if _, err := tx.Exec(`insert into parent (id, org_id, n) values ('p', 'o', 1)`); err != nil {
				return err
			}
			_, err := tx.Exec(`insert into child (id, parent) values ('c', 'p')`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				err := write(t, d, func(tx *db.Tx) error {
					if _, err := tx.Exec(`update parent set n = 7`); err != nil {
						return err
					}
					if c.code == "nested-transaction" {
						return d.Write(tx.Context(), db.Everyone("test"), c.run)
					}
					return c.run(tx)
				})
				if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
					t.Errorf("%v %q (%v), want %v %q", fault.KindOf(err), fault.CodeOf(err), err, c.kind, c.code)
				}
				if n := count(t, d, `select n from parent where id = 'p'`); n != 1 {
					t.Errorf("the failed transaction left n = %d", n)
				}
				if n := count(t, d, `select count(*) from parent`); n != 1 {
					t.Errorf("the failed transaction left %d rows", n)
				}
			})
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		err := d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
			return err
		})
		if err == nil {
			t.Error("a read wrote")
		}
		if n := count(t, d, `select count(*) from parent`); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestReadIsASnapshot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		err := d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
			look := func() (n int64) {
				if err := tx.Row(`select count(*) from parent`).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			first := look()
			if err := write(t, d, func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
				return err
			}); err != nil {
				return err
			}
			if again := look(); again != first {
				t.Errorf("saw %d, then %d", first, again)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		org := id.New[id.Org]()
		err := write(t, d, func(tx *db.Tx) error {
			// $2 stands before $1: numbered, not positional.
			if _, err := tx.Exec(`insert into parent (org_id, id, n) values ($2, $1, -9007199254740993)`, json.RawMessage(`{"a":"é","n":7}`), org); err != nil {
				return err
			}
			if err := tx.BulkInsert("child", []string{"id", "parent", "flag", "raw", "real"}, [][]any{
				{"yes", `{"a":"é","n":7}`, true, []byte{0, 1, 255}, 0.1},
				{"none", `{"a":"é","n":7}`, nil, nil, nil},
			}); err != nil {
				return err
			}
			var (
				flag, none *bool
				raw        []byte
				real       float64
				n          int64
				got        id.Org
				a, num     string
			)
			if err := tx.Row(`select flag, raw, real from child where flag`).Scan(&flag, &raw, &real); err != nil {
				return err
			}
			if flag == nil || !*flag || !slices.Equal(raw, []byte{0, 1, 255}) || real != 0.1 {
				t.Errorf("got %v %v %v", flag, raw, real)
			}
			if err := tx.Row(`select flag from child where id = 'none'`).Scan(&none); err != nil {
				return err
			}
			if none != nil {
				t.Error("null came back as a value")
			}
			if err := tx.Row(`update parent set n = n - 1 returning n, org_id, `+tx.JSONText("id", "a")+`, `+tx.JSONText("id", "n")).Scan(&n, &got, &a, &num); err != nil {
				return err
			}
			if n != -9007199254740994 || got != org || a != "é" || num != "7" {
				t.Errorf("got %d %q %q %q", n, got, a, num)
			}
			all, err := db.All(tx, db.Value1[string], `select id from child where id in `+db.In(2, 1)+` and `+tx.CaseFold("$3")+` = $4 order by id`, "yes", "none", "ÉA", db.Fold("ÉA"))
			if err != nil {
				return err
			}
			if !slices.Equal(all, []string{"none", "yes"}) {
				t.Errorf("got %v", all)
			}
			empty, err := db.All(tx, db.Value1[string], `select id from child where id in `+db.In(0, 1))
			if err != nil || len(empty) != 0 {
				t.Errorf("an empty list found %v (%v)", empty, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestBulkInsertOfAnySize(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		want := int64(0)
		for _, n := range []int{0, 1, 2, 3, 1023, 1024, 2500} {
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{fmt.Sprintf("%d-%d", n, i), "o", i % 100}
			}
			if err := write(t, d, func(tx *db.Tx) error {
				return tx.BulkInsert("parent", []string{"id", "org_id", "n"}, rows)
			}); err != nil {
				t.Fatalf("%d rows: %v", n, err)
			}
			want += int64(n)
		}
		if got := count(t, d, `select count(*) from parent`); got != want {
			t.Errorf("%d rows, want %d", got, want)
		}
	})
}

func TestStagesOfACommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var order []string
		note := func(s string) func() error { return func() error { order = append(order, s); return nil } }
		ctx := db.WithWriteHook(context.Background(), func(tx *db.Tx) error {
			tx.BeforeCommit(note("from hook"))
			return note("hook")()
		})
		err := d.Write(ctx, db.Everyone("test"), func(tx *db.Tx) error {
			tx.AfterCommit(func() { order = append(order, "after") })
			tx.BeforeCommitLast(func() error {
				tx.BeforeCommit(note("from last"))
				return note("last 1")()
			})
			tx.BeforeCommitLast(note("last 2"))
			tx.BeforeCommit(func() error {
				tx.BeforeCommit(note("nested"))
				return note("before 1")()
			})
			tx.BeforeCommit(note("before 2"))
			return note("body")()
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, db.Everyone("test"), func(*db.Tx) error { return note("second write")() }); err != nil {
			t.Fatal(err)
		}
		want := []string{"body", "before 1", "before 2", "nested", "hook", "from hook", "last 1", "from last", "last 2", "after", "second write"}
		if !slices.Equal(order, want) {
			t.Errorf("order\n %v\nwant\n %v", order, want)
		}
	})
}

func TestRollbackHasNoEffects(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		hooks, after := 0, 0
		ctx := db.WithWriteHook(context.Background(), func(*db.Tx) error { hooks++; return nil })
		insert := func(tx *db.Tx) error {
			tx.AfterCommit(func() { after++ })
			_, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
			return err
		}
		no := errors.New("no")
		if err := d.Write(ctx, db.Everyone("test"), func(tx *db.Tx) error {
			if err := insert(tx); err != nil {
				return err
			}
			return no
		}); !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		if err := d.Write(ctx, db.Everyone("test"), func(tx *db.Tx) error {
			tx.BeforeCommitLast(func() error { return no })
			return insert(tx)
		}); !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Write(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
				_ = insert(tx)
				panic("in the middle")
			})
		}()
		cancelled, cancel := context.WithCancel(context.Background())
		if err := d.Write(cancelled, db.Everyone("test"), func(tx *db.Tx) error {
			cancel()
			return insert(tx)
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
		if n := count(t, d, `select count(*) from parent`); n != 0 || after != 0 {
			t.Errorf("%d rows, %d effects", n, after)
		}
		// The hook of the failed writes is the next one's; the connection is clean.
		hooks = 0
		if err := d.Write(ctx, db.Everyone("test"), insert); err != nil || hooks != 1 || after != 1 {
			t.Errorf("error %v, hook ran %d times, %d effects", err, hooks, after)
		}
	})
}

func TestBusyIsTriedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		tries, after := 0, 0
		err := write(t, d, func(tx *db.Tx) error {
			tries++
			if tx.Value("k") != nil {
				t.Error("a value outlived its attempt")
			}
			tx.SetValue("k", tries)
			tx.AfterCommit(func() { after++ })
			if _, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`); err != nil {
				return err
			}
			if tries < 3 {
				return fault.Wrap("somewhere", fault.New(fault.Unavailable, "busy", ""))
			}
			return nil
		})
		if err != nil || tries != 3 || after != 1 {
			t.Errorf("error %v after %d tries, %d effects", err, tries, after)
		}
		tries = 0
		err = write(t, d, func(*db.Tx) error { tries++; return fault.New(fault.Unavailable, "busy", "") })
		if !fault.Is(err, fault.Unavailable) || tries < 3 || tries > 20 {
			t.Errorf("always busy: %v after %d tries", err, tries)
		}
	})
}

func TestDeadlockIsResolved(t *testing.T) {
	t.Parallel()
	d := open(t, dbtest.Open(t, db.Postgres))
	if err := write(t, d, func(tx *db.Tx) error {
		return tx.BulkInsert("parent", []string{"id", "org_id"}, [][]any{{"a", "o"}, {"b", "o"}})
	}); err != nil {
		t.Fatal(err)
	}
	var ready, done sync.WaitGroup
	ready.Add(2)
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		done.Go(func() {
			first := true
			err := write(t, d, func(tx *db.Tx) error {
				if _, err := tx.Exec(`update parent set n = n + 1 where id = $1`, order[0]); err != nil {
					return err
				}
				if first {
					first = false
					ready.Done()
					ready.Wait()
				}
				_, err := tx.Exec(`update parent set n = n + 1 where id = $1`, order[1])
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if n := count(t, d, `select sum(n) from parent`); n != 4 {
		t.Errorf("sum %d, want 4", n)
	}
}

func TestTwoHandlesWriteAtOnce(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, dialect)
			handles := []*db.DB{dbtest.OpenURL(t, url), dbtest.OpenURL(t, url)}
			open(t, handles[0])
			if err := write(t, handles[0], func(tx *db.Tx) error {
				_, err := tx.Exec(`insert into parent (id, org_id) values ('p', 'o')`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for i := range 40 {
				all.Go(func() {
					if err := write(t, handles[i%2], func(tx *db.Tx) error {
						var n int64 // read, then write: a lost update unless writers queue
						if err := tx.Row(`select n from parent where id = 'p'` + map[bool]string{true: " for update"}[dialect == db.Postgres]).Scan(&n); err != nil {
							return err
						}
						_, err := tx.Exec(`update parent set n = $1 where id = 'p'`, n+1)
						return err
					}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if n := count(t, handles[1], `select n from parent where id = 'p'`); n != 40 {
				t.Errorf("n = %d, want 40", n)
			}
		})
	}
}

func TestScopeMustBeSpeltOut(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	for name, s := range map[string]db.Scope{"zero": {}, "no tenant": db.Tenant(""), "star": db.Tenant("*"), "no reason": db.Everyone("")} {
		ran := false
		if err := d.Read(context.Background(), s, func(*db.Tx) error { ran = true; return nil }); err == nil || ran {
			t.Errorf("%s: ran %v, error %v", name, ran, err)
		}
	}
}

func TestSecondFence(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	a, b := id.New[id.Org](), id.New[id.Org]()
	ctx := context.Background()
	put := func(scope, row id.Org) error {
		return d.Write(ctx, db.Tenant(scope), func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into feed_audience (audience, org_id, number) values ($1, $2, 1)`, "x:"+row, row)
			return err
		})
	}
	for _, o := range []id.Org{a, b} {
		if err := put(o, o); err != nil {
			t.Fatal(err)
		}
	}
	if err := put(a, "third"); err == nil {
		t.Error("a tenant wrote a row of another")
	}
	see := func(s db.Scope) (out []string) {
		t.Helper()
		err := d.Read(ctx, s, func(tx *db.Tx) (err error) {
			out, err = db.All(tx, db.Value1[string], `select org_id from feed_audience order by org_id`) // no filter
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := see(db.Tenant(a)); !slices.Equal(got, []string{string(a)}) {
		t.Errorf("a sees %v", got)
	}
	if got := see(db.Everyone("test")); len(got) != 2 {
		t.Errorf("everyone sees %v", got)
	}
	if err := d.Write(ctx, db.Tenant(a), func(tx *db.Tx) error {
		n, err := tx.Exec(`delete from feed_audience`)
		if n != 1 {
			t.Errorf("a deleted %d rows", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	// Outside a transaction of ours nothing is seen at all.
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for setting, want := range map[string]int{"*": 1, "": 0} {
		var n int
		if _, err := pool.Exec(`select set_config('plumbline.org', $1, false)`, setting); err != nil {
			t.Fatal(err)
		}
		if err := pool.QueryRow(`select count(*) from feed_audience`).Scan(&n); err != nil || n != want {
			t.Errorf("with setting %q %d rows are seen (%v), want %d", setting, n, err, want)
		}
	}
}

func TestTimeOfATransaction(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(time.Date(2026, 1, 2, 3, 4, 5, 6789, time.UTC))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(context.Background(), db.Tenant("o"), func(tx *db.Tx) error {
			now := tx.Now()
			if now.UnixMicro() != tx.Micros() || now.Nanosecond() != 6000 || tx.Org() != "o" {
				t.Errorf("now %v, micros %d, org %q", now, tx.Micros(), tx.Org())
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}, dbtest.Clock(c))
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"nothing": "", "another engine": "mysql://secret@host/x", "memory": "sqlite::memory:", "no path": "sqlite:",
		"no folder": "sqlite:/nowhere/at/all/x.db", "bad postgres": "postgres://user:secret@host:notaport/x",
		"nobody there": "postgres://user:secret@127.0.0.1:1/x?connect_timeout=2",
	} {
		d, err := db.Open(context.Background(), db.Config{URL: url})
		if err == nil {
			_ = d.Close()
			t.Errorf("%s: opened", name)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the password: %v", name, err)
		}
	}
}

func TestListenHearsAnotherHandle(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, db.Postgres)
	a, b := dbtest.OpenURL(t, url), dbtest.OpenURL(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	heard := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- a.Listen(ctx, "feed", func() {
			if err := b.Notify(ctx, "feed", "hello"); err != nil {
				t.Error(err)
			}
		}, func(p string) { heard <- p })
	}()
	select {
	case p := <-heard:
		if p != "hello" {
			t.Errorf("heard %q", p)
		}
	case err := <-ended:
		t.Fatalf("listening ended: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if err := a.Listen(context.Background(), "bad; drop", func() {}, func(string) {}); err == nil {
		t.Error("a channel name was not checked")
	}
}
