package kept

import (
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// mostKept is how many activities are kept in memory, over all programmes.
const mostKept = 400_000

type key struct {
	org       id.Org
	programme id.Programme
}

// Entry is a programme in memory, at a version, computed as of a day.
type Entry struct {
	Model    *live.Model
	Day      workcal.Time
	Computed *live.Computed // nil where it cannot be computed
	Err      error          // why
	used     int64
}

// Today is the present day of a project, as a time of its zone.
func (s *Book) Today(tx *db.Tx, project id.Project) (workcal.Time, error) {
	zone, err := s.projects.Zone(tx, project)
	if err != nil {
		return workcal.None, err
	}
	now := tx.Now().In(zone)
	t, err := workcal.At(now.Year(), int(now.Month()), now.Day(), 0)
	return t, fault.Wrap("programme.today", err)
}

// At is the programme of a head, computed as of a day.
func (s *Book) At(tx *db.Tx, h rows.Head, day workcal.Time) (*Entry, error) {
	k := key{tx.Org(), h.ID}
	if mine, ok := tx.Value(k).(*Entry); ok && mine.Model.Version == h.Version && mine.Day == day {
		return mine, nil
	}
	s.mu.Lock()
	e := s.kept[k]
	if e != nil && e.Model.Version == h.Version && e.Day == day {
		s.clock++
		e.used = s.clock
		s.mu.Unlock()
		return e, nil
	}
	s.mu.Unlock()
	var m *live.Model
	if e != nil && e.Model.Version == h.Version {
		m = e.Model
	} else {
		var err error
		if m, err = rows.Load(tx, h); err != nil {
			return nil, err
		}
	}
	e = Compute(m, day)
	tx.SetValue(k, e)
	// What a transaction reads may be what it wrote itself, until it commits.
	tx.AfterCommit(func() { s.keep(k, e) })
	return e, nil
}

// Compute computes a model as of a day.
func Compute(m *live.Model, day workcal.Time) *Entry {
	e := &Entry{Model: m, Day: day}
	e.Computed, e.Err = m.Compute(day)
	return e
}

// keep puts a programme into memory, in the place of those used least lately.
func (s *Book) keep(k key, e *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.kept[k]; old != nil {
		if old.Model.Version > e.Model.Version {
			return
		}
		s.weight -= weigh(old)
	}
	s.clock++
	e.used = s.clock
	s.kept[k] = e
	for s.weight += weigh(e); s.weight > mostKept && len(s.kept) > 1; {
		var oldest key
		for o, x := range s.kept {
			if o != k && (oldest.programme == "" || x.used < s.kept[oldest].used) {
				oldest = o
			}
		}
		s.weight -= weigh(s.kept[oldest])
		delete(s.kept, oldest)
	}
}

func weigh(e *Entry) int { return len(e.Model.Lines) + 100 }

// Ends are the programme's begin and end, None where it cannot be computed.
func (e *Entry) Ends() (begins, ends workcal.Time) {
	if e.Err != nil || len(e.Model.Lines) == 0 {
		return workcal.None, workcal.None
	}
	return e.Computed.Forecast.Begin(), e.Computed.Forecast.End()
}

// Opened reads a programme that the grant may see, computed as of today.
func (s *Book) Opened(tx *db.Tx, project id.Project, p id.Programme, lock bool) (rows.Head, *Entry, error) {
	h, ok, err := rows.Find(tx, project, p, lock)
	if err != nil {
		return h, nil, err
	}
	if !ok || h.DeletedAt != 0 {
		return h, nil, NotFound()
	}
	day, err := s.Today(tx, project)
	if err != nil {
		return h, nil, err
	}
	e, err := s.At(tx, h, day)
	return h, e, err
}

// Works reports whether activity i is work, or a milestone: no summary, no level
// of effort, nothing inactive.
func (e *Entry) Works(i int) bool {
	a := &e.Model.Doc.Activities[i]
	return !a.Group && !a.Inactive && (a.Kind == cpm.Task || a.Kind == cpm.StartMilestone || a.Kind == cpm.FinishMilestone)
}
