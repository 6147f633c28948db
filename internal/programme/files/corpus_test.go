package files_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/msp"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// table reads a TSV with a header line.
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(samples(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, v := range row {
			if i < len(rows[0]) {
				m[rows[0][i]] = v
			}
		}
		out = append(out, m)
	}
	return out
}

func samples(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	return filepath.Join(dir, "schedules")
}

func when(t *testing.T, s string) workcal.Time {
	t.Helper()
	if s == "" {
		return workcal.None
	}
	s = strings.Replace(s, " ", "T", 1)
	n := func(a, b int) int { v, _ := strconv.Atoi(s[a:b]); return v }
	x, err := workcal.At(n(0, 4), n(5, 7), n(8, 10), n(11, 13)*3600+n(14, 16)*60)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// same: less than a minute's work lies between.
func same(c *workcal.Calendar, a, b workcal.Time) bool {
	if a == b {
		return true
	}
	if a == workcal.None || b == workcal.None {
		return false
	}
	w := c.Between(a, b)
	return w < workcal.Minute && w > -workcal.Minute
}

// artefacts counts rows whose slack the converter of the file rewrote: in
// sf259 that of three summaries, by the ratio of two lengths of a day.
func artefacts(name string) int {
	if strings.HasSuffix(name, "/sf259.xml") {
		return 3
	}
	return 0
}

// TestMSP scores every file of MS Project against what MS Project stored.
func TestMSP(t *testing.T) {
	t.Parallel()
	byFile := map[string][]map[string]string{}
	for _, row := range table(t, "msp-oracle.tsv") {
		byFile[row["file"]] = append(byFile[row["file"]], row)
	}
	verbose := os.Getenv("PLUMBLINE_DIFF")
	for _, f := range table(t, "msp-files.tsv") {
		name, tier := f["file"], f["tier"]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, err := os.Open(filepath.Join(samples(t), name))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close() //nolint:errcheck // read only
			d, err := msp.Read(in)
			if err != nil {
				t.Fatal(err)
			}
			c, err := plan.Compute(d, cpm.MSP)
			if err != nil {
				t.Fatal(err)
			}
			at := map[string]int{}
			for i := range d.Activities {
				at[d.Activities[i].ID] = i
			}
			good, rows, dates := 0, 0, 0
			for _, row := range byFile[name] {
				i, ok := at[row["uid"]]
				if !ok {
					t.Errorf("uid %s is not read", row["uid"])
					continue
				}
				x := c.Dates(i)
				cal := c.Network.Calendars[c.Network.Activities[i].Calendar]
				var wrong []string
				check := func(field string, got, want workcal.Time) {
					if !same(cal, got, want) {
						wrong = append(wrong, fmt.Sprintf("%s %v want %v", field, got, want))
					}
				}
				check("es", x.EarlyStart, when(t, row["early_start"]))
				check("ef", x.EarlyFinish, when(t, row["early_finish"]))
				check("ls", x.LateStart, when(t, row["late_start"]))
				check("lf", x.LateFinish, when(t, row["late_finish"]))
				check("start", x.Start, when(t, row["start"]))
				check("finish", x.Finish, when(t, row["finish"]))
				onlyDates := len(wrong) == 0
				slack := func(field string, got int32) {
					want, _ := strconv.ParseFloat(row[field], 64)
					if d := float64(got)/workcal.Minute - want; d >= 1 || d <= -1 {
						wrong = append(wrong, fmt.Sprintf("%s %v want %v", field, float64(got)/workcal.Minute, want))
					}
				}
				slack("total_slack_min", x.TotalFloat)
				slack("free_slack_min", x.FreeFloat)
				if (row["critical"] == "1") != x.Critical {
					wrong = append(wrong, fmt.Sprintf("critical %v want %s", x.Critical, row["critical"]))
				}
				rows++
				if onlyDates {
					dates++
				}
				if len(wrong) == 0 {
					good++
				} else if verbose != "" && strings.Contains(name, verbose) {
					t.Logf("%s uid %s sum=%s: %s", tier, row["uid"], row["summary"], strings.Join(wrong, "; "))
				}
			}
			t.Logf("SCORE %s %s all %d/%d dates %d %v", tier, name, good, rows, dates, d.Ignored)
			switch {
			case tier == "A" && dates < rows, tier == "A" && good < rows-artefacts(name), tier == "B" && good*10 < rows*9:
				t.Errorf("tier %s: %d of %d as MS Project has them, dates of %d", tier, good, rows, dates)
			}
		})
	}
}
