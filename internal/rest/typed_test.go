package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest/limit"
)

type echoIn struct {
	Point id.Point `path:"point"`
	Limit int      `query:"limit" minimum:"1" maximum:"500"`
	Kinds []string `query:"kinds" enum:"a,b"`
	Body  thing
}

type pin struct {
	X float64 `json:"x"`
}

type thing struct {
	Subject string            `json:"subject" minLength:"2" maxLength:"2000"`
	Note    Opt[string]       `json:"note,omitempty" maxLength:"5"`
	Parent  Opt[*id.Category] `json:"parent,omitempty"`
	Pin     *pin              `json:"pin,omitempty"`
	Level   int64             `json:"level,omitempty" minimum:"1" maximum:"5"`
	Colour  string            `json:"colour,omitempty" enum:"red,blue"`
	Code    string            `json:"code,omitempty" pattern:"^[A-Z]+$"`
	Charge  []charge          `json:"in_charge,omitempty" minItems:"1" maxItems:"2"`
	Flag    bool              `json:"flag,omitempty"`
}

type charge struct {
	Kind string   `json:"kind" enum:"person,role"`
	ID   id.Point `json:"id"`
}

type echoOut struct {
	Status int
	Link   string `header:"X-Test"`
	Body   echoed
}

type echoed struct {
	Subject string    `json:"subject"`
	Note    *string   `json:"note"`
	Parent  string    `json:"parent"`
	Limit   int       `json:"limit"`
	Items   []string  `json:"items"`
	Nested  []deep    `json:"nested"`
	Any     any       `json:"any"`
	Pin     *pin      `json:"pin"`
	Cleared bool      `json:"cleared"`
	By      *id.Point `json:"by"`
}

type deep struct {
	List []int            `json:"list"`
	Map  map[string][]int `json:"map"`
}

func echo(_ context.Context, in *echoIn) (*echoOut, error) {
	out := &echoOut{Status: http.StatusCreated, Link: "x", Body: echoed{Subject: in.Body.Subject, Limit: in.Limit, Pin: in.Body.Pin,
		Nested: []deep{{Map: map[string][]int{"k": nil}}}, Any: []deep{{}}}}
	if in.Body.Note.Given {
		out.Body.Note = &in.Body.Note.Value
	}
	out.Body.Cleared = in.Body.Parent.Given && in.Body.Parent.Value == nil
	return out, nil
}

func echoAPI(t *testing.T) (string, *API, *logs) {
	t.Helper()
	a, l := newTestAPI(t, nil)
	Handle(a, someOp("echo", http.MethodPut, "/things/{point}"), echo)
	return serve(t, a) + Prefix + "/things/", a, l
}

func TestEveryRuleHasItsCode(t *testing.T) {
	t.Parallel()
	url, _, l := echoAPI(t)
	p := id.New[id.Point]()
	const secret = "s3cret-VALUE@example.org"
	cases := []struct {
		name, query, body string
		status            int
		code              string
		fields            []fault.Field
	}{
		{"too short", "", `{"subject":"x"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "too-short"}}},
		{"too long", "", `{"subject":"ok","note":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "note", Code: "too-long"}}},
		{"required", "", `{}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "required"}}},
		{"nested required", "", `{"subject":"ok","in_charge":[{"kind":"role"}]}`, 422, "invalid", []fault.Field{{Path: "in_charge.0.id", Code: "required"}}},
		{"unknown property", "", `{"subject":"ok","colur":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "colur", Code: "unknown"}}},
		{"unknown property that is a value", "", `{"subject":"ok","` + secret + `":1}`, 422, "invalid", []fault.Field{{Path: "*", Code: "unknown"}}},
		{"other case", "", `{"subject":"ok","Subject":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "*", Code: "unknown"}}},
		{"unknown query that is a value", "?a.b." + secret + "=1", `{"subject":"ok"}`, 422, "invalid", []fault.Field{{Path: "*", Code: "unknown"}}},
		{"unknown in an object", "", `{"subject":"ok","pin":{"x":1,"y.` + secret + `":2}}`, 422, "invalid", []fault.Field{{Path: "pin.*", Code: "unknown"}}},
		{"wrong type", "", `{"subject":7}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "wrong-type"}}},
		{"not a boolean", "", `{"subject":"ok","flag":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "flag", Code: "wrong-type"}}},
		{"not whole", "", `{"subject":"ok","level":1.5}`, 422, "invalid", []fault.Field{{Path: "level", Code: "wrong-type"}}},
		{"too small", "", `{"subject":"ok","level":0}`, 422, "invalid", []fault.Field{{Path: "level", Code: "too-small"}}},
		{"too large", "", `{"subject":"ok","level":9}`, 422, "invalid", []fault.Field{{Path: "level", Code: "too-large"}}},
		{"larger than any", "", `{"subject":"ok","level":1e300}`, 422, "invalid", []fault.Field{{Path: "level", Code: "too-large"}}},
		{"not one of", "", `{"subject":"ok","colour":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "colour", Code: "not-one-of"}}},
		{"pattern", "", `{"subject":"ok","code":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "code", Code: "format"}}},
		{"too few", "", `{"subject":"ok","in_charge":[]}`, 422, "invalid", []fault.Field{{Path: "in_charge", Code: "too-few"}}},
		{"not an id", "", `{"subject":"ok","parent":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "parent", Code: "format"}}},
		{"null where it has no meaning", "", `{"subject":"ok","note":null}`, 422, "invalid", []fault.Field{{Path: "", Code: "null"}}},
		{"null subject", "", `{"subject":null}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "wrong-type"}}},
		{"query too large", "?limit=501", `{"subject":"ok"}`, 422, "invalid", []fault.Field{{Path: "limit", Code: "too-large"}}},
		{"query not a number", "?limit=" + secret, `{"subject":"ok"}`, 422, "invalid", []fault.Field{{Path: "limit", Code: "wrong-type"}}},
		{"query not one of", "?kinds=a," + secret, `{"subject":"ok"}`, 422, "invalid", []fault.Field{{Path: "kinds.1", Code: "not-one-of"}}},
		{"query unknown", "?limt=1", `{"subject":"ok"}`, 422, "invalid", []fault.Field{{Path: "limt", Code: "unknown"}}},
		{"not JSON", "", `{"subject":"` + secret, 400, "bad-request", []fault.Field{{Path: "", Code: "syntax"}}},
		{"two values", "", `{"subject":"ok"}{"subject":"` + secret + `"}`, 400, "bad-request", []fault.Field{{Path: "", Code: "syntax"}}},
		{"no body", "", ``, 400, "bad-request", nil},
		{"twice", "", `{"subject":"ok","subject":"` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "duplicate"}}},
		{"NUL", "", `{"subject":"a\u0000` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "nul"}}},
		{"NUL in a list", "", `{"subject":"ok","in_charge":[{"kind":"\u0000"}]}`, 422, "invalid", []fault.Field{{Path: "in_charge.0.kind", Code: "nul"}}},
		{"half a pair", "", `{"subject":"\ud83d` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "utf8"}}},
		{"second half", "", `{"subject":"\ude00` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "utf8"}}},
		{"half and a letter", "", `{"subject":"\ud83d\u0041` + secret + `"}`, 422, "invalid", []fault.Field{{Path: "subject", Code: "utf8"}}},
		{"not UTF-8", "", "{\"subject\":\"\xff" + secret + "\"}", 422, "invalid", []fault.Field{{Path: "", Code: "utf8"}}},
		{"too deep", "", `{"subject":"ok","note":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, 422, "invalid",
			[]fault.Field{{Path: "note" + strings.Repeat(".0", 32), Code: "depth"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, http.MethodPut, url+string(p)+c.query, "", c.body, "Content-Type", "application/json")
			pr := got.problem(t)
			if pr.Status != c.status || pr.Code != c.code || !slices.Equal(pr.Fields, c.fields) {
				t.Errorf("got %d %s %v, want %d %s %v", pr.Status, pr.Code, pr.Fields, c.status, c.code, c.fields)
			}
			for _, part := range []string{"s3cret", "VALUE", "example.org"} {
				if strings.Contains(strings.ToLower(got.body), strings.ToLower(part)) {
					t.Errorf("the answer repeats what was sent: %s", got.body)
				}
			}
		})
	}
	t.Cleanup(func() {
		if strings.Contains(l.String(), "s3cret") || strings.Contains(l.String(), string(p)) || strings.Contains(l.String(), "127.0.0.1") {
			t.Errorf("the log holds a value, a path or an address:\n%s", l)
		}
	})
}

func TestPathThatIsNoIDIsNotThere(t *testing.T) {
	t.Parallel()
	url, _, _ := echoAPI(t)
	for _, bad := range []string{"1", "0190163D-8694-739B-AEA5-966C26F8AD91", "0190163d-8694-439b-aea5-966c26f8ad91", "a%00b", "a%ffb", "%2e%2e"} {
		got := call(t, http.MethodPut, url+bad, "", `{"subject":"ok"}`)
		if p := got.problem(t); p.Status != 404 || p.Code != "not-found" {
			t.Errorf("%s: %d %s", bad, p.Status, p.Code)
		}
	}
}

func TestGoodInput(t *testing.T) {
	t.Parallel()
	url, _, _ := echoAPI(t)
	p := string(id.New[id.Point]())
	got := call(t, http.MethodPut, url+p+"?limit=500&kinds=a,b", "", `{"subject":"ok","note":"","parent":null,"pin":{"x":0.1},"level":5,
		"in_charge":[{"kind":"role","id":"`+p+`"}]}`, "Content-Type", "application/json; charset=utf-8")
	if got.status != 201 || got.header.Get("X-Test") != "x" {
		t.Fatalf("%d %v %s", got.status, got.header, got.body)
	}
	want := `{"subject":"ok","note":"","parent":"","limit":500,"items":[],"nested":[{"list":[],"map":{"k":[]}}],"any":[{"list":[],"map":null}],"pin":{"x":0.1},"cleared":true,"by":null}`
	if strings.TrimSpace(got.body) != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	if cc := got.header.Get("Cache-Control"); cc != "no-store" {
		t.Errorf("Cache-Control %q", cc)
	}
	if got := call(t, http.MethodPut, url+p, "", `{"subject":"ok"}`, "Content-Type", "text/plain"); got.problem(t).Status != 415 {
		t.Errorf("text/plain: %s", got.body)
	}
	if got := call(t, http.MethodPut, url+p, "", `{"subject":"ok","pin":null}`); got.status != 201 || !strings.Contains(got.body, `"pin":null`) {
		t.Errorf("pin null: %d %s", got.status, got.body)
	}
}

// The list of strings that break software: each comes back byte for byte, or
// is refused because it holds NUL.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES names no folder of sample files")
	}
	file := findFile(t, dir, "blns.json")
	var list []string
	if err := json.Unmarshal(must(os.ReadFile(file))(t), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 200 {
		t.Fatalf("only %d strings", len(list))
	}
	url, _, _ := echoAPI(t)
	p := string(id.New[id.Point]())
	for i, s := range list {
		subject := "ok" + s
		body := must(json.Marshal(map[string]string{"subject": subject}))(t)
		got := call(t, http.MethodPut, url+p, "", string(body))
		if strings.Contains(s, "\x00") {
			if got.status != 422 {
				t.Errorf("%d: a string with NUL gives %d", i, got.status)
			}
			continue
		}
		var back echoed
		if err := json.Unmarshal([]byte(got.body), &back); err != nil || back.Subject != subject {
			t.Errorf("%d: %q came back as %q (%d)", i, subject, back.Subject, got.status)
		}
	}
}

func findFile(t *testing.T, dir, name string) string {
	t.Helper()
	var found string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Name() == name {
			found = path
			return filepath.SkipAll
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("%s is not below PLUMBLINE_SAMPLES (%v)", name, err)
	}
	return found
}

func TestFaultsBecomeProblems(t *testing.T) {
	t.Parallel()
	cause := errors.New(`dial tcp 10.0.0.7: password "hunter2" of jan@example.org`)
	cases := []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"invalid", fault.InvalidFields([]fault.Field{{Path: "a", Code: "b"}}), 422, "invalid"},
		{"unauthenticated", fault.New(fault.Unauthenticated, "", "x"), 401, "unauthenticated"},
		{"denied", fault.New(fault.Denied, "needs-manager", "x"), 403, "needs-manager"},
		{"not found", fault.New(fault.NotFound, "point-not-found", "x"), 404, "point-not-found"},
		{"conflict", fault.New(fault.Conflict, "in-use", "x"), 409, "in-use"},
		{"too large", fault.New(fault.TooLarge, "", "x"), 413, "too-large"},
		{"too many", limit.TooMany(1500e6), 429, "too-many"},
		{"unsupported", fault.New(fault.Unsupported, "", "x"), 415, "unsupported"},
		{"unreadable", fault.New(fault.Unreadable, "pdf-encrypted", "x"), 422, "pdf-encrypted"},
		{"unavailable", fault.New(fault.Unavailable, "busy", "x").Because(cause), 503, "busy"},
		{"gone", fault.New(fault.Gone, "link-lapsed", "x"), 410, "link-lapsed"},
		{"other", fault.Wrap("x.Y", cause), 500, "internal"},
		{"foreign", cause, 500, "internal"},
		{"time is up", context.DeadlineExceeded, 503, "timed-out"},
	}
	a, l := newTestAPI(t, nil)
	for _, c := range cases {
		op := strings.ReplaceAll(c.name, " ", "-")
		Handle(a, someOp("typed-"+op, http.MethodGet, "/typed/"+op), func(context.Context, *struct{}) (*struct{}, error) { return nil, c.err })
		Raw(a, someOp("raw-"+op, http.MethodGet, "/raw/"+op), func(http.ResponseWriter, *http.Request) error { return c.err })
	}
	url := serve(t, a) + Prefix
	for _, c := range cases {
		for _, kind := range []string{"/typed/", "/raw/"} {
			got := call(t, http.MethodGet, url+kind+strings.ReplaceAll(c.name, " ", "-"), "", "")
			p := got.problem(t)
			if p.Status != c.status || p.Code != c.code {
				t.Errorf("%s%s: %d %s, want %d %s", kind, c.name, p.Status, p.Code, c.status, c.code)
			}
			if strings.Contains(got.body, "hunter2") || strings.Contains(got.body, "dial") {
				t.Errorf("%s%s: the cause leaves: %s", kind, c.name, got.body)
			}
			if p.Request == "" || p.Request != got.header.Get("X-Request-Id") {
				t.Errorf("%s%s: request %q, header %q", kind, c.name, p.Request, got.header.Get("X-Request-Id"))
			}
			if c.name == "too many" && (got.header.Get("Retry-After") != "2" || p.RetryAfter != 2) {
				t.Errorf("Retry-After %q, %d", got.header.Get("Retry-After"), p.RetryAfter)
			}
		}
	}
	text := l.String()
	if strings.Contains(text, "hunter2") || strings.Contains(text, "jan@example.org") {
		t.Errorf("the log holds values:\n%s", text)
	}
	if !strings.Contains(text, "dial tcp") {
		t.Error("the log does not tell the cause of a failure")
	}
}
