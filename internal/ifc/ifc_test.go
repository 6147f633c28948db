package ifc_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/ifc"
)

func read(t testing.TB, b []byte) (*ifc.Model, error) {
	t.Helper()
	return ifc.Read(t.Context(), bytes.NewReader(b), int64(len(b)))
}

func walk(ls []*ifc.Location, f func(*ifc.Location)) {
	for _, l := range ls {
		f(l)
		walk(l.Children, f)
	}
}

// TestExpected reads every sample and compares with what another program counted.
func TestExpected(t *testing.T) {
	t.Parallel()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES names no folder of sample files")
	}
	table, err := os.ReadFile(filepath.Join(root, "ifc", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		col := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, "ifc", col[0]))
		if err != nil {
			t.Fatal(err)
		}
		m, err := read(t, b)
		if err != nil {
			t.Errorf("%s: %v", col[0], err)
			continue
		}
		if m.Schema != col[2] || m.Project.GUID != col[14] || "'"+m.Project.Name+"'" != col[15] {
			t.Errorf("%s: %s %+v", col[0], m.Schema, m.Project)
		}
		inTree := map[string]int{"project": m.Counts["project"]}
		var storeys []string
		walk(m.Locations, func(l *ifc.Location) {
			inTree[l.Kind]++
			if l.Kind == "storey" {
				storeys = append(storeys, l.Name)
			}
		})
		for j, kind := range []string{"project", "site", "building", "storey", "space"} {
			if n := strconv.Itoa(m.Counts[kind]); n != col[4+j] || inTree[kind] != m.Counts[kind] {
				t.Errorf("%s: %s %ss, %d of them in the tree, want %s", col[0], n, kind, inTree[kind], col[4+j])
			}
		}
		if got, want := strings.Join(storeys, " | "), ifc.Decode(col[16]); got != want {
			t.Errorf("%s: storeys %q, want %q", col[0], got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`plain`: "plain",
		`It''s`: "It's",
		`a\\b`:  `a\b`,
		`3.Nadzemn\X2\00ED\X0\ podla\X2\017E00ED\X0\`: "3.Nadzemní podlaží",
		`\X2\D83CDFD7\X0\`:                            "🏗",
		`\X4\0001F3D7\X0\ x`:                          "🏗 x",
		`Gr\X\F6\X\DFe`:                               "Größe",
		`\S\d`:                                        "ä",
		`\PE\\S\0`:                                    "А", // Cyrillic
		`\X2\00E`:                                     `\X2\00E`,
		`\X2\ZZZZ\X0\`:                                `\X2\ZZZZ\X0\`,
		"bro\r\nken":                                  "broken",
		"Größe":                                       "Größe",
		"Gr\xf6\xdfe":                                 "Größe",
		`\`:                                           `\`,
		`\X4\FFFFFFFF\X0\`:                            "\uFFFD",
	} {
		if got := ifc.Decode(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

const head = "ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;\n"

func TestTree(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, data, want string }{
		{"all four, in any order, with comments and odd spacing", `
			#9= IFCRELAGGREGATES('r',$,$,$,#1,(#2));#1=IFCPROJECT('p',$,'P; (x)',$,$,$,$,$,$);
			/* #5=IFCSITE('no'); */ #2=
			IfcSite ('s',$,'S',$,$,$,$,'Long',.ELEMENT.,$,$,$,$,$);
			#3=IFCBUILDING('b',$,'it''s; B)',$,$,$,$,$,.ELEMENT.,$,$,$);#4=IFCBUILDINGSTOREY('g',$,'G',$,$,$,$,$,.ELEMENT.,-3.5);
			#5=IFCSPACE('x',$,'1.01',$,$,$,$,'Hall',.ELEMENT.,.INTERNAL.,$);
			#10=IFCRELAGGREGATES('r',$,$,$,#2,( #3 ));#11=IFCRELAGGREGATES('r',$,$,$,#3,(#4));#12=IFCRELAGGREGATES('r',$,$,$,#4,(#5));`,
			"site S(building it's; B)(storey G(space 1.01)))"},
		{"no site, no storey", `#1=IFCPROJECT('p',$,'P');#3=IFCBUILDING('b',$,'B');#5=IFCSPACE('x',$,'R');#9=IFCRELAGGREGATES('r',$,$,$,#1,(#3));#8=IFCRELAGGREGATES('r',$,$,$,#3,(#5));`,
			"building B(space R)"},
		{"a space contained instead", `#1=IFCPROJECT('p',$,'P');#3=IFCBUILDINGSTOREY('b',$,'B');#5=IFCSPACE('x',$,'R');#9=IFCRELAGGREGATES('r',$,$,$,#1,(#3));#8=IFCRELCONTAINEDINSPATIALSTRUCTURE('r',$,$,$,(#5,#77),#3);`,
			"storey B(space R)"},
		{"part of nothing", `#3=IFCBUILDING('b',$,'B');`, "building B"},
		{"a circle", `#3=IFCBUILDING('b',$,'B');#4=IFCBUILDING('c',$,'C');#5=IFCRELAGGREGATES('r',$,$,$,#3,(#4));#6=IFCRELAGGREGATES('r',$,$,$,#4,(#3));`, "building B(building C)"},
		{"of itself", `#3=IFCBUILDING('b',$,'B');#5=IFCRELAGGREGATES('r',$,$,$,#3,(#3));`, "building B"},
		{"two wholes", `#1=IFCPROJECT('p',$,'P');#3=IFCBUILDING('b',$,'B');#4=IFCBUILDING('c',$,'C');#7=IFCSPACE('x',$,'R');#5=IFCRELAGGREGATES('r',$,$,$,#3,(#7));#6=IFCRELAGGREGATES('r',$,$,$,#4,(#7));#8=IFCRELAGGREGATES('r',$,$,$,#1,(#3,#4));`,
			"building B(space R) building C"},
		{"infrastructure", `#1=IFCPROJECT('p',$,'P');#3=IFCBRIDGE('b',$,'B');#4=IFCBRIDGEPART('c',$,'Deck');#6=IFCRELAGGREGATES('r',$,$,$,#3,(#4));#8=IFCRELAGGREGATES('r',$,$,$,#1,(#3));`,
			"facility B(part Deck)"},
	}
	for _, c := range cases {
		m, err := read(t, []byte(head+c.data+"ENDSEC;END-ISO-10303-21;"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var show func(ls []*ifc.Location) string
		show = func(ls []*ifc.Location) string {
			var parts []string
			for _, l := range ls {
				s := l.Kind + " " + l.Name
				if len(l.Children) > 0 {
					s += "(" + show(l.Children) + ")"
				}
				parts = append(parts, s)
			}
			return strings.Join(parts, " ")
		}
		if got := show(m.Locations); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"nothing":         {nil, "not-ifc"},
		"something else":  {[]byte("<ifcXML/>"), "not-ifc"},
		"another schema":  {[]byte("ISO-10303-21;HEADER;FILE_SCHEMA(('AP214'));ENDSEC;"), "not-ifc"},
		"cut in a text":   {[]byte(head + "#1=IFCSITE('abc"), "not-ifc"},
		"cut in a list":   {[]byte(head + "#1=IFCRELAGGREGATES('r',$,$,$,#1,(#2,#3"), "not-ifc"},
		"too many":        {[]byte(head + strings.Repeat("#1=IFCSITE('a',$,'A');", 10) + "#2=IFCRELAGGREGATES('r',$,$,$,#1,(" + strings.Repeat("#3,", 4_000_001) + "#3));"), "ifc-too-large"},
		"a damaged zip":   {append([]byte("PK\x03\x04"), make([]byte, 100)...), "not-a-zip"},
		"endless comment": {[]byte(head + "/* " + strings.Repeat("*", 1000)), "not-ifc"},
	} {
		_, err := read(t, c.file)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	// A chain deeper than anything that is built is cut, and every part is there.
	var b strings.Builder
	b.WriteString(head)
	for i := 1; i <= 5000; i++ {
		n := strconv.Itoa(i)
		b.WriteString("#" + n + "=IFCSPACE('g" + n + "',$,'S');#" + strconv.Itoa(i+100_000) + "=IFCRELAGGREGATES('r',$,$,$,#" + n + ",(#" + strconv.Itoa(i+1) + "));")
	}
	m, err := read(t, []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	walk(m.Locations, func(*ifc.Location) { n++ })
	if n != 5000 {
		t.Errorf("%d of 5000 parts", n)
	}
}

func TestPacked(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("model.ifc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(head + "#3=IFCBUILDING('b',$,'B');")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if m, err := read(t, b.Bytes()); err != nil || len(m.Locations) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
}

// FuzzRead reads anything: each part is in the tree once, or there is a fault.
func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "#1=IFCPROJECT('p',$,'P');#3=IFCBUILDING('b',$,'\\X2\\00ED\\X0\\');#9=IFCRELAGGREGATES('r',$,$,$,#1,(#3));"))
	f.Add([]byte(head + "#4=IFCBUILDING('c',$,'C');#5=IFCRELAGGREGATES('r',$,$,$,#4,(#4,#5));/**/'';;("))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := read(t, b)
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatal(err)
			}
			return
		}
		seen := map[*ifc.Location]bool{}
		walk(m.Locations, func(l *ifc.Location) {
			if seen[l] {
				t.Fatal("a part stands twice")
			}
			seen[l] = true
		})
	})
}
