package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"plumbline/internal/fault"
)

// program answers as the house would; what it is asked is kept.
type program struct {
	asked []any
	err   error
}

func (p *program) Serve(_ context.Context, config string, _ io.Writer) error {
	p.asked = append(p.asked, config)
	return p.err
}

func (p *program) Demo(_ context.Context, addr, data string, seed uint64, _ io.Writer) error {
	p.asked = append(p.asked, addr, data, seed)
	return p.err
}
func (p *program) Migrate(context.Context, string, io.Writer) error { return p.err }
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
		{name: "info with the flag last", args: "drawing info a.pdf --json", out: `{"pages":[{"width":3024,"height":2160,"rotation":90}]}` + "\n", asked: []any{"a.pdf"}},
		{name: "info with the flag first", args: "drawing info --json a.pdf", out: `{"pages":[{"width":3024,"height":2160,"rotation":90}]}` + "\n", asked: []any{"a.pdf"}},
		{name: "info for people", args: "drawing info a.pdf", out: "page 1: 3024 × 2160 pt, rotated 90°\n", asked: []any{"a.pdf"}},
		{name: "info without a file", args: "drawing info", code: 2, stder: "0 arguments instead of 1"},
		{name: "tile", args: "drawing tile a.pdf -o b.pmtiles --page 3 --dpi 150", out: "done\n", asked: []any{"a.pdf", "b.pmtiles", 3, 150.0}},
		{name: "tile without out", args: "drawing tile a.pdf", code: 2, stder: "-o OUT"},
		{name: "tile page 0", args: "drawing tile a.pdf -o b --page 0", code: 2, stder: "from 1"},
		{name: "tile dpi too high", args: "drawing tile a.pdf -o b --dpi 90000", code: 2, stder: "--dpi"},
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
