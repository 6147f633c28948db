// Package merge lets two people change one thing at the same time.
//
// An update says which version of the thing it was made on, its base. Fields
// that the log does not show changed since then are applied; a field that
// somebody else changed meanwhile, to something other than what is wanted now,
// is a conflict: it is left as it is and named, with both values, so that a
// person can choose. A field that already has the wanted value is neither.
//
// The caller tells package mutation of the conflicts, and must hold the thing's
// row (updated, or selected for update, in the same transaction), so that
// nothing changes between the look at the log and the write.
package merge

import (
	"bytes"
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
)

// Field is one field of an update.
type Field struct {
	Name string // as the log calls it
	Now  any    // what it is
	Mine any    // what it shall become
}

// Conflict is a field that somebody else changed since the base.
type Conflict struct {
	Field   string          `json:"field"`
	Theirs  json.RawMessage `json:"theirs"`
	Mine    json.RawMessage `json:"mine"`
	Version int64           `json:"version"`
	Actor   string          `json:"actor_id"`
	At      time.Time       `json:"at"`
}

// Result says what to do with the fields of an update.
type Result struct {
	Apply     []Field // in the order given
	Conflicts []Conflict
}

// Applies reports whether the field is to be applied.
func (r Result) Applies(name string) bool {
	for _, f := range r.Apply {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Changes are the applied fields as the log takes them.
func (r Result) Changes() []feed.Field {
	fields := make([]feed.Field, len(r.Apply))
	for i, f := range r.Apply {
		fields[i] = feed.Field{Name: f.Name, Before: f.Now, After: f.Mine}
	}
	return fields
}

// Fields sorts the fields of an update of a thing that stands at version now.
// A base that the thing never had is a fault Invalid.
func Fields(tx *db.Tx, thing string, base, now int64, fields []Field) (Result, error) {
	var r Result
	if base < 1 || base > now {
		return r, fault.InvalidFields([]fault.Field{{Path: "base", Code: "unknown-version"}})
	}
	var since map[string]feed.FieldChange
	if base < now {
		var err error
		if since, err = feed.ChangedSince(tx, thing, base); err != nil {
			return r, fault.Wrap("merge.Fields", err)
		}
	}
	for _, f := range fields {
		theirs, err := json.Marshal(f.Now)
		if err != nil {
			return r, fault.Wrap("merge.Fields", err)
		}
		mine, err := json.Marshal(f.Mine)
		if err != nil {
			return r, fault.Wrap("merge.Fields", err)
		}
		if bytes.Equal(theirs, mine) {
			continue
		}
		if c, changed := since[f.Name]; changed {
			r.Conflicts = append(r.Conflicts, Conflict{Field: f.Name, Theirs: theirs, Mine: mine, Version: c.Version,
				Actor: c.Actor, At: time.UnixMicro(c.At).UTC()})
			continue
		}
		r.Apply = append(r.Apply, f)
	}
	return r, nil
}
