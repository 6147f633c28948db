// Package many puts any number of texts into a statement as one argument, so that
// there is one statement for all numbers of them, prepared once.
package many

import (
	"encoding/json"
	"strconv"

	"plumbline/internal/db"
)

// In is what follows "in", where the texts are those of Of in argument $n.
func In(tx *db.Tx, n int) string {
	at := "$" + strconv.Itoa(n)
	if tx.Dialect() == db.Postgres {
		return "(select json_array_elements_text(cast(cast(" + at + " as text) as json)))"
	}
	return "(select value from json_each(" + at + "))"
}

// Of is texts as one argument.
func Of[T ~string](values []T) string {
	b, err := json.Marshal(values)
	if err != nil || values == nil {
		return "[]"
	}
	return string(b)
}
