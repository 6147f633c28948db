package archive

import (
	"strconv"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/personal"
)

// from is the statement's part that finds somebody's rows of a holding, and its
// arguments. Rows of a person are looked for in their tenant alone; those of an
// account in all.
func (s *Service) from(h personal.Holding, w personal.Who) (text string, args []any) {
	at := "t"
	text = " from " + h.Table + " t"
	if h.Through != nil {
		at = "x"
		text += " join " + h.Through.Table + " x on "
		for i, on := range h.Through.On {
			if i > 0 {
				text += " and "
			}
			text += "t." + on[0] + " = x." + on[1]
		}
	}
	text += " where "
	from := h.Table
	if h.Through != nil {
		from = h.Through.Table
	}
	if w.Org != "" && s.tenant[from] {
		text += at + ".org_id = $1 and "
		args = append(args, string(w.Org))
		if h.Through != nil && s.tenant[h.Table] {
			text += "t.org_id = $1 and "
		}
	}
	n := "$" + strconv.Itoa(len(args)+1)
	if h.Inside {
		return text + at + "." + h.Link + " like " + n, append(args, "%"+w.ID+"%")
	}
	return text + at + "." + h.Link + " = " + n, append(args, h.Prefix+w.ID)
}

// rows reads somebody's rows of a holding, whole.
func (s *Service) rows(tx *db.Tx, h personal.Holding, w personal.Who, each func(columns []string, values []any) error) error {
	text, args := s.from(h, w)
	return db.Each(tx, each, "select t.*"+text, args...)
}

// count is how many rows a holding has of somebody, how many of them have each
// column, and between which instants they were made.
func (s *Service) count(tx *db.Tx, h personal.Holding, w personal.Who) (n int64, of []int64, first, last int64, err error) {
	text, args := s.from(h, w)
	var b strings.Builder
	b.WriteString("select count(*)")
	since := ""
	for _, d := range h.Columns {
		b.WriteString(", count(t." + d.Column + ")")
		if since == "" {
			since = d.Since
		}
	}
	if since != "" {
		b.WriteString(", coalesce(min(t." + since + "), 0), coalesce(max(t." + since + "), 0)")
	}
	of = make([]int64, len(h.Columns))
	into := []any{&n}
	for i := range of {
		into = append(into, &of[i])
	}
	if since != "" {
		into = append(into, &first, &last)
	}
	err = tx.Row(b.String()+text, args...).Scan(into...)
	return n, of, first, last, err
}
