package person

import (
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person/origin"
	"plumbline/internal/personal"
)

// Origins say who gave each field of a profile, and since when it stands.
type Origins = origin.All

func givenBy(by feed.Actor, p id.Person, known personal.Source) personal.Source {
	return origin.GivenBy(by.Person, string(p), known)
}

// stamp notes where the values came from that differ from what was.
func stamp(p *Profile, was Profile, source personal.Source, at int64) {
	of := func(p Profile) origin.Values {
		return origin.Values{Name: p.Name, Email: p.Email, Phone: p.Phone, Function: p.Function, Locale: p.Locale}
	}
	origin.Stamp(&p.Origins, of(was), of(*p), source, at)
}
