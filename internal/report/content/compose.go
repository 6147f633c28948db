package content

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/report/layout"
	"plumbline/internal/report/style"
)

// Reader is who a report is written for.
type Reader struct {
	Locale lang.Locale
	Zone   *time.Location
}

// Voice says things as the reader expects them.
func (r Reader) Voice() layout.Voice {
	return layout.Voice{
		Lang:    string(r.Locale),
		T:       func(key string, args ...string) string { return lang.T(r.Locale, key, args...) },
		Date:    func(civil string) string { return lang.Date(r.Locale, civil, lang.Medium) },
		Instant: func(t time.Time) string { return lang.Instant(r.Locale, t, r.Zone, lang.Medium) },
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

// Compose puts a report into words. It reads nothing; pictures are added by
// the caller. Items are put into the order of their groups first.
func Compose(r Reader, title string, made time.Time, author id.Person, query string, look style.Style, s Site, items []Item) *layout.Document {
	v := r.Voice()
	d := &layout.Document{Voice: v, Title: title, Project: s.Project, Place: s.Place, Author: s.person(v, author), Made: made,
		Filters: filters(v, s, query), Style: set(look)}
	groups := arrange(r, look.Group, s, items)
	today := lang.Today(made, zoneOr(s.Zone, r.Zone))
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
		p := point(v, look, s, it, status, names, overdue)
		p.Group = groups[i]
		d.Points = append(d.Points, p)
	}
	d.Status, d.Charge = statusCounts(s, byStatus), chargeCounts(byCharge)
	return d
}

func set(look style.Style) layout.Style {
	r, g, b := look.RGB()
	return layout.Style{Accent: layout.Colour{R: r, G: g, B: b}, Header: look.Header, Footer: look.Footer, Contents: look.Contents,
		PerRow: map[string]int{"small": 4, "medium": 3, "large": 2}[look.Photo]}
}

func point(v layout.Voice, look style.Style, s Site, it *Item, status Named, names []string, overdue bool) layout.Point {
	p := layout.Point{Number: it.Number, Subject: it.Subject,
		Status: status.Name, Colour: colour(status.Colour), Urgent: it.Urgent, Overdue: overdue}
	if p.Number == "" {
		p.Number = v.T("report.unnumbered")
	}
	for _, name := range look.Shown {
		value := ""
		switch name {
		case "where":
			value = s.Locations[it.Location]
		case "in-charge":
			value = strings.Join(names, ", ")
		case "due":
			if value = it.Due; value != "" {
				value = v.Date(value)
			}
			if overdue {
				value += " · " + v.T("report.overdue")
			}
		case "category":
			value = s.Categories[it.Category]
		case "list":
			if len(s.Lists) > 1 {
				value = s.Lists[it.List]
			}
		case "created":
			value = v.Instant(it.CreatedAt) + ", " + s.person(v, it.Author)
		case "closed":
			if it.ClosedAt != nil {
				value = v.Instant(*it.ClosedAt)
			}
		case "description":
			p.Description = it.Description
		case "comments":
			for _, c := range it.Comments {
				p.Comments = append(p.Comments, layout.Comment{Who: s.person(v, c.Author), When: v.Instant(c.At), Text: c.Text})
			}
		}
		if value != "" {
			p.Facts = append(p.Facts, layout.Pair{Label: v.T("report." + name), Value: value})
		}
	}
	return p
}

// arrange puts items into the order of their groups, each in the order in which
// it was, and says the group of each; "" where there are no groups.
func arrange(r Reader, by string, s Site, items []Item) []string {
	out := make([]string, len(items))
	if by == "none" || by == "" {
		return out
	}
	v := r.Voice()
	type keyed struct {
		name  string
		order int // of a status; names of one order are sorted as the reader sorts them
		item  Item
	}
	all := make([]keyed, len(items))
	for i := range items {
		it := &items[i]
		k := keyed{item: *it}
		switch by {
		case "status":
			k.name, k.order = s.Statuses[it.Status].Name, s.Statuses[it.Status].Order
		case "location":
			k.name = s.Locations[it.Location]
		case "category":
			k.name = s.Categories[it.Category]
		case "in-charge":
			k.name = strings.Join(s.charge(v, it.Charge), ", ")
		case "list":
			k.name = s.Lists[it.List]
		}
		if k.name == "" {
			k.name, k.order = v.T("report.without"), math.MaxInt
		}
		all[i] = k
	}
	c := collate.New(language.Make(string(r.Locale)), collate.Numeric)
	slices.SortStableFunc(all, func(a, b keyed) int {
		if a.order != b.order {
			return cmp.Compare(a.order, b.order)
		}
		return c.CompareString(a.name, b.name)
	})
	for i := range all {
		items[i], out[i] = all[i].item, all[i].name
	}
	return out
}

func (s Site) person(v layout.Voice, p id.Person) string {
	if n := s.People[p]; n != "" {
		return n
	}
	if s.Limited[p] {
		return v.T("report.limited")
	}
	return strings.TrimSpace(v.T("report.former") + " " + s.Codes[p])
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
