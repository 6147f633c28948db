// Package kin is how points stand to each other: a point may have a parent, be
// related to others, and be the relay of another: its copy on another list. A
// row says what one point says of another; it is part of the point that says it,
// and its other end is shown to whoever sees that too.
//
// Promises: a point has one parent at most; no point is above itself, however
// far; a tree is at most MaxDepth deep; a point names at most MaxRelated others.
// A relay names its origin for good; a point has at most MaxRelays.
package kin

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	p "plumbline/internal/personal"
)

// Limits.
const (
	MaxDepth   = 20
	MaxRelated = 50
	MaxRelays  = 50
)

// Of is what a point says of others.
type Of struct {
	Parent  id.Point // empty without one
	Related []id.Point
	Origin  id.Point // that it is a relay of; empty for none
}

// Read reads what many points say.
func Read(tx *db.Tx, points []id.Point) (map[id.Point]Of, error) {
	all, err := read(tx, points)
	out := map[id.Point]Of{}
	for _, r := range all {
		of := out[r.point]
		switch r.kind {
		case "parent":
			of.Parent = r.other
		case "origin":
			of.Origin = r.other
		default:
			of.Related = append(of.Related, r.other)
		}
		out[r.point] = of
	}
	return out, fault.Wrap("kin.Read", err)
}

// SetParent gives a point a parent, or with an empty one none; what it was.
// Both points must be locked or the rows they hold be written by nobody else.
func SetParent(tx *db.Tx, point, parent id.Point) (was id.Point, err error) {
	const op = "kin.SetParent"
	if was, err = parentOf(tx, point); err != nil || was == parent {
		return was, fault.Wrap(op, err)
	}
	above := parent
	for deep := 1; above != ""; deep++ {
		if above == point {
			return was, fault.New(fault.Conflict, "parent-cycle", "a point is not above itself")
		}
		if deep >= MaxDepth {
			return was, fault.New(fault.Conflict, "too-deep", "points are nested too deep")
		}
		if above, err = parentOf(tx, above); err != nil {
			return was, fault.Wrap(op, err)
		}
	}
	return was, fault.Wrap(op, saveParent(tx, point, parent))
}

// Relate notes that two points are related; false where they are already.
func Relate(tx *db.Tx, point, other id.Point) (bool, error) {
	const op = "kin.Relate"
	if point == other {
		return false, fault.New(fault.Conflict, "related-to-itself", "a point is not related to itself")
	}
	_, there, err := said(tx, point, other)
	if err != nil || there {
		return false, fault.Wrap(op, err)
	}
	n, err := relations(tx, point)
	if err == nil && n >= MaxRelated {
		err = fault.New(fault.Conflict, "too-many-related", "a point names at most 50 others")
	}
	if err != nil {
		return false, fault.Wrap(op, err)
	}
	return true, fault.Wrap(op, relate(tx, point, other))
}

// Unrelate takes it back, whichever of them said it: who did; empty for nobody.
func Unrelate(tx *db.Tx, point, other id.Point) (who id.Point, err error) {
	who, there, err := said(tx, point, other)
	if err == nil && there {
		err = unrelate(tx, point, other)
	}
	return who, fault.Wrap("kin.Unrelate", err)
}

// Relay notes that a point was made of another, its origin.
func Relay(tx *db.Tx, point, origin id.Point) error {
	n, err := relays(tx, origin)
	if err == nil && n >= MaxRelays {
		err = fault.New(fault.Conflict, "too-many-relays", "a point is relayed at most 50 times")
	}
	if err == nil {
		err = saveRelay(tx, point, origin)
	}
	return fault.Wrap("kin.Relay", err)
}

// OriginOf is the point that another is a relay of; empty for none.
func OriginOf(tx *db.Tx, point id.Point) (id.Point, error) {
	origin, err := originOf(tx, point)
	return origin, fault.Wrap("kin.OriginOf", err)
}

// Naming are the points that say something of one.
func Naming(tx *db.Tx, point id.Point) ([]id.Point, error) {
	all, err := naming(tx, point)
	return all, fault.Wrap("kin.Naming", err)
}

// Forget drops what a point says and what is said of it.
func Forget(tx *db.Tx, point id.Point) error { return fault.Wrap("kin.Forget", forget(tx, point)) }

// Declarations are the columns of point_kin and point_relay.
func Declarations() []p.Declaration {
	return append(p.NotPersonal("point_kin", "random ids of things and the tenant, a kind", "org_id", "point_id", "kind", "other_id"),
		p.NotPersonal("point_relay", "random ids of things and the tenant", "org_id", "point_id", "origin_id")...)
}
