package rest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest/limit"
	"plumbline/internal/rest/wire"
)

func TestOperationMustStateAll(t *testing.T) {
	t.Parallel()
	good := someOp("an-op", http.MethodPut, "/things/{thing}")
	cases := []struct {
		name   string
		change func(*Op)
	}{
		{"no id", func(o *Op) { o.ID = "" }},
		{"id not kebab-case", func(o *Op) { o.ID = "anOp" }},
		{"no summary", func(o *Op) { o.Summary = " " }},
		{"no description", func(o *Op) { o.Description = "" }},
		{"nobody said who", func(o *Op) { o.Who = 0 }},
		{"no rate", func(o *Op) { o.Rate = 0 }},
		{"no size", func(o *Op) { o.MaxBody = 0 }},
		{"odd method", func(o *Op) { o.Method = "HEAD" }},
		{"odd path", func(o *Op) { o.Path = "things" }},
	}
	a, _ := newTestAPI(t, nil)
	register := func(o Op) (refused bool) {
		defer func() { refused = recover() != nil }()
		Raw(a, o, func(http.ResponseWriter, *http.Request) error { return nil })
		return false
	}
	if register(good) {
		t.Fatal("an operation that states all is refused")
	}
	if !register(good) {
		t.Error("the same operation is taken twice")
	}
	for _, c := range cases {
		o := good
		o.ID, o.Path = "another", "/another"
		c.change(&o)
		if !register(o) {
			t.Errorf("%s: registered", c.name)
		}
	}
}

func TestNoRouteBesideTheList(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	Handle(a, someOp("typed", http.MethodGet, "/things/{thing}"), func(context.Context, *struct {
		Thing id.Point `path:"thing"`
	}) (*struct{}, error) {
		return nil, nil
	})
	Raw(a, someOp("raw", http.MethodPut, "/files/{path...}"), func(http.ResponseWriter, *http.Request) error { return nil })
	listed := func() []string {
		var out []string
		for _, op := range a.Operations() {
			out = append(out, op.Pattern())
		}
		slices.Sort(out)
		return out
	}
	if got, want := a.Routes(), listed(); !slices.Equal(got, want) {
		t.Fatalf("the mux holds %q, the list %q", got, want)
	}
	// A route that is put into the mux by another way does not hide.
	a.mux.HandleFunc("GET /backdoor/{x}", func(http.ResponseWriter, *http.Request) {})
	if got := a.Routes(); !slices.Contains(got, "GET /backdoor/{x}") || slices.Equal(got, listed()) {
		t.Errorf("a route beside the list is not seen: %q", got)
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	Handle(a, someOp("echo", http.MethodPut, "/things/{point}"), echo)
	up := someOp("upload", http.MethodPut, "/files/{file}")
	up.Takes, up.Gives, up.Query, up.Who, up.Status = []string{"image/png"}, []string{"application/json"}, []string{"name"}, SignedIn, 202
	Raw(a, up, func(http.ResponseWriter, *http.Request) error { return nil })
	got := call(t, http.MethodGet, serve(t, a)+"/api/openapi.json", "", "")
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
		C       struct {
			Schemas map[string]struct {
				Properties map[string]any `json:"properties"`
				Required   []string       `json:"required"`
				Additional any            `json:"additionalProperties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(got.body), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi %q", doc.OpenAPI)
	}
	for _, op := range a.Operations() {
		path := doc.Paths[op.path()]
		if path == nil || path[strings.ToLower(op.Method)] == nil {
			t.Errorf("%s is not in the document", op.ID)
		}
	}
	in := doc.C.Schemas["rest.thing"]
	if !slices.Equal(in.Required, []string{"subject"}) || in.Additional != false {
		t.Errorf("rest.thing: required %v, additional %v", in.Required, in.Additional)
	}
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	if s := text(in.Properties["parent"]); !strings.Contains(s, `"null"`) || !strings.Contains(s, "uuid") {
		t.Errorf("parent: %s", s)
	}
	if s := text(doc.C.Schemas["rest.echoed"].Properties["items"]); strings.Contains(s, "null") {
		t.Errorf("a list may be null: %s", s)
	}
	if s := text(doc.C.Schemas["rest.echoed"].Properties["pin"]); !strings.Contains(s, `"null"`) || !strings.Contains(s, `"x"`) {
		t.Errorf("pin: %s", s)
	}
	if s := text(doc.Paths["/api/v1/files/{file}"]["put"]); !strings.Contains(s, "image/png") || !strings.Contains(s, `"202"`) ||
		!strings.Contains(s, `"query"`) || !strings.Contains(s, "problem+json") || !strings.Contains(s, "session") {
		t.Errorf("upload: %s", s)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	Raw(a, someOp("x", http.MethodGet, "/x"), func(w http.ResponseWriter, _ *http.Request) error { _, err := w.Write([]byte("x")); return err })
	web := someOp("web", http.MethodGet, "/")
	web.Root = true
	a.Fallback(web, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("app")) }))
	url := serve(t, a)
	cases := []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/api/v1/x", 200, "x"},
		{"HEAD", "/api/v1/x", 200, ""},
		{"GET", "/api/v1/y", 404, ""},
		{"GET", "/api/v1//x", 404, ""},
		{"GET", "/api/v1/x/", 404, ""},
		{"POST", "/api/v1/x", 405, ""},
		{"GET", "/p/abc/plans", 200, "app"},
		{"GET", "/", 200, "app"},
		{"POST", "/p/abc", 404, ""},
		{"GET", "/p%00", 404, ""},
		{"GET", "/api/v1/x?a=%00", 422, ""},
		{"GET", "/api/v1/x?a=%ff", 422, ""},
		{"GET", "/api/v1/x?a=%zz", 422, ""},
		{"BREW", "/api/v1/x", 405, ""},
	}
	for _, c := range cases {
		got := call(t, c.method, url+c.path, "", "")
		if got.status != c.status || (c.body != "" && got.body != c.body) {
			t.Errorf("%s %s: %d %q, want %d", c.method, c.path, got.status, got.body, c.status)
		}
		if c.status >= 400 {
			got.problem(t)
		}
		if c.status == 405 && !strings.Contains(got.header.Get("Allow"), "GET") {
			t.Errorf("%s %s: Allow %q", c.method, c.path, got.header.Get("Allow"))
		}
		if got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: may be sniffed", c.method, c.path)
		}
	}
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, func(c *Config) {
		c.Authenticate = func(r *http.Request) (Caller, bool, error) {
			if r.Header.Get("Test-Account") == "broken" {
				return Caller{}, false, fault.New(fault.Unavailable, "busy", "the database is busy")
			}
			return byHeader(r)
		}
	})
	for name, who := range map[string]Who{"anyone": Anyone, "maybe": Maybe, "signed-in": SignedIn} {
		op := someOp(name, http.MethodGet, "/"+name)
		op.Who = who
		Raw(a, op, func(w http.ResponseWriter, r *http.Request) error {
			c, ok := CallerOf(r.Context())
			if ok {
				_, _ = w.Write([]byte(c.Account))
			}
			return nil
		})
	}
	url := serve(t, a) + Prefix
	cases := []struct {
		path    string
		account id.Account
		status  int
		body    string
	}{
		{"/anyone", "", 200, ""}, {"/anyone", "a", 200, ""}, {"/anyone", "broken", 200, ""},
		{"/maybe", "", 200, ""}, {"/maybe", "a", 200, "a"}, {"/maybe", "broken", 503, ""},
		{"/signed-in", "", 401, ""}, {"/signed-in", "a", 200, "a"}, {"/signed-in", "broken", 503, ""},
	}
	for _, c := range cases {
		got := call(t, http.MethodGet, url+c.path, c.account, "")
		if got.status != c.status || (c.status == 200 && got.body != c.body) {
			t.Errorf("%s as %q: %d %q", c.path, c.account, got.status, got.body)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	ran := 0
	Raw(a, someOp("w", http.MethodPut, "/w"), func(http.ResponseWriter, *http.Request) error { ran++; return nil })
	Raw(a, someOp("r", http.MethodGet, "/w"), func(http.ResponseWriter, *http.Request) error { ran++; return nil })
	open := someOp("open", http.MethodPost, "/w")
	open.CrossOrigin = true
	Raw(a, open, func(http.ResponseWriter, *http.Request) error { ran++; return nil })
	url := serve(t, a)
	cases := []struct {
		name, method string
		header       []string
		status       int
	}{
		{"cross site, where the address is the secret", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example"}, 200},
		{"no browser", "PUT", nil, 200},
		{"same origin", "PUT", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"origin is this host", "PUT", []string{"Origin", url}, 200},
		{"cross site", "PUT", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"same site, another host", "PUT", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another origin", "PUT", []string{"Origin", "https://evil.example"}, 403},
		{"null origin", "PUT", []string{"Origin", "null"}, 403},
		{"cross site read", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	}
	for _, c := range cases {
		was := ran
		got := call(t, c.method, url+Prefix+"/w", "", "", c.header...)
		if got.status != c.status || (ran > was) != (c.status == 200) {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
		}
		if c.status == 403 && got.problem(t).Code != "cross-origin" {
			t.Errorf("%s: %s", c.name, got.body)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	typed := someOp("typed", http.MethodPut, "/typed")
	typed.MaxBody = 30
	Handle(a, typed, func(_ context.Context, in *struct {
		Body struct {
			A string `json:"a"`
		}
	}) (*struct{}, error) {
		return nil, nil
	})
	raw := someOp("raw", http.MethodPut, "/raw")
	raw.MaxBody = 30
	Raw(a, raw, func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	})
	url := serve(t, a) + Prefix
	fit := `{"a":"` + strings.Repeat("x", 22) + `"}` // 30 bytes
	over := `{"a":"` + strings.Repeat("x", 23) + `"}`
	for _, path := range []string{"/typed", "/raw"} {
		if got := call(t, http.MethodPut, url+path, "", fit); got.status >= 300 {
			t.Errorf("%s: exactly the limit gives %d %s", path, got.status, got.body)
		}
		if got := call(t, http.MethodPut, url+path, "", over); got.problem(t).Code != "too-large" || got.status != 413 {
			t.Errorf("%s: over the limit gives %d %s", path, got.status, got.body)
		}
		// Without a length announced.
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPut, url+path, io.MultiReader(strings.NewReader(over)))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 413 {
			t.Errorf("%s: over the limit in chunks gives %d", path, res.StatusCode)
		}
	}
}

func TestPanicIsAProblem(t *testing.T) {
	t.Parallel()
	a, l := newTestAPI(t, nil)
	Raw(a, someOp("raw", http.MethodGet, "/raw"), func(http.ResponseWriter, *http.Request) error { panic(`boom of "jan"`) })
	Handle(a, someOp("typed", http.MethodGet, "/typed"), func(context.Context, *struct{}) (*struct{}, error) {
		none := []int{}
		return nil, errors.New(string(rune(none[len(none)-1])))
	})
	url := serve(t, a) + Prefix
	for _, path := range []string{"/raw", "/typed"} {
		got := call(t, http.MethodGet, url+path, "", "")
		if p := got.problem(t); p.Status != 500 || p.Code != "internal" || strings.Contains(got.body, "boom") {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	if !strings.Contains(l.String(), "panic") || !strings.Contains(l.String(), "boom") || strings.Contains(l.String(), "jan") {
		t.Errorf("log: %s", l)
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	big := strings.Repeat("abc ", 1000)
	type out struct {
		Body struct {
			Text string `json:"text"`
		}
	}
	for name, n := range map[string]int{"big": 4000, "small": 10, "secret": 4000} {
		op := someOp(name, http.MethodGet, "/"+name)
		op.Secret = name == "secret"
		Handle(a, op, func(context.Context, *struct{}) (*out, error) {
			o := &out{}
			o.Body.Text = big[:n]
			return o, nil
		})
	}
	url := serve(t, a) + Prefix
	cases := []struct {
		path, accept string
		zipped       bool
	}{
		{"/big", "gzip", true}, {"/big", "br, gzip;q=0.5", true}, {"/big", "", false}, {"/big", "gzip;q=0", false}, {"/big", "br", false},
		{"/small", "gzip", false}, {"/secret", "gzip", false},
	}
	for _, c := range cases {
		var h []string
		if c.accept != "" {
			h = []string{"Accept-Encoding", c.accept}
		}
		got := call(t, http.MethodGet, url+c.path, "", "", h...)
		if (got.header.Get("Content-Encoding") == "gzip") != c.zipped {
			t.Errorf("%s %q: encoding %q", c.path, c.accept, got.header.Get("Content-Encoding"))
			continue
		}
		body := []byte(got.body)
		if c.zipped {
			if len(body) > 1000 {
				t.Errorf("%s: %d bytes", c.path, len(body))
			}
			zr := must(gzip.NewReader(bytes.NewReader(body)))(t)
			body = must(io.ReadAll(zr))(t)
		}
		if !json.Valid(body) || !strings.Contains(string(body), "abc") {
			t.Errorf("%s %q: body %.60q", c.path, c.accept, body)
		}
	}
}

func TestEventStream(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	ended := make(chan struct{})
	op := someOp("events", http.MethodGet, "/events")
	op.Time = Streaming
	Raw(a, op, func(w http.ResponseWriter, r *http.Request) error {
		defer close(ended)
		s, err := Events(w, r)
		if err != nil {
			return err
		}
		if err := s.Send("progress", map[string]string{"a": "x\ny"}); err != nil {
			return err
		}
		<-r.Context().Done()
		return s.Ping()
	})
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, serve(t, a)+Prefix+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Errorf("content type %q", ct)
	}
	lines := bufio.NewScanner(res.Body)
	var got []string
	for len(got) < 5 && lines.Scan() {
		got = append(got, lines.Text())
	}
	if want := []string{": open", "", "event: progress", `data: {"a":"x\ny"}`, ""}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	cancel()
	<-ended
}

func TestRange(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, nil)
	Raw(a, someOp("file", http.MethodGet, "/file"), func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "private, max-age=60")
		http.ServeContent(w, r, "x.bin", time.Time{}, strings.NewReader("0123456789"))
		return nil
	})
	got := call(t, http.MethodGet, serve(t, a)+Prefix+"/file", "", "", "Range", "bytes=2-4")
	if got.status != 206 || got.body != "234" || got.header.Get("Content-Range") != "bytes 2-4/10" || got.header.Get("Cache-Control") != "private, max-age=60" {
		t.Errorf("%d %q %v", got.status, got.body, got.header)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	a, _ := newTestAPI(t, func(cfg *Config) { cfg.Clock, cfg.Limiter = c, limit.NewBuckets(c, 100) })
	op := someOp("heavy", http.MethodGet, "/heavy")
	op.Who, op.Rate = Maybe, Heavy
	Raw(a, op, func(http.ResponseWriter, *http.Request) error { return nil })
	url := serve(t, a) + Prefix + "/heavy"
	through := func(account id.Account) (n int, last answer) {
		for range 40 {
			if last = call(t, http.MethodGet, url, account, ""); last.status != 200 {
				return n, last
			}
			n++
		}
		return n, last
	}
	n, last := through("a")
	if n != 20 || last.problem(t).Code != "too-many" || last.header.Get("Retry-After") != "5" {
		t.Errorf("a: %d passed, then %d %s", n, last.status, last.body)
	}
	if n, _ := through("b"); n != 20 {
		t.Errorf("b is limited by a: %d passed", n)
	}
	if n, _ := through(""); n != 5 {
		t.Errorf("without a caller %d passed", n)
	}
	c.Advance(10 * time.Second)
	if n, _ := through("a"); n != 2 {
		t.Errorf("after ten seconds %d passed", n)
	}
}

func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	a, _ := newTestAPI(t, func(c *Config) { c.Proxies = must(wire.ParseProxies([]string{"127.0.0.0/8", "::1"}))(t) })
	for _, path := range []string{"/healthz", "/x"} {
		op := someOp("x"+path[1:], http.MethodGet, path)
		op.Root = true
		Raw(a, op, func(http.ResponseWriter, *http.Request) error { return nil })
	}
	url := serve(t, a)
	if got := call(t, http.MethodGet, url+"/x", "", ""); got.problem(t).Code != "https-required" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := call(t, http.MethodGet, url+"/x", "", "", "X-Forwarded-Proto", "https"); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := call(t, http.MethodGet, url+"/healthz", "", ""); got.status != 200 {
		t.Errorf("a health check of the proxy itself: %d %s", got.status, got.body)
	}
}
