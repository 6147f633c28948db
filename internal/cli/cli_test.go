package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
)

// program answers as the house would; what it is asked is kept.
type program struct {
	Program // what no case asks for

	proved []prove.Result
	asked  []any
	err    error
}

func (p *program) Serve(_ context.Context, config string, _ io.Writer) error {
	p.asked = append(p.asked, config)
	return p.err
}

func (p *program) Demo(_ context.Context, addr, data string, seed uint64, _ io.Writer) error {
	p.asked = append(p.asked, addr, data, seed)
	return p.err
}

func (p *program) Seed(_ context.Context, config string, s Seeding, _, _ io.Writer) error {
	p.asked = append(p.asked, config, s)
	return p.err
}
func (p *program) Migrate(context.Context, string, io.Writer) error { return p.err }
func (p *program) Ready(context.Context, string) error              { return p.err }
func (p *program) Found(_ context.Context, _ string, f Founding, _ io.Writer) error {
	p.asked = append(p.asked, f)
	return p.err
}

func (p *program) DrawingInfo(_ context.Context, file string) ([]DrawingPage, error) {
	p.asked = append(p.asked, file)
	return []DrawingPage{{3024, 2160, 90}}, p.err
}

func (p *program) DrawingTile(_ context.Context, file, out string, page int, dpi float64, _ func(int, int)) (string, error) {
	p.asked = append(p.asked, file, out, page, dpi)
	return "done", p.err
}

func (p *program) Register(_ context.Context, r Registering) error {
	p.asked = append(p.asked, r)
	return p.err
}

func (p *program) PhotoClean(_ context.Context, in, out string) error {
	p.asked = append(p.asked, in, out)
	return p.err
}
func (p *program) PasswordCheck(c string) (bool, string) {
	if len(c) < 15 {
		return false, "too-short"
	}
	return true, ""
}
func (p *program) SandboxChild() int { return 42 }

func (p *program) Prove(_ context.Context, what Proving) ([]prove.Result, error) {
	p.asked = append(p.asked, what.Config, what.Demo, strings.Join(what.Only, " "))
	return p.proved, p.err
}

func TestProve(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	kept, broken := prove.Result{ID: "DATA-1", State: promise.Kept, Evidence: "seen", At: at}, prove.Result{ID: "ERA-2", State: promise.Broken, Evidence: "not seen", At: at}
	cases := []struct {
		name   string
		args   string
		proved []prove.Result
		code   int
		out    string
		asked  []any
	}{
		{name: "kept", args: "prove", proved: []prove.Result{kept}, out: "kept            DATA-1   seen\n\n1 kept, 0 broken, 0 not built, 0 not applicable\n", asked: []any{"", false, ""}},
		{name: "broken", args: "prove era-2 --config c.yaml", proved: []prove.Result{broken}, code: 1, out: "broken          ERA-2    not seen\n\n0 kept, 1 broken, 0 not built, 0 not applicable\n", asked: []any{"c.yaml", false, "ERA-2"}},
		{name: "JSON of a demo", args: "prove --demo --json", proved: []prove.Result{kept},
			out:   "{\n  \"promises\": [\n    {\n      \"id\": \"DATA-1\",\n      \"state\": \"kept\",\n      \"evidence\": \"seen\",\n      \"repeat\": \"plumbline prove DATA-1 --demo\",\n      \"at\": \"2026-11-22T03:00:00Z\"\n    }\n  ]\n}\n",
			asked: []any{"", true, ""}},
		{name: "no such promise", args: "prove ERA-9", code: 2},
		{name: "two places", args: "prove --demo --config c.yaml", code: 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &program{proved: c.proved}
			var out, errs bytes.Buffer
			if code := Run(t.Context(), p, Streams{strings.NewReader(""), &out, &errs}, strings.Fields(c.args)); code != c.code {
				t.Errorf("exit code %d, want %d (%s)", code, c.code, errs.String())
			}
			if out.String() != c.out || !slices.Equal(p.asked, c.asked) {
				t.Errorf("printed %q, asked %v", out.String(), p.asked)
			}
		})
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	_, missing := os.Open("no-such-file")
	cases := []struct {
		name  string
		args  string
		in    string
		err   error
		code  int
		out   string // exact
		stder string // part of the one line
		asked []any
	}{
		{name: "nothing", args: "", code: 2, out: "-"},
		{name: "unknown command", args: "dance now", code: 2, stder: `no command "dance now"`},
		{name: "version", args: "version", out: "plumbline dev\n"},
		{name: "too many arguments", args: "version extra", code: 2, stder: "usage: plumbline version"},
		{name: "unknown flag", args: "serve --colour red", code: 2, stder: "usage: plumbline serve"},
		{name: "serve", args: "serve --config x.yaml", asked: []any{"x.yaml"}},
		{name: "demo has defaults", args: "demo", asked: []any{"127.0.0.1:8080", "plumbline-demo", uint64(1)}},
		{name: "seed", args: "seed --points 400 --photos 80 --config c.yaml", asked: []any{"c.yaml", Seeding{400, 80, 1}}},
		{name: "seed without a size", args: "seed", code: 2, stder: "--points"},
		{name: "seed too many", args: "seed --points 9000000", code: 2, stder: "1000000"},
		{name: "info with the flag last", args: "drawing info a.pdf --json", out: `{"pages":[{"width":3024,"height":2160,"rotation":90}]}` + "\n", asked: []any{"a.pdf"}},
		{name: "info with the flag first", args: "drawing info --json a.pdf", out: `{"pages":[{"width":3024,"height":2160,"rotation":90}]}` + "\n", asked: []any{"a.pdf"}},
		{name: "info for people", args: "drawing info a.pdf", out: "page 1: 3024 × 2160 pt, rotated 90°\n", asked: []any{"a.pdf"}},
		{name: "info without a file", args: "drawing info", code: 2, stder: "0 arguments instead of 1"},
		{name: "tile", args: "drawing tile a.pdf -o b.pmtiles --page 3 --dpi 150", out: "done\n", asked: []any{"a.pdf", "b.pmtiles", 3, 150.0}},
		{name: "tile without out", args: "drawing tile a.pdf", code: 2, stder: "-o OUT"},
		{name: "tile page 0", args: "drawing tile a.pdf -o b --page 0", code: 2, stder: "from 1"},
		{name: "tile dpi too high", args: "drawing tile a.pdf -o b --dpi 90000", code: 2, stder: "--dpi"},
		{name: "register has defaults", args: "register -o r.pdf", asked: []any{Registering{Role: "controller", Format: "pdf", Locale: "en", Out: "r.pdf"}}},
		{name: "register", args: "register --role processor --organisation o-1 --format jsonld --locale nl-BE --config c.yaml -o r.jsonld",
			asked: []any{Registering{"c.yaml", "processor", "o-1", "jsonld", "nl-BE", "r.jsonld"}}},
		{name: "register without out", args: "register", code: 2, stder: "-o FILE"},
		{name: "register of nobody", args: "register -o r --role king", code: 2, stder: "--role"},
		{name: "register in another format", args: "register -o r --format odt", code: 2, stder: "--format"},
		{name: "register in another language", args: "register -o r --locale tlh", code: 2, stder: "--locale"},
		{name: "photo", args: "photo clean a.jpg b.jpg", asked: []any{"a.jpg", "b.jpg"}},
		{name: "unreadable file", args: "photo clean a.jpg b.jpg", err: fault.New(fault.Unreadable, "damaged", "the file is damaged"), code: 2, stder: "the file is damaged (damaged)", asked: []any{"a.jpg", "b.jpg"}},
		{name: "missing file", args: "photo clean a.jpg b.jpg", err: missing, code: 2, stder: "no such file", asked: []any{"a.jpg", "b.jpg"}},
		{name: "failure", args: "migrate", err: errors.New("disk\nfull"), code: 1, stder: "plumbline migrate: disk full\n"},
		{name: "passwords", args: "password check --json", in: "short\nlong enough to pass\n\n", out: `{"ok":false,"reason":"too-short"}` + "\n" + `{"ok":true}` + "\n" + `{"ok":false,"reason":"too-short"}` + "\n"},
		{name: "password line too long", args: "password check --json", in: strings.Repeat("x", 1<<20), code: 2, stder: "line-too-long"},
		{name: "found reads the password", args: "found --organisation A --email a@b.example", in: "correct horse battery\r\n", asked: []any{Founding{Organisation: "A", Email: "a@b.example", Locale: "en", Password: "correct horse battery"}}},
		{name: "found without a password", args: "found --organisation A --email a@b.example", code: 2, stder: "standard input"},
		{name: "sandbox child", args: "sandbox-child", code: 42},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &program{err: c.err}
			var out, errs bytes.Buffer
			code := Run(context.Background(), p, Streams{strings.NewReader(c.in), &out, &errs}, strings.Fields(c.args))
			if code != c.code {
				t.Errorf("exit code %d, want %d (%s)", code, c.code, errs.String())
			}
			if c.out != "-" && out.String() != c.out {
				t.Errorf("printed %q, want %q", out.String(), c.out)
			}
			if !strings.Contains(errs.String(), c.stder) {
				t.Errorf("said %q, want %q in it", errs.String(), c.stder)
			}
			if code == BadInput && c.stder != "" && strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("said %q, want one line", errs.String())
			}
			if len(p.asked) != len(c.asked) {
				t.Fatalf("asked %v, want %v", p.asked, c.asked)
			}
			for i := range p.asked {
				if p.asked[i] != c.asked[i] {
					t.Errorf("asked %v, want %v", p.asked[i], c.asked[i])
				}
			}
		})
	}
}
