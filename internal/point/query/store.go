package query

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/page"
	"plumbline/internal/point/fields"
	"plumbline/internal/search"
)

// statement is SQL being put together. Values only ever enter as arguments.
type statement struct {
	args    []any
	dialect db.Dialect
	org     string        // the tenant's placeholder
	ordered bool          // rows are wanted in an order, not counted
	walk    bool          // those in charge are no place to begin: see many
	before  string        // what the statement begins with, before the points
	hit     string        // how p is joined to that
	words   *search.Words // so many hold them that each row is looked at for itself
	late    bool          // many are found and sorted to show a few: sort the keys alone, then read the rows
}

func newStatement(tx *db.Tx) *statement {
	s := &statement{dialect: tx.Dialect()}
	s.org = s.arg(tx.Org())
	return s
}

func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// in is "col in (…)".
func in[T any](s *statement, col string, values []T) string {
	from := len(s.args) + 1
	s.args = append(s.args, db.Args(values)...)
	return col + " in " + db.In(len(values), from)
}

// weak names a column whose index must not be taken: the filter keeps many
// rows, and the index that gives the order reaches a page sooner. PostgreSQL
// knows that from its statistics; a count has no order to profit from.
func (s *statement) weak(col string) string {
	if s.ordered && s.dialect == db.SQLite {
		return "+" + col
	}
	return col
}

// some is weak for many values, of which a few would be found sooner by their
// own index.
func (s *statement) some(col string, values int) string {
	const few = 30
	if values <= few {
		return col
	}
	return s.weak(col)
}

// Sight is which points the reader may see.
type Sight struct {
	All    bool            // all but those of the lists below
	Open   []id.List       // seen whole, where not all are
	Charge []id.List       // of these only what the reader is in charge of, where all are seen
	Shut   []id.List       // of these nothing
	Self   []fields.Charge // the reader, as those in charge: the person, company, roles
}

func (s *statement) charged(as []fields.Charge) string {
	if len(as) == 0 {
		return "1 = 0"
	}
	if s.walk { // in these words neither planner begins with them
		return "(p.id in (" + s.charges(as) + ")) is true"
	}
	return "p.id in (" + s.charges(as) + ")"
}

// charges are the points that some are in charge of.
func (s *statement) charges(as []fields.Charge) string {
	var parts []string
	for _, c := range as {
		parts = append(parts, "select c.point_id from point_in_charge c where c.org_id = "+s.org+
			" and c.kind = "+s.arg(c.Kind)+" and c.ref_id = "+s.arg(c.ID))
	}
	return strings.Join(parts, " union all ")
}

// many reports whether those who choose the points of a are in charge of so
// many that a walk in the order of the list reaches a page sooner than looking
// up and sorting all of theirs.
func many(tx *db.Tx, a Ask) (bool, error) {
	const enough = 1000
	who := a.InCharge
	if a.Mine || !a.Sight.All {
		who = a.Sight.Self
	}
	if len(who) == 0 {
		return false, nil
	}
	s := newStatement(tx)
	var n int
	err := tx.Row("select count(*) from ("+s.charges(who)+" limit "+s.arg(int64(enough))+") c", s.args...).Scan(&n)
	return n == enough, fault.Wrap("query.many", err)
}

func (s *statement) seen(v Sight) string {
	if v.All && len(v.Charge) == 0 && len(v.Shut) == 0 {
		return ""
	}
	if v.All {
		hidden := append(append([]id.List{}, v.Charge...), v.Shut...)
		cond := "not (" + in(s, "p.list_id", hidden) + ")"
		if len(v.Charge) > 0 {
			cond = "(" + cond + " or " + in(s, "p.list_id", v.Charge) + " and " + s.charged(v.Self) + ")"
		}
		return cond
	}
	cond := s.charged(v.Self)
	if len(v.Shut) > 0 {
		cond += " and not (" + in(s, "p.list_id", v.Shut) + ")"
	}
	if len(v.Open) > 0 {
		cond = in(s, "p.list_id", v.Open) + " or " + cond
	}
	return "(" + cond + ")"
}

// where is the filter; of points alone, if that is not nil.
func (s *statement) where(project id.Project, f Filter, v Sight, today string, points []id.Point) string {
	conds := []string{
		"p.org_id = " + s.org,
		"p.project_id = " + s.arg(project),
		"p.deleted_at is null",
	}
	add := func(c string) {
		if c != "" {
			conds = append(conds, c)
		}
	}
	add(s.seen(v))
	if len(f.List) > 0 {
		add(in(s, "p.list_id", f.List))
	}
	if len(f.Status) > 0 {
		add(in(s, s.weak("p.status_id"), f.Status))
	}
	if len(f.Category) > 0 {
		add(in(s, s.some("p.category_id", len(f.Category)), f.Category))
	}
	if len(f.Location) > 0 {
		add(in(s, s.some("p.location_id", len(f.Location)), f.Location))
	}
	if len(f.InCharge) > 0 {
		add(s.charged(f.InCharge))
	}
	if f.Mine && (v.All || len(v.Open) > 0) { // of who sees nothing else it is said already
		add(s.charged(v.Self))
	}
	if len(f.Author) > 0 {
		add(in(s, "p.author_id", f.Author))
	}
	if f.Sheet != "" {
		add("p.sheet_id = " + s.arg(f.Sheet))
	}
	if f.DueBefore != "" {
		add(s.weak("p.due") + " <= " + s.arg(f.DueBefore))
	}
	if f.DueAfter != "" {
		add(s.weak("p.due") + " >= " + s.arg(f.DueAfter))
	}
	if f.Overdue {
		add(s.weak("p.due") + " < " + s.arg(today) + " and p.closed_at is null")
	}
	urgent := f.Urgent != nil && *f.Urgent
	if f.Urgent != nil {
		if urgent { // in these words there is an index of them
			add("p.urgent")
		} else {
			add("not p.urgent")
		}
	}
	switch f.Closed {
	case ClosedOnly:
		add("p.closed_at is not null")
	case Any:
	default:
		// Urgent points are fewer than open ones, which the counts of a large
		// project do not tell.
		closed := "p.closed_at"
		if urgent {
			closed = s.weak(closed)
		}
		add(closed + " is null")
	}
	if points != nil {
		add(in(s, "p.id", points))
	}
	add(s.hit)
	if s.words != nil {
		add(s.words.Holds("p.id", s.arg))
	}
	return strings.Join(conds, " and ")
}

// stretch selects the first rows of a segment, after keys if there are any.
func (s *statement) stretch(columns string, seg segment, where string, after []any, desc bool, limit int) string {
	cmp, dir := ">", ""
	if desc {
		cmp, dir = "<", " desc"
	}
	if s.late {
		columns = "p.id as id"
		for i, k := range seg.keys {
			columns += ", " + k.col + " as k" + strconv.Itoa(i)
		}
	}
	var b strings.Builder
	b.WriteString("select " + columns + " from " + s.before + "point p where " + where)
	if seg.cond != "" {
		b.WriteString(" and ")
		if before, after, ok := strings.Cut(seg.cond, "%s"); ok {
			b.WriteString(before + s.arg(seg.val) + after)
		} else {
			b.WriteString(seg.cond)
		}
	}
	if after != nil {
		var cols, marks []string
		for i, k := range seg.keys {
			cols = append(cols, k.col)
			marks = append(marks, s.arg(after[i]))
		}
		b.WriteString(" and (" + strings.Join(cols, ", ") + ") " + cmp + " (" + strings.Join(marks, ", ") + ")")
	}
	b.WriteString(" order by ")
	if seg.lead != "" && !s.late { // sorted anyway: nothing for the planner to see
		b.WriteString(seg.lead + dir + ", ")
	}
	for i, k := range seg.keys {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k.col + dir)
	}
	b.WriteString(" limit " + s.arg(int64(limit)))
	return b.String()
}

// looked reads the rows that a late stretch named, in its order.
func (s *statement) looked(columns string, seg segment, keys string, desc bool) string {
	var text strings.Builder
	text.WriteString("select " + columns + " from (" + keys + ") k join point p on p.org_id = " + s.org + " and p.id = k.id order by ")
	for i := range seg.keys {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString("k.k" + strconv.Itoa(i))
		if desc {
			text.WriteString(" desc")
		}
	}
	return text.String()
}

// Ask is a query of a reader.
type Ask struct {
	Project id.Project
	Query
	Sight    Sight
	Settings fields.Settings // the parts that Query.Parts names
	Today    string          // in the project's zone; for Overdue
	Words    *search.Words   // that are looked for; nil for none
	Few      int             // up to how many hits of Words are looked up; 0: some
}

// fewHits is up to how many hits are looked up and sorted. Where there are more, a
// walk in the order of the list, which looks at each row for the words, meets a
// page of them sooner.
const fewHits = 2000

// found is what became of the words of a search.
type found struct {
	words *search.Words // too many hold them: see statement.words
	hits  string        // else the ids, as JSON; empty for no search
}

func find(tx *db.Tx, a Ask) (found, error) {
	if a.Words == nil {
		return found{}, nil
	}
	ids, few, err := a.Words.Few(tx, cmp.Or(a.Few, fewHits))
	if err != nil || !few {
		return found{words: a.Words}, err
	}
	list, err := json.Marshal(ids)
	return found{hits: string(list)}, err
}

// begin makes the statement go by what was found: it begins with the hits, if they
// are few. One argument is enough for any number of them, and one text.
func (s *statement) begin(f found) {
	s.words = f.words
	if f.hits == "" {
		return
	}
	list := s.arg(f.hits)
	rows := "json_each(" + list + ") h"
	if s.dialect == db.Postgres {
		rows = "json_array_elements_text(cast(cast(" + list + " as text) as json)) h(value)"
	}
	s.before, s.hit, s.late, s.walk = rows+" cross join ", "p.id = h.value", true, true
}

// Page reads a page, and one row more, which tells whether there is a next.
// The groups of a ranked order are read few at a time: most pages end within
// the first.
func Page[T any](tx *db.Tx, r Rows[T], a Ask) (page.Page[T], error) {
	var out page.Page[T]
	segs := segments(a.Sort, a.Desc, a.Settings)
	from, err := decodeCursor(a.Cursor, a.Sort, a.Desc, segs)
	if err != nil {
		return out, err
	}
	limit := page.Limit(a.Limit)
	late := a.Mine || len(a.InCharge) > 0 || !a.Sight.All
	walk := false
	if late {
		if walk, err = many(tx, a); err != nil {
			return out, err
		}
	}
	hits, err := find(tx, a)
	if err != nil {
		return out, err
	}
	var rows []T
	for at, batch := from.segment, 1; at < len(segs) && len(rows) <= limit; batch = min(batch*4, 64) {
		end := min(at+batch, len(segs))
		s := newStatement(tx)
		s.ordered, s.late, s.walk = true, late, walk
		s.begin(hits)
		text := s.stretches(r.Columns, a, segs[at:end], from.keys, limit+1-len(rows))
		more, err := db.All(tx, r.Scan, text, s.args...)
		if err != nil {
			return out, fault.Wrap("query.Page", err)
		}
		rows = append(rows, more...)
		at, from.keys = end, nil
	}
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = encodeCursor(r, rows[limit-1], a.Sort, a.Desc, segs)
	}
	out.Items = rows
	return out, nil
}

// stretches selects the first rows of segments in their order; after holds for
// the first of them.
func (s *statement) stretches(columns string, a Ask, segs []segment, after []any, limit int) string {
	where := s.where(a.Project, a.Filter, a.Sight, a.Today, nil)
	parts := make([]string, len(segs))
	for i, seg := range segs {
		parts[i] = s.stretch(columns, seg, where, after, a.Desc, limit)
		if s.late {
			parts[i] = s.looked(columns, seg, parts[i], a.Desc)
		}
		after = nil
	}
	if len(parts) == 1 {
		return parts[0]
	}
	for i := range parts {
		parts[i] = "select " + strconv.Itoa(i) + " as seg, r.* from (" + parts[i] + ") r"
	}
	var text strings.Builder
	text.WriteString("select " + strings.ReplaceAll(columns, "p.", "u.") + " from (" + strings.Join(parts, " union all ") + ") u order by u.seg")
	for _, k := range segs[0].keys {
		text.WriteString(", " + strings.Replace(k.col, "p.", "u.", 1))
		if a.Desc {
			text.WriteString(" desc")
		}
	}
	return text.String() + " limit " + s.arg(int64(limit))
}

// narrow reports whether the filter picks few points by an index of their own,
// each of which is sooner looked at than all that hold common words.
func (a Ask) narrow() bool {
	return !a.Sight.All || a.Mine || len(a.InCharge) > 0 || a.Sheet != "" || len(a.Location) > 0 || len(a.Author) > 0
}

// Count counts what a query picks, up to CountLimit.
func Count(tx *db.Tx, a Ask) (Total, error) {
	s := newStatement(tx)
	hits, err := find(tx, a)
	if err != nil {
		return Total{}, err
	}
	s.begin(hits)
	if s.words != nil && !a.narrow() { // hit by hit, until there are enough
		s.before, s.hit = s.words.From("p.id", s.arg)
		s.words, s.walk = nil, true
	}
	where := s.where(a.Project, a.Filter, a.Sight, a.Today, nil)
	var n int
	err = tx.Row("select count(*) from (select 1 as one from "+s.before+"point p where "+where+" limit "+s.arg(int64(CountLimit+1))+") c", s.args...).Scan(&n)
	if n > CountLimit {
		return Total{N: CountLimit, More: true}, err
	}
	return Total{N: n}, fault.Wrap("query.Count", err)
}

// ByID reads those of the points that the reader sees, open and closed ones,
// in any order.
func ByID[T any](tx *db.Tx, r Rows[T], project id.Project, points []id.Point, v Sight) ([]T, error) {
	if len(points) == 0 {
		return nil, nil
	}
	s := newStatement(tx)
	where := s.where(project, Filter{Closed: Any}, v, "", points)
	all, err := db.All(tx, r.Scan, "select "+r.Columns+" from point p where "+where, s.args...)
	return all, fault.Wrap("query.ByID", err)
}

// Seen are all points that the reader sees.
func Seen(tx *db.Tx, project id.Project, v Sight) ([]id.Point, error) {
	s := newStatement(tx)
	where := s.where(project, Filter{Closed: Any}, v, "", nil)
	all, err := db.All(tx, db.Value1[id.Point], "select p.id from point p where "+where, s.args...)
	return all, fault.Wrap("query.Seen", err)
}

// SeenOf says which of the points the reader sees.
func SeenOf(tx *db.Tx, project id.Project, points []id.Point, v Sight) (map[id.Point]bool, error) {
	out := make(map[id.Point]bool, len(points))
	for some := range slices.Chunk(points, 500) {
		all, err := seenOf(tx, project, some, v)
		if err != nil {
			return nil, fault.Wrap("query.SeenOf", err)
		}
		for _, p := range all {
			out[p] = true
		}
	}
	return out, nil
}

func seenOf(tx *db.Tx, project id.Project, points []id.Point, v Sight) ([]id.Point, error) {
	s := newStatement(tx)
	where := s.where(project, Filter{Closed: Any}, v, "", points)
	return db.All(tx, db.Value1[id.Point], "select p.id from point p where "+where, s.args...)
}

// SheetsSeen says which of the sheets carry a point that the reader sees; of
// all sheets where sheets is nil.
func SheetsSeen(tx *db.Tx, project id.Project, sheets []id.Sheet, v Sight) (map[id.Sheet]bool, error) {
	s := newStatement(tx)
	where := s.where(project, Filter{Closed: Any}, v, "", nil)
	if sheets != nil {
		where += " and " + in(s, "p.sheet_id", sheets)
	} else {
		where += " and p.sheet_id is not null"
	}
	all, err := db.All(tx, db.Value1[id.Sheet], "select distinct p.sheet_id from point p where "+where, s.args...)
	if err != nil {
		return nil, fault.Wrap("query.SheetsSeen", err)
	}
	out := make(map[id.Sheet]bool, len(all))
	for _, one := range all {
		out[one] = true
	}
	return out, nil
}
