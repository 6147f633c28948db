// Package reported reads for reports what stands in several slices: points,
// plans and photos, and who people are.
package reported

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/report"
)

// Source reads points, plans and photos for reports.
type Source struct {
	DB       *db.DB
	People   *person.Service
	Points   *point.Service
	Drawings *drawing.Service
	Photos   *media.Service
}

const reportPage = 500 // points read at a time

// pointQuery reads the query of the list of points, as the address of the list
// and the filter of a report write it.
func pointQuery(text string) (query.Query, error) {
	bad := func(path string) error {
		return fault.InvalidFields([]fault.Field{{Path: path, Code: "not-one-of"}})
	}
	v, err := url.ParseQuery(text)
	if err != nil {
		return query.Query{}, bad("filter")
	}
	var q query.Query
	flag := func(name string, to *bool) error {
		if s := v.Get(name); s != "" {
			b, err := strconv.ParseBool(s)
			if err != nil {
				return bad(name)
			}
			*to = b
		}
		return nil
	}
	var urgent bool
	for name, to := range map[string]*bool{"overdue": &q.Overdue, "mine": &q.Mine, "urgent": &urgent} {
		if err := flag(name, to); err != nil {
			return q, err
		}
	}
	if v.Get("urgent") != "" {
		q.Urgent = &urgent
	}
	q.List, q.Status, q.Category = ids[id.List](v, "list"), ids[id.Status](v, "status"), ids[id.Category](v, "category")
	q.Location, q.Author = ids[id.Location](v, "location"), ids[id.Person](v, "author")
	for _, c := range ids[string](v, "in_charge") {
		kind, ref, _ := strings.Cut(c, ":")
		q.InCharge = append(q.InCharge, fields.Charge{Kind: kind, ID: ref})
	}
	q.Sheet = id.Sheet(v.Get("sheet"))
	q.DueBefore, q.DueAfter = v.Get("due_before"), v.Get("due_after")
	q.Closed, q.Text, q.Sort = query.Closed(v.Get("closed")), v.Get("q"), query.Sort(v.Get("sort"))
	switch v.Get("order") {
	case "", "asc":
	case "desc":
		q.Desc = true
	default:
		return q, bad("order")
	}
	return q, fault.InvalidFields(q.Check())
}

func ids[T ~string](v url.Values, name string) []T {
	var out []T
	for s := range strings.SplitSeq(strings.Join(v[name], ","), ",") {
		if s != "" {
			out = append(out, T(s))
		}
	}
	return out
}

// CheckQuery refuses what the list of points would refuse.
func (s *Source) CheckQuery(text string) error {
	_, err := pointQuery(text)
	return err
}

// Gather reads the points and the names that occur on them.
func (s *Source) Gather(ctx context.Context, g access.Grant, text string, most int) (report.Site, []report.Item, error) {
	q, err := pointQuery(text)
	if err != nil {
		return report.Site{}, nil, err
	}
	var items []report.Item
	occur := map[id.Person]bool{}
	q.Limit = reportPage
	for {
		page, _, err := s.Points.List(ctx, g, q)
		if err != nil {
			return report.Site{}, nil, err
		}
		for i := range page.Items {
			items = append(items, reportItem(&page.Items[i], occur))
		}
		if q.Cursor = page.Next; q.Cursor == "" || len(items) >= most {
			break
		}
	}
	site, err := s.site(ctx, g, occur)
	return site, items[:min(len(items), most)], err
}

func reportItem(p *point.Point, occur map[id.Person]bool) report.Item {
	it := report.Item{ID: p.ID, Number: p.Number.String(), Subject: p.Subject, Description: p.Description, Status: p.Status,
		List: p.List, Category: p.Category, Location: p.Location, Due: p.Due, Urgent: p.Urgent, Author: p.Author, CreatedAt: time.UnixMicro(p.CreatedAt)}
	occur[p.Author] = true
	if p.ClosedAt != 0 {
		at := time.UnixMicro(p.ClosedAt)
		it.ClosedAt = &at
	}
	for _, c := range p.InCharge {
		it.Charge = append(it.Charge, report.Charge(c))
		if c.Kind == fields.Person {
			occur[id.Person(c.ID)] = true
		}
	}
	if p.Pin != nil {
		it.Sheet, it.PinX, it.PinY = p.Pin.Sheet, p.Pin.X, p.Pin.Y
	}
	for _, ph := range p.Photos {
		at := ph.At
		if ph.TakenAt != 0 {
			at = ph.TakenAt
		}
		it.Photos = append(it.Photos, report.ItemPhoto{ID: ph.ID, Width: ph.Width, Height: ph.Height, At: time.UnixMicro(at)})
	}
	for _, c := range p.Comments {
		it.Comments = append(it.Comments, report.ItemComment{Author: c.Author, Text: c.Text, At: time.UnixMicro(c.At)})
		occur[c.Author] = true
	}
	return it
}

func (s *Source) site(ctx context.Context, g access.Grant, occur map[id.Person]bool) (out report.Site, err error) {
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		p, err := project.Get(tx, g.Project)
		if err != nil {
			return err
		}
		set, err := project.Read(tx, g.Project)
		if err != nil {
			return err
		}
		known, err := lists.Seen(tx, g)
		if err != nil {
			return err
		}
		companies, err := project.Companies(tx)
		if err != nil {
			return err
		}
		_, sheets, err := s.Drawings.All(tx, g)
		if err != nil {
			return err
		}
		people := make([]id.Person, 0, len(occur))
		for who := range occur {
			people = append(people, who)
		}
		persons, err := s.People.ReadIn(tx, personal.Record, people)
		if err != nil {
			return err
		}
		out = names(p, set)
		for _, l := range known {
			out.Lists[l.ID] = l.Name
		}
		for _, c := range companies {
			out.Companies[c.ID] = c.Name
		}
		for _, sh := range sheets {
			out.Sheets[sh.ID] = strings.TrimSpace(sh.Number + " " + sh.Name)
		}
		for who, p := range persons {
			out.People[who], out.Codes[who], out.Limited[who] = p.Name, p.Code, p.Limited
		}
		return nil
	})
	return out, err
}

// names are the project's own names. Places in a tree are named with the whole
// way to them.
func names(p project.Project, set project.Settings) report.Site {
	out := report.Site{Project: p.Name, Place: p.Place, Zone: p.TimeZone,
		Statuses: map[id.Status]report.Named{}, Categories: map[id.Category]string{}, Locations: map[id.Location]string{},
		Lists: map[id.List]string{}, Sheets: map[id.Sheet]string{}, Companies: map[id.Company]string{}, Roles: map[id.Role]string{}, People: map[id.Person]string{}, Limited: map[id.Person]bool{}, Codes: map[id.Person]string{}}
	for i, st := range set.Statuses {
		out.Statuses[st.ID] = report.Named{Name: st.Name, Colour: st.Colour, Closes: st.Closes, Order: i}
	}
	for _, l := range set.Locations { // parents come first
		out.Locations[l.ID] = l.Name
		if l.Code != "" && !strings.HasPrefix(l.Name, l.Code) {
			out.Locations[l.ID] = l.Code + " " + l.Name
		}
		if l.Parent != nil {
			out.Locations[l.ID] = out.Locations[*l.Parent] + ", " + out.Locations[l.ID]
		}
	}
	for _, c := range set.Categories {
		out.Categories[c.ID] = c.Name
		if c.Parent != nil {
			out.Categories[c.ID] = out.Categories[*c.Parent] + ", " + c.Name
		}
	}
	for _, r := range set.Roles {
		out.Roles[r.ID] = r.Name
	}
	return out
}
