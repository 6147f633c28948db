// Package query is which points of a project are listed, and in which order: a
// filter, what the reader may see, a sort and a place in it become one SQL
// text for both engines.
//
// Paging is by keyset: a page costs the same wherever it stands, and rows that
// come, go or tie move nothing. Every order has an index of the table point and
// ends in the id. Orders by rank (status, location) are read group by group, so
// that the ranks may change without touching a point. Values enter as
// arguments only; a cursor is untrusted input.
package query

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strconv"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/page"
	"plumbline/internal/point/fields"
)

// Sort is an order of the list.
type Sort string

// The orders. Status and location go by the project's own order of them; what
// has no location or no due date comes last, in both directions.
const (
	ByNumber   Sort = "number"
	BySubject  Sort = "subject"
	ByStatus   Sort = "status"
	ByDue      Sort = "due"
	ByChanged  Sort = "changed"
	ByCreated  Sort = "created"
	ByLocation Sort = "location"
)

// Sorts are all orders.
func Sorts() []Sort {
	return []Sort{ByNumber, BySubject, ByStatus, ByDue, ByChanged, ByCreated, ByLocation}
}

// Closed picks by state.
type Closed string

// The states. The zero value is Open.
const (
	Open       Closed = "false"
	ClosedOnly Closed = "true"
	Any        Closed = "any"
)

// Filter picks points; its parts are and-ed, values within one are or-ed. A
// category or location stands for all below it too.
type Filter struct {
	List      []id.List
	Status    []id.Status
	Category  []id.Category
	Location  []id.Location
	InCharge  []fields.Charge
	Author    []id.Person
	Sheet     id.Sheet
	DueBefore string // up to and with this date
	DueAfter  string // from this date on
	Overdue   bool   // open, and due before today in the project's zone
	Urgent    *bool
	Closed    Closed
	Mine      bool   // the reader is in charge, or their company or role
	Text      string // words; the last may be a beginning
}

// Query is a page of a filtered, sorted list.
type Query struct {
	Filter
	Sort   Sort // ByNumber by default
	Desc   bool
	Cursor string
	Limit  int

	Uncounted bool // the total is that of the page
}

// Parts are the settings that the query goes by.
func (q Query) Parts() fields.Parts {
	p := fields.Statuses
	if q.Overdue {
		p |= fields.Zone
	}
	if q.Sort == ByLocation || len(q.Location) > 0 {
		p |= fields.Locations
	}
	if len(q.Category) > 0 {
		p |= fields.Categories
	}
	return p
}

// Total is a count that stops at CountLimit: More says that there are more.
type Total struct {
	N    int
	More bool
}

// CountLimit is where counting a list stops.
const CountLimit = 1000

// MaxFilter bounds the values of one part of a filter.
const MaxFilter = 200

// Check names what breaks a rule in a query, by the names of the API.
func (q Query) Check() []fault.Field {
	var bad []fault.Field
	add := func(path, code string) { bad = append(bad, fault.Field{Path: path, Code: code}) }
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) {
		add("sort", "unknown")
	}
	switch q.Closed {
	case "", Open, ClosedOnly, Any:
	default:
		add("closed", "unknown")
	}
	ids(add, "list", q.List)
	ids(add, "status", q.Status)
	ids(add, "category", q.Category)
	ids(add, "location", q.Location)
	ids(add, "author", q.Author)
	if q.Sheet != "" && !id.Valid(q.Sheet) {
		add("sheet", "not-an-id")
	}
	if len(q.InCharge) > MaxFilter {
		add("in_charge", "too-many")
	}
	for _, c := range q.InCharge {
		if (c.Kind != fields.Person && c.Kind != fields.Company && c.Kind != fields.Role) || !id.Valid(c.ID) {
			add("in_charge", "not-an-id")
			break
		}
	}
	if q.DueBefore != "" && !fields.ValidDate(q.DueBefore) {
		add("due_before", "not-a-date")
	}
	if q.DueAfter != "" && !fields.ValidDate(q.DueAfter) {
		add("due_after", "not-a-date")
	}
	if c := fields.CheckText(q.Text, 0, 200); c != "" {
		add("q", c)
	}
	return bad
}

func ids[T ~string](add func(path, code string), path string, of []T) {
	if len(of) > MaxFilter {
		add(path, "too-many")
		return
	}
	for _, v := range of {
		if !id.Valid(v) {
			add(path, "not-an-id")
			return
		}
	}
}

// sortKeyCol is a column that orders a segment.
type sortKeyCol struct {
	col  string
	kind byte // s text, i whole number, b bytes
}

// segment is a stretch of the sorted list in which one index gives the order.
// A list in an order of ranks (status, location) is its groups one after the
// other; so the ranks may change without touching a point.
type segment struct {
	name string // in the cursor
	cond string // "%s" is replaced by the placeholder of value
	val  string
	lead string // the column that cond fixes, named again for the planner
	keys []sortKeyCol
}

var idKey = sortKeyCol{"p.id", 's'}

// segments of an order.
func segments(sort Sort, desc bool, set fields.Settings) []segment {
	one := func(keys ...sortKeyCol) []segment { return []segment{{name: "", keys: keys}} }
	switch sort {
	case BySubject:
		return one(sortKeyCol{"p.subject_key", 'b'}, idKey)
	case ByChanged:
		return one(sortKeyCol{"p.changed_at", 'i'}, idKey)
	case ByCreated:
		return one(sortKeyCol{"p.created_at", 'i'}, idKey)
	case ByDue:
		return []segment{
			{name: "due", cond: "p.due is not null", keys: []sortKeyCol{{"p.due", 's'}, idKey}},
			{name: "none", cond: "p.due is null", lead: "p.due", keys: []sortKeyCol{idKey}},
		}
	case ByStatus:
		var all []segment
		for _, s := range set.Statuses {
			all = append(all, segment{name: string(s.ID), cond: "p.status_id = %s", val: string(s.ID), lead: "p.status_id", keys: []sortKeyCol{idKey}})
		}
		if desc {
			slices.Reverse(all)
		}
		return all
	case ByLocation:
		var all []segment
		for _, l := range set.Locations {
			all = append(all, segment{name: l.ID, cond: "p.location_id = %s", val: l.ID, lead: "p.location_id", keys: []sortKeyCol{idKey}})
		}
		if desc {
			slices.Reverse(all)
		}
		return append(all, segment{name: "none", cond: "p.location_id is null", lead: "p.location_id", keys: []sortKeyCol{idKey}})
	default:
		return one(sortKeyCol{"p.code", 's'}, sortKeyCol{"p.occurrence", 'i'}, sortKeyCol{"p.sequence", 'i'}, idKey)
	}
}

// Rows says how the rows of "point p" are read.
type Rows[T any] struct {
	Columns string // with the prefix "p."
	Scan    func(db.Scanner) (T, error)
	// Key is what a row holds in a column that orders: text ("" for null),
	// int64 or []byte.
	Key func(row T, column string) any
}

// segmentOf names the segment that a row stands in.
func (r Rows[T]) segmentOf(row T, sort Sort) string {
	name := func(column string) string {
		s, _ := r.Key(row, column).(string)
		return s
	}
	switch sort {
	case ByStatus:
		return name("p.status_id")
	case ByLocation:
		return cmp.Or(name("p.location_id"), "none")
	case ByDue:
		if name("p.due") != "" {
			return "due"
		}
		return "none"
	}
	return ""
}

// place is where a page begins: in which segment, after which keys.
type place struct {
	segment int
	keys    []any // nil: at its beginning
}

func encodeCursor[T any](r Rows[T], row T, sort Sort, desc bool, segs []segment) string {
	name := r.segmentOf(row, sort)
	values := []any{string(sort) + strconv.FormatBool(desc), name}
	for _, s := range segs {
		if s.name != name {
			continue
		}
		for _, k := range s.keys {
			v := r.Key(row, k.col)
			if b, ok := v.([]byte); ok {
				v = hex.EncodeToString(b)
			}
			values = append(values, v)
		}
		break
	}
	return page.Encode(values...)
}

func decodeCursor(cursor string, sort Sort, desc bool, segs []segment) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	bad := fault.New(fault.Invalid, "bad-cursor", "the page cursor is not one of ours")
	for i, seg := range segs {
		var order, name string
		texts, nums := make([]string, len(seg.keys)), make([]int64, len(seg.keys))
		dst := []any{&order, &name}
		for j, k := range seg.keys {
			if k.kind == 'i' {
				dst = append(dst, &nums[j])
			} else {
				dst = append(dst, &texts[j])
			}
		}
		if _, err := page.Decode(cursor, dst...); err != nil || name != seg.name {
			continue // of another segment
		}
		if order != string(sort)+strconv.FormatBool(desc) {
			return place{}, bad
		}
		at := place{segment: i}
		for j, k := range seg.keys {
			switch k.kind {
			case 'i':
				at.keys = append(at.keys, nums[j])
			case 'b':
				raw, err := hex.DecodeString(texts[j])
				if err != nil {
					return place{}, bad
				}
				at.keys = append(at.keys, raw)
			default:
				if fields.CheckText(texts[j], 0, fields.MaxSubject) != "" {
					return place{}, bad
				}
				at.keys = append(at.keys, texts[j])
			}
		}
		return at, nil
	}
	return place{}, bad
}
