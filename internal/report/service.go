package report

import (
	"context"
	"image"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/media"
	"plumbline/internal/policy"
	"plumbline/internal/report/layout"
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
	temp   string // folder for PDFs in the making
}

// NewService wires the slice. temp is a private folder; a PDF in the making
// stands there and is removed whatever happens.
func NewService(d *db.DB, source Source, rights Rights, files *media.Files, temp string) *Service {
	return &Service{d, source, rights, files, temp}
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
	if _, err := time.LoadLocation(n.Zone); err != nil || n.Zone == "" || n.Zone == "Local" {
		f = append(f, fault.Field{Path: "time_zone", Code: "unknown"})
	}
	if err := fault.InvalidFields(f); err != nil {
		return err
	}
	return s.source.CheckQuery(n.Query)
}

// Create asks for a report. Asking again with the same id changes nothing and
// gives what is there.
func (s *Service) Create(ctx context.Context, g access.Grant, n New) (r Report, err error) {
	if err := policy.May(g.Level, policy.MakeReport); err != nil {
		return r, err
	}
	if err := s.check(n); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, ok, err := find(tx, g.Project, n.ID)
		if err != nil || ok {
			r = have
			return err
		}
		j, err := job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{g.Project, n.ID, g.Person}, ThingID: string(n.ID), By: string(g.Person)})
		if err != nil {
			return err
		}
		r = Report{ID: n.ID, Project: g.Project, Title: n.Title, Query: n.Query, Locale: n.Locale, Zone: n.Zone,
			Photos: n.Photos, Plans: n.Plans, State: Making, Job: j, Author: g.Person, CreatedAt: tx.Now(), Version: 1}
		made, err := insert(tx, r)
		if err == nil && !made {
			err = notFound() // the id is another project's
		}
		if err != nil {
			return err
		}
		return feed.Append(tx, g.By(), r.change("created", feed.Field{Name: "title", After: r.Title}))
	})
	return r, fault.Wrap("report.Create", err)
}

type payload struct {
	Project id.Project `json:"project"`
	Report  id.Report  `json:"report"`
	Person  id.Person  `json:"person"`
}

func (r Report) change(kind string, fields ...feed.Field) feed.Change {
	return feed.Change{Stream: access.Everyone(r.Project), Thing: feed.Thing{Kind: Thing, ID: string(r.ID)}, Kind: kind,
		Version: r.Version, Fields: fields, Audiences: []string{access.Everyone(r.Project)}}
}

// List gives the project's reports, newest first.
func (s *Service) List(ctx context.Context, g access.Grant) (all []Report, err error) {
	if err := policy.May(g.Level, policy.ReadEverything); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		all, err = list(tx, g.Project)
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
		all, err = byIDs(tx, g.Project, ids)
		return err
	})
	return all, fault.Wrap("report.Some", err)
}

func (s *Service) get(ctx context.Context, g access.Grant, report id.Report) (r Report, err error) {
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		var ok bool
		r, ok, err = find(tx, g.Project, report)
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
		if !ok {
			return notFound()
		}
		if r.Author != g.Person {
			if err := policy.AtLeast(g.Level, policy.Manager); err != nil {
				return err
			}
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
		return feed.Append(tx, g.By(), r.change("deleted"))
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
	r, err := s.get(ctx, g, p.Report)
	if fault.Is(err, fault.NotFound) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	return s.make(ctx, run, g, &r)
}

// GaveUp marks a report as failed, in the transaction that ends its job.
func (s *Service) GaveUp(tx *db.Tx, st job.Status) error {
	r, ok, err := ofThing(tx, id.Report(st.ThingID))
	if err != nil || !ok {
		return err
	}
	r.State, r.Code = Failed, st.Code
	return s.finish(tx, r)
}

func (s *Service) finish(tx *db.Tx, r Report) error {
	r.Version++
	if err := finish(tx, r); err != nil {
		return err
	}
	return feed.Append(tx, feed.Actor{Person: string(r.Author), Via: "system"}, r.change("changed", feed.Field{Name: "state", Before: Making, After: r.State}))
}

func (s *Service) make(ctx context.Context, run *job.Run, g access.Grant, r *Report) error {
	site, items, err := s.source.Gather(ctx, g, r.Query, MostPoints+1)
	if err != nil {
		return err
	}
	if len(items) > MostPoints {
		return fault.New(fault.TooLarge, "too-many-points", "a report holds at most 5,000 points; narrow the filter")
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return fault.New(fault.Invalid, "unknown-zone", "the time zone is not known").Because(err)
	}
	who := reader{lang.Match(r.Locale), zone}
	doc := compose(who, r.Title, s.db.Clock().Now(), r.Author, r.Query, site, items)
	s.pictures(ctx, g, r, who, site, items, doc)

	f, err := os.CreateTemp(s.temp, "report-*.pdf")
	if err != nil {
		return fault.Wrap("report.make", err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	res, err := layout.Write(ctx, f, doc, func(done, total int) {
		_ = run.Progress(done, total) // a lost lease shows in Commit
	})
	if err != nil {
		return fault.Wrap("report.make", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fault.Wrap("report.make", err)
	}
	held, err := s.files.Hold(ctx, g.Org, f)
	defer s.files.Release(ctx, held)
	if err != nil {
		return err
	}
	r.State, r.Points, r.Pages = Ready, int64(len(items)), int64(res.Pages)
	r.Replaced, r.Missing, r.Bytes, r.file = int64(res.Replaced), int64(res.Missing), held.Bytes, held.SHA
	return run.Commit(func(tx *db.Tx) error {
		if _, ok, err := find(tx, r.Project, r.ID); err != nil || !ok {
			return err // deleted meanwhile
		}
		if err := s.files.Keep(tx, held); err != nil {
			return err
		}
		return s.finish(tx, *r)
	})
}

// pictures hangs the loaders of photos and plan cut-outs onto the document's
// points.
func (s *Service) pictures(ctx context.Context, g access.Grant, r *Report, who reader, site Site, items []Item, doc *layout.Document) {
	v := who.voice()
	for i := range items {
		it, p := &items[i], &doc.Points[i]
		if r.Photos {
			for _, ph := range it.Photos {
				p.Photos = append(p.Photos, layout.Photo{Caption: v.Instant(ph.At), Width: ph.Width, Height: ph.Height,
					Load: func() ([]byte, error) { return s.source.Thumb(ctx, g, ph.ID) }})
			}
		}
		if r.Plans && it.Sheet != "" {
			c := &layout.Cutout{Caption: site.Sheets[it.Sheet], X: 0.5, Y: 0.5}
			c.Load = func() (image.Image, error) {
				img, x, y, err := s.source.Cutout(ctx, g, it.Sheet, it.PinX, it.PinY, layout.PlanAspect, cutoutPx)
				c.X, c.Y = x, y
				return img, err
			}
			p.Plan = c
		}
	}
}
