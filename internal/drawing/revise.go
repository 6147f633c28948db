package drawing

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/policy"
	"plumbline/internal/sheet"
)

// Placement is what a person decides of a page.
type Placement struct {
	Page   int
	As     string   // AsRevision, AsSheet or AsNothing
	Sheet  id.Sheet // that it renews
	Code   string   // of the revision; empty: the next number
	Name   string   // of a new sheet
	Number string
}

// What becomes of a page.
const (
	AsRevision = "revision"
	AsSheet    = "sheet"
	AsNothing  = "nothing"
)

// MaxCode is how long a revision's code may be, in characters.
const MaxCode = 12

// waiting finds a drawing that the actor may place pages of.
func (s *Service) waiting(tx *db.Tx, g access.Grant, drawing id.Drawing, lock bool) (Drawing, []Page, error) {
	d, ok, err := book.FindDrawing(tx, drawing, lock)
	if err != nil {
		return d, nil, err
	}
	if !ok || d.Project != g.Project {
		return d, nil, book.DrawingNotFound()
	}
	if err := policy.May(g.Level, policy.ManageDrawings); err != nil {
		if known, kerr := s.known(tx, g, drawing); kerr != nil || !known {
			return d, nil, book.DrawingNotFound() // who may not see it learns nothing of it
		}
		return d, nil, err
	}
	pages, err := book.PagesOf(tx, drawing)
	return d, pages, err
}

// Pages are those of a drawing that wait to be placed.
func (s *Service) Pages(ctx context.Context, g access.Grant, drawing id.Drawing) (pages []Page, err error) {
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, pages, err = s.waiting(tx, g, drawing, false)
		return err
	})
	return pages, fault.Wrap("drawing.Pages", err)
}

// PageThumb opens the small picture of a page that waits.
func (s *Service) PageThumb(ctx context.Context, g access.Grant, drawing id.Drawing, page int) (blob.Reader, error) {
	pages, err := s.Pages(ctx, g, drawing)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(pages, func(p Page) bool { return p.Revision.Page == page })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "page-not-found", "there is no such page waiting")
	}
	f, err := s.Files.Open(ctx, g.Org, pages[i].Revision.Thumb)
	return f, fault.Wrap("drawing.PageThumb", err)
}

// Place decides of all waiting pages of a drawing at once. The answer is the
// job that aligns the new revisions; empty where there are none. Where none
// wait any more nothing happens: it was decided.
func (s *Service) Place(ctx context.Context, g access.Grant, drawing id.Drawing, decided []Placement) (out id.Job, err error) {
	err = s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		d, pages, err := s.waiting(tx, g, drawing, true)
		if err != nil || len(pages) == 0 {
			return err
		}
		if err := checkPlacements(pages, decided); err != nil {
			return err
		}
		p := placing{s: s, tx: tx, g: g, drawing: d}
		for _, page := range pages {
			i := slices.IndexFunc(decided, func(c Placement) bool { return c.Page == page.Revision.Page })
			if err := p.page(page, decided[i], i); err != nil {
				return err
			}
		}
		out, err = p.end()
		return err
	})
	return out, fault.Wrap("drawing.Place", err)
}

func checkPlacements(pages []Page, decided []Placement) error {
	var bad []fault.Field
	wrong := func(i int, name, code string) {
		bad = append(bad, fault.Field{Path: "pages." + strconv.Itoa(i) + "." + name, Code: code})
	}
	seen, renewed := map[int]bool{}, map[id.Sheet]bool{}
	for i, c := range decided {
		if seen[c.Page] || !slices.ContainsFunc(pages, func(p Page) bool { return p.Revision.Page == c.Page }) {
			wrong(i, "page", "unknown")
		}
		seen[c.Page] = true
		switch c.As {
		case AsRevision:
			if renewed[c.Sheet] {
				wrong(i, "sheet_id", "twice")
			}
			renewed[c.Sheet] = true
			if utf8.RuneCountInString(c.Code) > MaxCode {
				wrong(i, "code", "too-long")
			}
		case AsSheet:
			if c.Name == "" {
				wrong(i, "name", "required")
			}
		case AsNothing:
		default:
			wrong(i, "as", "unknown")
		}
	}
	if len(seen) < len(pages) {
		bad = append(bad, fault.Field{Path: "pages", Code: "incomplete"})
	}
	return fault.InvalidFields(bad)
}

// placing is one transaction of Place.
type placing struct {
	s       *Service
	tx      *db.Tx
	g       access.Grant
	drawing Drawing

	sheets    []Sheet
	revisions []Revision
}

func (p *placing) page(page Page, c Placement, i int) error {
	r := page.Revision
	r.ID, r.At, r.Affine, r.Alignment, r.Confidence = id.New[id.Revision](), p.tx.Micros(), sheet.Identity(), First, 1
	switch c.As {
	case AsNothing:
		if err := p.s.Files.Drop(p.tx, r.Archive); err != nil {
			return err
		}
		return p.s.Files.Drop(p.tx, r.Thumb)
	case AsSheet:
		name, number := c.Name, c.Number
		if err := checkSheet(SheetPatch{Name: &name, Number: &number}); err != nil {
			return err
		}
		order, err := book.LastOrder(p.tx, p.g.Project)
		if err != nil {
			return err
		}
		r.Code = "1"
		p.sheets = append(p.sheets, Sheet{ID: id.New[id.Sheet](), Drawing: p.drawing.ID, Project: p.g.Project, Name: name, Number: number,
			Order: order + int64(len(p.sheets)) + 1, Frame: r.Size, Version: 1, Revision: r})
		return nil
	}
	v, ok, err := book.FindSheet(p.tx, p.g.Project, c.Sheet, true)
	if err != nil {
		return err
	}
	if !ok {
		return fault.InvalidFields([]fault.Field{{Path: "pages." + strconv.Itoa(i) + ".sheet_id", Code: "unknown"}})
	}
	if r.Code = c.Code; r.Code == "" {
		n, err := book.CountRevisions(p.tx, v.ID)
		if err != nil {
			return err
		}
		r.Code = strconv.Itoa(n + 1)
	}
	r.Sheet, r.Alignment, r.Confidence = v.ID, Waiting, 0
	p.revisions = append(p.revisions, r)
	return nil
}

func (p *placing) end() (out id.Job, err error) {
	if err := book.InsertSheets(p.tx, p.sheets); err != nil {
		return "", err
	}
	if err := book.InsertRevisions(p.tx, p.revisions); err != nil {
		return "", err
	}
	if err := book.ErasePages(p.tx, p.drawing.ID); err != nil {
		return "", err
	}
	if err := told(p.tx, p.g.By(), p.sheets); err != nil {
		return "", err
	}
	if len(p.revisions) > 0 {
		if out, err = job.Enqueue(p.tx, job.Spec{Kind: AlignKind, Payload: payload{Project: p.g.Project, Drawing: p.drawing.ID},
			MaxAttempts: 2, ThingID: string(p.drawing.ID), By: string(p.g.Person)}); err != nil {
			return "", err
		}
	}
	d := p.drawing
	d.Version++
	if err := book.UpdateDrawing(p.tx, d); err != nil {
		return "", err
	}
	return out, feed.Append(p.tx, p.g.By(), feed.Change{Stream: stream(d.Project), Thing: feed.Thing{Kind: Thing, ID: string(d.ID)},
		Kind: feed.Changed, Version: d.Version, Fields: []feed.Field{{Name: "waiting", Before: d.Pending, After: 0}}, Audiences: []string{access.Everyone(d.Project)}})
}

// Align lays a revision on its sheet by two places that a person found on both.
func (s *Service) Align(ctx context.Context, g access.Grant, revision id.Revision, by [2]Pair) (out Sheet, err error) {
	err = s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		r, ok, err := book.FindRevision(tx, g.Project, revision)
		if err != nil {
			return err
		}
		seen, err := s.seenSheets(tx, g, []id.Sheet{r.Sheet})
		if err != nil {
			return err
		}
		if !ok || r.Alignment == Waiting || seen != nil && !seen[r.Sheet] {
			return fault.New(fault.NotFound, "revision-not-found", "there is no such revision")
		}
		if err := policy.May(g.Level, policy.ManageDrawings); err != nil {
			return err
		}
		if r.Alignment == First {
			return fault.New(fault.Conflict, "first-revision", "the first revision is what the others are laid on")
		}
		v, ok, err := book.FindSheet(tx, g.Project, r.Sheet, true)
		if err != nil || !ok {
			return err
		}
		m, err := book.TwoPoints(r, v.Frame, by)
		if err != nil {
			return err
		}
		before := r.Alignment
		r.Affine, r.Alignment, r.Confidence = m, Hand, 1
		if err := book.AlignRevision(tx, r); err != nil {
			return err
		}
		if out, err = s.revised(tx, g.By(), v, v.Revision.ID, feed.Field{Name: "alignment", Before: string(before), After: string(Hand)}); err != nil {
			return err
		}
		return nil
	})
	return out, fault.Wrap("drawing.Align", err)
}

// revised writes what is a sheet's newest revision and says what changed.
func (s *Service) revised(tx *db.Tx, by feed.Actor, v Sheet, newest id.Revision, what ...feed.Field) (Sheet, error) {
	v.Revision.ID = newest
	v.Version++
	if err := book.UpdateSheet(tx, v); err != nil {
		return v, err
	}
	to, err := s.Points.Followers(tx, v.Project, []id.Sheet{v.ID})
	if err != nil {
		return v, err
	}
	if err := feed.Append(tx, by, feed.Change{Stream: stream(v.Project), Thing: feed.Thing{Kind: SheetThing, ID: string(v.ID)},
		Kind: feed.Changed, Version: v.Version, Fields: what, Audiences: append(to, access.Everyone(v.Project))}); err != nil {
		return v, err
	}
	return whole(tx, v)
}

// whole reads a sheet anew, with all that hangs on it.
func whole(tx *db.Tx, v Sheet) (Sheet, error) {
	out, _, err := book.FindSheet(tx, v.Project, v.ID, false)
	all := []Sheet{out}
	if err == nil {
		err = book.Hang(tx, v.Project, v.ID, all)
	}
	return all[0], err
}

// told appends that sheets were made.
func told(tx *db.Tx, by feed.Actor, sheets []Sheet) error {
	for _, v := range sheets {
		if err := feed.Append(tx, by, feed.Change{Stream: stream(v.Project), Thing: feed.Thing{Kind: SheetThing, ID: string(v.ID)},
			Kind: feed.Created, Version: 1, Fields: []feed.Field{{Name: "name", After: v.Name}, {Name: "number", After: v.Number}},
			Audiences: []string{access.Everyone(v.Project)}}); err != nil {
			return err
		}
	}
	return nil
}
