package signinapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/rest"
	"plumbline/internal/rest/limit"
	"plumbline/internal/signin"
	"plumbline/internal/signin/postal"
	"plumbline/internal/signin/signinapi"
)

const (
	good   = "vier groene fietsen in de regen"
	better = "zeven natte honden op het dak"
)

type unlimited struct{}

func (unlimited) Take(string, limit.Limit) (time.Duration, bool) { return 0, true }

// server is the operations behind the real rest, on a real vault.
type server struct {
	url   string
	in    *signin.Service
	orgs  *org.Service
	owner org.Grant
	log   *bytes.Buffer
}

func start(t *testing.T) *server {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	ring := persontest.Ring(t)
	v := person.New(person.Deps{DB: d, Keys: ring})
	s := &server{orgs: org.New(org.Deps{DB: d, People: v, Mail: org.Queue{}}), log: &bytes.Buffer{}}
	var err error
	s.in, err = signin.New(signin.Deps{DB: d, People: v, Orgs: s.orgs, Keys: ring, Mail: org.Queue{}, Admit: access.Admit,
		Cost: signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 2}})
	must(t, err)
	a, err := s.in.NewAccount(t.Context(), person.AccountProfile{Name: "Anna Peeters", Email: "anna@delta.example", Locale: "nl"}, good)
	must(t, err)
	o := id.New[id.Org]()
	must(t, s.orgs.Found(t.Context(), org.Founding{Org: o, Name: "Bouwgroep Delta", Locale: "nl", Owner: id.New[id.Person](), Account: a,
		Profile: person.Profile{Name: "Anna Peeters", Email: "anna@delta.example", Locale: "nl"}}))
	s.owner, err = s.orgs.Enter(t.Context(), org.Caller{Account: a, Via: "session"}, o)
	must(t, err)
	api := rest.New(rest.Config{Title: "Test", Version: "1", Cookie: signinapi.Cookie, Authenticate: signinapi.Authenticate(s.in),
		Limiter: unlimited{}, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	signinapi.Register(api, s.in)
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = api.Server()
	srv.Start()
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// browser keeps cookies, which net/http's jar would not send over plain HTTP.
type browser struct {
	s       *server
	cookies map[string]string
}

func (s *server) browser() *browser { return &browser{s, map[string]string{}} }

func (b *browser) do(t *testing.T, method, path, body string) (int, map[string]any, *http.Response) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, b.s.url+rest.Prefix+path, strings.NewReader(body))
	must(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	must(t, err)
	for _, c := range res.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("cookie %s is not one that stays with the host: %+v", c.Name, c)
		}
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c.Value
		if bytes.Contains(raw, []byte(c.Value)) {
			t.Errorf("%s %s: the token is in the body", method, path)
		}
	}
	var out map[string]any
	if len(raw) > 0 {
		must(t, json.Unmarshal(raw, &out))
	}
	return res.StatusCode, out, res
}

func (b *browser) want(t *testing.T, method, path, body string, status int, code string) map[string]any {
	t.Helper()
	got, out, _ := b.do(t, method, path, body)
	if got != status || code != "" && out["code"] != code {
		t.Errorf("%s %s: %d %v, want %d %s", method, path, got, out, status, code)
	}
	return out
}

func TestSession(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.browser()
	b.want(t, "GET", "/session", "", 401, "unauthenticated")
	for _, body := range []string{`{"email":"anna@delta.example","password":"not the password at all"}`, `{"email":"nobody@delta.example","password":"` + good + `"}`, `{"email":"","password":""}`} {
		b.want(t, "POST", "/session", body, 401, "bad-credentials")
	}
	if len(b.cookies) != 0 {
		t.Errorf("a refusal sets cookies: %v", b.cookies)
	}
	out := b.want(t, "POST", "/session", `{"email":"ANNA@delta.example","password":"`+good+`"}`, 200, "")
	acc := out["account"].(map[string]any)
	orgs := out["organisations"].([]any)
	if acc["name"] != "Anna Peeters" || acc["time_zone"] != "Europe/Brussels" || len(orgs) != 1 || orgs[0].(map[string]any)["role"] != "owner" {
		t.Errorf("%v", out)
	}
	if len(b.cookies) != 2 {
		t.Errorf("cookies %v", b.cookies)
	}
	first := b.cookies[signinapi.Cookie]
	b.want(t, "GET", "/session", "", 200, "")
	if now, ok := b.want(t, "GET", "/session/now", "", 200, "")["session"].(map[string]any); !ok || now["account"].(map[string]any)["name"] != "Anna Peeters" {
		t.Errorf("signed in, and the session is %v", now)
	}
	b.want(t, "POST", "/session", `{"email":"anna@delta.example","password":"`+good+`"}`, 200, "")
	old := s.browser()
	old.cookies[signinapi.Cookie] = first
	old.want(t, "GET", "/session", "", 401, "unauthenticated")
	for who, nobody := range map[string]*browser{"whose session was replaced": old, "without a cookie": s.browser(), "with a made-up one": {s, map[string]string{signinapi.Cookie: "guessed"}}} {
		if now := nobody.want(t, "GET", "/session/now", "", 200, ""); len(now) != 1 || now["session"] != nil {
			t.Errorf("somebody %s is told %v", who, now)
		}
	}

	phone := s.browser()
	phone.want(t, "POST", "/session", `{"email":"anna@delta.example","password":"`+good+`"}`, 200, "")
	items := b.want(t, "GET", "/sessions", "", 200, "")["items"].([]any)
	if len(items) != 2 {
		t.Fatalf("%v", items)
	}
	for _, x := range items {
		one := x.(map[string]any)
		if one["agent"] != "Firefox, Linux" {
			t.Errorf("%v", one)
		}
		if one["current"] == false {
			b.want(t, "DELETE", "/sessions/"+one["id"].(string), "", 204, "")
		}
	}
	phone.want(t, "GET", "/session", "", 401, "unauthenticated")
	b.want(t, "DELETE", "/sessions/"+string(id.New[id.Session]()), "", 404, "session-not-found")

	out = b.want(t, "PATCH", "/account", `{"name":"Anna Janssens","locale":"fr"}`, 200, "")
	if out["name"] != "Anna Janssens" || out["locale"] != "fr" {
		t.Errorf("%v", out)
	}
	b.want(t, "PATCH", "/account", `{"time_zone":"Mars/Base"}`, 422, "invalid")
	b.want(t, "PATCH", "/account", `{"email":"x@y.example"}`, 422, "invalid")
	b.want(t, "DELETE", "/session", "", 204, "")
	if b.cookies[signinapi.Cookie] != "" {
		t.Error("the cookie stays after signing out")
	}
	b.want(t, "GET", "/session", "", 401, "unauthenticated")
	if l := s.log.String(); strings.Contains(l, "delta.example") || strings.Contains(l, first) {
		t.Errorf("the log names someone:\n%s", l)
	}
}

func TestTooManyGuesses(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.browser()
	for range 12 {
		if status, out, res := b.do(t, "POST", "/session", `{"email":"anna@delta.example","password":"not the password at all"}`); status == 429 {
			if out["code"] != "try-later" || res.Header.Get("Retry-After") == "" {
				t.Errorf("%v %q", out, res.Header.Get("Retry-After"))
			}
			return
		}
	}
	t.Error("twelve guesses at once")
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	s := start(t)
	b := s.browser()
	b.want(t, "POST", "/password", `{"current":"x","password":"y"}`, 401, "unauthenticated")
	for _, email := range []string{"anna@delta.example", "nobody@delta.example", "no address"} {
		b.want(t, "POST", "/password-reset", `{"email":"`+email+`","locale":"nl"}`, 202, "")
	}
	s.in.Wait(t.Context())
	b.want(t, "POST", "/session", `{"email":"anna@delta.example","password":"`+good+`"}`, 200, "")
	out := b.want(t, "POST", "/password", `{"current":"wrong wrong wrong","password":"`+better+`"}`, 422, "invalid")
	if f := out["fields"].([]any)[0].(map[string]any); f["path"] != "current" || f["code"] != "wrong" {
		t.Errorf("%v", out)
	}
	out = b.want(t, "POST", "/password", `{"current":"`+good+`","password":"bouwgroepdelta1"}`, 422, "invalid")
	if f := out["fields"].([]any)[0].(map[string]any); f["path"] != "password" || f["code"] != "context" {
		t.Errorf("%v", out)
	}
	b.want(t, "POST", "/password", `{"current":"`+good+`","password":"`+better+`"}`, 204, "")
	b.want(t, "GET", "/session", "", 200, "")
	stranger := s.browser()
	stranger.want(t, "POST", "/password-reset/confirm", `{"token":"xyz","password":"`+good+`"}`, 410, "link-lapsed")
	link, err := postal.Postman{SignIn: s.in, Base: "https://x.example"}.Link(t.Context(),
		mail.Queued{To: mail.Recipient{Kind: "account", ID: string(s.owner.Account)}, Template: "password-reset"})
	must(t, err)
	_, token, _ := strings.Cut(link, "#token=")
	token, err = url.QueryUnescape(token)
	must(t, err)
	stranger.want(t, "POST", "/password-reset/confirm", `{"token":"`+token+`","password":"short"}`, 422, "invalid")
	stranger.want(t, "POST", "/password-reset/confirm", `{"token":"`+token+`","password":"`+good+`"}`, 204, "")
	b.want(t, "GET", "/session", "", 401, "unauthenticated")
	b.want(t, "POST", "/session", `{"email":"anna@delta.example","password":"`+good+`"}`, 200, "")
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	s := start(t)
	invite := func(email string) string {
		in := org.Invitation{ID: id.New[id.Invite](), Email: email, Source: personal.Supplier, Locale: "fr"}
		_, _, err := s.orgs.Invite(t.Context(), s.owner, in)
		must(t, err)
		token, err := s.orgs.NewLink(t.Context(), s.owner.Org, in.ID)
		must(t, err)
		return token
	}
	b := s.browser()
	b.want(t, "GET", "/invitations/nothing", "", 410, "link-lapsed")
	token := invite("nele@gamma.example")
	out := b.want(t, "GET", "/invitations/"+token, "", 200, "")
	if out["organisation"] != "Bouwgroep Delta" || out["inviter"] != "Anna Peeters" || out["source"] != "supplier" || out["purpose"] != "organisation" ||
		out["has_account"] != false || out["erase_after"] == nil || out["locale"] != "fr" {
		t.Errorf("%v", out)
	}
	if raw, _ := json.Marshal(out); bytes.Contains(raw, []byte("nele")) {
		t.Errorf("the notice shows the address: %s", raw)
	}
	b.want(t, "POST", "/invitations/"+token+"/accept", `{"name":"Nele Claes","password":"short"}`, 422, "invalid")
	out = b.want(t, "POST", "/invitations/"+token+"/accept", `{"name":"Nele Claes","password":"`+good+`","locale":"nl"}`, 200, "")
	if out["account"].(map[string]any)["email"] != "nele@gamma.example" || len(out["organisations"].([]any)) != 1 {
		t.Errorf("%v", out)
	}
	b.want(t, "GET", "/session", "", 200, "")
	b.want(t, "POST", "/invitations/"+token+"/accept", `{"password":"`+good+`"}`, 410, "link-lapsed")

	token = invite("piet@gamma.example")
	s.browser().want(t, "POST", "/invitations/"+token+"/decline", "", 204, "")
	b.want(t, "GET", "/invitations/"+token, "", 410, "link-lapsed")
}
