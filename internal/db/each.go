package db

// Each reads the rows of a query whose columns only the database knows, one at
// a time: text as string, numbers as int64 or float64, booleans as bool, bytes
// as []byte. The values are the callee's to keep; columns are the same slice
// each time.
func Each(t *Tx, each func(columns []string, values []any) error, query string, args ...any) error {
	rows, err := t.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	columns, err := rows.Columns()
	if err != nil {
		return t.fail(err)
	}
	into := make([]any, len(columns))
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return t.fail(err)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok { // the driver's own memory
				values[i] = append([]byte(nil), b...)
			}
		}
		if err := each(columns, values); err != nil {
			return err
		}
	}
	return t.fail(rows.Err())
}
