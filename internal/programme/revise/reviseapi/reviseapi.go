// Package reviseapi is a programme's files over HTTP: read, approved, compared,
// written; and its baselines. The rules are package revise's.
//
// Codes that callers can meet, apart from those of every operation: those of
// package programmeapi, and import-not-found, baseline-not-found (404),
// programme-mpp, programme-unknown, programme-cannot-write (415),
// programme-empty, too-many-baselines, too-many-revisions (422).
package reviseapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/diff"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/revise"
	"plumbline/internal/programme/rows"
	"plumbline/internal/rest"
	"plumbline/internal/rest/jsontext"
	"plumbline/internal/workcal"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	revise *revise.Service
	enter  Enter
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// At is a programme in a path.
type At struct {
	Project   id.Project   `path:"project"`
	Programme id.Programme `path:"programme"`
}

const octets = "application/octet-stream"

// shownChanges is how many changes of an import an answer lists.
const shownChanges = 500

// Register adds the operations.
func Register(a *rest.API, s *revise.Service, enter Enter) {
	h := &api{s, enter}
	const tag, one = "Programme", "/projects/{project}/programmes/{programme}"
	rest.Raw(a, rest.Op{ID: "programme-import", Method: http.MethodPost, Path: one + "/imports", Tag: tag, Summary: "Read a file for a programme",
		Description: "The body is the file: MS Project XML, Primavera XER or P6 XML, a table. It is told apart from what is there and waits; nothing changes until it is approved. name helps to tell formats. For managers.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: revise.MaxFile, Time: 5 * time.Minute, Status: http.StatusOK, Takes: []string{octets}, Gives: []string{"application/json"}, Query: []string{"name"}}, h.importFile)
	rest.Handle(a, rest.Op{ID: "programme-import-approve", Method: http.MethodPost, Path: one + "/imports/{import}/approve", Tag: tag, Summary: "Approve a file that was read",
		Description: "It becomes a revision. What was reported stays; what the file no longer has is marked gone. Doing it again changes nothing. For managers.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: rest.NoBody, Time: 5 * time.Minute, Status: http.StatusOK}, h.approve)
	rest.Handle(a, rest.Op{ID: "programme-revisions", Method: http.MethodGet, Path: one + "/revisions", Tag: tag, Summary: "The files that a programme came from",
		Description: "The newest first. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.revisions)
	rest.Handle(a, rest.Op{ID: "programme-compare", Method: http.MethodGet, Path: one + "/revisions/{import}/changes", Tag: tag, Summary: "What differs between two revisions",
		Description: "From the one that since names to this one, by the keys of the source. For guests and above.", Who: rest.SignedIn, Rate: rest.Heavy, Time: time.Minute}, h.compare)
	rest.Raw(a, rest.Op{ID: "programme-export", Method: http.MethodGet, Path: one + "/export", Tag: tag, Summary: "A programme as a file",
		Description: "As it stands, with what was reported and the dates that are forecast. format is mspdi (MS Project XML), xer, pmxml (P6), csv, xlsx or ics. For guests and above.",
		Who:         rest.SignedIn, Rate: rest.Heavy, Time: 2 * time.Minute, Gives: []string{octets}, Query: []string{"format"}}, h.export)
	rest.Handle(a, rest.Op{ID: "baseline-list", Method: http.MethodGet, Path: one + "/baselines", Tag: tag, Summary: "The baselines of a programme",
		Description: "The oldest first. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.baselines)
	rest.Handle(a, rest.Op{ID: "baseline-put", Method: http.MethodPut, Path: one + "/baselines/{baseline}", Tag: tag, Summary: "Take a baseline",
		Description: "The dates as they are planned now. Doing it again changes nothing and answers 200. For managers.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.baseline)
	rest.Handle(a, rest.Op{ID: "baseline-get", Method: http.MethodGet, Path: one + "/baselines/{baseline}", Tag: tag, Summary: "The dates of a baseline",
		Description: "Columns of equal length. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.baselineDates)
	rest.Handle(a, rest.Op{ID: "baseline-remove", Method: http.MethodDelete, Path: one + "/baselines/{baseline}", Tag: tag, Summary: "Take a baseline away",
		Description: "For managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.removeBaseline)
}

// Difference is one activity that differs.
type Difference struct {
	Kind   string      `json:"kind" enum:"new,changed,gone"`
	ID     string      `json:"id"`
	Code   string      `json:"code"`
	Name   string      `json:"name"`
	Fields []Differing `json:"fields"`
}

// Differing is a field that differs.
type Differing struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// Uncomputed says why a programme would have no dates.
type Uncomputed struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Import is what a file would change.
type Import struct {
	ID          id.Import    `json:"import"`
	Format      string       `json:"format"`
	Name        string       `json:"name" doc:"Of the programme, as the file has it."`
	Activities  int          `json:"activities" doc:"In the file."`
	Added       int64        `json:"added"`
	Changed     int64        `json:"changed"`
	Gone        int64        `json:"gone"`
	Moved       int          `json:"moved" doc:"Activities whose dates would differ."`
	Changes     []Difference `json:"changes" doc:"The first 500."`
	NotHonoured []string     `json:"not_honoured"`
	NotComputed *Uncomputed  `json:"not_computed"`
}

func differences(all []diff.Change, most int) []Difference {
	out := make([]Difference, 0, min(len(all), most))
	for _, c := range all[:min(len(all), most)] {
		d := Difference{Kind: string(c.Kind), ID: c.ID, Code: c.Code, Name: c.Name, Fields: make([]Differing, len(c.Fields))}
		for i, f := range c.Fields {
			d.Fields[i] = Differing{f.Name, f.From, f.To}
		}
		out = append(out, d)
	}
	return out
}

func (h *api) importFile(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	which, err := rest.PathID[id.Programme](r, "programme")
	if err != nil {
		return err
	}
	g, err := h.in(r.Context(), project)
	if err != nil {
		return err
	}
	l, err := h.revise.Read(r.Context(), g, which, r.Body, r.URL.Query().Get("name"))
	if err != nil {
		return err
	}
	out := Import{ID: l.ID, Format: string(l.Format), Name: l.Name, Activities: l.Activities, Added: l.Added, Changed: l.Import.Changed, Gone: l.Gone, Moved: l.Moved,
		Changes: differences(l.Changes, shownChanges), NotHonoured: l.NotHonoured}
	if l.Fault != nil {
		out.NotComputed = &Uncomputed{Code: fault.CodeOf(l.Fault)}
		if f, ok := errors.AsType[*fault.Error](l.Fault); ok {
			out.NotComputed.Detail = f.Message
		}
	}
	new(jsontext.Filler).Fill(&out)
	w.Header().Set("Content-Type", "application/json")
	return fault.Wrap("reviseapi.import", json.NewEncoder(w).Encode(out))
}

// AtImport is an import of a programme in a path.
type AtImport struct {
	At
	Import id.Import `path:"import"`
}

// Revision is a file that was approved.
type Revision struct {
	ID       id.Import `json:"id"`
	Number   int64     `json:"number"`
	Format   string    `json:"format"`
	Added    int64     `json:"added"`
	Changed  int64     `json:"changed"`
	Gone     int64     `json:"gone"`
	AuthorID id.Person `json:"author_id"`
	At       time.Time `json:"at"`
}

func revisionOf(i rows.Import) Revision {
	return Revision{ID: i.ID, Number: i.Number, Format: string(i.Format), Added: i.Added, Changed: i.Changed, Gone: i.Gone, AuthorID: i.Author, At: time.UnixMicro(i.At).UTC()}
}

type revisionOut struct {
	Body Revision
}

func (h *api) approve(ctx context.Context, in *AtImport) (*revisionOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	done, err := h.revise.Approve(ctx, g, in.Programme, in.Import)
	if err != nil {
		return nil, err
	}
	return &revisionOut{Body: revisionOf(done)}, nil
}

// Revisions are the files that a programme came from.
type Revisions struct {
	Items []Revision `json:"items"`
}

type revisionsOut struct {
	Body Revisions
}

func (h *api) revisions(ctx context.Context, in *At) (*revisionsOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.revise.Revisions(ctx, g, in.Programme)
	out := &revisionsOut{Body: Revisions{Items: make([]Revision, len(all))}}
	for i, one := range all {
		out.Body.Items[i] = revisionOf(one)
	}
	return out, err
}

type compareIn struct {
	AtImport
	Since id.Import `query:"since" required:"true"`
}

// Comparison is what differs between two revisions.
type Comparison struct {
	Items []Difference `json:"items" doc:"The first 20,000."`
	Total int          `json:"total"`
}

type compareOut struct {
	Body Comparison
}

func (h *api) compare(ctx context.Context, in *compareIn) (*compareOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.revise.Compare(ctx, g, in.Programme, in.Since, in.Import)
	if err != nil {
		return nil, err
	}
	return &compareOut{Body: Comparison{Items: differences(all, 20_000), Total: len(all)}}, nil
}

var exports = map[string]string{"mspdi": "programme.xml", "xer": "programme.xer", "pmxml": "programme.pmxml", "csv": "programme.csv", "xlsx": "programme.xlsx", "ics": "programme.ics"}

func (h *api) export(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	which, err := rest.PathID[id.Programme](r, "programme")
	if err != nil {
		return err
	}
	g, err := h.in(r.Context(), project)
	if err != nil {
		return err
	}
	name, ok := exports[r.URL.Query().Get("format")]
	if !ok {
		return fault.InvalidFields([]fault.Field{{Path: "format", Code: "not-one-of"}})
	}
	// It is made whole before it is sent, so that a failure is one.
	var b bytes.Buffer
	if err := h.revise.Export(r.Context(), g, which, name, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", octets)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = w.Write(b.Bytes())
	return fault.Wrap("reviseapi.export", err)
}

// Baseline is dates of a programme as they once were planned.
type Baseline struct {
	ID       id.Baseline `json:"id"`
	Name     string      `json:"name"`
	AuthorID id.Person   `json:"author_id"`
	At       time.Time   `json:"at"`
}

func baselineOf(b rows.Baseline) Baseline {
	return Baseline{ID: b.ID, Name: b.Name, AuthorID: b.Author, At: time.UnixMicro(b.At).UTC()}
}

// Baselines are those of a programme.
type Baselines struct {
	Items []Baseline `json:"items"`
}

type baselinesOut struct {
	Body Baselines
}

func (h *api) baselines(ctx context.Context, in *At) (*baselinesOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.revise.Baselines(ctx, g, in.Programme)
	out := &baselinesOut{Body: Baselines{Items: make([]Baseline, len(all))}}
	for i, b := range all {
		out.Body.Items[i] = baselineOf(b)
	}
	return out, err
}

// AtBaseline is a baseline in a path.
type AtBaseline struct {
	At
	Baseline id.Baseline `path:"baseline"`
}

// Take is what a baseline is taken with.
type Take struct {
	Name string `json:"name" minLength:"1" maxLength:"80"`
}

type takeIn struct {
	AtBaseline
	Body Take
}

type baselineOut struct {
	Status int
	Body   Baseline
}

func (h *api) baseline(ctx context.Context, in *takeIn) (*baselineOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	b, created, err := h.revise.Baseline(ctx, g, in.Programme, in.Baseline, in.Body.Name)
	if err != nil {
		return nil, err
	}
	out := &baselineOut{Status: http.StatusOK, Body: baselineOf(b)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// BaselineDates are the dates of a baseline.
type BaselineDates struct {
	Baseline
	Activities []id.Activity `json:"activities"`
	Start      []*float64    `json:"start"`
	Finish     []*float64    `json:"finish"`
	Duration   []float64     `json:"duration"`
	Budget     []int64       `json:"budget"`
}

type datesOut struct {
	Body BaselineDates
}

func (h *api) baselineDates(ctx context.Context, in *AtBaseline) (*datesOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	b, dates, err := h.revise.Dates(ctx, g, in.Programme, in.Baseline)
	if err != nil {
		return nil, err
	}
	out := &datesOut{Body: BaselineDates{Baseline: baselineOf(b)}}
	for _, d := range dates {
		o := &out.Body
		o.Activities, o.Start, o.Finish = append(o.Activities, d.ID), append(o.Start, live.Minutes(workcal.Time(d.Start))), append(o.Finish, live.Minutes(workcal.Time(d.Finish)))
		o.Duration, o.Budget = append(o.Duration, float64(d.Duration)/workcal.Minute), append(o.Budget, d.Budget)
	}
	return out, nil
}

func (h *api) removeBaseline(ctx context.Context, in *AtBaseline) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.revise.RemoveBaseline(ctx, g, in.Programme, in.Baseline)
}
