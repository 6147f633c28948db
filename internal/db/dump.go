package db

import (
	"errors"
	"fmt"
	"strings"
)

// Dump reads every row of every table as text, whatever the tables are: for
// who looks for something without trusting what anybody says about where it
// stands. Bytes are shown as they are where they are text, else in hexadecimal.
func Dump(t *Tx, each func(table, row string) error) error {
	tables, err := All(t, func(s Scanner) (name string, err error) {
		err = s.Scan(&name)
		return name, err
	}, map[Dialect]string{
		SQLite:   `select name from sqlite_schema where type = 'table' order by name`,
		Postgres: `select table_name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name`,
	}[t.Dialect()])
	if err != nil {
		return err
	}
	for _, name := range tables {
		if err := dumpTable(t, name, each); err != nil {
			return err
		}
	}
	return nil
}

func dumpTable(t *Tx, name string, each func(table, row string) error) (err error) {
	rows, err := t.Query(fmt.Sprintf(`select * from "%s"`, strings.ReplaceAll(name, `"`, `""`)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var row strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row.Reset()
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b) + " " + fmt.Sprintf("%x", b)
			}
			fmt.Fprintf(&row, "%s=%v\n", columns[i], v)
		}
		if err := each(name, row.String()); err != nil {
			return err
		}
	}
	return rows.Err()
}
