// Package revise takes files into a programme and out of it, and keeps what a
// programme was: its revisions and its baselines.
//
// What it promises:
//   - A file is read, told apart from what is there, and waits; nothing changes
//     until a planner approves it. The one that waited before it is dropped.
//   - What becomes of a programme is package reimport's: nothing that the site
//     reported is lost.
//   - Each approved file is a revision, kept as it was read; two can be compared.
//   - A baseline is dates as they were planned when it was taken; it never changes.
package revise

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/diff"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/reimport"
	"plumbline/internal/programme/rows"
)

// The bounds of a file, unpacked and as it is kept; and of baselines.
const (
	MaxFile       = 64 << 20
	maxDocument   = 512 << 20
	MaxName       = 80
	MostBaselines = 50
	MostRevisions = 1000
)

// Service is the files of all programmes. It is safe for concurrent use.
type Service struct {
	db   *db.DB
	kept *kept.Book
}

// New makes a service.
func New(d *db.DB, book *kept.Book) *Service { return &Service{d, book} }

// Look is what a file would do to a programme.
type Look struct {
	rows.Import
	Name        string        // of the programme, as the file has it
	Activities  int           // in the file
	Moved       int           // activities whose dates would differ
	Changes     []diff.Change // by the project's ids
	NotHonoured []string
	Fault       error // why it cannot be computed; it can be approved nonetheless
}

// Read reads a file for a programme, and says what it would change.
func (s *Service) Read(ctx context.Context, g access.Grant, p id.Programme, body io.Reader, name string) (Look, error) {
	const op = "revise.Read"
	if err := g.May(policy.PlanProgramme); err != nil {
		if !kept.SeesAll(g) {
			err = kept.NotFound()
		}
		return Look{}, err
	}
	if err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error { // before the work of reading a file
		_, _, err := s.kept.Opened(tx, g.Project, p, false)
		return err
	}); err != nil {
		return Look{}, fault.Wrap(op, err)
	}
	d, err := files.Read(body, name)
	if err != nil {
		return Look{}, err
	}
	if d.Format == plan.PSPLIB {
		return Look{}, fault.New(fault.Unsupported, "programme-unknown", "a problem of the PSPLIB has no dates, and is no programme of a site")
	}
	packed, err := pack(d)
	if err != nil {
		return Look{}, fault.Wrap(op, err)
	}
	var out Look
	err = s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		h, e, err := s.kept.Opened(tx, g.Project, p, true)
		if err != nil {
			return err
		}
		if out, err = look(e, d); err != nil {
			return err
		}
		out.ID, out.Programme, out.Format, out.Base, out.Author, out.At = id.New[id.Import](), p, d.Format, h.Version, g.Person, tx.Micros()
		return rows.InsertImport(tx, h, out.Import, packed)
	})
	return out, fault.Wrap(op, err)
}

// look compares a document with what is there.
func look(e *kept.Entry, d *plan.Document) (Look, error) {
	r, err := reimport.Lay(e.Model, d, id.New[id.Activity])
	if err != nil {
		return Look{}, err
	}
	out := Look{Name: d.Name, Activities: len(d.Activities), Changes: r.Changes, NotHonoured: d.Ignored}
	out.count(r)
	now := kept.Compute(r.Model, e.Day)
	if out.Fault = now.Err; now.Err == nil && e.Err == nil {
		for i := range r.Model.Lines {
			if j, ok := e.Model.Index(r.Model.Lines[i].ID); ok && !r.Model.Lines[i].Gone {
				a, b := now.Computed.Forecast.Dates(i), e.Computed.Forecast.Dates(j)
				if a.Start != b.Start || a.Finish != b.Finish {
					out.Moved++
				}
			}
		}
	}
	return out, nil
}

func (l *Look) count(r reimport.Result) {
	for _, c := range r.Changed {
		switch {
		case c.Kind == "created":
			l.Added++
		case len(c.Fields) == 1 && c.Fields[0].Name == "gone" && c.Fields[0].After == true:
			l.Gone++
		default:
			l.Changed++
		}
	}
}

// Approve lays a file that waits over its programme. Doing it again changes
// nothing.
func (s *Service) Approve(ctx context.Context, g access.Grant, p id.Programme, which id.Import) (rows.Import, error) {
	var out rows.Import
	err := s.kept.Write(ctx, g, p, func(tx *db.Tx, _ rows.Head, e *kept.Entry) (*kept.Change, error) {
		have, ok, err := rows.FindImport(tx, p, which)
		if err != nil || !ok {
			return nil, kept.OrErr(err, fault.New(fault.NotFound, "import-not-found", "there is no such import, or another was read since"))
		}
		if out = have; have.Number > 0 {
			return nil, nil
		}
		packed, err := rows.Document(tx, which)
		if err != nil {
			return nil, err
		}
		d, err := unpack(packed)
		if err != nil {
			return nil, err
		}
		r, err := reimport.Lay(e.Model, d, id.New[id.Activity])
		if err != nil {
			return nil, err
		}
		l := Look{Import: have}
		l.Added, l.Changed, l.Gone = 0, 0, 0
		l.count(r)
		if l.Number, err = rows.Approve(tx, l.Import); err != nil {
			return nil, err
		}
		if l.Number > MostRevisions {
			return nil, fault.New(fault.Invalid, "too-many-revisions", "the programme has as many revisions as it can have")
		}
		out = l.Import
		c := &kept.Change{Now: r.Model, Kind: "imported", Changed: r.Changed, Touched: r.Touched, Cause: kept.Cause{Kind: "import", Thing: string(which)}, Lenient: true}
		c.Fields = []live.Field{{Name: "revision", After: l.Number}, {Name: "added", After: l.Added}, {Name: "changed", After: l.Changed}, {Name: "gone", After: l.Gone}}
		return c, nil
	}, func(*db.Tx, rows.Head, *kept.Entry) error { return nil })
	return out, fault.Wrap("revise.Approve", err)
}

func pack(d *plan.Document) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(d); err != nil {
		return nil, fault.Wrap("revise.pack", err)
	}
	err := z.Close()
	return b.Bytes(), fault.Wrap("revise.pack", err)
}

func unpack(b []byte) (*plan.Document, error) {
	const op = "revise.unpack"
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	var d plan.Document
	if err := json.NewDecoder(io.LimitReader(z, maxDocument)).Decode(&d); err != nil {
		return nil, fault.Wrap(op, err)
	}
	return &d, nil
}

// Revisions of a programme, the newest first: for those who see all of it.
func (s *Service) Revisions(ctx context.Context, g access.Grant, p id.Programme) ([]rows.Import, error) {
	var out []rows.Import
	err := s.whole(ctx, g, p, func(tx *db.Tx, _ rows.Head, _ *kept.Entry) (err error) {
		out, err = rows.Revisions(tx, p)
		return err
	})
	return out, fault.Wrap("revise.Revisions", err)
}

// Compare tells two revisions apart, by the ids of the source.
func (s *Service) Compare(ctx context.Context, g access.Grant, p id.Programme, a, b id.Import) ([]diff.Change, error) {
	var out []diff.Change
	err := s.whole(ctx, g, p, func(tx *db.Tx, _ rows.Head, _ *kept.Entry) error {
		var docs [2]*plan.Document
		for k, which := range []id.Import{a, b} {
			have, ok, err := rows.FindImport(tx, p, which)
			if err != nil || !ok || have.Number == 0 {
				return kept.OrErr(err, fault.New(fault.NotFound, "import-not-found", "there is no such revision"))
			}
			packed, err := rows.Document(tx, which)
			if err != nil {
				return err
			}
			if docs[k], err = unpack(packed); err != nil {
				return err
			}
		}
		out = diff.Between(docs[0], docs[1])
		return nil
	})
	return out, fault.Wrap("revise.Compare", err)
}

// whole reads a programme for somebody who sees all of it.
func (s *Service) whole(ctx context.Context, g access.Grant, p id.Programme, do func(*db.Tx, rows.Head, *kept.Entry) error) error {
	return s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		h, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err == nil && !kept.SeesAll(g) {
			err = kept.NotFound()
		}
		if err != nil {
			return err
		}
		return do(tx, h, e)
	})
}

// Export writes the programme as it stands, with the dates that are forecast,
// into a file of that name.
func (s *Service) Export(ctx context.Context, g access.Grant, p id.Programme, name string, out io.Writer) error {
	write, err := files.Writer(name)
	if err != nil {
		return err
	}
	var d *plan.Document
	if err := s.whole(ctx, g, p, func(_ *db.Tx, _ rows.Head, e *kept.Entry) error {
		d = e.Document()
		return nil
	}); err != nil {
		return fault.Wrap("revise.Export", err)
	}
	return write(out, d)
}

// Baseline takes a baseline: the dates as they are planned now. Doing it again
// changes nothing; false where it was there.
func (s *Service) Baseline(ctx context.Context, g access.Grant, p id.Programme, b id.Baseline, name string) (rows.Baseline, bool, error) {
	var bad []fault.Field
	if c := live.CheckText(name, 1, MaxName); c != "" {
		bad = append(bad, fault.Field{Path: "name", Code: c})
	}
	if !id.Valid(b) {
		bad = append(bad, fault.Field{Path: "baseline", Code: "not-an-id"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return rows.Baseline{}, false, err
	}
	var out rows.Baseline
	created := false
	err := s.kept.Write(ctx, g, p, func(tx *db.Tx, h rows.Head, e *kept.Entry) (*kept.Change, error) {
		created = false
		have, ok, err := rows.FindBaseline(tx, b)
		if err != nil || ok {
			if out = have; ok && have.Programme != p {
				err = noBaseline()
			}
			return nil, err
		}
		if e.Err != nil {
			return nil, e.Err
		}
		all, err := rows.Baselines(tx, p)
		if err != nil {
			return nil, err
		}
		if len(all) >= MostBaselines {
			return nil, fault.New(fault.Invalid, "too-many-baselines", "the programme has as many baselines as it can have")
		}
		out, created = rows.Baseline{ID: b, Programme: p, Name: name, Author: g.Person, At: tx.Micros()}, true
		dates := make([]rows.Dates, 0, len(e.Model.Lines))
		for i := range e.Model.Lines {
			if d := e.Computed.Planned.Dates(i); d.Scheduled {
				dates = append(dates, rows.Dates{ID: e.Model.Lines[i].ID, Start: int32(d.Start), Finish: int32(d.Finish), Duration: e.Model.Doc.Activities[i].Duration, Budget: e.Model.Lines[i].Budget})
			}
		}
		if err := rows.InsertBaseline(tx, h, out, dates); err != nil {
			return nil, err
		}
		return &kept.Change{Now: e.Model.Clone(), Kind: "baseline", Fields: []live.Field{{Name: "baseline", After: name}}, Cause: kept.Cause{Kind: "baseline", Thing: string(b)}}, nil
	}, func(*db.Tx, rows.Head, *kept.Entry) error { return nil })
	return out, created, fault.Wrap("revise.Baseline", err)
}

func noBaseline() error {
	return fault.New(fault.NotFound, "baseline-not-found", "there is no such baseline")
}

// RemoveBaseline takes a baseline away.
func (s *Service) RemoveBaseline(ctx context.Context, g access.Grant, p id.Programme, b id.Baseline) error {
	err := s.kept.Write(ctx, g, p, func(tx *db.Tx, _ rows.Head, e *kept.Entry) (*kept.Change, error) {
		have, ok, err := rows.FindBaseline(tx, b)
		if err != nil || !ok || have.Programme != p {
			return nil, kept.OrErr(err, noBaseline())
		}
		if err := rows.RemoveBaseline(tx, b); err != nil {
			return nil, err
		}
		return &kept.Change{Now: e.Model.Clone(), Kind: "baseline", Fields: []live.Field{{Name: "baseline", Before: have.Name}}, Cause: kept.Cause{Kind: "baseline", Thing: string(b)}}, nil
	}, func(*db.Tx, rows.Head, *kept.Entry) error { return nil })
	return fault.Wrap("revise.RemoveBaseline", err)
}

// Baselines of a programme, the oldest first: for those who see all of it.
func (s *Service) Baselines(ctx context.Context, g access.Grant, p id.Programme) ([]rows.Baseline, error) {
	var out []rows.Baseline
	err := s.whole(ctx, g, p, func(tx *db.Tx, _ rows.Head, _ *kept.Entry) (err error) {
		out, err = rows.Baselines(tx, p)
		return err
	})
	return out, fault.Wrap("revise.Baselines", err)
}

// Dates of a baseline: for those who see the whole programme.
func (s *Service) Dates(ctx context.Context, g access.Grant, p id.Programme, b id.Baseline) (rows.Baseline, []rows.Dates, error) {
	var (
		of  rows.Baseline
		out []rows.Dates
	)
	err := s.whole(ctx, g, p, func(tx *db.Tx, _ rows.Head, _ *kept.Entry) error {
		have, ok, err := rows.FindBaseline(tx, b)
		if err != nil || !ok || have.Programme != p {
			return kept.OrErr(err, noBaseline())
		}
		of = have
		out, err = rows.BaselineDates(tx, b)
		return err
	})
	return of, out, fault.Wrap("revise.Dates", err)
}
