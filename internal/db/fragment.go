package db

import (
	"fmt"
	"strconv"
	"strings"
)

// In is a list of n placeholders that starts at $from: In(3, 2) is "($2,$3,$4)".
// An empty list is "(null)", which nothing is in.
func In(n, from int) string {
	if n <= 0 {
		return "(null)"
	}
	b := make([]byte, 0, n*4)
	b = append(b, '(')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(from+i), 10)
	}
	return string(append(b, ')'))
}

// Args is values as arguments, for use with In.
func Args[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// SkipLocked ends a subquery that picks rows to work on, so that two workers
// do not wait for one another. SQLite has one writer and needs nothing. Compare
// with = where one row is wanted: a join may run a subquery after "in" again,
// and take other rows then.
func (t *Tx) SkipLocked() string {
	if t.dialect == Postgres {
		return " for update skip locked "
	}
	return " "
}

// Locked ends a query whose rows stay as they are read until the transaction
// ends: whoever reads them so waits. SQLite has one writer and needs nothing.
func (t *Tx) Locked() string {
	if t.dialect == Postgres {
		return " for update"
	}
	return ""
}

// JSONText is the text of a top-level key of a JSON column: text and whole
// numbers come out alike on both engines; booleans do not. col and key are the
// program's own, never a user's.
func (t *Tx) JSONText(col, key string) string {
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		panic("db: a JSON key that is not a plain name")
	}
	if t.dialect == Postgres {
		return fmt.Sprintf("(cast(%s as jsonb)->>'%s')", col, key)
	}
	return fmt.Sprintf("cast(json_extract(%s, '$.%s') as text)", col, key)
}

// CaseFold is expr in lower case, beyond ASCII on both. Compare it with Fold.
func (t *Tx) CaseFold(expr string) string {
	if t.dialect == Postgres {
		return "lower(" + expr + ")"
	}
	return "plumb_lower(" + expr + ")"
}

// Fold is s as CaseFold makes it.
func Fold(s string) string { return strings.ToLower(s) }

// LikePrefix is s as a pattern for "like $n escape '\'" that matches what
// begins with s. (LIKE ignores ASCII case on SQLite only: fold both sides.)
func LikePrefix(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}
