// Package pointapi is points over HTTP: made, listed, changed, commented,
// photographed, deleted and restored. The shapes are below; the rules are
// package point's.
//
// Codes that callers can meet, apart from those of every operation:
// point-not-found, photo-not-found, comment-not-found (404), point-deleted,
// undo-lapsed (410), needs-… and reserved-status (403), bad-cursor, no-list,
// no-status, too-many-photos (422), photo-too-large (413), unsupported-format
// (415), damaged (422).
package pointapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	points *point.Service
	photos *media.Service
	enter  Enter
}

// Register adds the operations.
func Register(a *rest.API, points *point.Service, photos *media.Service, enter Enter) {
	h := &api{points, photos, enter}
	const tag, all, one = "Points", "/projects/{project}/points", "/projects/{project}/points/{point}"
	rest.Handle(a, rest.Op{ID: "point-list", Method: http.MethodGet, Path: all, Tag: tag, Summary: "List points",
		Description: "Filtered, sorted and paged by keyset. Lists hold ids separated by commas. What has no due date or location comes last.",
		Who:         rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "point-get", Method: http.MethodGet, Path: one, Tag: tag, Summary: "Read a point",
		Description: "With its photos and comments.", Who: rest.SignedIn, Rate: rest.Reads}, h.get)
	rest.Handle(a, rest.Op{ID: "point-create", Method: http.MethodPut, Path: one, Tag: tag, Summary: "Make a point",
		Description: "The client makes the id; doing it again changes nothing and answers 200. The number is given here.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.create)
	rest.Handle(a, rest.Op{ID: "point-change", Method: http.MethodPatch, Path: one, Tag: tag, Summary: "Change a point",
		Description: "base is the version that the change was made on. Fields that someone else changed since, to another value, are left alone and named in conflicts; the others are applied.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.change)
	rest.Handle(a, rest.Op{ID: "point-delete", Method: http.MethodDelete, Path: one, Tag: tag, Summary: "Delete a point",
		Description: "It can be restored for 30 days.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
	rest.Handle(a, rest.Op{ID: "point-restore", Method: http.MethodPost, Path: one + "/restore", Tag: tag, Summary: "Restore a deleted point",
		Description: "Undoes a delete of the last 30 days.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody, Status: http.StatusOK}, h.restore)
	rest.Handle(a, rest.Op{ID: "point-move", Method: http.MethodPost, Path: one + "/move", Tag: tag, Summary: "Move a point to another list",
		Description: "Which gives it a number; the history remembers the old one. Needs the level contributor on both lists. Moving it again changes nothing.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusOK}, h.move)
	h.registerKin(a, one)
	rest.Handle(a, rest.Op{ID: "point-comment", Method: http.MethodPut, Path: one + "/comments/{comment}", Tag: tag, Summary: "Comment on a point",
		Description: "Comments are appended and never change; doing it again answers 200.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.comment)
	rest.Handle(a, rest.Op{ID: "point-history", Method: http.MethodGet, Path: one + "/history", Tag: tag, Summary: "What was done to a point",
		Description: "Newest first.", Who: rest.SignedIn, Rate: rest.Reads}, h.history)
	h.registerPhotos(a)
	h.registerMarks(a)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// At is a point in a path.
type At struct {
	Project id.Project `path:"project"`
	Point   id.Point   `path:"point"`
}

type onePoint struct {
	Status int
	Body   Point
}

type listIn struct {
	Project   id.Project    `path:"project"`
	List      []id.List     `query:"list"`
	Status    []id.Status   `query:"status"`
	Category  []id.Category `query:"category" doc:"With all below."`
	Location  []id.Location `query:"location" doc:"With all below."`
	InCharge  []string      `query:"in_charge" doc:"kind:id, where kind is person, company or role."`
	Author    []id.Person   `query:"author"`
	Sheet     string        `query:"sheet"`
	DueBefore string        `query:"due_before" doc:"Up to and with this date."`
	DueAfter  string        `query:"due_after" doc:"From this date on."`
	Overdue   bool          `query:"overdue" doc:"Open, and due before today in the project's zone."`
	Urgent    string        `query:"urgent" enum:"true,false"`
	Closed    string        `query:"closed" enum:"true,false,any" doc:"false if not given."`
	Mine      bool          `query:"mine" doc:"The caller is in charge, or their company or role."`
	Text      string        `query:"q" maxLength:"200" doc:"Words in number, subject, description or comments; the last may be a beginning."`
	Sort      string        `query:"sort" enum:"number,subject,status,due,changed,created,location"`
	Order     string        `query:"order" enum:"asc,desc"`
	Cursor    string        `query:"cursor" maxLength:"4096"`
	Limit     int           `query:"limit" minimum:"1" maximum:"500"`
	Total     string        `query:"total" enum:"true,false" doc:"false: total tells of this page alone, which is sooner there. For pages after the first."`
}

// List is a page of points.
type List struct {
	Items []Point `json:"items"`
	Next  *string `json:"next" doc:"The cursor of the next page; null on the last."`
	Total Total   `json:"total"`
}

type listOut struct {
	Body List
}

func (in *listIn) query() query.Query {
	q := query.Query{Filter: query.Filter{List: in.List, Status: in.Status, Category: in.Category, Location: in.Location, Author: in.Author,
		Sheet: id.Sheet(in.Sheet), DueBefore: in.DueBefore, DueAfter: in.DueAfter, Overdue: in.Overdue, Closed: query.Closed(in.Closed),
		Mine: in.Mine, Text: in.Text}, Sort: query.Sort(in.Sort), Desc: in.Order == "desc", Cursor: in.Cursor, Limit: in.Limit, Uncounted: in.Total == "false"}
	if in.Urgent != "" {
		urgent := in.Urgent == "true"
		q.Urgent = &urgent
	}
	for _, c := range in.InCharge {
		kind, who, _ := strings.Cut(c, ":")
		q.InCharge = append(q.InCharge, fields.Charge{Kind: kind, ID: who})
	}
	return q
}

func (h *api) list(ctx context.Context, in *listIn) (*listOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	found, total, err := h.points.List(ctx, g, in.query())
	if err != nil {
		return nil, err
	}
	out := &listOut{Body: List{Items: make([]Point, len(found.Items)), Next: maybe(found.Next), Total: Total(total)}}
	for i, p := range found.Items {
		out.Body.Items[i] = PointOf(p)
	}
	return out, nil
}

func (h *api) get(ctx context.Context, in *At) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, err := h.points.Get(ctx, g, in.Point)
	if err != nil {
		return nil, err
	}
	return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
}

// Create is what a point is made with.
type Create struct {
	ListID      *id.List     `json:"list_id,omitempty" doc:"The project's first list if not given."`
	Subject     string       `json:"subject" minLength:"1" maxLength:"200"`
	Description string       `json:"description,omitempty" maxLength:"10000"`
	StatusID    *id.Status   `json:"status_id,omitempty" doc:"The first open status if not given."`
	CategoryID  *id.Category `json:"category_id,omitempty"`
	LocationID  *id.Location `json:"location_id,omitempty"`
	InCharge    []Charge     `json:"in_charge,omitempty" maxItems:"50"`
	Due         *string      `json:"due,omitempty" doc:"YYYY-MM-DD"`
	Urgent      bool         `json:"urgent,omitempty"`
	Pin         *Pin         `json:"pin,omitempty"`
}

type createIn struct {
	At
	Body Create
}

func (h *api) create(ctx context.Context, in *createIn) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	b := in.Body
	p, created, err := h.points.Create(ctx, g, point.Draft{ID: in.Point, List: or(b.ListID), Values: fields.Values{
		Subject: b.Subject, Description: b.Description, Status: or(b.StatusID), Category: or(b.CategoryID), Location: or(b.LocationID),
		InCharge: chargesOf(b.InCharge), Due: or(b.Due), Urgent: b.Urgent, Pin: pinOf(b.Pin)}})
	if err != nil {
		return nil, err
	}
	out := &onePoint{Status: http.StatusOK, Body: PointOf(p)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// Change is what a point is changed with; what is left out stays.
type Change struct {
	Base        int64                  `json:"base" minimum:"1" doc:"The version that the change was made on."`
	Subject     rest.Opt[string]       `json:"subject,omitempty" minLength:"1" maxLength:"200"`
	Description rest.Opt[string]       `json:"description,omitempty" maxLength:"10000"`
	StatusID    rest.Opt[id.Status]    `json:"status_id,omitempty"`
	CategoryID  rest.Opt[*id.Category] `json:"category_id,omitempty"`
	LocationID  rest.Opt[*id.Location] `json:"location_id,omitempty"`
	InCharge    rest.Opt[[]Charge]     `json:"in_charge,omitempty" maxItems:"50"`
	Due         rest.Opt[*string]      `json:"due,omitempty"`
	Urgent      rest.Opt[bool]         `json:"urgent,omitempty"`
	Pin         rest.Opt[*Pin]         `json:"pin,omitempty"`
}

type changeIn struct {
	At
	Body Change
}

// Changed is a point after a change, and what of the change was not applied.
type Changed struct {
	Point     Point      `json:"point"`
	Conflicts []Conflict `json:"conflicts"`
}

type changeOut struct {
	Body Changed
}

// patch names the fields that are given.
func (c *Change) patch() fields.Patch {
	p := fields.Patch{Values: fields.Values{
		Subject: c.Subject.Value, Description: c.Description.Value, Status: c.StatusID.Value, Category: or(c.CategoryID.Value),
		Location: or(c.LocationID.Value), InCharge: chargesOf(c.InCharge.Value), Due: or(c.Due.Value), Urgent: c.Urgent.Value, Pin: pinOf(c.Pin.Value)}}
	given := map[fields.Field]bool{fields.Subject: c.Subject.Given, fields.Description: c.Description.Given, fields.Status: c.StatusID.Given,
		fields.Category: c.CategoryID.Given, fields.Location: c.LocationID.Given, fields.InCharge: c.InCharge.Given, fields.Due: c.Due.Given,
		fields.Urgent: c.Urgent.Given, fields.PinField: c.Pin.Given}
	p.Fields = slices.DeleteFunc(fields.All(), func(f fields.Field) bool { return !given[f] })
	return p
}

func (h *api) change(ctx context.Context, in *changeIn) (*changeOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, conflicts, err := h.points.Change(ctx, g, in.Point, in.Body.Base, in.Body.patch())
	if err != nil {
		return nil, err
	}
	return &changeOut{Body: Changed{Point: PointOf(p), Conflicts: conflictsOf(conflicts)}}, nil
}

func (h *api) remove(ctx context.Context, in *At) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.points.Delete(ctx, g, in.Point)
}

func (h *api) restore(ctx context.Context, in *At) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, err := h.points.Restore(ctx, g, in.Point)
	if err != nil {
		return nil, err
	}
	return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
}

// Move says where a point goes.
type Move struct {
	ListID id.List `json:"list_id"`
}

type moveIn struct {
	At
	Body Move
}

func (h *api) move(ctx context.Context, in *moveIn) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, err := h.points.Move(ctx, g, in.Point, in.Body.ListID)
	if err != nil {
		return nil, err
	}
	return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
}

// Say is a comment to be made.
type Say struct {
	Text string `json:"text" minLength:"1" maxLength:"10000"`
}

type commentIn struct {
	At
	Comment id.Comment `path:"comment"`
	Body    Say
}

type commentOut struct {
	Status int
	Body   Comment
}

func (h *api) comment(ctx context.Context, in *commentIn) (*commentOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	c, added, err := h.points.Comment(ctx, g, in.Point, in.Comment, in.Body.Text)
	if err != nil {
		return nil, err
	}
	out := &commentOut{Status: http.StatusOK, Body: Comment{ID: c.ID, Text: c.Text, AuthorID: c.Author, At: instant(c.At)}}
	if added {
		out.Status = http.StatusCreated
	}
	return out, nil
}

type historyIn struct {
	At
	Cursor string `query:"cursor" maxLength:"4096"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500"`
}

// History is a page of what was done to a point.
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
	found, err := h.points.History(ctx, g, in.Point, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &historyOut{Body: History{Items: make([]Entry, len(found.Items)), Next: maybe(found.Next)}}
	for i, e := range found.Items {
		out.Body.Items[i] = entryOf(e)
	}
	return out, nil
}

// takenAt reads the header Taken-At.
func takenAt(r *http.Request) (time.Time, bool) {
	s := r.Header.Get("Taken-At")
	if s == "" {
		return time.Time{}, true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}
