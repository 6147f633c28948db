package archive

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/sabotage"
)

// Report is what somebody is told about what is held of them.
type Report struct {
	AsOf        time.Time    `json:"as_of"`
	Locale      string       `json:"locale"`
	Controllers []Controller `json:"controllers"`
	Transfers   []Transfer   `json:"transfers"`
	Complaint   string       `json:"complaint" doc:"how to complain, and to whom"`
}

// Controller is one who decides over data of the person, and what they hold.
type Controller struct {
	Kind        string       `json:"kind" enum:"operator,organisation"`
	Name        string       `json:"name"`
	Contact     Contact      `json:"contact"`
	Who         Who          `json:"who"`
	Limited     bool         `json:"limited" doc:"restricted: kept, and used for nothing"`
	Items       []Item       `json:"items"`
	Disclosures []Disclosure `json:"disclosures" doc:"who received what, the newest first"`
	Owed        []Owed       `json:"owed" doc:"who has to be told of a correction, an erasure or a restriction, or was"`
	Teams       []Team       `json:"teams" doc:"the projects, and who is seen there"`
	Rights      []Right      `json:"rights" doc:"the rights that follow from the legal bases"`
}

// Who is a subject in JSON.
type Who struct {
	Kind string `json:"kind" enum:"account,person"`
	ID   string `json:"id"`
}

// Item is one kind of datum.
type Item struct {
	Key         string   `json:"key" doc:"the name of the declaration"`
	Label       string   `json:"label"`
	Value       string   `json:"value" doc:"empty where there are several, or where it is only counted"`
	Count       int64    `json:"count"`
	Category    string   `json:"category"`
	Why         []Why    `json:"why"`
	Source      string   `json:"source"`
	Since       string   `json:"since" doc:"instant of the oldest; empty where it is not kept"`
	Until       string   `json:"until" doc:"date by which the last is gone, where it can be said"`
	Retention   string   `json:"retention"`
	Recipients  []string `json:"recipients"`
	Stored      string   `json:"stored"`
	Derivatives []string `json:"derivatives"`
	Editable    string   `json:"editable" doc:"the property of me-person-change or account-change, or empty"`
	Version     int64    `json:"version" doc:"for base, where it is editable"`
}

// Why is one purpose of a datum.
type Why struct {
	Purpose    string `json:"purpose"`
	Label      string `json:"label"`
	Basis      string `json:"basis"`
	BasisLabel string `json:"basis_label"`
	Article    string `json:"article" doc:"of GDPR art. 6(1), as DPV names it"`
}

// Disclosure is a row of the ledger.
type Disclosure struct {
	At        time.Time `json:"at"`
	Recipient Named     `json:"recipient"`
	Fields    []string  `json:"fields"`
	Purpose   string    `json:"purpose"`
	Why       string    `json:"why"`
}

// Named is a recipient as people call it.
type Named struct {
	Kind  string `json:"kind"`
	Label string `json:"label"`
}

// Owed is a recipient that has to be told of something.
type Owed struct {
	Recipient Named     `json:"recipient"`
	Act       string    `json:"act" enum:"erased,rectified,restricted"`
	Since     time.Time `json:"since"`
	Done      string    `json:"done" doc:"instant at which the recipient said that it knows; empty until then"`
}

// Right is a right that the person has.
type Right struct {
	Article string `json:"article"`
	Label   string `json:"label"`
}

// Transfer is a processor outside the European Economic Area, or in it.
type Transfer struct {
	Recipient string `json:"recipient"`
	Country   string `json:"country"`
	Safeguard string `json:"safeguard"`
}

// Report says what is held of somebody.
func (s *Service) Report(ctx context.Context, whos []personal.Who, l lang.Locale) (Report, error) {
	out := Report{AsOf: s.DB.Clock().Now().UTC(), Locale: string(l), Controllers: []Controller{}, Transfers: []Transfer{}, Complaint: lang.T(l, "archive.complaint")}
	for _, w := range whos {
		c, err := s.controller(ctx, w, l)
		if err != nil {
			return out, fault.Wrap("archive.Report", err)
		}
		out.Controllers = append(out.Controllers, c)
	}
	for _, p := range s.Processors() {
		out.Transfers = append(out.Transfers, Transfer{Recipient: p.Name, Country: p.Country, Safeguard: terms.Safeguard(l, p.Safeguard)})
	}
	return out, nil
}

func (s *Service) controller(ctx context.Context, w personal.Who, l lang.Locale) (Controller, error) {
	c := Controller{Kind: "operator", Who: Who{Kind: w.Kind, ID: w.ID}, Teams: []Team{}, Rights: []Right{}}
	var rows []disclosure.Row
	var owed []disclosure.Owed
	err := s.DB.Read(ctx, scope(w), func(tx *db.Tx) error {
		c.Items = []Item{}
		v, err := s.profile(tx, w)
		if err != nil {
			return err
		}
		c.Limited = v.limited
		for _, h := range s.holdings {
			if h.Kind != w.Kind {
				continue
			}
			items, err := s.items(tx, h, w, l, v)
			if err != nil {
				return err
			}
			c.Items = append(c.Items, items...)
		}
		if rows, err = disclosure.Of(tx, w); err != nil {
			return err
		}
		owed, err = disclosure.OwedFor(tx, w)
		return err
	})
	if err != nil {
		return c, err
	}
	slices.SortStableFunc(c.Items, func(a, b Item) int { return strings.Compare(order(a.Key), order(b.Key)) })
	if w.Org == "" {
		op := s.Operator()
		c.Name, c.Contact = op.Name, Contact{Email: op.Officer.Email, Post: op.Officer.Post}
		if c.Contact.Email == "" {
			c.Contact.Email = op.Email
		}
		if c.Contact.Post == "" {
			c.Contact.Post = op.Post
		}
	} else {
		c.Kind = "organisation"
		if c.Name, c.Contact, err = s.Known.Controller(ctx, w.Org); err != nil {
			return c, err
		}
		teams, err := s.Known.Teams(ctx, w.Org, id.Person(w.ID))
		if err != nil {
			return c, err
		}
		c.Teams = append(c.Teams, teams...)
	}
	c.Rights = rightsOf(c.Items, l)
	return c, s.ledger(ctx, w, l, &c, rows, owed)
}

// order puts who somebody is first, then their place in the organisation, then
// the rest by name.
func order(key string) string {
	for i, first := range []string{"account.sealed", "person.sealed", "account.", "person.", "member.", "participant", "invite"} {
		if strings.HasPrefix(key, first) {
			return strconv.Itoa(i) + key
		}
	}
	return "9" + key
}

func rightsOf(items []Item, l lang.Locale) []Right {
	out := []Right{}
	have := map[string]bool{}
	for _, it := range items {
		for _, y := range it.Why {
			for _, r := range personal.RightsFor(personal.Basis(y.Basis)) {
				if !have[r.Article] {
					have[r.Article] = true
					out = append(out, Right{Article: r.Article, Label: terms.Right(l, r.Article)})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Right) int { return strings.Compare(a.Article, b.Article) })
	return out
}

// items are what one holding has of somebody.
func (s *Service) items(tx *db.Tx, h personal.Holding, w personal.Who, l lang.Locale, v vault) ([]Item, error) {
	n, of, first, last, err := s.count(tx, h, w)
	if err != nil || n == 0 {
		return nil, err
	}
	one := map[string]any{}
	if n == 1 {
		if err := s.rows(tx, h, w, func(columns []string, values []any) error {
			for i, c := range columns {
				one[c] = values[i]
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	var out []Item
	for i, d := range h.Columns {
		it := Item{Key: d.Name(), Label: terms.Field(l, d), Count: of[i], Category: terms.Category(l, d.Category), Since: micros(first),
			Until: until(d, last), Retention: terms.Retention(l, d.Retention), Stored: terms.Of(l, "store", string(d.StoredIn)), Why: []Why{},
			Recipients: []string{}, Derivatives: []string{}, Source: terms.List(l, terms.Source, d.Sources)}
		if d.Since == "" {
			it.Since = ""
		}
		if it.Count == 0 {
			continue
		}
		switch {
		case d.Field != "" && d.Category != personal.Credential && d.Column == "sealed" && (h.Table == "person" || h.Table == "account"):
			if it.Value = v.values[d.Field]; it.Value == "" {
				continue
			}
			it.Editable, it.Version = editable(d.Field), v.version
			if from := v.origins.Of(d.Field); from.Source != "" {
				it.Source, it.Since = terms.Source(l, from.Source), micros(from.Since)
			} else if w.Kind == personal.PersonKind {
				it.Source = lang.T(l, "archive.source-unknown")
			}
		case n == 1 && d.Links == "" && d.Category != personal.Credential && d.Category != personal.Link:
			it.Value = said(d, one[d.Column], l)
		}
		for _, p := range d.Purposes {
			b := d.BasisFor(p)
			it.Why = append(it.Why, Why{Purpose: string(p), Label: terms.Purpose(l, p), Basis: string(b), BasisLabel: terms.Basis(l, b), Article: b.Article()})
		}
		for _, r := range d.Recipients {
			it.Recipients = append(it.Recipients, terms.Recipient(l, r))
		}
		for _, x := range d.Derivatives {
			it.Derivatives = append(it.Derivatives, terms.Of(l, "derivative", string(x)))
		}
		if sabotage.Off("INF-2") {
			it.Why, it.Recipients, it.Retention, it.Source = []Why{}, []string{}, "", ""
		}
		out = append(out, it)
	}
	return out, nil
}

// editable is what the person can change at once: not the address, which proves
// who signs in.
func editable(field string) string {
	if field == "email" {
		return ""
	}
	return field
}

// said is a value as people read it.
func said(d personal.Declaration, v any, l lang.Locale) string {
	switch x := v.(type) {
	case string:
		if len(x) > 500 {
			return x[:strings.LastIndexByte(x[:500], ' ')+1] + "…"
		}
		return x
	case int64:
		if d.Column == "at" || strings.HasSuffix(d.Column, "_at") {
			if x == 0 {
				return ""
			}
			return lang.Instant(l, time.UnixMicro(x), time.UTC, lang.Long) + " UTC"
		}
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// until is the date by which the last of some data is gone, where the period
// counts from when it was made.
func until(d personal.Declaration, last int64) string {
	p := d.Retention.Period()
	if p.From != personal.FromMade || p.Span.Zero() || d.Since == "" || last == 0 {
		return ""
	}
	at := time.UnixMicro(last).UTC().AddDate(p.Span.Years, p.Span.Months, p.Span.Days).Add(time.Duration(p.Span.Hours) * time.Hour)
	return at.AddDate(0, 0, 1).Format(time.DateOnly) // sweeps are daily
}

// ledger names who received what.
func (s *Service) ledger(ctx context.Context, w personal.Who, l lang.Locale, c *Controller, rows []disclosure.Row, owed []disclosure.Owed) error {
	c.Disclosures, c.Owed = []Disclosure{}, []Owed{}
	var all []Party
	for _, r := range rows {
		all = append(all, Party{string(r.Recipient.Kind), r.Recipient.ID})
	}
	for _, o := range owed {
		all = append(all, Party{string(o.Recipient.Kind), o.Recipient.ID})
	}
	slices.SortFunc(all, func(a, b Party) int { return strings.Compare(a.Kind+a.ID, b.Kind+b.ID) })
	names, err := s.Known.Names(ctx, l, w.Org, slices.Compact(all))
	if err != nil {
		return err
	}
	named := func(r disclosure.Recipient) Named {
		n := Named{Kind: string(r.Kind), Label: names[Party{string(r.Kind), r.ID}]}
		if n.Label == "" {
			n.Label = lang.T(l, "archive.recipient."+n.Kind)
		}
		return n
	}
	for _, r := range rows {
		d := Disclosure{At: r.At, Recipient: named(r.Recipient), Fields: []string{}, Purpose: terms.Purpose(l, r.Purpose), Why: r.Why}
		if lang.Has("archive.why." + r.Why) {
			d.Why = lang.T(l, "archive.why."+r.Why)
		}
		for _, f := range r.Fields {
			d.Fields = append(d.Fields, s.label(l, f))
		}
		c.Disclosures = append(c.Disclosures, d)
	}
	for _, o := range owed {
		x := Owed{Recipient: named(o.Recipient), Act: string(o.Act), Since: o.Since}
		if !o.Open() {
			x.Done = o.Done.Format(time.RFC3339)
		}
		c.Owed = append(c.Owed, x)
	}
	return nil
}

// label is what a declaration is called.
func (s *Service) label(l lang.Locale, name string) string {
	table, rest, _ := strings.Cut(name, ".")
	column, field, _ := strings.Cut(rest, ".")
	for _, d := range s.declared[table+"."+column] {
		if d.Field == field && d.Personal() {
			return terms.Field(l, d)
		}
	}
	return lang.T(l, "archive.whole")
}
