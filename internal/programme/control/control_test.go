package control_test

import (
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme"
	"plumbline/internal/programme/control"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/programmetest"
	"plumbline/internal/programme/revise"
	"plumbline/internal/programme/rows"
	"plumbline/internal/programme/site"
	"plumbline/internal/workcal"
)

type world struct {
	*testing.T
	clock     *clock.Fake
	all       *programme.Service
	site      *site.Service
	revise    *revise.Service
	control   *control.Service
	manager   access.Grant
	programme id.Programme
	dig, pour id.Activity
}

// each makes two activities in a row of five days each, which cost 1,000.00 and
// 3,000.00, on the Monday that they start.
func each(t *testing.T, do func(*world)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, func(c *db.Config) { c.Clock = fake })
			book := kept.New(d, programmetest.Projects{})
			w := &world{T: t, clock: fake, all: programme.New(d, book), site: site.New(d, book, programmetest.Points{}, nil), revise: revise.New(d, book), control: control.New(d, book),
				programme: id.New[id.Programme](), dig: id.New[id.Activity](), pour: id.New[id.Activity]()}
			w.manager = access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: id.New[id.Org](), Person: id.New[id.Person]()}, Project: id.New[id.Project](), Level: policy.Manager}
			start, err := workcal.At(2026, 1, 5, 8*3600)
			w.fine(err)
			_, _, err = w.all.Create(t.Context(), w.manager, programme.Draft{ID: w.programme, Name: "Main", Start: start})
			w.fine(err)
			one, two := "Dig", "Pour"
			length := int32(5 * 8 * workcal.Hour)
			cheap, dear := int64(1000_00), int64(3000_00)
			_, err = w.all.Edit(t.Context(), w.manager, w.programme, []edit.Edit{
				{Do: edit.Add, Activity: w.dig, Fields: edit.Fields{Name: &one, Duration: &length, Budget: &cheap}},
				{Do: edit.Add, Activity: w.pour, After: w.dig, Fields: edit.Fields{Name: &two, Duration: &length, Budget: &dear}},
				{Do: edit.Link, From: w.dig, To: w.pour, Link: cpm.FS},
			}, false)
			w.fine(err)
			_, _, err = w.revise.Baseline(t.Context(), w.manager, w.programme, id.New[id.Baseline](), "As agreed")
			w.fine(err)
			do(w)
		})
	}
}

func (w *world) fine(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) report(a id.Activity, percent float64, cost int64) {
	w.Helper()
	_, err := w.site.Report(w.Context(), w.manager, rows.Report{ID: id.New[id.Progress](), Activity: a, Kind: rows.Progress, Percent: &percent, Cost: &cost, Started: workcal.None, Finished: workcal.None, Until: workcal.None})
	w.fine(err)
}

// TestValueIsPlannedEarnedAndSpent: at the end of the first week all of the first
// activity was planned, half of it is done, and it cost more than that.
func TestValueIsPlannedEarnedAndSpent(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.clock.Advance(4 * 24 * time.Hour) // Friday
		w.report(w.dig, 50, 800_00)
		s, err := w.control.Stand(w.Context(), w.manager, w.programme, "")
		w.fine(err)
		spi, _ := s.Status.SPI()
		cpi, _ := s.Status.CPI()
		if s.Work || s.Baseline == "" || s.Status.Budget != 4000_00 || s.Status.Planned != 1000_00 || s.Status.Earned != 500_00 || s.Status.Actual != 800_00 || spi != 0.5 || cpi != 0.625 {
			w.Errorf("%+v, SPI %v, CPI %v", s.Status, spi, cpi)
		}
		if s.Split.Ongoing != 1000_00 || s.Split.Waiting != 3000_00 || s.Week.Earned != 500_00 {
			w.Errorf("%+v, %+v", s.Split, s.Week)
		}
		if last := s.Steps[len(s.Steps)-1]; last.Forecast != 4000_00 || last.Planned != 4000_00 || last.Known {
			w.Errorf("the curve ends at %+v", last)
		}
		for k := 1; k < len(s.Steps); k++ {
			if a, b := s.Steps[k-1], s.Steps[k]; b.At <= a.At || b.Planned < a.Planned || b.Forecast < a.Forecast {
				w.Errorf("the curve falls: %+v, %+v", a, b)
			}
		}
		if s.Late != 2 || s.End <= s.PlannedEnd {
			w.Errorf("%d late, ends %s, was to end %s", s.Late, s.End, s.PlannedEnd)
		}
	})
}

func TestWorkStandsInForMoney(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		nothing := int64(0)
		_, err := w.all.Edit(w.Context(), w.manager, w.programme, []edit.Edit{
			{Do: edit.Set, Activity: w.dig, Fields: edit.Fields{Budget: &nothing}}, {Do: edit.Set, Activity: w.pour, Fields: edit.Fields{Budget: &nothing}},
		}, false)
		w.fine(err)
		s, err := w.control.Stand(w.Context(), w.manager, w.programme, "")
		w.fine(err)
		if !s.Work || s.Status.Budget != 2*5*8*60 {
			w.Errorf("%+v", s)
		}
	})
}

func TestMoneyIsForThoseWhoSeeTheWhole(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		sub := w.manager
		sub.Level, sub.Person = policy.Subcontractor, id.New[id.Person]()
		if _, err := w.control.Stand(w.Context(), sub, w.programme, ""); !fault.Is(err, fault.NotFound) {
			w.Errorf("a subcontractor measures: %v", err)
		}
		points, err := w.control.Check(w.Context(), w.manager, w.programme)
		if err != nil || len(points) != 14 {
			w.Errorf("14 points: %v, %d", err, len(points))
		}
		if _, err := w.control.Stand(w.Context(), w.manager, w.programme, id.New[id.Baseline]()); fault.CodeOf(err) != "baseline-not-found" {
			w.Errorf("no baseline: %v", err)
		}
	})
}
