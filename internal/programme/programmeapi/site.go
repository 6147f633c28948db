package programmeapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/programme"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/programme/site"
	"plumbline/internal/rest"
)

func (h *api) registerSite(a *rest.API) {
	const tag, one = "Programme", "/projects/{project}/activities/{activity}"
	rest.Handle(a, rest.Op{ID: "activity-get", Method: http.MethodGet, Path: one, Tag: tag, Summary: "An activity",
		Description: "With its notes, what was reported of it, and the points that block it. For guests and above, and for who is in charge of it.", Who: rest.SignedIn, Rate: rest.Reads}, h.activity)
	rest.Handle(a, rest.Op{ID: "activity-history", Method: http.MethodGet, Path: one + "/history", Tag: tag, Summary: "What was done to an activity",
		Description: "Newest first.", Who: rest.SignedIn, Rate: rest.Reads}, h.history)
	rest.Handle(a, rest.Op{ID: "activity-report", Method: http.MethodPut, Path: one + "/reports/{report}", Tag: tag, Summary: "Report on an activity",
		Description: "Progress, a problem, or that it is solved: for who is in charge, and contributors. sign-off, reject and reopen are a manager's. A report is never changed; doing it again answers 200.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.report)
	rest.Handle(a, rest.Op{ID: "activity-block", Method: http.MethodPut, Path: one + "/blocks/{point}", Tag: tag, Summary: "Let a point block an activity",
		Description: "While the point is open the activity is a warning and cannot be signed off. Needs the level contributor, and to see the point. Doing it again changes nothing.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody, Status: http.StatusOK}, h.blocking(h.site.Block))
	rest.Handle(a, rest.Op{ID: "activity-unblock", Method: http.MethodDelete, Path: one + "/blocks/{point}", Tag: tag, Summary: "Let a point block an activity no longer",
		Description: "Needs the level contributor, and to see the point. Doing it again changes nothing.", Who: rest.SignedIn, Rate: rest.Writes, Status: http.StatusOK}, h.blocking(h.site.Unblock))
	h.registerHung(a)
}

// AtActivity is an activity in a path.
type AtActivity struct {
	Project  id.Project  `path:"project"`
	Activity id.Activity `path:"activity"`
}

// Report is what somebody said of an activity.
type Report struct {
	ID       id.Progress `json:"id"`
	Kind     string      `json:"kind" enum:"progress,problem,solved,sign-off,reject,reopen"`
	Percent  *float64    `json:"percent"`
	Started  *float64    `json:"started"`
	Finished *float64    `json:"finished"`
	Until    *float64    `json:"until" doc:"Of a problem: when it is expected to be over."`
	Cost     *int64      `json:"cost" doc:"In cents so far; for guests and above."`
	Reason   string      `json:"reason"`
	Text     string      `json:"text"`
	AuthorID id.Person   `json:"author_id"`
	At       time.Time   `json:"at"`
	Photos   []Photo     `json:"photos"`
}

// Block is a point that blocks.
type Block struct {
	PointID  id.Point  `json:"point_id"`
	Open     bool      `json:"open"`
	AuthorID id.Person `json:"author_id"`
	At       time.Time `json:"at"`
}

// Activity is one activity, with what was said of it.
type Activity struct {
	ID           id.Activity  `json:"id"`
	Programme    id.Programme `json:"programme_id"`
	Version      int64        `json:"version"`
	Name         string       `json:"name"`
	Code         string       `json:"code"`
	Notes        string       `json:"notes"`
	Source       string       `json:"source" doc:"Its key in the file that it came from."`
	Path         []string     `json:"path" doc:"The names of the summaries above it, the highest first."`
	Summary      bool         `json:"summary"`
	Milestone    bool         `json:"milestone"`
	Duration     float64      `json:"duration"`
	Remaining    float64      `json:"remaining"`
	Percent      float64      `json:"percent"`
	Start        *float64     `json:"start"`
	Finish       *float64     `json:"finish"`
	Planned      *float64     `json:"planned_start"`
	PlannedEnd   *float64     `json:"planned_finish"`
	ActualStart  *float64     `json:"actual_start"`
	ActualFinish *float64     `json:"actual_finish"`
	State        int          `json:"state" doc:"0 not started, 1 in progress, 2 warning, 3 awaiting sign-off, 4 verified."`
	Behind       bool         `json:"behind"`
	Critical     bool         `json:"critical"`
	TotalFloat   float64      `json:"total_float"`
	Problems     int          `json:"problems"`
	InCharge     []Charge     `json:"in_charge"`
	Location     *id.Location `json:"location_id"`
	Budget       int64        `json:"budget"`
	Reports      []Report     `json:"reports"`
	Blocks       []Block      `json:"blocks"`
	Hidden       int          `json:"hidden_blocks" doc:"Points that block and that the caller does not see."`
	Comments     []Comment    `json:"comments"`
	May          May          `json:"may"`
}

type activityIn struct{ AtActivity }

type activityOut struct {
	Body Activity
}

func (h *api) activity(ctx context.Context, in *activityIn) (*activityOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	d, err := h.site.Activity(ctx, g, in.Activity)
	if err != nil {
		return nil, err
	}
	return &activityOut{Body: activityOf(g, d)}, nil
}

func activityOf(g access.Grant, d site.Detail) Activity {
	m, i := d.Model, d.Index
	a, l := &m.Doc.Activities[i], &m.Lines[i]
	c := columns(programme.Schedule{Head: d.Head, Model: m, Computed: d.Computed}, []int{i}, map[string]int{})
	out := Activity{ID: l.ID, Programme: d.Programme, Version: l.Version, Name: a.Name, Code: a.Code, Notes: a.Notes, Source: a.ID, Path: []string{}, Summary: c.Kind[0] == 3, Milestone: c.Kind[0] == 1 || c.Kind[0] == 2,
		Duration: c.Duration[0], Remaining: c.Remaining[0], Percent: c.Percent[0], Start: c.Start[0], Finish: c.Finish[0], Planned: c.PlannedStart[0], PlannedEnd: c.PlannedEnd[0],
		ActualStart: c.ActualStart[0], ActualFinish: c.ActualFinish[0], State: c.State[0], Behind: c.Behind[0] == 1, Critical: c.Critical[0] == 1, TotalFloat: c.TotalFloat[0],
		Problems: l.Site.Problems, InCharge: c.InCharge[0], Location: c.Location[0], Budget: l.Budget, Reports: make([]Report, len(d.Reports)), Blocks: make([]Block, len(d.Blocks)), Hidden: d.Hidden,
		Comments: make([]Comment, len(d.Comments)), May: May(site.MayOf(g, &d))}
	if !d.Money {
		out.Budget = 0
	}
	for p := a.Parent; p >= 0; p = m.Doc.Activities[p].Parent {
		out.Path = append([]string{m.Doc.Activities[p].Name}, out.Path...)
	}
	for k, r := range d.Reports {
		out.Reports[k] = reportOf(r, d.Photos[string(r.ID)])
	}
	for k, c := range d.Comments {
		out.Comments[k] = commentOf(c)
	}
	for k, b := range d.Blocks {
		out.Blocks[k] = Block{PointID: b.Point, Open: b.Open, AuthorID: b.Author, At: time.UnixMicro(b.At).UTC()}
	}
	return out
}

func reportOf(r rows.Report, photos []media.Photo) Report {
	out := Report{ID: r.ID, Kind: r.Kind, Percent: r.Percent, Started: live.Minutes(r.Started), Finished: live.Minutes(r.Finished), Until: live.Minutes(r.Until), Cost: r.Cost, Reason: r.Reason, Text: r.Words, AuthorID: r.Author, At: time.UnixMicro(r.At).UTC(),
		Photos: make([]Photo, len(photos))}
	for i, p := range photos {
		out.Photos[i] = photoOf(p)
	}
	return out
}

// Said is a report to be made.
type Said struct {
	Kind     string   `json:"kind" enum:"progress,problem,solved,sign-off,reject,reopen"`
	Percent  *float64 `json:"percent,omitempty" minimum:"0" maximum:"100" doc:"Of progress: how much is done. Of reject: how much is accepted; 90 where it is left out."`
	Started  *float64 `json:"started,omitempty" doc:"When work began; now, where it is left out and was not told before."`
	Finished *float64 `json:"finished,omitempty" doc:"When work ended, of 100 percent; now, where it is left out."`
	Until    *float64 `json:"until,omitempty" doc:"Of a problem: when it is expected to be over."`
	Cost     *int64   `json:"cost,omitempty" minimum:"0" doc:"Of progress: what it has cost so far, in cents. From contributor up."`
	Reason   string   `json:"reason,omitempty" maxLength:"200"`
	Text     string   `json:"text,omitempty" maxLength:"4000"`
}

type reportIn struct {
	AtActivity
	Report id.Progress `path:"report"`
	Body   Said
}

type reportedOut struct {
	Status int
	Body   Activity
}

func (h *api) report(ctx context.Context, in *reportIn) (*reportedOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	b := in.Body
	fresh, err := h.site.Report(ctx, g, rows.Report{ID: in.Report, Activity: in.Activity, Kind: b.Kind, Percent: b.Percent, Started: ticksOf(b.Started), Finished: ticksOf(b.Finished),
		Until: ticksOf(b.Until), Cost: b.Cost, Reason: b.Reason, Words: b.Text})
	if err != nil {
		return nil, err
	}
	d, err := h.site.Activity(ctx, g, in.Activity)
	if err != nil {
		return nil, err
	}
	out := &reportedOut{Status: http.StatusOK, Body: activityOf(g, d)}
	if fresh {
		out.Status = http.StatusCreated
	}
	return out, nil
}

type blockIn struct {
	AtActivity
	Point id.Point `path:"point"`
}

func (h *api) blocking(do func(context.Context, access.Grant, id.Activity, id.Point) error) func(context.Context, *blockIn) (*activityOut, error) {
	return func(ctx context.Context, in *blockIn) (*activityOut, error) {
		g, err := h.in(ctx, in.Project)
		if err != nil {
			return nil, err
		}
		if err := do(ctx, g, in.Activity, in.Point); err != nil {
			return nil, err
		}
		d, err := h.site.Activity(ctx, g, in.Activity)
		if err != nil {
			return nil, err
		}
		return &activityOut{Body: activityOf(g, d)}, nil
	}
}

type historyIn struct {
	AtActivity
	Cursor string `query:"cursor" maxLength:"4096"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500"`
}

// Field is what a field was and became.
type Field struct {
	Name   string          `json:"name"`
	Before json.RawMessage `json:"before"`
	After  json.RawMessage `json:"after"`
}

// Entry is one thing that was done.
type Entry struct {
	At      time.Time `json:"at"`
	ActorID string    `json:"actor_id"`
	Kind    string    `json:"kind"`
	Version int64     `json:"version"`
	Fields  []Field   `json:"fields"`
}

// History is a page of what was done to an activity.
type History struct {
	Items []Entry `json:"items"`
	Next  *string `json:"next"`
}

type historyOut struct {
	Body History
}

func (h *api) history(ctx context.Context, in *historyIn) (*historyOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	found, err := h.site.History(ctx, g, in.Activity, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &historyOut{Body: History{Items: make([]Entry, len(found.Items))}}
	if found.Next != "" {
		out.Body.Next = &found.Next
	}
	for i, e := range found.Items {
		out.Body.Items[i] = entryOf(e)
	}
	return out, nil
}

func entryOf(e feed.Entry) Entry {
	out := Entry{At: e.At, ActorID: e.Actor, Kind: e.Kind, Version: e.Version, Fields: make([]Field, len(e.Fields))}
	for i, f := range e.Fields {
		out.Fields[i] = Field{Name: f.Name, Before: f.Before, After: f.After}
	}
	return out
}
