package exchange

import (
	"context"
	"io"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/ical"
	"plumbline/internal/id"
	"plumbline/internal/ifc"
	"plumbline/internal/policy"
)

// mostPlaces is how many places of a model are proposed.
const mostPlaces = 5000

// Place is a place that a model proposes, parents first.
type Place struct {
	ID         id.Location
	Parent     id.Location // "" for a building
	Kind       string      // building, level or room
	Name, Code string
	Order      int64
	Here       bool
	Now        Known // where it is here
}

// Model is what a model proposes.
type Model struct {
	Schema  string
	Places  []Place
	LeftOut int // parts that are no place of ours
}

// ReadIFC proposes places from a model: buildings, their storeys as levels, and
// spaces as rooms. It changes nothing.
func (s *Service) ReadIFC(ctx context.Context, g access.Grant, body io.Reader) (Model, error) {
	const op = "exchange.ReadIFC"
	if err := policy.May(g.Level, policy.ManageSettings); err != nil {
		return Model{}, err
	}
	f, size, err := s.take(body, MaxIFC)
	if err != nil {
		return Model{}, fault.Wrap(op, err)
	}
	defer func() { _ = f.Close() }()
	m, err := ifc.Read(ctx, f, size)
	if err != nil {
		return Model{}, fault.Wrap(op, err)
	}
	here, err := s.house.Locations(ctx, g)
	if err != nil {
		return Model{}, fault.Wrap(op, err)
	}
	p := proposal{project: g.Project, here: here, title: m.Project.Name, out: Model{Schema: m.Schema}, seen: map[id.Location]bool{}}
	p.walk(m.Locations, "", "")
	if len(p.out.Places) > mostPlaces {
		return Model{}, fault.New(fault.TooLarge, "too-many-places", "the model has more than 5,000 places")
	}
	return p.out, nil
}

type proposal struct {
	project id.Project
	here    map[id.Location]Known
	seen    map[id.Location]bool
	title   string
	out     Model
}

// kindBelow is what a part of a model is as a place of ours, where it stands in one of kind above.
func kindBelow(kind, above string) string {
	switch {
	case (kind == "building" || kind == "facility") && above == "":
		return "building"
	case (kind == "storey" || kind == "part") && above == "building":
		return "level"
	case kind == "space" && above == "level":
		return "room"
	}
	return ""
}

func (p *proposal) walk(parts []*ifc.Location, parent id.Location, above string) {
	for i, l := range parts {
		kind := kindBelow(l.Kind, above)
		if kind == "" { // such as a site: what is in it stands where it does
			if l.Kind != "site" {
				p.out.LeftOut++
			}
			p.walk(l.Children, parent, above)
			continue
		}
		which := derive[id.Location](time.Time{}, "ifc", string(p.project), l.GUID)
		if p.seen[which] { // a GlobalId that is used twice
			which = derive[id.Location](time.Time{}, "ifc", string(p.project), l.GUID, string(parent), l.Name)
		}
		if p.seen[which] {
			p.out.LeftOut++
			continue
		}
		p.seen[which] = true
		name, short := ical.OneLine(l.Name), ""
		if long := ical.OneLine(l.LongName); long != "" && long != name {
			short, name = name, long
			if kind != "room" || len([]rune(short)) > 40 {
				short, name = "", ical.OneLine(l.Name+" "+long)
			}
		}
		if name == "" && kind == "building" {
			name = ical.OneLine(p.title)
		}
		if name == "" {
			name = "–"
		}
		now, here := p.here[which]
		p.out.Places = append(p.out.Places, Place{ID: which, Parent: parent, Kind: kind, Name: cut(name, 200), Code: strings.TrimSpace(short), Order: int64(i + 1), Here: here, Now: now})
		p.walk(l.Children, which, kind)
	}
}
