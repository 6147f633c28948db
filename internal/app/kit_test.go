package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/registered"
	"plumbline/internal/rest/limit"
	"plumbline/internal/sandbox"
	"plumbline/internal/sandbox/sandboxtest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/signinapi"
)

// program is a plain build of Plumbline: the child that files are parsed in,
// and the server of the tests that start real ones.
var program = &sandboxtest.Builder{Package: "./cmd/plumbline", FromEnv: true}

// cache keeps PDFium in its compiled form for all houses of the tests.
var cache = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "plumbline-app-cache-") })

func TestMain(m *testing.M) {
	code := 1
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	program.Clean()
	tomorrow.Clean()
	if dir, err := cache(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// wait is how long a test waits for what must come; nothing waits for it to
// pass.
const wait = 10 * time.Minute

const passphrase = "nine herons wait by the lock"

// free never says no: what is not about limits must not meet them.
type free struct{}

func (free) Take(string, limit.Limit) (time.Duration, bool) { return 0, true }

// cheap is a password's cost for tests.
func cheap() signin.Cost { return signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 4} }

// logs collects all that a house logs.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// house is a House that serves, and the people who use it.
type house struct {
	*House
	t      *testing.T
	url    string
	client *http.Client
	logs   *logs
	hash   string // of passphrase
	people map[string]*login
	secret []string // what must never stand in the log
}

// login is someone who is signed in.
type login struct {
	name, email, cookie string
	account             id.Account
	person              id.Person
}

// settings are those of a house of its own, but for what is shared.
func settings(t *testing.T, database string) Config {
	t.Helper()
	dir := t.TempDir()
	shared, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shared, filepath.Join(data, "cache")); err != nil {
		t.Fatal(err)
	}
	return Config{Data: data, Database: database, PublicURL: "https://plumbline.example", Development: true, Privacy: registered.Demo(),
		Ring:  Ring{Root: filepath.Join(dir, "root", "root.key"), Places: []string{filepath.Join(dir, "keys")}},
		Files: Files{Places: []string{filepath.Join(dir, "files")}}}
}

// open starts a house that serves until the test ends.
func open(t *testing.T, cfg Config) *house {
	t.Helper()
	l := &logs{}
	log := slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if err := cfg.Complete(); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), cfg, Options{Log: log, Cost: cheap(), Limiter: free{}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, listener) }()
	s := &house{House: h, t: t, url: "http://" + listener.Addr().String(), client: http.DefaultClient, logs: l, people: map[string]*login{}}
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serving ended with %v", err)
		}
		h.Close()
		s.quiet()
	})
	if s.hash, err = h.Signin.Hash(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	return s
}

// each runs fn on a house on each engine.
func each(t *testing.T, fn func(t *testing.T, s *house)) {
	t.Helper()
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, open(t, settings(t, dbtest.URL(t, engine))))
		})
	}
}

// quiet looks for people, and for what they wrote, in the log.
func (s *house) quiet() {
	s.t.Helper()
	for _, p := range s.people {
		s.secret = append(s.secret, p.name, p.email, p.cookie)
	}
	for _, wrong := range told(s.logs.String(), append(s.secret, passphrase)) {
		s.t.Error(wrong)
	}
}

// told is what of a log should not be there: lines with a secret, and errors.
func told(log string, secrets []string) (wrong []string) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=ERROR") {
			wrong = append(wrong, "an error was logged: "+line)
		}
		for _, word := range secrets {
			if word != "" && strings.Contains(line, word) {
				wrong = append(wrong, fmt.Sprintf("the log holds %q: %s", word, line))
			}
		}
	}
	return wrong
}

func TestTalkativeLogIsNoticed(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"level=INFO msg=request op=point-create status=201\n":          0,
		"level=ERROR msg=request op=point-create status=500\n":         1,
		"level=WARN msg=\"no mail to anna@quay.example\"\n":            1,
		"level=INFO msg=x\nlevel=INFO msg=\"Hairline crack\"\n":        1,
		"level=ERROR msg=\"anna@quay.example wrote Hairline crack\"\n": 3,
	} {
		if got := told(line, []string{"anna@quay.example", "Hairline crack", ""}); len(got) != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// warnings are what a house complained of.
func (s *house) warnings() string {
	var out strings.Builder
	for line := range strings.Lines(s.logs.String()) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string { return fmt.Sprintf("%d %.400s", a.status, a.body) }

func (a answer) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%v: %s", err, a)
	}
}

// problem is the code of a refusal.
func (a answer) problem() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal([]byte(a.body), &p)
	return p.Code
}

// raw is a body that is not JSON.
type raw struct {
	kind  string
	bytes []byte
}

// do sends a request as someone, or as nobody. The body is JSON text, raw, or
// anything that JSON can write. Of an event stream that does not end it reads
// the first event.
func (s *house) do(who *login, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		if b != "" {
			in = strings.NewReader(b)
		}
	case raw:
		in, kind = bytes.NewReader(b.bytes), b.kind
	default:
		text, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), wait)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, in)
	if err != nil {
		s.t.Fatal(err)
	}
	if in != nil {
		r.Header.Set("Content-Type", kind)
	}
	if who != nil {
		r.Header.Set("Cookie", signinapi.Cookie+"="+who.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{status: res.StatusCode, header: res.Header}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		a.body = firstEvent(s.t, res.Body)
		return a
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a.body = string(b)
	return a
}

func firstEvent(t *testing.T, from io.Reader) string {
	t.Helper()
	var b strings.Builder
	for lines := bufio.NewScanner(from); lines.Scan(); {
		b.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "data:") {
			return b.String()
		}
	}
	t.Fatalf("the stream ended without an event: %q", b.String())
	return ""
}

// must is do, and the status that it has to have.
func (s *house) must(want int, who *login, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	a := s.do(who, method, path, body, headers...)
	if a.status != want {
		s.t.Fatalf("%s %s: want %d, got %s", method, path, want, a)
	}
	return a
}

// signIn makes a session of an account through the front door.
func (s *house) signIn(email, password string) *login {
	s.t.Helper()
	a := s.must(200, nil, "POST", "/api/v1/session", map[string]string{"email": email, "password": password})
	var me struct {
		Account struct {
			ID    id.Account `json:"id"`
			Name  string     `json:"name"`
			Email string     `json:"email"`
		} `json:"account"`
	}
	a.json(s.t, &me)
	return &login{account: me.Account.ID, name: me.Account.Name, email: me.Account.Email, cookie: cookieOf(s.t, a)}
}

func cookieOf(t *testing.T, a answer) string {
	t.Helper()
	for _, line := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatal(err)
		}
		if c.Name == signinapi.Cookie {
			if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("the session's cookie is %q", line)
			}
			return c.Value
		}
	}
	t.Fatalf("no session cookie in %v", a.header)
	return ""
}

// tenant is an organisation with a project.
type tenant struct {
	org     id.Org
	project id.Project
	owner   *login // and the project's administrator
}

// base is the path of the tenant's project.
func (tn tenant) base() string { return "/api/v1/projects/" + string(tn.project) }

// slug is a name as the local part of an address.
func slug(name string) string { return strings.ReplaceAll(name, " ", ".") }

// found makes an organisation and a project. Its owner goes by name.
func (s *house) found(owner string) tenant {
	s.t.Helper()
	tn := tenant{org: id.New[id.Org](), project: id.New[id.Project]()}
	email := slug(owner) + "@" + string(tn.org) + ".example"
	l := &login{name: "Person " + owner, email: email, person: id.New[id.Person]()}
	l.account = persontest.Account(s.t, s.DB, s.People, person.AccountProfile{Name: l.name, Email: email, Locale: "nl-BE", TimeZone: "Europe/Brussels"},
		person.Credentials{Password: s.hash})
	if err := s.Orgs.Found(s.t.Context(), org.Founding{Org: tn.org, Name: "Bouwgroep " + owner, Locale: "nl-BE", Owner: l.person, Account: l.account,
		Profile: person.Profile{Name: l.name, Email: email, Locale: "nl-BE"}}); err != nil {
		s.t.Fatal(err)
	}
	l.cookie = s.signIn(email, passphrase).cookie
	s.people[owner], tn.owner = l, l
	s.must(201, l, "PUT", tn.base(), map[string]any{"org_id": tn.org, "name": "Site of " + owner, "time_zone": "Europe/Brussels"})
	return tn
}

// add makes someone of the address book, with an account and a session: a
// member if role says so, a participant if level does.
func (s *house) add(tn tenant, name string, role policy.OrgRole, level policy.Level) *login {
	s.t.Helper()
	l := &login{name: "Person " + name, email: slug(name) + "@" + string(id.New[id.Account]()) + ".example"}
	l.account = persontest.Account(s.t, s.DB, s.People, person.AccountProfile{Name: l.name, Email: l.email, Locale: "nl-BE", TimeZone: "Europe/Brussels"},
		person.Credentials{Password: s.hash})
	l.person = persontest.Add(s.t, s.DB, s.People, tn.org, l.account, person.Profile{Name: l.name, Email: l.email, Locale: "nl-BE"})
	if err := s.DB.Write(s.t.Context(), db.Tenant(tn.org), func(tx *db.Tx) error {
		if role != policy.OrgNone {
			if err := s.Orgs.Join(tx, persontest.By(), l.person, role); err != nil {
				return err
			}
		}
		if level == policy.None {
			return nil
		}
		return access.Admit(tx, persontest.By(), tn.project, l.person, level, nil)
	}); err != nil {
		s.t.Fatal(err)
	}
	l.cookie = s.signIn(l.email, passphrase).cookie
	s.people[name] = l
	return l
}

// job waits for the end of a job.
func (s *house) job(tn tenant, who *login, job string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), wait)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.url+tn.base()+"/jobs/"+job+"/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Cookie", signinapi.Cookie+"="+who.cookie)
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body) // the stream ends when the job does
	if err != nil || res.StatusCode != 200 {
		s.t.Fatalf("job events: %d %v %s\n%s", res.StatusCode, err, b, s.warnings())
	}
	last := strings.LastIndex(string(b), `"state":"`)
	if last < 0 {
		s.t.Fatalf("no state in %s", b)
	}
	state, _, _ := strings.Cut(string(b)[last+len(`"state":"`):], `"`)
	return state
}

// entries counts those of the log by what they are about: "point changed".
func (s *house) entries(actors ...string) map[string]int {
	s.t.Helper()
	out := map[string]int{}
	err := s.DB.Read(s.t.Context(), db.Everyone("a test reads the log"), func(tx *db.Tx) error {
		clear(out)
		query := "select thing_kind || ' ' || kind, count(*) from feed_change"
		if len(actors) > 0 {
			query += " where actor in " + db.In(len(actors), 1)
		}
		_, err := db.All(tx, func(s db.Scanner) (what string, err error) {
			var n int
			err = s.Scan(&what, &n)
			out[what] = n
			return what, err
		}, query+" group by thing_kind, kind", db.Args(actors)...)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// vars are what stands for {names} in the paths and bodies of a test.
type vars map[string]string

func (v vars) with(more vars) vars {
	out := maps.Clone(v)
	maps.Copy(out, more)
	return out
}

// fill puts the values in; other braces stay.
func (v vars) fill(text string) string {
	pairs := make([]string, 0, 2*len(v))
	for name, value := range v {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// build makes the program, unless the environment names one.
func build() error {
	if os.Getenv(sandbox.ChildEnv) != "" {
		return nil
	}
	path, err := program.Build()
	if err != nil {
		return err
	}
	return os.Setenv(sandbox.ChildEnv, path)
}
