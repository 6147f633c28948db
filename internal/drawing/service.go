package drawing

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/opened"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/merge"
	"plumbline/internal/policy"
	"plumbline/internal/sheet"
)

// Points is what drawings ask of the points on them.
type Points interface {
	// SheetsSeen says which of the sheets carry a point that the actor sees;
	// of all sheets where sheets is nil.
	SheetsSeen(tx *db.Tx, g access.Grant, sheets []id.Sheet) (map[id.Sheet]bool, error)
	// Followers are the audiences that see the sheets for the points on them.
	Followers(tx *db.Tx, project id.Project, sheets []id.Sheet) ([]string, error)
	// Pinned counts the points on the sheets.
	Pinned(tx *db.Tx, sheets []id.Sheet) (int, error)
	// Unpin takes deleted points off the sheets.
	Unpin(tx *db.Tx, sheets []id.Sheet) error
}

// Places says whether a location is one of the project's.
type Places interface {
	HasLocation(tx *db.Tx, project id.Project, location id.Location) (bool, error)
}

// Deps is what the service works with.
type Deps struct {
	DB     *db.DB
	Files  *media.Files
	Raster Raster
	Points Points
	Places Places
	Temp   string // a private folder for files being read
	Open   int    // tile archives kept open; 64 by default
}

// Service is the drawings of all projects. It is safe for concurrent use.
type Service struct {
	Deps
	archives *opened.Archives
	blanks   map[string][]byte // by type of tile
}

// New makes a service.
func New(d Deps) *Service {
	if d.Open <= 0 {
		d.Open = 64
	}
	return &Service{Deps: d, archives: opened.New(d.Files, d.Open), blanks: map[string][]byte{"png": opened.BlankPNG(), "jpg": opened.BlankJPEG()}}
}

// Close closes the open archives.
func (s *Service) Close() { s.archives.Close() }

func stream(p id.Project) string { return "project:" + string(p) }

// seenSheets is nil where the actor sees all sheets.
func (s *Service) seenSheets(tx *db.Tx, g access.Grant, sheets []id.Sheet) (map[id.Sheet]bool, error) {
	if policy.May(g.Level, policy.ReadEverything) == nil {
		return nil, nil
	}
	seen, err := s.Points.SheetsSeen(tx, g, sheets)
	if err == nil && seen == nil {
		seen = map[id.Sheet]bool{}
	}
	return seen, err
}

// List reads the drawings and sheets that the actor sees. A drawing none of
// whose sheets is seen is not.
func (s *Service) List(ctx context.Context, g access.Grant) (drawings []Drawing, sheets []Sheet, err error) {
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		drawings, sheets, err = s.All(tx, g)
		return err
	})
	return drawings, sheets, fault.Wrap("drawing.List", err)
}

// All is List within a transaction.
func (s *Service) All(tx *db.Tx, g access.Grant) ([]Drawing, []Sheet, error) {
	drawings, err := book.DrawingsOf(tx, g.Project)
	if err != nil {
		return nil, nil, err
	}
	sheets, err := book.SheetsOf(tx, g.Project)
	if err != nil {
		return nil, nil, err
	}
	if err := book.Hang(tx, g.Project, "", sheets); err != nil {
		return nil, nil, err
	}
	seen, err := s.seenSheets(tx, g, nil)
	if err != nil {
		return nil, nil, err
	}
	if seen != nil {
		sheets = slices.DeleteFunc(sheets, func(v Sheet) bool { return !seen[v.ID] })
	}
	of := map[id.Drawing][]id.Sheet{}
	for _, v := range sheets {
		of[v.Drawing] = append(of[v.Drawing], v.ID)
	}
	for i := range drawings {
		drawings[i].Sheets = of[drawings[i].ID]
	}
	if seen != nil {
		drawings = slices.DeleteFunc(drawings, func(d Drawing) bool { return len(d.Sheets) == 0 })
	}
	return drawings, sheets, nil
}

// SheetPatch changes the fields of a sheet that are given.
type SheetPatch struct {
	Name, Number *string
	Location     *id.Location // empty clears
}

// ChangeSheet renames or moves a sheet.
func (s *Service) ChangeSheet(ctx context.Context, g access.Grant, one id.Sheet, base int64, patch SheetPatch) (Sheet, []merge.Conflict, error) {
	var (
		out       Sheet
		conflicts []merge.Conflict
	)
	if err := checkSheet(patch); err != nil {
		return out, nil, err
	}
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		v, err := s.managed(tx, g, one)
		if err != nil {
			return err
		}
		var fields []merge.Field
		if patch.Name != nil {
			fields = append(fields, merge.Field{Name: "name", Now: v.Name, Mine: *patch.Name})
		}
		if patch.Number != nil {
			fields = append(fields, merge.Field{Name: "number", Now: v.Number, Mine: *patch.Number})
		}
		if patch.Location != nil {
			fields = append(fields, merge.Field{Name: "location_id", Now: orNil(v.Location), Mine: orNil(*patch.Location)})
		}
		r, err := merge.Fields(tx, string(one), base, v.Version, fields)
		if err != nil {
			return err
		}
		conflicts = r.Conflicts
		if out = v; len(r.Apply) == 0 {
			out, err = whole(tx, v)
			return err
		}
		if r.Applies("name") {
			out.Name = *patch.Name
		}
		if r.Applies("number") {
			out.Number = *patch.Number
		}
		if r.Applies("location_id") {
			if out.Location = *patch.Location; out.Location != "" {
				ok, err := s.Places.HasLocation(tx, g.Project, out.Location)
				if err != nil {
					return err
				}
				if !ok {
					return fault.InvalidFields([]fault.Field{{Path: "location_id", Code: "unknown"}})
				}
			}
		}
		out, err = s.revised(tx, g.By(), out, out.Revision.ID, r.Changes()...)
		return err
	})
	return out, conflicts, fault.Wrap("drawing.ChangeSheet", err)
}

// managed is a sheet that the actor may change, locked.
func (s *Service) managed(tx *db.Tx, g access.Grant, one id.Sheet) (Sheet, error) {
	v, ok, err := book.FindSheet(tx, g.Project, one, true)
	if err != nil {
		return v, err
	}
	seen, err := s.seenSheets(tx, g, []id.Sheet{one})
	if err != nil {
		return v, err
	}
	if !ok || seen != nil && !seen[one] {
		return v, book.SheetNotFound()
	}
	return v, policy.May(g.Level, policy.ManageDrawings)
}

// Survey lets what is laid onto a sheet be changed by who may, and tells of it.
func (s *Service) Survey(tx *db.Tx, g access.Grant, one id.Sheet, change func(v Sheet) (feed.Field, error)) (Sheet, error) {
	v, err := s.managed(tx, g, one)
	if err != nil {
		return v, err
	}
	what, err := change(v)
	if err != nil {
		return v, err
	}
	return s.revised(tx, g.By(), v, v.Revision.ID, what)
}

func orNil(l id.Location) any {
	if l == "" {
		return nil
	}
	return string(l)
}

func checkSheet(p SheetPatch) error {
	var bad []fault.Field
	check := func(path string, s *string, least, most int) {
		switch {
		case s == nil:
		case !utf8.ValidString(*s):
			bad = append(bad, fault.Field{Path: path, Code: "not-utf8"})
		case strings.ContainsRune(*s, 0):
			bad = append(bad, fault.Field{Path: path, Code: "nul"})
		case utf8.RuneCountInString(*s) < least:
			bad = append(bad, fault.Field{Path: path, Code: "required"})
		case utf8.RuneCountInString(*s) > most:
			bad = append(bad, fault.Field{Path: path, Code: "too-long"})
		}
	}
	check("name", p.Name, 1, MaxName)
	check("number", p.Number, 0, 40)
	if p.Location != nil && *p.Location != "" && !id.Valid(*p.Location) {
		bad = append(bad, fault.Field{Path: "location_id", Code: "not-an-id"})
	}
	return fault.InvalidFields(bad)
}

// Delete removes a drawing with its sheets, unless points stand on them.
func (s *Service) Delete(ctx context.Context, g access.Grant, drawing id.Drawing) error {
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		d, ok, err := book.FindDrawing(tx, drawing, true)
		if err != nil {
			return err
		}
		if !ok || d.Project != g.Project {
			return book.DrawingNotFound()
		}
		if err := policy.May(g.Level, policy.ManageDrawings); err != nil {
			if known, kerr := s.known(tx, g, drawing); kerr != nil || !known {
				return book.DrawingNotFound() // who may not see it learns nothing of it
			}
			return err
		}
		sheets, err := book.SheetIDs(tx, drawing)
		if err != nil {
			return err
		}
		n, err := s.Points.Pinned(tx, sheets)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "in-use", "points stand on this drawing")
		}
		later, err := renewed(tx, g.Project, drawing, sheets)
		if err != nil {
			return err
		}
		if later {
			return fault.New(fault.Conflict, "renewed", "its sheets have revisions from other drawings")
		}
		return s.erase(tx, g.By(), d, sheets)
	})
	return fault.Wrap("drawing.Delete", err)
}

// known reports whether the actor sees a drawing.
func (s *Service) known(tx *db.Tx, g access.Grant, drawing id.Drawing) (bool, error) {
	sheets, err := book.SheetIDs(tx, drawing)
	if err != nil {
		return false, err
	}
	seen, err := s.seenSheets(tx, g, sheets)
	return err == nil && (seen == nil || len(seen) > 0), err
}

// erase removes a drawing that nothing stands on.
func (s *Service) erase(tx *db.Tx, by feed.Actor, d Drawing, sheets []id.Sheet) error {
	revisions, err := book.RevisionsOf(tx, d.ID)
	if err != nil {
		return err
	}
	versions, err := book.SheetVersions(tx, d.ID)
	if err != nil {
		return err
	}
	if err := s.retract(tx, by, d, revisions, sheets); err != nil {
		return err
	}
	waiting, err := book.PagesOf(tx, d.ID)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		revisions = append(revisions, p.Revision)
	}
	for _, r := range revisions {
		if err := s.Files.Drop(tx, r.Archive); err != nil {
			return err
		}
		if err := s.Files.Drop(tx, r.Thumb); err != nil {
			return err
		}
	}
	if d.Source != "" {
		if err := s.Files.Drop(tx, d.Source); err != nil {
			return err
		}
	}
	if err := s.Points.Unpin(tx, sheets); err != nil {
		return err
	}
	if err := book.EraseDrawing(tx, d.ID); err != nil {
		return err
	}
	to := []string{access.Everyone(d.Project)}
	for v, version := range versions {
		if err := feed.Append(tx, by, feed.Change{Stream: stream(d.Project), Thing: feed.Thing{Kind: SheetThing, ID: string(v)},
			Kind: feed.Deleted, Version: version + 1, Leaves: to}); err != nil {
			return err
		}
	}
	return feed.Append(tx, by, feed.Change{Stream: stream(d.Project), Thing: feed.Thing{Kind: Thing, ID: string(d.ID)},
		Kind: feed.Deleted, Version: d.Version + 1, Leaves: to})
}

// Frame of a sheet of the project.
func (s *Service) Frame(tx *db.Tx, project id.Project, one id.Sheet) (sheet.Frame, error) {
	f, ok, err := book.FrameOf(tx, project, one)
	if err == nil && !ok {
		err = book.SheetNotFound()
	}
	return f, err
}

// Reach tells audiences in the log that they see a sheet, and so its drawing,
// from now on, or that they no longer do.
func (s *Service) Reach(tx *db.Tx, by feed.Actor, project id.Project, one id.Sheet, see, gone []string) error {
	v, ok, err := book.FindSheet(tx, project, one, false)
	if err != nil || !ok {
		return err
	}
	d, _, err := book.FindDrawing(tx, v.Drawing, false)
	if err != nil {
		return err
	}
	leave := gone
	if len(gone) > 0 { // unless another sheet of the drawing is still seen
		all, err := book.SheetIDs(tx, v.Drawing)
		if err != nil {
			return err
		}
		still, err := s.Points.Followers(tx, project, all)
		if err != nil {
			return err
		}
		leave = slices.DeleteFunc(slices.Clone(gone), func(a string) bool { return slices.Contains(still, a) })
	}
	if len(see)+len(leave) > 0 {
		if err := feed.Append(tx, by, feed.Change{Stream: stream(project), Thing: feed.Thing{Kind: Thing, ID: string(d.ID)},
			Kind: "shown", Version: d.Version, Audiences: see, Leaves: leave}); err != nil {
			return err
		}
	}
	return feed.Append(tx, by, feed.Change{Stream: stream(project), Thing: feed.Thing{Kind: SheetThing, ID: string(one)},
		Kind: "shown", Version: v.Version, Audiences: see, Leaves: gone})
}
