package tables

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/policy"
	"plumbline/internal/tabular"
)

// What a row would do.
const (
	New       = "new"
	Changed   = "changed"
	Unchanged = "unchanged"
	Wrong     = "wrong"
)

// Planned is a row of a table that came in. Writes stand in the order in which
// they have to be made.
type Planned struct {
	Row     int
	State   string
	Title   string
	Changes []Change
	Issues  []Issue
	Method  string
	Path    string
	Body    map[string]any
	Back    map[string]any // what a change replaces, by the names of Body
	Then    *Write         // another write for the same row, after it

	invite *Invitation
}

// Write is a write of the API, and what it replaces.
type Write struct {
	Method, Path string
	Body, Back   map[string]any
}

// Change is a cell that differs from what is kept.
type Change struct{ Column, Before, After string }

// Issue is why a row is wrong.
type Issue struct{ Column, Code string }

// Preview says what a table would change.
type Preview struct {
	Columns []string // that were understood
	Ignored []string // heads that were not
	Rows    []Planned
	Same    int // rows that are as they are here; they are not among Rows
}

// Preview reads a table and says what it would change.
func (s *Service) Preview(ctx context.Context, g access.Grant, kind string, how Reading, body []byte) (p Preview, err error) {
	const op = "tables.Preview"
	switch kind {
	case Categories, Locations, Points:
		err = g.May(policy.ManageSettings)
	case Participants:
		err = g.May(policy.ManageAttendance)
	default:
		err = fault.New(fault.NotFound, "no-such-table", "there is no such table to be taken in")
	}
	if err != nil {
		return p, err
	}
	var rows []tabular.Row
	if bytes.HasPrefix(body, []byte("PK")) {
		rows, err = tabular.XLSX(bytes.NewReader(body), int64(len(body)), tabular.Usual())
	} else {
		rows, err = tabular.ReadCSV(body, tabular.Usual())
	}
	if err != nil {
		return p, fault.Wrap(op, err)
	}
	st, err := s.state(ctx, g, kind)
	if err != nil {
		return p, fault.Wrap(op, err)
	}
	if p, err = plan(st, kind, how, rows); err == nil {
		err = s.refuse(ctx, g, p.Rows)
	}
	return p, fault.Wrap(op, err)
}

// plan compares rows with what is kept.
func plan(st state, kind string, how Reading, rows []tabular.Row) (Preview, error) {
	var p Preview
	if len(rows) == 0 {
		return p, fault.New(fault.Invalid, "empty-table", "the table has no rows")
	}
	at := map[string]int{}
	for i, c := range rows[0].Cells {
		title := strings.TrimSpace(c.String())
		name := columnNamed(kind, title)
		if _, twice := at[name]; name == "" || twice {
			if title != "" {
				p.Ignored = append(p.Ignored, title)
			}
			continue
		}
		at[name] = i
		p.Columns = append(p.Columns, name)
	}
	needed := "name"
	if kind == Points {
		needed = "subject"
	}
	if _, ok := at[needed]; !ok {
		return p, fault.New(fault.Invalid, "column-missing", "the table has no column "+needed)
	}
	t := table{st: st, kind: kind, reading: how, at: at, used: map[string]int{}}
	var all []Planned
	switch kind {
	case Points:
		all = t.planPoints(rows[1:])
	case Participants:
		all = t.planPeople(rows[1:])
	default:
		all = t.planTree(rows[1:])
	}
	for i := range all {
		if all[i].State == Unchanged {
			p.Same++
		} else {
			p.Rows = append(p.Rows, all[i])
		}
	}
	return p, nil
}

// columnNamed finds a column by its head, in any of the languages.
func columnNamed(kind, title string) string {
	for _, n := range columnsOf(kind) {
		if strings.EqualFold(n, title) {
			return n
		}
		for _, l := range lang.Locales() {
			if n != "id" && strings.EqualFold(lang.T(l, "tables."+n), title) {
				return n
			}
		}
	}
	return ""
}

type table struct {
	st      state
	kind    string
	reading Reading
	at      map[string]int
	used    map[string]int // ids and addresses that a row has already

	invitations int
}

func (t *table) cell(r tabular.Row, name string) (tabular.Cell, bool) {
	i, ok := t.at[name]
	if !ok {
		return tabular.Cell{}, false
	}
	if i >= len(r.Cells) {
		return tabular.Cell{}, true
	}
	return r.Cells[i], true
}

// text is a cell as a text within limits; issues are added to p. A text that is
// as it was is good, whatever it holds.
func (t *table) text(p *Planned, r tabular.Row, name, was string, least, most int) (string, bool) {
	c, ok := t.cell(r, name)
	if !ok {
		return was, false
	}
	s := trimmed(c.String())
	if c.Kind != tabular.Bad && s == trimmed(was) && s != "" {
		return was, true
	}
	switch n := utf8.RuneCountInString(s); {
	case c.Kind == tabular.Bad:
		p.Issues = append(p.Issues, Issue{name, "formula"})
	case n < least:
		p.Issues = append(p.Issues, Issue{name, "required"})
	case n > most:
		p.Issues = append(p.Issues, Issue{name, "too-long"})
	case !utf8.ValidString(s) || strings.Contains(s, "\x00"):
		p.Issues = append(p.Issues, Issue{name, "characters"})
	}
	return s, true
}

// trimmed is a text without what spreadsheets change of their own accord.
func trimmed(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
}

// row begins a row, and finds the thing that its id names.
func (t *table) row(r tabular.Row) (p Planned, which string) {
	p = Planned{Row: r.Number, State: New, Body: map[string]any{}, Back: map[string]any{}}
	c, _ := t.cell(r, "id")
	which = strings.TrimSpace(c.String())
	if which != "" {
		if t.used[which] > 0 {
			p.Issues = append(p.Issues, Issue{"id", "twice"})
		}
		t.used[which]++
	}
	return p, which
}

func (p *Planned) differ(column, field, before, after string, was, value any) {
	if before != after {
		p.change(column, field, before, after, was, value)
	}
}

func (p *Planned) change(column, field, before, after string, was, value any) {
	p.Changes = append(p.Changes, Change{column, before, after})
	p.Body[field], p.Back[field] = value, was
}

func (p *Planned) end(exists bool) {
	switch {
	case len(p.Issues) > 0:
		p.State, p.Method, p.Path, p.Body, p.Back, p.Then, p.Changes = Wrong, "", "", nil, nil, nil, nil
	case exists && len(p.Changes) == 0:
		p.State, p.Method, p.Path, p.Body, p.Back = Unchanged, "", "", nil, nil
	case exists:
		p.State = Changed
	}
}

var kindsOf = map[string][]string{Categories: {"category", "sub-category", "subject"}, Locations: {"building", "level", "room"}}

func (t *table) address(id string) string {
	return "/api/v1/projects/" + string(t.st.project) + "/" + t.kind + "/" + id
}

// tree is what is planned of a tree: places as they will be, by id and by path,
// and the paths that they had.
type tree struct {
	byID         map[string]node
	byPath, past map[string]string
}

func (w *tree) parent(path string, was node) (node, bool) {
	if was.id != "" && fold(path) == fold(was.parentPath) { // left where it is, however that is called now
		return w.byID[was.parent], true
	}
	if path == "" {
		return node{}, true
	}
	for _, by := range []map[string]string{w.byPath, w.past} {
		if which, ok := by[fold(path)]; ok {
			return w.byID[which], true
		}
	}
	return node{}, false
}

// planTree plans categories or locations. A row can stand before its parent's:
// rows are taken up until none finds its parent any more.
func (t *table) planTree(rows []tabular.Row) (out []Planned) {
	w := &tree{byID: map[string]node{}, byPath: map[string]string{}, past: map[string]string{}}
	old := map[string]node{}
	for _, n := range t.st.tree(t.kind) {
		w.byID[n.id], old[n.id] = n, n
		w.byPath[fold(n.path)], w.past[fold(n.path)] = n.id, n.id
	}
	_, moves := t.at["parent"]
	left := rows
	for len(left) > 0 {
		var later []tabular.Row
		for _, r := range left {
			c, _ := t.cell(r, "id")
			was := old[strings.TrimSpace(c.String())]
			up, known := w.byID[was.parent], true
			if moves {
				c, _ = t.cell(r, "parent")
				up, known = w.parent(clean(c.String()), was)
			}
			if !known {
				later = append(later, r)
				continue
			}
			out = append(out, t.node(r, up, w))
		}
		if len(later) == len(left) {
			for _, r := range later {
				p, _ := t.row(r)
				p.Title, _ = t.text(&p, r, "name", "", 1, 200)
				p.Issues = append(p.Issues, Issue{"parent", "not-found"})
				p.end(false)
				out = append(out, p)
			}
			break
		}
		left = later
	}
	return out
}

func (t *table) node(r tabular.Row, parent node, w *tree) Planned {
	p, which := t.row(r)
	was, exists := w.byID[which]
	if which != "" && !exists {
		p.Issues = append(p.Issues, Issue{"id", "unknown"})
	}
	name, _ := t.text(&p, r, "name", was.name, 1, 200)
	p.Title = name
	path, depth := name, 0
	if parent.id != "" {
		path, depth = parent.path+Arrow+name, parent.depth+1
	}
	if name != was.name && strings.Contains(name, strings.TrimSpace(Arrow)) {
		p.Issues = append(p.Issues, Issue{"name", "characters"})
	}
	same, taken := w.byPath[fold(path)]
	switch {
	case which == "" && taken:
		was, exists = w.byID[same], true
		if t.used[same]++; t.used[same] > 1 {
			p.Issues = append(p.Issues, Issue{"name", "twice"})
		}
	case exists && taken && same != which && name != was.name:
		p.Issues = append(p.Issues, Issue{"name", "exists"})
	}
	code, coded := t.text(&p, r, "code", was.code, 0, 40)
	kinds := kindsOf[t.kind]
	if depth >= len(kinds) {
		p.Issues = append(p.Issues, Issue{"parent", "too-deep"})
		depth = len(kinds) - 1
	}
	if exists && depth != was.depth {
		p.Issues = append(p.Issues, Issue{"parent", "other-depth"})
	}
	if exists {
		p.Method, p.Path, p.Body["base"] = "PATCH", t.address(was.id), was.version
		p.differ("name", "name", was.name, name, was.name, name)
		if parent.id != was.parent {
			p.change("parent", "parent_id", was.parentPath, parent.path, orNull(was.parent), orNull(parent.id))
		}
		if coded {
			p.differ("code", "code", was.code, code, was.code, code)
		}
	} else {
		was = node{id: id.New[string](), depth: depth}
		t.used[was.id]++
		p.Method, p.Path = "PUT", t.address(was.id)
		p.Body["kind"], p.Body["name"], p.Body["parent_id"] = kinds[depth], name, orNull(parent.id)
		if coded && code != "" {
			p.Body["code"] = code
		}
	}
	if len(p.Issues) == 0 {
		if w.byPath[fold(was.path)] == was.id {
			delete(w.byPath, fold(was.path))
		}
		was.name, was.path, was.parentPath, was.parent = name, path, parent.path, parent.id
		w.byID[was.id], w.byPath[fold(path)] = was, was.id
	}
	p.end(exists)
	return p
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// clean is a path with its parts as they are written here.
func clean(path string) string {
	parts := strings.Split(path, strings.TrimSpace(Arrow))
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.TrimSpace(strings.Join(parts, Arrow))
}

func fold(s string) string { return strings.ToLower(clean(s)) }
