package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
)

// small programmes of each format, which fuzzing starts from.
func seeds() map[string]string {
	return map[string]string{
		"a.xml": `<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-01-05T08:00:00</StartDate><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Name>S</Name><IsBaseCalendar>1</IsBaseCalendar><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays><Exceptions><Exception><TimePeriod><FromDate>2026-01-01T00:00:00</FromDate><ToDate>2027-01-03T23:59:00</ToDate></TimePeriod><Occurrences>3</Occurrences><Type>5</Type><Period>2</Period><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition><DayWorking>0</DayWorking></Exception></Exceptions></Calendar></Calendars><Tasks><Task><UID>1</UID><ID>1</ID><Name>A</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task><Task><UID>2</UID><Name>B</Name><OutlineLevel>1</OutlineLevel><Duration>PT4H0M0S</Duration><ConstraintType>4</ConstraintType><ConstraintDate>2026-01-09T08:00:00</ConstraintDate><PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat></PredecessorLink></Task></Tasks></Project>`,
		"b.xer": "ERMHDR\t19.12\n%T\tPROJECT\n%F\tproj_id\tclndr_id\tlast_recalc_date\tplan_start_date\n%R\t1\t1\t2026-01-05 08:00\t2026-01-05 08:00\n%T\tCALENDAR\n%F\tclndr_id\tclndr_data\n%R\t1\t(0||CalendarData()((0||DaysOfWeek()((0||2()((0||0(s|08:00|f|16:00)())))))(0||Exceptions()((0||0(d|46030)())))))\n%T\tTASK\n%F\ttask_id\ttask_code\ttask_type\tclndr_id\ttarget_drtn_hr_cnt\tremain_drtn_hr_cnt\n%R\t1\tA\tTT_Task\t1\t8\t8\n%R\t2\tB\tTT_LOE\t1\t8\t8\n%T\tTASKPRED\n%F\ttask_id\tpred_task_id\tpred_type\tlag_hr_cnt\n%R\t2\t1\tPR_FS\t8\n%E\n",
		"c.xml": `<APIBusinessObjects><Calendar><ObjectId>1</ObjectId><StandardWorkWeek><StandardWorkHours><DayOfWeek>Monday</DayOfWeek><WorkTime><Start>08:00:00</Start><Finish>15:59:00</Finish></WorkTime></StandardWorkHours></StandardWorkWeek></Calendar><Project><ObjectId>1</ObjectId><DataDate>2026-01-05T08:00:00</DataDate><PlannedStartDate>2026-01-05T08:00:00</PlannedStartDate><WBS><ObjectId>7</ObjectId></WBS><Activity><ObjectId>1</ObjectId><Id>A</Id><Type>Task Dependent</Type><CalendarObjectId>1</CalendarObjectId><PlannedDuration>8</PlannedDuration><WBSObjectId>7</WBSObjectId></Activity><Relationship><PredecessorActivityObjectId>1</PredecessorActivityObjectId><SuccessorActivityObjectId>1</SuccessorActivityObjectId></Relationship></Project></APIBusinessObjects>`,
		"f.csv": "id;unique id;level;name;start;end;duration;progress;predecessors;constraint;constraint date;working week\n1;7;1;A;;;;;;;;\n2;8;2;B;05.01.2026;;3d;50;;;;5\n3;9;2;C;;;1,5d;;2FS+2d;SNET;2026-01-09;ww-1111110\n",
		"g.csv": "Nr,Vorgangsname,Dauer,Anfang,Vorgänger\n1,Aushub,3 Tage,05.01.2026 07:30,\n2,Fundament,12 Std.,,\"1EA+50%\"\n",
		"d.rcp": "4 1\n5\n0 0 2 2 3\n3 1 1 4\n2 2 1 4\n0 0 0\n",
		"e.sm":  "jobs (incl. supersource/sink ):  3\nPRECEDENCE RELATIONS:\njobnr. #modes #successors successors\n 1 1 1 2\n 2 1 1 3\n 3 1 0\nREQUESTS/DURATIONS:\n 1 1 0 0\n 2 1 5 0\n 3 1 0 0\n",
	}
}

// FuzzRead: whatever the bytes, reading, computing and writing end, with an
// answer or an error.
func FuzzRead(f *testing.F) {
	for name, text := range seeds() {
		f.Add(name, []byte(text))
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		d, err := files.Read(bytes.NewReader(b), filepath.Base(name))
		if err != nil {
			return
		}
		if c, err := plan.Compute(d, files.Rules(d)); err == nil {
			for i := range d.Activities {
				if x := c.Dates(i); x.Scheduled && x.EarlyFinish < x.EarlyStart && x.Start != x.EarlyStart {
					t.Logf("%d: %+v", i, x)
				}
			}
		}
		rows := 0
		for i := range d.Activities {
			if !d.Activities[i].Null {
				rows++
			}
		}
		for _, as := range []string{"x.xml", "x.xer", "x.pmxml", "x.csv", "x.xlsx", "x.ics"} {
			write, err := files.Writer(as)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := write(&out, d); err != nil {
				t.Fatalf("%s: %v", as, err)
			}
			switch {
			case as == "x.ics":
				continue
			case rows == 0 && (as == "x.csv" || as == "x.xlsx"):
				continue // a table of nothing is refused
			}
			again, err := files.Read(&out, as)
			if err != nil {
				t.Fatalf("what was written as %s is not read: %v", as, err)
			}
			if (as == "x.csv" || as == "x.xlsx") && len(again.Activities) != rows {
				t.Fatalf("of %d rows %d are read from %s", rows, len(again.Activities), as)
			}
		}
	})
}

// TestSeeds: what fuzzing starts from is whole.
func TestSeeds(t *testing.T) {
	t.Parallel()
	for name, text := range seeds() {
		d, err := files.Read(bytes.NewReader([]byte(text)), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := plan.Compute(d, files.Rules(d)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefusesMPP: MS Project's own file is refused with the way out.
func TestRefusesMPP(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{"a.xml": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "b.mpp": []byte("anything")} {
		_, err := files.Read(bytes.NewReader(b), name)
		if err == nil || !strings.Contains(err.Error(), "XML Format (*.xml)") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := files.Writer("x.mpp"); err == nil {
		t.Error(".mpp can be written")
	}
	if _, err := os.Stat("x.mpp"); err == nil {
		t.Error("a file was made")
	}
}
