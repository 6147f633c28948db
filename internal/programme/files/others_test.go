package files_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// gnomePlanner is how GNOME Planner reads MS Project's XML: by this stylesheet.
const gnomePlanner = "/usr/share/planner/stylesheets/msp2planner.xsl"

// TestPlanner: GNOME Planner's reader of MS Project XML finds in what we write
// each task below its own, with its dates, and each relation with its lag.
func TestPlanner(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(gnomePlanner); err != nil {
		t.Skip("planner-data is not installed")
	}
	if _, err := exec.LookPath("xsltproc"); err != nil {
		t.Skip("xsltproc is not installed")
	}
	for _, name := range []string{"msp-converted/Residential_Construction.xml", "p6-xer/MDL4D.xer", "table.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d *plan.Document
			if name == "table.csv" {
				var err error
				d, err = files.Read(strings.NewReader("nr;level;name;start;duration;predecessors\n1;1;House;;;\n2;2;Dig;2026-01-05;3d;\n3;2;Lay;;1d;2FS+2d\n4;2;Roof;;2d;3SS-1h\n"), name)
				if err != nil {
					t.Fatal(err)
				}
			} else {
				d = open(t, name)
			}
			write, err := files.Writer("out.xml")
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "out.xml")
			var b bytes.Buffer
			if err := write(&b, d); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), "xsltproc", "--nonet", gnomePlanner, path).Output()
			if err != nil {
				t.Fatal(err)
			}
			type theirs struct {
				Name  string   `xml:"name,attr"`
				Start string   `xml:"start,attr"`
				End   string   `xml:"end,attr"`
				Kids  []theirs `xml:"task"`
				Preds []struct {
					Type string `xml:"type,attr"`
					Lag  int    `xml:"lag,attr"`
				} `xml:"predecessors>predecessor"`
			}
			var read struct {
				Tasks []theirs `xml:"tasks>task"`
			}
			if err := xml.Unmarshal(out, &read); err != nil {
				t.Fatal(err)
			}
			var got, want []string
			var walk func(list []theirs, level int)
			walk = func(list []theirs, level int) {
				for _, x := range list {
					line := fmt.Sprint(level, " ", x.Name, " ", x.Start, " ", x.End)
					for _, p := range x.Preds {
						line += fmt.Sprintf(" %s%d", p.Type, p.Lag)
					}
					got = append(got, line)
					walk(x.Kids, level+1)
				}
			}
			walk(read.Tasks, 1)
			filled := plan.Filled(d, files.Rules(d))
			links := map[int]string{}
			for _, r := range d.Relations {
				links[r.To] += fmt.Sprintf(" %s%d", r.Link, int(r.Lag)*6)
			}
			for i := range filled.Activities {
				a := &filled.Activities[i]
				if a.Null {
					continue
				}
				stamp := func(x workcal.Time) string {
					if x == workcal.None {
						return "Z"
					}
					return x.Go().Format("20060102T150405Z")
				}
				want = append(want, fmt.Sprint(a.Level, " ", a.Name, " ", stamp(a.Stored.Start), " ", stamp(a.Stored.Finish), links[i]))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				for _, w := range want {
					if !slices.Contains(got, w) {
						t.Errorf("not as it was read: %s", w)
					}
				}
				for _, g := range got {
					if !slices.Contains(want, g) {
						t.Errorf("read: %s", g)
					}
				}
			}
		})
	}
}

// TestTaskJuggler: another engine finds the same dates, in networks of finish-start
// and start-start with lags; its MS Project XML is read.
func TestTaskJuggler(t *testing.T) {
	t.Parallel()
	tj3, err := exec.LookPath("tj3")
	if err != nil {
		t.Skip("tj3 is not installed")
	}
	r := rand.New(rand.NewPCG(21, 22))
	start, err := workcal.At(2026, 1, 5, 8*3600)
	if err != nil {
		t.Fatal(err)
	}
	d := &plan.Document{Format: plan.MSPDI, Options: cpm.Defaults(cpm.MSP, start), Calendar: "1", MinutesDay: 480}
	d.Calendars = []plan.Calendar{{ID: "1", Rules: workcal.Rules{Week: workcal.Usual()}}}
	var p strings.Builder
	p.WriteString("project p \"p\" 2026-01-05-08:00 +5y {\n timezone \"UTC\"\n workinghours mon - fri 8:00 - 12:00, 13:00 - 17:00\n workinghours sat, sun off\n}\n")
	for i := range 200 {
		a := plan.NewActivity()
		a.ID, a.Name, a.Duration = fmt.Sprint(i+1), fmt.Sprint("t", i), int32(1+r.IntN(30))*workcal.Hour
		a.Remaining = a.Duration
		d.Activities = append(d.Activities, a)
		fmt.Fprintf(&p, "task t%d \"t%d\" {\n length %dh\n", i, i, a.Duration/workcal.Hour)
		seen := map[int]bool{}
		for range min(i, r.IntN(4)) {
			from, lag := max(0, i-1-r.IntN(20)), r.IntN(10)
			if seen[from] {
				continue
			}
			seen[from] = true
			x, how := plan.Relation{From: from, To: i, Lag: int32(lag) * workcal.Hour}, ""
			if r.IntN(3) == 0 {
				x.Link, how = cpm.SS, " onstart"
			}
			if lag > 0 {
				how += fmt.Sprintf(" gaplength %dh", lag)
			}
			d.Relations = append(d.Relations, x)
			if fmt.Fprintf(&p, " depends t%d", from); how != "" {
				fmt.Fprintf(&p, " {%s }", how)
			}
			p.WriteString("\n")
		}
		p.WriteString("}\n")
	}
	p.WriteString("export out \"out\" { formats mspxml }\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.tjp"), []byte(p.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), tj3, "--silent", "--output-dir", dir, filepath.Join(dir, "p.tjp")) //nolint:gosec // the peer, where it is installed
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %.500s", err, out)
	}
	in, err := os.Open(filepath.Join(dir, "out.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // read only
	theirs, err := files.Read(in, "out.xml")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := plan.Compute(d, cpm.MSP)
	if err != nil {
		t.Fatal(err)
	}
	if len(theirs.Activities) != len(d.Activities) {
		t.Fatalf("%d activities are read of TaskJuggler's file", len(theirs.Activities))
	}
	cal := ours.Network.Calendars[0]
	for i := range d.Activities {
		x, s := ours.Dates(i), theirs.Activities[i].Stored
		if cal.Between(x.EarlyStart, s.Start) != 0 || cal.Between(x.EarlyFinish, s.Finish) != 0 {
			t.Errorf("%s: %v to %v, TaskJuggler has %v to %v", d.Activities[i].Name, x.EarlyStart, x.EarlyFinish, s.Start, s.Finish)
		}
	}
}
