package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// What can be refused is refused before anything is sent.
func TestReportPointsRefusals(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.pdf")
	t.Setenv("PLUMBLINE_TOKEN", "")
	for name, c := range map[string]struct {
		args []string
		says string
		code int
	}{
		"no address":         {[]string{"--token", "t", "-o", out}, "--url", BadInput},
		"an address in part": {[]string{"--url", "site.example", "--token", "t", "-o", out}, "--url", BadInput},
		"a password in it":   {[]string{"--url", "https://a:b@site.example", "--token", "t", "-o", out}, "--url", BadInput},
		"in the clear":       {[]string{"--url", "http://site.example", "--token", "t", "-o", out}, "https only", BadInput},
		"no token":           {[]string{"--url", "https://site.example", "-o", out}, "PLUMBLINE_TOKEN", BadInput},
		"no file":            {[]string{"--url", "https://site.example", "--token", "t"}, "-o FILE", BadInput},
		"a format":           {[]string{"--url", "https://site.example", "--token", "t", "-o", out, "--format", "docx"}, "--format", BadInput},
		"a language":         {[]string{"--url", "https://site.example", "--token", "t", "-o", out, "--locale", "xx"}, "--locale", BadInput},
		"nobody there":       {[]string{"--url", "http://127.0.0.1:1", "--token", "t", "-o", out}, "does not answer", Failed},
	} {
		var said bytes.Buffer
		code := Run(t.Context(), &program{}, Streams{Out: &said, Err: &said}, append([]string{"report", "points"}, c.args...))
		if code != c.code || !strings.Contains(said.String(), c.says) {
			t.Errorf("%s: %d %s", name, code, said.String())
		}
	}
}
