package traced

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/app/config"
	"plumbline/internal/app/peertest"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/trace"
)

// receiver starts a collector that reads with the protocol's own types.
func receiver(t *testing.T) (p *peertest.Process, c config.Tracing) {
	t.Helper()
	dir := t.TempDir()
	cert, key := peertest.Certificate(t, dir, 1, "localhost")
	at := "localhost:" + peertest.Port(t)
	p = peertest.Start(t, nil, peertest.Tool(t, "otlpreceiver", "otlpreceiver"), at, cert, key)
	p.Answers(t, at)
	return p, config.Tracing{Endpoint: "https://" + at + "/v1/traces", Roots: cert}
}

// TestSpansAreOTLP: what is sent is read by the protocol's own types, and holds
// what is declared and nothing else.
func TestSpansAreOTLP(t *testing.T) {
	t.Parallel()
	p, c := receiver(t)
	c.Headers = filepath.Join(t.TempDir(), "headers")
	if err := os.WriteFile(c.Headers, []byte("X-Key: of the tests\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	tr, err := Open(c, egress.New(nil, nil, nil).Lane(), "1.2", []string{"http.route", "http.response.status_code", "error.type"}, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, top := trace.Begin(t.Context(), tr, "point-create", trace.Server, trace.Word(trace.Route, "/api/v1/projects/{project}/points/{point}"),
		trace.Word(trace.Key("email"), "anna"), trace.Word(trace.Table, "point"))
	_, part := trace.Start(ctx, "insert point", trace.Client)
	part.End(fault.New(fault.Unavailable, "busy", "Anna is busy").Because(errors.New("anna@quay.example")))
	_, odd := trace.Start(ctx, "Änne", trace.Internal, trace.Word(trace.Route, "anna@quay.example"))
	odd.End(errors.New("anna@quay.example"))
	top.Set(trace.Number(trace.Status, 404))
	top.End(fault.New(fault.NotFound, "not-found", "there is none"))
	tr.Close()
	var lines []string
	peertest.Until(t, "three spans came", func() bool {
		lines = strings.Split(strings.TrimSpace(p.Said()), "\n")
		return len(lines) >= 3
	})
	said := p.Said()
	for _, want := range []string{`"name":"point-create"`, `"kind":"SPAN_KIND_SERVER"`, `"stringValue":"/api/v1/projects/{project}/points/{point}"`, `"intValue":"404"`,
		`"name":"insert point"`, `"kind":"SPAN_KIND_CLIENT"`, `"stringValue":"busy"`, `"status":{"code":"STATUS_CODE_ERROR"}`, `"stringValue":"failed"`,
		`"name":"withheld"`, `"stringValue":"withheld"`, `"parentSpanId":`, `"stringValue":"plumbline"`, `"stringValue":"1.2"`, `"key":"of the tests"`} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %s", want)
		}
	}
	for _, never := range []string{"anna", "Anna", "Änne", "email", "db.collection", "REFUSED"} {
		if strings.Contains(said, never) {
			t.Errorf("%s was told", never)
		}
	}
	for _, l := range lines { // a refusal is no fault of the server's
		if strings.Contains(l, "point-create") && strings.Contains(l, "STATUS_CODE_ERROR") {
			t.Error("a request for what is not there is told as an error")
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}

// TestNobodyElseIsTold: the way out has the last word, and what cannot be
// delivered holds nobody up.
func TestNobodyElseIsTold(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	said := slog.New(slog.NewTextHandler(&log, nil))
	way := egress.New(nil, nil, nil).Lane()
	if _, err := Open(config.Tracing{Endpoint: "https://traces.example/v1/traces"}, way, "1", nil, said); fault.CodeOf(err) != "recipient-not-registered" {
		t.Errorf("a stranger: %v", err)
	}
	if tr, err := Open(config.Tracing{}, way, "1", nil, said); tr != nil || err != nil {
		t.Errorf("nothing is configured: %v %v", tr, err)
	}
	tr, err := Open(config.Tracing{Endpoint: "http://127.0.0.1:" + peertest.Port(t) + "/v1/traces"}, way, "1", nil, said)
	if err != nil {
		t.Fatal(err)
	}
	_, s := trace.Begin(t.Context(), tr, "x", trace.Server)
	s.End(nil)
	tr.Close()
	if !strings.Contains(log.String(), "could not be delivered") {
		t.Errorf("nobody is told that nobody listens: %s", log.String())
	}
}

// TestSomeOfAHundred: the share is of requests, and its parts go with each.
func TestSomeOfAHundred(t *testing.T) {
	t.Parallel()
	p, c := receiver(t)
	c.Percent = 20
	tr, err := Open(c, egress.New(nil, nil, nil).Lane(), "1", nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		ctx, s := trace.Begin(context.Background(), tr, "whole", trace.Server)
		_, part := trace.Start(ctx, "part", trace.Internal)
		part.End(nil)
		s.End(nil)
	}
	tr.Close()
	whole, parts := 0, 0
	peertest.Until(t, "all that was sent has come", func() bool {
		whole, parts = strings.Count(p.Said(), `"name":"whole"`), strings.Count(p.Said(), `"name":"part"`)
		return whole > 30 && whole == parts
	})
	if whole > 200 {
		t.Errorf("%d of 500", whole)
	}
}
