package demo

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/cpm"
	"plumbline/internal/demo/contract"
	"plumbline/internal/demo/sitephoto"
	"plumbline/internal/id"
	"plumbline/internal/point/query"
	"plumbline/internal/programme"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/live"
	programmeplan "plumbline/internal/programme/plan"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// lead is how long before the demo's end the work began.
const lead = 168

// works is the programme of the site, with a chance of its own: the story of the
// points does not change with it.
type works struct {
	f     *filler
	rng   *rand.Rand
	id    id.Programme
	of    map[id.Activity]contract.Work
	order []id.Activity
	dates map[id.Activity][2]time.Time // as planned
	begun map[id.Activity]bool         // while the demo went on
}

// makeProgramme plans the building, and reports what was done before the demo
// begins.
func (f *filler) makeProgramme() error {
	w := &works{f: f, rng: rand.New(rand.NewPCG(f.seed, 0x776f726b73)), of: map[id.Activity]contract.Work{}, dates: map[id.Activity][2]time.Time{}, begun: map[id.Activity]bool{}} //nolint:gosec // a demo, repeatable
	f.works = w
	return w.aside(w.plan)
}

// aside does something with the programme's own random numbers.
func (w *works) aside(do func() error) error {
	rng := w.f.rng
	w.f.rng = w.rng
	err := do()
	w.f.rng = rng
	return err
}

func (w *works) plan() error {
	f := w.f
	from := f.end.AddDate(0, 0, -lead)
	for from.Weekday() != time.Monday {
		from = from.AddDate(0, 0, -1)
	}
	start, err := workcal.FromTime(time.Date(from.Year(), from.Month(), from.Day(), 8, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	days, err := contract.FreeDays(from.Year(), f.end.Year()+1)
	if err != nil {
		return err
	}
	w.id = mk[id.Programme](f)
	site := programmeplan.Calendar{ID: "site", Name: "Site, with holidays", Hours: 8, Rules: workcal.Rules{Week: workcal.Usual(), Exceptions: days}}
	if _, _, err := f.Programmes.Create(f.ctx, f.grants[pieter], programme.Draft{ID: w.id, Name: "Building C, contract programme", Start: start, Calendars: []programmeplan.Calendar{site}}); err != nil {
		return err
	}
	if _, err := f.Programmes.Edit(f.ctx, f.grants[pieter], w.id, w.edits(), false); err != nil {
		return err
	}
	s, err := f.Programmes.Schedule(f.ctx, f.grants[pieter], w.id)
	if err != nil {
		return err
	}
	if s.Fault != nil {
		return s.Fault
	}
	for _, a := range w.order {
		i, _ := s.Model.Index(a)
		d := s.Computed.Planned.Dates(i)
		w.dates[a] = [2]time.Time{d.Start.Go(), d.Finish.Go()}
	}
	return w.past()
}

// edits write the plan: a summary for each stage, and below it its work.
func (w *works) edits() []edit.Edit {
	f := w.f
	var adds, links []edit.Edit
	ids := map[string]id.Activity{}
	var before id.Activity
	for n, p := range contract.Plan(len(floorNames)) {
		top, code := mk[id.Activity](f), fmt.Sprint(n+1)
		name := p.Name
		adds = append(adds, edit.Edit{Do: edit.Add, Activity: top, After: before, Fields: edit.Fields{Name: &name, Code: &code}})
		before = top
		var last id.Activity
		for k, x := range p.Of {
			a := mk[id.Activity](f)
			ids[x.Key], w.of[a], w.order = a, x, append(w.order, a)
			adds = append(adds, edit.Edit{Do: edit.Add, Activity: a, Parent: top, After: last, Fields: w.fields(x, fmt.Sprintf("%d.%02d", n+1, k+1))})
			last = a
		}
	}
	for _, a := range w.order {
		for _, t := range w.of[a].After {
			e := edit.Edit{Do: edit.Link, From: ids[t.Key], To: a, Link: cpm.FS, Lag: int32(t.Lag) * 8 * workcal.Hour, Unit: edit.Working} //nolint:gosec // small
			if t.Start {
				e.Link = cpm.SS
			}
			if t.Elapsed {
				e.Lag, e.Unit = int32(t.Lag)*workcal.Day, edit.Elapsed //nolint:gosec // small
			}
			links = append(links, e)
		}
	}
	return append(adds, links...)
}

func (w *works) fields(x contract.Work, code string) edit.Fields {
	f := w.f
	name, length, cents := x.Name, int32(x.Days)*8*workcal.Hour, x.Budget*100 //nolint:gosec // small
	out := edit.Fields{Name: &name, Code: &code, Duration: &length, Budget: &cents}
	if x.Level >= 0 {
		name = x.Name + ", " + lower(floorNames[x.Level])
		out.Location = &f.levels[x.Level]
	}
	if x.Milestone {
		kind := cpm.FinishMilestone
		out.Kind = &kind
	}
	if x.Company >= 0 {
		out.InCharge = &[]live.Charge{{Kind: access.KindCompany, ID: string(f.companies[x.Company])}}
	}
	return out
}

// past reports what was over before the demo's clock began.
func (w *works) past() error {
	now := w.f.Clock.Now()
	for _, a := range w.order {
		d := w.dates[a]
		if d[1].After(now) {
			continue
		}
		if err := w.says(a, rows.Report{Kind: rows.Progress, Percent: new(100.0), Started: ticks(d[0]), Finished: ticks(d[1])}); err != nil {
			return err
		}
		if err := w.signs(a); err != nil {
			return err
		}
	}
	return nil
}

// acts are what is reported while the demo goes on.
func (w *works) acts() []act {
	f := w.f
	var out []act
	add := func(at time.Time, do func() error) {
		out = append(out, act{at, func() error { return w.aside(do) }})
	}
	_ = w.aside(func() error {
		stop := f.end.Add(-6 * time.Hour)
		late := w.late(stop)
		for _, a := range w.order {
			d := w.dates[a]
			if !d[1].After(f.Clock.Now()) || d[0].After(stop) || a == late {
				continue
			}
			long := d[1].Sub(d[0])
			last := f.Clock.Now()
			steps := []float64{25, 50, 75, 100}
			if w.of[a].Milestone {
				steps = steps[3:]
			}
			for _, p := range steps {
				at := d[0].Add(time.Duration(float64(long) * p / 100)).Add(time.Duration(w.rng.IntN(90)) * time.Minute)
				r := rows.Report{Kind: rows.Progress, Percent: new(p)}
				if !w.of[a].Milestone {
					r.Started = ticks(d[0])
				}
				if p == 25 {
					at = d[0].Add(time.Duration(40+w.rng.IntN(300)) * time.Minute)
				}
				if at = f.workday(at); !at.After(last) {
					at = last.Add(40 * time.Minute)
				}
				if last = at; at.Before(stop) {
					w.begun[a] = true
					add(at, func() error { return w.says(a, r) })
				}
			}
			if at := f.workday(d[1].Add(time.Duration(48+w.rng.IntN(72)) * time.Hour)); at.Before(stop) && at.After(last) {
				add(at, func() error { return w.signs(a) })
			}
		}
		return nil
	})
	return out
}

// late is an activity that should have begun by now and has not.
func (w *works) late(now time.Time) (out id.Activity) {
	for _, a := range w.order {
		if d := w.dates[a]; !w.of[a].Milestone && d[0].Before(now.Add(-16*time.Hour)) && d[0].After(now.Add(-120*time.Hour)) && d[1].After(now) {
			out = a
		}
	}
	return out
}

// says lets who does the work report.
func (w *works) says(a id.Activity, r rows.Report) error {
	able := workers[max(w.of[a].Company, 0)]
	return w.report(a, able[w.rng.IntN(len(able))], r)
}

func (w *works) signs(a id.Activity) error {
	return w.report(a, []int{anna, pieter}[w.rng.IntN(2)], rows.Report{Kind: rows.SignOff})
}

func (w *works) report(a id.Activity, by int, r rows.Report) error {
	r.ID, r.Activity = mk[id.Progress](w.f), a
	for _, t := range []*workcal.Time{&r.Started, &r.Finished, &r.Until} {
		if *t == 0 {
			*t = workcal.None
		}
	}
	_, err := w.f.Site.Report(w.f.ctx, w.f.grants[by], r)
	return err
}

// hinder tells of what holds up work now: a problem with a photo, a point that
// blocks, and of work that goes slower than planned.
func (f *filler) hinder() error {
	f.at(f.end.Add(-5 * time.Hour))
	return f.works.aside(f.works.hinder)
}

func (w *works) hinder() error {
	f := w.f
	var busy []id.Activity
	for _, a := range w.order {
		if w.begun[a] && w.dates[a][1].After(f.end.Add(20*time.Hour)) {
			busy = append(busy, a)
		}
	}
	for n, a := range busy {
		by := workers[w.of[a].Company][0]
		switch n {
		case 0: // slower than planned
			if err := w.report(a, by, rows.Report{Kind: rows.Progress, Percent: new(10.0)}); err != nil {
				return err
			}
			if _, _, err := f.Site.Comment(f.ctx, f.grants[by], a, mk[id.Comment](f), "One man short until Monday."); err != nil {
				return err
			}
		case 1:
			r := rows.Report{Kind: rows.Problem, Reason: "Material not here", Words: "Half of the delivery was damaged; the rest comes in three days.", Until: ticks(f.end.AddDate(0, 0, 3))}
			if err := w.pictured(a, by, r); err != nil {
				return err
			}
		case 2:
			if err := w.blocked(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// pictured is a report with a photo.
func (w *works) pictured(a id.Activity, by int, r rows.Report) error {
	f := w.f
	r.ID, r.Activity, r.Started, r.Finished = mk[id.Progress](f), a, workcal.None, workcal.None
	if _, err := f.Site.Report(f.ctx, f.grants[by], r); err != nil || f.Photos != 0 {
		return err
	}
	shot, err := f.picture(picture{sitephoto.Tiles, 0})
	if err != nil {
		return err
	}
	_, _, err = f.Site.AddPhoto(f.ctx, f.grants[by], a, r.ID, mk[id.Photo](f), bytes.NewReader(shot.jpeg), f.Clock.Now())
	return err
}

// blocked lets an open point that is due soon block it.
func (w *works) blocked(a id.Activity) error {
	f := w.f
	page, _, err := f.Points.List(f.ctx, f.owner(), query.Query{})
	if err != nil {
		return err
	}
	for _, p := range page.Items {
		if p.List == f.lists[snags] && p.Due > f.end.Format(time.DateOnly) {
			return f.Site.Block(f.ctx, f.owner(), a, p.ID)
		}
	}
	return nil
}

func ticks(t time.Time) workcal.Time {
	w, err := workcal.FromTime(t)
	if err != nil {
		return workcal.None
	}
	return w
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
