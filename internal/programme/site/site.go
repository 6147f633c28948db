// Package site is what is said of activities where the work is done: progress,
// problems, the manager's word, and the points that block.
//
// What it promises:
//   - Who is in charge of an activity reports on it at any level; contributors
//     report on every one. Signing off, rejecting and reopening take a planner.
//   - A report is never changed. Doing it again with its id changes nothing. Who
//     made it hangs photos on it; whoever sees the activity sees them.
//   - Who may report may comment.
//   - An activity is signed off when it was reported done, no problem with it is
//     open, and no open point blocks it.
//   - A point that blocks is followed: when it closes, the activity is free.
package site

import (
	"context"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// The bounds of a report's texts, and of how many an activity may have.
const (
	MaxReason   = 200
	MaxWords    = 4000
	MostReports = 2000
	MostBlocks  = 200
)

// Points is what programmes ask of points.
type Points interface {
	// Standing of a point that the grant sees: whether it is open, and the day
	// it is due. NotFound where the grant sees none.
	Standing(tx *db.Tx, g access.Grant, p id.Point) (open bool, due string, err error)
	// SeenOf are those of the points that the grant sees.
	SeenOf(tx *db.Tx, g access.Grant, all []id.Point) (map[id.Point]bool, error)
}

// Service is what is said of the activities of all projects. It is safe for
// concurrent use.
type Service struct {
	db     *db.DB
	kept   *kept.Book
	points Points
	photos Photos
}

// New makes a service.
func New(d *db.DB, book *kept.Book, points Points, photos Photos) *Service {
	return &Service{d, book, points, photos}
}

// onActivity changes what the site knows of an activity that the grant sees.
// do gets a clone of the model.
func (s *Service) onActivity(tx *db.Tx, g access.Grant, a id.Activity, do func(h rows.Head, e *kept.Entry, i int, m *live.Model) (*kept.Change, error)) error {
	p, ok, err := rows.OfActivity(tx, g.Project, a)
	if err != nil || !ok {
		return kept.OrErr(err, kept.NoActivity())
	}
	h, e, err := s.kept.Opened(tx, g.Project, p, true)
	if err != nil {
		return err
	}
	i, ok := e.Model.Index(a)
	if !ok || !kept.Shows(g, e.Model, i) {
		return kept.NoActivity()
	}
	m := e.Model.Clone()
	c, err := do(h, e, i, m)
	if err != nil || c == nil {
		return err
	}
	_, _, err = s.kept.Save(tx, g, h, e, c)
	return err
}

// Report says something of an activity: how far it is, a problem, that the
// problem is solved, or a manager's word. Doing it again changes nothing; false
// where it was there already.
func (s *Service) Report(ctx context.Context, g access.Grant, r rows.Report) (bool, error) {
	if err := checkReport(&r); err != nil {
		return false, err
	}
	fresh := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		fresh = false
		have, ok, err := rows.FindReport(tx, r.ID)
		if err != nil {
			return err
		}
		if ok && (have.Activity != r.Activity || have.Author != g.Person) {
			return fault.New(fault.Conflict, "id-taken", "the id is that of another report")
		}
		var site live.Site
		var verifier id.Person
		version := int64(0)
		err = s.onActivity(tx, g, r.Activity, func(_ rows.Head, e *kept.Entry, i int, m *live.Model) (*kept.Change, error) {
			if ok {
				return nil, nil
			}
			if err := mayReport(g, m, i, r.Kind); err != nil {
				return nil, err
			}
			if r.Cost != nil {
				if err := g.Need(policy.Contributor); err != nil {
					return nil, err
				}
			}
			all, err := rows.Reports(tx, r.Activity)
			if err != nil {
				return nil, err
			}
			if len(all) >= MostReports {
				return nil, fault.New(fault.Invalid, "too-many-reports", "the activity has as many reports as it can have")
			}
			zone, err := s.kept.Projects().Zone(tx, g.Project)
			if err != nil {
				return nil, err
			}
			now, err := workcal.FromTime(tx.Now().In(zone))
			if err != nil {
				return nil, fault.Wrap("site.Report", err)
			}
			was := m.Lines[i].Site
			if err := fits(&r, m, i, now); err != nil {
				return nil, err
			}
			r.Author, r.At = g.Person, tx.Micros()
			if err := rows.InsertReport(tx, g.Project, r); err != nil {
				return nil, err
			}
			fresh = true
			site, verifier = rows.Told(append(all, r))
			site.Blocking, site.BlockedUntil = was.Blocking, was.BlockedUntil
			m.Lines[i].Site, version = site, m.Lines[i].Version+1
			return &kept.Change{Now: m, Changed: []live.Change{{Activity: r.Activity, Kind: "reported", Fields: said(r, was, site)}}, Cause: kept.Cause{Kind: r.Kind, Thing: string(r.Activity)}, Lenient: true}, nil
		})
		if err != nil || !fresh {
			return err
		}
		return rows.SaveSite(tx, r.Activity, version, site, verifier)
	})
	return fresh, fault.Wrap("site.Report", err)
}

// said is a report as the log has it.
func said(r rows.Report, was, now live.Site) []live.Field {
	out := []live.Field{{Name: "report", After: r.Kind}}
	if was.Percent != now.Percent {
		f := live.Field{Name: "percent", After: now.Percent}
		if was.Percent >= 0 {
			f.Before = was.Percent
		}
		out = append(out, f)
	}
	if r.Reason != "" {
		out = append(out, live.Field{Name: "reason", After: r.Reason})
	}
	if r.Words != "" {
		out = append(out, live.Field{Name: "text", After: r.Words})
	}
	return out
}

// mayReport is nil for who is in charge and for contributors; a manager's word
// takes a manager.
func mayReport(g access.Grant, m *live.Model, i int, kind string) error {
	switch kind {
	case rows.SignOff, rows.Reject, rows.Reopen:
		return g.May(policy.PlanProgramme)
	}
	if kept.InCharge(g, &m.Lines[i]) {
		return nil
	}
	return g.Need(policy.Contributor)
}

// fits checks a report against where the activity stands, and fills in the
// times that it leaves out.
func fits(r *rows.Report, m *live.Model, i int, now workcal.Time) error {
	site, a := m.Lines[i].Site, &m.Doc.Activities[i]
	if a.Kind == cpm.Summary || a.Group {
		return fault.New(fault.Invalid, "activity-summary", "a summary follows from what is below it")
	}
	done := site.Percent >= 100 || site.Percent < 0 && (a.Percent >= 100 || a.ActualFinish != workcal.None)
	conflict := func(code, why string) error { return fault.New(fault.Conflict, code, why) }
	switch r.Kind {
	case rows.Progress:
		if site.Verified {
			return conflict("activity-verified", "the activity was signed off; it has to be reopened first")
		}
		began := site.Started
		if began == workcal.None {
			began = a.ActualStart
		}
		if r.Started == workcal.None && *r.Percent > 0 {
			if r.Started = began; began == workcal.None {
				r.Started = now
			}
		}
		if *r.Percent >= 100 && r.Finished == workcal.None {
			if r.Finished = now; site.Percent >= 100 && site.Finished != workcal.None {
				r.Finished = site.Finished
			}
		}
		if *r.Percent < 100 {
			r.Finished = workcal.None
		}
		if r.Started != workcal.None && r.Finished != workcal.None && r.Finished < r.Started {
			return fault.InvalidFields([]fault.Field{{Path: "finished", Code: "before-start"}})
		}
		if r.Started > now+workcal.Day || r.Finished > now+workcal.Day {
			return fault.InvalidFields([]fault.Field{{Path: "started", Code: "in-future"}})
		}
	case rows.Solved:
		if site.Problems == 0 {
			return conflict("no-problem", "there is no open problem")
		}
	case rows.SignOff:
		switch {
		case site.Verified:
			return conflict("activity-verified", "the activity was signed off already")
		case !done:
			return conflict("activity-not-done", "the activity was not reported done")
		case site.Blocking > 0:
			return conflict("gate-points", "points that block the activity are open")
		case site.Problems > 0:
			return conflict("gate-problems", "a problem with the activity is open")
		}
	case rows.Reject:
		if site.Verified || !done {
			return conflict("activity-not-done", "there is nothing that waits for a sign-off")
		}
		if r.Percent == nil {
			most := 90.0
			r.Percent = &most
		}
	case rows.Reopen:
		if !site.Verified {
			return conflict("activity-not-verified", "the activity is not signed off")
		}
	}
	return nil
}

func checkReport(r *rows.Report) error {
	var bad []fault.Field
	add := func(path, code string) { bad = append(bad, fault.Field{Path: path, Code: code}) }
	if !id.Valid(r.ID) {
		add("report", "not-an-id")
	}
	r.Reason, r.Words = strings.TrimSpace(r.Reason), strings.TrimSpace(r.Words)
	for _, t := range []struct {
		path, v string
		most    int
	}{{"reason", r.Reason, MaxReason}, {"text", r.Words, MaxWords}} {
		if c := live.CheckText(t.v, 0, t.most); c != "" {
			add(t.path, c)
		}
	}
	switch r.Kind {
	case rows.Progress:
		if r.Percent == nil {
			add("percent", "required")
		}
		r.Until = workcal.None
	case rows.Problem:
		if r.Reason == "" && r.Words == "" {
			add("reason", "required")
		}
		r.Percent = nil
	case rows.Reject, rows.Reopen:
		if r.Percent != nil && *r.Percent >= 100 {
			add("percent", "out-of-range")
		}
	case rows.Solved, rows.SignOff:
		r.Percent = nil
	default:
		add("kind", "not-one-of")
	}
	if r.Percent != nil && !(*r.Percent >= 0 && *r.Percent <= 100) {
		add("percent", "out-of-range")
	}
	if r.Cost != nil && (r.Kind != rows.Progress || *r.Cost < 0 || *r.Cost > edit.MaxBudget) {
		add("cost", "out-of-range")
	}
	if r.Kind != rows.Progress {
		r.Started, r.Finished = workcal.None, workcal.None
	}
	for path, t := range map[string]workcal.Time{"started": r.Started, "finished": r.Finished, "until": r.Until} {
		if t != workcal.None && !t.In() {
			add(path, "out-of-range")
		}
	}
	return fault.InvalidFields(bad)
}

// Block says that a point blocks an activity; Unblock takes it back.
func (s *Service) Block(ctx context.Context, g access.Grant, a id.Activity, p id.Point) error {
	return fault.Wrap("site.Block", s.blocking(ctx, g, a, p, true))
}

// Unblock says that a point no longer blocks an activity.
func (s *Service) Unblock(ctx context.Context, g access.Grant, a id.Activity, p id.Point) error {
	return fault.Wrap("site.Unblock", s.blocking(ctx, g, a, p, false))
}

func (s *Service) blocking(ctx context.Context, g access.Grant, a id.Activity, p id.Point, on bool) error {
	return s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		return s.onActivity(tx, g, a, func(h rows.Head, _ *kept.Entry, i int, m *live.Model) (*kept.Change, error) {
			if err := g.Need(policy.Contributor); err != nil {
				return nil, err
			}
			open, due, err := s.points.Standing(tx, g, p)
			if err != nil {
				return nil, err
			}
			all, err := rows.BlocksOf(tx, a)
			if err != nil {
				return nil, err
			}
			has := false
			for _, b := range all {
				has = has || b.Point == p
			}
			if has == on {
				return nil, nil
			}
			field := live.Field{Name: "block", After: p}
			if on {
				if len(all) >= MostBlocks {
					return nil, fault.New(fault.Invalid, "too-many-blocks", "as many points block the activity as can")
				}
				err = rows.SaveBlock(tx, g.Project, rows.Block{Point: p, Activity: a, Programme: h.ID, Open: open, Due: due, Author: g.Person})
			} else {
				field = live.Field{Name: "block", Before: p}
				err = rows.Unblock(tx, p, a)
			}
			if err != nil {
				return nil, err
			}
			return s.reblocked(tx, m, []int{i}, kept.Cause{Kind: "block", Thing: string(p)}, field)
		})
	})
}

// reblocked reads anew what blocks some activities.
func (s *Service) reblocked(tx *db.Tx, m *live.Model, which []int, why kept.Cause, field live.Field) (*kept.Change, error) {
	c := &kept.Change{Now: m, Cause: why, Lenient: true}
	for _, i := range which {
		site, err := rows.SiteOf(tx, m.Lines[i].ID)
		if err != nil {
			return nil, err
		}
		m.Lines[i].Site.Blocking, m.Lines[i].Site.BlockedUntil = site.Blocking, site.BlockedUntil
		c.Changed = append(c.Changed, live.Change{Activity: m.Lines[i].ID, Kind: "blocked", Fields: []live.Field{field}})
	}
	return c, nil
}

// PointChanged is told when a point opens, closes, or is due on another day, in
// the transaction that does it.
func (s *Service) PointChanged(tx *db.Tx, g access.Grant, p id.Point, open bool, due string) error {
	const op = "site.PointChanged"
	all, err := rows.BlockedBy(tx, g.Project, p)
	if err != nil || len(all) == 0 {
		return err
	}
	by := map[id.Programme][]rows.Block{}
	var order []id.Programme
	for _, b := range all {
		if b.Open == open && b.Due == due {
			continue
		}
		if by[b.Programme] == nil {
			order = append(order, b.Programme)
		}
		by[b.Programme] = append(by[b.Programme], b)
	}
	for _, programme := range order {
		h, e, err := s.kept.Opened(tx, g.Project, programme, true) // as it was before
		for _, b := range by[programme] {
			b.Open, b.Due = open, due
			if err := rows.SaveBlock(tx, g.Project, b); err != nil {
				return err
			}
		}
		if fault.Is(err, fault.NotFound) {
			continue // deleted; it has what it needs when it comes back
		}
		if err != nil {
			return fault.Wrap(op, err)
		}
		m := e.Model.Clone()
		var which []int
		for _, b := range by[programme] {
			if i, ok := m.Index(b.Activity); ok {
				which = append(which, i)
			}
		}
		c, err := s.reblocked(tx, m, which, kept.Cause{Kind: "point", Thing: string(p)}, live.Field{Name: "block-open", Before: !open, After: open})
		if err != nil {
			return err
		}
		if _, _, err := s.kept.Save(tx, g, h, e, c); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}
