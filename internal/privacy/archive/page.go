package archive

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
)

// most is how many rows of a table stand on the page; data.json has all.
const most = 2000

// Paper is the report to read, print or keep as PDF.
func Paper(r Report, l lang.Locale, zone *time.Location) paper.Doc {
	doc := paper.Doc{Title: lang.T(l, "archive.title"), Locale: l, Zone: zone, Made: r.AsOf,
		Subtitle: lang.T(l, "archive.as-of", "at", lang.Instant(l, r.AsOf, zone, lang.Long))}
	doc.Blocks = append(doc.Blocks, paper.Text(lang.T(l, "archive.intro")))
	for _, c := range r.Controllers {
		doc.Blocks = append(doc.Blocks, c.blocks(l, zone)...)
	}
	doc.Blocks = append(doc.Blocks, paper.Heading{Level: 2, Text: lang.T(l, "archive.transfers")})
	if len(r.Transfers) == 0 {
		doc.Blocks = append(doc.Blocks, paper.Text(lang.T(l, "archive.no-transfers")))
	} else {
		t := paper.Table{Name: lang.T(l, "archive.transfers"), Head: heads(l, "recipient", "country", "safeguard")}
		for _, x := range r.Transfers {
			t.Rows = append(t.Rows, []string{x.Recipient, x.Country, x.Safeguard})
		}
		doc.Blocks = append(doc.Blocks, t)
	}
	return paper.Doc{Title: doc.Title, Subtitle: doc.Subtitle, Locale: l, Zone: zone, Made: doc.Made,
		Blocks: append(doc.Blocks, paper.Heading{Level: 2, Text: lang.T(l, "archive.complain")}, paper.Text(r.Complaint))}
}

func heads(l lang.Locale, keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = lang.T(l, "archive.head."+k)
	}
	return out
}

func (c Controller) blocks(l lang.Locale, zone *time.Location) []paper.Block {
	blocks := []paper.Block{
		paper.Heading{Level: 2, Text: lang.T(l, "archive.held-by", "name", c.Name)},
		paper.Facts{{lang.T(l, "archive.head.role"), lang.T(l, "archive.kind."+c.Kind)}, {lang.T(l, "archive.head.contact"), strings.TrimSpace(c.Contact.Email + "\n" + c.Contact.Post)}},
	}
	if c.Limited {
		blocks = append(blocks, paper.Text(lang.T(l, "archive.limited")))
	}
	held := paper.Table{Name: c.Name, Head: heads(l, "what", "value", "why", "source", "since", "until", "recipients", "stored"), Widths: []float64{3, 3, 4, 2, 2, 3, 3, 2}}
	for _, it := range c.Items {
		value := it.Value
		if value == "" {
			value = lang.N(l, "archive.times", int(it.Count))
		}
		var why []string
		for _, y := range it.Why {
			why = append(why, y.Label+" ("+y.BasisLabel+")")
		}
		end := it.Retention
		if it.Until != "" {
			end += "\n" + lang.Date(l, it.Until, lang.Long)
		}
		stored := it.Stored
		if len(it.Derivatives) > 0 {
			stored += "\n" + strings.Join(it.Derivatives, ", ")
		}
		held.Rows = append(held.Rows, []string{it.Label, value, strings.Join(why, "\n"), it.Source, day(it.Since, l, zone), end, strings.Join(it.Recipients, "\n"), stored})
	}
	blocks = append(blocks, held, paper.Heading{Level: 3, Text: lang.T(l, "archive.received")})
	if len(c.Disclosures) == 0 {
		blocks = append(blocks, paper.Text(lang.T(l, "archive.nobody-received")))
	} else {
		t := paper.Table{Name: lang.T(l, "archive.received"), Head: heads(l, "when", "recipient", "fields", "purpose", "reason")}
		for i, d := range c.Disclosures {
			if i == most {
				blocks = append(blocks, paper.Text(lang.T(l, "archive.more", "n", lang.Int(l, int64(len(c.Disclosures)-most)))))
				break
			}
			t.Rows = append(t.Rows, []string{lang.Instant(l, d.At, zone, lang.Long), d.Recipient.Label, strings.Join(d.Fields, "\n"), d.Purpose, d.Why})
		}
		blocks = append(blocks, t)
	}
	for _, o := range c.Owed {
		said := lang.T(l, "archive.owed."+o.Act, "recipient", o.Recipient.Label, "at", lang.Instant(l, o.Since, zone, lang.Long))
		if o.Done != "" {
			said += " " + lang.T(l, "archive.owed.done", "at", day(o.Done, l, zone))
		}
		blocks = append(blocks, paper.Text(said))
	}
	for _, t := range c.Teams {
		blocks = append(blocks, paper.Heading{Level: 3, Text: lang.T(l, "archive.team", "project", t.Name)}, paper.List(t.People))
	}
	rights := paper.List{}
	for _, r := range c.Rights {
		rights = append(rights, r.Label)
	}
	return append(blocks, paper.Heading{Level: 3, Text: lang.T(l, "archive.rights")}, rights)
}

func day(instant string, l lang.Locale, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return ""
	}
	return lang.Date(l, lang.Today(t, zone), lang.Long)
}

// page is the archive to read: the report, and every row.
func (s *Service) page(d *Data, o Options) paper.Doc {
	doc := Paper(d.Report, o.Locale, o.Zone)
	for i, sub := range d.Subjects {
		doc.Blocks = append(doc.Blocks, paper.PageBreak{}, paper.Heading{Level: 2, Text: lang.T(o.Locale, "archive.rows", "name", d.Report.Controllers[i].Name)})
		for _, t := range sub.Tables {
			doc.Blocks = append(doc.Blocks, paper.Heading{Level: 3, Text: fmt.Sprintf("%s (%s)", terms.Table(o.Locale, t.Table), lang.Int(o.Locale, int64(len(t.Rows))))})
			doc.Blocks = append(doc.Blocks, s.table(t, o))
			if n := len(t.Rows) - most; n > 0 {
				doc.Blocks = append(doc.Blocks, paper.Text(lang.T(o.Locale, "archive.more", "n", lang.Int(o.Locale, int64(n)))))
			}
		}
	}
	return doc
}

// table shows the columns that are about the person; ids of things are in
// data.json alone.
func (s *Service) table(t Rows, o Options) paper.Table {
	shown := t.Rows[:min(len(t.Rows), most)]
	have := map[string]bool{}
	for _, r := range shown {
		for c := range r {
			have[c] = true
		}
	}
	var columns, head []string
	for _, c := range slices.Sorted(maps.Keys(have)) {
		i := slices.IndexFunc(s.declared[t.Table+"."+c], func(x personal.Declaration) bool { return x.Personal() && x.Category != personal.Link })
		switch {
		case c == "profile":
			columns, head = append(columns, c), append(head, lang.T(o.Locale, "archive.head.profile"))
		case c == "archive_file":
			columns, head = append(columns, c), append(head, lang.T(o.Locale, "archive.head.file"))
		case i >= 0:
			d := s.declared[t.Table+"."+c][i]
			columns, head = append(columns, c), append(head, column(o.Locale, d))
		case c == "at" || strings.HasSuffix(c, "_at"):
			columns, head = append(columns, c), append(head, terms.Term(o.Locale, personal.When))
		case c == "kind" || c == "thing_kind" || c == "state" || c == "template":
			columns, head = append(columns, c), append(head, lang.T(o.Locale, "archive.head."+c))
		}
	}
	if len(columns) == 0 {
		return paper.Table{Name: t.Table, Head: heads(o.Locale, "count"), Rows: [][]string{{lang.Int(o.Locale, int64(len(t.Rows)))}}}
	}
	out := paper.Table{Name: t.Table, Head: head}
	for _, r := range shown {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = cell(r[c], c, o)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func column(l lang.Locale, d personal.Declaration) string {
	if d.Term != "" {
		return terms.Term(l, d.Term)
	}
	return terms.Category(l, d.Category)
}

func cell(v any, column string, o Options) string {
	switch x := v.(type) {
	case nil:
		return ""
	case int64:
		if column == "at" || strings.HasSuffix(column, "_at") {
			if x == 0 {
				return ""
			}
			return lang.Instant(o.Locale, time.UnixMicro(x), o.Zone, lang.Long)
		}
	case map[string]string:
		var lines []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if x[k] != "" {
				lines = append(lines, x[k])
			}
		}
		return strings.Join(lines, "\n")
	}
	return fmt.Sprint(v)
}
