package app

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/signin/signinapi"
)

// node is a way to one of several servers of an installation.
type node struct {
	t      *testing.T
	url    string
	client *http.Client
}

// stream listens for events until the test ends.
func (n node) stream(who *login, path string) <-chan string {
	n.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", n.url+path, nil)
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header.Set("Cookie", signinapi.Cookie+"="+who.cookie)
	res, err := n.client.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	if res.StatusCode != 200 {
		n.t.Fatalf("the stream is refused: %d", res.StatusCode)
	}
	events := make(chan string, 100)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(events)
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				select {
				case events <- name:
				case <-ctx.Done(): // nobody listens any more
					return
				}
			}
		}
	}()
	n.t.Cleanup(func() { cancel(); <-ended; _ = res.Body.Close() })
	return events
}

// event waits for the next event.
func event(t *testing.T, from <-chan string) string {
	t.Helper()
	select {
	case e, ok := <-from:
		if !ok {
			t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(wait):
		t.Fatal("no event comes")
	}
	return ""
}

// second is how soon another node has to know.
const second = time.Second

// follow makes points through one node until another has told of one, and shown
// it among the changes, within a second: other work on this machine may hold one
// up, hardly ten.
func follow(t *testing.T, make func(id.Point), events <-chan string, changes func() string) {
	t.Helper()
	for event(t, events); len(events) > 0; { // what stood there when it began
		<-events
	}
	best := time.Hour
	for range 10 {
		p := id.New[id.Point]()
		begun := time.Now()
		make(p)
		for {
			if e := event(t, events); e != "more" {
				t.Fatalf("event %q", e)
			}
			if strings.Contains(changes(), string(p)) {
				break
			}
			if time.Since(begun) > wait {
				t.Fatal("the point is never among the changes")
			}
		}
		if best = min(best, time.Since(begun)); best < second {
			t.Logf("a change made through one node was read through the other after %v", best.Round(time.Millisecond))
			return
		}
	}
	t.Errorf("at best after %v", best)
}

func TestTwoHousesOnOneDatabase(t *testing.T) {
	t.Parallel()
	cfg := settings(t, dbtest.URL(t, db.Postgres))
	other := settings(t, cfg.Database)
	other.Ring, other.Files = cfg.Ring, cfg.Files
	a := open(t, cfg)
	b := open(t, other)
	home := a.found("owner")
	guest := a.add(home, "guest", policy.OrgNone, policy.Guest)

	// A session, and a key that sealed an account, made through one node.
	me := b.must(200, guest, "GET", "/api/v1/session", nil)
	if !strings.Contains(me.body, guest.email) {
		t.Errorf("the other node does not know who is signed in: %s", me)
	}

	var at struct {
		Cursor string `json:"cursor"`
	}
	b.must(200, guest, "GET", home.base()+"/snapshot", nil).json(t, &at)
	to := node{t, b.url, http.DefaultClient}
	events := to.stream(guest, home.base()+"/events")
	follow(t, func(p id.Point) {
		a.must(201, home.owner, "PUT", home.base()+"/points/"+string(p), `{"subject":"Over there"}`)
	}, events, func() string {
		return b.must(200, guest, "GET", home.base()+"/changes?cursor="+at.Cursor, nil).body
	})

	// A photo: its file is sealed under a key that the other node reads.
	p, ph := string(id.New[id.Point]()), string(id.New[id.Photo]())
	b.must(201, home.owner, "PUT", home.base()+"/points/"+p, `{"subject":"With a photo"}`)
	b.must(201, home.owner, "PUT", home.base()+"/points/"+p+"/photos/"+ph, raw{"image/jpeg", picture(t, "jpeg")})
	if got := a.must(200, guest, "GET", home.base()+"/photos/"+ph+"/full", nil); !strings.HasPrefix(got.body, "\xff\xd8") {
		t.Errorf("the photo comes as %.20q", got.body)
	}

	// A new person: the other node finds the address and knows the name.
	if before := b.must(200, home.owner, "GET", home.base()+"/people", nil); strings.Contains(before.body, "Nele Nieuw") {
		t.Fatal("known before")
	}
	invite := id.New[id.Invite]()
	a.must(201, home.owner, "PUT", "/api/v1/organisations/"+string(home.org)+"/invitations/"+string(invite),
		map[string]any{"email": "nele@nieuw.example", "locale": "nl", "source": "self", "project_id": home.project, "level": "guest"})
	token, err := a.Orgs.NewLink(t.Context(), home.org, invite)
	if err != nil {
		t.Fatal(err)
	}
	a.must(200, nil, "POST", "/api/v1/invitations/"+token+"/accept", map[string]any{"name": "Nele Nieuw", "password": passphrase, "locale": "nl"})
	nele := b.signIn("nele@nieuw.example", passphrase)
	b.people["nele"] = nele
	if after := b.must(200, home.owner, "GET", home.base()+"/people", nil); !strings.Contains(after.body, "Nele Nieuw") {
		t.Errorf("the other node does not know the name: %s", after)
	}

	// A changed name, a changed password, an ended session.
	b.must(200, nele, "PATCH", "/api/v1/account", `{"name":"Nele Ouder"}`)
	if got := a.must(200, nele, "GET", "/api/v1/session", nil); !strings.Contains(got.body, "Nele Ouder") {
		t.Errorf("the account is still %s", got)
	}
	b.must(204, nele, "POST", "/api/v1/password", map[string]string{"current": passphrase, "password": "seven otters under a bridge"})
	a.must(401, nil, "POST", "/api/v1/session", map[string]string{"email": nele.email, "password": passphrase})
	a.secret = append(a.secret, "Nele", nele.email)
	b.must(204, nele, "DELETE", "/api/v1/session", nil)
	a.must(401, nele, "GET", "/api/v1/session", nil)

	// Who leaves is told so by the other node's stream: it ends.
	a.must(204, home.owner, "DELETE", home.base()+"/participants/"+string(guest.person), nil)
	late := time.After(wait)
	for {
		select {
		case _, ok := <-events:
			if ok {
				continue
			}
		case <-late:
			t.Error("the stream of who left goes on")
		}
		break
	}
	b.must(404, guest, "GET", home.base()+"/changes?cursor="+at.Cursor, nil)
}

// TestTwoProcesses starts the real program twice on one database.
func TestTwoProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two servers")
	}
	t.Parallel()
	f := newFleet(t)
	one, two := f.write("one", ""), f.write("two", "")
	f.found(one)
	servers := []*running{f.run(today(), "", "serve", "--config", one), f.run(today(), "", "serve", "--config", two)}
	a, b := f.at("one"), f.at("two")
	for _, n := range []*house{a, b} {
		ready(t, n)
	}
	home := f.project(a)
	var from struct {
		Cursor string `json:"cursor"`
	}
	b.must(200, home.owner, "GET", home.base()+"/snapshot", nil).json(t, &from)
	for _, way := range []struct{ to, through *house }{{a, b}, {b, a}} {
		events := node{t, way.through.url, way.through.client}.stream(home.owner, home.base()+"/events")
		follow(t, func(p id.Point) {
			way.to.must(201, home.owner, "PUT", home.base()+"/points/"+string(p), `{"subject":"Over there"}`)
		}, events, func() string {
			return way.through.must(200, home.owner, "GET", home.base()+"/changes?cursor="+from.Cursor, nil).body
		})
	}
	for _, s := range servers {
		s.stop()
	}
	for _, s := range servers {
		s.ended()
	}
}

// ready waits until a server says that it is.
func ready(t *testing.T, n *house) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		r, err := http.NewRequestWithContext(t.Context(), "GET", n.url+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := n.client.Do(r)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == 200 {
				return
			}
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the server does not become ready: %v", err)
		}
	}
}
