package report

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/report/layout"
)

// reader is who a report is written for.
type reader struct {
	locale lang.Locale
	zone   *time.Location
}

func (r reader) voice() layout.Voice {
	return layout.Voice{
		Lang:    string(r.locale),
		T:       func(key string, args ...string) string { return lang.T(r.locale, key, args...) },
		Date:    func(civil string) string { return lang.Date(r.locale, civil, lang.Medium) },
		Instant: func(t time.Time) string { return lang.Instant(r.locale, t, r.zone, lang.Medium) },
	}
}

// palette are the colour tokens of a status, as the app shows them in light.
var palette = map[string]layout.Colour{
	"open": {R: 179, G: 38, B: 30}, "progress": {R: 154, G: 75, B: 0}, "review": {R: 31, G: 71, B: 184},
	"done": {R: 23, G: 102, B: 63}, "idle": {R: 91, G: 87, B: 79},
}

func colour(token string) layout.Colour {
	if c, ok := palette[token]; ok {
		return c
	}
	if len(token) == 7 && token[0] == '#' {
		if n, err := strconv.ParseUint(token[1:], 16, 24); err == nil {
			return layout.Colour{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n)} //nolint:gosec // 24 bits
		}
	}
	return palette["idle"]
}

// compose puts a report into words. It reads nothing; pictures are added by
// the caller.
func compose(r reader, title string, made time.Time, author id.Person, query string, s Site, items []Item) *layout.Document {
	v := r.voice()
	d := &layout.Document{Voice: v, Title: title, Project: s.Project, Place: s.Place, Author: s.person(v, author), Made: made,
		Filters: filters(v, s, query)}
	today := lang.Today(made, zoneOr(s.Zone, r.zone))
	byStatus, byCharge := map[id.Status]int{}, map[string]int{}
	for i := range items {
		it := &items[i]
		byStatus[it.Status]++
		names := s.charge(v, it.Charge)
		for _, n := range names {
			byCharge[n]++
		}
		status := s.Statuses[it.Status]
		overdue := it.Due != "" && it.Due < today && !status.Closes
		if overdue {
			d.Overdue++
		}
		d.Points = append(d.Points, point(v, s, it, status, names, overdue))
	}
	d.Status, d.Charge = statusCounts(s, byStatus), chargeCounts(byCharge)
	return d
}

func point(v layout.Voice, s Site, it *Item, status Named, names []string, overdue bool) layout.Point {
	p := layout.Point{Number: it.Number, Subject: it.Subject, Description: it.Description,
		Status: status.Name, Colour: colour(status.Colour), Urgent: it.Urgent, Overdue: overdue}
	if p.Number == "" {
		p.Number = v.T("report.unnumbered")
	}
	add := func(key, value string) {
		if value != "" {
			p.Facts = append(p.Facts, layout.Pair{Label: v.T(key), Value: value})
		}
	}
	add("report.where", s.Locations[it.Location])
	add("report.in-charge", strings.Join(names, ", "))
	if it.Due != "" {
		due := v.Date(it.Due)
		if overdue {
			due += " · " + v.T("report.overdue")
		}
		add("report.due", due)
	}
	add("report.category", s.Categories[it.Category])
	add("report.created", v.Instant(it.CreatedAt)+", "+s.person(v, it.Author))
	if it.ClosedAt != nil {
		add("report.closed", v.Instant(*it.ClosedAt))
	}
	for _, c := range it.Comments {
		p.Comments = append(p.Comments, layout.Comment{Who: s.person(v, c.Author), When: v.Instant(c.At), Text: c.Text})
	}
	return p
}

func (s Site) person(v layout.Voice, p id.Person) string {
	if n := s.People[p]; n != "" {
		return n
	}
	return v.T("report.former")
}

func (s Site) charge(v layout.Voice, all []Charge) []string {
	var out []string
	for _, c := range all {
		switch c.Kind {
		case "person":
			out = append(out, s.person(v, id.Person(c.ID)))
		case "company":
			out = append(out, s.Companies[id.Company(c.ID)])
		case "role":
			out = append(out, s.Roles[id.Role(c.ID)])
		}
	}
	return slices.DeleteFunc(out, func(n string) bool { return n == "" })
}

func statusCounts(s Site, n map[id.Status]int) []layout.Count {
	var ids []id.Status
	for k := range n {
		ids = append(ids, k)
	}
	slices.SortFunc(ids, func(a, b id.Status) int {
		if d := s.Statuses[a].Order - s.Statuses[b].Order; d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	out := make([]layout.Count, 0, len(ids))
	for _, k := range ids {
		out = append(out, layout.Count{Name: s.Statuses[k].Name, N: n[k], Colour: colour(s.Statuses[k].Colour)})
	}
	return out
}

func chargeCounts(n map[string]int) []layout.Count {
	out := make([]layout.Count, 0, len(n))
	for name, k := range n {
		out = append(out, layout.Count{Name: name, N: k, Colour: palette["review"]})
	}
	slices.SortFunc(out, func(a, b layout.Count) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// filters says in words what the report was narrowed to.
func filters(v layout.Voice, s Site, query string) []layout.Pair {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	var out []layout.Pair
	add := func(key string, values []string) {
		values = slices.DeleteFunc(values, func(n string) bool { return n == "" })
		if len(values) > 0 {
			out = append(out, layout.Pair{Label: v.T(key), Value: strings.Join(values, ", ")})
		}
	}
	ids := func(name string) []string {
		return slices.DeleteFunc(strings.Split(strings.Join(q[name], ","), ","), func(x string) bool { return x == "" })
	}
	add("report.list", names(ids("list"), func(x string) string { return s.Lists[id.List(x)] }))
	add("report.status", names(ids("status"), func(x string) string { return s.Statuses[id.Status(x)].Name }))
	add("report.category", names(ids("category"), func(x string) string { return s.Categories[id.Category(x)] }))
	add("report.location", names(ids("location"), func(x string) string { return s.Locations[id.Location(x)] }))
	add("report.sheet", names(ids("sheet"), func(x string) string { return s.Sheets[id.Sheet(x)] }))
	add("report.in-charge", names(ids("in_charge"), func(x string) string {
		kind, ref, _ := strings.Cut(x, ":")
		return strings.Join(s.charge(v, []Charge{{kind, ref}}), "")
	}))
	add("report.author-filter", names(ids("author"), func(x string) string { return s.person(v, id.Person(x)) }))
	for _, f := range []struct{ name, key string }{{"mine", "report.mine"}, {"urgent", "report.urgent-only"}, {"overdue", "report.overdue-only"}} {
		if q.Get(f.name) == "true" {
			add(f.key, []string{v.T("report.yes")})
		}
	}
	for _, f := range []struct{ name, key string }{{"due_before", "report.due-before"}, {"due_after", "report.due-after"}} {
		if d := q.Get(f.name); d != "" {
			add(f.key, []string{v.Date(d)})
		}
	}
	if c := q.Get("closed"); c == "true" || c == "false" {
		add("report.status", []string{v.T("report.closed-" + c)})
	}
	add("report.search", q["q"])
	return out
}

func names(ids []string, name func(string) string) []string {
	out := make([]string, 0, len(ids))
	for _, x := range ids {
		out = append(out, name(x))
	}
	return out
}

func zoneOr(name string, other *time.Location) *time.Location {
	if z, err := time.LoadLocation(name); err == nil && name != "" {
		return z
	}
	return other
}
