package content

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/report/layout"
	"plumbline/internal/report/style"
	"plumbline/internal/tabular"
)

// Embedded is a report for machines: what its PDF has embedded as points.json.
// Instants are RFC 3339 in UTC, dates civil, names as the report shows them.
type Embedded struct {
	Format  string          `json:"format"` // "plumbline-report/1"
	Title   string          `json:"title"`
	Project string          `json:"project"`
	Made    time.Time       `json:"made"`
	Query   string          `json:"query"`
	Points  []EmbeddedPoint `json:"points"`
}

// EmbeddedPoint is a point of it.
type EmbeddedPoint struct {
	ID          id.Point          `json:"id"`
	Number      string            `json:"number"`
	Subject     string            `json:"subject"`
	Description string            `json:"description,omitempty"`
	Status      string            `json:"status"`
	Closed      bool              `json:"closed"`
	List        string            `json:"list,omitempty"`
	Category    string            `json:"category,omitempty"`
	Location    string            `json:"location,omitempty"`
	InCharge    []string          `json:"in_charge,omitempty"`
	Due         string            `json:"due,omitempty"`
	Urgent      bool              `json:"urgent,omitempty"`
	Author      string            `json:"author"`
	CreatedAt   time.Time         `json:"created_at"`
	ClosedAt    *time.Time        `json:"closed_at,omitempty"`
	Sheet       string            `json:"sheet,omitempty"`
	Photos      []id.Photo        `json:"photos,omitempty"`
	Comments    []EmbeddedComment `json:"comments,omitempty"`
}

// EmbeddedComment is a comment on it.
type EmbeddedComment struct {
	Author string    `json:"author"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

// Matter is what reports of one query are made of.
type Matter struct {
	Look  style.Style
	Site  Site
	Items []Item
	Made  time.Time
}

// Asked is one report of them.
type Asked struct {
	Project id.Project
	Title   string
	Query   string
	Author  id.Person
	Photos  bool
}

// Data is what is embedded: of each point what the report may show of it.
func Data(m Matter, r Asked, who Reader) (layout.Data, error) {
	v := who.Voice()
	out := Embedded{Format: "plumbline-report/1", Title: r.Title, Project: m.Site.Project, Made: m.Made.UTC(), Query: r.Query, Points: make([]EmbeddedPoint, len(m.Items))}
	shows := func(name, value string) string {
		if !m.Look.Shows(name) {
			return ""
		}
		return value
	}
	for i := range m.Items {
		it := &m.Items[i]
		status := m.Site.Statuses[it.Status]
		p := EmbeddedPoint{ID: it.ID, Number: it.Number, Subject: it.Subject, Description: shows("description", it.Description), Status: status.Name, Closed: status.Closes,
			List: m.Site.Lists[it.List], Category: shows("category", m.Site.Categories[it.Category]), Location: shows("where", m.Site.Locations[it.Location]),
			Due: shows("due", it.Due), Urgent: it.Urgent, CreatedAt: it.CreatedAt.UTC(), ClosedAt: it.ClosedAt, Sheet: m.Site.Sheets[it.Sheet]}
		if m.Look.Shows("created") {
			p.Author = m.Site.person(v, it.Author)
		}
		if m.Look.Shows("in-charge") {
			p.InCharge = m.Site.charge(v, it.Charge)
		}
		if r.Photos && m.Look.Shows("photos") {
			for _, ph := range it.Photos {
				p.Photos = append(p.Photos, ph.ID)
			}
		}
		if m.Look.Shows("comments") {
			for _, c := range it.Comments {
				p.Comments = append(p.Comments, EmbeddedComment{m.Site.person(v, c.Author), c.At.UTC(), c.Text})
			}
		}
		out.Points[i] = p
	}
	b, err := json.MarshalIndent(out, "", " ")
	return layout.Data{Name: "points.json", Body: b}, err
}

// Book writes the report as a workbook: its points, their photos, and what it
// is. Links begin with base, the installation's address. It counts the photos
// that could not be read.
func Book(ctx context.Context, w io.Writer, base string, m Matter, r Asked, who Reader, load Load, progress func(done, total int)) (missing int, err error) {
	v := who.Voice()
	arrange(who, m.Look.Group, m.Site, m.Items)
	withPhotos, n, done, total := r.Photos && m.Look.Shows("photos"), 0, 0, len(m.Items)
	if withPhotos {
		n = photosIn(m.Items)
		total += min(n, MostBookPictures)
	}
	step := func() {
		if done++; done%50 == 0 || done == total {
			progress(done, total)
		}
	}
	b := tabular.NewBook(w, tabular.About{Title: r.Title, Lang: string(who.Locale), Created: m.Made})
	var small map[id.Photo]tabular.Picture
	if withPhotos { // before the sheets that show them
		if small, missing, err = pictures(ctx, b, m.Items, load, step); err != nil {
			return 0, err
		}
	}
	columns := []tabular.Column{{Title: v.T("report.number"), Width: 12}, {Title: v.T("report.subject"), Width: 44}, {Title: v.T("report.status"), Width: 18}}
	shown := slices.DeleteFunc(slices.Clone(m.Look.Shown), func(n string) bool { return n == "plan" || n == "photos" && !r.Photos })
	for _, n := range shown {
		width := map[string]float64{"description": 60, "comments": 60, "where": 30, "category": 30, "in-charge": 28, "photos": 10}[n]
		columns = append(columns, tabular.Column{Title: v.T("report." + n), Width: width})
		if n == "created" {
			columns = append(columns, tabular.Column{Title: v.T("report.author-filter"), Width: 24})
		}
	}
	columns = append(columns, tabular.Column{Title: v.T("report.sheet"), Width: 24}, tabular.Column{Title: v.T("report.urgent"), Width: 10}, tabular.Column{Title: "id", Width: 38, Hidden: true})
	sheet, err := b.Sheet(v.T("report.points"), columns...)
	if err != nil {
		return 0, err
	}
	at := base + "/p/" + string(r.Project) + "/points?point="
	for i := range m.Items {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		it := &m.Items[i]
		row := []tabular.Cell{tabular.To(it.Number, at+string(it.ID)), tabular.T(it.Subject), tabular.T(m.Site.Statuses[it.Status].Name)}
		for _, n := range shown {
			row = append(row, m.cells(who, n, it)...)
		}
		row = append(row, tabular.T(m.Site.Sheets[it.Sheet]), tabular.B(it.Urgent), tabular.T(string(it.ID)))
		if err := sheet.Row(row...); err != nil {
			return 0, err
		}
		step()
	}
	if withPhotos {
		if err := photoSheet(b, base, m, r, who, small); err != nil {
			return 0, err
		}
	}
	about, err := b.Sheet(v.T("report.about"), tabular.Column{Width: 28}, tabular.Column{Width: 70})
	if err != nil {
		return 0, err
	}
	facts := append([]layout.Pair{{Label: v.T("report.heading"), Value: r.Title}, {Label: v.T("report.project"), Value: m.Site.Project},
		{Label: v.T("report.author"), Value: m.Site.person(v, r.Author)}, {Label: v.T("report.date"), Value: v.Instant(m.Made)}}, filters(v, m.Site, r.Query)...)
	if n > MostBookPictures {
		facts = append(facts, layout.Pair{Label: v.T("report.photos"), Value: v.T("report.photos-first", "n", strconv.Itoa(MostBookPictures))})
	}
	for _, f := range facts {
		if err := about.Row(tabular.T(f.Label), tabular.T(f.Value)); err != nil {
			return 0, err
		}
	}
	return missing, b.Close()
}

// cells are what a point has to say to one of the facts and parts.
func (m Matter) cells(who Reader, name string, it *Item) []tabular.Cell {
	v := who.Voice()
	one := func(c tabular.Cell) []tabular.Cell { return []tabular.Cell{c} }
	switch name {
	case "where":
		return one(tabular.T(m.Site.Locations[it.Location]))
	case "in-charge":
		return one(tabular.T(strings.Join(m.Site.charge(v, it.Charge), ", ")))
	case "due":
		return one(tabular.D(it.Due))
	case "category":
		return one(tabular.T(m.Site.Categories[it.Category]))
	case "list":
		return one(tabular.T(m.Site.Lists[it.List]))
	case "created":
		return []tabular.Cell{tabular.At(it.CreatedAt, who.Zone), tabular.T(m.Site.person(v, it.Author))}
	case "closed":
		if it.ClosedAt == nil {
			return one(tabular.Cell{})
		}
		return one(tabular.At(*it.ClosedAt, who.Zone))
	case "description":
		return one(tabular.T(it.Description))
	case "photos":
		return one(tabular.N(int64(len(it.Photos))))
	case "comments":
		var b strings.Builder
		for i, c := range it.Comments {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(m.Site.person(v, c.Author) + ", " + v.Instant(c.At) + ": " + c.Text)
		}
		return one(tabular.T(b.String()))
	}
	return one(tabular.Cell{})
}

// photoSheet lists the photos, each leading to its file behind the sign-in, with
// a small picture where there is one.
func photoSheet(b *tabular.Book, base string, m Matter, r Asked, who Reader, small map[id.Photo]tabular.Picture) error {
	v := who.Voice()
	sheet, err := b.Sheet(v.T("report.photos"), tabular.Column{Title: v.T("report.number"), Width: 12}, tabular.Column{Title: v.T("report.subject"), Width: 44},
		tabular.Column{Title: v.T("report.date"), Width: 18}, tabular.Column{Title: v.T("report.photo"), Width: 46}, tabular.Column{Width: 25})
	if err != nil {
		return err
	}
	at := base + "/api/v1/projects/" + string(r.Project) + "/photos/"
	for i := range m.Items {
		it := &m.Items[i]
		for _, ph := range it.Photos {
			if err := sheet.Row(tabular.T(it.Number), tabular.T(it.Subject), tabular.At(ph.At, who.Zone), tabular.To(string(ph.ID)+".jpg", at+string(ph.ID)+"/full"),
				tabular.P(small[ph.ID], it.Number+" "+it.Subject)); err != nil {
				return err
			}
		}
	}
	return nil
}
