package rows

import (
	"encoding/json"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// Head is a programme without its activities.
type Head struct {
	ID        id.Programme
	Project   id.Project
	Name      string
	Version   int64
	Format    plan.Format
	Begins    workcal.Time // None where the network cannot be computed
	Ends      workcal.Time
	Author    id.Person
	CreatedAt int64
	ChangedAt int64
	DeletedAt int64
	DeletedBy id.Person

	settings  string
	calendars string
	resources string
}

// settings is how a programme is computed, and what a file says of it.
type settings struct {
	ID          string `json:",omitempty"` // the source's
	Options     cpm.Options
	Calendar    string
	MinutesDay  int
	MinutesWeek int
	DaysMonth   int
	Live        bool
	Ignored     []string `json:",omitempty"`
}

type resources struct {
	Resources   []plan.Resource
	Assignments []assignment
}

// assignment names its activity by id, as indexes change.
type assignment struct {
	Of id.Activity
	plan.Assignment
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), fault.Wrap("programme.encode", err)
}

func decode(s string, v any) error {
	return fault.Wrap("programme.decode", json.Unmarshal([]byte(s), v))
}

// Live reports whether what is not done lies at or after the present.
func (h *Head) Live() (bool, error) {
	var set settings
	err := decode(h.settings, &set)
	return set.Live, err
}
