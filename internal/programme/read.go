package programme

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// Schedule is a programme with its dates, as far as the grant sees it.
type Schedule struct {
	Head     rows.Head
	Model    *live.Model
	Computed *live.Computed // nil where it cannot be computed
	Fault    error          // why
	Day      workcal.Time   // as of which it is computed
	Show     []int          // indexes that the grant sees, in order; nil: all
}

// Schedule reads a programme whole.
func (s *Service) Schedule(ctx context.Context, g access.Grant, p id.Programme) (Schedule, error) {
	var out Schedule
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		h, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err != nil {
			return err
		}
		out = Schedule{Head: h, Model: e.Model, Computed: e.Computed, Fault: e.Err, Day: e.Day}
		if kept.SeesAll(g) {
			return nil
		}
		out.Show = shown(e.Model, g)
		if len(out.Show) == 0 {
			return kept.NotFound()
		}
		return nil
	})
	return out, fault.Wrap("programme.Schedule", err)
}

// shown are the activities that the grant is in charge of, with all above them.
func shown(m *live.Model, g access.Grant) []int {
	keep := make([]bool, len(m.Lines))
	for i := range m.Lines {
		if !kept.InCharge(g, &m.Lines[i]) {
			continue
		}
		for j := i; j >= 0 && !keep[j]; j = m.Doc.Activities[j].Parent {
			keep[j] = true
		}
	}
	out := []int{}
	for i, k := range keep {
		if k {
			out = append(out, i)
		}
	}
	return out
}

// Delays are what moved the end of a programme, the newest first, before a
// version; from the newest for 0. For those who see the whole programme.
func (s *Service) Delays(ctx context.Context, g access.Grant, p id.Programme, before int64, limit int) ([]rows.Ended, error) {
	var out []rows.Ended
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, _, err := s.kept.Opened(tx, g.Project, p, false)
		if err == nil && !kept.SeesAll(g) {
			err = kept.NotFound()
		}
		if err != nil {
			return err
		}
		out, err = rows.Ends(tx, p, before, limit)
		return err
	})
	return out, fault.Wrap("programme.Delays", err)
}
