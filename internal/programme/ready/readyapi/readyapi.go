// Package readyapi is the look-ahead over HTTP: constraints, promises of a week,
// what became of them, and how the weeks went. The rules are package ready's.
//
// Codes that callers can meet, apart from those of every operation:
// programme-not-found, activity-not-found, constraint-not-found,
// promise-not-found (404), needs-manager, needs-contributor (403), week-over,
// week-begun, week-to-come, constraints-open, id-taken (409),
// too-many-constraints, activity-summary (422).
package readyapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/ready"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	ready *ready.Service
	enter Enter
}

// Register adds the operations.
func Register(a *rest.API, s *ready.Service, enter Enter) {
	h := &api{s, enter}
	const tag, programme, activity = "Look-ahead", "/projects/{project}/programmes/{programme}", "/projects/{project}/activities/{activity}"
	rest.Handle(a, rest.Op{ID: "look-ahead", Method: http.MethodGet, Path: programme + "/look-ahead", Tag: tag, Summary: "What is to be done in the next weeks",
		Description: "From the present week on; six weeks where their number is left out. As far as the caller sees it.", Who: rest.SignedIn, Rate: rest.Reads}, h.ahead)
	rest.Handle(a, rest.Op{ID: "look-ahead-measures", Method: http.MethodGet, Path: programme + "/measures", Tag: tag, Summary: "How reliable weekly planning is",
		Description: "Percent plan complete, tasks made ready, and why promises were missed; week by week. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.measures)
	rest.Handle(a, rest.Op{ID: "constraint-put", Method: http.MethodPut, Path: activity + "/constraints/{constraint}", Tag: tag, Summary: "Say what has to be out of the way before an activity begins",
		Description: "Or change it, clear it, open it again. For who is in charge, and contributors. Doing it again changes nothing and answers 200.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.setConstraint)
	rest.Handle(a, rest.Op{ID: "constraint-remove", Method: http.MethodDelete, Path: activity + "/constraints/{constraint}", Tag: tag, Summary: "Take a constraint away",
		Description: "One's own; any for managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.removeConstraint)
	rest.Handle(a, rest.Op{ID: "promise-put", Method: http.MethodPut, Path: activity + "/promises/{week}", Tag: tag, Summary: "Promise an activity for a week",
		Description: "week is its Monday, the present one or one to come. For who is in charge, and managers. Refused while a constraint is open. Doing it again changes its text and answers 200.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.promise)
	rest.Handle(a, rest.Op{ID: "promise-remove", Method: http.MethodDelete, Path: activity + "/promises/{week}", Tag: tag, Summary: "Take a promise back",
		Description: "Until its week begins, or within twelve hours. For who is in charge, and managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.takeBack)
	rest.Handle(a, rest.Op{ID: "promise-judge", Method: http.MethodPost, Path: activity + "/promises/{week}/outcome", Tag: tag, Summary: "Say what became of a promise",
		Description: "From its week on; one that was missed has a reason. For who is in charge, and managers.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusOK}, h.judge)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// Charge is who sees to something, or is in charge.
type Charge struct {
	Kind string `json:"kind" enum:"person,company,role"`
	ID   string `json:"id"`
}

// Row is an activity that is to be worked on.
type Row struct {
	Activity  id.Activity  `json:"activity_id"`
	Name      string       `json:"name"`
	Code      string       `json:"code"`
	Path      []string     `json:"path" doc:"The names of the summaries above it, the highest first."`
	Start     *float64     `json:"start" doc:"Minutes since 2000-01-01T00:00 in the project's zone."`
	Finish    *float64     `json:"finish"`
	Percent   float64      `json:"percent"`
	State     int          `json:"state" doc:"0 not started, 1 in progress, 2 warning, 3 awaiting sign-off, 4 verified."`
	Critical  bool         `json:"critical"`
	Milestone bool         `json:"milestone"`
	InCharge  []Charge     `json:"in_charge"`
	Location  *id.Location `json:"location_id"`
}

// Constraint is what has to be out of the way.
type Constraint struct {
	ID        id.Constraint `json:"id"`
	Activity  id.Activity   `json:"activity_id"`
	Version   int64         `json:"version"`
	Kind      string        `json:"kind" enum:"prior-work,labour,material,equipment,information,permit,inspection,space,safety,contract,other"`
	Text      string        `json:"text"`
	Owner     *Charge       `json:"owner"`
	NeededBy  *string       `json:"needed_by" format:"date"`
	ClearedAt *time.Time    `json:"cleared_at"`
	ClearedBy *id.Person    `json:"cleared_by"`
	AuthorID  id.Person     `json:"author_id"`
	At        time.Time     `json:"at"`
}

// Promise is what was promised for a week, and what became of it.
type Promise struct {
	Activity id.Activity `json:"activity_id"`
	Week     string      `json:"week" format:"date"`
	Text     string      `json:"text"`
	AuthorID id.Person   `json:"author_id"`
	At       time.Time   `json:"at"`
	Kept     *bool       `json:"kept" doc:"null: nobody said yet."`
	Reason   string      `json:"reason"`
	Why      string      `json:"why"`
	JudgedBy *id.Person  `json:"judged_by"`
	JudgedAt *time.Time  `json:"judged_at"`
}

// LookAhead is what is to be done in the next weeks.
type LookAhead struct {
	Version     int64        `json:"version"`
	Weeks       []string     `json:"weeks"`
	Items       []Row        `json:"items"`
	Constraints []Constraint `json:"constraints"`
	Promises    []Promise    `json:"promises" doc:"For these weeks and the one before."`
}

func instant(at int64) *time.Time {
	if at == 0 {
		return nil
	}
	t := time.UnixMicro(at).UTC()
	return &t
}

func maybe[T ~string](v T) *T {
	if v == "" {
		return nil
	}
	return &v
}

func constraintOf(c ready.Constraint) Constraint {
	out := Constraint{ID: c.ID, Activity: c.Activity, Version: c.Version, Kind: c.Kind, Text: c.Words, NeededBy: maybe(c.NeededBy), ClearedAt: instant(c.ClearedAt), ClearedBy: maybe(c.ClearedBy),
		AuthorID: c.Author, At: time.UnixMicro(c.At).UTC()}
	if c.Owner.ID != "" {
		out.Owner = &Charge{Kind: c.Owner.Kind, ID: c.Owner.ID}
	}
	return out
}

func promiseOf(p ready.Promise) Promise {
	return Promise{Activity: p.Activity, Week: p.Week, Text: p.Words, AuthorID: p.Author, At: time.UnixMicro(p.At).UTC(), Kept: p.Kept, Reason: p.Reason, Why: p.Why,
		JudgedBy: maybe(p.JudgedBy), JudgedAt: instant(p.JudgedAt)}
}

// AtProgramme is a programme in a path.
type AtProgramme struct {
	Project   id.Project   `path:"project"`
	Programme id.Programme `path:"programme"`
	Weeks     int          `query:"weeks" minimum:"1" maximum:"53"`
}

type aheadOut struct {
	Body LookAhead
}

func (h *api) ahead(ctx context.Context, in *AtProgramme) (*aheadOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	if in.Weeks == 0 {
		in.Weeks = 6
	}
	a, err := h.ready.Ahead(ctx, g, in.Programme, in.Weeks)
	if err != nil {
		return nil, err
	}
	out := LookAhead{Version: a.Version, Weeks: a.Weeks, Items: make([]Row, len(a.Rows)), Constraints: make([]Constraint, len(a.Constraints)), Promises: make([]Promise, len(a.Promises))}
	for i, r := range a.Rows {
		row := Row{Activity: r.Activity, Name: r.Name, Code: r.Code, Path: r.Path, Start: live.Minutes(r.Start), Finish: live.Minutes(r.Finish), Percent: r.Percent, State: r.State, Critical: r.Critical,
			Milestone: r.Milestone, Location: maybe(r.Location), InCharge: make([]Charge, len(r.InCharge))}
		for k, c := range r.InCharge {
			row.InCharge[k] = Charge{Kind: c.Kind, ID: c.ID}
		}
		out.Items[i] = row
	}
	for i, c := range a.Constraints {
		out.Constraints[i] = constraintOf(c)
	}
	for i, p := range a.Promises {
		out.Promises[i] = promiseOf(p)
	}
	return &aheadOut{Body: out}, nil
}

// Week is how one week went.
type Week struct {
	Week      string         `json:"week" format:"date"`
	Promised  int            `json:"promised"`
	Judged    int            `json:"judged"`
	Kept      int            `json:"kept"`
	Percent   *float64       `json:"percent" doc:"Plan complete."`
	Due       int            `json:"due" doc:"Activities that were to begin."`
	Ready     int            `json:"ready"`
	MadeReady *float64       `json:"made_ready" doc:"Percent."`
	Reasons   map[string]int `json:"reasons" doc:"Why promises were missed, each counted."`
}

// Measures are how the weeks went.
type Measures struct {
	Items []Week `json:"items"`
}

type measuresOut struct {
	Body Measures
}

func (h *api) measures(ctx context.Context, in *AtProgramme) (*measuresOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	if in.Weeks == 0 {
		in.Weeks = 12
	}
	all, err := h.ready.Measures(ctx, g, in.Programme, in.Weeks)
	out := &measuresOut{Body: Measures{Items: make([]Week, len(all))}}
	for i, w := range all {
		out.Body.Items[i] = Week(w)
	}
	return out, err
}

// AtActivity is an activity in a path.
type AtActivity struct {
	Project  id.Project  `path:"project"`
	Activity id.Activity `path:"activity"`
}

// AtConstraint is a constraint in a path.
type AtConstraint struct {
	AtActivity
	Constraint id.Constraint `path:"constraint"`
}

// SetConstraint is what a constraint is made of.
type SetConstraint struct {
	Kind     string  `json:"kind" enum:"prior-work,labour,material,equipment,information,permit,inspection,space,safety,contract,other"`
	Text     string  `json:"text,omitempty" maxLength:"1000"`
	Owner    *Charge `json:"owner,omitempty" doc:"Who sees to it."`
	NeededBy *string `json:"needed_by,omitempty" format:"date"`
	Cleared  bool    `json:"cleared,omitempty"`
}

type constraintIn struct {
	AtConstraint
	Body SetConstraint
}

type constraintOut struct {
	Status int
	Body   Constraint
}

func (h *api) setConstraint(ctx context.Context, in *constraintIn) (*constraintOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	c := ready.Constraint{ID: in.Constraint, Activity: in.Activity, Kind: in.Body.Kind, Words: in.Body.Text}
	if in.Body.Owner != nil {
		c.Owner = live.Charge(*in.Body.Owner)
	}
	if in.Body.NeededBy != nil {
		c.NeededBy = *in.Body.NeededBy
	}
	done, created, err := h.ready.SetConstraint(ctx, g, c, in.Body.Cleared)
	if err != nil {
		return nil, err
	}
	out := &constraintOut{Status: http.StatusOK, Body: constraintOf(done)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (h *api) removeConstraint(ctx context.Context, in *AtConstraint) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.ready.RemoveConstraint(ctx, g, in.Activity, in.Constraint)
}

// AtPromise is a promise in a path.
type AtPromise struct {
	AtActivity
	Week string `path:"week" format:"date"`
}

// SetPromise is what a promise says.
type SetPromise struct {
	Text string `json:"text,omitempty" maxLength:"1000" doc:"What of the activity is promised; empty: all that is planned for the week."`
}

type promiseIn struct {
	AtPromise
	Body SetPromise
}

type promiseOut struct {
	Status int
	Body   Promise
}

func (h *api) promise(ctx context.Context, in *promiseIn) (*promiseOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, created, err := h.ready.Promise(ctx, g, in.Activity, in.Week, in.Body.Text)
	if err != nil {
		return nil, err
	}
	out := &promiseOut{Status: http.StatusOK, Body: promiseOf(p)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (h *api) takeBack(ctx context.Context, in *AtPromise) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.ready.TakeBack(ctx, g, in.Activity, in.Week)
}

// Outcome is what became of a promise.
type Outcome struct {
	Kept   bool   `json:"kept"`
	Reason string `json:"reason,omitempty" enum:"prior-work,labour,material,equipment,information,design-change,permit,inspection,space,weather,rework,overrun,priority,other" doc:"Of one that was missed."`
	Text   string `json:"text,omitempty" maxLength:"1000"`
}

type judgeIn struct {
	AtPromise
	Body Outcome
}

func (h *api) judge(ctx context.Context, in *judgeIn) (*promiseOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, err := h.ready.Judge(ctx, g, in.Activity, in.Week, in.Body.Kept, in.Body.Reason, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &promiseOut{Status: http.StatusOK, Body: promiseOf(p)}, nil
}
