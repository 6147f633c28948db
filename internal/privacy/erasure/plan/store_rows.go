package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/personal"
)

// Rows puts statements together from the declarations: which tables hold
// something of a person, by which column, and what becomes of it. The names are
// those of declarations, never of a request; a test compares them with the
// database.
type Rows struct {
	all    []personal.Holding
	tenant map[string]bool // tables with an org_id
}

// Own are the tables that an erasure does not touch row by row: their owners
// do, with what belongs to it (a log entry, a counter, a file).
func Own(table string) bool {
	return slices.Contains([]string{"person", "account", "doomed_key", "participant", "participant_role", "list_level", "member", "report",
		"feed_stream", "feed_change", "feed_value", "feed_audience", "feed_delivery", "mail",
		"erasure", "erasure_subject", "erasure_link", "erasure_place", "claim_record"}, table)
}

// NewRows reads the declarations.
func NewRows(declared []personal.Declaration) Rows {
	r := Rows{all: personal.Holdings(declared), tenant: map[string]bool{}}
	for _, d := range declared {
		if d.Column == "org_id" {
			r.tenant[d.Table] = true
		}
	}
	return r
}

// Of are the holdings of a kind of subject.
func (r Rows) Of(kind string) []personal.Holding {
	return slices.DeleteFunc(slices.Clone(r.all), func(h personal.Holding) bool { return h.Kind != kind })
}

// where names a holding's rows of someone. Rows of an account stand in no
// tenant, or in many: there the id alone says whose they are.
func (r Rows) where(h personal.Holding, who personal.Who) (string, []any) {
	value := any(who.ID)
	args := []any{}
	put := func(v any) string {
		args = append(args, v)
		return db.In(1, len(args))
	}
	equal := func(column string) string {
		if h.Inside {
			return column + ` like ` + put("%"+who.ID+"%")
		}
		return column + ` = ` + put(value)
	}
	fence := func(table string) string {
		if who.Org == "" || !r.tenant[table] {
			return ""
		}
		return ` and ` + table + `.org_id = ` + put(string(who.Org))
	}
	if h.Through == nil {
		return equal(h.Table+"."+h.Link) + fence(h.Table), args
	}
	t := h.Through
	on := make([]string, len(t.On))
	for i, pair := range t.On {
		on[i] = t.Table + "." + pair[1] + " = " + h.Table + "." + pair[0]
	}
	return `exists (select 1 from ` + t.Table + ` where ` + strings.Join(on, " and ") + ` and ` + equal(t.Table+"."+h.Link) + fence(t.Table) + `)` + fence(h.Table), args
}

// count is how many rows a holding has of someone.
func (r Rows) count(tx *db.Tx, h personal.Holding, who personal.Who) (n int, err error) {
	where, args := r.where(h, who)
	err = tx.Row(`select count(*) from `+h.Table+` where `+where, args...).Scan(&n)
	return n, err
}

// Purge does to a holding's rows of someone what is declared.
func (r Rows) Purge(tx *db.Tx, h personal.Holding, who personal.Who) error {
	where, args := r.where(h, who)
	gone := h.Action == personal.DeleteRow || h.Action == personal.WithKey
	var clear []string
	for _, c := range h.Columns {
		switch c.AtErasure {
		case personal.DeleteRow, personal.WithKey:
			gone = true
		case personal.ClearValue:
			if c.Field == "" {
				clear = append(clear, c.Column)
			}
		case personal.Pseudonym, personal.KeepContent:
		}
	}
	switch {
	case gone:
		_, err := tx.Exec(`delete from `+h.Table+` where `+where, args...)
		return err
	case len(clear) == 0:
		return nil
	case h.Inside:
		return r.takeOut(tx, h, who)
	}
	slices.Sort(clear)
	set := make([]string, 0, len(clear))
	for _, c := range slices.Compact(clear) {
		set = append(set, c+` = ''`)
	}
	_, err := tx.Exec(`update `+h.Table+` set `+strings.Join(set, ", ")+` where `+where, args...)
	return err
}

// takeOut removes an id from columns that hold a JSON list with ids in it.
func (r Rows) takeOut(tx *db.Tx, h personal.Holding, who personal.Who) error {
	where, args := r.where(h, who)
	type hit struct{ id, text string }
	hits, err := db.All(tx, func(s db.Scanner) (x hit, err error) {
		err = s.Scan(&x.id, &x.text)
		return x, err
	}, `select id, `+h.Link+` from `+h.Table+` where `+where, args...)
	if err != nil {
		return err
	}
	for _, x := range hits {
		var list []json.RawMessage
		if err := json.Unmarshal([]byte(x.text), &list); err != nil {
			list = nil
		}
		list = slices.DeleteFunc(list, func(one json.RawMessage) bool { return strings.Contains(string(one), who.ID) })
		if list == nil {
			list = []json.RawMessage{}
		}
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		args := []any{x.id, string(text)}
		fence := ""
		if r.tenant[h.Table] {
			fence = ` and org_id = $3`
			args = append(args, string(tx.Org()))
		}
		if _, err := tx.Exec(`update `+h.Table+` set `+h.Link+` = $2 where id = $1`+fence, args...); err != nil {
			return err
		}
	}
	return nil
}

// Touched are the tables that an erasure has taken rows or values from.
func (r Rows) Touched() []string {
	tables := []string{"person", "account", "participant", "member", "mail", "job", "search_text", "feed_value", "comment", "point"}
	for _, h := range r.all {
		if h.Action == personal.DeleteRow || h.Action == personal.WithKey || h.Action == personal.ClearValue {
			tables = append(tables, h.Table)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}
