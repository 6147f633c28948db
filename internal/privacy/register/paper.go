package register

import (
	"strings"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
)

func text(l lang.Locale, key string, args ...string) string {
	return lang.T(l, "register."+key, args...)
}

// Paper is the register as a document in l's language.
func (r Register) Paper(l lang.Locale, zone *time.Location) paper.Doc {
	role := string(r.Role)
	doc := paper.Doc{Title: text(l, "title."+role), Subtitle: text(l, "article."+role), Locale: l, Zone: zone, Made: r.Made}
	add := func(b ...paper.Block) { doc.Blocks = append(doc.Blocks, b...) }
	heading := func(level int, id, text string) { add(paper.Heading{Level: level, Text: text, ID: id}) }

	add(paper.Text(text(l, "intro")))
	heading(1, "keeper", text(l, "keeper."+role))
	add(append(facts(l, r.Keeper), [2]string{text(l, "made"), lang.Instant(l, r.Made, zone, lang.Long)}))
	if r.Role == personal.Processor {
		heading(1, "controllers", text(l, "controllers"))
		t := paper.Table{Name: text(l, "keeper.controller"), Head: []string{text(l, "name"), text(l, "country"), text(l, "email"), text(l, "post"), text(l, "officer")}}
		for _, c := range r.Controllers {
			t.Rows = append(t.Rows, []string{said(l, c.Name), said(l, c.Country), said(l, c.Email), said(l, c.Post),
				said(l, joined(c.OfficerEmail, c.OfficerPost))})
		}
		add(t)
	}
	heading(1, "activities", text(l, "activities."+role))
	for _, a := range r.Activities {
		heading(2, "purpose-"+string(a.Purpose), terms.Purpose(l, a.Purpose))
		add(paper.Facts{
			{text(l, "basis"), terms.List(l, terms.Basis, a.Bases)},
			{text(l, "subjects"), terms.List(l, terms.Subject, a.Subjects)},
			{text(l, "sources"), terms.List(l, terms.Source, a.Sources)},
			{text(l, "recipients"), terms.List(l, terms.Recipient, a.Recipients)},
			{text(l, "rights"), terms.List(l, right, a.Rights)},
		})
		t := paper.Table{Name: string(a.Purpose), Head: []string{text(l, "category"), text(l, "fields"), text(l, "limits")}, Widths: []float64{2, 4, 3}}
		for _, d := range a.Data {
			t.Rows = append(t.Rows, []string{terms.Category(l, d.Category), strings.Join(labels(l, d.Fields), ", "), terms.List(l, terms.Retention, d.Retentions)})
		}
		add(t)
	}
	heading(1, "processors", text(l, map[personal.Role]string{personal.Controller: "processors", personal.Processor: "subprocessors"}[r.Role]))
	add(processorsTable(l, r.Processors))
	heading(1, "transfers", text(l, "transfers"))
	if len(r.Transfers) == 0 {
		add(paper.Text(text(l, "no-transfers")))
	} else {
		t := paper.Table{Name: "transfers", Head: []string{text(l, "processor"), text(l, "country"), text(l, "safeguard")}}
		for _, x := range r.Transfers {
			t.Rows = append(t.Rows, []string{x.Processor, x.Country, terms.Safeguard(l, x.Safeguard)})
		}
		add(t)
	}
	heading(1, "measures", text(l, "measures"))
	t := paper.Table{Name: "measures", Head: []string{text(l, "measure"), text(l, "promise")}, Widths: []float64{5, 1}}
	for _, m := range r.Measures {
		t.Rows = append(t.Rows, []string{text(l, "measure."+m.Word), m.Promise})
	}
	add(t)
	return doc
}

func right(l lang.Locale, r personal.Right) string {
	return terms.Right(l, r.Article) + " (" + strings.ReplaceAll(strings.TrimPrefix(r.Article, "A"), "-", "§") + ")"
}

// labels are the names of fields, each once.
func labels(l lang.Locale, fields []personal.Declaration) []string {
	var all []string
	for _, d := range fields {
		once(&all, terms.Field(l, d))
	}
	return all
}

func said(l lang.Locale, s string) string {
	if strings.TrimSpace(s) == "" {
		return text(l, "not-stated")
	}
	return s
}

func joined(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, ", ")
}

func facts(l lang.Locale, p Party) paper.Facts {
	f := paper.Facts{{text(l, "name"), said(l, p.Name)}}
	if p.Address != "" {
		f = append(f, [2]string{text(l, "address"), p.Address})
	}
	f = append(f, [2]string{text(l, "country"), said(l, p.Country)}, [2]string{text(l, "email"), said(l, p.Email)})
	if p.Post != "" {
		f = append(f, [2]string{text(l, "post"), p.Post})
	}
	return append(f, [2]string{text(l, "officer"), said(l, joined(p.OfficerEmail, p.OfficerPost))})
}

// ProcessorsPaper is the public list of processors as a document.
func ProcessorsPaper(l lang.Locale, zone *time.Location, all []personal.DataProcessor, made time.Time) paper.Doc {
	return paper.Doc{Title: text(l, "list.title"), Locale: l, Zone: zone, Made: made, Blocks: []paper.Block{processorsTable(l, all)}}
}

func processorsTable(l lang.Locale, all []personal.DataProcessor) paper.Block {
	if len(all) == 0 {
		return paper.Text(text(l, "no-processors"))
	}
	t := paper.Table{Name: text(l, "processors"), Widths: []float64{3, 3, 2, 3, 1, 3, 3}, Head: []string{text(l, "processor"), text(l, "uses"),
		text(l, "through"), text(l, "fields"), text(l, "country"), text(l, "agreement"), text(l, "safeguard")}}
	t.Rows = processorRows(l, all, "")
	return t
}

func processorRows(l lang.Locale, all []personal.DataProcessor, through string) (rows [][]string) {
	for _, p := range all {
		var fields []string
		for _, f := range p.Fields {
			fields = append(fields, text(l, "outbound."+f))
		}
		rows = append(rows, []string{joined(p.Name, p.Address, p.Contact), terms.List(l, terms.Use, p.Uses), through, strings.Join(fields, ", "),
			p.Country, agreement(l, p.Agreement), terms.Safeguard(l, p.Safeguard)})
		rows = append(rows, processorRows(l, p.Subprocessors, p.Name)...)
	}
	return rows
}

func agreement(l lang.Locale, a personal.Agreement) string {
	if a.Reference == "" {
		return text(l, "not-stated")
	}
	date := func(d string) string { return lang.Date(l, d, lang.Short) }
	if a.Ends == "" {
		return text(l, "agreement-of", "reference", a.Reference, "signed", date(a.Signed))
	}
	return text(l, "agreement-until", "reference", a.Reference, "signed", date(a.Signed), "ends", date(a.Ends))
}
