package programmeapi

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/programme"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/site"
)

// Source has the fields of package syncapi's.
type Source struct {
	Name  string
	Kinds []string
	All   func(ctx context.Context) (any, error)
	Load  func(ctx context.Context, ids []string) (map[string]any, error)
}

// Mark says that an activity is there.
type Mark struct {
	ID        id.Activity  `json:"id"`
	Programme id.Programme `json:"programme_id"`
}

// Sources are the programmes that a grant sees. Their dates are fetched when a
// version is new.
func Sources(s *programme.Service, on *site.Service, g access.Grant) []Source {
	all := func(ctx context.Context) (any, error) {
		found, err := s.List(ctx, g)
		out := make([]Programme, len(found))
		for i, p := range found {
			out[i] = ProgrammeOf(p)
		}
		return out, err
	}
	load := func(ctx context.Context, ids []string) (map[string]any, error) {
		which := make([]id.Programme, len(ids))
		for i, one := range ids {
			which[i] = id.Programme(one)
		}
		found, err := s.Load(ctx, g, which)
		out := make(map[string]any, len(found))
		for _, p := range found {
			out[string(p.ID)] = ProgrammeOf(p)
		}
		return out, err
	}
	// Activities come with the dates of their programme; a device is told only
	// that one is there, so that what it no longer sees goes.
	none := func(context.Context) (any, error) { return []Mark{}, nil }
	marks := func(ctx context.Context, ids []string) (map[string]any, error) {
		which := make([]id.Activity, len(ids))
		for i, one := range ids {
			which[i] = id.Activity(one)
		}
		found, err := on.Marks(ctx, g, which)
		out := make(map[string]any, len(found))
		for a, p := range found {
			out[string(a)] = Mark{a, p}
		}
		return out, err
	}
	return []Source{{Name: "programmes", Kinds: []string{kept.Thing}, All: all, Load: load}, {Name: "activities", Kinds: []string{kept.Activity}, All: none, Load: marks}}
}
