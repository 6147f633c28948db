package query

import (
	"slices"

	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/policy"
)

// charge is whatever has the shape of one in charge.
type charge interface {
	~struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
	}
}

// SightOf is which points of a project someone sees: by the level on it, the
// levels that lists give, and the ways in which they can be in charge.
func SightOf[C charge](on policy.Level, lists map[id.List]policy.Level, selves []C) Sight {
	v := Sight{All: on >= policy.Guest}
	for _, c := range selves {
		v.Self = append(v.Self, fields.Charge(c))
	}
	for list, own := range lists {
		switch level := policy.Effective(on, own, true); {
		case level == policy.None:
			v.Shut = append(v.Shut, list)
		case level >= policy.Guest && !v.All:
			v.Open = append(v.Open, list)
		case level < policy.Guest && v.All:
			v.Charge = append(v.Charge, list)
		}
	}
	slices.Sort(v.Open)
	slices.Sort(v.Charge)
	slices.Sort(v.Shut)
	return v
}
