// Package exchanged gives the exchange what stands in several slices: points,
// comments, photos and places.
package exchanged

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/exchange"
	"plumbline/internal/exchange/tables"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/report"
)

// Reports reads points as reports do.
type Reports interface {
	Gather(ctx context.Context, g access.Grant, query string, most int) (report.Site, []report.Item, error)
	Thumb(ctx context.Context, g access.Grant, photo id.Photo) ([]byte, error)
}

// House is the house as the exchange sees it. Reading is that of reports.
type House struct {
	DB      *db.DB
	Reports Reports
	Service *point.Service
	Orgs    *org.Service
}

var (
	_ exchange.House = (*House)(nil)
	_ tables.Source  = (*House)(nil)
)

// Points reads points in words.
func (h *House) Points(ctx context.Context, g access.Grant, query string, most int) (exchange.Site, []exchange.Point, error) {
	site, items, err := h.Reports.Gather(ctx, g, query, most)
	if err != nil {
		return exchange.Site{}, nil, err
	}
	out := make([]exchange.Point, len(items))
	for i := range items {
		it := &items[i]
		p := exchange.Point{ID: it.ID, Number: it.Number, Subject: it.Subject, Description: it.Description,
			Status: site.Statuses[it.Status].Name, Category: site.Categories[it.Category], Location: site.Locations[it.Location],
			Closed: it.ClosedAt != nil, Urgent: it.Urgent, Due: it.Due, Author: it.Author, CreatedAt: it.CreatedAt}
		for _, c := range it.Charge { // people stay at home
			name := ""
			switch c.Kind {
			case fields.Company:
				name = site.Companies[id.Company(c.ID)]
			case fields.Role:
				name = site.Roles[id.Role(c.ID)]
			}
			if p.InCharge == "" {
				p.InCharge = name
			}
		}
		for _, ph := range it.Photos {
			p.Photos = append(p.Photos, ph.ID)
		}
		out[i] = p
	}
	return exchange.Site{Name: site.Project}, out, h.comments(ctx, g, out)
}

func (h *House) comments(ctx context.Context, g access.Grant, points []exchange.Point) error {
	which := map[id.Point]*exchange.Point{}
	var ask []id.Point
	for i := range points {
		which[points[i].ID] = &points[i]
		ask = append(ask, points[i].ID)
	}
	found, err := h.load(ctx, g, ask)
	for i := range found {
		p := which[found[i].ID]
		for _, c := range found[i].Comments {
			p.Comments = append(p.Comments, exchange.Comment{ID: string(c.ID), Author: c.Author, Text: c.Text, At: time.UnixMicro(c.At)})
		}
	}
	return err
}

// load reads points, some at a time.
func (h *House) load(ctx context.Context, g access.Grant, points []id.Point) (out []point.Point, err error) {
	for some := range slices.Chunk(points, 500) {
		err := h.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
			found, err := h.Service.Load(tx, g, some)
			out = append(out, found...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Thumb reads a small picture.
func (h *House) Thumb(ctx context.Context, g access.Grant, photo id.Photo) ([]byte, error) {
	return h.Reports.Thumb(ctx, g, photo)
}

// Known reads points as they are now.
func (h *House) Known(ctx context.Context, g access.Grant, points []id.Point) (map[id.Point]exchange.Current, error) {
	found, err := h.load(ctx, g, points)
	if err != nil {
		return nil, err
	}
	all, err := h.statuses(ctx, g)
	if err != nil {
		return nil, err
	}
	names := map[id.Status]string{}
	for _, s := range all {
		names[s.ID] = s.Name
	}
	out := map[id.Point]exchange.Current{}
	for i := range found {
		p := &found[i]
		c := exchange.Current{Version: p.Version, Subject: p.Subject, Description: p.Description, Status: names[p.Status], StatusID: p.Status, Due: p.Due, Urgent: p.Urgent,
			Comments: map[string]bool{}, Photos: map[string]bool{}}
		for _, x := range p.Comments {
			c.Comments[string(x.ID)] = true
		}
		for _, x := range p.Photos {
			c.Photos[string(x.ID)] = true
		}
		out[p.ID] = c
	}
	return out, nil
}

func (h *House) statuses(ctx context.Context, g access.Grant) (all []project.Status, err error) {
	err = h.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		all, err = project.Statuses(tx, g.Project)
		return err
	})
	return all, err
}

// Statuses are the names of the steps that may be given.
func (h *House) Statuses(ctx context.Context, g access.Grant) ([]string, error) {
	all, err := h.statuses(ctx, g)
	var out []string
	for _, s := range all {
		if !s.ManagersOnly || g.Level >= policy.Manager {
			out = append(out, s.Name)
		}
	}
	return out, err
}

// named finds a step by its name.
func (h *House) named(ctx context.Context, g access.Grant, name string) (which id.Status, err error) {
	all, err := h.statuses(ctx, g)
	for _, s := range all {
		if strings.EqualFold(s.Name, name) && (!s.ManagersOnly || g.Level >= policy.Manager) {
			which = s.ID
		}
	}
	return which, err
}

// Change changes a point.
func (h *House) Change(ctx context.Context, g access.Grant, which id.Point, base int64, e exchange.Edit) (int64, error) {
	var p fields.Patch
	text := func(f fields.Field, from *string, to *string) {
		if from != nil {
			p.Fields, *to = append(p.Fields, f), *from
		}
	}
	text(fields.Subject, e.Subject, &p.Subject)
	text(fields.Description, e.Description, &p.Description)
	text(fields.Due, e.Due, &p.Due)
	if e.Status != nil {
		st, err := h.named(ctx, g, *e.Status)
		if err != nil {
			return 0, err
		}
		p.Fields, p.Status = append(p.Fields, fields.Status), st
	}
	if e.Urgent != nil {
		p.Fields, p.Urgent = append(p.Fields, fields.Urgent), *e.Urgent
	}
	changed, conflicts, err := h.Service.Change(ctx, g, which, base, p)
	if err == nil && len(conflicts) > 0 {
		err = fault.New(fault.Conflict, "changed-meanwhile", "somebody changed this meanwhile")
	}
	return changed.Version, err
}

// Make makes a point; its status is the one of that name, where people may give it.
func (h *House) Make(ctx context.Context, g access.Grant, n exchange.New) (bool, error) {
	d := point.Draft{ID: n.ID, Values: fields.Values{Subject: n.Subject, Description: n.Description, Due: n.Due, Urgent: n.Urgent}}
	st, err := h.named(ctx, g, n.Status)
	if err != nil {
		return false, err
	}
	d.Status = st
	_, made, err := h.Service.Create(ctx, g, d)
	return made, err
}

// Comment adds a comment.
func (h *House) Comment(ctx context.Context, g access.Grant, p id.Point, which id.Comment, text string) error {
	_, _, err := h.Service.Comment(ctx, g, p, which, text)
	return err
}

// AddPhoto adds a photo.
func (h *House) AddPhoto(ctx context.Context, g access.Grant, p id.Point, photo id.Photo, body io.Reader) error {
	_, _, err := h.Service.AddPhoto(ctx, g, p, photo, body, time.Time{})
	return err
}

// Locations are the places of the project.
func (h *House) Locations(ctx context.Context, g access.Grant) (map[id.Location]exchange.Known, error) {
	out := map[id.Location]exchange.Known{}
	err := h.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		all, err := project.Locations(tx, g.Project)
		for _, l := range all {
			out[l.ID] = exchange.Known{Name: l.Name, Code: l.Code, Version: l.Version}
		}
		return err
	})
	return out, err
}

// TablePoints reads all points that the grant's holder sees, for a table.
func (h *House) TablePoints(ctx context.Context, g access.Grant, most int) (out []tables.Point, err error) {
	q := query.Query{Filter: query.Filter{Closed: query.Any}, Limit: 500}
	for {
		page, _, err := h.Service.List(ctx, g, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			p := &page.Items[i]
			t := tables.Point{ID: p.ID, Version: p.Version, Number: p.Number.String(), List: p.List, Subject: p.Subject, Description: p.Description, Status: p.Status,
				Category: p.Category, Location: p.Location, Due: p.Due, Urgent: p.Urgent, Created: time.UnixMicro(p.CreatedAt)}
			for _, c := range p.InCharge {
				t.Charge = append(t.Charge, access.InCharge(c))
			}
			out = append(out, t)
		}
		if q.Cursor = page.Next; q.Cursor == "" || len(out) >= most {
			return out, nil
		}
	}
}

// Refusals says why invitations would be refused; false where the grant's holder
// may invite nobody.
func (h *House) Refusals(ctx context.Context, g access.Grant, all []tables.Invitation) ([]string, bool, error) {
	in, err := h.Orgs.Enter(ctx, g.Caller, g.Org)
	if fault.Is(err, fault.NotFound) { // of the project alone
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	ask := make([]org.Invitation, len(all))
	for i, x := range all {
		ask[i] = org.Invitation{Email: x.Email, Name: x.Name, Function: x.Function, Company: x.Company, Project: g.Project, Level: x.Level, Roles: x.Roles,
			Source: x.Source, Locale: x.Locale}
	}
	codes, err := h.Orgs.Refusals(ctx, in, ask)
	if fault.Is(err, fault.Denied) {
		return nil, false, nil
	}
	return codes, err == nil, err
}
