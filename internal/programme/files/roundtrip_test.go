package files_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// told is what the oracle names of each activity, in one text.
func told(d *plan.Document) map[string]string {
	preds := map[int][]string{}
	for i := range d.Relations {
		r := &d.Relations[i]
		preds[r.To] = append(preds[r.To], fmt.Sprint(key(d, r.From), r.Link, r.Lag, r.Percent, r.Elapsed, r.Format))
	}
	out := map[string]string{}
	for i := range d.Activities {
		a := &d.Activities[i]
		p := preds[i]
		slices.Sort(p)
		out[key(d, i)] = fmt.Sprint(a.Name, "|", a.Kind, a.Milestone, a.Null, "|", a.Duration, a.Remaining, "|", a.Constraints, a.Deadline, "|", a.Manual, a.Calendar, "|",
			int(a.Percent+0.5), a.ActualStart, a.ActualFinish, a.Stop, a.Resume, "|", a.Stored, "|", a.Level, "|", p, "|", a.FixedDuration, len(a.Baselines))
	}
	return out
}

func key(d *plan.Document, i int) string {
	return d.Activities[i].ID
}

// TestRoundTrip reads a file, writes it in its own format, and reads that: the
// fields that the oracle names are the same, and so is what is computed.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"msp-native/*.xml", "msp-converted/*.xml", "p6-xer/*.xer", "p6-pmxml/*", "p6-mpxj-written/*"} {
		names, err := filepath.Glob(filepath.Join(samples(t), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range names {
			name, err := filepath.Rel(samples(t), path)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := open(t, name)
				as := "out.xml"
				switch d.Format {
				case plan.XER:
					as = "out.xer"
				case plan.PMXML:
					as = "out.pmxml"
				}
				again := rewrite(t, d, as)
				want, got := told(d), told(again)
				for id, w := range want {
					if g, ok := got[id]; !ok {
						t.Errorf("%s is lost", id)
					} else if g != w {
						t.Errorf("%s:\n  was %s\n  is  %s", id, w, g)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%d activities, were %d", len(got), len(want))
				}
				if a, b := answer(t, d), answer(t, again); a != b {
					t.Errorf("computes otherwise")
				}
			})
		}
	}
}

// TestTables takes what MS Project wrote into tables and back: names, durations,
// dates, relations and structure are the same.
func TestTables(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(samples(t), "msp-*/*.xml"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, len(names))
	}
	for _, path := range names {
		name, err := filepath.Rel(samples(t), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, name)
			if !slices.ContainsFunc(d.Activities, func(a plan.Activity) bool { return !a.Null }) {
				return // a table of nothing is refused
			}
			for _, as := range []string{"out.csv", "out.xlsx"} {
				again := rewrite(t, d, as)
				at := 0
				for i := range d.Activities {
					a := &d.Activities[i]
					if a.Null {
						continue
					}
					x := again.Activities[at]
					at++
					whole := func(t workcal.Time) workcal.Time { return t - t%workcal.Minute } // a table holds minutes, and of midnight the day alone
					if x.ID != a.ID || a.Name != "" && x.Name != strings.TrimSpace(a.Name) || a.Kind != cpm.Summary && x.Duration != a.Duration ||
						a.Stored.Start != workcal.None && a.Stored.Start%workcal.Day != 0 && a.Stored.Finish >= a.Stored.Start && x.Stored.Start != whole(a.Stored.Start) {
						t.Errorf("%s: %s lasts %d from %v, was %d from %v", as, a.ID, x.Duration, x.Stored.Start, a.Duration, a.Stored.Start)
					}
				}
				if at != len(again.Activities) || len(again.Relations) != len(d.Relations) {
					t.Errorf("%s: %d activities and %d relations, were %d and %d", as, len(again.Activities), len(again.Relations), at, len(d.Relations))
				}
			}
		})
	}
}

func rewrite(t *testing.T, d *plan.Document, as string) *plan.Document {
	t.Helper()
	write, err := files.Writer(as)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b, d); err != nil {
		t.Fatal(err)
	}
	again, err := files.Read(&b, as)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func answer(t *testing.T, d *plan.Document) string {
	t.Helper()
	c, err := plan.Compute(d, files.Rules(d))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	if err := c.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	_, rows, _ := strings.Cut(b.String(), `"activities"`)
	return rows
}

// TestConvert takes networks from one program's format to the other's, where the
// dates stay those of the other's rules.
func TestConvert(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, as string }{
		{"msp-converted/Residential_Construction.xml", "out.xer"}, {"msp-converted/Residential_Construction.xml", "out.pmxml"},
		{"p6-xer/MDL4D.xer", "out.pmxml"}, {"p6-xer/MDL4D.xer", "out.xml"}, {"psplib/j30_1_8.rcp", "out.xml"}, {"psplib/j30_1_8.rcp", "out.xer"},
	} {
		d := open(t, c.name)
		rules := files.Rules(d)
		before, err := plan.Compute(d, rules)
		if err != nil {
			t.Fatal(err)
		}
		again := rewrite(t, d, c.as)
		after, err := plan.Compute(again, rules)
		if err != nil {
			t.Fatal(err)
		}
		if c.name[0] != 'p' || c.as != "out.xml" || d.Format != plan.PSPLIB {
			if after.End() != before.End() && d.Format != plan.PSPLIB {
				t.Errorf("%s as %s ends %v, ended %v", c.name, c.as, after.End(), before.End())
			}
		}
		if len(again.Relations) != len(d.Relations) {
			t.Errorf("%s as %s: %d relations, were %d", c.name, c.as, len(again.Relations), len(d.Relations))
		}
	}
}
