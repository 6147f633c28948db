package paper

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"plumbline/internal/lang"
)

var update = flag.Bool("update", false, "write the golden files")

func sample() Doc {
	zone, _ := time.LoadLocation("Europe/Brussels")
	return Doc{
		Title: "Register <of> “processing”", Subtitle: "As of 1 March 2026", Locale: lang.DutchBelgium, Zone: zone,
		Made:  time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
		Links: []Link{{"PDF", "/privacy.pdf"}, {"Français", "?lang=fr"}},
		Blocks: []Block{
			Heading{1, "Who we are", "who"},
			Text("Example Operator NV decides over accounts.\nIt is in Ghent."),
			List{"first", "second & last", "- not a list in a list"},
			Heading{2, "Contact", ""},
			Facts{{"E-mail", "privacy@example.org"}, {"Post", "Example Street 1\n9000 Gent"}},
			Link{"Write to us", "mailto:privacy@example.org"},
			Link{"No such way", "javascript:alert(1)"},
			PageBreak{},
			Table{Name: "Processing/all", Head: []string{"Field", "Purpose | why", "Kept"}, Widths: []float64{2, 3, 1},
				Rows: [][]string{{"person.name", "=1+1", "while the person is in the address book"}, {"*e-mail*", "two\nlines", "30 d"}, {"short"}}},
		},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; look at the difference and run with -update if it is right:\n%s", name, got)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	var h, m, p1, p2 bytes.Buffer
	for _, err := range []error{HTML(&h, sample()), Markdown(&m, sample()), PDF(&p1, sample()), PDF(&p2, sample())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "sample.html", h.Bytes())
	golden(t, "sample.md", m.Bytes())
	if !bytes.Equal(p1.Bytes(), p2.Bytes()) {
		t.Error("the same document gives two PDFs")
	}
	golden(t, "sample.txt", []byte(pdfText(t, p1.Bytes())))
}

func pdfText(t *testing.T, b []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed")
	}
	file := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Blocks = append(d.Blocks, Table{Name: "processing all", Head: []string{"A"}, Rows: [][]string{{"+31"}, {"-"}, {"@x"}, {"a=b"}}},
		Table{Name: "", Rows: [][]string{{strings.Repeat("é", 40_000)}, {strings.Repeat("😀", 20_000)}}})
	var b bytes.Buffer
	if err := XLSX(&b, d, d); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	names := strings.Join(f.GetSheetList(), ",")
	if names != "Text,Processing all,processing all 2,Contact,Processing all 3,processing all 4,Contact 2" {
		t.Errorf("sheets: %s", names)
	}
	for _, c := range []struct{ sheet, at, want string }{
		{"Text", "A1", "Register <of> “processing”"},
		{"Processing all", "B1", "Purpose | why"},
		{"Processing all", "B2", "'=1+1"},
		{"Processing all", "B3", "two\nlines"},
		{"processing all 2", "A2", "'+31"},
		{"processing all 2", "A3", "-"},
		{"processing all 2", "A4", "'@x"},
		{"processing all 2", "A5", "a=b"},
		{"Contact", "A1", strings.Repeat("é", 32_766) + "…"},
		{"Contact", "A2", strings.Repeat("😀", 16_383) + "…"},
	} {
		got, err := f.GetCellValue(c.sheet, c.at)
		if err != nil || got != c.want {
			t.Errorf("%s!%s: %.60q (%v), want %.60q", c.sheet, c.at, got, err, c.want)
		}
		if formula, _ := f.GetCellFormula(c.sheet, c.at); formula != "" {
			t.Errorf("%s!%s is a formula", c.sheet, c.at)
		}
	}
}

func TestLongTableRepeatsItsHead(t *testing.T) {
	t.Parallel()
	d := Doc{Title: "Long", Blocks: []Block{Table{Head: []string{"HEADWORD", "Other"}}}}
	tab, _ := d.Blocks[0].(Table)
	for range 90 {
		tab.Rows = append(tab.Rows, []string{"a cell with some text that has to be broken over several lines because it is long", strings.Repeat("x", 120)})
	}
	tab.Rows = append(tab.Rows, []string{strings.Repeat("one row longer than a page ", 600), "LASTWORD"})
	d.Blocks[0] = tab
	var b bytes.Buffer
	if err := PDF(&b, d); err != nil {
		t.Fatal(err)
	}
	text := pdfText(t, b.Bytes())
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	if len(pages) < 8 || !strings.Contains(text, "LASTWORD") {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "HEADWORD") {
			t.Errorf("page %d has no head", i+1)
		}
		if want := " / " + itoa(len(pages)); !strings.Contains(p, itoa(i+1)+want) {
			t.Errorf("page %d is not numbered", i+1)
		}
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestManyColumnsAreSetAsFacts(t *testing.T) {
	t.Parallel()
	var tab Table
	for i := range 16 {
		tab.Head = append(tab.Head, "head "+itoa(i))
	}
	tab.Rows = [][]string{tab.Head, tab.Head}
	var b bytes.Buffer
	if err := PDF(&b, Doc{Title: "Wide", Blocks: []Block{tab}}); err != nil {
		t.Fatal(err)
	}
	if text := pdfText(t, b.Bytes()); strings.Count(text, "head 15") != 4 {
		t.Errorf("columns are lost:\n%s", text)
	}
}

func TestLinksLeadNowhereBad(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"https://example.org": true, "mailto:a@example.org": true, "/privacy.pdf": true, "#who": true, "?lang=fr": true,
		"http://example.org": false, "//example.org": false, "javascript:alert(1)": false, "JAVASCRIPT:alert(1)": false,
		"data:text/html,x": false, "https://a b": false, "/\\example.org": false, "": false, "\x01javascript:": false,
	} {
		if _, ok := (Link{"x", url}).reachable(); ok != want {
			t.Errorf("%q: %v", url, ok)
		}
	}
}

// naughty are the strings that break programs, and some that broke this one.
func naughty(t *testing.T) []string {
	t.Helper()
	list := []string{"", " ", "\x00", "a\x00b", "\ufeff", "\ufffe\uffff", "\xff\xfe", "😀 emoji", "مرحبا", "_x000D_ _x0041_", "'", "=cmd|' /C calc'!A0",
		"|a|b|", "<script>alert(1)</script>", "]]>", "\u202egnirts", "1. no list", "    code", "```", "![x](y)", "&lt;", "\u2028line", strings.Repeat("W", 5000)}
	samples := os.Getenv("PLUMBLINE_SAMPLES")
	if samples == "" {
		return list
	}
	b, err := os.ReadFile(filepath.Join(samples, "privacy-security", "strings", "blns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var more []string
	if err := json.Unmarshal(b, &more); err != nil || len(more) < 200 {
		t.Fatalf("%d strings, %v", len(more), err)
	}
	return append(list, more...)
}

func docOf(s string) Doc {
	return Doc{Title: s, Subtitle: s, Links: []Link{{s, s}}, Blocks: []Block{
		Heading{1, s, s}, Text(s), List{s, s}, Facts{{s, s}}, Link{s, s}, Table{Name: s, Head: []string{s, s}, Rows: [][]string{{s, s}}},
	}}
}

func TestNoTextBreaksAFormat(t *testing.T) {
	t.Parallel()
	all := naughty(t)
	for _, s := range all {
		checkFormats(t, s)
	}
	// PDFs are slow one by one: all in a table, and all as paragraphs.
	d := Doc{Title: "All"}
	tab := Table{Head: []string{"a", "b"}}
	for _, s := range all {
		tab.Rows = append(tab.Rows, []string{s, s})
		d.Blocks = append(d.Blocks, Heading{2, s, ""}, Text(s), List{s}, Facts{{s, s}}, Link{s, s})
	}
	d.Blocks = append(d.Blocks, tab)
	var b bytes.Buffer
	if err := PDF(&b, d); err != nil {
		t.Fatal(err)
	}
	if text := pdfText(t, b.Bytes()); !strings.ContainsRune(text, mark) {
		t.Error("no mark for what cannot be drawn")
	}
}

// checkFormats writes s everywhere as HTML, Markdown and XLSX, and reads it
// back.
func checkFormats(t *testing.T, s string) {
	t.Helper()
	d := docOf(s)
	var h, m, x bytes.Buffer
	if err := HTML(&h, d); err != nil {
		t.Errorf("%.40q: %v", s, err)
	}
	root, err := html.Parse(bytes.NewReader(h.Bytes()))
	if err != nil {
		t.Errorf("%.40q: %v", s, err)
		return
	}
	counts, texts := map[string]int{}, map[string][]string{}
	walk(root, counts, texts)
	if counts["script"]+counts["img"]+counts["iframe"]+counts["svg"] > 0 || counts["td"] != 2 || counts["li"] != 2 || counts["h2"] != 1 {
		t.Errorf("%.40q: mark-up got out: %v", s, counts)
	}
	for _, got := range texts["td"] {
		if got != clean(s) {
			t.Errorf("%.40q: HTML says %.40q", s, got)
		}
	}
	if err := Markdown(&m, d); err != nil {
		t.Errorf("%.40q: %v", s, err)
	}
	md := strings.ReplaceAll(m.String(), "<br>", "")
	for i := range len(md) {
		if md[i] == '<' && (i == 0 || md[i-1] != '\\' && md[i-1] != '(') {
			t.Errorf("%.40q: Markdown lets mark-up through: %.80q", s, md[max(0, i-20):])
			break
		}
	}
	if err := XLSX(&x, d); err != nil {
		t.Errorf("%.40q: %v", s, err)
		return
	}
	f, err := excelize.OpenReader(&x)
	if err != nil {
		t.Errorf("%.40q: %v", s, err)
		return
	}
	defer f.Close() //nolint:errcheck // read only
	got, err := f.GetCellValue(f.GetSheetName(1), "A2")
	if want := held(s); err != nil || got != want {
		t.Errorf("%.40q: XLSX says %.40q, want %.40q (%v)", s, got, want, err)
	}
}

func walk(n *html.Node, counts map[string]int, texts map[string][]string) {
	if n.Type == html.ElementNode {
		counts[n.Data]++
		if n.Data == "td" {
			text := ""
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				text += c.Data
			}
			texts["td"] = append(texts["td"], text)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, counts, texts)
	}
}

func FuzzFormats(f *testing.F) {
	f.Add("= <b>|*é\x00")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 2000 {
			checkFormats(t, s)
		}
	})
}
