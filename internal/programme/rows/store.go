package rows

import (
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

const headColumns = `id, project_id, name, version, format, options, calendars, resources, begins, ends, author_id, created_at, changed_at, deleted_at, deleted_by`

func scanHead(s db.Scanner) (h Head, err error) {
	var (
		begins, ends, deleted *int64
		by                    *string
	)
	err = s.Scan(&h.ID, &h.Project, &h.Name, &h.Version, &h.Format, &h.settings, &h.calendars, &h.resources, &begins, &ends, &h.Author, &h.CreatedAt, &h.ChangedAt, &deleted, &by)
	h.Begins, h.Ends = ticks(begins), ticks(ends)
	if deleted != nil {
		h.DeletedAt = *deleted
	}
	if by != nil {
		h.DeletedBy = id.Person(*by)
	}
	return h, err
}

func ticks(v *int64) workcal.Time {
	if v == nil {
		return workcal.None
	}
	return workcal.Time(*v) //nolint:gosec // written from one
}

func orNone(t workcal.Time) any {
	if t == workcal.None {
		return nil
	}
	return int64(t)
}

func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// Find reads the head of a programme, a deleted one too; with lock, others who
// lock it wait until this transaction ends.
func Find(tx *db.Tx, project id.Project, p id.Programme, lock bool) (Head, bool, error) {
	query := `select ` + headColumns + ` from programme where org_id = $1 and id = $2 and project_id = $3`
	if lock {
		query += tx.Locked()
	}
	h, ok, err := db.Maybe(tx, scanHead, query, tx.Org(), p, project)
	return h, ok, fault.Wrap("programme.find", err)
}

// Of are the heads of a project's programmes that are not deleted, the first
// made first.
func Of(tx *db.Tx, project id.Project) ([]Head, error) {
	all, err := db.All(tx, scanHead, `select `+headColumns+` from programme where org_id = $1 and project_id = $2 and deleted_at is null order by created_at, id`, tx.Org(), project)
	return all, fault.Wrap("programme.of", err)
}

// Taken reports whether the id is that of a programme of another project.
func Taken(tx *db.Tx, p id.Programme) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from programme where org_id = $1 and id = $2`, tx.Org(), p)
	return ok, fault.Wrap("programme.taken", err)
}

// OfActivity finds the programme of an activity of the project.
func OfActivity(tx *db.Tx, project id.Project, a id.Activity) (id.Programme, bool, error) {
	p, ok, err := db.Maybe(tx, db.Value1[id.Programme], `select programme_id from activity where org_id = $1 and id = $2 and project_id = $3`, tx.Org(), a, project)
	return p, ok, fault.Wrap("programme.ofActivity", err)
}

// Strangers are those of the ids that are activities of other programmes.
func Strangers(tx *db.Tx, p id.Programme, ids []id.Activity) (bool, error) {
	for len(ids) > 0 {
		n := min(len(ids), 400)
		_, ok, err := db.Maybe(tx, db.Value1[string], `select id from activity where org_id = $1 and programme_id <> $2 and id in `+db.In(n, 3),
			append([]any{tx.Org(), p}, db.Args(ids[:n])...)...)
		if err != nil || ok {
			return ok, fault.Wrap("programme.strangers", err)
		}
		ids = ids[n:]
	}
	return false, nil
}

func insertHead(tx *db.Tx, h Head) error {
	_, err := tx.Exec(`insert into programme (org_id, id, project_id, name, version, format, options, calendars, resources, begins, ends, author_id, created_at, changed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, tx.Org(), h.ID, h.Project, h.Name, h.Version, string(h.Format), h.settings, h.calendars, h.resources,
		orNone(h.Begins), orNone(h.Ends), h.Author, h.CreatedAt, h.ChangedAt)
	return fault.Wrap("programme.insert", err)
}

func updateHead(tx *db.Tx, h Head) error {
	_, err := tx.Exec(`update programme set name = $3, version = $4, format = $5, options = $6, calendars = $7, resources = $8, begins = $9, ends = $10, changed_at = $11 where org_id = $1 and id = $2`,
		tx.Org(), h.ID, h.Name, h.Version, string(h.Format), h.settings, h.calendars, h.resources, orNone(h.Begins), orNone(h.Ends), h.ChangedAt)
	return fault.Wrap("programme.update", err)
}

// Delete marks a programme deleted by somebody, or not, where by is empty.
func Delete(tx *db.Tx, p id.Programme, by id.Person, version int64) error {
	var at any
	if by != "" {
		at = tx.Micros()
	}
	_, err := tx.Exec(`update programme set deleted_at = $3, deleted_by = $4, version = $5, changed_at = $6 where org_id = $1 and id = $2`,
		tx.Org(), p, at, orNull(by), version, tx.Micros())
	return fault.Wrap("programme.Delete", err)
}

type activityRow struct {
	line   live.Line
	parent id.Activity
	a      plan.Activity
}

const activityColumns = `id, version, source, parent_id, position, name, code, notes, location_id, budget, plan, gone, percent, started, finished, until, problems, verified_at`

func scanActivity(s db.Scanner) (r activityRow, err error) {
	var (
		parent, location                   *string
		text, source, name, code, notes    string
		percent                            *float64
		started, finished, until, verified *int64
	)
	if err := s.Scan(&r.line.ID, &r.line.Version, &source, &parent, &r.line.Position, &name, &code, &notes, &location, &r.line.Budget, &text, &r.line.Gone, &percent, &started, &finished, &until, &r.line.Site.Problems, &verified); err != nil {
		return r, err
	}
	if r.a, err = live.DecodePlan(text); err != nil {
		return r, err
	}
	r.a.ID, r.a.Name, r.a.Code, r.a.Notes = source, name, code, notes
	if parent != nil {
		r.parent = id.Activity(*parent)
	}
	if location != nil {
		r.line.Location = id.Location(*location)
	}
	site := live.Unreported()
	site.Problems, site.Verified = r.line.Site.Problems, verified != nil
	if percent != nil {
		site.Percent = *percent
	}
	site.Started, site.Finished, site.Until = ticks(started), ticks(finished), ticks(until)
	r.line.Site = site
	return r, nil
}

// Load reads a programme whole.
func Load(tx *db.Tx, h Head) (*live.Model, error) {
	const op = "programme.Load"
	var set settings
	var have resources
	m := &live.Model{ID: h.ID, Project: h.Project, Name: h.Name, Version: h.Version, Doc: &plan.Document{Format: h.Format}}
	d := m.Doc
	if err := decode(h.settings, &set); err != nil {
		return nil, err
	}
	if err := decode(h.calendars, &d.Calendars); err != nil {
		return nil, err
	}
	if err := decode(h.resources, &have); err != nil {
		return nil, err
	}
	d.ID, d.Name, d.Options, d.Calendar, d.Ignored = set.ID, h.Name, set.Options, set.Calendar, set.Ignored
	d.MinutesDay, d.MinutesWeek, d.DaysMonth = set.MinutesDay, set.MinutesWeek, set.DaysMonth
	m.Live = set.Live
	all, err := db.All(tx, scanActivity, `select `+activityColumns+` from activity where org_id = $1 and programme_id = $2 order by position, id`, tx.Org(), h.ID)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	m.Lines, d.Activities = make([]live.Line, len(all)), make([]plan.Activity, len(all))
	for i := range all {
		m.Lines[i], d.Activities[i] = all[i].line, all[i].a
	}
	m.Reindex()
	for i := range all {
		a := &d.Activities[i]
		a.Level = 1
		if p, ok := m.Index(all[i].parent); ok && p < i {
			a.Parent, a.Level = p, d.Activities[p].Level+1
		}
	}
	if err := charges(tx, m); err != nil {
		return nil, fault.Wrap(op, err)
	}
	if err := relations(tx, m); err != nil {
		return nil, fault.Wrap(op, err)
	}
	if err := blocks(tx, m); err != nil {
		return nil, fault.Wrap(op, err)
	}
	d.Resources = have.Resources
	for _, s := range have.Assignments {
		if i, ok := m.Index(s.Of); ok {
			s.Activity = i
			d.Assignments = append(d.Assignments, s.Assignment)
		}
	}
	return m, nil
}

func charges(tx *db.Tx, m *live.Model) error {
	type charge struct {
		of  id.Activity
		who live.Charge
	}
	all, err := db.All(tx, func(s db.Scanner) (c charge, err error) {
		err = s.Scan(&c.of, &c.who.Kind, &c.who.ID)
		return c, err
	}, `select activity_id, kind, ref_id from activity_in_charge where org_id = $1 and programme_id = $2 order by activity_id, kind, ref_id`, tx.Org(), m.ID)
	for _, c := range all {
		if i, ok := m.Index(c.of); ok {
			m.Lines[i].InCharge = append(m.Lines[i].InCharge, c.who)
		}
	}
	return err
}

func relations(tx *db.Tx, m *live.Model) error {
	type relation struct {
		from, to   id.Activity
		link, unit string
		r          plan.Relation
	}
	all, err := db.All(tx, func(s db.Scanner) (r relation, err error) {
		err = s.Scan(&r.from, &r.to, &r.link, &r.r.Lag, &r.unit, &r.r.Format)
		return r, err
	}, `select from_id, to_id, link, lag, unit, format from activity_relation where org_id = $1 and programme_id = $2 order by to_id, from_id, link`, tx.Org(), m.ID)
	for _, r := range all {
		from, ok := m.Index(r.from)
		to, also := m.Index(r.to)
		if !ok || !also {
			continue
		}
		r.r.From, r.r.To, r.r.Percent, r.r.Elapsed = from, to, r.unit == "percent", r.unit == "elapsed"
		for l := cpm.FS; l <= cpm.SF; l++ {
			if l.String() == r.link {
				r.r.Link = l
			}
		}
		m.Doc.Relations = append(m.Doc.Relations, r.r)
	}
	return err
}

// blocks counts the open points that block activities, and the last of their
// days: the evening of it.
func blocks(tx *db.Tx, m *live.Model) error {
	type block struct {
		of  id.Activity
		due *string
	}
	all, err := db.All(tx, func(s db.Scanner) (b block, err error) {
		err = s.Scan(&b.of, &b.due)
		return b, err
	}, `select activity_id, due from activity_block where org_id = $1 and programme_id = $2 and open`, tx.Org(), m.ID)
	for _, b := range all {
		i, ok := m.Index(b.of)
		if !ok {
			continue
		}
		site := &m.Lines[i].Site
		site.Blocking++
		if b.due != nil {
			site.BlockedUntil = max(site.BlockedUntil, evening(*b.due))
		}
	}
	return err
}
