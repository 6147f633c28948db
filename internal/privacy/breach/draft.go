package breach

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/paper"
	"plumbline/internal/privacy/authority"
	"plumbline/internal/privacy/office"
	"plumbline/internal/privacy/terms"
)

// Draft is a notice to an authority, to be looked at and sent by a person.
type Draft struct {
	Phase     string
	Authority *authority.Authority // nil: the country is not known or has none here
	Due       time.Time
	Late      bool
	Doc       paper.Doc
}

// Draft writes the notice of a phase: what art. 33(3) asks for, as far as it is
// known, and that the rest follows.
func (s *Service) Draft(ctx context.Context, d Desk, which id.Breach, phase string, l lang.Locale) (Draft, error) {
	const op = "breach.Draft"
	if !slices.Contains(Phases(), phase) {
		return Draft{}, field("phase", "not-one-of")
	}
	b, err := s.Get(ctx, d, which)
	if err != nil {
		return Draft{}, err
	}
	c, err := s.controller(ctx, b, l)
	if err != nil {
		return Draft{}, fault.Wrap(op, err)
	}
	var now time.Time
	if err := s.DB.Read(ctx, d.scope(), func(tx *db.Tx) error { now = tx.Now(); return nil }); err != nil {
		return Draft{}, fault.Wrap(op, err)
	}
	out := Draft{Phase: phase, Due: b.Facts.Due(), Late: b.Facts.Initial.IsZero() && now.After(b.Facts.Due())}
	if list := authority.Of(b.Facts.Country); len(list) > 0 {
		out.Authority = &list[0]
	}
	out.Doc = s.notice(b, c, out, l)
	return out, nil
}

// contact is who answers for a register.
type contact struct {
	name, country string
	lines         []string
}

func (s *Service) controller(ctx context.Context, b Breach, l lang.Locale) (contact, error) {
	join := func(all ...string) (out []string) {
		for _, x := range all {
			if x != "" {
				out = append(out, x)
			}
		}
		return out
	}
	if b.Org == "" {
		o := s.Operator()
		name := o.Name
		if name == "" {
			name = lang.T(l, "desk.operator")
		}
		mail := o.Officer.Email
		if mail == "" {
			mail = o.Email
		}
		return contact{name, o.Country, join(o.Address, mail, o.Officer.Post)}, nil
	}
	var c contact
	err := s.DB.Read(ctx, db.Tenant(b.Org), func(tx *db.Tx) error {
		set, _, err := office.Of(tx, b.Org)
		if err != nil {
			return err
		}
		name, _, _, err := org.Named(tx, b.Org)
		mail := set.OfficerEmail
		if mail == "" {
			mail = set.Email
		}
		c = contact{name, set.Country, join(set.Post, mail, set.OfficerPost)}
		return err
	})
	return c, err
}

func (s *Service) notice(b Breach, c contact, d Draft, l lang.Locale) paper.Doc {
	t := func(key string, args ...string) string { return lang.T(l, "desk."+key, args...) }
	z, err := time.LoadLocation(office.ZoneOf(b.Facts.Country))
	if err != nil {
		z = time.UTC
	}
	stamp := func(at time.Time) string {
		if at.IsZero() {
			return t("breach.open")
		}
		return lang.Stamp(l, at, z)
	}
	orOpen := func(text string) paper.Text {
		if strings.TrimSpace(text) == "" {
			return paper.Text(t("breach.open"))
		}
		return paper.Text(text)
	}
	f := b.Facts
	var kinds []string
	for _, k := range f.Kinds {
		kinds = append(kinds, t("breach.kind."+k))
	}
	if f.KeyLost {
		kinds = append(kinds, t("breach.key"))
	}
	facts := paper.Facts{{t("breach.reference"), string(b.ID)}, {t("breach.controller"), c.name}}
	if d.Authority != nil {
		facts = append(facts, [2]string{t("breach.authority"), d.Authority.Name})
		if d.Authority.Form != "" {
			facts = append(facts, [2]string{t("breach.form"), d.Authority.Form})
		}
	}
	facts = append(facts, [2]string{t("breach.kind"), strings.Join(kinds, ", ")}, [2]string{t("breach.from"), stamp(f.From)}, [2]string{t("breach.until"), stamp(f.Until)},
		[2]string{t("breach.aware"), stamp(f.Aware)}, [2]string{t("breach.due"), stamp(f.Due())})
	head := func(key string) paper.Heading { return paper.Heading{Level: 1, Text: t(key)} }
	blocks := []paper.Block{facts, head("breach.nature"), orOpen(b.Words.Nature), head("breach.data"), paper.List(s.labels(l, f.Fields)), head("breach.people"),
		paper.List{lang.Int(l, int64(f.Accounts)) + " " + t("breach.accounts"), lang.Int(l, int64(f.Persons)) + " " + t("breach.persons")},
		head("breach.contact"), paper.List(append([]string{c.name}, c.lines...)), head("breach.consequences"), orOpen(b.Words.Consequences),
		head("breach.measures"), orOpen(b.Words.Measures), head("breach.told")}
	switch {
	case !f.Told.IsZero():
		blocks = append(blocks, paper.Text(t("breach.told.yes")+" "+stamp(f.Told)))
	case f.Exempt != "":
		blocks = append(blocks, paper.Text(t("breach.told.exempt")))
	default:
		blocks = append(blocks, paper.Text(t("breach.told.not-yet")))
	}
	if d.Late {
		blocks = append(blocks, head("breach.late"), orOpen(b.Words.Reasons))
	}
	return paper.Doc{Title: t("breach.title"), Subtitle: t("phase." + d.Phase), Locale: l, Zone: z, Blocks: blocks}
}

// labels are fields in the reader's words, each once.
func (s *Service) labels(l lang.Locale, fields []string) []string {
	var out []string
	for _, x := range s.Declarations() {
		if x.Personal() && slices.Contains(fields, x.Name()) {
			if name := terms.Field(l, x); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Told is what persons are told of a breach: no name of anybody in it, so that
// the link in the mail is enough to read it.
func (s *Service) Told(ctx context.Context, which id.Breach, l lang.Locale) (paper.Doc, error) {
	const op = "breach.Told"
	var told []Breach
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		told = nil
		list, err := public(tx, which)
		for _, b := range list {
			if !b.Facts.Told.IsZero() {
				told = append(told, b)
			}
		}
		return err
	})
	if err == nil && len(told) == 0 {
		err = errNone()
	}
	if err != nil {
		return paper.Doc{}, fault.Wrap(op, err)
	}
	doc := paper.Doc{Title: lang.T(l, "desk.person.title"), Locale: l, Blocks: []paper.Block{paper.Text(lang.T(l, "desk.person.intro"))}}
	for _, b := range told {
		if err := s.open(&b); err != nil {
			return paper.Doc{}, fault.Wrap(op, err)
		}
		c, err := s.controller(ctx, b, l)
		if err != nil {
			return paper.Doc{}, fault.Wrap(op, err)
		}
		head := func(key string) paper.Heading { return paper.Heading{Level: 2, Text: lang.T(l, "desk."+key)} }
		if len(told) > 1 {
			doc.Blocks = append(doc.Blocks, paper.Heading{Level: 1, Text: c.name})
		}
		doc.Blocks = append(doc.Blocks, head("breach.nature"), paper.Text(b.Words.Nature), head("breach.data"), paper.List(s.labels(l, b.Facts.Fields)),
			head("breach.consequences"), paper.Text(b.Words.Consequences), head("breach.measures"), paper.Text(b.Words.Measures),
			head("breach.contact"), paper.List(append([]string{c.name}, c.lines...)))
	}
	return doc, nil
}
