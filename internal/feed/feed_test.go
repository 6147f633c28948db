package feed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const org = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")

var by = Actor{Person: "ada", Via: "session"}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), db.Tenant(org), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), db.Tenant(org), fn); err != nil {
		t.Fatal(err)
	}
}

func change(thing string, version int64, audiences ...string) Change {
	return Change{Stream: "project:1", Thing: Thing{"point", thing}, Kind: Changed, Version: version, Audiences: audiences}
}

func TestAppendAndHistory(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		start := c.Now()
		ctx := WithMutation(context.Background(), "m-1")
		err := d.Write(ctx, db.Tenant(org), func(tx *db.Tx) error {
			x := change("p", 1)
			x.Kind, x.Fields = Created, []Field{{"title", nil, "Crack"}, {"due", nil, nil}, {"cost", nil, int64(1) << 53}}
			if err := Append(tx, by, x); err != nil {
				return err
			}
			if o, ok := OutcomeOf(tx); !ok || o != (Outcome{"p", 1}) {
				t.Errorf("outcome %v %v", o, ok)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var none *string
		for v := int64(2); v <= 5; v++ {
			write(t, d, func(tx *db.Tx) error {
				x := change("p", v)
				x.Fields = []Field{{"title", fmt.Sprint(v - 1), fmt.Sprint(v)}, {"due", none, json.RawMessage(`"2026-01-01"`)}}
				return Append(tx, Actor{System, System}, x)
			})
		}
		read(t, d, func(tx *db.Tx) error {
			var all []Entry
			cursor := ""
			for pages := 0; ; pages++ {
				p, err := History(tx, "p", cursor, 2)
				if err != nil {
					return err
				}
				all = append(all, p.Items...)
				if cursor = p.Next; cursor == "" || pages > 5 {
					break
				}
			}
			if len(all) != 5 {
				t.Fatalf("%d entries", len(all))
			}
			for i, e := range all {
				if e.Number != int64(5-i) || e.Version != int64(5-i) {
					t.Errorf("entry %d is number %d of version %d", i, e.Number, e.Version)
				}
				if err := e.Verify(); err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
			}
			e := all[4]
			got := fmt.Sprintf("%s %s %s %s %s %s %v", e.Stream, e.Actor, e.Via, e.Thing, e.Kind, e.Mutation, e.At.Equal(start))
			if got != "project:1 ada session {point p} created m-1 true" {
				t.Errorf("got %s", got)
			}
			var fields []string
			for _, f := range e.Fields {
				fields = append(fields, fmt.Sprintf("%s %s→%s", f.Name, f.Before, f.After))
			}
			if want := []string{"cost →9007199254740992", "due →", `title →"Crack"`}; !slices.Equal(fields, want) {
				t.Errorf("fields %q, want %q", fields, want)
			}
			since, err := ChangedSince(tx, "p", 2)
			if err != nil {
				return err
			}
			if f := since["title"]; len(since) != 2 || f.Version != 5 || string(f.After) != `"5"` || f.Actor != System || f.At != start.UnixMicro() {
				t.Errorf("since %v", since)
			}
			if since, err = ChangedSince(tx, "p", 5); err != nil || len(since) != 0 {
				t.Errorf("since the newest: %v %v", since, err)
			}
			if _, err := History(tx, "p", "nonsense", 0); fault.CodeOf(err) != "bad-cursor" {
				t.Errorf("bad cursor: %v", err)
			}
			return nil
		})
	}, dbtest.Clock(c))
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	ok := change("p", 1, "a")
	cases := []struct {
		name string
		by   Actor
		edit func(*Change)
	}{
		{"no stream", by, func(c *Change) { c.Stream = "" }},
		{"no thing", by, func(c *Change) { c.Thing.ID = "" }},
		{"no kind", by, func(c *Change) { c.Kind = "" }},
		{"no actor", Actor{Via: "session"}, func(*Change) {}},
		{"audience without a name", by, func(c *Change) { c.Audiences = []string{"a", ""} }},
		{"audience with a blank", by, func(c *Change) { c.Leaves = []string{"a b"} }},
		{"field twice", by, func(c *Change) { c.Fields = []Field{{"x", 1, 2}, {"x", 2, 3}} }},
		{"not JSON", by, func(c *Change) { c.Fields = []Field{{"x", nil, func() {}}} }},
		{"another tenant", by, func(c *Change) { c.Org = "other" }},
	}
	d := dbtest.Open(t, db.SQLite)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := ok
			c.edit(&x)
			if err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error { return Append(tx, c.by, x) }); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestNumbersHaveNoGapsUnderConcurrency(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 20, 8
		names := []string{"project:1", "list:a", "list:b", "list:c", "person:x"}
		no := errors.New("no")
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range each {
					err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
						for k := range 3 { // in another order each time: locks are taken sorted
							x := change(fmt.Sprintf("p%d", w), int64(i*3+k+1), names[(w+i+k)%5], names[(w+2*i+4*k)%5])
							x.Stream = fmt.Sprintf("project:%d", (w+k)%3)
							x.Fields = []Field{{"n", i, k}}
							if err := Append(tx, by, x); err != nil {
								return err
							}
						}
						if i%4 == 3 {
							tx.BeforeCommitLast(func() error { return no }) // after the numbers were taken
						}
						return nil
					})
					if err != nil && !(i%4 == 3 && errors.Is(err, no)) {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		read(t, d, func(tx *db.Tx) error {
			for _, q := range []string{
				`select stream, count(*), min(number), max(number) from feed_change group by stream order by 1`,
				`select audience, count(*), min(number), max(number) from feed_delivery group by audience order by 1`,
				`select 'head ' || stream, number, 1, number from feed_stream`,
			} {
				rows, err := db.All(tx, func(s db.Scanner) (r [4]any, err error) {
					err = s.Scan(&r[0], &r[1], &r[2], &r[3])
					return r, err
				}, q)
				if err != nil {
					return err
				}
				if len(rows) < 3 {
					t.Errorf("%d rows of %s", len(rows), q)
				}
				for _, r := range rows {
					if r[1] != r[3] || r[2] != int64(1) {
						t.Errorf("%v: %v numbers from %v to %v", r[0], r[1], r[2], r[3])
					}
				}
			}
			var n int
			if err := tx.Row(`select count(*) from feed_change`).Scan(&n); err != nil || n != writers*each*3*3/4 {
				t.Errorf("%d changes (%v), want %d", n, err, writers*each*3*3/4)
			}
			return nil
		})
	})
}

// A reader that follows the log while it grows sees every number, in order.
func TestAFollowerMissesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const total = 120
		var writers sync.WaitGroup
		for w := range 6 {
			writers.Go(func() {
				for i := range total / 6 {
					if err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
						return Append(tx, by, change(fmt.Sprintf("%d-%d", w, i), 1, "project:1"))
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		cursor := map[string]int64{"project:1": 0}
		for cursor["project:1"] < total && !t.Failed() {
			read(t, d, func(tx *db.Tx) error {
				got, next, _, err := Since(tx, cursor, 10)
				for i, x := range got {
					if want := cursor["project:1"] + int64(i) + 1; x.Number != want {
						t.Errorf("number %d, want %d", x.Number, want)
					}
				}
				cursor = next
				return err
			})
		}
		writers.Wait()
	})
}

func TestSince(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var last map[string]int64
		write(t, d, func(tx *db.Tx) error {
			if err := Append(tx, by, change("both", 1, "list:a", "list:b", "list:a")); err != nil {
				return err
			}
			return Append(tx, by, change("b", 1, "list:b"))
		})
		write(t, d, func(tx *db.Tx) error { // moves from a to b
			x := change("mover", 2, "list:b")
			x.Leaves = []string{"list:a", "list:b"}
			return Append(tx, by, x)
		})
		walk := func(cursor map[string]int64, limit int) (out []string) {
			t.Helper()
			for range 20 {
				var more bool
				read(t, d, func(tx *db.Tx) error {
					got, next, m, err := Since(tx, cursor, limit)
					for _, x := range got {
						out = append(out, x.Thing.ID+" "+x.Kind)
					}
					if len(got) > limit {
						t.Errorf("%d deliveries, limit %d", len(got), limit)
					}
					cursor, more = next, m
					return err
				})
				if !more {
					last = cursor
					slices.Sort(out)
					return out
				}
			}
			t.Fatal("no end")
			return nil
		}
		cases := []struct {
			name   string
			cursor map[string]int64
			limit  int
			want   []string
		}{
			{"one audience", map[string]int64{"list:a": 0}, 100, []string{"both changed", "mover gone"}},
			{"two, one change each", map[string]int64{"list:a": 0, "list:b": 0}, 100, []string{"b changed", "both changed", "mover changed"}},
			{"from the middle", map[string]int64{"list:a": 1, "list:b": 2}, 100, []string{"mover changed"}},
			{"nobody there", map[string]int64{"list:none": 0}, 100, nil},
			{"no audience", nil, 100, nil},
			// Page by page a change may come once for each audience.
			{"one by one", map[string]int64{"list:a": 0, "list:b": 0}, 1, []string{"b changed", "both changed", "both changed", "mover changed", "mover gone"}},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if got := walk(c.cursor, c.limit); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				read(t, d, func(tx *db.Tx) error {
					heads, err := Heads(tx, slices.Collect(maps.Keys(c.cursor)))
					if !maps.Equal(heads, last) {
						t.Errorf("ended at %v, heads are %v", last, heads)
					}
					return err
				})
			})
		}
		t.Run("another tenant", func(t *testing.T) {
			err := d.Read(context.Background(), db.Tenant("0190163d-0000-739b-aea5-966c26f8ad91"), func(tx *db.Tx) error {
				heads, err := Heads(tx, []string{"list:a"})
				if heads["list:a"] != 0 {
					t.Error("the head of another tenant's audience is seen")
				}
				p, _ := History(tx, "both", "", 0)
				since, _ := ChangedSince(tx, "both", 0)
				if len(p.Items) != 0 || len(since) != 0 {
					t.Error("another tenant's log is seen")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

func TestStartOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := d.Clock().(*clock.Fake)
		add := func(thing string) {
			write(t, d, func(tx *db.Tx) error { return Append(tx, by, change(thing, 1, "project:1", "list:a")) })
		}
		add("old")
		add("old too")
		c.Advance(48 * time.Hour)
		add("new")
		if n, err := Prune(context.Background(), d, c.Now().Add(-time.Hour)); err != nil || n != 4 {
			t.Fatalf("pruned %d, %v", n, err)
		}
		if n, err := Prune(context.Background(), d, c.Now().Add(-time.Hour)); err != nil || n != 0 {
			t.Fatalf("pruned %d the second time, %v", n, err)
		}
		add("newer")
		for at, want := range map[int64]string{0: "start-over", 1: "start-over", 2: "2", 3: "1", 4: "0", 5: "start-over"} {
			err := d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
				got, _, _, err := Since(tx, map[string]int64{"list:a": at}, 10)
				if err == nil && fmt.Sprint(len(got)) != want {
					t.Errorf("from %d: %d deliveries, want %s", at, len(got), want)
				}
				return err
			})
			if (want == "start-over") != (fault.Is(err, fault.Gone) && fault.CodeOf(err) == "start-over") {
				t.Errorf("from %d: %v, want %s", at, err, want)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			all, err := Stream(tx, "project:1", 0, 100)
			if len(all) != 4 {
				t.Errorf("the log itself has %d entries, want 4", len(all))
			}
			return err
		})
	}, func(cfg *db.Config) { cfg.Clock = clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) })
}

func TestCommitmentsSurviveErasure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error {
			for _, thing := range []string{"p", "q"} {
				x := change(thing, 1)
				x.Fields = []Field{{"a", nil, "one"}, {"b", "two", nil}, {"c", 3, 4}}
				if err := Append(tx, by, x); err != nil {
					return err
				}
			}
			return nil
		})
		look := func(thing string) (e Entry) {
			t.Helper()
			read(t, d, func(tx *db.Tx) error {
				p, err := History(tx, thing, "", 0)
				if err == nil {
					e = p.Items[0]
				}
				return err
			})
			return e
		}
		erase := func(n int64, fields ...string) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error {
				got, err := EraseValues(tx, "p", fields...)
				if got != n {
					t.Errorf("erased %d, want %d", got, n)
				}
				return err
			})
		}
		before := look("p")
		erase(1, "b")
		if e := look("p"); len(e.Fields) != 2 || e.Erased != 1 || e.Verify() != nil || !slices.Equal(e.commitment, before.commitment) {
			t.Errorf("one erased: %d fields, %d erased, %v", len(e.Fields), e.Erased, e.Verify())
		}
		erase(2)
		if e := look("p"); len(e.Fields) != 0 || e.Erased != 3 || e.Verify() != nil {
			t.Errorf("all erased: %d fields, %d erased, %v", len(e.Fields), e.Erased, e.Verify())
		}
		if e := look("q"); len(e.Fields) != 3 || e.Erased != 0 {
			t.Errorf("the other thing has %d fields", len(e.Fields))
		}
	})
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	write(t, d, func(tx *db.Tx) error {
		x := change("p", 1)
		x.Fields = []Field{{"a", nil, "one"}, {"b", "two", nil}}
		return Append(tx, by, x)
	})
	cases := map[string]func(e *Entry){
		"after":          func(e *Entry) { e.Fields[0].After = json.RawMessage(`"uno"`) },
		"absent":         func(e *Entry) { e.Fields[0].After = nil },
		"before":         func(e *Entry) { e.Fields[1].Before, e.Fields[1].After = nil, e.Fields[1].Before },
		"salt":           func(e *Entry) { e.Fields[0].salt[0] ^= 1 },
		"name":           func(e *Entry) { e.Fields[0].Name = "aa" },
		"order":          func(e *Entry) { slices.Reverse(e.Fields) },
		"a value twice":  func(e *Entry) { e.Fields = append(e.Fields, e.Fields[1]) },
		"a leaf":         func(e *Entry) { e.leaves[3] ^= 1 },
		"half a leaf":    func(e *Entry) { e.leaves = e.leaves[:40] },
		"the commitment": func(e *Entry) { e.commitment[0] ^= 1 },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read(t, d, func(tx *db.Tx) error {
				p, err := History(tx, "p", "", 0)
				if err != nil {
					return err
				}
				e := p.Items[0]
				if err := e.Verify(); err != nil {
					t.Errorf("untouched: %v", err)
				}
				spoil(&e)
				if e.Verify() == nil {
					t.Error("not found")
				}
				return nil
			})
		})
	}
}

func TestSameValuesHaveDifferentCommitments(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	write(t, d, func(tx *db.Tx) error {
		for range 2 {
			x := change("p", 1)
			x.Fields = []Field{{"yes", false, true}} // easily guessed, were it not salted
			if err := Append(tx, by, x); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, d, func(tx *db.Tx) error {
		p, err := History(tx, "p", "", 0)
		if err == nil && slices.Equal(p.Items[0].commitment, p.Items[1].commitment) {
			t.Error("two commitments to the same value are alike")
		}
		return err
	})
}

func TestEveryoneNamesTheTenant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
			x := change("p", 1, "project:1")
			x.Org = org
			if err := Append(tx, by, x); err != nil {
				return err
			}
			return Append(tx, by, Change{Stream: "account:1", Thing: Thing{"account", "1"}, Kind: "signed-in", Version: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		read(t, d, func(tx *db.Tx) error {
			p, err := History(tx, "p", "", 0)
			q, _ := History(tx, "1", "", 0)
			if len(p.Items) != 1 || len(q.Items) != 0 {
				t.Errorf("the tenant sees %d and %d entries, want 1 and 0", len(p.Items), len(q.Items))
			}
			return err
		})
	})
}
