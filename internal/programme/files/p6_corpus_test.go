package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

func open(t *testing.T, name string) *plan.Document {
	t.Helper()
	in, err := os.Open(filepath.Join(samples(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // read only
	d, err := files.Read(in, name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestXER compares what P6 computed: early and late dates, floats, and the
// longest path.
func TestXER(t *testing.T) {
	t.Parallel()
	byFile := map[string][]map[string]string{}
	for _, row := range table(t, "p6-xer-oracle.tsv") {
		byFile[row["file"]] = append(byFile[row["file"]], row)
	}
	for name, rows := range byFile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, filepath.Join("p6-xer", name))
			c, err := plan.Compute(d, cpm.P6)
			if err != nil {
				t.Fatal(err)
			}
			at := map[string]int{}
			for i := range d.Activities {
				at[d.Activities[i].Code] = i
			}
			good := 0
			for _, row := range rows {
				i, ok := at[row["task_code"]]
				if !ok {
					t.Errorf("%s is not read", row["task_code"])
					continue
				}
				x := c.Dates(i)
				cal := c.Network.Calendars[c.Network.Activities[i].Calendar]
				var wrong []string
				check := func(field string, got workcal.Time) {
					if want := when(t, row[field]); want != workcal.None && !same(cal, got, want) {
						wrong = append(wrong, fmt.Sprintf("%s %v want %v", field, got, want))
					}
				}
				check("early_start_date", x.EarlyStart)
				check("early_end_date", x.EarlyFinish)
				check("late_start_date", x.LateStart)
				check("late_end_date", x.LateFinish)
				slack := func(field string, got int32) {
					if row[field] == "" {
						return
					}
					want, _ := strconv.ParseFloat(row[field], 64)
					if d := float64(got)/workcal.Hour - want; d > 0.02 || d < -0.02 {
						wrong = append(wrong, fmt.Sprintf("%s %v want %v", field, float64(got)/workcal.Hour, want))
					}
				}
				slack("total_float_hr_cnt", x.TotalFloat)
				slack("free_float_hr_cnt", x.FreeFloat)
				if got := c.Longest(i); row["driving_path_flag"] == "Y" != got {
					wrong = append(wrong, fmt.Sprintf("longest %v", got))
				}
				if len(wrong) == 0 {
					good++
				} else if strings.HasPrefix(name, "MDL4") {
					t.Errorf("%s: %s", row["task_code"], strings.Join(wrong, "; "))
				}
			}
			t.Logf("SCORE %s %d/%d %v", name, good, len(rows), d.Ignored)
		})
	}
}

// TestPSPLIB compares length, critical jobs and the sum of float.
func TestPSPLIB(t *testing.T) {
	t.Parallel()
	good := 0
	rows := table(t, "psplib/expected.tsv")
	for _, row := range rows {
		d := open(t, filepath.Join("psplib", row["file"]))
		c, err := plan.Compute(d, files.Rules(d))
		if err != nil {
			t.Fatal(err)
		}
		var critical []string
		sum := 0
		for i := range d.Activities {
			x := c.Dates(i)
			sum += int(x.TotalFloat)
			if x.Critical {
				critical = append(critical, d.Activities[i].ID)
			}
		}
		got := fmt.Sprint(len(d.Activities), len(d.Relations), int(c.End()), sum, strings.Join(critical, ","))
		want := fmt.Sprint(row["jobs"], " ", row["arcs"], " ", row["cpm_length"], " ", row["sum_total_float"], row["critical_jobs"])
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s: %s, want %s", row["file"], got, want)
			continue
		}
		good++
	}
	t.Logf("SCORE %d of %d", good, len(rows))
}

// TestOpens reads and computes every other file.
func TestOpens(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"p6-pmxml/*", "p6-mpxj-written/*"} {
		names, _ := filepath.Glob(filepath.Join(samples(t), pattern))
		for _, path := range names {
			name, _ := filepath.Rel(samples(t), path)
			d := open(t, name)
			if _, err := plan.Compute(d, files.Rules(d)); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			t.Logf("SCORE %s %d activities, %d relations, %v", name, len(d.Activities), len(d.Relations), d.Ignored)
		}
	}
}

// TestBaselines: the baselines that P6 XML holds as projects of their own stand
// at their activities, the current one first of all.
func TestBaselines(t *testing.T) {
	t.Parallel()
	const act = `<Activity><ObjectId>%d</ObjectId><Id>A</Id><Name>x</Name><Type>Task Dependent</Type><PlannedDuration>8</PlannedDuration><PlannedStartDate>2026-01-0%dT08:00:00</PlannedStartDate><PlannedFinishDate>2026-01-0%dT16:00:00</PlannedFinishDate><PlannedLaborCost>12.5</PlannedLaborCost></Activity>`
	base := func(id, of, day int) string {
		return fmt.Sprintf(`<BaselineProject><ObjectId>%d</ObjectId><OriginalProjectObjectId>%d</OriginalProjectObjectId>`+act+`</BaselineProject>`, id, of, 100+id, day, day)
	}
	file := `<APIBusinessObjects><Project><ObjectId>1</ObjectId><DataDate>2026-01-05T08:00:00</DataDate><CurrentBaselineProjectObjectId>12</CurrentBaselineProjectObjectId>` +
		fmt.Sprintf(act, 1, 5, 5) + `</Project>` + base(11, 1, 6) + base(12, 1, 7) + base(13, 2, 8) + `</APIBusinessObjects>`
	d, err := files.Read(strings.NewReader(file), "x.xml")
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, b := range d.Activities[0].Baselines {
		got += fmt.Sprintf("%d %s %s %d %g; ", b.Number, b.Start, b.Finish, b.Duration/workcal.Hour, b.Cost)
	}
	if want := "1 2026-01-06T08:00:00 2026-01-06T16:00:00 8 12.5; 0 2026-01-07T08:00:00 2026-01-07T16:00:00 8 12.5; "; got != want || len(d.Activities) != 1 {
		t.Errorf("baselines %s, want %s", got, want)
	}
	if len(d.Ignored) == 0 || !strings.Contains(strings.Join(d.Ignored, " "), "another project") {
		t.Errorf("the baseline of another project is not said: %v", d.Ignored)
	}
	real := open(t, filepath.Join("p6-pmxml", "BaselineProjects.xml"))
	counts := map[int]int{}
	for _, a := range real.Activities {
		for _, b := range a.Baselines {
			counts[b.Number]++
			if b.Start == workcal.None || b.Duration == 0 && !a.Milestone {
				t.Errorf("%s: %+v", a.Code, b)
			}
		}
	}
	if counts[0] == 0 || counts[1] != counts[0] || len(counts) != 2 {
		t.Errorf("P6's own file has baselines %v", counts)
	}
}
