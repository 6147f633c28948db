package revise_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/programmetest"
	"plumbline/internal/programme/revise"
	"plumbline/internal/programme/rows"
	"plumbline/internal/programme/site"
	"plumbline/internal/workcal"
)

type world struct {
	*testing.T
	db        *db.DB
	all       *programme.Service
	files     *revise.Service
	site      *site.Service
	manager   access.Grant
	programme id.Programme
}

func each(t *testing.T, do func(*world)) {
	t.Helper()
	on(t, db.SQLite, do)
	on(t, db.Postgres, do)
}

func on(t *testing.T, dialect db.Dialect, do func(*world)) {
	t.Helper()
	t.Run(dialect.String(), func(t *testing.T) {
		t.Parallel()
		fake := clock.NewFake(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
		d := dbtest.Open(t, dialect, func(c *db.Config) { c.Clock = fake })
		book := kept.New(d, programmetest.Projects{})
		w := &world{T: t, db: d, all: programme.New(d, book), files: revise.New(d, book), site: site.New(d, book, programmetest.Points{}, nil), programme: id.New[id.Programme]()}
		w.manager = access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: id.New[id.Org](), Person: id.New[id.Person]()}, Project: id.New[id.Project](), Level: policy.Manager}
		start, err := workcal.At(2026, 1, 5, 8*3600)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.all.Create(t.Context(), w.manager, programme.Draft{ID: w.programme, Name: "Main", Start: start}); err != nil {
			t.Fatal(err)
		}
		do(w)
	})
}

func project(tasks string) string {
	return `<Project xmlns="http://schemas.microsoft.com/project"><Name>P</Name><StartDate>2026-01-05T08:00:00</StartDate><Tasks>` + tasks + `</Tasks></Project>`
}

func task(uid, name, more string) string {
	return `<Task><UID>` + uid + `</UID><Name>` + name + `</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration>` + more + `</Task>`
}

func after(uid string) string {
	return `<PredecessorLink><PredecessorUID>` + uid + `</PredecessorUID><Type>1</Type></PredecessorLink>`
}

func (w *world) read(body string) revise.Look {
	w.Helper()
	l, err := w.files.Read(w.Context(), w.manager, w.programme, bytes.NewReader([]byte(body)), "programme.xml")
	if err != nil {
		w.Fatal(err)
	}
	return l
}

func (w *world) approve(l revise.Look) rows.Import {
	w.Helper()
	done, err := w.files.Approve(w.Context(), w.manager, w.programme, l.ID)
	if err != nil {
		w.Fatal(err)
	}
	return done
}

func (w *world) schedule() programme.Schedule {
	w.Helper()
	s, err := w.all.Schedule(w.Context(), w.manager, w.programme)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) find(name string) id.Activity {
	w.Helper()
	s := w.schedule()
	for i := range s.Model.Lines {
		if s.Model.Doc.Activities[i].Name == name {
			return s.Model.Lines[i].ID
		}
	}
	w.Fatalf("there is no %s", name)
	return ""
}

func TestAFileWaitsIsApprovedAndComesAgain(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		first := w.read(project(task("1", "Dig", "") + task("2", "Pour", after("1")) + task("3", "Cure", after("2"))))
		if first.Added != 3 || first.Import.Changed != 0 || first.Gone != 0 || len(w.schedule().Model.Lines) != 0 {
			w.Fatalf("reading: %+v, and %d activities are there", first.Import, len(w.schedule().Model.Lines))
		}
		if got := w.approve(first); got.Number != 1 {
			w.Errorf("revision %d", got.Number)
		}
		if got := w.approve(first); got.Number != 1 || w.schedule().Model.Version != 2 {
			w.Errorf("approved twice: %+v, version %d", got, w.schedule().Model.Version)
		}
		dig := w.find("Dig")
		forty := 40.0
		if _, err := w.site.Report(w.Context(), w.manager, rows.Report{ID: id.New[id.Progress](), Activity: dig, Kind: rows.Progress, Percent: &forty, Started: workcal.None, Finished: workcal.None, Until: workcal.None}); err != nil {
			w.Fatal(err)
		}
		second := w.read(project(task("1", "Dig deeper", "") + task("4", "Drain", after("1")) + task("2", "Pour", after("4"))))
		if second.Added != 1 || second.Import.Changed != 2 || second.Gone != 1 || second.Moved != 1 {
			w.Errorf("second file: %+v, %d moved", second.Import, second.Moved)
		}
		w.approve(second)
		s := w.schedule()
		i, ok := s.Model.Index(dig)
		if !ok || s.Model.Doc.Activities[i].Name != "Dig deeper" || s.Model.Lines[i].Site.Percent != 40 {
			w.Errorf("dig is %+v", s.Model.Lines[i])
		}
		if j, ok := s.Model.Index(w.find("Cure")); !ok || !s.Model.Lines[j].Gone {
			w.Errorf("cure is not marked gone: %+v", s.Model.Lines)
		}
		revisions, err := w.files.Revisions(w.Context(), w.manager, w.programme)
		if err != nil || len(revisions) != 2 || revisions[0].Number != 2 {
			w.Fatalf("revisions: %v, %+v", err, revisions)
		}
		changes, err := w.files.Compare(w.Context(), w.manager, w.programme, revisions[1].ID, revisions[0].ID)
		if err != nil || len(changes) != 4 {
			w.Errorf("compared: %v, %+v", err, changes)
		}
		h, err := w.site.History(w.Context(), w.manager, dig, "", 10)
		if err != nil || len(h.Items) != 3 || h.Items[0].Fields[0].Name != "name" {
			w.Errorf("history of dig: %v, %+v", err, h.Items)
		}
		other, err := programme.New(w.db, kept.New(w.db, programmetest.Projects{})).Schedule(w.Context(), w.manager, w.programme)
		if err != nil || len(other.Model.Lines) != 4 || other.Computed.Forecast.End() != s.Computed.Forecast.End() || len(other.Model.Doc.Relations) != len(s.Model.Doc.Relations) {
			w.Errorf("read anew: %v, %+v", err, other.Model)
		}
	})
}

func TestOnlyTheNewestFileWaits(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		old := w.read(project(task("1", "Dig", "")))
		w.read(project(task("1", "Pour", "")))
		if _, err := w.files.Approve(w.Context(), w.manager, w.programme, old.ID); fault.CodeOf(err) != "import-not-found" {
			w.Errorf("the one before: %v", err)
		}
		for what, body := range map[string]string{"nothing": "", "no programme": "hello", "no activities": project("")} {
			if _, err := w.files.Read(w.Context(), w.manager, w.programme, bytes.NewReader([]byte(body)), "x"); err == nil || fault.KindOf(err) == fault.Other {
				w.Errorf("%s: %v", what, err)
			}
		}
	})
}

// TestAFileThatCannotBeComputedIsKept: it says so, and is there to be mended.
func TestAFileThatCannotBeComputedIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		l := w.read(project(task("1", "Dig", after("2")) + task("2", "Pour", after("1"))))
		if fault.CodeOf(l.Fault) != "programme-loop" {
			w.Errorf("a loop: %v", l.Fault)
		}
		w.approve(l)
		if s := w.schedule(); fault.CodeOf(s.Fault) != "programme-loop" || len(s.Model.Lines) != 2 {
			w.Errorf("kept: %v, %d activities", s.Fault, len(s.Model.Lines))
		}
	})
}

func TestABaselineStaysAsItWasTaken(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.approve(w.read(project(task("1", "Dig", "") + task("2", "Pour", after("1")))))
		b := id.New[id.Baseline]()
		for i, want := range []bool{true, false} {
			if _, created, err := w.files.Baseline(w.Context(), w.manager, w.programme, b, "As agreed"); err != nil || created != want {
				w.Fatalf("time %d: %v, %v", i, created, err)
			}
		}
		w.approve(w.read(project(task("1", "Dig", "") + task("3", "Rock", after("1")) + task("2", "Pour", after("3")))))
		_, dates, err := w.files.Dates(w.Context(), w.manager, w.programme, b)
		if err != nil || len(dates) != 2 || workcal.Time(dates[1].Start).String() != "2026-01-06T08:00:00" {
			w.Errorf("%v, %+v", err, dates)
		}
		if err := w.files.RemoveBaseline(w.Context(), w.manager, w.programme, b); err != nil {
			w.Fatal(err)
		}
		if all, err := w.files.Baselines(w.Context(), w.manager, w.programme); err != nil || len(all) != 0 {
			w.Errorf("removed: %v, %+v", err, all)
		}
	})
}

// TestFilesOfOthersComeInGoOutAndComeBack: every programme of the samples is
// taken in, written as each format, read again, and changes nothing when it
// comes back as the format that it was.
func TestFilesOfOthersComeInGoOutAndComeBack(t *testing.T) {
	samples := os.Getenv("PLUMBLINE_SAMPLES")
	if samples == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	var found []string
	for _, pattern := range []string{"schedules/*/*.xml", "schedules/*/*.xer", "schedules/*.xml", "schedules/*.xer"} {
		some, err := filepath.Glob(filepath.Join(samples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, some...)
	}
	if len(found) < 5 {
		t.Fatalf("only %d programmes in the samples", len(found))
	}
	on(t, db.SQLite, func(w *world) {
		for _, path := range found {
			body, err := os.ReadFile(path) //nolint:gosec // a sample
			if err != nil {
				w.Fatal(err)
			}
			w.programme = id.New[id.Programme]()
			if _, _, err := w.all.Create(w.Context(), w.manager, programme.Draft{ID: w.programme, Name: "Main"}); err != nil {
				w.Fatal(err)
			}
			name := filepath.Base(path)
			l, err := w.files.Read(w.Context(), w.manager, w.programme, bytes.NewReader(body), name)
			if fault.CodeOf(err) == "programme-empty" {
				continue
			}
			if err != nil {
				w.Errorf("%s: %v", name, err)
				continue
			}
			w.approve(l)
			if again := w.read(string(body)); again.Added+again.Import.Changed+again.Gone != 0 {
				w.Errorf("%s: the same file again: %+v", name, again.Changes)
			}
			for _, as := range []string{"p.xml", "p.xer", "p.pmxml"} {
				var out bytes.Buffer
				if err := w.files.Export(w.Context(), w.manager, w.programme, as, &out); err != nil {
					w.Errorf("%s as %s: %v", name, as, err)
					continue
				}
				d, err := files.Read(bytes.NewReader(out.Bytes()), as)
				if err != nil {
					w.Errorf("%s as %s cannot be read: %v", name, as, err)
					continue
				}
				if !sameKind(l.Format, as) {
					continue
				}
				real := 0
				for i := range d.Activities {
					if !d.Activities[i].Null {
						real++
					}
				}
				if back := w.read(out.String()); back.Added+back.Gone != 0 || real != len(w.schedule().Model.Lines) {
					w.Errorf("%s as %s: %d activities of %d, %d new and %d gone", name, as, real, len(w.schedule().Model.Lines), back.Added, back.Gone)
				}
			}
		}
	})
}

func sameKind(f plan.Format, as string) bool {
	return f == plan.MSPDI && as == "p.xml" || f == plan.XER && as == "p.xer" || f == plan.PMXML && as == "p.pmxml"
}
