package project

import (
	"slices"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
)

// Parts are parts of the settings, to be read together.
type Parts uint8

// The parts.
const (
	PartZone Parts = 1 << iota
	PartStatuses
	PartLocations
	PartCategories
	PartRoles
)

// Settings are those of a project, each kind in its order; of a tree parents
// before what is in them.
type Settings struct {
	Zone       *time.Location
	Statuses   []Status
	Locations  []Location
	Categories []Category
	Roles      []Role
}

// Read reads the parts of a project's settings that are named; all where none
// is.
func Read(tx *db.Tx, project id.Project, parts ...Parts) (Settings, error) {
	want := Parts(0)
	for _, p := range parts {
		want |= p
	}
	var s Settings
	var err error
	read := func(part Parts, fn func() error) {
		if err == nil && (len(parts) == 0 || want&part != 0) {
			err = fn()
		}
	}
	read(PartZone, func() error {
		p, err := Get(tx, project)
		if err == nil {
			s.Zone = p.zone()
		}
		return err
	})
	read(PartStatuses, func() (err error) { s.Statuses, err = Statuses(tx, project); return err })
	read(PartLocations, func() (err error) { s.Locations, err = Locations(tx, project); return err })
	read(PartCategories, func() (err error) { s.Categories, err = Categories(tx, project); return err })
	read(PartRoles, func() (err error) { s.Roles, err = Roles(tx, project); return err })
	return s, fault.Wrap("project.Read", err)
}

// zone is UTC where this server does not know the project's.
func (p Project) zone() *time.Location {
	if zone, err := time.LoadLocation(p.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// Statuses of a project, in their order.
func Statuses(tx *db.Tx, p id.Project) ([]Status, error) { return statusKind().all(tx, p) }

// Locations of a project, depth first.
func Locations(tx *db.Tx, p id.Project) ([]Location, error) { return locationKind().all(tx, p) }

// Categories of a project, depth first.
func Categories(tx *db.Tx, p id.Project) ([]Category, error) { return categoryKind().all(tx, p) }

// Roles of a project.
func Roles(tx *db.Tx, p id.Project) ([]Role, error) { return roleKind().all(tx, p) }

// Companies are the companies that stand on the project: all of the
// organisation.
func Companies(tx *db.Tx) ([]org.Company, error) { return org.Companies(tx) }

// Whole is a project as one of its participants sees it, without its lists,
// points and plans.
type Whole struct {
	Mine
	Settings
	Companies []org.Company
	People    []Someone
}

// All reads a project whole.
func (s *Service) All(tx *db.Tx, g access.Grant) (Whole, error) {
	w := Whole{Mine: Mine{Level: g.Level, Person: g.Person}}
	var err error
	if w.Project, err = Get(tx, g.Project); err == nil {
		if w.Settings, err = Read(tx, g.Project); err == nil {
			if w.Companies, err = Companies(tx); err == nil {
				w.People, err = s.PeopleIn(tx, g)
			}
		}
	}
	return w, fault.Wrap("project.All", err)
}

// HasLocation reports whether a location is one of the project's.
func HasLocation(tx *db.Tx, project id.Project, location id.Location) (bool, error) {
	_, ok, err := locationKind().find(tx, project, string(location))
	return ok, fault.Wrap("project.HasLocation", err)
}

// Unknown are those of all who cannot be in charge on the project: who takes
// no part in it, is no company of the organisation, no role of the project. In
// a transaction that writes, the roles stay until it ends.
func Unknown(tx *db.Tx, project id.Project, all []access.InCharge) ([]access.InCharge, error) {
	const op = "project.Unknown"
	var persons []id.Person
	var companies []id.Company
	var roles []string
	for _, c := range all {
		switch c.Kind {
		case access.KindPerson:
			persons = append(persons, id.Person(c.ID))
		case access.KindCompany:
			companies = append(companies, id.Company(c.ID))
		case access.KindRole:
			roles = append(roles, c.ID)
		}
	}
	taking, err := access.Taking(tx, project, persons)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	firms, err := org.KnownCompanies(tx, companies)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	functions, err := keepRoles(tx, project, roles)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	return slices.DeleteFunc(slices.Clone(all), func(c access.InCharge) bool {
		switch c.Kind {
		case access.KindPerson:
			return taking[id.Person(c.ID)]
		case access.KindCompany:
			return firms[id.Company(c.ID)]
		case access.KindRole:
			return functions[c.ID]
		}
		return false
	}), nil
}
