package tabular

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// naughty are the strings of the big list, and some that are harder on a
// spreadsheet.
func naughty(t *testing.T) []string {
	t.Helper()
	all := []string{"_x0041_", "_x005F_x0041_", "_x005F_", "__x0041__", "_x0041", "\x01\x02\x1f\x7f\u0085", "a\rb\r\nc\nd\te", " lead and trail ", "\n", "=1+1", "@SUM(A1)", "+1", "-1", "'quoted",
		"\ufffe\uffff\ufffd", "👩\u200d🚀 \U0010ffff", "&lt;b>\"'", "]]>", "true", "1e3", "2026-01-01", "007", strings.Repeat("é", MostCellUnits)}
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		return all
	}
	b, err := os.ReadFile(filepath.Join(dir, "privacy-security", "strings", "blns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var big []string
	if err := json.Unmarshal(b, &big); err != nil {
		t.Fatal(err)
	}
	return append(all, big...)
}

func book(t *testing.T, fill func(b *Book)) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "book.xlsx")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBook(f, About{Title: "Tables", Lang: "en", Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	fill(b)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func textBook(t *testing.T, all []string) string {
	t.Helper()
	return book(t, func(b *Book) {
		s, err := b.Sheet("Texts", Column{Title: "text"})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if err := s.Row(T(x)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Another program reads every text back as it was. openpyxl leaves the format's
// own escapes to its unescape.
func TestOpenpyxlReadsTheSame(t *testing.T) {
	t.Parallel()
	if err := exec.Command("/usr/bin/python3", "-c", "import openpyxl").Run(); err != nil {
		t.Skip("python3-openpyxl is not installed")
	}
	all := naughty(t)
	const read = `
import json, sys, openpyxl
from openpyxl.utils.escape import unescape
s = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
out = []
for row in s.iter_rows(min_row=2, max_row=int(sys.argv[2])):
    c = row[0]
    assert c.value is None or c.data_type == 's' or c.data_type == 'inlineStr', (c.coordinate, c.data_type)
    assert c.value is None or c.quotePrefix
    out.append('' if c.value is None else unescape(c.value))
json.dump(out, sys.stdout)
`
	cmd := exec.Command("/usr/bin/python3", "-c", read, textBook(t, all), jsonInt(len(all)+1)) //nolint:gosec // our own program
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(all) {
		t.Fatalf("%d of %d texts", len(got), len(all))
	}
	for i := range all {
		if got[i] != all[i] {
			t.Errorf("%.80q came back as %.80q", all[i], got[i])
		}
	}
}

func jsonInt(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestEscapeIsUndone(t *testing.T) {
	t.Parallel()
	for _, x := range naughty(t) {
		plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&").Replace(Escape(x))
		if got := Unescape(plain); got != x {
			t.Errorf("%.80q came back as %.80q", x, got)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("_x0041__x005F_")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\ufffd")
		if len(s) > MostCellUnits {
			return
		}
		plain := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&").Replace(Escape(s))
		if got := Unescape(plain); got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func TestSheetNames(t *testing.T) {
	t.Parallel()
	b := &Book{}
	for _, c := range [][2]string{{"Points", "Points"}, {"points", "points 2"}, {"", "Table"}, {"a/b:c*d?[e]", "a b c d e"}, {"History", "Table 2"}, {"'x'", "x"}, {strings.Repeat("👷", 20), strings.Repeat("👷", 13)}} {
		got := b.free(c[0])
		b.names = append(b.names, got)
		if got != c[1] {
			t.Errorf("%q is called %q, want %q", c[0], got, c[1])
		}
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := name(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}
