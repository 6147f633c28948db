// Package known tells the archive what only the house knows: who decides over
// an organisation's data, which projects somebody is on and whom they see
// there, what recipients are called, and how points come into a project.
package known

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/intake"
	"plumbline/internal/privacy/office"
	"plumbline/internal/project"
)

// World is the house, as far as the archive asks it.
type World struct {
	DB         *db.DB
	People     *person.Service
	Access     *access.Service
	Projects   *project.Service
	Points     *point.Service
	Operator   func() personal.Operator
	Processors func() []personal.DataProcessor
}

// Controller is the organisation and its office; the operator forwards where it
// named none.
func (w *World) Controller(ctx context.Context, o id.Org) (name string, c archive.Contact, err error) {
	err = w.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
		this, err := org.Find(tx)
		if err != nil {
			return err
		}
		name = this.Name
		s, ok, err := office.Of(tx, o)
		if c = (archive.Contact{Email: s.Email, Post: s.Post}); !ok {
			op := w.Operator()
			c = archive.Contact{Email: op.Officer.Email, Post: op.Officer.Post}
		}
		return err
	})
	return name, c, err
}

// Teams are the projects that someone is on, with those whom they see there.
func (w *World) Teams(ctx context.Context, o id.Org, p id.Person) ([]archive.Team, error) {
	var on []id.Project
	names := map[id.Project]string{}
	err := w.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
		all, err := access.Reach(tx, o, p)
		if err != nil {
			return err
		}
		on = nil
		for _, a := range all {
			if k, ok := strings.CutPrefix(a, "project:"); ok {
				on = append(on, id.Project(k))
			}
		}
		for _, k := range on {
			x, err := project.Get(tx, k)
			if err != nil {
				return err
			}
			names[k] = x.Name
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := []archive.Team{}
	for _, k := range on {
		t := archive.Team{Project: k, Name: names[k], People: []string{}}
		g, err := w.Access.OfPerson(ctx, o, k, p)
		if err == nil {
			var all []project.Someone
			if all, err = w.Projects.People(ctx, g); err == nil {
				for _, x := range all {
					if !x.You && !x.Former && x.Name != "" {
						t.People = append(t.People, x.Name)
					}
				}
			}
		}
		if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Denied) {
			return nil, err
		}
		slices.Sort(t.People)
		out = append(out, t)
	}
	return out, nil
}

// Names are what recipients are called.
func (w *World) Names(ctx context.Context, l lang.Locale, o id.Org, all []archive.Party) (map[archive.Party]string, error) {
	out := map[archive.Party]string{}
	var people []id.Person
	for _, p := range all {
		switch p.Kind {
		case "processor":
			if key := "archive.name." + p.ID; lang.Has(key) {
				out[p] = lang.T(l, key)
			}
			for _, x := range w.Processors() {
				if x.ID == p.ID {
					out[p] = strings.TrimSpace(x.Name + ", " + x.Country)
				}
			}
		case "person":
			people = append(people, id.Person(p.ID))
		}
	}
	if o == "" || len(people) == 0 {
		return out, nil
	}
	found, err := w.People.Read(ctx, personal.Participants, o, people)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		x, ok := found[id.Person(p.ID)]
		switch {
		case p.Kind != "person" || !ok:
		case x.Name != "":
			out[p] = x.Name
		case x.State == person.Former:
			out[p] = strings.TrimSpace(lang.T(l, "archive.former") + " " + x.Code)
		}
	}
	return out, nil
}

// Enter lets a caller into a project to take points in.
func (w *World) Enter(ctx context.Context, c org.Caller, p id.Project) (intake.Site, error) {
	g, err := w.Access.Enter(ctx, c, p)
	return site{w.Points, g}, err
}

type site struct {
	points *point.Service
	g      access.Grant
}

func (s site) Point(ctx context.Context, p intake.Point) (bool, error) {
	_, made, err := s.points.Create(ctx, s.g, point.Draft{ID: p.ID, Values: fields.Values{Subject: p.Subject, Description: p.Description, Due: p.Due, Urgent: p.Urgent}})
	return made, err
}

func (s site) Comment(ctx context.Context, p id.Point, c id.Comment, text string) (bool, error) {
	_, made, err := s.points.Comment(ctx, s.g, p, c, text)
	return made, err
}

func (s site) Photo(ctx context.Context, p id.Point, photo id.Photo, body io.Reader, taken time.Time) (bool, error) {
	_, made, err := s.points.AddPhoto(ctx, s.g, p, photo, body, taken)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fault.New(fault.Unreadable, "photo-damaged", "a photo of the archive is damaged")
	}
	return made, err
}
