package evidence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

var day = time.Date(2026, 3, 1, 10, 0, 0, 123456000, time.UTC)

func all() db.Scope { return db.Everyone("a test") }

func ring(t *testing.T) *crypt.Ring {
	t.Helper()
	dir := t.TempDir()
	r, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ref(n int) string { return fmt.Sprintf("ref-0000000000-%04d", n) }

func appendOne(t *testing.T, d *db.DB, scope db.Scope, a evidence.Act) *evidence.Entry {
	t.Helper()
	var e *evidence.Entry
	must(t, d.Write(t.Context(), scope, func(tx *db.Tx) (err error) {
		e, err = evidence.Append(tx, a)
		return err
	}))
	return e
}

func act(n int) evidence.Act {
	return evidence.Act{Kind: "consent.given", Ref: ref(n), Body: map[string]any{"purpose": "updates", "n": n}}
}

func TestAppendReceiptShred(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		log := evidence.New(d, ring(t), "build.example.org")
		for i := range 37 {
			if e := appendOne(t, d, all(), act(i)); e.Number != int64(i) {
				t.Fatalf("number %d, want %d", e.Number, i)
			}
		}
		key, err := log.Key(ctx)
		must(t, err)
		earlier, err := log.Checkpoint(ctx)
		must(t, err)
		for i := range 37 {
			r, err := log.ReceiptFor(ctx, int64(i), ref(i))
			must(t, err)
			b, err := r.Marshal()
			must(t, err)
			for _, k := range []string{key, ""} {
				p, err := evidence.Verify(b, k)
				must(t, err)
				if p.Act.Kind != "consent.given" || p.Act.Ref != ref(i) || p.Number != int64(i) || p.Size != 37 || !p.Act.At.Equal(day) || p.Log != "build.example.org" {
					t.Fatalf("proved %+v", p)
				}
			}
		}
		if _, err := log.ReceiptFor(ctx, 3, ref(4)); !fault.Is(err, fault.NotFound) {
			t.Errorf("a receipt for a stranger: %v", err)
		}
		for _, n := range []int64{-1, 37, 1 << 60} {
			if _, err := log.Receipt(ctx, n); !fault.Is(err, fault.NotFound) {
				t.Errorf("a receipt for %d: %v", n, err)
			}
		}

		must(t, d.Write(ctx, all(), func(tx *db.Tx) error { return evidence.Shred(tx, ref(5)) }))
		r, err := log.Receipt(ctx, 5)
		must(t, err)
		b, err := r.Marshal()
		must(t, err)
		p, err := evidence.Verify(b, key)
		must(t, err)
		if !p.Shredded || p.Act.Kind != "" || bytes.Contains(b, []byte(ref(5))) {
			t.Errorf("shredded, and yet %+v", p)
		}
		if n, err := log.Audit(ctx); err != nil || n != 37 {
			t.Errorf("audit after shredding: %d, %v", n, err)
		}
		if found, err := log.Of(ctx, ref(5)); err != nil || len(found) != 0 {
			t.Errorf("found %v, %v", found, err)
		}

		for i := range 20 {
			appendOne(t, d, all(), act(100+i))
		}
		later, err := log.Checkpoint(ctx)
		must(t, err)
		proof, err := log.Consistency(ctx, 37, 57)
		must(t, err)
		must(t, evidence.CheckConsistency(earlier, later, proof, key))
		proof[0][3] ^= 1
		if err := evidence.CheckConsistency(earlier, later, proof, key); fault.CodeOf(err) != "receipt-false" {
			t.Errorf("a wrong proof passes: %v", err)
		}
	}, dbtest.Clock(clock.NewFake(day)))
}

// Every byte of a receipt counts.
func TestAFlippedByteFails(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	log := evidence.New(d, ring(t), "build.example.org")
	for i := range 9 {
		appendOne(t, d, all(), act(i))
	}
	must(t, d.Write(t.Context(), all(), func(tx *db.Tx) error { return evidence.Shred(tx, ref(7)) }))
	key, err := log.Key(t.Context())
	must(t, err)
	for _, n := range []int64{4, 7} {
		r, err := log.Receipt(t.Context(), n)
		must(t, err)
		b, err := r.Marshal()
		must(t, err)
		for _, k := range []string{key, ""} {
			for i := range b {
				for _, flip := range []byte{0x01, 0x20, 0x80} {
					c := bytes.Clone(b)
					c[i] ^= flip
					if _, err := evidence.Verify(c, k); err == nil {
						t.Fatalf("receipt %d verifies with byte %d (%q) changed to %q", n, i, b[i], c[i])
					}
				}
			}
			for _, c := range [][]byte{b[:len(b)-1], append(bytes.Clone(b), '\n'), append(bytes.Clone(b), b...), nil} {
				if _, err := evidence.Verify(c, k); err == nil {
					t.Error("a receipt that is longer or shorter verifies")
				}
			}
		}
		if other, err := evidence.New(dbtest.Open(t, db.SQLite), ring(t), "build.example.org").Key(t.Context()); err != nil {
			t.Fatal(err)
		} else if _, err := evidence.Verify(b, other); err == nil {
			t.Error("it verifies with another key")
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	org := id.New[id.Org]()
	cases := []struct {
		name string
		act  evidence.Act
		code string
	}{
		{"a name", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]string{"name": "Jan Peeters"}}, "evidence-text"},
		{"one name", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]string{"name": "Peeters"}}, "evidence-text"},
		{"an address", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]string{"to": "jan@example.org"}}, "evidence-text"},
		{"a name as a key", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]string{"Jan Peeters": "x"}}, "evidence-text"},
		{"deep down", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]any{"list": []any{map[string]any{"x": "é"}}}}, "evidence-text"},
		{"no object", evidence.Act{Kind: "a.b", Ref: ref(1), Body: []string{"x"}}, "evidence-body"},
		{"too long", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]any{"x": strings.Split(strings.Repeat("abcdefgh,", 3000), ",")}}, "evidence-body"},
		{"no kind", evidence.Act{Ref: ref(1)}, "evidence-act"},
		{"no id", evidence.Act{Kind: "a.b", Ref: "jan@example.org"}, "evidence-act"},
		{"another tenant", evidence.Act{Kind: "a.b", Ref: ref(1), Org: id.New[id.Org]()}, "evidence-tenant"},
		{"codes", evidence.Act{Kind: "a.b", Ref: ref(1), Body: map[string]any{"ground": "A17-1-b", "locale": "nl-BE", "at": "2026-03-01T10:00:00Z", "country": "BE", "n": 3, "list": []string{"person.name"}, "promise": "ERA-1"}}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
				_, err := evidence.Append(tx, c.act)
				return err
			})
			if fault.CodeOf(err) != c.code {
				t.Errorf("got %v, want %q", err, c.code)
			}
		})
	}
}

func TestNothingIsKeptOfWhatWasNotCommitted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := evidence.New(d, ring(t), "x")
		wrong := errors.New("no")
		err := d.Write(t.Context(), all(), func(tx *db.Tx) error {
			if _, err := evidence.Append(tx, act(1)); err != nil {
				return err
			}
			return wrong
		})
		if !errors.Is(err, wrong) {
			t.Fatal(err)
		}
		if n, err := log.Audit(t.Context()); err != nil || n != 0 {
			t.Errorf("%d entries, %v", n, err)
		}
		if e := appendOne(t, d, all(), act(2)); e.Number != 0 {
			t.Errorf("number %d", e.Number)
		}
	})
}

// Two nodes append at once; each act has a number of its own and one tree
// holds all. They also agree on the key.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, dialect)
			keys := ring(t)
			a := dbtest.OpenURL(t, url)
			b := a
			if dialect == db.Postgres {
				b = dbtest.OpenURL(t, url)
			}
			logs := []*evidence.Log{evidence.New(a, keys, "one"), evidence.New(b, keys, "two")}
			var wg sync.WaitGroup
			var mu sync.Mutex
			seen := map[int64]bool{}
			public := map[string]bool{}
			fail := func(err error) {
				if err != nil {
					t.Error(err)
				}
			}
			for w := range 6 {
				wg.Go(func() {
					d, log := []*db.DB{a, b}[w%2], logs[w%2]
					for i := range 10 {
						var es []*evidence.Entry
						fail(d.Write(context.Background(), all(), func(tx *db.Tx) error {
							es = nil
							for j := range 3 {
								e, err := evidence.Append(tx, act(w*100+i*3+j))
								if err != nil {
									return err
								}
								es = append(es, e)
							}
							return nil
						}))
						k, err := log.Key(context.Background())
						fail(err)
						if i%4 == 0 {
							_, err := log.Checkpoint(context.Background())
							fail(err)
						}
						mu.Lock()
						public[k] = true
						for _, e := range es {
							if e.Number < 0 || seen[e.Number] {
								t.Errorf("number %d twice", e.Number)
							}
							seen[e.Number] = true
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			if len(public) != 1 {
				t.Errorf("%d keys", len(public))
			}
			if n, err := logs[0].Audit(t.Context()); err != nil || n != 180 || len(seen) != 180 {
				t.Errorf("%d entries, %d numbers, %v", n, len(seen), err)
			}
			r, err := logs[1].Receipt(t.Context(), 90)
			must(t, err)
			f, err := r.Marshal()
			must(t, err)
			if _, err := evidence.Verify(f, ""); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a later hand changes in the database is found.
func TestTampering(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"a body":            `update evidence_body set kind = 'consent.withdrawn' where id = (select id from evidence_entry where number = 3)`,
		"an instant":        `update evidence_body set at = at + 1 where id = (select id from evidence_entry where number = 3)`,
		"an entry":          `update evidence_entry set leaf = (select leaf from evidence_entry where number = 2) where number = 3`,
		"a hash":            `update evidence_hash set hash = (select hash from evidence_hash where number = 0) where number = 4`,
		"the end cut off":   `update evidence_head set size = 5`,
		"an entry taken":    `delete from evidence_entry where number = 4`,
		"a checkpoint":      `update evidence_checkpoint set note = replace(note, 'build', 'built')`,
		"two entries moved": `update evidence_entry set number = case number when 2 then -3 when 3 then 2 else number end`,
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t, db.SQLite)
			log := evidence.New(d, ring(t), "build.example.org")
			for i := range 8 {
				appendOne(t, d, all(), act(i))
			}
			_, err := log.Checkpoint(t.Context())
			must(t, err)
			if _, err := log.Audit(t.Context()); err != nil {
				t.Fatal(err)
			}
			must(t, d.Write(t.Context(), all(), func(tx *db.Tx) error { _, err := tx.Exec(change); return err }))
			if _, err := log.Audit(t.Context()); err == nil {
				t.Error("nobody noticed")
			}
		})
	}
}

func TestTenantsShredTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := evidence.New(d, ring(t), "x")
		one, two := id.New[id.Org](), id.New[id.Org]()
		appendOne(t, d, db.Tenant(one), act(1))
		must(t, d.Write(t.Context(), db.Tenant(two), func(tx *db.Tx) error { return evidence.Shred(tx, ref(1)) }))
		if f, err := log.Of(t.Context(), ref(1)); err != nil || len(f) != 1 {
			t.Fatalf("another tenant shredded it: %v %v", f, err)
		}
		must(t, d.Write(t.Context(), db.Tenant(one), func(tx *db.Tx) error { return evidence.Shred(tx, ref(1)) }))
		if f, err := log.Of(t.Context(), ref(1)); err != nil || len(f) != 0 {
			t.Fatalf("it is still there: %v %v", f, err)
		}
	})
}

func TestDeclared(t *testing.T) {
	t.Parallel()
	for _, wrong := range personal.Check(evidence.Declarations()) {
		t.Error(wrong)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(`{"format":"plumbline-receipt/1","number":0,"act":null,"salt":"","leaf":"","proof":[],"checkpoint":"x\n","key":"x+1+x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := evidence.Verify(b, ""); err == nil && !json.Valid(b) {
			t.Errorf("proved %+v from what is no JSON", p)
		}
	})
}
