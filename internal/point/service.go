package point

import (
	"context"
	"slices"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/merge"
	"plumbline/internal/point/charges"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/resolve"
	"plumbline/internal/policy"
	"plumbline/internal/search"
)

// Thing is the kind of a point in the log, the search and beside comments and
// photos.
const Thing = fields.Thing

// UndoDays is how long a deleted point can be restored.
const UndoDays = 30

// EraseJob is the job that erases a deleted point when its undo has lapsed.
const EraseJob = "point.erase"

// Projects is what points ask of their project.
type Projects = resolve.Projects

// Sheets is what they ask of the plans.
type Sheets = resolve.Sheets

// Service is the points of all projects. It is safe for concurrent use.
type Service struct {
	db        *db.DB
	projects  Projects
	sheets    Sheets
	photos    *media.Service
	Follow    func(tx *db.Tx, g access.Grant, was, now Point) error        // told of every change, in its transaction
	Elsewhere func(tx *db.Tx, g access.Grant, p media.Photo) (bool, error) // sees a photo that hangs on no point
}

// New makes a service.
func New(d *db.DB, projects Projects, sheets Sheets, photos *media.Service) *Service {
	nobody := func(*db.Tx, access.Grant, Point, Point) error { return nil }
	return &Service{db: d, projects: projects, sheets: sheets, photos: photos, Follow: nobody, Elsewhere: func(*db.Tx, access.Grant, media.Photo) (bool, error) { return false, nil }}
}

// Draft is a point to be made. An empty List is the project's first, an empty
// Status its first that is open and not reserved.
type Draft struct {
	ID   id.Point
	List id.List
	fields.Values
}

// Create makes a point and gives it its number; false where it was there
// already, which changes nothing.
func (s *Service) Create(ctx context.Context, g access.Grant, d Draft) (Point, bool, error) {
	d.InCharge = fields.Tidy(d.InCharge)
	given := fields.All()
	if d.Values.Status == "" {
		given = slices.DeleteFunc(given, func(f fields.Field) bool { return f == fields.Status })
	}
	bad := fields.Patch{Fields: given, Values: d.Values}.Check()
	if !id.Valid(d.ID) {
		bad = append(bad, fault.Field{Path: "point", Code: "not-an-id"})
	}
	if d.List != "" && !id.Valid(d.List) {
		bad = append(bad, fault.Field{Path: "list_id", Code: "not-an-id"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return Point{}, false, err
	}
	var out Point
	created := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		set, err := s.projects.Settings(tx, g.Project, fields.Statuses|fields.Lists)
		if err != nil {
			return err
		}
		have, ok, err := find(tx, g.Project, d.ID, false)
		if err != nil {
			return err
		}
		if ok {
			created = false
			out, err = s.repeated(tx, g, set, have)
			return err
		}
		if other, err := taken(tx, d.ID); err != nil || other {
			return orErr(err, notFound())
		}
		p, err := s.draft(tx, g, set, d)
		if err != nil {
			return err
		}
		if p.Number.Sequence, err = charges.Next(tx, p.List, p.Number.Occurrence); err != nil {
			return err
		}
		if err := insert(tx, p); err != nil {
			return err
		}
		if err := s.logged(tx, g, Point{}, p, "created", fields.All()); err != nil {
			return err
		}
		created = true
		out, err = s.whole(tx, g, set, p)
		return err
	})
	return out, created, fault.Wrap("point.Create", err)
}

func orErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// repeated answers the second PUT of a point.
func (s *Service) repeated(tx *db.Tx, g access.Grant, set fields.Settings, have Point) (Point, error) {
	if !policy.MaySee(toward(tx, g, set, have)) {
		return Point{}, notFound()
	}
	if have.DeletedAt != 0 {
		return Point{}, fault.New(fault.Gone, "point-deleted", "the point was deleted")
	}
	return s.whole(tx, g, set, have)
}

// draft makes the point that d asks for, but for its sequence.
func (s *Service) draft(tx *db.Tx, g access.Grant, set fields.Settings, d Draft) (Point, error) {
	p := Point{ID: d.ID, Project: g.Project, List: d.List, Version: 1, Values: d.Values, Author: g.Person,
		CreatedAt: tx.Micros(), ChangedAt: tx.Micros()}
	list, err := resolve.Target(g, set, p.List)
	if err != nil {
		return p, err
	}
	level := g.LevelOn(list.ID)
	p.List, p.Number = list.ID, fields.Number{Code: list.Code, Occurrence: list.Occurrence}
	if p.Values.Status == "" {
		i := slices.IndexFunc(set.Statuses, func(r fields.StatusRule) bool { return !r.Closes && !r.ManagersOnly })
		if i < 0 {
			return p, fault.New(fault.Invalid, "no-status", "the project has no open status")
		}
		p.Values.Status = set.Statuses[i].ID
	}
	if err := resolve.Fields(tx, s.projects, s.sheets, g.Project, set, &p.Values, fields.All()); err != nil {
		return p, err
	}
	rule, _ := set.Status(p.Values.Status)
	if rule.ManagersOnly {
		w := policy.Toward{Level: level, Author: true, Reserved: true}
		if err := policy.OnPoint(w, policy.SetStatus); err != nil {
			return p, err
		}
	}
	if rule.Closes {
		p.ClosedAt = tx.Micros()
	}
	return p, nil
}

// locked reads a point that the actor sees, for a change.
func (s *Service) locked(tx *db.Tx, g access.Grant, point id.Point) (Point, fields.Settings, error) {
	return s.live(tx, g, point, true)
}

// live reads a point that the actor sees and that is not deleted.
func (s *Service) live(tx *db.Tx, g access.Grant, point id.Point, lock bool) (Point, fields.Settings, error) {
	p, set, err := s.seen(tx, g, point, lock)
	if err == nil && p.DeletedAt != 0 {
		err = notFound()
	}
	return p, set, err
}

// seen reads a point that the actor sees, deleted or not.
func (s *Service) seen(tx *db.Tx, g access.Grant, point id.Point, lock bool) (Point, fields.Settings, error) {
	set, err := s.projects.Settings(tx, g.Project, fields.Statuses)
	if err != nil {
		return Point{}, set, err
	}
	p, ok, err := find(tx, g.Project, point, lock)
	if err != nil {
		return p, set, err
	}
	if !ok || !policy.MaySee(toward(tx, g, set, p)) {
		return Point{}, set, notFound()
	}
	return p, set, nil
}

// Change lays a patch made on version base over the point. Fields in conflict
// are left alone and named; the others are applied.
func (s *Service) Change(ctx context.Context, g access.Grant, point id.Point, base int64, patch fields.Patch) (Point, []merge.Conflict, error) {
	patch.InCharge = fields.Tidy(patch.InCharge)
	if err := fault.InvalidFields(patch.Check()); err != nil {
		return Point{}, nil, err
	}
	var (
		out       Point
		conflicts []merge.Conflict
	)
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, point)
		if err != nil {
			return err
		}
		r, err := merge.Fields(tx, string(point), base, p.Version, resolve.Changes(p.Values, patch))
		if err != nil {
			return err
		}
		if err := mayChange(tx, g, set, p, patch, r); err != nil {
			return err
		}
		next, applied := p, make([]fields.Field, len(r.Apply))
		for i, f := range r.Apply {
			applied[i] = fields.Field(f.Name)
			next.Take(patch.Values, applied[i])
		}
		if err := resolve.Fields(tx, s.projects, s.sheets, g.Project, set, &next.Values, applied); err != nil {
			return err
		}
		applied = slices.DeleteFunc(applied, func(f fields.Field) bool { return fields.Same(p.Values, next.Values, f) }) // a pin pushed back onto where it was
		if len(applied) > 0 {
			if err := s.write(tx, g, set, p, &next, applied); err != nil {
				return err
			}
		}
		conflicts = r.Conflicts
		out, err = s.whole(tx, g, set, next)
		return err
	})
	return out, conflicts, fault.Wrap("point.Change", err)
}

// write keeps next, which differs from p in the fields applied.
func (s *Service) write(tx *db.Tx, g access.Grant, set fields.Settings, p Point, next *Point, applied []fields.Field) error {
	if slices.Contains(applied, fields.Status) {
		rule, _ := set.Status(next.Values.Status)
		switch {
		case !rule.Closes:
			next.ClosedAt = 0
		case next.ClosedAt == 0:
			next.ClosedAt = tx.Micros()
		}
	}
	touch(tx, next)
	if err := update(tx, *next, p.Version, slices.Contains(applied, fields.InCharge)); err != nil {
		return err
	}
	return s.logged(tx, g, p, *next, "changed", applied)
}

func touch(tx *db.Tx, p *Point) {
	p.Version++
	p.ChangedAt = max(tx.Micros(), p.ChangedAt)
}

// mayChange is nil if the actor may change the fields that would differ.
func mayChange(tx *db.Tx, g access.Grant, set fields.Settings, p Point, patch fields.Patch, r merge.Result) error {
	var names []string
	for _, f := range r.Apply {
		names = append(names, f.Name)
	}
	for _, c := range r.Conflicts {
		names = append(names, c.Field)
	}
	for _, f := range names {
		w, act := toward(tx, g, set, p), policy.EditPoint
		if fields.Field(f) == fields.Status {
			act = policy.SetStatus
			to, _ := set.Status(patch.Values.Status)
			w.Reserved = w.Reserved || to.ManagersOnly
		}
		if err := policy.OnPoint(w, act); err != nil {
			return err
		}
	}
	return nil
}

// Delete takes a point away; Restore brings it back within UndoDays.
func (s *Service) Delete(ctx context.Context, g access.Grant, point id.Point) error {
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.seen(tx, g, point, true)
		if err != nil {
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, p), policy.DeletePoint); err != nil {
			return err
		}
		if p.DeletedAt != 0 {
			return nil
		}
		next := p
		next.DeletedAt, next.DeletedBy = tx.Micros(), g.Person
		touch(tx, &next)
		if err := update(tx, next, p.Version, false); err != nil {
			return err
		}
		if err := search.Delete(tx, string(g.Project), Thing, string(p.ID)); err != nil {
			return err
		}
		if _, err := job.Enqueue(tx, job.Spec{Kind: EraseJob, Payload: erasePayload{Project: g.Project, Point: p.ID, DeletedAt: next.DeletedAt},
			RunAt: tx.Now().AddDate(0, 0, UndoDays), ThingID: string(p.ID), By: string(g.Person)}); err != nil {
			return err
		}
		return s.logged(tx, g, p, next, "deleted", nil)
	})
	return fault.Wrap("point.Delete", err)
}

// Restore undoes a delete.
func (s *Service) Restore(ctx context.Context, g access.Grant, point id.Point) (Point, error) {
	var out Point
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.seen(tx, g, point, true)
		if err != nil {
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, p), policy.RestorePoint); err != nil {
			return err
		}
		if p.DeletedAt == 0 {
			out, err = s.whole(tx, g, set, p)
			return err
		}
		if lapsed(tx.Now(), p.DeletedAt) {
			return fault.New(fault.Gone, "undo-lapsed", "the point was deleted too long ago")
		}
		next := p
		next.DeletedAt, next.DeletedBy = 0, ""
		touch(tx, &next)
		if err := update(tx, next, p.Version, false); err != nil {
			return err
		}
		if err := s.logged(tx, g, p, next, "restored", nil); err != nil {
			return err
		}
		out, err = s.whole(tx, g, set, next)
		return err
	})
	return out, fault.Wrap("point.Restore", err)
}

func lapsed(now time.Time, deletedAt int64) bool {
	return !now.Before(time.UnixMicro(deletedAt).AddDate(0, 0, UndoDays))
}

// Comment adds a comment; false where it was there already.
func (s *Service) Comment(ctx context.Context, g access.Grant, point id.Point, c id.Comment, text string) (comment.Comment, bool, error) {
	var (
		out   comment.Comment
		added bool
	)
	if err := comment.Check(c, text); err != nil {
		return out, false, err
	}
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, point)
		if err != nil {
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, p), policy.CommentPoint); err != nil {
			return err
		}
		out = comment.Comment{ID: c, Project: g.Project, Kind: Thing, Thing: string(point), Text: text, Author: g.Person, At: tx.Micros()}
		if added, err = comment.Add(tx, out); err != nil {
			return err
		}
		if !added {
			out, err = comment.Get(tx, c)
			return err
		}
		if err := index(tx, p); err != nil {
			return err
		}
		return s.appended(tx, g, p, "commented", "comment", string(c))
	})
	return out, added, fault.Wrap("point.Comment", err)
}

// appended raises the version of p for something that was hung on it or taken
// off, and logs it by its id.
func (s *Service) appended(tx *db.Tx, g access.Grant, p Point, kind, field, id string) error {
	next := p
	touch(tx, &next)
	if err := update(tx, next, p.Version, false); err != nil {
		return err
	}
	change := feed.Field{Name: field, After: id}
	if kind == "photo-removed" {
		change = feed.Field{Name: field, Before: id}
	}
	return s.log(tx, g, p, next, kind, []feed.Field{change})
}
