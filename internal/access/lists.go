package access

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

// A list is open to its project, where everybody keeps their level unless the
// list gives them their own; or closed: then only those whom it gives a level
// know of it.

// ListMember is a participant to whom a list gives a level of its own.
type ListMember struct {
	Person    id.Person
	Level     policy.Level
	OnProject policy.Level
}

// CloseList closes a list, or opens it.
func CloseList(tx *db.Tx, project id.Project, list id.List, closed bool) error {
	return fault.Wrap("access.CloseList", saveClosed(tx, project, list, closed))
}

// ListClosed reports whether a list is closed.
func ListClosed(tx *db.Tx, project id.Project, list id.List) (bool, error) {
	closed, err := isClosed(tx, project, list)
	return closed, fault.Wrap("access.ListClosed", err)
}

// ClosedLists are those of a project.
func ClosedLists(tx *db.Tx, project id.Project) ([]id.List, error) {
	all, err := closedLists(tx, project)
	return all, fault.Wrap("access.ClosedLists", err)
}

// ListMembers are the participants to whom a list gives a level.
func ListMembers(tx *db.Tx, project id.Project, list id.List) ([]ListMember, error) {
	all, err := listMembers(tx, project, list)
	return all, fault.Wrap("access.ListMembers", err)
}

// ForgetList drops what is kept of a list that is deleted.
func ForgetList(tx *db.Tx, project id.Project, list id.List) error {
	err := forgetListLevels(tx, project, list)
	if err == nil {
		err = saveClosed(tx, project, list, false)
	}
	return fault.Wrap("access.ForgetList", err)
}

// SetListLevel gives a participant a level on one list; ok false takes it back.
// It gives what there was. The list's owner authorises and logs it, in words
// that only those hear who know of the list.
func SetListLevel(tx *db.Tx, project id.Project, list id.List, p id.Person, level policy.Level, ok bool) (before policy.Level, had bool, err error) {
	const op = "access.SetListLevel"
	was, there, err := lockParticipant(tx, project, p)
	if err == nil && (!there || was.Former) {
		err = fault.New(fault.NotFound, "participant-not-found", "there is no such participant")
	}
	if err != nil {
		return before, had, fault.Wrap(op, err)
	}
	members, err := listMembers(tx, project, list)
	if err != nil {
		return before, had, fault.Wrap(op, err)
	}
	if i := slices.IndexFunc(members, func(m ListMember) bool { return m.Person == p }); i >= 0 {
		before, had = members[i].Level, true
	}
	return before, had, fault.Wrap(op, saveListLevel(tx, project, list, p, level, ok))
}

// Told are the audiences that are told of a list itself: the site of an open
// one, of a closed one the persons on it.
func Told(tx *db.Tx, project id.Project, list id.List) ([]string, error) {
	const op = "access.Told"
	closed, err := isClosed(tx, project, list)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if !closed {
		return []string{Site(project)}, nil
	}
	members, err := listMembers(tx, project, list)
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = Charged(project, InCharge{KindPerson, string(m.Person)})
	}
	return out, fault.Wrap(op, err)
}

// ChargedOn are the audiences of those in charge of a thing on a list. On a
// closed one they are the persons on it who are in charge, by themselves, by
// their company or by a role: its other people, and other lists, hear nothing.
func ChargedOn(tx *db.Tx, project id.Project, list id.List, all []InCharge) ([]string, error) {
	const op = "access.ChargedOn"
	out := make([]string, 0, len(all))
	closed, err := isClosed(tx, project, list)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if !closed {
		for _, c := range all {
			out = append(out, Charged(project, c))
		}
		return out, nil
	}
	if len(all) == 0 {
		return out, nil
	}
	members, err := listMembers(tx, project, list)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	for _, m := range members {
		ref, ok, err := person.RefOf(tx, m.Person)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		roles, err := rolesOf(tx, tx.Org(), project, m.Person)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		g := Grant{Actor: Actor{Person: m.Person, Company: ref.Company}, Project: project, Roles: roles}
		if ok && g.InChargeOf(all) {
			out = append(out, Charged(project, InCharge{KindPerson, string(m.Person)}))
		}
	}
	return out, nil
}

// ReadersOf are the audiences of those who read all that stands on several
// lists: everyone, or where one of the lists is closed, persons.
func ReadersOf(tx *db.Tx, project id.Project, lists []id.List) ([]string, error) {
	const op = "access.ReadersOf"
	var closed []id.List
	all, err := closedLists(tx, project)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	for _, l := range lists {
		if slices.Contains(all, l) {
			closed = append(closed, l)
		}
	}
	if len(closed) == 0 {
		return []string{Everyone(project)}, nil
	}
	reads := map[id.Person]int{}
	for _, l := range closed {
		members, err := listMembers(tx, project, l)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		for _, m := range members {
			if m.Level >= policy.Guest && m.OnProject >= policy.Guest {
				reads[m.Person]++
			}
		}
	}
	var out []string
	for p, n := range reads {
		if n == len(closed) {
			out = append(out, Charged(project, InCharge{KindPerson, string(p)}))
		}
	}
	slices.Sort(out)
	return out, nil
}

// leaveLists takes a person off the lists of a project.
func leaveLists(tx *db.Tx, by feed.Actor, project id.Project, p id.Person) error {
	if err := leaveListLevels(tx, project, p); err != nil {
		return err
	}
	return inherit(tx, by, project)
}

// inherit gives a closed list that lost its last administrator another: who is
// highest on it, or if nobody is left, the project's administrators.
func inherit(tx *db.Tx, by feed.Actor, project id.Project) error {
	lists, err := closedLists(tx, project)
	if err != nil {
		return err
	}
	for _, l := range lists {
		members, err := listMembers(tx, project, l)
		if err != nil {
			return err
		}
		highest := policy.None
		for _, m := range members {
			highest = max(highest, m.Level)
		}
		if highest == policy.Administrator {
			continue
		}
		var heirs []id.Person
		for _, m := range members {
			if m.Level == highest {
				heirs = append(heirs, m.Person)
			}
		}
		if highest < policy.Contributor {
			if heirs, err = Administrators(tx, project); err != nil {
				return err
			}
		}
		for _, p := range heirs {
			if err := saveListLevel(tx, project, l, p, policy.Administrator, true); err != nil {
				return err
			}
		}
		told, err := Told(tx, project, l)
		if err != nil {
			return err
		}
		if err := feed.Append(tx, by, feed.Change{Stream: Everyone(project), Thing: feed.Thing{Kind: "list", ID: string(l)}, Kind: "inherited",
			Fields: []feed.Field{{Name: "administrators", After: heirs}}, Audiences: told}); err != nil {
			return err
		}
	}
	return nil
}

// Administrators are a project's.
func Administrators(tx *db.Tx, project id.Project) ([]id.Person, error) {
	all, err := participants(tx, project)
	var out []id.Person
	for _, p := range all {
		if p.Level == policy.Administrator && !p.Former {
			out = append(out, p.Person)
		}
	}
	return out, fault.Wrap("access.Administrators", err)
}
