// Package survey is what managers lay onto a sheet so that it can be worked
// with: rooms with their locations, the scale, links to other sheets.
//
// What it promises:
//   - Places are units of the sheet's frame: what is laid onto a sheet holds
//     for all its revisions, as they are aligned.
//   - A sheet has one scale. A new one takes the place of the old.
//   - What is proposed changes nothing: a person confirms each.
//
// Rows are package book's; who may, and that it is told, is package drawing's.
package survey

import (
	"context"
	"math"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/titleblock"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/sheet"
)

// The bounds of a mark, and of how many a sheet may have.
const (
	MaxNumbers = 400
	MaxMarks   = 500
	MaxMetres  = 100_000
)

// Sheets is what slice drawing gives.
type Sheets interface {
	// Survey runs change on a sheet that the actor manages, and tells of it.
	Survey(tx *db.Tx, g access.Grant, one id.Sheet, change func(v book.Sheet) (feed.Field, error)) (book.Sheet, error)
	All(tx *db.Tx, g access.Grant) ([]book.Drawing, []book.Sheet, error)
}

// Places says whether a location is one of the project's.
type Places interface {
	HasLocation(tx *db.Tx, project id.Project, location id.Location) (bool, error)
}

// Service is safe for concurrent use.
type Service struct {
	db     *db.DB
	sheets Sheets
	places Places
}

// New makes a service.
func New(d *db.DB, sheets Sheets, places Places) *Service { return &Service{d, sheets, places} }

// Check names what breaks a rule.
func Check(m book.Mark, frame sheet.Frame) []fault.Field {
	bad := func(path, code string) []fault.Field { return []fault.Field{{Path: path, Code: code}} }
	n := len(m.At)
	outside := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	switch {
	case !id.Valid(m.ID):
		return bad("mark", "not-an-id")
	case n%2 != 0 || n > MaxNumbers || slices.ContainsFunc(m.At, outside):
		return bad("at", "format")
	}
	for i := 0; i < n; i += 2 {
		if m.At[i] < 0 || m.At[i] > frame.Width || m.At[i+1] < 0 || m.At[i+1] > frame.Height {
			return bad("at", "outside")
		}
	}
	switch m.Kind {
	case book.Room:
		if n < 6 || area(m.At) < 1e-9 {
			return bad("at", "too-small")
		}
		if m.Location == "" {
			return bad("location_id", "required")
		}
	case book.Scale:
		if n != 4 || math.Hypot(m.At[2]-m.At[0], m.At[3]-m.At[1]) < 1e-9 {
			return bad("at", "too-small")
		}
		if !(m.Metres > 0 && m.Metres <= MaxMetres) {
			return bad("metres", "outside")
		}
	case book.Link:
		if n != 4 || m.At[0] == m.At[2] || m.At[1] == m.At[3] {
			return bad("at", "too-small")
		}
		if m.Target == "" {
			return bad("target_id", "required")
		}
	default:
		return bad("kind", "unknown")
	}
	return nil
}

// area of a polygon, without its sign.
func area(at []float64) float64 {
	sum := 0.0
	for i := 0; i < len(at); i += 2 {
		j := (i + 2) % len(at)
		sum += at[i]*at[j+1] - at[j]*at[i+1]
	}
	return math.Abs(sum) / 2
}

// Put lays a mark onto a sheet, in the place of the one of its id.
func (s *Service) Put(ctx context.Context, g access.Grant, one id.Sheet, m book.Mark) (out book.Sheet, err error) {
	err = s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		out, err = s.sheets.Survey(tx, g, one, func(v book.Sheet) (feed.Field, error) { return s.put(tx, v, m) })
		return err
	})
	return out, fault.Wrap("survey.Put", err)
}

func (s *Service) put(tx *db.Tx, v book.Sheet, m book.Mark) (feed.Field, error) {
	f := feed.Field{Name: m.Kind, After: string(m.ID)}
	if err := fault.InvalidFields(Check(m, v.Frame)); err != nil {
		return f, err
	}
	if m.Kind != book.Room {
		m.Location = ""
	} else if ok, err := s.places.HasLocation(tx, v.Project, m.Location); err != nil || !ok {
		return f, unknown("location_id", err)
	}
	if m.Kind != book.Link {
		m.Target = ""
	} else if _, ok, err := book.FindSheet(tx, v.Project, m.Target, false); err != nil || !ok || m.Target == v.ID {
		return f, unknown("target_id", err)
	}
	if m.Kind != book.Scale {
		m.Metres = 0
	}
	have, err := book.MarksOf(tx, v.Project, v.ID)
	if err != nil {
		return f, err
	}
	for _, h := range have[v.ID] {
		if h.ID != m.ID && h.Kind == book.Scale && m.Kind == book.Scale {
			f.Before = string(h.ID)
			if _, err := book.DeleteMark(tx, v.ID, h.ID); err != nil {
				return f, err
			}
		}
	}
	if len(have[v.ID]) >= MaxMarks {
		return f, fault.New(fault.Invalid, "too-many-marks", "the sheet holds as many rooms and links as it can")
	}
	ok, err := book.PutMark(tx, v, m)
	if err == nil && !ok {
		err = markNotFound()
	}
	return f, err
}

func unknown(path string, err error) error {
	if err != nil {
		return err
	}
	return fault.InvalidFields([]fault.Field{{Path: path, Code: "unknown"}})
}

func markNotFound() error {
	return fault.New(fault.NotFound, "mark-not-found", "there is no such room, scale or link on the sheet")
}

// Delete takes a mark off a sheet.
func (s *Service) Delete(ctx context.Context, g access.Grant, one id.Sheet, m id.Mark) error {
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		_, err := s.sheets.Survey(tx, g, one, func(v book.Sheet) (feed.Field, error) {
			ok, err := book.DeleteMark(tx, v.ID, m)
			if err == nil && !ok {
				err = markNotFound()
			}
			return feed.Field{Name: "mark", Before: string(m)}, err
		})
		return err
	})
	return fault.Wrap("survey.Delete", err)
}

// Proposed is a link that a sheet's own words suggest.
type Proposed struct {
	Text   string
	At     []float64
	Target id.Sheet
}

// Links are the places of a sheet's newest revision that read like the number
// of another sheet that the actor sees, where no link lies yet.
func (s *Service) Links(ctx context.Context, g access.Grant, one id.Sheet) (out []Proposed, err error) {
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, all, err := s.sheets.All(tx, g)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v book.Sheet) bool { return v.ID == one })
		if i < 0 {
			return book.SheetNotFound()
		}
		out = propose(all[i], all)
		return nil
	})
	return out, fault.Wrap("survey.Links", err)
}

func propose(v book.Sheet, all []book.Sheet) []Proposed {
	var out []Proposed
	for _, w := range v.Revision.Words {
		if titleblock.ScaleOf(w.Text) > 0 {
			continue // 1:100 is no sheet 1100
		}
		for _, other := range all {
			if other.ID == v.ID || other.Number == "" || titleblock.Same(other.Number, v.Number) || !titleblock.Same(other.Number, w.Text) {
				continue
			}
			const air = 2
			a := v.Revision.Affine.Apply(sheet.Point{X: w.X - air, Y: w.Y - air})
			b := v.Revision.Affine.Apply(sheet.Point{X: w.X + w.W + air, Y: w.Y + w.H + air})
			at := []float64{within(min(a.X, b.X), v.Frame.Width), within(min(a.Y, b.Y), v.Frame.Height),
				within(max(a.X, b.X), v.Frame.Width), within(max(a.Y, b.Y), v.Frame.Height)}
			if !slices.ContainsFunc(v.Marks, func(m book.Mark) bool { return m.Kind == book.Link && overlap(m.At, at) }) {
				out = append(out, Proposed{Text: w.Text, At: at, Target: other.ID})
			}
			break
		}
	}
	return out
}

// Scale is a scale that a sheet's own words suggest: two places and how far
// apart they would be.
type Scale struct {
	Text   string
	At     []float64
	Metres float64
	// Paper is the size that the words name, if any; Fits that the page has it.
	Paper string
	Fits  bool
}

// MaxScales is how many are proposed.
const MaxScales = 5

// Scales are the scales that the words of a sheet's newest revision name, the
// title block's first. They hold for a page in its original size, which cannot
// be known: a print may have been scaled before it became this file.
func (s *Service) Scales(ctx context.Context, g access.Grant, one id.Sheet) (out []Scale, err error) {
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, all, err := s.sheets.All(tx, g)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v book.Sheet) bool { return v.ID == one })
		if i < 0 {
			return book.SheetNotFound()
		}
		out = proposeScales(all[i])
		return nil
	})
	return out, fault.Wrap("survey.Scales", err)
}

// proposeScales measures along the middle of the sheet. Only PDF has words, and
// its unit is a point: 1/72 of an inch.
func proposeScales(v book.Sheet) []Scale {
	var out []Scale
	from, to := sheet.Point{X: v.Frame.Width / 4, Y: v.Frame.Height / 2}, sheet.Point{X: v.Frame.Width * 3 / 4, Y: v.Frame.Height / 2}
	a, b := v.Revision.Affine.Apply(sheet.Point{}), v.Revision.Affine.Apply(sheet.Point{X: 1})
	unit := math.Hypot(b.X-a.X, b.Y-a.Y) // of the frame, for a point of the page
	if unit == 0 || v.Revision.Alignment == book.Unaligned {
		return nil
	}
	for _, w := range v.Revision.Words {
		n := titleblock.ScaleOf(w.Text)
		metres := (to.X - from.X) / unit / 72 * 0.0254 * n
		if n == 0 || metres > MaxMetres || len(out) == MaxScales || slices.ContainsFunc(out, func(s Scale) bool { return math.Abs(s.Metres-metres) < 1e-6 }) {
			continue
		}
		paper, fits := titleblock.Paper(w.Text, v.Revision.Size)
		out = append(out, Scale{Text: w.Text, At: []float64{from.X, from.Y, to.X, to.Y}, Metres: metres, Paper: paper, Fits: fits})
	}
	return out
}

func within(v, most float64) float64 { return max(0, min(most, v)) }

func overlap(a, b []float64) bool {
	return min(a[0], a[2]) < b[2] && max(a[0], a[2]) > b[0] && min(a[1], a[3]) < b[3] && max(a[1], a[3]) > b[1]
}
