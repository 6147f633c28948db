// Package tables takes a project's categories, locations, participants and
// points out as XLSX or CSV, and says what a table that comes in would change.
//
// Promises:
//   - Nothing is changed here. A preview says of each row whether it is new,
//     changed, unchanged or wrong, and gives for it the one write of the API that
//     would do it and the one that takes it back: what is confirmed goes the way
//     of every other write, with its rights, its log and its base, so that what
//     changed meanwhile is a conflict.
//   - A row is a write of its own: one that is refused leaves the others done,
//     and is named. What a table does not have stays as it is.
//   - Rows keep their ids in a hidden column; without an id a row is found by its
//     place and name, and a point without an id is new.
//   - What was taken out comes in unchanged, whatever texts it holds.
//   - Of participants, level and roles come in. A row without an id and with an
//     address is an invitation, with the rules and the notice of every other one;
//     addresses of who takes part leave with no table, and change by none.
//   - A point's list comes in as a move, with its rights.
package tables

import (
	"cmp"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/tabular"
)

// The kinds of tables.
const (
	Categories   = "categories"
	Locations    = "locations"
	Participants = "participants"
	Points       = "points"
)

// MostPoints is how many points a table holds.
const MostPoints = 20_000

// Point is what a table shows of a point.
type Point struct {
	ID          id.Point
	Version     int64
	Number      string
	List        id.List
	Subject     string
	Description string
	Status      id.Status
	Category    id.Category
	Location    id.Location
	Charge      []access.InCharge
	Due         string
	Urgent      bool
	Created     time.Time
}

// Source reads points as the grant's holder may see them.
type Source interface {
	TablePoints(ctx context.Context, g access.Grant, most int) ([]Point, error)
	// Refusals says of each invitation why it would be refused, empty where it
	// would not be; false where the grant's holder may invite nobody.
	Refusals(ctx context.Context, g access.Grant, all []Invitation) ([]string, bool, error)
}

// Service takes tables out, and plans what comes in.
type Service struct {
	db       *db.DB
	projects *project.Service
	source   Source
	temp     func() (*os.File, error)
}

// NewService makes the service. temp opens a file that is gone when it is closed.
func NewService(d *db.DB, projects *project.Service, source Source, temp func() (*os.File, error)) *Service {
	return &Service{d, projects, source, temp}
}

// Temp opens a file that is gone when it is closed.
func (s *Service) Temp() (*os.File, error) { return s.temp() }

// state is the project as it is now.
type state struct {
	org       id.Org
	project   id.Project
	lists     []list
	name      string
	set       project.Settings
	people    []project.Someone
	companies map[id.Company]string
	points    []Point
}

func may(g access.Grant, kind string) error {
	switch kind {
	case Categories, Locations:
		return g.May(policy.ReadProject)
	case Points:
		return g.May(policy.MakeReport)
	case Participants: // a list of names is for who works with it
		return g.May(policy.ManageSettings)
	}
	return fault.New(fault.NotFound, "no-such-table", "there is no such table")
}

func (s *Service) state(ctx context.Context, g access.Grant, kind string) (st state, err error) {
	st.org, st.project, st.companies = g.Org, g.Project, map[id.Company]string{}
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		p, err := project.Get(tx, g.Project)
		if err != nil {
			return err
		}
		st.name = p.Name
		if st.set, err = project.Read(tx, g.Project); err != nil {
			return err
		}
		if kind != Participants && kind != Points {
			return nil
		}
		if st.lists, err = listsOf(tx, g); err != nil {
			return err
		}
		all, err := project.Companies(tx)
		if err != nil {
			return err
		}
		for _, c := range all {
			st.companies[c.ID] = c.Name
		}
		st.people, err = s.projects.PeopleIn(tx, g)
		return err
	})
	if err == nil && kind == Points {
		st.points, err = s.source.TablePoints(ctx, g, MostPoints+1)
		if err == nil && len(st.points) > MostPoints {
			err = fault.New(fault.TooLarge, "too-many-points", "a table holds at most 20,000 points")
		}
	}
	return st, err
}

// columnsOf are the columns of a kind, by their stable names.
func columnsOf(kind string) []string {
	switch kind {
	case Categories:
		return []string{"id", "parent", "name"}
	case Locations:
		return []string{"id", "parent", "name", "code"}
	case Participants:
		return []string{"id", "name", "company", "function", "level", "roles", "email"}
	default:
		return []string{"id", "number", "list", "subject", "description", "status", "category", "location", "in-charge", "due", "urgent", "created"}
	}
}

// Arrow stands between the parts of a path in a tree.
const Arrow = " > "

// Wanted is a table to be taken out.
type Wanted struct {
	Kind      string
	Format    string // xlsx or csv
	Locale    string
	Zone      string
	Separator rune // of CSV; 0: as the locale has it
}

// Export writes a table.
func (s *Service) Export(ctx context.Context, g access.Grant, w Wanted, out io.Writer) error {
	const op = "tables.Export"
	if err := may(g, w.Kind); err != nil {
		return err
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil || !lang.Known(w.Locale) {
		return fault.InvalidFields([]fault.Field{{Path: "locale", Code: "unknown"}})
	}
	st, err := s.state(ctx, g, w.Kind)
	if err != nil {
		return fault.Wrap(op, err)
	}
	l := lang.Match(w.Locale)
	names := columnsOf(w.Kind)
	titles := make([]tabular.Cell, len(names))
	columns := make([]tabular.Column, len(names))
	for i, n := range names {
		title := n
		if n != "id" {
			title = lang.T(l, "tables."+n)
		}
		titles[i] = tabular.T(title)
		columns[i] = tabular.Column{Title: title, Width: map[string]float64{"subject": 44, "description": 60, "name": 30, "parent": 36, "category": 30, "location": 30}[n], Hidden: n == "id"}
	}
	rows := st.rows(w.Kind, l, zone)
	if w.Format == "csv" {
		sep, layout := dialect(w.Locale)
		if w.Separator != 0 {
			sep = w.Separator
		}
		c, err := tabular.NewCSV(out, sep, layout)
		if err != nil {
			return fault.Wrap(op, err)
		}
		for _, r := range append([][]tabular.Cell{titles}, rows...) {
			if err := c.Row(r...); err != nil {
				return fault.Wrap(op, err)
			}
		}
		return fault.Wrap(op, c.Close())
	}
	b := tabular.NewBook(out, tabular.About{Title: st.name, Lang: string(l), Created: s.db.Clock().Now()})
	sheet, err := b.Sheet(lang.T(l, "tables."+w.Kind), columns...)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, r := range rows {
		if err := sheet.Row(r...); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return fault.Wrap(op, b.Close())
}

// dialect is how a locale writes CSV.
func dialect(locale string) (separator rune, layout string) {
	switch lang.Match(locale) {
	case "nl":
		return ';', "02-01-2006"
	case "da":
		return ';', "02-01-2006"
	case "de":
		return ';', "02.01.2006"
	case "fr":
		return ';', "02/01/2006"
	}
	if strings.HasSuffix(locale, "-US") {
		return ',', "01/02/2006"
	}
	return ',', "02/01/2006"
}

func (st state) rows(kind string, l lang.Locale, zone *time.Location) (out [][]tabular.Cell) {
	switch kind {
	case Categories, Locations:
		for _, n := range st.tree(kind) {
			row := []tabular.Cell{tabular.T(n.id), tabular.T(n.parentPath), tabular.T(n.name)}
			if kind == Locations {
				row = append(row, tabular.T(n.code))
			}
			out = append(out, row)
		}
	case Participants:
		roles := map[id.Role]string{}
		for _, r := range st.set.Roles {
			roles[r.ID] = r.Name
		}
		for _, p := range st.people {
			if p.Former {
				continue
			}
			var own []string
			for _, r := range p.Roles {
				own = append(own, roles[r])
			}
			out = append(out, []tabular.Cell{tabular.T(string(p.ID)), tabular.T(p.Name), tabular.T(st.companies[p.Company]), tabular.T(p.Function),
				tabular.T(p.Level.String()), tabular.T(strings.Join(own, ", ")), tabular.T("")})
		}
	case Points:
		paths, labels := st.paths(), map[id.List]string{}
		for _, x := range st.lists {
			labels[x.id] = x.label()
		}
		statuses := map[id.Status]string{}
		for _, x := range st.set.Statuses {
			statuses[x.ID] = x.Name
		}
		for i := range st.points {
			p := &st.points[i]
			urgent := ""
			if p.Urgent {
				urgent = lang.T(l, "tables.yes")
			}
			out = append(out, []tabular.Cell{tabular.T(string(p.ID)), tabular.T(p.Number), tabular.T(labels[p.List]), tabular.T(p.Subject), tabular.T(p.Description), tabular.T(statuses[p.Status]),
				tabular.T(paths[string(p.Category)]), tabular.T(paths[string(p.Location)]), tabular.T(st.charge(p.Charge)), tabular.D(p.Due), tabular.T(urgent), tabular.At(p.Created, zone)})
		}
	}
	return out
}

func (st state) charge(all []access.InCharge) string {
	var names []string
	for _, c := range all {
		switch c.Kind {
		case "person":
			for _, p := range st.people {
				if string(p.ID) == c.ID && p.Name != "" {
					names = append(names, p.Name)
				}
			}
		case "company":
			names = append(names, st.companies[id.Company(c.ID)])
		case "role":
			for _, r := range st.set.Roles {
				if string(r.ID) == c.ID {
					names = append(names, r.Name)
				}
			}
		}
	}
	return strings.Join(names, ", ")
}

// node is a place in a tree.
type node struct {
	id, parent, name, code string
	parentPath, path       string
	depth                  int
	version, order         int64
}

// tree is the categories or locations, parents before children.
func (st state) tree(kind string) []node {
	var all []node
	if kind == Categories {
		for _, c := range st.set.Categories {
			n := node{id: string(c.ID), name: c.Name, version: c.Version, order: c.Order}
			if c.Parent != nil {
				n.parent = string(*c.Parent)
			}
			all = append(all, n)
		}
	} else {
		for _, c := range st.set.Locations {
			n := node{id: string(c.ID), name: c.Name, code: c.Code, version: c.Version, order: c.Order}
			if c.Parent != nil {
				n.parent = string(*c.Parent)
			}
			all = append(all, n)
		}
	}
	kids := map[string][]node{}
	for _, n := range all {
		kids[n.parent] = append(kids[n.parent], n)
	}
	var out []node
	var walk func(parent, path string, depth int)
	walk = func(parent, path string, depth int) {
		some := kids[parent]
		slices.SortStableFunc(some, func(a, b node) int { return cmp.Compare(a.order, b.order) })
		for _, n := range some {
			n.parentPath, n.path, n.depth = path, n.name, depth
			if path != "" {
				n.path = path + Arrow + n.name
			}
			out = append(out, n)
			if depth < 8 {
				walk(n.id, n.path, depth+1)
			}
		}
	}
	walk("", "", 0)
	return out
}

// paths are the whole ways to categories and locations, by id.
func (st state) paths() map[string]string {
	out := map[string]string{}
	for _, kind := range []string{Categories, Locations} {
		for _, n := range st.tree(kind) {
			out[n.id] = n.path
		}
	}
	return out
}
