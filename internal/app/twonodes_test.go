package app

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/sandbox"
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
				events <- name
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
	dir, err := os.MkdirTemp("", "plumbline-nodes-") //nolint:usetesting // short: a socket's path has to be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	database := dbtest.URL(t, db.Postgres)
	shared, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string) string {
		data := filepath.Join(dir, name)
		if err := os.MkdirAll(data, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(shared, filepath.Join(data, "cache")); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".yaml")
		text := fmt.Sprintf("data: %s\ndatabase: %q\nlisten: unix:%s\npublic_url: https://plumbline.example\nring:\n  places: [%s]\n  root_key: %s\nfiles:\n  places: [%s]\n",
			data, database, filepath.Join(dir, name+".sock"), filepath.Join(dir, "ring"), filepath.Join(dir, "root", "root.key"), filepath.Join(dir, "files"))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one, two := write("one"), write("two")
	run := func(stdin string, args ...string) *exec.Cmd {
		cmd := exec.Command(os.Getenv(sandbox.ChildEnv), args...) //nolint:gosec,noctx // the program under test; ended by a signal below
		cmd.Stdin = strings.NewReader(stdin)
		out := &logs{}
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if cmd.ProcessState == nil {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
			if t.Failed() {
				t.Logf("%v: %s", args, out)
			}
		})
		return cmd
	}
	if err := run(passphrase+"\n", "found", "--config", one, "--organisation", "Bouwgroep Delta", "--email", "olga@delta.example", "--name", "Olga Owner").Wait(); err != nil {
		t.Fatal(err)
	}
	at := func(name string) *house {
		client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, name+".sock"))
		}}}
		t.Cleanup(client.CloseIdleConnections)
		return &house{t: t, url: "http://plumbline.example", client: client, logs: &logs{}, people: map[string]*login{}}
	}
	servers := []*exec.Cmd{run("", "serve", "--config", one), run("", "serve", "--config", two)}
	a, b := at("one"), at("two")
	for _, n := range []*house{a, b} {
		ready(t, n)
	}
	owner := a.signIn("olga@delta.example", passphrase)
	var me struct {
		Organisations []struct {
			ID id.Org `json:"id"`
		} `json:"organisations"`
	}
	b.must(200, owner, "GET", "/api/v1/session", nil).json(t, &me)
	home := tenant{org: me.Organisations[0].ID, project: id.New[id.Project](), owner: owner}
	a.must(201, owner, "PUT", home.base(), map[string]any{"org_id": home.org, "name": "Quay", "time_zone": "Europe/Brussels"})
	var from struct {
		Cursor string `json:"cursor"`
	}
	b.must(200, owner, "GET", home.base()+"/snapshot", nil).json(t, &from)
	for _, way := range []struct{ to, through *house }{{a, b}, {b, a}} {
		events := node{t, way.through.url, way.through.client}.stream(owner, home.base()+"/events")
		follow(t, func(p id.Point) {
			way.to.must(201, owner, "PUT", home.base()+"/points/"+string(p), `{"subject":"Over there"}`)
		}, events, func() string {
			return way.through.must(200, owner, "GET", home.base()+"/changes?cursor="+from.Cursor, nil).body
		})
	}
	for _, s := range servers {
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
	for i, s := range servers {
		if err := s.Wait(); err != nil {
			t.Errorf("server %d ended with %v", i+1, err)
		}
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
