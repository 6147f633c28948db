package webui

import (
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><link rel="stylesheet" href="/assets/a.css" nonce="__CSP_NONCE__"><script src="/theme.js"></script>`

func built(t *testing.T) *UI {
	t.Helper()
	u, err := fromFS(fstest.MapFS{
		".keep":           {},
		"index.html":      {Data: []byte(page)},
		"sw.js":           {Data: []byte("self.x=1")},
		"theme.js":        {Data: []byte("1")},
		"icon.svg":        {Data: []byte("<svg/>")},
		"app.webmanifest": {Data: []byte("{}")},
		"assets/a-1.js":   {Data: []byte("export{}")},
		"assets/_b-2.js":  {Data: []byte("export{}")},
		"assets/c.woff2":  {Data: []byte("font")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func ask(t *testing.T, u *UI, method, target string, header http.Header) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	maps.Copy(r.Header, header)
	w := httptest.NewRecorder()
	u.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestWhatIsServed(t *testing.T) {
	t.Parallel()
	u := built(t)
	const forever, again = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct {
		name, method, path string
		status             int
		kind, cache        string
	}{
		{"the start", "GET", "/", 200, "text/html; charset=utf-8", again},
		{"a link into the app", "GET", "/p/0198a/points?status=a.b", 200, "text/html; charset=utf-8", again},
		{"an invitation's token", "GET", "/invite/AbC-_9", 200, "text/html; charset=utf-8", again},
		{"the page by name, for the service worker", "GET", "/index.html", 200, "text/html; charset=utf-8", again},
		{"head", "HEAD", "/", 200, "text/html; charset=utf-8", again},
		{"a chunk", "GET", "/assets/a-1.js", 200, "text/javascript; charset=utf-8", forever},
		{"a chunk with an underscore", "GET", "/assets/_b-2.js", 200, "text/javascript; charset=utf-8", forever},
		{"a font", "GET", "/assets/c.woff2", 200, "font/woff2", forever},
		{"the service worker", "GET", "/sw.js", 200, "text/javascript; charset=utf-8", again},
		{"the manifest", "GET", "/app.webmanifest", 200, "application/manifest+json", again},
		{"a chunk of another build", "GET", "/assets/gone-9.js", 404, "", "no-store"},
		{"no folder listing", "GET", "/assets/", 404, "", "no-store"},
		{"another missing file", "GET", "/favicon.ico", 404, "", "no-store"},
		{"the mark of an empty build", "GET", "/.keep", 404, "", "no-store"},
		{"climbing out", "GET", "/assets/../webui.go", 404, "", "no-store"},
		{"a write", "POST", "/", 405, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res, body := ask(t, u, c.method, c.path, nil)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			if got := res.Header.Get("Content-Type"); c.kind != "" && got != c.kind {
				t.Errorf("type %q, want %q", got, c.kind)
			}
			if got := res.Header.Get("Cache-Control"); got != c.cache {
				t.Errorf("cache %q, want %q", got, c.cache)
			}
			if c.status != 200 && strings.Contains(body, "<!doctype") {
				t.Error("a refusal answers with the page")
			}
			for _, h := range []string{"X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options", "Permissions-Policy"} {
				if res.Header.Get(h) == "" {
					t.Errorf("no %s", h)
				}
			}
		})
	}
}

func TestEachPageHasItsOwnNonce(t *testing.T) {
	t.Parallel()
	u := built(t)
	inPolicy := regexp.MustCompile(`style-src 'self' 'nonce-([A-Za-z0-9+/=]{24})'`)
	seen := map[string]bool{}
	for range 3 {
		res, body := ask(t, u, "GET", "/p/x/today", nil)
		m := inPolicy.FindStringSubmatch(res.Header.Get("Content-Security-Policy"))
		if m == nil {
			t.Fatalf("no nonce in the policy: %s", res.Header.Get("Content-Security-Policy"))
		}
		if seen[m[1]] {
			t.Error("the nonce came twice")
		}
		seen[m[1]] = true
		if strings.Count(body, m[1]) != 2 || strings.Contains(body, noncePlace) {
			t.Errorf("the page does not carry the policy's nonce: %s", body)
		}
	}
}

func TestPolicyAllowsNoInlineScriptAndNobodyElse(t *testing.T) {
	t.Parallel()
	p := Policy("n")
	for _, bad := range []string{"unsafe-inline", "unsafe-eval", "http:", "https:", "*"} {
		if strings.Contains(p, bad) {
			t.Errorf("policy contains %s", bad)
		}
	}
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(p, want) {
			t.Errorf("policy lacks %s", want)
		}
	}
}

func TestAFileThatIsTheSameIsNotSentAgain(t *testing.T) {
	t.Parallel()
	u := built(t)
	first, _ := ask(t, u, "GET", "/sw.js", nil)
	second, body := ask(t, u, "GET", "/sw.js", http.Header{"If-None-Match": {first.Header.Get("ETag")}})
	if second.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("status %d, %d bytes", second.StatusCode, len(body))
	}
}

func TestTextIsCompressedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("export const a = 1;\n", 400)
	u, err := fromFS(fstest.MapFS{"assets/a.js": {Data: []byte(text)}, "assets/b.js": {Data: []byte(text)}, "assets/b.js.br": {Data: []byte("brotli")},
		"assets/f.woff2": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, accept, encoding string }{
		{"a script", "/assets/a.js", "gzip, br", "gzip"},
		{"a script with a Brotli twin", "/assets/b.js", "gzip, br;q=0.9", "br"},
		{"who takes no Brotli", "/assets/b.js", "gzip", "gzip"},
		{"who refuses Brotli", "/assets/b.js", "br;q=0.0, gzip", "gzip"},
		{"refused by the client", "/assets/a.js", "gzip;q=0", ""},
		{"not asked for", "/assets/a.js", "", ""},
		{"a font is compressed already", "/assets/f.woff2", "gzip", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res, body := ask(t, u, "GET", c.path, http.Header{"Accept-Encoding": {c.accept}})
			if got := res.Header.Get("Content-Encoding"); got != c.encoding {
				t.Fatalf("encoding %q, want %q", got, c.encoding)
			}
			if v := res.Header.Get("Vary"); v != "Accept-Encoding" {
				t.Errorf("Vary %q: a cache would give it to others", v)
			}
			if c.encoding == "br" && body == "brotli" {
				return
			}
			if c.encoding == "gzip" {
				z, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				body = string(b)
			}
			if body != text {
				t.Error("the content differs")
			}
		})
	}
}

func TestWhatTheBuildKeepsForItselfIsNotServed(t *testing.T) {
	t.Parallel()
	u, err := fromFS(fstest.MapFS{"assets/b.js": {Data: []byte("1")}, "assets/b.js.br": {Data: []byte("brotli")}, ".vite/manifest.json": {Data: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/assets/b.js.br", "/.vite/manifest.json"} {
		if res, _ := ask(t, u, "GET", path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestWithoutABuild(t *testing.T) {
	t.Parallel()
	u, err := fromFS(fstest.MapFS{".keep": {}})
	if err != nil {
		t.Fatal(err)
	}
	if u.Built() {
		t.Error("it says that it is built")
	}
	res, body := ask(t, u, "GET", "/", nil)
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "make build") {
		t.Errorf("status %d: %s", res.StatusCode, body)
	}
}

func TestAPageWithoutPlaceForTheNonceIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := fromFS(fstest.MapFS{"index.html": {Data: []byte("<html>")}}); err == nil {
		t.Error("no error")
	}
}

// The build that is embedded, when there is one, is what the handler expects.
func TestEmbeddedBuild(t *testing.T) {
	t.Parallel()
	u, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if !u.Built() {
		t.Skip("no web build in dist: run make build")
	}
	_, body := ask(t, u, "GET", "/", nil)
	for _, ref := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(body, -1) {
		if res, _ := ask(t, u, "GET", ref[1], nil); res.StatusCode != 200 {
			t.Errorf("%s: %d", ref[1], res.StatusCode)
		}
	}
	if inline := regexp.MustCompile(`<script(?:\s[^>]*)?>[^<]`).FindString(body); inline != "" {
		t.Errorf("an inline script: %s", inline)
	}
}
