package report

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/media"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

// JobKind names the job that makes a report.
const JobKind = "report.make"

// Thing is the kind of a report in the log.
const Thing = "report"

// Readers is the lowest level that reads reports.
const Readers = policy.Guest

const (
	maxTitle = 200
	maxQuery = 4000
	cutoutPx = 620
)

// Service is the slice's use-cases.
type Service struct {
	db     *db.DB
	source Source
	rights Rights
	files  *media.Files
	styles Styles
	base   string // this installation's address, for links
	temp   string // folder for files in the making
}

// NewService wires the slice. base is the address that links in a spreadsheet
// begin with. temp is a private folder; a file in the making stands there and is
// removed whatever happens.
func NewService(d *db.DB, source Source, rights Rights, files *media.Files, styles Styles, base, temp string) *Service {
	return &Service{d, source, rights, files, styles, strings.TrimSuffix(base, "/"), temp}
}

func (s *Service) check(n New) error {
	var f []fault.Field
	title := strings.TrimSpace(n.Title)
	switch {
	case title == "":
		f = append(f, fault.Field{Path: "title", Code: "required"})
	case utf8.RuneCountInString(n.Title) > maxTitle:
		f = append(f, fault.Field{Path: "title", Code: "too-long"})
	case strings.ContainsRune(n.Title, 0):
		f = append(f, fault.Field{Path: "title", Code: "characters"})
	}
	if !id.Valid(n.ID) {
		f = append(f, fault.Field{Path: "id", Code: "not-an-id"})
	}
	if len(n.Query) > maxQuery {
		f = append(f, fault.Field{Path: "query", Code: "too-long"})
	}
	if !lang.Known(n.Locale) {
		f = append(f, fault.Field{Path: "locale", Code: "unknown"})
	}
	if n.Format != PDF && n.Format != XLSX {
		f = append(f, fault.Field{Path: "format", Code: "not-one-of"})
	}
	f = append(f, checkAlso(n)...)
	if _, err := time.LoadLocation(n.Zone); err != nil || n.Zone == "" || n.Zone == "Local" {
		f = append(f, fault.Field{Path: "time_zone", Code: "unknown"})
	}
	if err := fault.InvalidFields(f); err != nil {
		return err
	}
	return s.source.CheckQuery(n.Query)
}

func checkAlso(n New) (f []fault.Field) {
	if len(n.Also) > mostAlso {
		f = append(f, fault.Field{Path: "also", Code: "too-many"})
	}
	seen := map[id.Report]bool{n.ID: true}
	for _, a := range n.Also {
		switch {
		case !id.Valid(a.ID) || seen[a.ID]:
			f = append(f, fault.Field{Path: "also", Code: "not-an-id"})
		case !lang.Known(a.Locale):
			f = append(f, fault.Field{Path: "also", Code: "unknown"})
		case a.Format != PDF && a.Format != XLSX:
			f = append(f, fault.Field{Path: "also", Code: "not-one-of"})
		}
		seen[a.ID] = true
	}
	return f
}

// Create asks for a report. Asking again with the same id changes nothing and
// gives what is there.
func (s *Service) Create(ctx context.Context, g access.Grant, n New) (r Report, err error) {
	if err := policy.May(g.Level, policy.MakeReport); err != nil {
		return r, err
	}
	if n.Format == "" {
		n.Format = PDF
	}
	if err := s.check(n); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, ok, err := find(tx, g.Project, n.ID)
		if err == nil && ok {
			if ok, err = reads(tx, g, have); err == nil && !ok {
				err = notFound()
			}
			r = have
			return err
		}
		if err != nil {
			return err
		}
		j, err := job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{g.Project, n.ID, g.Person}, ThingID: string(n.ID), By: string(g.Person)})
		if err != nil {
			return err
		}
		r = Report{ID: n.ID, Project: g.Project, Format: n.Format, Title: n.Title, Query: n.Query, Locale: n.Locale, Zone: n.Zone,
			Photos: n.Photos, Plans: n.Plans, State: Making, Job: j, Author: g.Person, CreatedAt: tx.Now(), Version: 1}
		all := []Report{r}
		for _, a := range n.Also {
			other := r
			other.ID, other.Locale, other.Format = a.ID, a.Locale, a.Format
			all = append(all, other)
		}
		for _, r := range all {
			made, err := insert(tx, r)
			if err == nil && !made {
				err = notFound() // the id is another project's
			}
			if err == nil {
				err = expect(tx, g, r.ID)
			}
			if err != nil {
				return err
			}
			if err := tell(tx, g.By(), r, "created", feed.Field{Name: "title", After: r.Title}); err != nil {
				return err
			}
		}
		return nil
	})
	return r, fault.Wrap("report.Create", err)
}

type payload struct {
	Project id.Project `json:"project"`
	Report  id.Report  `json:"report"`
	Person  id.Person  `json:"person"`
}

// List gives the project's reports, newest first.
func (s *Service) List(ctx context.Context, g access.Grant) (all []Report, err error) {
	if err := policy.May(g.Level, policy.ReadEverything); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		if all, err = list(tx, g.Project); err == nil {
			all, err = readable(tx, g, all)
		}
		return err
	})
	return all, fault.Wrap("report.List", err)
}

// Some gives those of ids that are there, for a delta.
func (s *Service) Some(ctx context.Context, g access.Grant, ids []id.Report) (all []Report, err error) {
	if policy.May(g.Level, policy.ReadEverything) != nil {
		return nil, nil
	}
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		if all, err = byIDs(tx, g.Project, ids); err == nil {
			all, err = readable(tx, g, all)
		}
		return err
	})
	return all, fault.Wrap("report.Some", err)
}

func (s *Service) get(ctx context.Context, g access.Grant, report id.Report) (r Report, err error) {
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		var ok bool
		r, ok, err = find(tx, g.Project, report)
		if err == nil && ok {
			ok, err = reads(tx, g, r)
		}
		if err == nil && !ok {
			err = notFound()
		}
		return err
	})
	return r, err
}

// Open gives the PDF of a finished report.
func (s *Service) Open(ctx context.Context, g access.Grant, report id.Report) (Report, blob.Reader, error) {
	if err := policy.May(g.Level, policy.ReadEverything); err != nil {
		return Report{}, nil, err
	}
	r, err := s.get(ctx, g, report)
	if err != nil {
		return r, nil, fault.Wrap("report.Open", err)
	}
	if r.State != Ready {
		return r, nil, fault.New(fault.Conflict, "report-not-ready", "the report is not made yet")
	}
	f, err := s.files.Open(ctx, g.Org, r.file)
	return r, f, fault.Wrap("report.Open", err)
}

// Delete removes a report and its PDF.
func (s *Service) Delete(ctx context.Context, g access.Grant, report id.Report) error {
	if err := policy.May(g.Level, policy.ReadEverything); err != nil {
		return err
	}
	return fault.Wrap("report.Delete", s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		r, ok, err := find(tx, g.Project, report)
		if err != nil {
			return err
		}
		if ok {
			if ok, err = reads(tx, g, r); err != nil {
				return err
			}
		}
		if !ok {
			return notFound()
		}
		if r.Author != g.Person {
			if err := policy.AtLeast(g.Level, policy.Manager); err != nil {
				return err
			}
		}
		to, err := readers(tx, r)
		if err != nil {
			return err
		}
		if err := setNamed(tx, report, nil); err != nil {
			return err
		}
		if err := setLists(tx, report, nil); err != nil {
			return err
		}
		if err := remove(tx, report); err != nil {
			return err
		}
		if r.file != "" {
			if err := s.files.Drop(tx, r.file); err != nil {
				return err
			}
		}
		r.Version++
		return feed.Append(tx, g.By(), r.change("deleted", to))
	}))
}

// Make is the job's handler.
func (s *Service) Make(ctx context.Context, run *job.Run) error {
	var p payload
	if err := run.Payload(&p); err != nil {
		return err
	}
	g, err := s.rights.OfPerson(ctx, run.Org, p.Project, p.Person)
	if err == nil {
		err = policy.May(g.Level, policy.MakeReport)
	}
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
		return fault.New(fault.Invalid, "no-longer-allowed", "the author may not make reports here any more").Because(err)
	}
	if err != nil {
		return err
	}
	var all []Report
	if err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		all, err = ofJob(tx, run.ID)
		return err
	}); err != nil || len(all) == 0 {
		return err // none: deleted meanwhile
	}
	return s.make(ctx, run, g, all)
}

// GaveUp marks reports as failed, in the transaction that ends their job.
func (s *Service) GaveUp(tx *db.Tx, st job.Status) error {
	all, err := ofJob(tx, st.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		r.State, r.Code = Failed, st.Code
		if err := s.finish(tx, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) finish(tx *db.Tx, r Report) error {
	r.Version++
	if err := finish(tx, r); err != nil {
		return err
	}
	return tell(tx, feed.Actor{Person: string(r.Author), Via: "system"}, r, "changed", feed.Field{Name: "state", Before: Making, After: r.State})
}

// named are the disclosures of a report: everybody whose name is in it, to who
// asked for it.
func named(g access.Grant, to id.Person, site Site) []disclosure.Row {
	var rows []disclosure.Row
	for who, name := range site.People {
		if name != "" && who != to {
			rows = append(rows, disclosure.Row{Who: personal.OfPerson(g.Org, who), Recipient: disclosure.Recipient{Kind: disclosure.Person, ID: string(to)},
				Fields: []string{"person.sealed.name"}, Purpose: personal.Record, Why: disclosure.WhyReport, By: string(to)})
		}
	}
	return rows
}
