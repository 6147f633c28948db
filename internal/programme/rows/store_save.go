package rows

import (
	"time"

	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// evening is the end of a civil date.
func evening(date string) workcal.Time {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return workcal.None
	}
	t, err := workcal.FromTime(d.AddDate(0, 0, 1))
	if err != nil {
		return workcal.None
	}
	return t
}

// fill puts into a head what it keeps of the model.
func (h *Head) fill(m *live.Model) (err error) {
	d := m.Doc
	h.Name, h.Version, h.Format = m.Name, m.Version, d.Format
	set := settings{ID: d.ID, Options: d.Options, Calendar: d.Calendar, MinutesDay: d.MinutesDay, MinutesWeek: d.MinutesWeek, DaysMonth: d.DaysMonth, Live: m.Live, Ignored: d.Ignored}
	if h.settings, err = encode(set); err != nil {
		return err
	}
	if h.calendars, err = encode(d.Calendars); err != nil {
		return err
	}
	have := resources{Resources: d.Resources, Assignments: make([]assignment, 0, len(d.Assignments))}
	for _, s := range d.Assignments {
		if s.Activity >= 0 {
			have.Assignments = append(have.Assignments, assignment{m.Lines[s.Activity].ID, s})
		}
	}
	h.resources, err = encode(have)
	return err
}

// Insert writes a new programme.
func Insert(tx *db.Tx, h *Head, m *live.Model) error {
	if err := h.fill(m); err != nil {
		return err
	}
	if err := insertHead(tx, *h); err != nil {
		return err
	}
	return Save(tx, h, nil, m, nil)
}

// Save writes what differs between two models of one programme: the head, all
// activities in touched, those that came, went or moved, and the relations. It
// gives new lines their places, so now must not be shared yet.
func Save(tx *db.Tx, h *Head, was, now *live.Model, touched map[id.Activity]bool) error {
	const op = "programme.Save"
	Place(now.Lines)
	if was == nil {
		was = &live.Model{ID: now.ID, Project: now.Project, Doc: &plan.Document{}}
	} else {
		if err := h.fill(now); err != nil {
			return err
		}
		h.ChangedAt = tx.Micros()
		if err := updateHead(tx, *h); err != nil {
			return err
		}
	}
	if err := saveActivities(tx, was, now, touched); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, saveRelations(tx, was, now))
}

func saveActivities(tx *db.Tx, was, now *live.Model, touched map[id.Activity]bool) error {
	var fresh, charge [][]any
	for i := range now.Lines {
		l := &now.Lines[i]
		parent := parentOf(now, i)
		j, had := was.Index(l.ID)
		if had && !touched[l.ID] && was.Lines[j].Position == l.Position && parentOf(was, j) == parent {
			continue
		}
		a := &now.Doc.Activities[i]
		text, err := live.EncodePlan(a)
		if err != nil {
			return err
		}
		if !had {
			fresh = append(fresh, append([]any{tx.Org(), l.ID, now.ID, now.Project, l.Version, a.ID, orNull(parent), l.Position, a.Name, a.Code, a.Notes, orNull(l.Location), l.Budget, text, l.Gone}, siteValues(tx.Micros(), l.Site)...))
			for _, c := range l.InCharge {
				charge = append(charge, []any{tx.Org(), l.ID, now.ID, c.Kind, c.ID})
			}
			continue
		}
		if _, err := tx.Exec(`update activity set version = $3, source = $4, parent_id = $5, position = $6, name = $7, code = $8, notes = $9, location_id = $10, budget = $11, plan = $12, gone = $13
			where org_id = $1 and id = $2`, tx.Org(), l.ID, l.Version, a.ID, orNull(parent), l.Position, a.Name, a.Code, a.Notes, orNull(l.Location), l.Budget, text, l.Gone); err != nil {
			return err
		}
		if !equal(was.Lines[j].InCharge, l.InCharge) {
			if _, err := tx.Exec(`delete from activity_in_charge where org_id = $1 and activity_id = $2`, tx.Org(), l.ID); err != nil {
				return err
			}
			for _, c := range l.InCharge {
				charge = append(charge, []any{tx.Org(), l.ID, now.ID, c.Kind, c.ID})
			}
		}
	}
	if err := tx.BulkInsert("activity", []string{"org_id", "id", "programme_id", "project_id", "version", "source", "parent_id", "position", "name", "code", "notes", "location_id", "budget", "plan", "gone",
		"percent", "started", "finished", "until", "problems", "verified_at", "verified_by"}, fresh); err != nil {
		return err
	}
	if err := tx.BulkInsert("activity_in_charge", []string{"org_id", "activity_id", "programme_id", "kind", "ref_id"}, charge); err != nil {
		return err
	}
	for j := range was.Lines {
		gone := was.Lines[j].ID
		if _, ok := now.Index(gone); ok {
			continue
		}
		for _, table := range []string{
			`delete from activity where org_id = $1 and id = $2`,
			`delete from activity_in_charge where org_id = $1 and activity_id = $2`,
		} {
			if _, err := tx.Exec(table, tx.Org(), gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// siteValues is what was reported of an activity that comes back.
func siteValues(at int64, s live.Site) []any {
	var percent, verified any
	if s.Percent >= 0 {
		percent = s.Percent
	}
	if s.Verified {
		verified = at
	}
	return []any{percent, orNone(s.Started), orNone(s.Finished), orNone(s.Until), s.Problems, verified, nil}
}

func equal(a, b []live.Charge) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func parentOf(m *live.Model, i int) id.Activity {
	if p := m.Doc.Activities[i].Parent; p >= 0 {
		return m.Lines[p].ID
	}
	return ""
}

type relationKey struct {
	from, to id.Activity
	link     cpm.Link
}

func relationsOf(m *live.Model) map[relationKey]plan.Relation {
	out := make(map[relationKey]plan.Relation, len(m.Doc.Relations))
	for _, r := range m.Doc.Relations {
		key := relationKey{m.Lines[r.From].ID, m.Lines[r.To].ID, r.Link}
		r.From, r.To = 0, 0
		out[key] = r
	}
	return out
}

func saveRelations(tx *db.Tx, was, now *live.Model) error {
	before, after := relationsOf(was), relationsOf(now)
	for k, r := range before {
		if s, ok := after[k]; ok && s == r {
			continue
		}
		if _, err := tx.Exec(`delete from activity_relation where org_id = $1 and programme_id = $2 and from_id = $3 and to_id = $4 and link = $5`, tx.Org(), now.ID, k.from, k.to, k.link.String()); err != nil {
			return err
		}
	}
	var fresh [][]any
	for k, r := range after {
		if s, ok := before[k]; ok && s == r {
			continue
		}
		unit := "working"
		if r.Percent {
			unit = "percent"
		} else if r.Elapsed {
			unit = "elapsed"
		}
		fresh = append(fresh, []any{tx.Org(), now.ID, k.from, k.to, k.link.String(), int64(r.Lag), unit, int64(r.Format)})
	}
	return tx.BulkInsert("activity_relation", []string{"org_id", "programme_id", "from_id", "to_id", "link", "lag", "unit", "format"}, fresh)
}
