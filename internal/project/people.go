package project

import (
	"context"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

// Someone is a participant as the others see one. Of who is erased the name is
// empty.
type Someone struct {
	ID         id.Person
	Name       string
	Initials   string
	Company    id.Company // empty without one
	Function   string
	Level      policy.Level // of a former one: the last
	Roles      []id.Role
	HasAccount bool
	Former     bool
	Code       string // of who was erased: all that they are called by
	Limited    bool   // there, but not to be shown: the name stays empty
	You        bool
}

// People are those whom the actor may see: from guest on all participants,
// former ones too; a subcontractor sees those who occur on what they see, and
// the managers.
func (s *Service) People(ctx context.Context, g access.Grant) ([]Someone, error) {
	var out []Someone
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, err = s.PeopleIn(tx, g)
		return err
	})
	return out, fault.Wrap("project.People", err)
}

// PeopleIn is People within a transaction.
func (s *Service) PeopleIn(tx *db.Tx, g access.Grant) ([]Someone, error) {
	const op = "project.PeopleIn"
	if err := g.May(policy.ReadProject); err != nil {
		return nil, fault.Wrap(op, err)
	}
	all, err := access.Participants(tx, g.Project)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if g.May(policy.ReadEverything) != nil {
		var seen []id.Person
		if s.Occurring != nil {
			if seen, err = s.Occurring.PeopleSeen(tx, g); err != nil {
				return nil, fault.Wrap(op, err)
			}
		}
		all = slices.DeleteFunc(all, func(p access.Participant) bool {
			manages := p.Level >= policy.Manager && !p.Former
			return !manages && p.Person != g.Person && !slices.Contains(seen, p.Person)
		})
	}
	out, err := s.named(tx, g, all)
	if err != nil || g.May(policy.ReadEverything) != nil {
		return out, fault.Wrap(op, err)
	}
	erased, err := s.erased(tx, g)
	return append(out, erased...), fault.Wrap(op, err)
}

// erased are those who were erased and who did something on the project: the
// record names them by their codes.
func (s *Service) erased(tx *db.Tx, g access.Grant) (out []Someone, err error) {
	formers, err := s.Deps.People.Formers(tx)
	if err != nil {
		return nil, err
	}
	for _, p := range formers {
		did, err := feed.Acted(tx, stream(g.Project), string(p.ID))
		if err != nil {
			return nil, err
		}
		if did {
			out = append(out, Someone{ID: p.ID, Level: policy.Subcontractor, Former: true, Code: p.Code})
		}
	}
	return out, nil
}

func (s *Service) named(tx *db.Tx, g access.Grant, all []access.Participant) ([]Someone, error) {
	ids := make([]id.Person, len(all))
	for i, p := range all {
		ids[i] = p.Person
	}
	who, err := s.Deps.People.ReadIn(tx, personal.Participants, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Someone, len(all))
	for i, p := range all {
		w, here := who[p.Person]
		out[i] = Someone{ID: p.Person, Name: w.Name, Initials: w.Initials(), Company: w.Company, Function: w.Function, Level: p.Level,
			Roles: p.Roles, HasAccount: w.Account != "", Former: p.Former || !here || w.State == person.Former, Code: w.Code, Limited: w.Limited, You: p.Person == g.Person}
	}
	return out, nil
}

// PutParticipant makes an active person of the address book a participant, or
// changes the level and roles of one.
func (s *Service) PutParticipant(ctx context.Context, g access.Grant, p id.Person, level policy.Level, roles []id.Role) error {
	err := s.Access.Put(ctx, g, p, level, roles, func(tx *db.Tx) error {
		if err := lockProject(tx, g.Project); err != nil { // no role goes meanwhile
			return err
		}
		ref, ok, err := person.RefOf(tx, p)
		if err == nil && (!ok || ref.State != person.Active) { // who is invited has not agreed yet
			err = fault.New(fault.NotFound, "person-not-found", "there is no such person")
		}
		if err != nil {
			return err
		}
		return knownRoles(tx, g.Project, roles)
	})
	return fault.Wrap("project.PutParticipant", err)
}

// RemoveParticipant ends a participation; everybody may end their own.
func (s *Service) RemoveParticipant(ctx context.Context, g access.Grant, p id.Person) error {
	return fault.Wrap("project.RemoveParticipant", s.Access.Remove(ctx, g, p))
}
