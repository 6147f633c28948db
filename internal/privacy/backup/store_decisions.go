package backup

import (
	"regexp"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

func plainName(name string) bool {
	return regexp.MustCompile(`^[a-z_]{1,60}$`).MatchString(name)
}

func badTable() error {
	return fault.New(fault.Unreadable, "decisions-damaged", "the copy of what people decided names what is no table")
}

// readTable reads a whole table, which is small.
func readTable(tx *db.Tx, name string) (t table, err error) {
	if !plainName(name) {
		return t, badTable()
	}
	rows, err := tx.Query(`select * from ` + name)
	if err != nil {
		return t, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	if t.Columns, err = rows.Columns(); err != nil {
		return t, err
	}
	t.Rows = [][]cell{}
	for rows.Next() {
		row, into := make([]cell, len(t.Columns)), make([]any, len(t.Columns))
		for i := range row {
			into[i] = &row[i].v
		}
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t, rows.Err()
}

// writeTable makes a table hold these rows and no other.
func writeTable(tx *db.Tx, name string, t table) error {
	if !plainName(name) {
		return badTable()
	}
	for _, c := range t.Columns {
		if !plainName(c) {
			return badTable()
		}
	}
	if _, err := tx.Exec(`delete from ` + name); err != nil {
		return err
	}
	rows := make([][]any, len(t.Rows))
	for i, r := range t.Rows {
		if len(r) != len(t.Columns) {
			return badTable()
		}
		for _, c := range r {
			rows[i] = append(rows[i], c.v)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.BulkInsert(name, t.Columns, rows)
}
