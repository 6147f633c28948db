package front

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/app/peertest"
	"plumbline/internal/fault"
	"plumbline/internal/opsapi"
	"plumbline/internal/rest"
)

// patience is far beyond what is promised: a slow machine is no failure.
const patience = time.Minute

// site is an API with what the tests need: a request that waits to be let go,
// and a stream.
type site struct {
	deps    Deps
	entered chan struct{}
	release chan struct{}
}

func newSite(t *testing.T, c config.Config) *site {
	t.Helper()
	if c.Data == "" {
		c.Data = t.TempDir()
	}
	if err := c.Complete(); err != nil {
		t.Fatal(err)
	}
	s := &site{entered: make(chan struct{}, 2), release: make(chan struct{})}
	a := rest.New(rest.Config{Title: "Test"})
	health := opsapi.Register(a, opsapi.Deps{})
	rest.Raw(a, rest.Op{ID: "slow", Method: "GET", Path: "/slow", Tag: "Test", Summary: "Slow", Description: "Waits.", Who: rest.Anyone, Rate: rest.Open, Gives: []string{"text/plain"}},
		func(w http.ResponseWriter, _ *http.Request) error {
			s.entered <- struct{}{}
			<-s.release
			_, err := io.WriteString(w, "whole")
			return err
		})
	rest.Raw(a, rest.Op{ID: "stream", Method: "GET", Path: "/stream", Tag: "Test", Summary: "Stream", Description: "Lasts.", Who: rest.Anyone, Rate: rest.Open, Time: rest.Streaming, Gives: []string{"text/event-stream"}},
		func(w http.ResponseWriter, r *http.Request) error {
			out, err := rest.Events(w, r)
			if err != nil {
				return err
			}
			s.entered <- struct{}{}
			select {
			case <-out.Over():
				return out.Reconnect()
			case <-r.Context().Done():
				return nil
			}
		})
	s.deps = Deps{Config: c, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Server: a.Server(), Private: health, Leave: health.Leave, Drain: a.Drain}
	return s
}

func (s *site) open(t *testing.T) *Front {
	t.Helper()
	f, err := Open(t.Context(), s.deps)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *site) serve(t *testing.T) (f *Front, stop func() error) {
	t.Helper()
	f = s.open(t)
	return f, run(t, f)
}

// run serves what was opened, until stopped.
func run(t *testing.T, f *Front) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.Serve(ctx) }()
	var last error
	done := false
	stop = func() error {
		cancel()
		if !done {
			done, last = true, <-ended
		}
		return last
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// TestLeaving: whoever is being served is served to the end, streams are sent
// elsewhere, and nobody new is sent here.
func TestLeaving(t *testing.T) {
	t.Parallel()
	s := newSite(t, config.Config{Listen: "127.0.0.1:0", Monitoring: config.Monitoring{Listen: "127.0.0.1:0"}})
	f, stop := s.serve(t)
	url, private := "http://"+f.Address().String(), "http://"+f.private.Addr().String()
	if res, _ := get(t, http.DefaultClient, private+"/readyz"); res.StatusCode != 200 {
		t.Fatalf("not ready: %d", res.StatusCode)
	}
	asked := s.deps.Config
	asked.Monitoring.Listen = f.private.Addr().String()
	if err := Ready(t.Context(), asked); err != nil {
		t.Errorf("asked as a health check does: %v", err)
	}
	type answer struct {
		status int
		body   string
		err    error
	}
	slow, stream := make(chan answer, 1), make(chan answer, 1)
	ask := func(path string, to chan<- answer) {
		res, err := http.Get(url + rest.Prefix + path) //nolint:noctx // ended by the server
		if err != nil {
			to <- answer{err: err}
			return
		}
		defer func() { _ = res.Body.Close() }()
		b, err := io.ReadAll(res.Body)
		to <- answer{res.StatusCode, string(b), err}
	}
	go ask("/slow", slow)
	go ask("/stream", stream)
	<-s.entered // whoever is not in yet is refused
	<-s.entered

	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	if got := <-stream; got.err != nil || !strings.Contains(got.body, "retry: ") || !strings.Contains(got.body, "event: reconnect") {
		t.Errorf("the stream ends with %+v", got)
	}
	if err := Ready(t.Context(), asked); fault.CodeOf(err) != "not-ready" {
		t.Errorf("while leaving a health check hears %v", err)
	}
	// The slow request is still there, and so is the private listener.
	if res, body := get(t, http.DefaultClient, private+"/readyz"); res.StatusCode != 503 || !strings.Contains(body, opsapi.Leaving) {
		t.Errorf("while leaving: %d %s", res.StatusCode, body)
	}
	if res, _ := get(t, http.DefaultClient, private+"/healthz"); res.StatusCode != 200 {
		t.Errorf("while leaving not alive: %d", res.StatusCode)
	}
	select {
	case got := <-slow:
		t.Fatalf("a request under way was cut off: %+v", got)
	case err := <-stopped:
		t.Fatalf("the server left before a request under way: %v", err)
	default:
	}
	close(s.release)
	if got := <-slow; got.err != nil || got.status != 200 || got.body != "whole" {
		t.Errorf("a request under way got %+v", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if err := Ready(t.Context(), asked); fault.CodeOf(err) != "nobody-listens" {
		t.Errorf("a health check of nobody says %v", err)
	}
	if c, err := net.Dial("tcp", f.Address().String()); err == nil { //nolint:noctx // refused at once
		_ = c.Close()
		t.Error("somebody still listens")
	}
}

// TestLeavingHasAnEnd: a request that never ends does not keep the program.
func TestLeavingHasAnEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t, config.Config{Listen: "127.0.0.1:0", Drain: config.Drain{Requests: time.Millisecond}})
	defer close(s.release)
	f, stop := s.serve(t)
	failed := make(chan error, 1)
	go func() {
		_, err := http.Get("http://" + f.Address().String() + rest.Prefix + "/slow") //nolint:noctx,bodyclose // it has none
		failed <- err
	}()
	<-s.entered
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := <-failed; err == nil {
		t.Error("a request was answered that was not let go")
	}
}

// certificate makes one for names, and writes it and its key; they say 'serial'.
func certificate(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	return peertest.Certificate(t, dir, serial, "site.example")
}

func handshake(address string, c *tls.Config) (tls.ConnectionState, error) {
	c.ServerName, c.InsecureSkipVerify = "site.example", true //nolint:gosec // a test's own certificate
	conn, err := tls.Dial("tcp", address, c)                  //nolint:noctx // loopback
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer func() { _ = conn.Close() }()
	return conn.ConnectionState(), nil
}

// TestCertificate: HTTPS only, by a version that is not too old, and the
// certificate changes without a restart.
func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, dir, 1)
	s := newSite(t, config.Config{Listen: "127.0.0.1:0", Redirect: "127.0.0.1:0", PublicURL: "https://site.example", TLS: config.TLS{Certificate: cert, Key: key}})
	f, _ := s.serve(t)
	at := f.Address().String()
	if _, err := handshake(at, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // it must fail
		t.Error("TLS 1.1 is spoken")
	}
	got, err := handshake(at, &tls.Config{MinVersion: tls.VersionTLS12})
	if err != nil || got.PeerCertificates[0].SerialNumber.Int64() != 1 || got.Version != tls.VersionTLS13 {
		t.Fatalf("%v %v", got.Version, err)
	}
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // a test's own certificate
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	res, _ := get(t, client, "https://"+at+"/healthz")
	if res.Header.Get("Strict-Transport-Security") != "max-age=63072000" || res.ProtoMajor != 2 {
		t.Errorf("%v %v", res.Proto, res.Header)
	}
	res, _ = get(t, client, "http://"+f.plain.Addr().String()+"/projects/1?x=y%20z")
	if res.StatusCode != 308 || res.Header.Get("Location") != "https://site.example/projects/1?x=y%20z" || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("plain HTTP: %d %v", res.StatusCode, res.Header)
	}
	if f.Keys.Expires().IsZero() {
		t.Error("nobody knows when the certificate ends")
	}

	serial := func() int64 {
		got, err := handshake(at, &tls.Config{MinVersion: tls.VersionTLS12})
		if err != nil {
			t.Fatal(err)
		}
		return got.PeerCertificates[0].SerialNumber.Int64()
	}
	// A broken file leaves the one before in use.
	if err := os.WriteFile(cert, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Keys.Reload(); err == nil || serial() != 1 {
		t.Error("a broken certificate was taken")
	}
	certificate(t, dir, 2)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); serial() != 2; {
		if time.Now().After(end) {
			t.Fatal("the new certificate is never shown")
		}
	}
}

// TestRedirectReadsNothing: whatever comes in by plain HTTP leads to the public
// address, and to no other.
func TestRedirectReadsNothing(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // loopback
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: Redirect("https://site.example:8443"), ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	for request, want := range map[string]string{
		"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n":               "Location: https://site.example:8443/\r\n",
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab": "Location: https://site.example:8443/a\r\n",
		"GET //evil.example/x HTTP/1.1\r\nHost: x\r\n\r\n":           "Location: https://site.example:8443//evil.example/x\r\n",
		"GET http://evil.example/y HTTP/1.1\r\nHost: x\r\n\r\n":      "Location: https://site.example:8443/y\r\n",
		"GET /%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: x\r\n\r\n":        "Location: https://site.example:8443/%0D%0ASet-Cookie:x\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n":                      "HTTP/1.1 200",
	} {
		c, err := net.Dial("tcp", l.Addr().String()) //nolint:noctx // loopback
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for lines := bufio.NewReader(c); ; {
			line, err := lines.ReadString('\n')
			got.WriteString(line)
			if err != nil || line == "\r\n" {
				break
			}
		}
		_ = c.Close()
		if !strings.Contains(strings.ReplaceAll(got.String(), "%0d%0a", "%0D%0A"), want) || strings.Contains(got.String(), "\nSet-Cookie") {
			t.Errorf("%q: %s", request, got.String())
		}
	}
}
