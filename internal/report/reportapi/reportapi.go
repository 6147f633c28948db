// Package reportapi is reports over HTTP: asked for, listed, downloaded,
// deleted. The shapes are below; the rules are package report's.
package reportapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/report"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

// Item is a report in a list, in a snapshot and in a delta.
type Item struct {
	ID        id.Report `json:"id"`
	Title     string    `json:"title"`
	Format    string    `json:"format" enum:"pdf,xlsx"`
	State     string    `json:"state" enum:"making,ready,failed"`
	Code      string    `json:"code" doc:"Why it failed, or empty."`
	JobID     id.Job    `json:"job_id"`
	CreatedAt time.Time `json:"created_at"`
	AuthorID  id.Person `json:"author_id"`
	Points    int64     `json:"points"`
	Pages     int64     `json:"pages"`
	Replaced  int64     `json:"replaced" doc:"Characters that no font of the report covers; shown as a mark."`
	Missing   int64     `json:"missing" doc:"Pictures that could not be read."`
	Bytes     int64     `json:"bytes"`
	Locale    string    `json:"locale"`
	Version   int64     `json:"version"`
}

// ItemOf is a report as the API shows it.
func ItemOf(r report.Report) Item {
	return Item{ID: r.ID, Title: r.Title, Format: r.Format, State: r.State, Code: r.Code, JobID: r.Job, CreatedAt: r.CreatedAt, AuthorID: r.Author,
		Points: r.Points, Pages: r.Pages, Replaced: r.Replaced, Missing: r.Missing, Bytes: r.Bytes, Locale: r.Locale, Version: r.Version}
}

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type api struct {
	reports *report.Service
	enter   Enter
}

type at struct {
	Project id.Project `path:"project"`
	Report  id.Report  `path:"report"`
}

type create struct {
	Project id.Project `path:"project"`
	Report  id.Report  `path:"report"`
	Body    Create
}

// Create is what a report is asked for with.
type Create struct {
	Title    string            `json:"title" minLength:"1" maxLength:"200"`
	Filter   map[string]string `json:"filter,omitempty" doc:"The same names and values as the query of the list of points, sort and order included."`
	Locale   string            `json:"locale" minLength:"2" maxLength:"35"`
	TimeZone string            `json:"time_zone" minLength:"1" maxLength:"64"`
	Paper    string            `json:"paper,omitempty" enum:"A4"`
	Photos   bool              `json:"photos" doc:"In a PDF all of them, in a workbook the first 1,000, small, and a link to each."`
	Plan     bool              `json:"plan"`
	Format   string            `json:"format,omitempty" enum:"pdf,xlsx" doc:"pdf when not given."`
	Also     []Also            `json:"also,omitempty" maxItems:"9" doc:"Further languages and formats of the same, made by the same job."`
}

// Also is a further language or format: a report of its own in the list.
type Also struct {
	ID     id.Report `json:"id"`
	Locale string    `json:"locale" minLength:"2" maxLength:"35"`
	Format string    `json:"format" enum:"pdf,xlsx"`
}

type accepted struct {
	Body Item
}

type inProject struct {
	Project id.Project `path:"project"`
}

type listed struct {
	Body List
}

// List is the reports of a project, newest first.
type List struct {
	Items []Item `json:"items"`
}

// Register adds the operations.
func Register(a *rest.API, reports *report.Service, enter Enter) {
	h := &api{reports, enter}
	rest.Handle(a, rest.Op{ID: "report-create", Method: http.MethodPut, Path: "/projects/{project}/reports/{report}", Tag: "Reports",
		Summary:     "Ask for a report",
		Description: "A job makes it, and what is asked for also, with the rights of whoever asks, in the layout of the organisation. Asking again with the same id changes nothing.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: rest.JSONBody, Status: http.StatusAccepted}, h.create)
	rest.Handle(a, rest.Op{ID: "report-list", Method: http.MethodGet, Path: "/projects/{project}/reports", Tag: "Reports",
		Summary: "List the project's reports", Description: "Newest first, those in the making included. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "report-delete", Method: http.MethodDelete, Path: "/projects/{project}/reports/{report}", Tag: "Reports",
		Summary: "Delete a report", Description: "With its PDF. For the author, and for managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
	rest.Raw(a, rest.Op{ID: "report-file", Method: http.MethodGet, Path: "/projects/{project}/reports/{report}/file", Tag: "Reports",
		Summary: "Download a report", Description: "The PDF or workbook. Parts can be asked for by Range. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads, Time: 10 * time.Minute,
		Gives: []string{"application/pdf", mediaXLSX}}, h.file)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

func (h *api) create(ctx context.Context, in *create) (*accepted, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	q := url.Values{}
	for k, v := range in.Body.Filter {
		if v != "" {
			q.Set(k, v)
		}
	}
	n := report.New{ID: in.Report, Format: in.Body.Format, Title: in.Body.Title, Query: q.Encode(),
		Locale: in.Body.Locale, Zone: in.Body.TimeZone, Photos: in.Body.Photos, Plans: in.Body.Plan}
	for _, a := range in.Body.Also {
		n.Also = append(n.Also, report.Also(a))
	}
	r, err := h.reports.Create(ctx, g, n)
	if err != nil {
		return nil, err
	}
	return &accepted{Body: ItemOf(r)}, nil
}

func (h *api) list(ctx context.Context, in *inProject) (*listed, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.reports.List(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &listed{Body: List{Items: make([]Item, len(all))}}
	for i, r := range all {
		out.Body.Items[i] = ItemOf(r)
	}
	return out, nil
}

func (h *api) remove(ctx context.Context, in *at) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.reports.Delete(ctx, g, in.Report)
}

func (h *api) file(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	which, err := rest.PathID[id.Report](r, "report")
	if err != nil {
		return err
	}
	g, err := h.in(r.Context(), project)
	if err != nil {
		return err
	}
	rep, f, err := h.reports.Open(r.Context(), g, which)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	head := w.Header()
	head.Set("Content-Type", "application/pdf")
	if rep.Format == report.XLSX {
		head.Set("Content-Type", mediaXLSX)
	}
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(rep)}))
	head.Set("Cache-Control", "private, no-cache")
	head.Set("ETag", fmt.Sprintf(`"%s-%d"`, rep.ID, rep.Version))
	http.ServeContent(w, r, "", rep.CreatedAt, io.NewSectionReader(f, 0, f.Size()))
	return nil
}

// fileName is the title as a file name, without what file systems dislike.
func fileName(r report.Report) string {
	name := strings.Map(func(c rune) rune {
		if c < 0x20 || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '-'
		}
		return c
	}, r.Title)
	if name = strings.Trim(name, " .-"); name == "" {
		name = "report"
	}
	return name + "." + r.Format
}
