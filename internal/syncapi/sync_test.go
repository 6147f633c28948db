package syncapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/rest"
	"plumbline/internal/rest/limit"
	"plumbline/internal/syncapi"
)

const (
	org     = id.Org("org-1")
	project = id.Project("0190163d-8694-739b-aea5-966c26f8ad91")
)

type note struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// world is a project with points in the log of a real database. Who may see
// what stands in memory: that is access's business, not this package's.
type world struct {
	d   *db.DB
	hub *feed.Hub
	url string

	mu     sync.Mutex
	points map[string]note
	order  []string                       // changed last at the end
	sees   map[id.Account]map[string]bool // points that an account sees
	groups map[id.Account][]string        // audiences of an account
	people []note

	together []int // how many were looked at, of each look
}

type free struct{}

func (free) Take(string, limit.Limit) (time.Duration, bool) { return 0, true }

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, hub: feed.NewHub(d), points: map[string]note{}, sees: map[id.Account]map[string]bool{}, groups: map[id.Account][]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); w.hub.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	a := rest.New(rest.Config{Title: "Test", Limiter: free{}, Authenticate: func(r *http.Request) (rest.Caller, bool, error) {
		who := id.Account(r.Header.Get("Test-Account"))
		return rest.Caller{Account: who}, who != "", nil
	}})
	syncapi.Register(a, syncapi.Deps{DB: d, Hub: w.hub, Enter: w.enter, Stand: w.stand, Ping: 20 * time.Millisecond})
	s := httptest.NewUnstartedServer(nil)
	s.Config = a.Server()
	s.Start()
	t.Cleanup(s.Close)
	w.url = s.URL + rest.Prefix + "/projects/" + string(project)
	return w
}

func (w *world) enter(_ context.Context, c rest.Caller, p id.Project) (syncapi.Visit, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	groups, ok := w.groups[c.Account]
	if !ok || p != project {
		return syncapi.Visit{}, fault.New(fault.NotFound, "project-not-found", "there is no such project")
	}
	load := func(_ context.Context, ids []string) (map[string]any, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		out := map[string]any{}
		for _, i := range ids {
			if x, ok := w.points[i]; ok && w.sees[c.Account][i] {
				out[i] = x
			}
		}
		return out, nil
	}
	return syncapi.Visit{
		Scope: db.Tenant(org), Person: id.Person("person-of-" + c.Account), Audiences: slices.Clone(groups),
		Sources: []syncapi.Source{
			{Name: "project", Kinds: []string{"project"}, All: func(context.Context) (any, error) { return note{ID: string(project)}, nil }},
			{Name: "people", Kinds: []string{"person", "participant"}, All: func(context.Context) (any, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				return slices.Clone(w.people), nil
			}},
		},
		Points: syncapi.Points{Name: "points", Kind: "point", Load: load,
			Page: func(_ context.Context, cursor string, n int) (items []any, next string, err error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				from := 0
				if cursor != "" {
					if from, err = strconv.Atoi(cursor); err != nil {
						return nil, "", err
					}
				}
				for i := len(w.order) - 1 - from; i >= 0; i-- {
					if len(items) == n {
						return items, strconv.Itoa(len(w.order) - 1 - i), nil
					}
					if w.sees[c.Account][w.order[i]] {
						items = append(items, w.points[w.order[i]])
					}
				}
				return items, "", nil
			}},
		Job: func(_ context.Context, s job.Status) (bool, error) { return s.ThingID == "open", nil },
	}, nil
}

// stand goes by enter, so that a stream hears the same either way.
func (w *world) stand(ctx context.Context, all []rest.Caller, p id.Project) (map[rest.Caller]syncapi.Standing, error) {
	w.mu.Lock()
	w.together = append(w.together, len(all))
	w.mu.Unlock()
	out := map[rest.Caller]syncapi.Standing{}
	for _, c := range all {
		if v, err := w.enter(ctx, c, p); err == nil {
			out[c] = syncapi.Standing{Audiences: v.Audiences, Rights: v.Rights}
		}
	}
	return out, nil
}

func (w *world) join(a id.Account, groups ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.groups[a] = groups
	if w.sees[a] == nil {
		w.sees[a] = map[string]bool{}
	}
}

func (w *world) leave(a id.Account) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.groups, a)
}

// change writes a point and its change in the log.
func (w *world) change(t *testing.T, point, text, kind string, version int64, seenBy []id.Account, audiences, leaves []string) {
	t.Helper()
	w.mu.Lock()
	if kind == feed.Deleted {
		delete(w.points, point)
	} else {
		w.points[point] = note{point, text}
	}
	w.order = append(slices.DeleteFunc(w.order, func(x string) bool { return x == point }), point)
	for a := range w.sees {
		w.sees[a][point] = slices.Contains(seenBy, a)
	}
	w.mu.Unlock()
	w.append(t, feed.Change{Stream: "project:" + string(project), Thing: feed.Thing{Kind: "point", ID: point}, Kind: kind, Version: version,
		Fields: []feed.Field{{Name: "text", After: text}}, Audiences: audiences, Leaves: leaves})
}

func (w *world) append(t *testing.T, c feed.Change) {
	t.Helper()
	err := w.d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
		return feed.Append(tx, feed.Actor{Person: "person-1", Via: "session"}, c)
	})
	if err != nil {
		t.Fatal(err)
	}
}

type reply struct {
	Cursor    string                     `json:"cursor"`
	Next      *string                    `json:"next"`
	More      bool                       `json:"more"`
	StartOver bool                       `json:"start_over"`
	Things    map[string]json.RawMessage `json:"things"`
	Gone      []struct{ Kind, ID string }
	Entries   []struct {
		Actor     string `json:"actor_id"`
		ThingKind string `json:"thing_kind"`
		ThingID   string `json:"thing_id"`
		Kind      string
		Fields    []string
		At        time.Time
	}
	Code string
}

func (r reply) points(t *testing.T) (texts []string) {
	t.Helper()
	var list []note
	if r.Things["points"] != nil {
		if err := json.Unmarshal(r.Things["points"], &list); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range list {
		texts = append(texts, p.Text)
	}
	slices.Sort(texts)
	return texts
}

func (w *world) get(t *testing.T, a id.Account, path string, query ...string) (int, reply) {
	t.Helper()
	q := url.Values{}
	for i := 0; i < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+path+"?"+q.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Test-Account", string(a))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out reply
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s: %v: %s", path, err, b)
	}
	if strings.Contains(string(b), ":null") && out.Next == nil && !strings.Contains(string(b), `"next":null`) {
		t.Errorf("%s: null in %s", path, b)
	}
	return res.StatusCode, out
}

func TestSnapshotThenChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.join("ann", "project:p", "list:l")
		w.join("sub", "project:p", "person:sub")
		both, ann := []id.Account{"ann", "sub"}, []id.Account{"ann"}
		w.change(t, "p1", "one", feed.Created, 1, ann, []string{"list:l"}, nil)
		w.change(t, "p2", "two", feed.Created, 1, both, []string{"list:l", "person:sub"}, nil)

		_, snapA := w.get(t, "ann", "/snapshot")
		_, snapS := w.get(t, "sub", "/snapshot")
		if got := snapA.points(t); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("ann has %v", got)
		}
		if got := snapS.points(t); !slices.Equal(got, []string{"two"}) {
			t.Errorf("sub has %v", got)
		}
		if string(snapA.Things["people"]) != "[]" || !strings.Contains(string(snapA.Things["project"]), string(project)) {
			t.Errorf("things %s", snapA.Things)
		}

		// Nothing changed: nothing is told.
		if _, c := w.get(t, "ann", "/changes", "cursor", snapA.Cursor); len(c.Things)+len(c.Gone)+len(c.Entries) != 0 || c.More || c.StartOver || c.Cursor != snapA.Cursor {
			t.Errorf("nothing changed: %+v", c)
		}

		w.change(t, "p1", "one again", feed.Changed, 2, ann, []string{"list:l"}, nil)
		_, c := w.get(t, "ann", "/changes", "cursor", snapA.Cursor)
		if got := c.points(t); !slices.Equal(got, []string{"one again"}) || len(c.Gone) != 0 {
			t.Errorf("ann hears %v %v", got, c.Gone)
		}
		if len(c.Entries) != 1 || c.Entries[0].Actor != "person-1" || c.Entries[0].Kind != feed.Changed || !slices.Equal(c.Entries[0].Fields, []string{"text"}) || c.Entries[0].At.IsZero() {
			t.Errorf("entries %+v", c.Entries)
		}
		// What sub may not see leaves no trace, not even in the numbers.
		if _, c := w.get(t, "sub", "/changes", "cursor", snapS.Cursor); len(c.Things)+len(c.Gone)+len(c.Entries) != 0 || c.Cursor != snapS.Cursor {
			t.Errorf("sub hears of what is not theirs: %+v", c)
		}

		// A point leaves sub, another enters.
		w.change(t, "p2", "two", feed.Changed, 2, ann, []string{"list:l"}, []string{"person:sub"})
		w.change(t, "p1", "one for sub", feed.Changed, 3, both, []string{"list:l", "person:sub"}, nil)
		_, c = w.get(t, "sub", "/changes", "cursor", snapS.Cursor)
		if got := c.points(t); !slices.Equal(got, []string{"one for sub"}) || len(c.Gone) != 1 || c.Gone[0].ID != "p2" || c.Gone[0].Kind != "point" {
			t.Errorf("sub hears %v %v", got, c.Gone)
		}
		if len(c.Entries) != 1 || c.Entries[0].ThingID != "p1" {
			t.Errorf("sub hears of what was done to a point that left: %+v", c.Entries)
		}

		// Delivered, and no longer visible when it is read: gone, and no word of it.
		w.change(t, "p1", "secret", feed.Changed, 4, ann, []string{"list:l", "person:sub"}, nil)
		_, c2 := w.get(t, "sub", "/changes", "cursor", c.Cursor)
		if len(c2.points(t)) != 0 || len(c2.Gone) != 1 || len(c2.Entries) != 0 {
			t.Errorf("visibility is not looked up anew: %+v", c2)
		}

		// Deleted: gone, and told.
		_, snapA = w.get(t, "ann", "/snapshot")
		w.change(t, "p2", "", feed.Deleted, 3, nil, []string{"list:l"}, nil)
		_, c = w.get(t, "ann", "/changes", "cursor", snapA.Cursor)
		if len(c.Gone) != 1 || c.Gone[0].ID != "p2" || len(c.Entries) != 1 || c.Entries[0].Kind != feed.Deleted {
			t.Errorf("deleted: %+v", c)
		}

		// People come whole.
		w.mu.Lock()
		w.people = []note{{"x", "X"}, {"y", "Y"}}
		w.mu.Unlock()
		w.append(t, feed.Change{Stream: "project:p", Thing: feed.Thing{Kind: "participant", ID: "y"}, Kind: feed.Created, Version: 1, Audiences: []string{"project:p"}})
		_, c = w.get(t, "ann", "/changes", "cursor", c.Cursor)
		if got := string(c.Things["people"]); got != `[{"id":"x","text":"X"},{"id":"y","text":"Y"}]` || len(c.Gone) != 0 {
			t.Errorf("people %s, gone %v", got, c.Gone)
		}
	})
}

func TestPaging(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.join("ann", "list:l")
		ann := []id.Account{"ann"}
		want := map[string]bool{}
		for i := range 7 {
			name := "p" + strconv.Itoa(i)
			w.change(t, name, name, feed.Created, 1, ann, []string{"list:l"}, nil)
			want[name] = true
		}
		_, page := w.get(t, "ann", "/snapshot", "limit", "3")
		cursor := page.Cursor
		got := map[string]bool{}
		for n := 0; ; n++ {
			for _, p := range page.points(t) {
				got[p] = true
			}
			if page.Next == nil {
				break
			}
			if n == 0 {
				// Changed meanwhile: it may be missed by the pages, not by the changes.
				w.change(t, "p0", "p0", feed.Changed, 2, ann, []string{"list:l"}, nil)
			}
			_, page = w.get(t, "ann", "/snapshot", "limit", "3", "page", *page.Next)
			if page.Things["people"] != nil {
				t.Error("a further page holds more than points")
			}
		}
		for n := 0; ; n++ {
			_, c := w.get(t, "ann", "/changes", "cursor", cursor, "limit", "1")
			for _, p := range c.points(t) {
				got[p] = true
			}
			cursor = c.Cursor
			if !c.More {
				break
			}
			if n > 10 {
				t.Fatal("changes do not end")
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("got %v", got)
		}
		// Changes come in pages too, and all of them.
		for i := range 4 {
			name := "p" + strconv.Itoa(i)
			w.change(t, name, name+"'", feed.Changed, 3, ann, []string{"list:l"}, nil)
		}
		var texts []string
		for more := true; more; {
			var c reply
			_, c = w.get(t, "ann", "/changes", "cursor", cursor, "limit", "3")
			texts, cursor, more = append(texts, c.points(t)...), c.Cursor, c.More
		}
		if slices.Sort(texts); !slices.Equal(texts, []string{"p0'", "p1'", "p2'", "p3'"}) {
			t.Errorf("changes by page: %v", texts)
		}
	})
}

func TestStartOver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.join("ann", "list:l", "project:p")
		w.join("eve", "list:l")
		ann := []id.Account{"ann", "eve"}
		w.change(t, "p1", "one", feed.Created, 1, ann, []string{"list:l"}, nil)
		_, snap := w.get(t, "ann", "/snapshot", "limit", "1")
		w.change(t, "p1", "two", feed.Changed, 2, ann, []string{"list:l"}, nil)

		over := func(name string, a id.Account, cursor string, want bool) {
			t.Helper()
			status, c := w.get(t, a, "/changes", "cursor", cursor)
			if status != 200 || c.StartOver != want || (want && len(c.Things)+len(c.Entries)+len(c.Gone) != 0) {
				t.Errorf("%s: %d %+v", name, status, c)
			}
		}
		over("the same", "ann", snap.Cursor, false)
		over("garbage", "ann", "nonsense", true)
		over("somebody else's", "eve", snap.Cursor, true)
		w.join("ann", "list:l", "project:p", "list:m")
		over("one audience more", "ann", snap.Cursor, true)
		w.join("ann", "list:l")
		over("one audience less", "ann", snap.Cursor, true)
		w.join("ann", "project:p", "list:l")
		over("another order", "ann", snap.Cursor, false)
		if _, err := feed.Prune(context.Background(), d, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		over("older than what is kept", "ann", snap.Cursor, true)

		if status, c := w.get(t, "ann", "/snapshot", "page", "x~1"); status != 410 || c.Code != "start-over" {
			t.Errorf("a page of nothing: %d %s", status, c.Code)
		}
		if status, c := w.get(t, "mallory", "/changes", "cursor", snap.Cursor); status != 404 || c.Code != "project-not-found" {
			t.Errorf("a stranger: %d %s", status, c.Code)
		}
		if status, _ := w.get(t, "mallory", "/snapshot"); status != 404 {
			t.Errorf("a stranger: %d", status)
		}
	})
}

// stream opens an event stream and gives its events; the channel closes when
// the server ends the stream.
func (w *world) stream(t *testing.T, a id.Account, path string) (status int, events <-chan string, hangUp func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Test-Account", string(a))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	c := make(chan string, 1000)
	go func() {
		defer close(c)
		lines := bufio.NewScanner(res.Body)
		event := ""
		for lines.Scan() {
			switch line := lines.Text(); {
			case strings.HasPrefix(line, "event: "):
				event = line[7:]
			case strings.HasPrefix(line, "data: "):
				c <- event + " " + line[6:]
			}
		}
	}()
	return res.StatusCode, c, cancel
}

// next waits for an event. The bound is for a test that fails, not a measure.
func next(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case e, ok := <-c:
		if !ok {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("no event")
	}
	return ""
}

func TestEventsSayOnlyThatThereIsMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.join("ann", "list:l")
		_, events, _ := w.stream(t, "ann", "/events")
		if e := next(t, events); e != "more {}" {
			t.Errorf("first %q", e)
		}
		w.change(t, "p1", "one", feed.Created, 1, []id.Account{"ann"}, []string{"list:l"}, nil)
		if e := next(t, events); e != "more {}" {
			t.Errorf("then %q", e)
		}
		// Access taken away ends the stream, and a new one is refused.
		w.leave("ann")
		select {
		case _, open := <-drained(events):
			if open {
				t.Error("the stream goes on")
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the stream of one who lost access does not end")
		}
		if status, _, _ := w.stream(t, "ann", "/events"); status != 404 {
			t.Errorf("opened again: %d", status)
		}
	})
}

// drained closes when events does.
func drained(events <-chan string) <-chan struct{} {
	c := make(chan struct{})
	go func() {
		defer close(c)
		for range events { // only the end counts
		}
	}()
	return c
}

func TestEventsFollowTheAudiences(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.join("ann", "list:l")
	_, events, _ := w.stream(t, "ann", "/events")
	next(t, events)
	w.join("ann", "list:l", "list:m")
	next(t, events) // the next sign of life finds it
	w.change(t, "p1", "one", feed.Created, 1, []id.Account{"ann"}, []string{"list:m"}, nil)
	next(t, events)
}

// Two processes on one PostgreSQL: what is written through one is heard on a
// stream of the other.
func TestEventsAcrossProcesses(t *testing.T) {
	t.Parallel()
	where := dbtest.URL(t, db.Postgres)
	one, two := newWorld(t, dbtest.OpenURL(t, where)), newWorld(t, dbtest.OpenURL(t, where))
	one.join("ann", "list:l")
	two.join("bob", "list:l")
	_, events, _ := one.stream(t, "ann", "/events")
	next(t, events)
	_, snap := one.get(t, "ann", "/snapshot")
	for i := range 3 {
		two.change(t, "p"+strconv.Itoa(i), "from two", feed.Created, 1, nil, []string{"list:l"}, nil)
		next(t, events)
	}
	_, c := one.get(t, "ann", "/changes", "cursor", snap.Cursor)
	if len(c.Gone) != 3 { // one's memory has none of two's points
		t.Errorf("heard %d of 3 changes", len(c.Gone))
	}
}

func TestJobProgress(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.join("ann", "list:l")
		w.join("bob", "list:l")
		enqueue := func(o id.Org, thing, by string) (j id.Job) {
			t.Helper()
			err := d.Write(context.Background(), db.Tenant(o), func(tx *db.Tx) (err error) {
				j, err = job.Enqueue(tx, job.Spec{Kind: "test", ThingID: thing, By: by})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		mine, open, foreign := enqueue(org, "closed", "person-of-ann"), enqueue(org, "open", "x"), enqueue("org-2", "open", "person-of-ann")
		cases := []struct {
			name   string
			who    id.Account
			job    id.Job
			status int
		}{
			{"who asked", "ann", mine, 200}, {"somebody else", "bob", mine, 404},
			{"of an open thing", "bob", open, 200}, {"of another tenant", "ann", foreign, 404}, {"a stranger", "eve", open, 404},
			{"none", "ann", id.New[id.Job](), 404},
		}
		for _, c := range cases {
			if status, _ := w.get(t, c.who, "/jobs/"+string(c.job)); status != c.status {
				t.Errorf("%s: %d, want %d", c.name, status, c.status)
			}
			if c.status != 200 {
				if status, _, _ := w.stream(t, c.who, "/jobs/"+string(c.job)+"/events"); status != c.status {
					t.Errorf("%s, events: %d, want %d", c.name, status, c.status)
				}
			}
		}
		_, events, _ := w.stream(t, "ann", "/jobs/"+string(mine)+"/events")
		if e := next(t, events); !strings.Contains(e, `"state":"queued"`) || !strings.HasPrefix(e, "progress ") {
			t.Errorf("first %q", e)
		}
		err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error { return job.Cancel(tx, mine) })
		if err != nil {
			t.Fatal(err)
		}
		if e := next(t, events); !strings.Contains(e, `"state":"cancelled"`) {
			t.Errorf("last %q", e)
		}
		if _, more := <-events; more {
			t.Error("the stream goes on after the job")
		}
	})
}

func TestStreamsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.join("ann", "list:l")
	w.join("bob", "list:l")
	var last func()
	for range 30 {
		status, events, hangUp := w.stream(t, "ann", "/events")
		if status != 200 {
			t.Fatalf("%d", status)
		}
		next(t, events)
		last = hangUp
	}
	if status, _, _ := w.stream(t, "ann", "/events"); status != 429 {
		t.Errorf("one too many: %d", status)
	}
	if status, _, _ := w.stream(t, "bob", "/events"); status != 200 {
		t.Errorf("another account: %d", status)
	}
	last()
	for { // the server notices in its own time
		status, _, hangUp := w.stream(t, "ann", "/events")
		hangUp()
		if status == 200 {
			return
		}
	}
}
