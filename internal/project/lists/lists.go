package lists

import (
	"context"
	"regexp"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/policy"
	"plumbline/internal/project/rules"
)

// Thing is the kind of a list in the log.
const Thing = "list"

// The schemes by which points are numbered.
const (
	BySequence   = "sequence"                 // 7
	ByOccurrence = "occurrence-sequence"      // 1.07
	ByCode       = "code-sequence"            // C-7
	ByAll        = "code-occurrence-sequence" // C-1.7
)

// Numberings are all schemes.
func Numberings() []string { return []string{BySequence, ByOccurrence, ByCode, ByAll} }

// Occurs reports whether a scheme counts occurrences.
func Occurs(numbering string) bool { return numbering == ByOccurrence || numbering == ByAll }

// Coded reports whether a scheme begins with the list's code.
func Coded(numbering string) bool { return numbering == ByCode || numbering == ByAll }

// List is a group of points with numbers of its own. The first in order that
// somebody may write on is where a point of theirs goes that names none.
type List struct {
	ID           id.List
	Code         string
	Name         string
	Order        int64
	Numbering    string
	Occurrence   int64
	OccurrenceAt int64 // since when it runs; 0: since the list was made
	Closed       bool  // only those on it know of it
	ArchivedAt   int64 // 0: in use
	Version      int64
}

// Archived reports whether the list takes no new points.
func (l List) Archived() bool { return l.ArchivedAt != 0 }

// Patch is an update of a list; nil leaves a field alone.
type Patch struct {
	Code, Name, Numbering *string
	Order                 *int64
	Closed, Archived      *bool
}

// Uses knows what settings are used by: the slices above.
type Uses interface {
	InUse(tx *db.Tx, kind, thing string) (bool, error)
}

// Reports knows whether a report was made of a list's points since an instant.
type Reports interface {
	MadeOf(tx *db.Tx, list id.List, since int64) (bool, error)
}

// Deps are what the service works with. Hold locks the project, and with it its
// settings. Uses and Reports may be nil: nothing is in use, no report was made.
type Deps struct {
	DB      *db.DB
	Hold    func(tx *db.Tx, project id.Project) error
	Uses    Uses
	Reports Reports
}

// Service is the lists of all projects.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

var code = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,7}$`) // begins the numbers of the points

func missing() error {
	return fault.New(fault.NotFound, "list-not-found", "there is no such list")
}

// Of reads all lists of a project, in their order.
func Of(tx *db.Tx, project id.Project) ([]List, error) {
	all, err := read(tx, project)
	if err != nil {
		return nil, fault.Wrap("lists.Of", err)
	}
	closed, err := access.ClosedLists(tx, project)
	for i := range all {
		all[i].Closed = slices.Contains(closed, all[i].ID)
	}
	return all, fault.Wrap("lists.Of", err)
}

// Seen reads the lists that the grant's person knows of.
func Seen(tx *db.Tx, g access.Grant) ([]List, error) {
	all, err := Of(tx, g.Project)
	return slices.DeleteFunc(all, func(l List) bool { return !g.Knows(l.ID) }), err
}

// check names what is not right. Others are the lists that the actor knows of:
// a code that only somebody else knows is not taken.
func (l List) check(others []List) []fault.Field {
	bad := slices.Concat(org.Text("name", l.Name, 1, rules.MaxName), rules.Order(l.Order),
		rules.Bad("numbering", "not-one-of", !slices.Contains(Numberings(), l.Numbering)))
	if !code.MatchString(l.Code) {
		return append(bad, rules.Bad("code", "format", true)...)
	}
	return append(bad, rules.Bad("code", "taken", slices.ContainsFunc(others, func(x List) bool {
		return x.ID != l.ID && db.Fold(x.Code) == db.Fold(l.Code)
	}))...)
}

// First adds the list that a new project has to begin with, for package project.
func First(tx *db.Tx, by feed.Actor, project id.Project, name string) error {
	_, err := add(tx, by, project, List{ID: id.New[id.List](), Code: "C", Name: name, Order: 1}, nil, "")
	return fault.Wrap("lists.First", err)
}

// Put adds a list; false where it is there already, which changes nothing. Who
// makes a closed one is its administrator.
func (s *Service) Put(ctx context.Context, g access.Grant, l List) (List, bool, error) {
	const op = "lists.Put"
	if err := g.May(policy.ManageSettings); err != nil {
		return l, false, fault.Wrap(op, err)
	}
	made := false
	var out List
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		made = false
		if err := s.Hold(tx, g.Project); err != nil {
			return err
		}
		have, ok, err := find(tx, g.Project, l.ID)
		if err != nil {
			return err
		}
		if ok {
			if !g.Knows(l.ID) {
				return missing()
			}
			out = have
			out.Closed, err = access.ListClosed(tx, g.Project, l.ID)
			return err
		}
		others, err := Seen(tx, g)
		if err != nil {
			return err
		}
		out, err = add(tx, g.By(), g.Project, l, others, g.Person)
		made = err == nil
		return err
	})
	return out, made, fault.Wrap(op, err)
}

func add(tx *db.Tx, by feed.Actor, project id.Project, l List, others []List, maker id.Person) (List, error) {
	l.Version, l.Occurrence, l.OccurrenceAt = 1, 1, tx.Micros()
	if l.Numbering == "" {
		l.Numbering = ByAll
	}
	if !id.Valid(l.ID) {
		return l, fault.InvalidFields(rules.Bad("id", "not-an-id", true))
	}
	if err := fault.InvalidFields(l.check(others)); err != nil {
		return l, err
	}
	if made, err := insert(tx, project, l); err != nil || !made {
		if err == nil { // another project's id
			err = missing()
		}
		return l, err
	}
	if gone, err := feed.History(tx, string(l.ID), "", 1); err != nil || len(gone.Items) > 0 {
		if err == nil {
			err = fault.New(fault.Gone, "list-deleted", "this was deleted")
		}
		return l, err
	}
	if l.Closed {
		if err := access.CloseList(tx, project, l.ID, true); err != nil {
			return l, err
		}
		if _, _, err := access.SetListLevel(tx, project, l.ID, maker, policy.Administrator, true); err != nil {
			return l, err
		}
	}
	told, err := access.Told(tx, project, l.ID)
	if err != nil {
		return l, err
	}
	return l, log(tx, by, project, l, feed.Created, told, feed.Field{Name: "code", After: l.Code}, feed.Field{Name: "name", After: l.Name},
		feed.Field{Name: "order", After: l.Order}, feed.Field{Name: "numbering", After: l.Numbering}, feed.Field{Name: "closed", After: l.Closed})
}

func log(tx *db.Tx, by feed.Actor, project id.Project, l List, kind string, told []string, fields ...feed.Field) error {
	return feed.Append(tx, by, feed.Change{Stream: access.Everyone(project), Thing: feed.Thing{Kind: Thing, ID: string(l.ID)},
		Kind: kind, Version: l.Version, Fields: fields, Audiences: told})
}

// lock holds the project and reads one of its lists, on which the actor must
// have a level.
func (s *Service) lock(tx *db.Tx, g access.Grant, list id.List, need policy.Level) (List, error) {
	if err := s.Hold(tx, g.Project); err != nil {
		return List{}, err
	}
	l, ok, err := find(tx, g.Project, list)
	if err == nil && (!ok || !g.Knows(list)) {
		err = missing()
	}
	if err == nil {
		err = policy.AtLeast(g.LevelOn(list), need)
	}
	if err != nil {
		return l, err
	}
	l.Closed, err = access.ListClosed(tx, g.Project, list)
	return l, err
}

// Change merges an update made on version base.
func (s *Service) Change(ctx context.Context, g access.Grant, list id.List, base int64, p Patch) (List, []merge.Conflict, error) {
	const op = "lists.Change"
	var l List
	var conflicts []merge.Conflict
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if l, err = s.lock(tx, g, list, policy.Manager); err != nil {
			return err
		}
		was := l
		archived := l.Archived()
		var named []merge.Field
		note(&named, "code", l.Code, p.Code)
		note(&named, "name", l.Name, p.Name)
		note(&named, "numbering", l.Numbering, p.Numbering)
		note(&named, "order", l.Order, p.Order)
		note(&named, "closed", l.Closed, p.Closed)
		note(&named, "archived", archived, p.Archived)
		r, err := merge.Fields(tx, string(list), base, l.Version, named)
		if err != nil {
			return err
		}
		conflicts = r.Conflicts
		for _, c := range r.Conflicts {
			mutation.Conflicts(tx, c.Field)
		}
		if len(r.Apply) == 0 {
			return nil
		}
		take(r, "code", &l.Code, p.Code)
		take(r, "name", &l.Name, p.Name)
		take(r, "numbering", &l.Numbering, p.Numbering)
		take(r, "order", &l.Order, p.Order)
		take(r, "closed", &l.Closed, p.Closed)
		take(r, "archived", &archived, p.Archived)
		if archived != l.Archived() {
			if l.ArchivedAt = 0; archived {
				l.ArchivedAt = tx.Micros()
			}
		}
		others, err := Seen(tx, g)
		if err != nil {
			return err
		}
		if err := fault.InvalidFields(l.check(others)); err != nil {
			return err
		}
		before, err := access.Told(tx, g.Project, list)
		if err != nil {
			return err
		}
		if was.Closed != l.Closed {
			if err := s.turn(tx, g, l); err != nil {
				return err
			}
		}
		l.Version++
		if err := update(tx, g.Project, l); err != nil {
			return err
		}
		if err := remains(tx, g.Project); err != nil {
			return err
		}
		after, err := access.Told(tx, g.Project, list)
		if err != nil {
			return err
		}
		return log(tx, g.By(), g.Project, l, feed.Changed, append(before, after...), r.Changes()...)
	})
	return l, conflicts, fault.Wrap(op, err)
}

func note[T any](all *[]merge.Field, name string, now T, mine *T) {
	if mine != nil {
		*all = append(*all, merge.Field{Name: name, Now: now, Mine: *mine})
	}
}

func take[T any](r merge.Result, name string, to, from *T) {
	if from != nil && r.Applies(name) {
		*to = *from
	}
}

// turn opens or closes a list. Who closes it stays on it, with the
// administrators of the project.
func (s *Service) turn(tx *db.Tx, g access.Grant, l List) error {
	if err := policy.AtLeast(g.LevelOn(l.ID), policy.Administrator); err != nil {
		return err
	}
	if l.Closed {
		stay, err := access.Administrators(tx, g.Project)
		if err != nil {
			return err
		}
		for _, p := range append(stay, g.Person) {
			if _, _, err := access.SetListLevel(tx, g.Project, l.ID, p, policy.Administrator, true); err != nil {
				return err
			}
		}
	}
	return access.CloseList(tx, g.Project, l.ID, l.Closed)
}

// remains refuses to leave a project without a list in use.
func remains(tx *db.Tx, project id.Project) error {
	all, err := read(tx, project)
	if err == nil && !slices.ContainsFunc(all, func(l List) bool { return !l.Archived() }) {
		err = fault.New(fault.Conflict, "last-list", "a project keeps a list")
	}
	return err
}

// Delete deletes a list without points.
func (s *Service) Delete(ctx context.Context, g access.Grant, list id.List) error {
	return fault.Wrap("lists.Delete", s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		l, err := s.lock(tx, g, list, policy.Manager)
		if err != nil {
			return err
		}
		inUse := fault.New(fault.Conflict, "in-use", "this is in use")
		if s.Uses != nil {
			used, err := s.Uses.InUse(tx, Thing, string(list))
			if err != nil {
				return err
			}
			if used {
				return inUse
			}
		}
		told, err := access.Told(tx, g.Project, list)
		if err != nil {
			return err
		}
		if err := access.ForgetList(tx, g.Project, list); err != nil {
			return err
		}
		if err := remove(tx, g.Project, list); err != nil {
			if fault.CodeOf(err) == "in-use-or-missing" {
				err = inUse
			}
			return err
		}
		if err := remains(tx, g.Project); err != nil {
			return err
		}
		l.Version++
		return log(tx, g.By(), g.Project, l, feed.Deleted, told, feed.Field{Name: "code", Before: l.Code}, feed.Field{Name: "name", Before: l.Name})
	}))
}

// Next begins the occurrence after the one named. Saying it again changes
// nothing. Where no report was made of the points of the running one it is
// refused (Conflict "occurrence-unreported") unless despite says that it is
// known.
func (s *Service) Next(ctx context.Context, g access.Grant, list id.List, running int64, despite bool) (List, error) {
	var l List
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if l, err = s.lock(tx, g, list, policy.Manager); err != nil {
			return err
		}
		switch {
		case !Occurs(l.Numbering):
			return fault.New(fault.Conflict, "no-occurrences", "this list's numbers have no occurrence")
		case l.Occurrence == running+1:
			return nil
		case l.Occurrence != running:
			return fault.New(fault.Conflict, "other-occurrence", "another occurrence is running")
		}
		if !despite {
			made := false
			if s.Reports != nil {
				if made, err = s.Reports.MadeOf(tx, list, l.OccurrenceAt); err != nil {
					return err
				}
			}
			if !made {
				return fault.New(fault.Conflict, "occurrence-unreported", "no report was made of the running occurrence")
			}
		}
		l.Occurrence, l.OccurrenceAt = l.Occurrence+1, tx.Micros()
		l.Version++
		if err := update(tx, g.Project, l); err != nil {
			return err
		}
		told, err := access.Told(tx, g.Project, list)
		if err != nil {
			return err
		}
		return log(tx, g.By(), g.Project, l, feed.Changed, told, feed.Field{Name: "occurrence", Before: running, After: l.Occurrence})
	})
	return l, fault.Wrap("lists.Next", err)
}
