package exchange

import (
	"cmp"
	"context"
	"io"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/bcf"
	"plumbline/internal/bcf/bcfwrite"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/ical"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// ExportBCF writes the points of a query as topics.
func (s *Service) ExportBCF(ctx context.Context, g access.Grant, query, version string, w io.Writer) error {
	const op = "exchange.ExportBCF"
	if err := policy.May(g.Level, policy.MakeReport); err != nil {
		return err
	}
	site, points, err := s.house.Points(ctx, g, query, MostPoints+1)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if len(points) > MostPoints {
		return fault.New(fault.TooLarge, "too-many-points", "choose fewer points: a file holds up to 1,000")
	}
	var names map[string]string // that came in from elsewhere
	err = s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		names, err = kept(tx, g.Project)
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	called := func(own string) string { return cmp.Or(names[own], own) }
	file := &bcf.File{Project: bcf.Project{ID: string(g.Project), Name: site.Name}}
	for i := range points {
		t := topicOf(g.Project, &points[i])
		t.GUID = called(t.GUID)
		for c := range t.Comments {
			t.Comments[c].GUID = called(t.Comments[c].GUID)
		}
		for _, photo := range points[i].Photos {
			b, err := s.house.Thumb(ctx, g, photo)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return fault.Wrap(op, err)
			}
			name := "snapshot-" + string(photo) + ".jpg"
			t.Files = append(t.Files, bcf.Bytes(name, b))
			t.Viewpoints = append(t.Viewpoints, bcf.Viewpoint{GUID: called(string(photo)), Snapshot: name})
		}
		file.Topics = append(file.Topics, t)
	}
	_, err = bcfwrite.Write(w, file, version)
	return fault.Wrap(op, err)
}

// code stands for a person in a file that leaves: the same in one project, and
// nothing to anybody else.
func code(project id.Project, who id.Person) string {
	return "Participant " + string(derive[id.Person](time.Time{}, "code", string(project), string(who)))[24:30]
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func topicOf(project id.Project, p *Point) bcf.Topic {
	t := bcf.Topic{
		GUID: string(p.ID), Title: p.Subject, Description: p.Description, Type: p.Category, Status: p.Status, ServerID: p.Number,
		Created: bcf.Stamp{Date: stamp(p.CreatedAt), Author: code(project, p.Author)}, AssignedTo: p.InCharge,
	}
	if t.Type == "" {
		t.Type = "Issue"
	}
	t.Priority = "Normal" // said, so that it can be taken back
	if p.Urgent {
		t.Priority = "Urgent"
	}
	if p.Due != "" {
		t.Due = p.Due + "T00:00:00"
	}
	if p.Location != "" {
		t.Labels = []string{p.Location}
	}
	for _, c := range p.Comments {
		t.Comments = append(t.Comments, bcf.Comment{GUID: c.ID, Text: c.Text, Created: bcf.Stamp{Date: stamp(c.At), Author: code(project, c.Author)}})
	}
	return t
}

// Calendar is what has a day, as all-day entries: RFC 5545. Of all that the caller
// sees, or of what is in their charge. Programs for calendars show events; few of
// them show tasks.
func (s *Service) Calendar(ctx context.Context, g access.Grant, all bool) (string, error) {
	const op = "exchange.Calendar"
	if err := policy.May(g.Level, policy.ReadProject); err != nil {
		return "", err
	}
	query := "closed=false&due_after=1900-01-01&sort=due"
	if !all {
		query += "&mine=true"
	}
	site, points, err := s.house.Points(ctx, g, query, MostPoints)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	var events []ical.Event
	for i := range points {
		p := &points[i]
		day, err := time.Parse(time.DateOnly, p.Due)
		if err != nil || p.Closed {
			continue
		}
		events = append(events, ical.Event{
			UID: string(p.ID), Summary: p.Number + " " + p.Subject, Location: p.Location, Description: p.Status, First: day, Last: day,
		})
	}
	var b strings.Builder
	if err := ical.Write(&b, site.Name, s.clock.Now(), events); err != nil {
		return "", fault.Wrap(op, err)
	}
	return b.String(), nil
}
