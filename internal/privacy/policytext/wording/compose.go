package wording

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/authority"
	"plumbline/internal/privacy/terms"
)

// Text is a policy in one language, as it is kept and sent: sections of
// paragraphs, lists and tables.
type Text struct {
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks"`
}

// Block is a part of a text; one of its fields is set, but for a heading,
// which has an anchor too.
type Block struct {
	Heading string     `json:"heading,omitempty"`
	Level   int        `json:"level,omitempty"`
	Anchor  string     `json:"anchor,omitempty"`
	Text    string     `json:"text,omitempty"`
	List    []string   `json:"list,omitempty"`
	Facts   [][]string `json:"facts,omitempty"` // pairs of a label and its value
	Head    []string   `json:"head,omitempty"`  // of a table
	Rows    [][]string `json:"rows,omitempty"`
	Link    string     `json:"link,omitempty"`
	URL     string     `json:"url,omitempty"`
}

// writer puts a text together in one language.
type writer struct {
	l lang.Locale
	f Facts
	t Text
}

func say(l lang.Locale, key string, args ...string) string { return lang.T(l, "policy."+key, args...) }

// Compose writes the policy in the language of l.
func Compose(l lang.Locale, f Facts) Text {
	w := &writer{l: l, f: f, t: Text{Title: say(l, "title")}}
	w.who()
	w.what()
	w.why()
	w.source()
	w.recipients()
	w.keep()
	w.backups()
	w.rights()
	w.children()
	w.security()
	w.cookies()
	w.changes()
	w.contact()
	w.authorities()
	return w.t
}

// Everywhere composes the policy in every language.
func Everywhere(f Facts) map[string]Text {
	all := map[string]Text{}
	for _, language := range lang.Languages() {
		all[language] = Compose(lang.Match(language), f)
	}
	return all
}

func (w *writer) put(b Block) { w.t.Blocks = append(w.t.Blocks, b) }

func (w *writer) head(level int, key string) {
	w.put(Block{Heading: say(w.l, "h."+key), Level: level, Anchor: key})
}

func (w *writer) text(keys ...string) {
	for _, k := range keys {
		w.put(Block{Text: say(w.l, k, w.args()...)})
	}
}

func (w *writer) args() []string {
	return []string{"name", w.or(w.f.Operator.Name, "operator"), "grace", strconv.Itoa(w.f.Bounds.GraceHours),
		"keys", strconv.Itoa(w.f.Bounds.KeyHours), "days", strconv.Itoa(w.f.Bounds.NoticeDays)}
}

func (w *writer) or(value, key string) string {
	if value == "" {
		return say(w.l, key)
	}
	return value
}

func (w *writer) country(code string) string {
	if code == "" {
		return say(w.l, "unset")
	}
	if key := "policy.country." + code; lang.Has(key) {
		return lang.T(w.l, key)
	}
	return code
}

func (w *writer) table(head []string, rows [][]string) {
	titles := make([]string, len(head))
	for i, h := range head {
		titles[i] = say(w.l, "t."+h)
	}
	w.put(Block{Head: titles, Rows: rows})
}

func (w *writer) label(key string) string { return say(w.l, "f."+key) }

func (w *writer) who() {
	o := w.f.Operator
	w.head(1, "who")
	w.text("who.runs", "who.controller", "who.processor")
	w.put(Block{Facts: [][]string{
		{w.label("name"), w.or(o.Name, "operator")}, {w.label("address"), w.or(o.Address, "unset")}, {w.label("country"), w.country(o.Country)},
		{w.label("email"), w.or(o.Email, "unset")},
		{w.label("officer-email"), w.or(o.OfficerEmail, "unset")}, {w.label("officer-post"), w.or(o.OfficerPost, "unset")},
	}})
}

func (w *writer) what() {
	w.head(1, "what")
	w.text("what.intro")
	for _, role := range []personal.Role{personal.Controller, personal.Processor} {
		w.head(2, string(role))
		for _, g := range w.f.Groups {
			if g.Role != role {
				continue
			}
			w.put(Block{Heading: terms.Category(w.l, g.Category), Level: 3})
			uses := make([]string, len(g.Uses))
			for i, u := range g.Uses {
				uses[i] = terms.Purpose(w.l, u.Purpose)
			}
			facts := [][]string{}
			if len(g.Terms) > 0 {
				facts = append(facts, []string{w.label("what"), join(w.l, terms.Term, g.Terms, ", ")})
			}
			facts = append(facts,
				[]string{w.label("whose"), terms.List(w.l, terms.Subject, g.Subjects)},
				[]string{w.label("source"), terms.List(w.l, terms.Source, g.Sources)},
				[]string{w.label("why"), strings.Join(uses, "\n")},
				[]string{w.label("who"), join(w.l, terms.Recipient, g.Recipients, "\n")},
				[]string{w.label("long"), w.kept(g)})
			w.put(Block{Facts: facts})
		}
	}
}

func join[W any](l lang.Locale, text func(lang.Locale, W) string, words []W, between string) string {
	all := make([]string, len(words))
	for i, x := range words {
		all[i] = text(l, x)
	}
	return strings.Join(all, between)
}

func (w *writer) why() {
	w.head(1, "why")
	w.text("why.intro")
	var rows [][]string
	grounds := map[personal.Basis]bool{}
	for _, p := range w.f.Purposes() {
		var bases []personal.Basis
		var data []personal.Category
		for _, g := range w.f.Groups {
			for _, u := range g.Uses {
				if u.Purpose == p {
					once(&bases, u.Bases...)
					once(&data, g.Category)
				}
			}
		}
		by(bases, personal.Bases())
		for _, b := range bases {
			grounds[b] = true
		}
		rows = append(rows, []string{terms.Purpose(w.l, p), join(w.l, terms.Basis, bases, "\n"), terms.List(w.l, terms.Category, data)})
	}
	w.table([]string{"purpose", "basis", "categories"}, rows)
	if grounds[personal.Legitimate] {
		w.text("why.interest")
	}
	if grounds[personal.Consent] {
		w.text("why.consent")
	}
	w.text("why.machine")
}

func (w *writer) source() {
	w.head(1, "source")
	w.text("source.text", "source.invite")
}

func (w *writer) recipients() {
	w.head(1, "recipients")
	w.text("rec.sold", "rec.who")
	var list []string
	for _, r := range w.f.recipients() {
		if r != personal.Nobody {
			list = append(list, terms.Recipient(w.l, r))
		}
	}
	w.put(Block{List: list})
	w.text("rec.ledger")
	switch {
	case len(w.f.Processors) > 0:
	case w.f.Operator.Name == "": // the text as published
		w.text("rec.blank")
		return
	default:
		w.text("rec.none")
		return
	}
	w.text("rec.processors")
	var rows [][]string
	inside := true
	for _, p := range w.f.Processors {
		name := p.Name
		if p.Through != "" {
			i := slices.IndexFunc(w.f.Processors, func(o Processor) bool { return o.ID == p.Through })
			if i >= 0 {
				name += " (" + say(w.l, "rec.through", "name", w.f.Processors[i].Name) + ")"
			}
		}
		uses := make([]string, len(p.Uses))
		for i, u := range p.Uses {
			uses[i] = terms.Use(w.l, personal.Use(u))
		}
		inside = inside && p.Safeguard == string(personal.InEEA)
		rows = append(rows, []string{name, strings.Join(uses, ", "), w.country(p.Country), join(w.l, terms.Term, p.Terms, ", "), terms.Safeguard(w.l, personal.Safeguard(p.Safeguard))})
	}
	w.table([]string{"company", "use", "place", "fields", "safeguard"}, rows)
	if inside {
		w.text("rec.inside")
	} else {
		w.text("rec.outside")
	}
}

// kept says how long the data of a group is kept, and, where that differs,
// which of it.
func (w *writer) kept(g Group) string {
	var lines []string
	for _, r := range g.Retentions {
		line := terms.Retention(w.l, r)
		if of := w.termsKept(g, r); of != "" && len(g.Retentions) > 1 {
			line += " (" + of + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// termsKept names what of a group is kept for r.
func (w *writer) termsKept(g Group, r personal.Retention) string {
	var of []personal.Term
	for _, t := range slices.Sorted(maps.Keys(g.Kept)) {
		if t != "" && slices.Contains(g.Kept[t], r) {
			of = append(of, t)
		}
	}
	return join(w.l, terms.Term, of, ", ")
}

func (w *writer) keep() {
	w.head(1, "keep")
	w.text("keep.intro")
	var rows [][]string
	law := false
	for _, r := range personal.Retentions() {
		var data []string
		for _, g := range w.f.Groups {
			if !slices.Contains(g.Retentions, r) {
				continue
			}
			line := terms.Category(w.l, g.Category)
			if of := w.termsKept(g, r); of != "" {
				line += " (" + of + ")"
			}
			once(&data, line)
		}
		if len(data) > 0 {
			law = law || r.Period().Law != ""
			rows = append(rows, []string{terms.Retention(w.l, r), strings.Join(data, "\n")})
		}
	}
	w.put(Block{Head: []string{say(w.l, "f.long"), say(w.l, "t.categories")}, Rows: rows})
	if law {
		w.text("keep.law")
	}
}

func (w *writer) backups() {
	w.head(1, "backups")
	w.text("backups.ask", "backups.bound", "backups.acts")
}

func (w *writer) rights() {
	w.head(1, "rights")
	w.text("rights.page")
	w.put(Block{List: []string{say(w.l, "rights.see"), say(w.l, "rights.download"), say(w.l, "rights.correct"), say(w.l, "rights.choose"),
		say(w.l, "rights.restrict"), say(w.l, "rights.erase")}})
	w.put(Block{Link: say(w.l, "rights.own"), URL: "/account/privacy"})
	w.text("rights.outside")
	w.put(Block{Link: say(w.l, "rights.form"), URL: "/request"})
	w.text("rights.time", "rights.bases")
	var rows [][]string
	for _, b := range personal.Bases() {
		if !slices.ContainsFunc(w.f.Groups, func(g Group) bool {
			return slices.ContainsFunc(g.Uses, func(u Use) bool { return slices.Contains(u.Bases, b) })
		}) {
			continue
		}
		var rights []string
		for _, r := range personal.RightsFor(b) {
			rights = append(rights, terms.Right(w.l, r.Article))
		}
		rows = append(rows, []string{terms.Basis(w.l, b), strings.Join(rights, "; ")})
	}
	w.table([]string{"basis", "rights"}, rows)
}

func (w *writer) children() {
	w.head(1, "children")
	w.text("children.text")
	var rows [][]string
	for _, c := range slices.Sorted(maps.Keys(w.f.Ages)) {
		if c != "" {
			rows = append(rows, []string{w.country(c), strconv.Itoa(w.f.Ages[c])})
		}
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(plain(a[0]), plain(b[0])) })
	if age, ok := w.f.Ages[""]; ok {
		rows = append(rows, []string{say(w.l, "children.else"), strconv.Itoa(age)})
	}
	w.table([]string{"country", "age"}, rows)
}

func (w *writer) security() {
	w.head(1, "security")
	var list []string
	for _, k := range []string{"vault", "password", "files", "mail", "staff", "log"} {
		list = append(list, say(w.l, "sec."+k))
	}
	w.put(Block{List: list})
	w.text("sec.proof")
	w.put(Block{Link: say(w.l, "sec.trust"), URL: "/trust"})
}

func (w *writer) cookies() {
	w.head(1, "cookies")
	w.text("cookies.text", "cookies.device")
}

func (w *writer) changes() {
	w.head(1, "changes")
	w.text("changes.text", "changes.material")
}

func (w *writer) contact() {
	o := w.f.Operator
	w.head(1, "contact")
	w.text("contact.text")
	w.put(Block{Facts: [][]string{{w.label("officer-email"), w.or(o.OfficerEmail, "unset")}, {w.label("officer-post"), w.or(o.OfficerPost, "unset")}}})
	if o.OfficerEmail != "" {
		w.put(Block{Link: o.OfficerEmail, URL: "mailto:" + o.OfficerEmail})
	}
}

func (w *writer) authorities() {
	w.head(1, "authorities")
	w.text("aut.text")
	var rows [][]string
	for _, a := range authority.National() {
		var reach []string
		for _, x := range []string{a.Email, a.Phone, a.Web} {
			if x != "" {
				reach = append(reach, x)
			}
		}
		rows = append(rows, []string{w.country(a.Countries[0]), a.Name, strings.Join(reach, "\n")})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(plain(a[0]), plain(b[0])) })
	w.table([]string{"country", "authority", "reach"}, rows)
	w.text("aut.more")
}

// plain is a name for sorting: without the accents of our languages.
func plain(s string) string {
	return strings.NewReplacer("Ö", "O", "É", "E", "Î", "I", "Ø", "Z~", "Å", "Z~~").Replace(s)
}

// Doc is a text as a document. Subtitle says which version it is and since
// when, unless empty.
func Doc(l lang.Locale, t Text, subtitle string) paper.Doc {
	d := paper.Doc{Title: t.Title, Subtitle: subtitle, Locale: l, Contents: true}
	for _, b := range t.Blocks {
		switch {
		case b.Heading != "":
			d.Blocks = append(d.Blocks, paper.Heading{Level: b.Level, Text: b.Heading, ID: b.Anchor})
		case b.Text != "":
			d.Blocks = append(d.Blocks, paper.Text(b.Text))
		case len(b.List) > 0:
			d.Blocks = append(d.Blocks, paper.List(b.List))
		case len(b.Facts) > 0:
			f := make(paper.Facts, len(b.Facts))
			for i, x := range b.Facts {
				f[i] = [2]string{x[0], x[1]}
			}
			d.Blocks = append(d.Blocks, f)
		case len(b.Head) > 0:
			t := paper.Table{Head: b.Head, Rows: b.Rows}
			switch len(b.Head) {
			case 2:
				t.Widths = []float64{2, 3}
			case 3:
				t.Widths = []float64{3, 4, 4}
			case 5:
				t.Widths = []float64{4, 3, 2, 3, 4}
			}
			d.Blocks = append(d.Blocks, t)
		case b.Link != "":
			d.Blocks = append(d.Blocks, paper.Link{Text: b.Link, URL: b.URL})
		}
	}
	return d
}

// Standing says which version a text is, and since or from when it holds.
func Standing(l lang.Locale, version string, effective time.Time, inForce bool) string {
	key := "from"
	if inForce {
		key = "since"
	}
	return say(l, key, "date", civil(l, effective), "version", version)
}

func civil(l lang.Locale, effective time.Time) string {
	return lang.Date(l, effective.UTC().Format(lang.CivilLayout), lang.Long)
}

// Announcement is what people are told of changes that are coming.
func Announcement(l lang.Locale, changes []Change, effective time.Time) (title, text string) {
	words := make([]string, len(changes))
	for i, c := range changes {
		words[i] = c.Words(l)
	}
	return say(l, "notice.title", "date", civil(l, effective)), say(l, "notice.text", "changes", strings.Join(words, "; "))
}
