package ready

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/ready/measure"
)

// Promise promises to do an activity in a week. Doing it again changes what it
// says; false where it was there.
func (s *Service) Promise(ctx context.Context, g access.Grant, a id.Activity, week, words string) (Promise, bool, error) {
	words = strings.TrimSpace(words)
	if err := kept.OrErr(checkWeek(week), fault.InvalidFields(text(words))); err != nil {
		return Promise{}, false, err
	}
	var out Promise
	created := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		created = false
		p, e, i, err := s.on(tx, g, a)
		if err != nil {
			return err
		}
		if err := may(g, &e.Model.Lines[i], policy.Manager); err != nil {
			return err
		}
		if x := &e.Model.Doc.Activities[i]; x.Kind == cpm.Summary || x.Group {
			return fault.New(fault.Invalid, "activity-summary", "a summary follows from what is below it")
		}
		have, ok, err := findPromise(tx, a, week)
		if err != nil {
			return err
		}
		if out = have; ok && (have.Words == words || have.Kept != nil) {
			return nil
		}
		if !ok {
			open, _, err := openOn(tx, a)
			if err != nil {
				return err
			}
			switch {
			case week < weekOf(e.Day):
				return fault.New(fault.Conflict, "week-over", "nothing is promised for a week that is over")
			case open > 0:
				return fault.New(fault.Conflict, "constraints-open", "what has constraints is not promised")
			}
			out = Promise{Activity: a, Week: week, Author: g.Person, At: tx.Micros()}
			created = true
		}
		out.Words = words
		if err := s.counted(tx, g, p, e); err != nil {
			return err
		}
		if err := savePromise(tx, g.Project, p, out); err != nil {
			return err
		}
		return log(tx, g, &e.Model.Lines[i], "promised", feed.Field{Name: "week", After: week}, feed.Field{Name: "text", After: words})
	})
	return out, created, fault.Wrap("ready.Promise", err)
}

// TakeBack takes back a promise whose week has not begun.
func (s *Service) TakeBack(ctx context.Context, g access.Grant, a id.Activity, week string) error {
	if err := checkWeek(week); err != nil {
		return err
	}
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		_, e, i, err := s.on(tx, g, a)
		if err != nil {
			return err
		}
		if err := may(g, &e.Model.Lines[i], policy.Manager); err != nil {
			return err
		}
		have, ok, err := findPromise(tx, a, week)
		if err != nil || !ok {
			return kept.OrErr(err, noPromise())
		}
		// Who promised by mistake may say so on the same day.
		if week <= weekOf(e.Day) && tx.Micros()-have.At > (12*time.Hour).Microseconds() {
			return fault.New(fault.Conflict, "week-begun", "its week has begun; say what became of it")
		}
		if err := removePromise(tx, a, week); err != nil {
			return err
		}
		return log(tx, g, &e.Model.Lines[i], "promised", feed.Field{Name: "week", Before: week})
	})
	return fault.Wrap("ready.TakeBack", err)
}

func noPromise() error {
	return fault.New(fault.NotFound, "promise-not-found", "there is no such promise")
}

// Judge says what became of a promise.
func (s *Service) Judge(ctx context.Context, g access.Grant, a id.Activity, week string, done bool, reason, why string) (Promise, error) {
	why = strings.TrimSpace(why)
	bad := text(why)
	switch {
	case done && reason != "":
		bad = append(bad, fault.Field{Path: "reason", Code: "not-expected"})
	case !done && !slices.Contains(measure.Reasons, reason):
		bad = append(bad, fault.Field{Path: "reason", Code: "not-one-of"})
	}
	if err := kept.OrErr(checkWeek(week), fault.InvalidFields(bad)); err != nil {
		return Promise{}, err
	}
	var out Promise
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, e, i, err := s.on(tx, g, a)
		if err != nil {
			return err
		}
		if err := may(g, &e.Model.Lines[i], policy.Manager); err != nil {
			return err
		}
		have, ok, err := findPromise(tx, a, week)
		if err != nil || !ok {
			return kept.OrErr(err, noPromise())
		}
		if week > weekOf(e.Day) {
			return fault.New(fault.Conflict, "week-to-come", "its week has not begun")
		}
		if out = have; have.Kept != nil && *have.Kept == done && have.Reason == reason && have.Why == why {
			return nil
		}
		out.Kept, out.Reason, out.Why, out.JudgedBy, out.JudgedAt = &done, reason, why, g.Person, tx.Micros()
		if err := s.counted(tx, g, p, e); err != nil {
			return err
		}
		if err := savePromise(tx, g.Project, p, out); err != nil {
			return err
		}
		return log(tx, g, &e.Model.Lines[i], "judged", feed.Field{Name: "week", After: week}, feed.Field{Name: "kept", Before: have.Kept, After: done}, feed.Field{Name: "reason", After: reason}, feed.Field{Name: "text", After: why})
	})
	return out, fault.Wrap("ready.Judge", err)
}

// counted writes down, once a week, how many of the activities that are to begin
// in the present week are ready.
func (s *Service) counted(tx *db.Tx, g access.Grant, p id.Programme, e *kept.Entry) error {
	if e.Computed == nil {
		return nil // it has no dates: nothing is known to begin
	}
	week := weekOf(e.Day)
	have, err := weeksOf(tx, p, week, week)
	if err != nil || len(have) > 0 {
		return err
	}
	all, err := constraintsOf(tx, p)
	if err != nil {
		return err
	}
	open := map[id.Activity]bool{}
	for _, c := range all {
		if c.ClearedAt == 0 {
			open[c.Activity] = true
		}
	}
	count := measure.Start{Week: week}
	for i := range e.Model.Lines {
		l := &e.Model.Lines[i]
		d := e.Computed.Planned.Dates(i)
		if l.Gone || !e.Works(i) || !d.Scheduled || weekOf(d.Start) != week {
			continue
		}
		count.Due++
		if !open[l.ID] && l.Site.Blocking == 0 {
			count.Ready++
		}
	}
	return countWeek(tx, g.Project, p, count)
}

// Measures are how the last weeks went, the oldest first, up to the present one:
// for guests and above.
func (s *Service) Measures(ctx context.Context, g access.Grant, p id.Programme, weeks int) ([]measure.Week, error) {
	weeks = max(1, min(weeks, MostWeeks))
	var out []measure.Week
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err == nil && !kept.SeesAll(g) {
			err = kept.NotFound()
		}
		if err != nil {
			return err
		}
		now := monday(civil(e.Day))
		var names []string
		for k := weeks - 1; k >= 0; k-- {
			names = append(names, now.AddDate(0, 0, -7*k).Format(time.DateOnly))
		}
		last := names[len(names)-1]
		promises, err := promisesOf(tx, p, names[0], last)
		if err != nil {
			return err
		}
		starts, err := weeksOf(tx, p, names[0], last)
		if err != nil {
			return err
		}
		all := make([]measure.Promise, len(promises))
		for i, x := range promises {
			all[i] = measure.Promise{Week: x.Week, Judged: x.Kept != nil, Kept: x.Kept != nil && *x.Kept, Reason: x.Reason}
		}
		out = measure.Weeks(names, last, all, starts)
		return nil
	})
	return out, fault.Wrap("ready.Measures", err)
}
