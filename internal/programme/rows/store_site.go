package rows

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/workcal"
)

// Count is how many activities of a programme are seen by who is in charge;
// all of them for nil.
func Count(tx *db.Tx, p id.Programme, selves []live.Charge) (n int, err error) {
	const op = "programme.Count"
	if selves == nil {
		err = tx.Row(`select count(*) from activity where org_id = $1 and programme_id = $2`, tx.Org(), p).Scan(&n)
		return n, fault.Wrap(op, err)
	}
	seen := map[id.Activity]bool{}
	for _, c := range selves {
		all, err := db.All(tx, db.Value1[id.Activity], `select activity_id from activity_in_charge where org_id = $1 and kind = $2 and ref_id = $3 and programme_id = $4`, tx.Org(), c.Kind, c.ID, p)
		if err != nil {
			return 0, fault.Wrap(op, err)
		}
		for _, a := range all {
			seen[a] = true
		}
	}
	return len(seen), nil
}

// ChargedOf are who is in charge of an activity.
func ChargedOf(tx *db.Tx, a id.Activity) ([]live.Charge, error) {
	all, err := db.All(tx, func(s db.Scanner) (c live.Charge, err error) {
		err = s.Scan(&c.Kind, &c.ID)
		return c, err
	}, `select kind, ref_id from activity_in_charge where org_id = $1 and activity_id = $2 order by kind, ref_id`, tx.Org(), a)
	return all, fault.Wrap("programme.ChargedOf", err)
}

// End writes down that something moved the end of a programme.
func End(tx *db.Tx, p id.Programme, version int64, kind, thing string, before, after workcal.Time, by id.Person) error {
	_, err := tx.Exec(`insert into programme_end (org_id, programme_id, version, kind, thing_id, before, after, author_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (org_id, programme_id, version, kind) do update set after = excluded.after, at = excluded.at`, tx.Org(), p, version, kind, thing, orNone(before), orNone(after), by, tx.Micros())
	return fault.Wrap("programme.End", err)
}

// Ended is one row of what moved the end.
type Ended struct {
	Version       int64
	Kind, Thing   string
	Before, After workcal.Time
	By            id.Person
	At            int64
}

// Ends is what moved the end of a programme, the newest first.
func Ends(tx *db.Tx, p id.Programme, before int64, limit int) ([]Ended, error) {
	all, err := db.All(tx, func(s db.Scanner) (e Ended, err error) {
		var b, a *int64
		err = s.Scan(&e.Version, &e.Kind, &e.Thing, &b, &a, &e.By, &e.At)
		e.Before, e.After = ticks(b), ticks(a)
		return e, err
	}, `select version, kind, thing_id, before, after, author_id, at from programme_end where org_id = $1 and programme_id = $2 and ($3 = 0 or version < $3) order by version desc, at desc limit $4`,
		tx.Org(), p, before, limit)
	return all, fault.Wrap("programme.Ends", err)
}

// Report is what somebody said of an activity.
type Report struct {
	ID                id.Progress
	Activity          id.Activity
	Kind              string
	Percent           *float64
	Started, Finished workcal.Time
	Until             workcal.Time
	Cost              *int64 // cents so far; nil: nobody said
	Reason, Words     string
	Author            id.Person
	At                int64
}

const reportColumns = `id, activity_id, kind, percent, started, finished, until, cost, reason, words, author_id, at`

func scanReport(s db.Scanner) (r Report, err error) {
	var started, finished, until *int64
	err = s.Scan(&r.ID, &r.Activity, &r.Kind, &r.Percent, &started, &finished, &until, &r.Cost, &r.Reason, &r.Words, &r.Author, &r.At)
	r.Started, r.Finished, r.Until = ticks(started), ticks(finished), ticks(until)
	return r, err
}

// FindReport reads a report of the organisation, of whichever activity.
func FindReport(tx *db.Tx, r id.Progress) (Report, bool, error) {
	out, ok, err := db.Maybe(tx, scanReport, `select `+reportColumns+` from activity_report where org_id = $1 and id = $2`, tx.Org(), r)
	return out, ok, fault.Wrap("programme.FindReport", err)
}

// Reports of an activity, the oldest first.
func Reports(tx *db.Tx, a id.Activity) ([]Report, error) {
	all, err := db.All(tx, scanReport, `select `+reportColumns+` from activity_report where org_id = $1 and activity_id = $2 order by at, id`, tx.Org(), a)
	return all, fault.Wrap("programme.Reports", err)
}

// ReportsOf a programme that say how far an activity is, or what it cost, the
// oldest first.
func ReportsOf(tx *db.Tx, p id.Programme) ([]Report, error) {
	all, err := db.All(tx, scanReport, `select r.id, r.activity_id, r.kind, r.percent, r.started, r.finished, r.until, r.cost, '', '', r.author_id, r.at from activity_report r
		join activity a on a.org_id = r.org_id and a.id = r.activity_id where r.org_id = $1 and a.programme_id = $2 and (r.percent is not null or r.cost is not null) order by r.at, r.id`, tx.Org(), p)
	return all, fault.Wrap("programme.ReportsOf", err)
}

// InsertReport writes a report.
func InsertReport(tx *db.Tx, project id.Project, r Report) error {
	_, err := tx.Exec(`insert into activity_report (org_id, id, activity_id, project_id, kind, percent, started, finished, until, cost, reason, words, author_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, tx.Org(), r.ID, r.Activity, project, r.Kind, r.Percent, orNone(r.Started), orNone(r.Finished), orNone(r.Until),
		r.Cost, r.Reason, r.Words, r.Author, r.At)
	return fault.Wrap("programme.InsertReport", err)
}

// SiteOf is what the reports of an activity and its blocking points come to.
func SiteOf(tx *db.Tx, a id.Activity) (live.Site, error) {
	all, err := Reports(tx, a)
	if err != nil {
		return live.Unreported(), err
	}
	site, _ := Told(all)
	on, err := db.All(tx, db.Value1[*string], `select due from activity_block where org_id = $1 and activity_id = $2 and open`, tx.Org(), a)
	for _, due := range on {
		site.Blocking++
		if due != nil {
			site.BlockedUntil = max(site.BlockedUntil, evening(*due))
		}
	}
	return site, fault.Wrap("programme.SiteOf", err)
}

// Kinds of reports.
const (
	Progress = "progress"
	Problem  = "problem"
	Solved   = "solved"
	SignOff  = "sign-off"
	Reject   = "reject"
	Reopen   = "reopen"
)

// Told is what reports come to, in their order, and who signed off.
func Told(all []Report) (site live.Site, verifier id.Person) {
	site = live.Unreported()
	for _, r := range all {
		switch r.Kind {
		case Progress:
			site.Percent, site.Started, site.Finished = *r.Percent, r.Started, r.Finished
		case Problem:
			site.Problems++
			site.Until = max(site.Until, r.Until)
		case Solved:
			site.Problems, site.Until = 0, workcal.None
		case SignOff:
			site.Verified, verifier = true, r.Author
		case Reject, Reopen:
			site.Verified, verifier = false, ""
			if r.Percent != nil {
				site.Percent, site.Finished = *r.Percent, workcal.None
			}
		}
	}
	return site, verifier
}

// SaveSite writes what was reported of an activity.
func SaveSite(tx *db.Tx, a id.Activity, version int64, s live.Site, verifier id.Person) error {
	var percent, verified any
	if s.Percent >= 0 {
		percent = s.Percent
	}
	if s.Verified {
		verified = tx.Micros()
	}
	_, err := tx.Exec(`update activity set version = $3, percent = $4, started = $5, finished = $6, until = $7, problems = $8, verified_at = $9, verified_by = $10, reported_at = $11 where org_id = $1 and id = $2`,
		tx.Org(), a, version, percent, orNone(s.Started), orNone(s.Finished), orNone(s.Until), s.Problems, verified, orNull(verifier), tx.Micros())
	return fault.Wrap("programme.SaveSite", err)
}

// Block is a point that blocks an activity.
type Block struct {
	Point     id.Point
	Activity  id.Activity
	Programme id.Programme
	Open      bool
	Due       string
	Author    id.Person
	At        int64
}

const blockColumns = `point_id, activity_id, programme_id, open, due, author_id, at`

func scanBlock(s db.Scanner) (b Block, err error) {
	var due *string
	err = s.Scan(&b.Point, &b.Activity, &b.Programme, &b.Open, &due, &b.Author, &b.At)
	if due != nil {
		b.Due = *due
	}
	return b, err
}

// BlocksOf are the points that block an activity.
func BlocksOf(tx *db.Tx, a id.Activity) ([]Block, error) {
	all, err := db.All(tx, scanBlock, `select `+blockColumns+` from activity_block where org_id = $1 and activity_id = $2 order by at, point_id`, tx.Org(), a)
	return all, fault.Wrap("programme.BlocksOf", err)
}

// BlockedBy are the activities that a point blocks.
func BlockedBy(tx *db.Tx, project id.Project, p id.Point) ([]Block, error) {
	all, err := db.All(tx, scanBlock, `select `+blockColumns+` from activity_block where org_id = $1 and point_id = $2 and project_id = $3 order by activity_id`, tx.Org(), p, project)
	return all, fault.Wrap("programme.BlockedBy", err)
}

// SaveBlock writes a block, or what its point says now.
func SaveBlock(tx *db.Tx, project id.Project, b Block) error {
	_, err := tx.Exec(`insert into activity_block (org_id, point_id, activity_id, programme_id, project_id, open, due, author_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (org_id, point_id, activity_id) do update set open = excluded.open, due = excluded.due`,
		tx.Org(), b.Point, b.Activity, b.Programme, project, b.Open, orNull(b.Due), b.Author, tx.Micros())
	return fault.Wrap("programme.SaveBlock", err)
}

// Unblock takes a block away.
func Unblock(tx *db.Tx, p id.Point, a id.Activity) error {
	_, err := tx.Exec(`delete from activity_block where org_id = $1 and point_id = $2 and activity_id = $3`, tx.Org(), p, a)
	return fault.Wrap("programme.Unblock", err)
}
