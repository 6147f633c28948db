package opsapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/mail"
	"plumbline/internal/opsapi"
	"plumbline/internal/rest"
)

func serve(t *testing.T, d opsapi.Deps) string {
	t.Helper()
	a := rest.New(rest.Config{Title: "Test"})
	opsapi.Register(a, d)
	s := httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return s.URL
}

func get(t *testing.T, url string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	var broken error
	runs, told := 0, ""
	url := serve(t, opsapi.Deps{Clock: fake, Failed: func(check string, err error) { told += check + ": " + err.Error() },
		Checks: []opsapi.Check{
			{Name: "database", Run: func(context.Context) error { return nil }},
			{Name: "files", Run: func(context.Context) error {
				runs++
				if broken != nil && broken.Error() == "panic" {
					panic("boom")
				}
				return broken
			}},
		}})
	if status, _, _ := get(t, url+"/healthz"); status != 200 {
		t.Errorf("healthz %d", status)
	}
	steps := []struct {
		name   string
		broken error
		wait   time.Duration
		status int
		body   string
		runs   int
	}{
		{"ready", nil, 0, 200, `{"ready":true,"checks":{"database":true,"files":true}}`, 1},
		{"asked again at once", errors.New("disk is full"), time.Second, 200, `{"ready":true,"checks":{"database":true,"files":true}}`, 1},
		{"a check fails", errors.New("disk is full"), time.Second, 503, `{"ready":false,"checks":{"database":true,"files":false}}`, 2},
		{"a check panics", errors.New("panic"), 2 * time.Second, 503, `{"ready":false,"checks":{"database":true,"files":false}}`, 3},
		{"well again", nil, 2 * time.Second, 200, `{"ready":true,"checks":{"database":true,"files":true}}`, 4},
	}
	for _, s := range steps {
		broken = s.broken
		fake.Advance(s.wait)
		status, _, body := get(t, url+"/readyz")
		if status != s.status || strings.TrimSpace(body) != s.body || runs != s.runs {
			t.Errorf("%s: %d %s after %d runs", s.name, status, body, runs)
		}
	}
	if !strings.Contains(told, "files: disk is full") {
		t.Errorf("told %q", told)
	}
	if status, _, _ := get(t, url+"/dev/mail"); status != 404 {
		t.Errorf("mail is shown without a capture: %d", status)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	url := serve(t, opsapi.Deps{Version: "1.2", Build: "abc", Locales: []string{"nl", "en"}})
	_, _, body := get(t, url+"/api/v1/config")
	if want := `{"version":"1.2","build":"abc","dev":false,"locales":["nl","en"],"mail_capture":false}`; strings.TrimSpace(body) != want {
		t.Errorf("%s", body)
	}
	if !json.Valid([]byte(body)) {
		t.Error("not JSON")
	}
}

func TestCapturedMail(t *testing.T) {
	t.Parallel()
	c, err := mail.NewCapture("")
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, opsapi.Deps{Mails: c})
	if status, _, body := get(t, url+"/dev/mail"); status != 200 || !strings.Contains(body, "No mail yet") {
		t.Errorf("%d %s", status, body)
	}
	err = c.Send(context.Background(), mail.Letter{
		ID: "x@localhost", From: "Plumbline <p@localhost>", To: "jan@example.org", Subject: `Invitation <script>alert(1)</script>`, Date: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Text: "Hello\nhttps://site.example/invite/abc?x=1&y=2 <b>", HTML: "<p>Hello</p><script>alert(1)</script>",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, h, body := get(t, url+"/dev/mail")
	if !strings.Contains(body, "jan@example.org") || !strings.Contains(body, `href="/dev/mail/1"`) || strings.Contains(body, "<script") {
		t.Errorf("%s", body)
	}
	if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	_, _, body = get(t, url+"/dev/mail/1")
	if !strings.Contains(body, `<a href="https://site.example/invite/abc?x=1&amp;y=2">`) || strings.Contains(body, "<b>") || !strings.Contains(body, "<iframe") {
		t.Errorf("%s", body)
	}
	_, h, body = get(t, url+"/dev/mail/1?as=html")
	if body != "<p>Hello</p><script>alert(1)</script>" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") {
		t.Errorf("%s %v", body, h)
	}
	for _, bad := range []string{"2", "x", "-1"} {
		if status, _, _ := get(t, url+"/dev/mail/"+bad); status != 404 {
			t.Errorf("mail %s: %d", bad, status)
		}
	}
}
