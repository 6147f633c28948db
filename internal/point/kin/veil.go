package kin

import (
	"encoding/json"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/query"
)

// Moved is the kind of change by which a point came to another list. Its fields
// are the list and the number.
const Moved = "moved"

// The fields of the log that name another point.
const (
	ParentField  = "parent_id"
	RelatedField = "related_id"
	OriginField  = "origin_id"
)

// Seen reads what many points say of those that the reader sees.
func Seen(tx *db.Tx, g access.Grant, points []id.Point) (map[id.Point]Of, error) {
	all, err := Read(tx, points)
	if err != nil || len(all) == 0 {
		return all, err
	}
	var others []id.Point
	for _, of := range all {
		others = append(append(others, of.Related...), of.Parent, of.Origin)
	}
	seen, err := query.SeenOf(tx, g.Project, others, query.SightOf(g.Level, g.ListLevels, g.Selves()))
	for p, of := range all {
		if !seen[of.Parent] {
			of.Parent = ""
		}
		if !seen[of.Origin] {
			of.Origin = ""
		}
		of.Related = slices.DeleteFunc(of.Related, func(o id.Point) bool { return !seen[o] })
		all[p] = of
	}
	return all, err
}

// Veil takes out of a point's history what the reader may not know of: lists
// that it came from or went to, points that it named; and what was no news.
func Veil(tx *db.Tx, g access.Grant, entries []feed.Entry) ([]feed.Entry, error) {
	veilMoves(g, entries)
	var named []id.Point
	for _, e := range entries {
		for _, f := range e.Fields {
			named = append(named, names(f)...)
		}
	}
	seen, err := query.SeenOf(tx, g.Project, named, query.SightOf(g.Level, g.ListLevels, g.Selves()))
	for i, e := range entries { // that a relay was made is told all the same
		entries[i].Fields = slices.DeleteFunc(e.Fields, func(f feed.EntryField) bool {
			return f.Name == OriginField && slices.ContainsFunc(names(f), func(p id.Point) bool { return !seen[p] })
		})
	}
	return slices.DeleteFunc(entries, func(e feed.Entry) bool {
		return e.Kind == feed.Touched || slices.ContainsFunc(e.Fields, func(f feed.EntryField) bool {
			return slices.ContainsFunc(names(f), func(p id.Point) bool { return !seen[p] })
		})
	}), fault.Wrap("kin.Veil", err)
}

// names are the points that a field of the log names.
func names(f feed.EntryField) (out []id.Point) {
	if f.Name != ParentField && f.Name != RelatedField && f.Name != OriginField {
		return nil
	}
	for _, v := range []json.RawMessage{f.Before, f.After} {
		var p id.Point
		if json.Unmarshal(v, &p) == nil && p != "" {
			out = append(out, p)
		}
	}
	return out
}

// veilMoves takes out of a history what names a list that the reader may not know
// of: where the point was before, and by which number it went there.
func veilMoves(g access.Grant, entries []feed.Entry) {
	for i := range entries {
		e := &entries[i]
		if e.Kind != Moved {
			continue
		}
		var from, to bool
		for _, f := range e.Fields {
			if f.Name == "list_id" {
				from, to = known(g, f.Before), known(g, f.After)
			}
		}
		for j := range e.Fields {
			f := &e.Fields[j]
			if !from {
				f.Before = nil
			}
			if !to {
				f.After = nil
			}
		}
	}
}

func known(g access.Grant, list json.RawMessage) bool {
	var l id.List
	return json.Unmarshal(list, &l) == nil && l != "" && g.Knows(l)
}
