package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
	"plumbline/internal/rest/limit"
)

// counter is an operation with an effect in the database that can be counted:
// it writes a row into table job, and tells that thing "t", version 7, changed.
type counter struct {
	d    *db.DB
	runs atomic.Int32
	fail atomic.Value // error that the next runs end in
	fine bool         // the error is over
}

type putIn struct {
	Thing id.Point `path:"thing"`
	Body  struct {
		Conflict string `json:"conflict,omitempty"`
		Nothing  bool   `json:"nothing,omitempty"`
		Big      string `json:"big,omitempty" maxLength:"3"`
	}
}

type putOut struct {
	Body struct {
		Full      string   `json:"full"`
		Conflicts []string `json:"conflicts,omitempty"`
	}
}

func (c *counter) put(ctx context.Context, in *putIn) (*putOut, error) {
	c.runs.Add(1)
	if err, ok := c.fail.Load().(error); ok && !c.fine {
		return nil, err
	}
	out := &putOut{}
	out.Body.Full = "the whole answer"
	if in.Body.Nothing {
		return out, nil
	}
	err := c.d.Write(ctx, db.Tenant("org-1"), func(tx *db.Tx) error {
		err := feed.Append(tx, feed.Actor{Person: "system", Via: "system"}, feed.Change{
			Stream: "org:org-1", Thing: feed.Thing{Kind: "thing", ID: string(in.Thing)}, Kind: "changed", Version: 7,
		})
		if err != nil {
			return err
		}
		if in.Body.Conflict != "" {
			mutation.Conflicts(tx, in.Body.Conflict)
			out.Body.Conflicts = []string{in.Body.Conflict}
		}
		_, err = tx.Exec(`insert into job (id, org_id, kind, payload, state, max_attempts, run_at, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`, id.New[id.Job](), tx.Org(), "test", "{}", "queued", 1, tx.Micros(), tx.Micros())
		return err
	})
	return out, err
}

func (c *counter) effects(t *testing.T) (n int) {
	t.Helper()
	err := c.d.Read(context.Background(), db.Everyone("a test counts"), func(tx *db.Tx) error {
		return tx.Row(`select count(*) from job`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func countingAPI(t *testing.T, d *db.DB) (*counter, string) {
	t.Helper()
	c := &counter{d: d}
	book := mutation.New(d)
	a, _ := newTestAPI(t, func(cfg *Config) { cfg.Mutations = book })
	put := someOp("put", http.MethodPut, "/things/{thing}")
	put.Who, put.Rate, put.Status = SignedIn, Writes, 201
	Handle(a, put, c.put)
	del := someOp("del", http.MethodDelete, "/things/{thing}")
	del.Who, del.Rate = SignedIn, Writes
	Handle(a, del, func(ctx context.Context, in *struct {
		Thing id.Point `path:"thing"`
	}) (*struct{}, error) {
		_, err := c.put(ctx, &putIn{Thing: in.Thing})
		return nil, err
	})
	up := someOp("up", http.MethodPut, "/files/{file}")
	up.Who, up.Rate, up.Status = SignedIn, Uploads, 201
	Raw(a, up, func(w http.ResponseWriter, r *http.Request) error {
		file, err := PathID[id.Point](r, "file")
		if err != nil {
			return err
		}
		if _, err := c.put(r.Context(), &putIn{Thing: file}); err != nil {
			return err
		}
		w.WriteHeader(http.StatusCreated)
		return nil
	})
	pub := someOp("pub", http.MethodPost, "/public")
	Handle(a, pub, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	return c, serve(t, a) + Prefix
}

func TestAWriteRunsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, url := countingAPI(t, d)
		thing := string(id.New[id.Point]())
		cases := []struct {
			name, method, path, body string
			status                   int
			first, repeat            string
		}{
			{"typed", "PUT", "/things/" + thing, `{}`, 201, "the whole answer", `{"id":"` + thing + `","version":7}`},
			{"with conflicts", "PUT", "/things/" + thing, `{"conflict":"subject"}`, 201, `"conflicts":["subject"]`, `{"id":"` + thing + `","version":7,"conflicts":["subject"]}`},
			{"no content", "DELETE", "/things/" + thing, ``, 204, "", ""},
			{"raw", "PUT", "/files/" + thing, `x`, 201, "", `{"id":"` + thing + `","version":7}`},
		}
		for _, k := range cases {
			m := string(id.New[id.Mutation]())
			runs, effects := c.runs.Load(), c.effects(t)
			first := call(t, k.method, url+k.path, "acc", k.body, "Mutation-Id", m)
			if first.status != k.status || !strings.Contains(first.body, k.first) || first.header.Get("Mutation-Repeated") != "" {
				t.Fatalf("%s: %d %s", k.name, first.status, first.body)
			}
			for range 2 {
				again := call(t, k.method, url+k.path, "acc", k.body, "Mutation-Id", m)
				if again.status != k.status || again.body != k.repeat || again.header.Get("Mutation-Repeated") != "true" {
					t.Errorf("%s again: %d %s", k.name, again.status, again.body)
				}
			}
			if n := c.runs.Load() - runs; n != 1 {
				t.Errorf("%s ran %d times", k.name, n)
			}
			if n := c.effects(t) - effects; n != 1 {
				t.Errorf("%s had %d effects", k.name, n)
			}
			// Another account's id of the same text is another write.
			if other := call(t, k.method, url+k.path, "other", k.body, "Mutation-Id", m); other.status != k.status || c.runs.Load()-runs != 2 {
				t.Errorf("%s by another account: %d", k.name, other.status)
			}
		}
	})
}

func TestMutationIDBelongsToOneWrite(t *testing.T) {
	t.Parallel()
	c, url := countingAPI(t, dbtest.Open(t, db.SQLite))
	one, two := string(id.New[id.Point]()), string(id.New[id.Point]())
	m := string(id.New[id.Mutation]())
	call(t, "PUT", url+"/things/"+one, "acc", `{}`, "Mutation-Id", m)
	for _, k := range [][2]string{{"PUT", "/things/" + two}, {"DELETE", "/things/" + one}} {
		got := call(t, k[0], url+k[1], "acc", `{}`, "Mutation-Id", m)
		if p := got.problem(t); p.Status != 422 || p.Code != "mutation-id-reused" {
			t.Errorf("%v: %s", k, got.body)
		}
	}
	if got := call(t, "PUT", url+"/things/"+one, "acc", `{}`, "Mutation-Id", "nonsense"); got.problem(t).Fields[0] != (fault.Field{Path: "Mutation-Id", Code: "format"}) {
		t.Errorf("%s", got.body)
	}
	if n := c.effects(t); n != 1 {
		t.Errorf("%d effects", n)
	}
	// What does not write to the database is remembered too; what fails is not.
	m = string(id.New[id.Mutation]())
	runs := c.runs.Load()
	for range 2 {
		call(t, "PUT", url+"/things/"+one, "acc", `{"nothing":true}`, "Mutation-Id", m)
	}
	if n := c.runs.Load() - runs; n != 1 {
		t.Errorf("a write of nothing ran %d times", n)
	}
	m = string(id.New[id.Mutation]())
	c.fail.Store(fault.New(fault.Unavailable, "busy", "busy"))
	if got := call(t, "PUT", url+"/things/"+one, "acc", `{}`, "Mutation-Id", m); got.status != 503 {
		t.Errorf("%d", got.status)
	}
	c.fine = true
	if got := call(t, "PUT", url+"/things/"+one, "acc", `{}`, "Mutation-Id", m); got.status != 201 || got.header.Get("Mutation-Repeated") != "" {
		t.Errorf("after a failure: %d %v", got.status, got.header)
	}
	if got := call(t, "POST", url+"/public", "", ``, "Mutation-Id", m); got.status != 204 {
		t.Errorf("without a caller: %d %s", got.status, got.body)
	}
}

// Two servers on one database, many at once: the effect is there once, and
// everybody hears the same.
func TestDuplicatesAtOnce(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			where := dbtest.URL(t, dialect)
			one, urlOne := countingAPI(t, dbtest.OpenURL(t, where))
			_, urlTwo := countingAPI(t, dbtest.OpenURL(t, where))
			thing, m := string(id.New[id.Point]()), string(id.New[id.Mutation]())
			var wg sync.WaitGroup
			var fresh atomic.Int32
			for i := range 16 {
				url := []string{urlOne, urlTwo}[i%2]
				wg.Go(func() {
					got := call(t, "PUT", url+"/things/"+thing, "acc", `{}`, "Mutation-Id", m)
					if got.status != 201 {
						t.Errorf("%d %s", got.status, got.body)
					}
					if got.header.Get("Mutation-Repeated") == "" {
						fresh.Add(1)
					}
				})
			}
			wg.Wait()
			if n := one.effects(t); n != 1 {
				t.Errorf("%d effects", n)
			}
			if n := fresh.Load(); n != 1 {
				t.Errorf("%d were told that they made the change", n)
			}
		})
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, url := countingAPI(t, d)
		thing := string(id.New[id.Point]())
		path := Prefix + "/things/" + thing
		type m = map[string]any
		send := func(account id.Account, list ...m) (answer, []result) {
			for i := range list {
				if list[i]["id"] == nil {
					list[i]["id"] = id.New[id.Mutation]()
				}
			}
			b, err := json.Marshal(m{"mutations": list})
			if err != nil {
				t.Fatal(err)
			}
			got := call(t, "POST", url+"/mutations", account, string(b))
			var out batchResults
			if got.status == 200 {
				if err := json.Unmarshal([]byte(got.body), &out); err != nil {
					t.Fatal(err)
				}
			}
			return got, out.Results
		}
		first := id.New[id.Mutation]()
		got, res := send("acc",
			m{"id": first, "method": "PUT", "path": path, "body": m{}},
			m{"method": "PUT", "path": path, "body": m{"conflict": "status_id"}},
			m{"method": "PUT", "path": path, "body": m{"big": "toolong"}},
			m{"method": "DELETE", "path": path},
			m{"id": first, "method": "PUT", "path": path, "body": m{}},
			m{"id": first, "method": "DELETE", "path": path},
			m{"method": "PUT", "path": Prefix + "/files/" + thing, "body": m{}},
			m{"method": "POST", "path": Prefix + "/mutations", "body": m{}},
			m{"method": "POST", "path": Prefix + "/public", "body": m{}},
			m{"method": "PUT", "path": "https://evil.example" + path, "body": m{}},
			m{"method": "PUT", "path": path + "?x=1", "body": m{}},
			m{"method": "PUT", "path": Prefix + "/nothing", "body": m{}},
			m{"method": "PUT", "path": Prefix + "/things/nothing", "body": m{}},
		)
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		want := []struct {
			status string
			http   int
			code   string
			thing  string
		}{
			{"ok", 201, "", thing}, {"conflict", 201, "", thing}, {"rejected", 422, "invalid", ""}, {"ok", 204, "", thing}, {"ok", 201, "", thing},
			{"rejected", 422, "mutation-id-reused", ""}, {"rejected", 422, "not-in-batch", ""}, {"rejected", 422, "not-in-batch", ""},
			{"rejected", 422, "not-in-batch", ""}, {"rejected", 422, "not-in-batch", ""}, {"rejected", 422, "not-in-batch", ""},
			{"rejected", 422, "not-in-batch", ""}, {"rejected", 404, "not-found", ""},
		}
		if len(res) != len(want) {
			t.Fatalf("%d results: %s", len(res), got.body)
		}
		for i, w := range want {
			r := res[i]
			if r.Status != w.status || r.HTTP != w.http || r.Code != w.code || r.Thing != w.thing || (w.thing != "" && r.Version != 7) {
				t.Errorf("%d: %+v, want %+v", i, r, w)
			}
		}
		if string(res[1].Conflicts) != `["status_id"]` || len(res[2].Fields) != 1 || !strings.Contains(string(res[0].Body), "whole") {
			t.Errorf("%s", got.body)
		}
		if n := c.effects(t); n != 3 {
			t.Errorf("%d effects, want 3", n)
		}
		// By itself or in a batch, it is the same write.
		if again := call(t, "PUT", url+"/things/"+thing, "acc", `{}`, "Mutation-Id", string(first)); again.header.Get("Mutation-Repeated") != "true" {
			t.Errorf("%d %v", again.status, again.header)
		}

		c.fail.Store(fault.New(fault.Unavailable, "busy", "busy"))
		_, res = send("acc", m{"method": "PUT", "path": path, "body": m{"big": "toolong"}}, m{"method": "PUT", "path": path, "body": m{}}, m{"method": "DELETE", "path": path})
		if res[0].Status != "rejected" || res[1].Status != "retry" || res[1].HTTP != 503 || res[1].Code != "busy" || res[2].Status != "retry" || res[2].HTTP != 0 {
			t.Errorf("%+v", res)
		}
		c.fail.Store(fault.New(fault.Conflict, "in-use", "in use"))
		if _, res = send("acc", m{"method": "DELETE", "path": path}); res[0].Status != "conflict" || res[0].Code != "in-use" {
			t.Errorf("%+v", res)
		}
		c.fail.Store(fault.New(fault.Other, "", "boom"))
		if _, res = send("acc", m{"method": "DELETE", "path": path}); res[0].Status != "retry" || res[0].HTTP != 500 {
			t.Errorf("%+v", res)
		}

		if got, _ := send("", m{"method": "DELETE", "path": path}); got.status != 401 {
			t.Errorf("a stranger: %d", got.status)
		}
		many := make([]m, 51)
		for i := range many {
			many[i] = m{"method": "DELETE", "path": path}
		}
		if got, _ := send("acc", many...); got.problem(t).Fields[0] != (fault.Field{Path: "mutations", Code: "too-many"}) {
			t.Errorf("51: %s", got.body)
		}
		if got, _ := send("acc"); got.status != 422 {
			t.Errorf("none: %d", got.status)
		}
	})
}

func TestBatchIsLimitedLikeItsParts(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, func(c *Config) { c.Limiter = limit.NewBuckets(c.Clock, 10) })
	op := someOp("heavy", http.MethodPost, "/heavy")
	op.Who, op.Rate = SignedIn, Heavy
	var runs int
	Handle(a, op, func(context.Context, *struct{}) (*struct{}, error) { runs++; return nil, nil })
	var list []string
	for range 30 {
		list = append(list, `{"id":"`+string(id.New[id.Mutation]())+`","method":"POST","path":"`+Prefix+`/heavy"}`)
	}
	got := call(t, "POST", serve(t, a)+Prefix+"/mutations", "acc", `{"mutations":[`+strings.Join(list, ",")+`]}`)
	if runs != 20 || strings.Count(got.body, `"status":"retry"`) != 10 || strings.Count(got.body, `"retry_after":5`) != 1 {
		t.Errorf("%d ran: %s", runs, strconv.Quote(got.body))
	}
}
