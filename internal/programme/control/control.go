// Package control is how a programme stands against a baseline: planned, earned
// and actual value over time, the budget by how far its activities are, and the
// 14 points of the DCMA.
//
// What it promises:
//   - It is for guests and above.
//   - Planned value follows a baseline, the newest where none is named; without
//     one, the dates as they are planned now.
//   - Where no activity has a budget, working time stands in for it, in minutes,
//     and the answer says so.
//   - What is earned is what the site reported; before the first report of an
//     activity, what its file said of progress.
//   - The forecast goes on from what is earned by the dates that are forecast.
package control

import (
	"context"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/check"
	"plumbline/internal/programme/earned"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// mostSteps is how many points a curve has at most.
const mostSteps = 400

// Service measures all programmes. It is safe for concurrent use.
type Service struct {
	db   *db.DB
	kept *kept.Book
}

// New makes a service.
func New(d *db.DB, book *kept.Book) *Service { return &Service{d, book} }

// Step is a point of the S-curve. Earned and Actual are given up to the present.
type Step struct {
	At                                workcal.Time
	Planned, Earned, Actual, Forecast int64
	Known                             bool // Earned and Actual are given
}

// Standing is how a programme stands.
type Standing struct {
	Baseline   id.Baseline // empty: against the plan as it is
	Work       bool        // amounts are minutes of work, not money
	Day        workcal.Time
	Status     earned.Status
	Split      earned.Split
	Week       earned.Point // of the seven days before the day
	Steps      []Step
	End        workcal.Time // forecast
	PlannedEnd workcal.Time // of the baseline
	Late       int          // activities that are forecast to end after their baseline
}

// Stand measures a programme against a baseline.
func (s *Service) Stand(ctx context.Context, g access.Grant, p id.Programme, b id.Baseline) (Standing, error) {
	var out Standing
	err := s.whole(ctx, g, p, func(tx *db.Tx, e *kept.Entry) error {
		dates, which, err := baseline(tx, p, b, e)
		if err != nil {
			return err
		}
		reports, err := rows.ReportsOf(tx, p)
		if err != nil {
			return err
		}
		zone, err := s.kept.Projects().Zone(tx, g.Project)
		if err != nil {
			return err
		}
		of := map[id.Activity][]earned.Report{}
		for _, r := range reports {
			at, err := workcal.FromTime(time.UnixMicro(r.At).In(zone))
			if err != nil {
				return fault.Wrap("control.Stand", err)
			}
			of[r.Activity] = add(of[r.Activity], at, r)
		}
		out = stand(e, dates, of)
		out.Baseline = which
		return nil
	})
	return out, fault.Wrap("control.Stand", err)
}

// add appends a report to those before it: what it does not say stays.
func add(all []earned.Report, at workcal.Time, r rows.Report) []earned.Report {
	now := earned.Report{At: at}
	if n := len(all); n > 0 {
		now.Percent, now.Cost = all[n-1].Percent, all[n-1].Cost
	}
	if r.Percent != nil {
		now.Percent = *r.Percent
	}
	if r.Cost != nil {
		now.Cost = *r.Cost
	}
	return append(all, now)
}

// baseline reads the dates to measure against.
func baseline(tx *db.Tx, p id.Programme, b id.Baseline, e *kept.Entry) (map[id.Activity]rows.Dates, id.Baseline, error) {
	if b == "" {
		all, err := rows.Baselines(tx, p)
		if err != nil {
			return nil, "", err
		}
		if n := len(all); n > 0 {
			b = all[n-1].ID
		}
	}
	out := map[id.Activity]rows.Dates{}
	if b == "" {
		for i := range e.Model.Lines {
			if d := e.Computed.Planned.Dates(i); d.Scheduled {
				out[e.Model.Lines[i].ID] = rows.Dates{Start: int32(d.Start), Finish: int32(d.Finish), Duration: e.Model.Doc.Activities[i].Duration, Budget: e.Model.Lines[i].Budget}
			}
		}
		return out, "", nil
	}
	have, ok, err := rows.FindBaseline(tx, b)
	if err != nil || !ok || have.Programme != p {
		return nil, "", kept.OrErr(err, fault.New(fault.NotFound, "baseline-not-found", "there is no such baseline"))
	}
	all, err := rows.BaselineDates(tx, b)
	for _, d := range all {
		out[d.ID] = d
	}
	return out, b, err
}

func stand(e *kept.Entry, dates map[id.Activity]rows.Dates, reports map[id.Activity][]earned.Report) Standing {
	out := Standing{Day: e.Day, Work: true, End: e.Computed.Forecast.End(), PlannedEnd: workcal.None}
	for i := range e.Model.Lines {
		if e.Works(i) && e.Model.Lines[i].Budget > 0 {
			out.Work = false
			break
		}
	}
	var items, rest []earned.Item
	first, last := workcal.Never, workcal.None
	now := e.Day + workcal.Day // all that was reported today counts
	for i := range e.Model.Lines {
		if !e.Works(i) || e.Model.Lines[i].Gone {
			continue
		}
		l, a := &e.Model.Lines[i], &e.Model.Doc.Activities[i]
		f := e.Computed.Forecast.Dates(i)
		cal := e.Computed.Planned.Network.Calendars[e.Computed.Planned.Network.Activities[i].Calendar]
		item := earned.Item{Budget: l.Budget, Start: workcal.None, Finish: workcal.None, Calendar: cal, Reports: reports[l.ID]}
		if out.Work {
			item.Budget = int64(a.Duration) / workcal.Minute
		}
		if d, ok := dates[l.ID]; ok {
			item.Start, item.Finish = workcal.Time(d.Start), workcal.Time(d.Finish)
			first, last = min(first, item.Start), max(last, item.Finish)
			out.PlannedEnd = max(out.PlannedEnd, item.Finish)
			if f.Scheduled && f.Finish > item.Finish {
				out.Late++
			}
		}
		done := e.Computed.Forecast.Document.Activities[i].Percent
		if len(item.Reports) == 0 && done > 0 {
			at := a.ActualStart
			if at == workcal.None {
				at = e.Day
			}
			item.Reports = []earned.Report{{At: at, Percent: done}}
		}
		items = append(items, item)
		if f.Scheduled {
			last = max(last, f.Finish)
			left := item
			left.Budget, left.Reports = item.Budget-share(item.Budget, done), nil
			left.Start, left.Finish = max(f.Start, e.Day), max(f.Finish, e.Day)
			rest = append(rest, left)
		}
	}
	out.Status, out.Split = earned.At(items, now), earned.SplitAt(items, now)
	out.Week = earned.Within(items, now-7*workcal.Day, now)
	if len(items) == 0 || first == workcal.Never {
		return out
	}
	times := steps(first, last, e.Day)
	planned, ahead := earned.Curve(items, times), earned.Curve(rest, times)
	for k, t := range times {
		x := Step{At: t, Planned: planned[k].Planned, Forecast: out.Status.Earned + ahead[k].Planned}
		if t <= now {
			x.Earned, x.Actual, x.Known, x.Forecast = planned[k].Earned, planned[k].Actual, true, planned[k].Earned
		}
		out.Steps = append(out.Steps, x)
	}
	return out
}

func share(amount int64, percent float64) int64 { return int64(float64(amount)*percent/100 + 0.5) }

// steps are times a week apart, or more where that would be too many; the
// present day is among them.
func steps(first, last, day workcal.Time) []workcal.Time {
	week := workcal.Time(7 * workcal.Day)
	for int64(last-first)/int64(week) > mostSteps-3 {
		week *= 2
	}
	var out []workcal.Time
	for t := first - first%workcal.Day; ; t += week {
		if day > t-week && day < t && day > first {
			out = append(out, day)
		}
		out = append(out, t)
		if t >= last {
			return out
		}
	}
}

// Check is the 14 points of a programme, with the project's ids.
func (s *Service) Check(ctx context.Context, g access.Grant, p id.Programme) ([]check.Point, error) {
	var out []check.Point
	err := s.whole(ctx, g, p, func(_ *db.Tx, e *kept.Entry) (err error) {
		c := *e.Computed.Planned
		ours := *c.Document
		ours.Activities = append([]plan.Activity(nil), ours.Activities...)
		for i := range ours.Activities {
			ours.Activities[i].ID, ours.Activities[i].Code = string(e.Model.Lines[i].ID), ""
		}
		c.Document = &ours
		out, err = check.Run(&c)
		return err
	})
	return out, fault.Wrap("control.Check", err)
}

// whole reads a programme that can be computed, for somebody who sees all of it.
func (s *Service) whole(ctx context.Context, g access.Grant, p id.Programme, do func(*db.Tx, *kept.Entry) error) error {
	return s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err == nil && !kept.SeesAll(g) {
			err = kept.NotFound()
		}
		if err == nil {
			err = e.Err
		}
		if err != nil {
			return err
		}
		return do(tx, e)
	})
}
