package sweep

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/personal"
	"plumbline/internal/retention"
)

func span(r personal.Retention) retention.Span { return retention.Span(r.Period().Span) }

// Cutoff is the latest instant from which the retention's period is over, in
// microseconds.
func Cutoff(r personal.Retention, now time.Time) int64 { return span(r).Cutoff(now).UnixMicro() }

// From is the earliest instant from which the period is not over yet: what is
// older goes.
func From(r personal.Retention, now time.Time) time.Time {
	return span(r).Cutoff(now).Add(time.Microsecond)
}

// Before is the rule that erases the rows of a table whose period is over,
// counted from an instant in a column. 0 in the column means that it has not
// begun.
func Before(name, table, column string, r personal.Retention) Rule {
	return Rule{Name: name, Covers: []Cover{{table, r}}, Then: personal.Erase, Hourly: span(r).Hours > 0,
		Rows: func(tx *db.Tx) (int64, error) { return deleteBefore(tx, table, column, Cutoff(r, tx.Now())) }}
}

// Pruned is the rule of an owner who deletes what is older than an instant.
func Pruned(name, table string, r personal.Retention, prune func(tx *db.Tx, before time.Time) (int64, error)) Rule {
	return Rule{Name: name, Covers: []Cover{{table, r}}, Then: personal.Erase, Hourly: span(r).Hours > 0,
		Rows: func(tx *db.Tx) (int64, error) { return prune(tx, From(r, tx.Now())) }}
}

// Passed counts rows whose instant in a column has passed: what is due of a
// rule whose owner works in transactions of its own.
func Passed(table, column, but string) func(tx *db.Tx) (int64, error) {
	return func(tx *db.Tx) (int64, error) { return countPassed(tx, table, column, but, tx.Micros()) }
}

// Older counts rows whose period is over.
func Older(table, column string, r personal.Retention) func(tx *db.Tx) (int64, error) {
	return func(tx *db.Tx) (int64, error) { return countPassed(tx, table, column, "", Cutoff(r, tx.Now())) }
}

// Child is a table whose rows go with their parent's: Column holds its id.
type Child struct {
	Table, Column string
	Undeclared    bool // holds nothing personal
}

// Family is Before for a table with an id, and for tables that belong to it.
// only, where it is not empty, is a further condition on the parent.
func Family(name, table, column, only string, r personal.Retention, children ...Child) Rule {
	covers := []Cover{{table, r}}
	for _, c := range children {
		if !c.Undeclared {
			covers = append(covers, Cover{c.Table, r})
		}
	}
	return Rule{Name: name, Covers: covers, Then: personal.Erase,
		Rows: func(tx *db.Tx) (all int64, err error) {
			cutoff := Cutoff(r, tx.Now())
			for _, c := range children {
				n, err := deleteOf(tx, c.Table, c.Column, table, column, only, cutoff)
				if err != nil {
					return all, err
				}
				all += n
			}
			n, err := deleteOnly(tx, table, column, only, cutoff)
			return all + n, err
		}}
}

// ClaimsDue counts what was kept long enough for a claim.
func ClaimsDue(tx *db.Tx) (int64, error) {
	return countClaims(tx, tx.Now().UTC().Format(time.DateOnly))
}
