package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/table"
	"plumbline/internal/tabular"
	"plumbline/internal/workcal"
)

func read(t *testing.T, text string) *plan.Document {
	t.Helper()
	d, err := table.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told is a document in one line an activity.
func told(d *plan.Document) string {
	var b strings.Builder
	for i := range d.Activities {
		a := &d.Activities[i]
		fmt.Fprintf(&b, "%s %q level %d %s to %s, %dh %g%%", a.ID, a.Name, a.Level, a.Stored.Start, a.Stored.Finish, a.Duration/workcal.Hour, a.Percent)
		if a.Milestone {
			b.WriteString(" milestone")
		}
		if a.Kind == cpm.Summary {
			b.WriteString(" summary")
		}
		if c := a.Constraints[0]; c.Rule != cpm.ASAP {
			fmt.Fprintf(&b, " rule %d %s", c.Rule, c.Date)
		}
		if a.Calendar != "" {
			b.WriteString(" " + a.Calendar)
		}
		for _, r := range d.Relations {
			if r.To == i {
				fmt.Fprintf(&b, " after %s %s%+d", d.Activities[r.From].ID, r.Link, r.Lag)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestLanguages: the same programme with the headings and the words of each
// language, dates in both ways.
func TestLanguages(t *testing.T) {
	t.Parallel()
	want := `1 "A" level 1 2026-01-05T08:00:00 to 2026-01-07T17:00:00, 24h 50%
2 "B" level 1  to , 12h 0% after 1 FS+9600
3 "C" level 1  to , 80h 0% after 1 SS+50 after 2 FF-600
`
	for lang, text := range map[string]string{
		"en": "ID,Task Name,Duration,Start,% Complete,Predecessors\n1,A,3 days,2026-01-05,50%,\n2,B,1.5d,,,1FS+2 days\n3,C,2 wks,,,\"1SS+50%,2FF-1h\"\n",
		"nl": "Nr;Taaknaam;Duur;Begindatum;% voltooid;Voorafgaande taken\n1;A;3 dagen;05.01.2026;50;\n2;B;1,5 dag;;;1EB+2d\n3;C;2 weken;;;\"1BB+50%;2EE-1u\"\n",
		"fr": "N°;Nom de la tâche;Durée;Début;% achevé;Prédécesseurs\n1;A;3 jours;05/01/2026;50;\n2;B;1,5 j;;;1FD+2j\n3;C;2 sem.;;;\"1DD+50%;2FF-1 h\"\n",
		"da": "Nr;Opgavenavn;Varighed;Startdato;Færdig;Foregående opgaver\n1;A;3 dage;05-01-2026;50;\n2;B;1,5 dage;;;1AS+2 dage\n3;C;2 uger;;;\"1SS+50%;2AA-1t\"\n",
		"de": "Nr.;Vorgangsname;Dauer;Anfang;% Abgeschlossen;Vorgänger\n1;A;3 Tage;Mo 05.01.26;50;\n2;B;1,5t;;;1EA+2t\n3;C;2 Wochen;;;\"1AA+50%;2EE-1 Std.\"\n",
	} {
		if got := told(read(t, text)); got != want {
			t.Errorf("%s:\n%swant\n%s", lang, got, want)
		}
	}
}

// TestGenieBelt: the columns of the table that GenieBelt took.
func TestGenieBelt(t *testing.T) {
	t.Parallel()
	d := read(t, "Programme of the site;;;;;;;;;\ngb_id;name*;start*;end;description;progress;tags;assignee;working week;reporting\n"+
		"17;Fundering;05.01.2026;16.01.2026;Beton;100;x;who@site.example;5;percent\n18;Muren;19.01.2026;25.01.2026;;0;;;ww-1111110;m2\n;;;;;;;;;\n19;Klaar;30.01.2026;;;;;;;\n")
	want := `17 "Fundering" level 1 2026-01-05T08:00:00 to 2026-01-16T17:00:00, 80h 100%
18 "Muren" level 1 2026-01-19T08:00:00 to 2026-01-24T17:00:00, 48h 0% rule 2 2026-01-19T08:00:00 ww-1111110
19 "Klaar" level 1 2026-01-30T08:00:00 to 2026-01-30T08:00:00, 0h 0% milestone rule 2 2026-01-30T08:00:00
`
	if got := told(d); got != want {
		t.Errorf("%swant\n%s", got, want)
	}
	if a := d.Activities[0]; a.ActualStart != a.Stored.Start || a.ActualFinish != a.Stored.Finish || a.Remaining != 0 || a.Notes != "Beton" || d.Activities[1].Unit != "m2" || a.Unit != "" {
		t.Errorf("%+v", a)
	}
	said := strings.Join(d.Ignored, " ")
	if !strings.Contains(said, "in charge") || !strings.Contains(said, "tags") || strings.Contains(fmt.Sprintf("%+v", d), "who@site.example") {
		t.Errorf("what is left out: %v", d.Ignored)
	}
	if _, err := plan.Compute(d, cpm.MSP); err != nil {
		t.Error(err)
	}
}

// TestOutline: by level, and by code.
func TestOutline(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"nr;name;level;start;end\n1;House;1;;\n2;Walls;2;;\n3;Lay;3;2026-01-05;2026-01-06\n4;Roof;2;2026-01-07;2026-01-08\n",
		"nr;name;wbs;start;end\n1;House;1;;\n2;Walls;1.1;;\n3;Lay;1.1.4;2026-01-05;2026-01-06\n4;Roof;1.2;2026-01-07;2026-01-08\n",
	} {
		d := read(t, text)
		var got []int
		for i := range d.Activities {
			got = append(got, d.Activities[i].Parent, d.Activities[i].Level)
		}
		if !slices.Equal(got, []int{-1, 1, 0, 2, 1, 3, 0, 2}) || d.Activities[1].Kind != cpm.Summary {
			t.Errorf("%v in %q", got, text)
		}
	}
}

// TestWrong: each cell that cannot be read is named by row and column; what it
// holds is not repeated.
func TestWrong(t *testing.T) {
	t.Parallel()
	_, err := table.Read(strings.NewReader("nr;name;start;end;duration;progress;predecessors;level;working week;constraint;constraint date\n" +
		"1;A;31.02.2026;;soon;200;;0;9;WHENEVER;\n2;;05.01.2026;;;;7FS;;;;\n3;C;05.01.2026;04.01.2026;;;3;;;SNET;\n3;SECRET;07.01.2026;;;;1FS+2 moons;;;;\n"))
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Invalid {
		t.Fatal(err)
	}
	var got []string
	for _, x := range f.Fields {
		got = append(got, x.Path+" "+x.Code)
	}
	want := []string{
		"2.working week not-a-week", "2.level not-a-level", "2.start not-a-date", "2.duration not-a-duration", "2.progress not-a-percentage",
		"3.name required", "4.end before-start", "5.id twice", "3.predecessors unknown-predecessor", "4.predecessors itself", "5.predecessors not-a-lag",
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q is not said", w)
		}
	}
	for _, typed := range []string{"31.02", "soon", "SECRET", "moons", "WHENEVER"} {
		if strings.Contains(err.Error(), typed) {
			t.Errorf("the message repeats %q", typed)
		}
	}
	for _, text := range []string{"", "a;b\n1;2\n", "name;start\n"} {
		if _, err := table.Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestAmbiguous: where an ID ends and the kind of a relation begins.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	d := read(t, "id;name;duration;predecessors\nA-10;a;1d;\nA;b;1d;A-10\nBFS;c;1d;A-10FF-2d\nx y;d;1d;BFS, A SS + 1,5d\n")
	want := []string{"A-10 FS 0", "A-10 FF -9600", "BFS FS 0", "A SS 7200"}
	var got []string
	for _, r := range d.Relations {
		got = append(got, fmt.Sprint(d.Activities[r.From].ID, " ", r.Link, " ", r.Lag))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestThereAndBack: a programme comes back from both kinds of table as it was.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	d := read(t, "id;unique id;code;level;name;start;end;duration;progress;predecessors;constraint;constraint date;working week;budget;description;unit\n"+
		"1;70;H;1;House;;;;;;;;;;;\n2;71;W;2;=Walls \"a\";05.01.2026;;3d;40;;;;;1.234,50;\"two\nlines\";m\n"+
		"3;72;;2;Roof;;;10,5h;;\"2SS+25%;2FF-1,5h\";FNLT;16.01.2026;ww-1111110;;;\n4;73;;1;Done;;;0;;3FS+2ed;;;;;;\n5;74;;1;Nonstop;06.01.2026;;3ed;;;ALAP;;;;;\n")
	want := told(d)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"CSV":  func(b *bytes.Buffer) error { return table.WriteCSV(b, d) },
		"XLSX": func(b *bytes.Buffer) error { return table.WriteXLSX(b, d) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := table.Read(&b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range d.Activities { // what had no date is written as computed
			if a, x := &d.Activities[i], &again.Activities[i]; a.Stored.Start == workcal.None {
				x.Stored = a.Stored
			}
		}
		if got := told(again); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
		for i := range d.Activities {
			a, x := d.Activities[i], again.Activities[i]
			if a.Cost != x.Cost || a.Unit != x.Unit || a.Notes != x.Notes || a.Code != x.Code || a.Elapsed != x.Elapsed {
				t.Errorf("%s: %+v, was %+v", name, x, a)
			}
		}
		if !slices.Equal(d.Relations, again.Relations) {
			t.Errorf("%s: relations %+v, were %+v", name, again.Relations, d.Relations)
		}
	}
}

// TestWorkbook: a workbook of somebody else's, with dates as dates and percent as
// a share.
func TestWorkbook(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := tabular.NewBook(&b, tabular.About{Title: "x"})
	s, err := w.Sheet("Programme", tabular.Column{Title: "Vorgang"}, tabular.Column{Title: "Anfang"}, tabular.Column{Title: "Ende"}, tabular.Column{Title: "Fortschritt"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Row(tabular.T("Aushub"), tabular.D("2026-01-05"), tabular.D("2026-01-06"), tabular.Cell{Kind: tabular.Number, Number: 0.5}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := table.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(d), "1 \"Aushub\" level 1 2026-01-05T08:00:00 to 2026-01-06T17:00:00, 16h 50%\n"; got != want {
		t.Errorf("%swant %s", got, want)
	}
}

// TestLooks: what is a programme's table, whatever its file is called.
func TestLooks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Name;Start;End\nx;y;z\n": true, "title\n\nnom,début,fin\n": true, "name;price\n": false, "jobs 4\n1 2\n": false, "": false,
	} {
		if table.Looks([]byte(text)) != want {
			t.Errorf("%q", text)
		}
	}
}

// FuzzTable: whatever a table says, it is read or refused with where, and what
// was read is read again from what is written.
func FuzzTable(f *testing.F) {
	f.Add("id;name;duration;predecessors\n1;a;1,5d;\n2;b;3ed;1FS-50%\n")
	f.Add("gb_id,name*,start*,end,progress\n1,x,05.01.2026,,7\n")
	f.Add("Nr\tVorgang\tDauer\tVorgänger\n1\tA\t2 Wo.\t\n2\tB\t1t?\t1AA+1 Std\n")
	f.Add("name;start;level;wbs\na;2026-01-05 13:30;9;1\nb;Mo 5/1/26;1;1.1\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := table.Read(strings.NewReader(text))
		if err != nil {
			if fault.KindOf(err) == fault.Other {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		_, _ = plan.Compute(d, cpm.MSP)
		var b bytes.Buffer
		if err := table.WriteCSV(&b, d); err != nil {
			t.Fatal(err)
		}
		again, err := table.Read(&b)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if len(again.Activities) != len(d.Activities) || len(again.Relations) != len(d.Relations) {
			t.Fatalf("%d activities and %d relations, were %d and %d", len(again.Activities), len(again.Relations), len(d.Activities), len(d.Relations))
		}
	})
}

// TestDates: how people write a day, and what is none.
func TestDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"05.01.2026": "2026-01-05T08:00:00", "5.1.2026": "2026-01-05T08:00:00", "5/1/2026": "2026-01-05T08:00:00", "05-01-26": "2026-01-05T08:00:00", "2026-01-05": "2026-01-05T08:00:00",
		"Mo 05.01.26": "2026-01-05T08:00:00", "lun. 05/01/26": "2026-01-05T08:00:00", "2026-01-05T10:30:00": "2026-01-05T10:30:00", "5.1.2026 10:30": "2026-01-05T10:30:00",
		"29.02.2028": "2028-02-29T08:00:00", "29.02.2026": "", "2026/01/05": "", "1.13.2026": "", "05.01-2026": "", "05.01.202": "", "2026-01-005": "", "05.01.1066": "", "5.1.2026 25:00": "", "soon": "",
	} {
		d, err := table.Read(strings.NewReader("name;start;duration\nA;" + text + ";1d\n"))
		got := ""
		if err == nil {
			got = d.Activities[0].Stored.Start.String()
		}
		if got != want {
			t.Errorf("%q is %s, want %q", text, got, want)
		}
	}
}
