package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const rcp = "4 1\n5\n0 0 2 2 3\n3 1 1 4\n2 2 1 4\n0 0 0\n"

const loop = `<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-01-05T08:00:00</StartDate><Tasks>` +
	`<Task><UID>1</UID><Name>A</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type></PredecessorLink></Task>` +
	`<Task><UID>2</UID><Name>B</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task></Tasks></Project>`

func TestProgramme(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, bad, mpp := file("p.rcp", rcp), file("loop.xml", loop), file("own.mpp", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	longer := file("q.rcp", strings.Replace(rcp, "3 1 1 4", "4 1 1 4", 1))
	out := filepath.Join(dir, "out.xml")
	for _, c := range []struct {
		name     string
		args     []string
		code     int
		out, err string
	}{
		{"compute", []string{"compute", good}, Done, "length: 3", ""},
		{"by the other rules", []string{"compute", good, "--rules", "p6"}, Done, "length: 3", ""},
		{"by none", []string{"compute", good, "--rules", "other"}, BadInput, "", "msp or p6"},
		{"a loop names its activities", []string{"compute", "--json", bad}, BadInput, "", "circle: 1, 2"},
		{"MS Project's own", []string{"compute", mpp}, BadInput, "", "XML Format (*.xml)"},
		{"no file", []string{"compute", filepath.Join(dir, "none")}, BadInput, "", "no such file"},
		{"convert", []string{"convert", good, out}, Done, "", ""},
		{"convert to what", []string{"convert", good, filepath.Join(dir, "out.doc")}, BadInput, "", "programme-cannot-write"},
		{"diff", []string{"diff", good, longer}, Done, "changed 2 job 2\n    duration:", ""},
		{"diff of the same", []string{"diff", good, good}, Done, "0 differences", ""},
		{"check", []string{"check", good}, Failed, " 1  NOT MET", "points are not met"},
	} {
		var o, e bytes.Buffer
		code := Run(t.Context(), nil, Streams{In: strings.NewReader(""), Out: &o, Err: &e}, append([]string{"programme"}, c.args...))
		if code != c.code || !strings.Contains(o.String(), c.out) || !strings.Contains(e.String(), c.err) {
			t.Errorf("%s: code %d, out %q, err %q", c.name, code, o.String(), e.String())
		}
	}
	if b, err := os.ReadFile(out); err != nil || !bytes.Contains(b, []byte("<PredecessorUID>2</PredecessorUID>")) {
		t.Errorf("converted: %v", err)
	}
	var o bytes.Buffer
	Run(t.Context(), nil, Streams{In: strings.NewReader(""), Out: &o, Err: &o}, []string{"programme", "compute", "--json", good})
	var answer struct {
		Length     int `json:"length"`
		Activities []struct {
			ID         string `json:"id"`
			EarlyStart int    `json:"early_start"`
			LateFinish int    `json:"late_finish"`
			TotalFloat int    `json:"total_float"`
			Critical   bool   `json:"critical"`
		} `json:"activities"`
	}
	if err := json.Unmarshal(o.Bytes(), &answer); err != nil || answer.Length != 3 || len(answer.Activities) != 4 {
		t.Fatalf("%v: %s", err, o.String())
	}
	if a := answer.Activities[2]; a.ID != "3" || a.EarlyStart != 0 || a.LateFinish != 3 || a.TotalFloat != 1 || a.Critical {
		t.Errorf("job 3: %+v", a)
	}
}
