package probes

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/rawfile"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/signin"
)

// Domain is where made-up people have their addresses.
const Domain = mail.MadeUp

// Deps are the installation that is proved. Its jobs must be running.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Handler  http.Handler
	Cookie   string // the name of a session's cookie
	People   *person.Service
	Orgs     *org.Service
	Access   *access.Service
	Projects *project.Service
	Signin   *signin.Service
	Mails    *mail.Capture // where mail to Domain ends
	Places   Places
	Log      *slog.Logger
	Logged   func() string                                        // what the program logged during the run; nil: not known
	Cleanup  func(ctx context.Context, made []personal.Who) error // erases whoever of them is left
}

// Places are where an installation keeps things, to look into them from
// outside. Empty ones are left out.
type Places struct {
	Data     string // the folder of everything
	Database *rawfile.Files
	Files    []string // roots of the files
	Mail     string   // captured mail
	Cache    string
}

// World is what probes work in.
type World struct {
	Deps
	Site prove.Site

	base     string
	client   *http.Client
	stop     func()
	password string
	hash     string
	owner    *Someone

	mu   sync.Mutex
	made []*Someone
}

// Someone is a made-up person.
type Someone struct {
	Account id.Account
	Person  id.Person
	Name    string
	Email   string
	Phone   string
	Canary  string // stands in name, e-mail and phone, and nowhere else in the world
	Cookie  string
}

// Values are what must not be found once they are erased.
func (s *Someone) Values() []string { return []string{s.Name, s.Email, s.Phone, s.Canary} }

// Subjects are the account and the person.
func (s *Someone) Subjects(org id.Org) []personal.Who {
	whos := []personal.Who{personal.OfAccount(s.Account)}
	if s.Person != "" {
		whos = append(whos, personal.OfPerson(org, s.Person))
	}
	return whos
}

// Open makes a world: a listener on loopback, and the made-up organisation.
func Open(ctx context.Context, d Deps) (_ *World, err error) {
	const op = "probes.Open"
	w := &World{Deps: d, client: &http.Client{Timeout: time.Minute}}
	w.password = "proof " + Word(16)
	if w.hash, err = d.Signin.Hash(ctx, w.password); err != nil {
		return nil, fault.Wrap(op, err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	server := &http.Server{Handler: d.Handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	w.base, w.stop = "http://"+l.Addr().String(), func() { _ = server.Close() }
	if err := w.openSite(ctx); err != nil {
		w.stop()
		return nil, fault.Wrap(op, err)
	}
	return w, nil
}

// Close erases who was made and stops.
func (w *World) Close(ctx context.Context) error {
	defer w.stop()
	w.mu.Lock()
	made := w.made
	w.made = nil
	w.mu.Unlock()
	if w.Cleanup == nil {
		return nil
	}
	var whos []personal.Who
	for _, s := range made {
		whos = append(whos, s.Subjects(w.Site.Org)...)
	}
	return w.Cleanup(ctx, whos)
}

// By is who makes people up.
func By() feed.Actor { return feed.Actor{Person: feed.System, Via: "system"} }

func (w *World) openSite(ctx context.Context) error {
	everyone := db.Everyone("the made-up organisation belongs to the installation")
	found := false
	err := w.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		w.Site, found, err = prove.SiteOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	w.owner = &Someone{Name: "Proof Owner", Email: "owner@" + Domain}
	if found {
		w.owner.Account, w.owner.Person = w.Site.Account, w.Site.Owner
		err = w.DB.Write(ctx, everyone, func(tx *db.Tx) error {
			return w.People.SetCredentials(tx, w.owner.Account, person.Credentials{Password: w.hash})
		})
	} else {
		err = w.newSite(ctx)
	}
	if err != nil {
		return err
	}
	return w.SignIn(ctx, w.owner)
}

func (w *World) newSite(ctx context.Context) error {
	if err := w.account(ctx, w.owner); err != nil {
		return err
	}
	w.owner.Person = id.New[id.Person]()
	w.Site = prove.Site{Org: id.New[id.Org](), Project: id.New[id.Project](), Account: w.owner.Account, Owner: w.owner.Person}
	err := w.Orgs.Found(ctx, org.Founding{Org: w.Site.Org, Name: "Plumbline proof", Locale: "en-GB", Owner: w.owner.Person, Account: w.owner.Account,
		Profile: person.Profile{Name: w.owner.Name, Email: w.owner.Email, Locale: "en-GB"}})
	if err != nil {
		return err
	}
	g, err := w.Orgs.Enter(ctx, org.Caller{Account: w.owner.Account, Via: "system"}, w.Site.Org)
	if err != nil {
		return err
	}
	_, _, err = w.Projects.Create(ctx, g, project.Project{ID: w.Site.Project, Name: "Proof", TimeZone: "Europe/Brussels"})
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, db.Everyone("the made-up organisation belongs to the installation"), func(tx *db.Tx) error {
		return prove.KeepSite(tx, w.Site)
	})
}

func (w *World) account(ctx context.Context, s *Someone) error {
	s.Account = id.New[id.Account]()
	if err := w.People.NewAccountKey(ctx, s.Account); err != nil {
		return err
	}
	return w.DB.Write(ctx, db.Everyone("accounts belong to no tenant"), func(tx *db.Tx) error {
		return w.People.AddAccount(tx, s.Account, person.AccountProfile{Name: s.Name, Email: s.Email, Locale: "en-GB", TimeZone: "Europe/Brussels"},
			person.Credentials{Password: w.hash})
	})
}

// Word is n random letters and digits.
func Word(n int) string {
	b := make([]byte, n/2)
	if _, err := rand.Read(b); err != nil {
		panic("probes: no randomness: " + err.Error())
	}
	return hex.EncodeToString(b)
}

// Person makes someone up: an account, a record in the organisation's address
// book, a place on the project at a level, and a session.
func (w *World) Person(ctx context.Context, level policy.Level) (*Someone, error) {
	c := "canary" + Word(12)
	s := &Someone{Name: "Proof " + c, Email: c + "@" + Domain, Phone: "+32 000 " + c, Canary: c, Person: id.New[id.Person]()}
	if err := w.account(ctx, s); err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.made = append(w.made, s)
	w.mu.Unlock()
	if err := w.People.NewPersonKey(ctx, s.Person); err != nil {
		return nil, err
	}
	err := w.DB.Write(ctx, db.Tenant(w.Site.Org), func(tx *db.Tx) error {
		p := person.Person{ID: s.Person, Account: s.Account, State: person.Active,
			Profile: person.Profile{Name: s.Name, Email: s.Email, Phone: s.Phone, Function: "Prover", Locale: "en-GB"}}
		if err := w.People.Add(tx, By(), p); err != nil {
			return err
		}
		if level == policy.None {
			return nil
		}
		return access.Admit(tx, By(), w.Site.Project, s.Person, level, nil)
	})
	if err != nil {
		return nil, err
	}
	return s, w.SignIn(ctx, s)
}

// Made notes someone whom a probe made up by itself, to be erased at the end.
func (w *World) Made(s *Someone) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made = append(w.made, s)
}

// Owner owns the organisation and administers the project.
func (w *World) Owner() *Someone { return w.owner }

// Password is that of everyone who was made up.
func (w *World) Password() string { return w.password }

// Project is the path of the project.
func (w *World) Project() string { return "/api/v1/projects/" + string(w.Site.Project) }

// SignIn makes a session. It goes past the limit that the network's address has:
// so many people never sign in from one place.
func (w *World) SignIn(ctx context.Context, s *Someone) error {
	in, err := w.Signin.SignIn(ctx, s.Email, w.password, signin.From{})
	if err == nil && in.Step != "" {
		return errors.New("signing in asks for a second factor")
	}
	if err != nil {
		return errors.New("signing in was refused: " + fault.CodeOf(err))
	}
	s.Cookie = in.Token
	return nil
}

// Session is the cookie that an answer sets.
func (w *World) Session(a Answer) string {
	for _, line := range a.Header.Values("Set-Cookie") {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == w.Cookie {
			return c.Value
		}
	}
	return ""
}

// Answer is what a request got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Is checks the status.
func (a Answer) Is(status int) error {
	if a.Status != status {
		return fmt.Errorf("answered %d %s instead of %d", a.Status, a.code(), status)
	}
	return nil
}

// Has reports whether the body holds text.
func (a Answer) Has(text string) bool { return bytes.Contains(a.Body, []byte(text)) }

// JSON reads the body.
func (a Answer) JSON(into any) error {
	if err := json.Unmarshal(a.Body, into); err != nil {
		return errors.New("the answer is not the JSON it should be")
	}
	return nil
}

// code is that of a problem.
func (a Answer) code() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(a.Body, &p)
	return p.Code
}

// Body is a body that is not JSON.
type Body struct {
	Type  string
	Bytes []byte
}

// Do sends a request over the network as someone, or as nobody (nil). The body
// is a Body, or anything that JSON can write. Headers come in pairs.
func (w *World) Do(ctx context.Context, who *Someone, method, path string, body any, headers ...string) (Answer, error) {
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case Body:
		in, kind = bytes.NewReader(b.Bytes), b.Type
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return Answer{}, err
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, w.base+path, in)
	if err != nil {
		return Answer{}, err
	}
	if in != nil {
		r.Header.Set("Content-Type", kind)
	}
	if who != nil {
		r.Header.Set("Cookie", w.Cookie+"="+who.Cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.client.Do(r)
	if err != nil {
		return Answer{}, errors.New("the installation did not answer")
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return Answer{}, errors.New("the answer ended early")
	}
	return Answer{res.StatusCode, res.Header, b}, nil
}

// Must is Do, and the status it has to have.
func (w *World) Must(ctx context.Context, status int, who *Someone, method, path string, body any, headers ...string) (Answer, error) {
	a, err := w.Do(ctx, who, method, path, body, headers...)
	if err == nil {
		err = a.Is(status)
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", method, w.bare(path), err)
	}
	return a, err
}

// bare is a path as evidence may name it.
func (w *World) bare(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) >= 20 {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// Wait asks again until something has come about, for as long as the probe may
// last.
func (w *World) Wait(ctx context.Context, what string, done func() (bool, error)) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("waited in vain for " + what)
		case <-tick.C:
		}
	}
}

// MailsTo are the mails that were sent to someone.
func (w *World) MailsTo(s *Someone) []mail.Captured {
	var out []mail.Captured
	for _, m := range w.Mails.List() {
		if strings.Contains(m.To, s.Email) {
			out = append(out, m)
		}
	}
	return out
}

// Look makes a probe of a function that gives evidence, or the error of what
// is broken.
func Look(id, name string, run func(ctx context.Context) (string, error)) promise.Probe {
	return promise.Probe{Promise: id, Name: name, Run: func(ctx context.Context) promise.Finding {
		said, err := run(ctx)
		if err != nil {
			return promise.Found(promise.Broken, err.Error())
		}
		return promise.Found(promise.Kept, said)
	}}
}
