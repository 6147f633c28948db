package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/id"
	"plumbline/internal/rest/limit"
)

// unlimited lets everything pass: what is not about limits must not meet them.
type unlimited struct{}

func (unlimited) Take(string, limit.Limit) (time.Duration, bool) { return 0, true }

// logs collects what is logged.
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

// byHeader signs in whoever says who they are: tests of rest have no sessions.
func byHeader(r *http.Request) (Caller, bool, error) {
	a := id.Account(r.Header.Get("Test-Account"))
	return Caller{Account: a, Via: "session"}, a != "", nil
}

func newTestAPI(t *testing.T, change func(*Config)) (*API, *logs) {
	t.Helper()
	l := &logs{}
	cfg := Config{
		Title: "Test", Version: "1", Cookie: "__Host-test", Authenticate: byHeader, Limiter: unlimited{},
		Clock: clock.NewFake(time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)),
		Log:   slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&cfg)
	}
	return New(cfg), l
}

func serve(t *testing.T, a *API) string {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.Config = a.Server()
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) problem(t *testing.T) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("not a problem: %v: %s", err, a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q of a problem", got)
	}
	if p.Status != a.status {
		t.Errorf("the problem says status %d, the answer is %d", p.Status, a.status)
	}
	if p.Type != "urn:plumbline:problem:"+p.Code || p.Title == "" {
		t.Errorf("type %q title %q of code %q", p.Type, p.Title, p.Code)
	}
	return p
}

// call makes a request as account (none if empty); headers are name, value ...
func call(t *testing.T, method, url string, account id.Account, body string, headers ...string) answer {
	t.Helper()
	var rd io.Reader
	if body != "" {
		rd = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(context.Background(), method, url, rd)
	if err != nil {
		t.Fatal(err)
	}
	if account != "" {
		r.Header.Set("Test-Account", string(account))
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

func someOp(opID, method, path string) Op {
	op := Op{ID: opID, Method: method, Path: path, Summary: "A test", Description: "For a test.", Who: Anyone, Rate: Open}
	if method != http.MethodGet {
		op.MaxBody = JSONBody
	}
	return op
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
