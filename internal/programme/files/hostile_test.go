package files_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// mspdi is MS Project XML with these tasks.
func mspdi(tasks string) string {
	return `<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar></Calendar></Calendars><Tasks>` + tasks + `</Tasks></Project>`
}

func task(uid, level int, rest string) string {
	return fmt.Sprintf("<Task><UID>%d</UID><ID>%d</ID><Name>T</Name><OutlineLevel>%d</OutlineLevel><Duration>PT8H0M0S</Duration>%s</Task>", uid, uid, level, rest)
}

func after(uid int) string {
	return fmt.Sprintf("<PredecessorLink><PredecessorUID>%d</PredecessorUID><Type>1</Type></PredecessorLink>", uid)
}

func xer(tables string) string {
	return "ERMHDR\t19.12\n%T\tPROJECT\n%F\tproj_id\tclndr_id\tlast_recalc_date\tplan_start_date\n%R\t1\t1\t2026-01-05 08:00\t2026-01-05 08:00\n" + tables + "%E\n"
}

// TestHostile: what cannot be computed is refused with its code, and what was
// only meant to break something gets an answer.
func TestHostile(t *testing.T) {
	t.Parallel()
	var chain, deep, wbs, rows strings.Builder
	for i := range 10_000 {
		link := ""
		if i > 0 {
			link = after(i)
		}
		chain.WriteString(strings.Replace(task(i+1, 1, link), "PT8H", "PT1H", 1))
		deep.WriteString(task(i+1, i+1, ""))
		fmt.Fprintf(&wbs, "%%R\t%d\t%d\tW\n", 10+i, 9+i)
		fmt.Fprintf(&rows, "%d;x;1d;%d\n", i+1, i+1)
	}
	xerTask := "%T\tTASK\n%F\ttask_id\ttask_code\ttask_type\tclndr_id\twbs_id\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\tcstr_type\tcstr_date\n%R\t1\tA\tTT_Task\t"
	for _, c := range []struct{ name, file, in, code string }{
		{"a loop", "a.xml", mspdi(task(1, 1, after(2)) + task(2, 1, after(1))), "programme-loop"},
		{"a loop through a summary", "a.xml", mspdi(task(1, 1, "") + task(2, 2, after(3)) + task(3, 1, after(1))), "programme-loop"},
		{"a loop in a table", "a.csv", "id;name;duration;predecessors\n1;a;1d;2\n2;b;1d;1\n", "programme-loop"},
		{"calendars that are not there", "a.xml", strings.Replace(mspdi(task(1, 1, "<CalendarUID>77</CalendarUID>")), "<CalendarUID>1<", "<CalendarUID>66<", 1), ""},
		{"calendars that are not there, XER", "a.xer", xer(xerTask + "77\t\t8\t8\t\t\n"), ""},
		{"a calendar that is its own base", "a.xml", strings.Replace(mspdi(task(1, 1, "")), "<IsBaseCalendar>", "<BaseCalendarUID>1</BaseCalendarUID><IsBaseCalendar>", 1), ""},
		{"a year of no programme", "a.xml", strings.Replace(mspdi(task(1, 1, "")), "2026-01-05", "0001-01-01", 1), ""},
		{"a constraint in the year 9999", "a.xer", xer(xerTask + "1\t\t8\t8\tCS_MSOA\t9999-12-31 23:59\n"), ""},
		{"a task of a thousand years", "a.xml", strings.Replace(mspdi(task(1, 1, "")), "PT8H", "PT1500000H", 1), "programme-out-of-range"},
		{"a task longer than numbers are", "a.xml", strings.Replace(mspdi(task(1, 1, "")), "PT8H", "PT99999999999999999999H", 1), ""},
		{"a chain of 10,000", "a.xml", mspdi(chain.String()), ""},
		{"an outline 10,000 deep", "a.xml", mspdi(deep.String()), ""},
		{"a WBS 10,000 deep", "a.xer", xer("%T\tPROJWBS\n%F\twbs_id\tparent_wbs_id\twbs_short_name\n" + wbs.String() + xerTask + "1\t10009\t8\t8\t\t\n"), ""},
		{"levels 10,000 deep in a table", "a.csv", "id;name;duration;level\n" + rows.String(), "programme-table"},
		{"a document type in MS Project XML", "a.xml", `<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>` + mspdi(task(1, 1, "<Notes>&b;</Notes>")), "programme-doctype"},
		{"a document type in P6 XML", "a.xml", `<!DOCTYPE APIBusinessObjects SYSTEM "file:///etc/passwd"><APIBusinessObjects/>`, "programme-doctype"},
		{"elements 100,000 deep", "a.xml", mspdi(strings.Repeat("<Task>", 100_000)), "programme-too-deep"},
		{"a table with too many columns", "a.csv", "name;start" + strings.Repeat(";", 1000) + "\n", "too-many-columns"},
		{"nothing", "a.xml", "", "programme-empty"},
		{"an old workbook", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "programme-xls"},
		{"a template of MS Project", "a.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "programme-mpp"},
		{"something else", "a.bin", "\x00\x01\x02", "programme-unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := files.Read(strings.NewReader(c.in), c.file)
			if err == nil {
				var computed *plan.Computed
				if computed, err = plan.Compute(d, files.Rules(d)); err == nil {
					err = computed.WriteJSON(io.Discard)
				}
			}
			f, _ := errors.AsType[*fault.Error](err)
			if strings.HasPrefix(c.name, "a task longer") && !strings.Contains(strings.Join(d.Ignored, " "), "duration") {
				t.Errorf("it is not said: %v", d.Ignored)
			}
			if strings.Contains(c.name, "9999") && !strings.Contains(strings.Join(d.Ignored, " "), "outside the years") {
				t.Errorf("it is not said: %v", d.Ignored)
			}
			if c.code == "" && err != nil || c.code != "" && (f == nil || f.Code != c.code) {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

// TestBombs: what unpacks to more than it is, is stopped at the limit.
func TestBombs(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, `<worksheet><sheetData>`); err != nil {
		t.Fatal(err)
	}
	row := []byte(strings.Repeat(`<row><c t="inlineStr"><is><t></t></is></c></row>`, 20_000))
	for range 600 {
		if _, err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	small := b.Len()
	_, err = files.Read(&b, "bomb.xlsx")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.TooLarge && f.Kind != fault.Unreadable {
		t.Errorf("a workbook of %d kB that unpacks to %d MB: %v", small/1000, 600*len(row)>>20, err)
	}
}

// TestMillion: a million activities of XER are read and computed, and one more is
// refused; an activity takes less than 4 kB on the way.
func TestMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a gigabyte")
	}
	const most = million
	file := func(count int) io.Reader {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, strings.TrimSuffix(xer("%T\tCALENDAR\n%F\tclndr_id\tclndr_data\n%R\t1\t(0||CalendarData()((0||DaysOfWeek()((0||2()((0||0(s|08:00|f|16:00)())))))))\n%T\tTASK\n%F\ttask_id\ttask_code\ttask_type\tclndr_id\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\n"), "%E\n"))
			for i := range count {
				if _, err := fmt.Fprintf(w, "%%R\t%d\tA%d\tTT_Task\t1\t8\t8\n", i+1, i+1); err != nil {
					return
				}
			}
			_, _ = io.WriteString(w, "%T\tTASKPRED\n%F\ttask_id\tpred_task_id\tpred_type\tlag_hr_cnt\n")
			for i := range count {
				if i%1000 != 0 { // a thousand chains of a thousand weeks
					if _, err := fmt.Fprintf(w, "%%R\t%d\t%d\tPR_FS\t0\n", i+1, i); err != nil {
						return
					}
				}
			}
			_, _ = io.WriteString(w, "%E\n")
			_ = w.Close()
		}()
		return r
	}
	func() {
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		d, err := files.Read(file(most), "a.xer")
		if err != nil {
			t.Fatal(err)
		}
		c, err := plan.Compute(d, cpm.P6)
		if err != nil {
			t.Fatal(err)
		}
		if x := c.Dates(999); x.EarlyFinish.Go().Year() != 2045 || x.TotalFloat != 0 {
			t.Errorf("the thousandth of a thousand weeks ends %v with float %d", x.EarlyFinish, x.TotalFloat/workcal.Hour)
		}
		runtime.GC()
		runtime.ReadMemStats(&now)
		if each := (now.HeapAlloc - before.HeapAlloc) / most; each > 4000 {
			t.Errorf("an activity takes %d bytes", each)
		}
		runtime.KeepAlive(c)
	}() // so that the memory can go before the next
	if most < 1_000_000 {
		return // no more than a programme may have
	}
	_, err := files.Read(file(most+1), "a.xer")
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.TooLarge {
		t.Errorf("a million and one: %v", err)
	}
}
