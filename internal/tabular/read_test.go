package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"plumbline/internal/fault"
)

func open(t *testing.T, file string) []Row {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := XLSX(bytes.NewReader(b), int64(len(b)), Usual())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestWeReadWhatWeWrite(t *testing.T) {
	t.Parallel()
	all := naughty(t)
	rows := open(t, textBook(t, all))
	at := 1
	for i, want := range all {
		if want == "" {
			continue // an empty row is none
		}
		if at >= len(rows) || rows[at].Number != i+2 || rows[at].Cells[0].Text != want || rows[at].Cells[0].Kind != Text {
			t.Fatalf("row %d is not %.80q", i+2, want)
		}
		at++
	}
	when := time.Date(2026, 3, 29, 14, 30, 15, 0, time.UTC)
	rows = open(t, book(t, func(b *Book) {
		s, _ := b.Sheet("Kinds", Column{Title: "a"})
		_ = s.Row(N(7), D("2026-02-28"), At(when, time.UTC), B(true), To("there", "https://plumbline.example/?a=1&b=2"), Cell{}, T("last"))
	}))
	got := rows[1].Cells
	if got[0].Number != 7 || got[1].Kind != Date || got[1].String() != "2026-02-28" || !got[2].Time.Equal(when) || got[3].Kind != Bool || got[4].Text != "there" || got[5].Kind != Empty || got[6].Text != "last" {
		t.Errorf("%+v", got)
	}
}

// A workbook that another program wrote: shared strings, its own date format,
// a formula with and without its value, an error, a hidden first sheet.
func TestWeReadOthers(t *testing.T) {
	t.Parallel()
	if err := exec.Command("python3", "-c", "import openpyxl").Run(); err != nil {
		t.Skip("python3-openpyxl is not installed")
	}
	file := filepath.Join(t.TempDir(), "other.xlsx")
	const make = `
import sys, datetime, openpyxl
b = openpyxl.Workbook()
b.active.title = 'Hidden'; b.active.sheet_state = 'hidden'
s = b.create_sheet('Shown'); b.active = 1
s.append(['Näme', 3.5, datetime.date(2026, 2, 28), datetime.datetime(2026, 2, 28, 13, 45), True, '=1+1', ' lead'])
s['C1'].number_format = 'dd/mm/yyyy'
s['B1'].number_format = '0.0 "days"'
b.save(sys.argv[1])
`
	if out, err := exec.Command("python3", "-c", make, file).CombinedOutput(); err != nil { //nolint:gosec // our own program
		t.Fatalf("%v %s", err, out)
	}
	c := open(t, file)[0].Cells
	if c[0].Text != "Näme" || c[1].Kind != Number || c[1].Number != 3.5 || c[2].String() != "2026-02-28" || c[3].String() != "2026-02-28 13:45" || c[4].Number != 1 || c[5].Kind != Bad || c[6].Text != " lead" {
		t.Errorf("%+v", c)
	}
}

func archive(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	t.Parallel()
	with := func(sheet string) []byte {
		return archive(t, map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   sheet,
		})
	}
	few := Usual()
	few.Opened, few.Rows = 1<<20, 100
	for name, c := range map[string]struct {
		body []byte
		code string
	}{
		"no archive":       {[]byte("PK\x03\x04 and then nothing"), "not-a-table"},
		"empty":            {nil, "not-a-table"},
		"no workbook":      {archive(t, map[string]string{"a": "b"}), "not-a-table"},
		"entities":         {with(`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><row><c t="inlineStr"><is><t>&a;</t></is></c></row></worksheet>`), "not-a-table"},
		"a bomb":           {with(`<worksheet>` + strings.Repeat(" ", 2<<20)), "unpacks-too-large"},
		"many rows":        {with(`<worksheet>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 101) + `</worksheet>`), "too-many-rows"},
		"a far column":     {with(`<worksheet><row><c r="XFD1"><v>1</v></c></row></worksheet>`), "too-many-columns"},
		"columns beyond":   {with(`<worksheet><row><c r="ZZZZZZZZZZ1"><v>1</v></c></row></worksheet>`), "too-many-columns"},
		"rows backwards":   {with(`<worksheet><row r="5"><c><v>1</v></c></row><row r="4"></row></worksheet>`), "not-a-table"},
		"deep":             {with(strings.Repeat("<a>", 100)), "not-a-table"},
		"cut":              {with(`<worksheet><row><c`), "not-a-table"},
		"no column at all": {with(`<worksheet><row><c r="1"><v>1</v></c></row></worksheet>`), "too-many-columns"},
	} {
		if _, err := XLSX(bytes.NewReader(c.body), int64(len(c.body)), few); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestCSVDialects(t *testing.T) {
	t.Parallel()
	const text = "Naam;Ort \"x\"\r\nBäder, süd;\"a;b\"\"c\r\nd\"\r\n\r\n;\r\n'=1+1;€\r\n"
	encode := map[string]func(string) []byte{
		"UTF-8":        func(s string) []byte { return []byte(s) },
		"UTF-8 marked": func(s string) []byte { return []byte("\ufeff" + s) },
		"Windows-1252": func(s string) []byte { b, _ := charmap.Windows1252.NewEncoder().String(s); return []byte(b) },
		"UTF-16 little": func(s string) []byte {
			b, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
			return []byte(b)
		},
		"UTF-16 big": func(s string) []byte {
			b, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(s)
			return []byte(b)
		},
		"semicolons said": func(s string) []byte { return []byte("sep=;\r\n" + s) },
		"tabs": func(s string) []byte {
			return []byte(strings.ReplaceAll(strings.ReplaceAll(s, "a;b", "a~b"), ";", "\t"))
		},
	}
	for name, enc := range encode {
		rows, err := ReadCSV(enc(text), Usual())
		if err != nil || len(rows) != 3 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
			continue
		}
		got := fmt.Sprint(rows[1].Cells[0].Text, "|", strings.ReplaceAll(rows[1].Cells[1].Text, "~", ";"), "|", rows[2].Cells[0].Text, "|", rows[2].Cells[1].Text)
		if got != "Bäder, süd|a;b\"c\nd|=1+1|€" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCSVGivesBackEachText(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := NewCSV(&b, ';', "02/01/2006")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range append(naughty(t), "'=x", "''=x", "'plain", "'") {
		if s != "" && !strings.ContainsAny(s, "\x00\r") && s != "\n" { // CSV itself takes \r\n for \n
			all = append(all, s)
		}
	}
	for _, s := range all {
		_ = w.Row(T(s), D("2026-02-03"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(b.String(), "\r\n") {
		if line != "" && strings.IndexByte("=+-@", line[0]) >= 0 {
			t.Errorf("a spreadsheet would compute %.40q", line)
		}
	}
	rows, err := ReadCSV(b.Bytes(), Usual())
	if err != nil || len(rows) != len(all) {
		t.Fatalf("%d rows of %d, %v", len(rows), len(all), err)
	}
	for i := range all {
		if rows[i].Cells[0].Text != all[i] || rows[i].Cells[1].Text != "03/02/2026" {
			t.Errorf("%.60q came back as %.60q", all[i], rows[i].Cells[0].Text)
		}
	}
}
