package layout

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func grouped(t *testing.T, n int) *Document {
	t.Helper()
	d := document(t, n)
	for i := range d.Points {
		d.Points[i].Subject = "Subject (" + strconv.Itoa(i) + ") \\ — ångström"
		d.Points[i].Group = []string{"Level 1", "Level 2 ≤ roof"}[i*2/n]
	}
	d.Style = Style{Accent: Colour{R: 11, G: 93, B: 59}, Contents: true, PerRow: 2, Header: "Firm at the head", Footer: "Firm at the foot"}
	d.Data = Data{Name: "points.json", Body: []byte(`{"points":[1,2,3]}`)}
	return d
}

// The contents name the page on which each point stands, as another program
// reads them.
func TestContentsNamePages(t *testing.T) {
	t.Parallel()
	file, res := write(t, grouped(t, 24))
	pages := strings.Split(text(t, file), "\f")
	found := 0
	line := regexp.MustCompile(`Subject \((\d+)\).* (\d+)\s*$`)
	for l := range strings.SplitSeq(pages[1], "\n") {
		m := line.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		found++
		if at, _ := strconv.Atoi(m[2]); at < 3 || at > res.Pages || !strings.Contains(pages[at-1], "Subject ("+m[1]+")") {
			t.Errorf("subject %s is not on page %s", m[1], m[2])
		}
	}
	if found != 24 {
		t.Errorf("%d of 24 points in the contents", found)
	}
	for _, want := range []string{"Level 2 ≤ roof", "Firm at the head", "Firm at the foot"} {
		if !strings.Contains(pages[2], want) && !strings.Contains(pages[1], want) {
			t.Errorf("%q is not there", want)
		}
	}
	if last := pages[res.Pages-1]; !strings.Contains(last, "data-unvalidated") || !strings.Contains(last, "points.json") {
		t.Error("the last page does not say what is attached and what is unvalidated")
	}
}

// The structure as qpdf reads it: what PDF/A-3 asks for beyond a PDF.
func TestArchivedPDF(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("qpdf"); err != nil {
		t.Skip("qpdf is not installed")
	}
	d := grouped(t, 24)
	file, res := write(t, d)
	if out, err := exec.Command("qpdf", "--check", file).CombinedOutput(); err != nil {
		t.Fatalf("qpdf --check: %v\n%s", err, out)
	}
	out, err := exec.Command("qpdf", "--show-attachment=points.json", file).Output()
	if err != nil || string(out) != string(d.Data.Body) {
		t.Errorf("attached %q: %v", out, err)
	}
	plain := filepath.Join(t.TempDir(), "plain.pdf")
	if out, err := exec.Command("qpdf", "--qdf", "--object-streams=disable", file, plain).CombinedOutput(); err != nil {
		t.Fatalf("qpdf --qdf: %v\n%s", err, out)
	}
	b, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/S /GTS_PDFA1", "/AFRelationship /Data", "/Subtype /application#2fjson", "<pdfaid:part>3</pdfaid:part>", "/ID [", "/DestOutputProfile"} {
		if !strings.Contains(strings.ReplaceAll(string(b), "#2F", "#2f"), want) {
			t.Errorf("%s is not there", want)
		}
	}
	links, printed := strings.Count(string(b), "/Subtype /Link"), strings.Count(string(b), "/F 4\n")
	if links != 26 || printed != links {
		t.Errorf("%d links, %d of them print; want 24 points and 2 groups", links, printed)
	}
	type outline struct {
		Title string `json:"title"`
		Page  int    `json:"destpageposfrom1"`
		Kids  []outline
	}
	var j struct{ Outlines []outline }
	out, err = exec.Command("qpdf", "--json=1", "--json-key=outlines", file).Output()
	if err == nil {
		err = json.Unmarshal(out, &j)
	}
	if err != nil || len(j.Outlines) != 4 || len(j.Outlines[1].Kids) != 12 || j.Outlines[2].Title != "Level 2 ≤ roof" || j.Outlines[3].Page != res.Pages {
		t.Errorf("outline %+v %v", j.Outlines, err)
	}
}

func TestLongContentsNameGroupsAlone(t *testing.T) {
	t.Parallel()
	p := painter{doc: &Document{}}
	for i := range mostLines + 1 {
		p.doc.Points = append(p.doc.Points, Point{Group: strconv.Itoa(i / 500)})
	}
	if all := p.entries(); len(all) != 5 || !all[0].group || all[0].n != 500 || all[4].n != 1 {
		t.Errorf("%d lines, first %+v", len(all), all[0])
	}
	for i := range p.doc.Points {
		p.doc.Points[i].Group = ""
	}
	if all := p.entries(); len(all) != 0 {
		t.Errorf("%d lines without groups", len(all))
	}
}
