package ready

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/ready/measure"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// The bounds of texts, of constraints on an activity, and of weeks.
const (
	MaxWords        = 1000
	MostConstraints = 100
	MostWeeks       = 53
)

// Constraint is what has to be out of the way before an activity begins.
type Constraint struct {
	ID        id.Constraint
	Activity  id.Activity
	Version   int64
	Kind      string
	Words     string
	Owner     live.Charge // who sees to it; empty without
	NeededBy  string      // civil date; empty without
	ClearedAt int64       // 0: open
	ClearedBy id.Person
	Author    id.Person
	At        int64
}

// Promise is what somebody promised of an activity for a week, and what became
// of it.
type Promise struct {
	Activity id.Activity
	Week     string
	Words    string
	Author   id.Person
	At       int64
	Kept     *bool // nil: not judged
	Reason   string
	Why      string
	JudgedBy id.Person
	JudgedAt int64
}

// Service is the look-ahead of all projects. It is safe for concurrent use.
type Service struct {
	db   *db.DB
	kept *kept.Book
}

// New makes a service.
func New(d *db.DB, book *kept.Book) *Service { return &Service{d, book} }

// Ahead is what is to be done in the next weeks.
type Ahead struct {
	Weeks       []string // their Mondays, the present one first
	Version     int64    // of the programme
	Rows        []Row
	Constraints []Constraint // of these activities
	Promises    []Promise    // for these weeks and the one before
}

// Row is an activity that is to be worked on in the weeks.
type Row struct {
	Activity      id.Activity
	Name, Code    string
	Path          []string // the summaries above, the highest first
	Start, Finish workcal.Time
	Percent       float64
	State         int
	Critical      bool
	InCharge      []live.Charge
	Location      id.Location
	Milestone     bool
}

// monday is the Monday of a civil day.
func monday(t time.Time) time.Time {
	return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
}

func civil(t workcal.Time) time.Time { return t.Go() }

// weekOf names the week of a time.
func weekOf(t workcal.Time) string { return monday(civil(t)).Format(time.DateOnly) }

func checkWeek(week string) error {
	t, err := time.Parse(time.DateOnly, week)
	if err != nil || t.Weekday() != time.Monday || t.Year() < 1990 || t.Year() > 2130 {
		return fault.InvalidFields([]fault.Field{{Path: "week", Code: "not-a-monday"}})
	}
	return nil
}

// Ahead reads the look-ahead of a programme for a number of weeks, as far as the
// grant sees it. Done activities are left out, but for those promised.
func (s *Service) Ahead(ctx context.Context, g access.Grant, p id.Programme, weeks int) (Ahead, error) {
	var out Ahead
	weeks = max(1, min(weeks, MostWeeks))
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		h, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err != nil {
			return err
		}
		out = Ahead{Version: h.Version}
		first := monday(civil(e.Day))
		for k := range weeks {
			out.Weeks = append(out.Weeks, first.AddDate(0, 0, 7*k).Format(time.DateOnly))
		}
		before := first.AddDate(0, 0, -7).Format(time.DateOnly)
		promises, err := promisesOf(tx, p, before, out.Weeks[weeks-1])
		if err != nil {
			return err
		}
		promised := map[id.Activity]bool{}
		for _, x := range promises {
			promised[x.Activity] = true
		}
		end, err := workcal.FromTime(first.AddDate(0, 0, 7*weeks))
		if err != nil {
			return fault.Wrap("ready.Ahead", err)
		}
		shown := map[id.Activity]bool{}
		sees := kept.SeesAll(g)
		for i := range e.Model.Lines {
			if !kept.Shows(g, e.Model, i) {
				continue
			}
			sees = true
			if r, ok := row(e, i, end, promised[e.Model.Lines[i].ID]); ok {
				out.Rows = append(out.Rows, r)
				shown[r.Activity] = true
			}
		}
		if !sees {
			return kept.NotFound()
		}
		slices.SortStableFunc(out.Rows, func(a, b Row) int { return int(a.Start) - int(b.Start) })
		for _, x := range promises {
			if shown[x.Activity] {
				out.Promises = append(out.Promises, x)
			}
		}
		all, err := constraintsOf(tx, p)
		for _, c := range all {
			if shown[c.Activity] {
				out.Constraints = append(out.Constraints, c)
			}
		}
		return err
	})
	return out, fault.Wrap("ready.Ahead", err)
}

// row is activity i, where it is worked on before an end.
func row(e *kept.Entry, i int, end workcal.Time, promised bool) (Row, bool) {
	a, l := &e.Model.Doc.Activities[i], &e.Model.Lines[i]
	if e.Err != nil || a.Group || l.Gone {
		return Row{}, false
	}
	if !e.Works(i) {
		return Row{}, false
	}
	d := e.Computed.Forecast.Dates(i)
	shown := &e.Computed.Forecast.Document.Activities[i]
	done := l.Site.Verified || shown.Percent >= 100
	if !d.Scheduled || !promised && (done || d.Start >= end) {
		return Row{}, false
	}
	r := Row{Activity: l.ID, Name: a.Name, Code: a.Code, Start: d.Start, Finish: d.Finish, Percent: shown.Percent, State: int(e.Computed.State(i).State), Critical: d.Critical,
		InCharge: l.InCharge, Location: l.Location, Milestone: shown.Duration == 0}
	for up := a.Parent; up >= 0; up = e.Model.Doc.Activities[up].Parent {
		r.Path = append(r.Path, e.Model.Doc.Activities[up].Name)
	}
	slices.Reverse(r.Path)
	return r, true
}

// on finds an activity that the grant sees, to work on what hangs on it.
func (s *Service) on(tx *db.Tx, g access.Grant, a id.Activity) (id.Programme, *kept.Entry, int, error) {
	p, ok, err := rows.OfActivity(tx, g.Project, a)
	if err != nil || !ok {
		return p, nil, 0, kept.OrErr(err, kept.NoActivity())
	}
	_, e, err := s.kept.Opened(tx, g.Project, p, true)
	if err != nil {
		return p, nil, 0, err
	}
	i, ok := e.Model.Index(a)
	if !ok || !kept.Shows(g, e.Model, i) {
		return p, nil, 0, kept.NoActivity()
	}
	return p, e, i, nil
}

// may is nil for who is in charge, and from a level up.
func may(g access.Grant, l *live.Line, level policy.Level) error {
	if kept.InCharge(g, l) {
		return nil
	}
	return g.Need(level)
}

func text(v string) []fault.Field {
	if c := live.CheckText(v, 0, MaxWords); c != "" {
		return []fault.Field{{Path: "text", Code: c}}
	}
	return nil
}

// SetConstraint makes a constraint or changes it: its kind, text, owner, date,
// and whether it is open. Doing it again changes nothing; false where it was
// there.
func (s *Service) SetConstraint(ctx context.Context, g access.Grant, c Constraint, cleared bool) (Constraint, bool, error) {
	c.Words = strings.TrimSpace(c.Words)
	bad := text(c.Words)
	if !id.Valid(c.ID) {
		bad = append(bad, fault.Field{Path: "constraint", Code: "not-an-id"})
	}
	if !slices.Contains(measure.Kinds, c.Kind) {
		bad = append(bad, fault.Field{Path: "kind", Code: "not-one-of"})
	}
	if _, err := time.Parse(time.DateOnly, c.NeededBy); c.NeededBy != "" && err != nil {
		bad = append(bad, fault.Field{Path: "needed_by", Code: "format"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return c, false, err
	}
	created := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		created = false
		p, e, i, err := s.on(tx, g, c.Activity)
		if err != nil {
			return err
		}
		have, ok, err := findConstraint(tx, c.ID)
		if err != nil {
			return err
		}
		if ok && have.Activity != c.Activity {
			return fault.New(fault.Conflict, "id-taken", "the id is that of another constraint")
		}
		now := c
		now.Version, now.Author, now.At = 1, g.Person, tx.Micros()
		if ok {
			now.Version, now.Author, now.At, now.ClearedAt, now.ClearedBy = have.Version+1, have.Author, have.At, have.ClearedAt, have.ClearedBy
		}
		switch {
		case cleared && now.ClearedAt == 0:
			now.ClearedAt, now.ClearedBy = tx.Micros(), g.Person
		case !cleared:
			now.ClearedAt, now.ClearedBy = 0, ""
		}
		same := now
		same.Version = have.Version
		if ok && same == have {
			c = have
			return nil
		}
		if err := may(g, &e.Model.Lines[i], policy.Contributor); err != nil {
			return err
		}
		if c.Owner.ID != "" {
			known, err := s.kept.Projects().Known(tx, g.Project, []access.InCharge{access.InCharge(c.Owner)})
			if err != nil {
				return err
			}
			if !known {
				return fault.InvalidFields([]fault.Field{{Path: "owner", Code: "unknown"}})
			}
		}
		if _, all, err := openOn(tx, c.Activity); err != nil || !ok && all >= MostConstraints {
			return kept.OrErr(err, fault.New(fault.Invalid, "too-many-constraints", "the activity has as many constraints as it can have"))
		}
		if err := saveConstraint(tx, g.Project, p, now); err != nil {
			return err
		}
		created, c = !ok, now
		fields := []feed.Field{{Name: "kind", After: now.Kind}, {Name: "text", After: now.Words}}
		if ok && (have.ClearedAt == 0) != (now.ClearedAt == 0) {
			fields = append(fields, feed.Field{Name: "cleared", Before: have.ClearedAt != 0, After: now.ClearedAt != 0})
		}
		return log(tx, g, &e.Model.Lines[i], "constraint", fields...)
	})
	return c, created, fault.Wrap("ready.SetConstraint", err)
}

// RemoveConstraint takes a constraint away.
func (s *Service) RemoveConstraint(ctx context.Context, g access.Grant, a id.Activity, c id.Constraint) error {
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		_, e, i, err := s.on(tx, g, a)
		if err != nil {
			return err
		}
		have, ok, err := findConstraint(tx, c)
		if err != nil || !ok || have.Activity != a {
			return kept.OrErr(err, fault.New(fault.NotFound, "constraint-not-found", "there is no such constraint"))
		}
		if have.Author != g.Person {
			if err := g.May(policy.PlanProgramme); err != nil {
				return err
			}
		}
		if err := removeConstraint(tx, c); err != nil {
			return err
		}
		return log(tx, g, &e.Model.Lines[i], "constraint", feed.Field{Name: "kind", Before: have.Kind}, feed.Field{Name: "text", Before: have.Words})
	})
	return fault.Wrap("ready.RemoveConstraint", err)
}

// log appends an entry of an activity, for everyone who sees it.
func log(tx *db.Tx, g access.Grant, l *live.Line, kind string, fields ...feed.Field) error {
	return feed.Append(tx, g.By(), feed.Change{Stream: access.Everyone(g.Project), Thing: feed.Thing{Kind: kept.Activity, ID: string(l.ID)}, Kind: kind, Version: l.Version, Fields: fields,
		Audiences: kept.Audiences(g.Project, l.InCharge)})
}
