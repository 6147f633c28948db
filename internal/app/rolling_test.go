package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/opsapi"
	"plumbline/internal/sandbox/sandboxtest"
	"plumbline/internal/schema"
	"plumbline/internal/signin/signinapi"
)

// tomorrow is the program's next version: it knows a migration more.
var tomorrow = &sandboxtest.Builder{Package: "./cmd/plumbline", Tag: "nextschema"}

// crowd is somebody who goes on working while nodes come and go: a point is
// made and read again, over and over. What one node does not answer is asked of
// another, once, with the same mutation id.
type crowd struct {
	t     *testing.T
	home  tenant
	nodes []*http.Client
	first atomic.Int64 // which node is asked first

	mu    sync.Mutex
	made  []id.Point
	moved int // requests that the second node answered
	stop  chan struct{}
	over  sync.WaitGroup
}

func (c *crowd) begin() {
	c.stop = make(chan struct{})
	c.over.Go(func() {
		pace := time.NewTicker(50 * time.Millisecond) // below the limit on writes
		defer pace.Stop()
		for {
			select {
			case <-c.stop:
				return
			case <-pace.C:
			}
			p := id.New[id.Point]()
			c.ask(http.MethodPut, c.home.base()+"/points/"+string(p), `{"subject":"While it moves"}`, 201)
			c.ask(http.MethodGet, c.home.base()+"/points/"+string(p), "", 200)
			c.mu.Lock()
			c.made = append(c.made, p)
			c.mu.Unlock()
		}
	})
}

func (c *crowd) end() {
	close(c.stop)
	c.over.Wait()
}

// progress waits until more has been made since it was asked.
func (c *crowd) progress() {
	c.t.Helper()
	count := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.made)
	}
	late := time.After(wait)
	for from := count(); count() < from+5; {
		select {
		case <-late:
			c.t.Fatal("nobody gets on")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// ask sends a request to one node, and to the next where that does not do it.
func (c *crowd) ask(method, path, body string, want int) {
	mutation := string(id.New[id.Mutation]())
	first := int(c.first.Load())
	var said []string
	for i := range c.nodes {
		status, text, err := c.once(c.nodes[(first+i)%len(c.nodes)], method, path, body, mutation)
		if err == nil && status == want {
			if i > 0 {
				c.mu.Lock()
				c.moved++
				c.mu.Unlock()
			}
			return
		}
		said = append(said, fmt.Sprintf("%d %v %.200s", status, err, text))
		if err == nil && status != http.StatusServiceUnavailable {
			break // an answer, and not the one that it should be
		}
	}
	c.t.Errorf("%s failed: %q", method, said)
}

func (c *crowd) once(node *http.Client, method, path, body, mutation string) (int, string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://plumbline.example"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Cookie", signinapi.Cookie+"="+c.home.owner.cookie)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Mutation-Id", mutation)
	}
	res, err := node.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// slow begins an upload that a node has taken on, and gives how it is finished.
func (c *crowd) slow(node *http.Client, path string, body []byte) (finish func() (int, string, error)) {
	c.t.Helper()
	begun := make(chan struct{})
	reader, writer := io.Pipe()
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got100Continue: func() { close(begun) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://plumbline.example"+path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	r.ContentLength = int64(len(body))
	r.Header.Set("Expect", "100-continue") // it is answered when the body is asked for
	r.Header.Set("Content-Type", "image/jpeg")
	r.Header.Set("Cookie", signinapi.Cookie+"="+c.home.owner.cookie)
	type answer struct {
		status int
		body   string
		err    error
	}
	got := make(chan answer, 1)
	go func() {
		res, err := node.Do(r)
		if err != nil {
			got <- answer{err: err}
			return
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		got <- answer{res.StatusCode, string(b), err}
	}()
	select {
	case <-begun:
	case a := <-got:
		c.t.Fatalf("an upload is refused: %+v", a)
	case <-time.After(wait):
		c.t.Fatal("an upload is not taken on")
	}
	if _, err := writer.Write(body[:len(body)/2]); err != nil {
		c.t.Fatal(err)
	}
	return func() (int, string, error) {
		_, _ = io.Copy(writer, bytes.NewReader(body[len(body)/2:]))
		_ = writer.Close()
		a := <-got
		return a.status, a.body, a.err
	}
}

// TestRollingUpgrade replaces the program by its next version, which changes the
// tables, while people work on it: nobody notices.
func TestRollingUpgrade(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program and starts two servers")
	}
	t.Parallel()
	next := tomorrow.Path(t)
	f := newFleet(t)
	private := func(name string) string {
		return "drain: {requests: 5m}\nmonitoring: {listen: \"unix:" + f.socket(name+"-private") + "\"}\n"
	}
	one, two := f.write("one", private("one")), f.write("two", private("two"))
	f.found(one)
	old := f.run(today(), "", "serve", "--config", one)
	a, b := f.at("one"), f.at("two")
	ready(t, a)
	home := f.project(a)
	events := node{t, a.url, a.client}.stream(home.owner, home.base()+"/events")
	c := &crowd{t: t, home: home, nodes: []*http.Client{over(f.socket("one")), over(f.socket("two"))}}
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.CloseIdleConnections()
		}
	})
	c.begin()
	c.progress()
	var from struct {
		Cursor string `json:"cursor"`
	}
	a.must(200, home.owner, "GET", home.base()+"/snapshot", nil).json(t, &from)
	var reports []string
	report := func(at *house) {
		r := string(id.New[id.Report]())
		at.must(202, home.owner, "PUT", home.base()+"/reports/"+r, `{"title":"All of them","locale":"nl","time_zone":"Europe/Brussels","photos":true,"plan":true}`)
		reports = append(reports, r)
	}
	report(a)

	// The next version comes, and changes the tables under the one before.
	newer := f.run(next, "", "serve", "--config", two)
	ready(t, b)
	tables := dbtest.OpenURL(t, f.database)
	if have, want, err := schema.Versions(t.Context(), tables); err != nil || have != 9000 || want >= have {
		t.Fatalf("the tables are at %d, this program's at %d: %v", have, want, err)
	}
	c.progress() // the node before goes on
	c.first.Store(1)
	c.progress() // and so does the new one
	for _, way := range []struct{ to, through *house }{{a, b}, {b, a}} {
		follow(t, func(p id.Point) {
			way.to.must(201, home.owner, "PUT", home.base()+"/points/"+string(p), `{"subject":"Over there"}`)
			c.mu.Lock()
			c.made = append(c.made, p)
			c.mu.Unlock()
		}, node{t, way.through.url, way.through.client}.stream(home.owner, home.base()+"/events"), func() string {
			return way.through.must(200, home.owner, "GET", home.base()+"/changes?cursor="+from.Cursor, nil).body
		})
	}
	// The version before does not start on tables that it does not know.
	late := f.run(today(), "", "serve", "--config", f.write("three", ""))
	if err := late.Wait(); err == nil || !strings.Contains(late.out.String(), "database-newer") {
		t.Errorf("the version before starts on newer tables: %v %s", err, late.out)
	}

	// The node before leaves while it has work: jobs, a stream, half an upload.
	p, photo := string(c.last()), string(id.New[id.Photo]())
	finish := c.slow(over(f.socket("one")), home.base()+"/points/"+p+"/photos/"+photo, picture(t, "jpeg"))
	c.first.Store(0) // where people are sent until the balancer notices
	for range 6 {
		report(a)
	}
	old.stop()
	reconnect := false
	for e := range events { // until the node closes it
		reconnect = e == "reconnect"
	}
	if !reconnect {
		t.Error("a stream was closed without a word to come back")
	}
	machine := &house{t: t, url: "http://plumbline.example", client: over(f.socket("one-private"))}
	t.Cleanup(machine.client.CloseIdleConnections)
	if got := machine.must(503, nil, "GET", "/readyz", nil); !strings.Contains(got.body, `"`+opsapi.Leaving+`":false`) {
		t.Errorf("a node that leaves says %s", got)
	}
	machine.must(200, nil, "GET", "/healthz", nil)
	c.progress()
	report(b)
	if status, body, err := finish(); status != 201 || err != nil {
		t.Errorf("an upload under way ended with %d %s %v", status, body, err)
	}
	old.ended()
	c.progress()
	c.end()
	if c.moved == 0 {
		t.Error("no request had to go to another node: nothing was tried")
	}

	// The stream that was sent away comes back elsewhere and misses nothing.
	changes := b.must(200, home.owner, "GET", home.base()+"/changes?cursor="+from.Cursor, nil).body
	if !strings.Contains(changes, photo) {
		t.Error("the photo that was finished while its node left is not among the changes")
	}
	once(t, b, tables, home, c.made, reports)
	for _, r := range reports {
		b.must(200, home.owner, "GET", home.base()+"/reports/"+r+"/file", nil)
	}
	newer.stop()
	newer.ended()
}

// last is the point that was made last.
func (c *crowd) last() id.Point {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[len(c.made)-1]
}

// once looks whether everything happened once: each write, and each job.
func once(t *testing.T, at *house, d *db.DB, home tenant, points []id.Point, reports []string) {
	t.Helper()
	query := func(text string, args ...any) (out []string) {
		t.Helper()
		if err := d.Read(t.Context(), db.Everyone("a test counts"), func(tx *db.Tx) (err error) {
			out, err = db.All(tx, db.Value1[string], text, args...)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, j := range query("select id from job where kind = 'report.make'") {
		if state := at.job(home, home.owner, j); state != "done" {
			t.Errorf("a report ended as %s", state)
		}
	}
	if made := query("select id from point"); len(made) != len(points) {
		t.Errorf("%d points were made, %d are there", len(points), len(made))
	}
	if told := query("select thing_id from feed_change where thing_kind = 'point' and kind = 'created'"); len(told) != len(points) {
		t.Errorf("%d points were made, %d told of", len(points), len(told))
	}
	if ready := query("select id from report where state = 'ready'"); len(ready) != len(reports) {
		t.Errorf("%d reports were asked for, %d are ready", len(reports), len(ready))
	}
	if told := query("select thing_id from feed_change where thing_kind = 'report' and kind = 'changed'"); len(told) != len(reports) {
		t.Errorf("%d reports were asked for, and were told to be ready %d times", len(reports), len(told))
	}
	if twice := query("select kind from job where unique_key = 'periodic' and state in ('queued', 'running') group by kind having count(*) > 1"); len(twice) > 0 {
		t.Errorf("more than one of %v waits", twice)
	}
	if failed := query("select kind || ' ' || note from job where state = 'failed'"); len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
}
