package policyapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/evidence"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/policyapi"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
	"plumbline/internal/rest"
)

type nobody struct{ one id.Account }

func (n nobody) AccountsAfter(_ *db.Tx, after id.Account, _ int) ([]id.Account, error) {
	if after < n.one {
		return []id.Account{n.one}, nil
	}
	return nil, nil
}

func (nobody) LocaleOf(*db.Tx, id.Account) (lang.Locale, error) { return lang.DutchBelgium, nil }

type server struct {
	t       *testing.T
	h       http.Handler
	policy  *policytext.Service
	d       *db.DB
	in      *wording.Input
	account id.Account
}

func (s server) get(path string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T) server {
	t.Helper()
	c := clock.NewFake(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))
	d := dbtest.Open(t, db.SQLite, dbtest.Clock(c))
	dir := t.TempDir()
	ring, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	must(t, err)
	t.Cleanup(ring.Close)
	in := &wording.Input{Operator: personal.Operator{Name: "Voorbeeld <NV>", Country: "BE", Officer: personal.Officer{Email: "officer@example.org", Post: "Straat 1, Gent"}},
		Bounds: wording.Bounds{GraceHours: 24, KeyHours: 72, NoticeDays: 30}, Ages: map[string]int{"": 16}}
	s := server{t: t, d: d, in: in, account: id.New[id.Account]()}
	s.policy = policytext.New(policytext.Deps{DB: d, Accounts: nobody{s.account}, Facts: func() wording.Facts { return wording.Gather(*in) }})
	must(t, s.policy.Publish(t.Context()))
	api := rest.New(rest.Config{Title: "T", Version: "1", Cookie: "c", Clock: c,
		Authenticate: func(r *http.Request) (rest.Caller, bool, error) {
			return rest.Caller{Account: s.account, Via: "session"}, r.Header.Get("Cookie") != "", nil
		}})
	policyapi.Register(api, policyapi.Deps{Policy: s.policy, Evidence: evidence.New(d, ring, "x.example"), Operator: func() personal.Operator { return in.Operator },
		LocaleOf: func(context.Context, id.Account) (lang.Locale, error) { return lang.DutchBelgium, nil }})
	s.h = api.Handler()
	return s
}

func TestPage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, c := range []struct{ name, path, accept, lang string }{
		{"asked for", "/privacy?lang=fr", "nl", "fr"},
		{"the browser's first", "/privacy", "da, en;q=0.5", "da"},
		{"the best it knows", "/privacy", "ja, de-AT;q=0.8, en;q=0.1", "de"},
		{"none it knows", "/privacy", "ja", "en"},
		{"nonsense", "/privacy", ";;;q=q", "en"},
		{"nothing", "/privacy", "", "en"},
	} {
		w := s.get(c.path, "Accept-Language", c.accept)
		body := w.Body.String()
		if w.Code != 200 || !strings.Contains(body, `<html lang="`+c.lang+`">`) || !strings.Contains(body, "Voorbeeld &lt;NV&gt;") {
			t.Errorf("%s: %d, not in %s", c.name, w.Code, c.lang)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; style-src 'sha256-") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", c.name, csp)
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "src=") || strings.Contains(body, "@import") {
			t.Errorf("%s: the page loads something", c.name)
		}
	}
	if w := s.get("/privacy.pdf?lang=nl"); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF")) {
		t.Errorf("PDF: %d", w.Code)
	}
	if w := s.get("/privacy?version=0123456789abcdef"); w.Code != 404 {
		t.Errorf("a version that never was: %d", w.Code)
	}
}

func TestAnnounced(t *testing.T) {
	t.Parallel()
	s := serve(t)
	now, err := s.policy.InForce(t.Context())
	must(t, err)
	s.in.Processors = []personal.DataProcessor{{ID: "x", Name: "Far Away Inc", Country: "US", Safeguard: personal.Clauses}}
	must(t, s.policy.Publish(t.Context()))
	w := job.New(s.d, nil, map[string]job.Handler{policytext.AnnounceJob: s.policy.Announce, "mail.send": func(context.Context, *job.Run) error { return nil }}, job.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	var items struct {
		Items []struct {
			ID, Kind, Title, Text, Effective, Link string
			Seen                                   bool
		}
	}
	for open := 1; open > 0; {
		must(t, s.d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			return tx.Row(`select count(*) from job where state in ('queued', 'running')`).Scan(&open)
		}))
	}
	cancel()
	<-done
	must(t, json.Unmarshal(s.get("/api/v1/me/notices", "Cookie", "c=1").Body.Bytes(), &items))
	if len(items.Items) != 1 {
		t.Fatalf("%d notices", len(items.Items))
	}
	n := items.Items[0]
	if n.Kind != "policy" || n.Effective != "2026-04-01" || n.Seen || !strings.Contains(n.Title, "1 april 2026") || !strings.Contains(n.Text, "Far Away Inc") {
		t.Errorf("notice %+v", n)
	}
	if body := s.get("/privacy?lang=en").Body.String(); !strings.Contains(body, "The privacy policy changes on 1 April 2026") || !strings.Contains(body, now.ID) || strings.Contains(body, "<td data-label=\"Company\">Far Away") {
		t.Error("the page does not announce, or shows what is not in force")
	}
	if body := s.get(n.Link).Body.String(); !strings.Contains(body, "Van kracht vanaf 1 april 2026") || !strings.Contains(body, "Far Away Inc") {
		t.Error("the link of the notice does not show the version that is coming")
	}
	var p struct {
		Version string
		InForce bool `json:"in_force"`
		Coming  struct {
			Version, Effective string
			Changes            []string
		}
	}
	must(t, json.Unmarshal(s.get("/api/v1/policy?locale=en").Body.Bytes(), &p))
	if p.Version != now.ID || !p.InForce || p.Coming.Effective != "2026-04-01" || len(p.Coming.Changes) != 2 {
		t.Errorf("policy %+v", p)
	}
	if w := s.get("/api/v1/me/notices"); w.Code != 401 {
		t.Errorf("notices for nobody: %d", w.Code)
	}
}
