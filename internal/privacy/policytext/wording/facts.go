// Package wording says what a privacy policy is made of (Facts), writes it in
// five languages (Compose), names what of a change must be announced
// (Material), and compares two texts sentence by sentence. It is pure: the same
// facts give the same text.
package wording

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"plumbline/internal/personal"
)

// Facts are what the policy says, without words. They are the same for the
// same program and configuration.
type Facts struct {
	Operator   Operator       `json:"operator"`
	Processors []Processor    `json:"processors"`
	Groups     []Group        `json:"groups"`
	Bounds     Bounds         `json:"bounds"`
	Ages       map[string]int `json:"ages"` // by country; "" is every other
}

// Operator is who runs the installation.
type Operator struct {
	Name         string `json:"name"`
	Address      string `json:"address"`
	Country      string `json:"country"`
	Email        string `json:"email"`
	OfficerEmail string `json:"officer_email"`
	OfficerPost  string `json:"officer_post"`
}

// Processor is a company that receives data on the operator's behalf.
type Processor struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Country   string          `json:"country"`
	Uses      []string        `json:"uses"`
	Fields    []string        `json:"fields"`
	Terms     []personal.Term `json:"terms"` // what of the fields is personal
	Safeguard string          `json:"safeguard"`
	Through   string          `json:"through,omitempty"` // the processor that it works for
}

// Group is one kind of data that one controller decides about.
type Group struct {
	Category   personal.Category    `json:"category"`
	Role       personal.Role        `json:"role"`
	Terms      []personal.Term      `json:"terms"`
	Subjects   []personal.Subject   `json:"subjects"`
	Sources    []personal.Source    `json:"sources"`
	Uses       []Use                `json:"uses"`
	Recipients []personal.Recipient `json:"recipients"`
	Retentions []personal.Retention `json:"retentions"`
	// Kept are the retentions of each term, so that none gets longer behind
	// another that is long already.
	Kept map[personal.Term][]personal.Retention `json:"kept"`
}

// Use is a purpose with its grounds.
type Use struct {
	Purpose personal.Purpose `json:"purpose"`
	Bases   []personal.Basis `json:"bases"`
}

// Bounds are how long things take at most.
type Bounds struct {
	GraceHours int `json:"grace_hours"` // to change one's mind after asking for erasure
	KeyHours   int `json:"key_hours"`   // from then until no backup can be read
	NoticeDays int `json:"notice_days"` // before a material change takes effect
}

// Input is what facts are gathered from.
type Input struct {
	Operator     personal.Operator
	Processors   []personal.DataProcessor
	Declarations []personal.Declaration
	Parts        []personal.Part     // files and log lines
	Outbound     []personal.Outbound // what can leave
	Bounds       Bounds
	Ages         map[string]int
}

// Gather makes the facts.
func Gather(in Input) Facts {
	o := in.Operator
	f := Facts{
		Operator: Operator{o.Name, o.Address, o.Country, o.Email, o.Officer.Email, o.Officer.Post},
		Bounds:   in.Bounds, Ages: maps.Clone(in.Ages), Processors: []Processor{}, Groups: []Group{},
	}
	for _, p := range in.Processors {
		addProcessor(&f.Processors, p, "", in.Outbound)
	}
	slices.SortFunc(f.Processors, func(a, b Processor) int { return cmp.Or(cmp.Compare(a.Through, b.Through), cmp.Compare(a.ID, b.ID)) })
	all := map[[2]string]*Group{}
	add := func(p personal.Part, bases func(personal.Purpose) personal.Basis) {
		key := [2]string{string(p.Category), string(p.Role)}
		g := all[key]
		if g == nil {
			g = &Group{Category: p.Category, Role: p.Role, Kept: map[personal.Term][]personal.Retention{}}
			all[key] = g
		}
		g.add(p, bases)
	}
	for _, d := range in.Declarations {
		if d.Personal() {
			add(personal.Part{Category: d.Category, Term: d.Term, Subject: d.Subject, Sources: d.Sources, Purposes: d.Purposes, Basis: d.Basis, Role: d.Role,
				Retention: d.Retention, Recipients: d.Recipients}, d.BasisFor)
		}
	}
	for _, o := range in.Outbound {
		in.Parts = append(slices.Clip(in.Parts), o.Part)
	}
	for _, p := range in.Parts {
		if p.NotPersonal == "" {
			add(p, func(personal.Purpose) personal.Basis { return p.Basis })
		}
	}
	for _, role := range []personal.Role{personal.Controller, personal.Processor} {
		for _, c := range personal.Categories() {
			if g := all[[2]string{string(c), string(role)}]; g != nil {
				g.order()
				f.Groups = append(f.Groups, *g)
			}
		}
	}
	return f
}

func addProcessor(to *[]Processor, p personal.DataProcessor, through string, out []personal.Outbound) {
	uses := make([]string, len(p.Uses))
	for i, u := range p.Uses {
		uses[i] = string(u)
	}
	slices.Sort(uses)
	fields := slices.Sorted(slices.Values(p.Fields))
	terms := []personal.Term{}
	for _, o := range out {
		if slices.Contains(fields, o.Name()) && o.NotPersonal == "" && o.Term != "" {
			once(&terms, o.Term)
		}
	}
	slices.Sort(terms)
	*to = append(*to, Processor{p.ID, p.Name, p.Country, uses, nonNil(fields), terms, string(p.Safeguard), through})
	for _, s := range p.Subprocessors {
		addProcessor(to, s, p.ID, out)
	}
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func once[T comparable](to *[]T, values ...T) {
	for _, v := range values {
		if !slices.Contains(*to, v) {
			*to = append(*to, v)
		}
	}
}

func (g *Group) add(p personal.Part, basis func(personal.Purpose) personal.Basis) {
	if p.Term != "" {
		once(&g.Terms, p.Term)
	}
	once(&g.Subjects, p.Subject)
	once(&g.Sources, p.Sources...)
	once(&g.Recipients, p.Recipients...)
	once(&g.Retentions, p.Retention)
	kept := g.Kept[p.Term]
	once(&kept, p.Retention)
	g.Kept[p.Term] = kept
	for _, purpose := range p.Purposes {
		i := slices.IndexFunc(g.Uses, func(u Use) bool { return u.Purpose == purpose })
		if i < 0 {
			i, g.Uses = len(g.Uses), append(g.Uses, Use{Purpose: purpose})
		}
		once(&g.Uses[i].Bases, basis(purpose))
	}
}

// order sorts everything as the vocabulary has it, so that the same facts are
// the same bytes.
func (g *Group) order() {
	slices.Sort(g.Terms)
	by(g.Subjects, personal.Subjects())
	by(g.Sources, personal.Sources())
	by(g.Recipients, personal.Recipients())
	by(g.Retentions, personal.Retentions())
	for _, kept := range g.Kept {
		by(kept, personal.Retentions())
	}
	for _, u := range g.Uses {
		by(u.Bases, personal.Bases())
	}
	slices.SortFunc(g.Uses, func(a, b Use) int {
		return slices.Index(personal.Purposes(), a.Purpose) - slices.Index(personal.Purposes(), b.Purpose)
	})
	if len(g.Recipients) > 1 { // somebody gets it, so "nobody" would only confuse
		g.Recipients = slices.DeleteFunc(g.Recipients, func(r personal.Recipient) bool { return r == personal.Nobody })
	}
}

func by[T comparable](values, order []T) {
	slices.SortFunc(values, func(a, b T) int { return slices.Index(order, a) - slices.Index(order, b) })
}

// Bytes are the facts in their one spelling.
func (f Facts) Bytes() []byte {
	b, err := json.Marshal(f)
	if err != nil {
		panic("wording: facts that JSON cannot hold: " + err.Error()) // none are
	}
	return b
}

// Name is the hash that names a version: of what is so and of how it is said.
func Name(f Facts, texts map[string]Text) string {
	h := sha256.New()
	h.Write(f.Bytes())
	for _, l := range slices.Sorted(maps.Keys(texts)) {
		b, err := json.Marshal(texts[l])
		if err != nil {
			panic("wording: a text that JSON cannot hold: " + err.Error())
		}
		h.Write([]byte("\n" + l + "\n"))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Change is a difference between the facts of two versions. Kind is one of the
// catalogue's "policy.change.*"; What names it in words of package personal,
// such as "purpose:updates" or "processor:post".
type Change struct {
	Kind string `json:"kind"`
	What string `json:"what"`
}

// Material are the changes from one version to the next that people must be
// told of before they take effect. Less of anything is none.
func Material(from, to Facts) []Change {
	var all []Change
	add := func(kind, what string) {
		if c := (Change{kind, what}); !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	if from.Operator.Name != to.Operator.Name {
		add("operator", "name:"+to.Operator.Name)
	}
	if from.Operator.Country != to.Operator.Country && to.Operator.Country != "" && from.Operator.Country != "" {
		add("transfer", "country:"+to.Operator.Country)
	}
	groups := func(f Facts) map[string]Group {
		m := map[string]Group{}
		for _, g := range f.Groups {
			m[string(g.Category)+"/"+string(g.Role)] = g
		}
		return m
	}
	had := groups(from)
	purposes, recipients, categories := from.Purposes(), from.recipients(), from.categories()
	for _, g := range to.Groups {
		old, known := had[string(g.Category)+"/"+string(g.Role)]
		if !slices.Contains(categories, g.Category) {
			add("category", "category:"+string(g.Category))
		}
		for _, t := range g.Terms {
			if known && !slices.Contains(old.Terms, t) {
				add("field", "term:"+string(t))
			}
		}
		for _, u := range g.Uses {
			i := slices.IndexFunc(old.Uses, func(o Use) bool { return o.Purpose == u.Purpose })
			switch {
			case !slices.Contains(purposes, u.Purpose):
				add("purpose", "purpose:"+string(u.Purpose))
			case known && i < 0:
				add("use", "purpose:"+string(u.Purpose))
			case known:
				for _, b := range u.Bases {
					if !slices.Contains(old.Uses[i].Bases, b) {
						add("basis", "basis:"+string(b))
					}
				}
			}
		}
		for _, r := range g.Recipients {
			if r != personal.Nobody && (!slices.Contains(recipients, r) || known && !slices.Contains(old.Recipients, r)) {
				add("recipient", "recipient:"+string(r))
			}
		}
		for term, kept := range g.Kept {
			before, knew := old.Kept[term]
			for _, r := range kept {
				if known && knew && longest(r) > longestOf(before) {
					add("retention", "retention:"+string(r))
				}
			}
		}
	}
	processorChanges(from, to, add)
	if to.Bounds.GraceHours > from.Bounds.GraceHours || to.Bounds.KeyHours > from.Bounds.KeyHours {
		add("bound", "")
	}
	for c, age := range from.Ages {
		if to.Ages[c] < age {
			add("age", "country:"+c)
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What)) })
	return all
}

func processorChanges(from, to Facts, add func(kind, what string)) {
	for _, p := range to.Processors {
		i := slices.IndexFunc(from.Processors, func(o Processor) bool { return o.ID == p.ID && o.Name == p.Name })
		if i < 0 {
			add("recipient", "name:"+p.Name)
			if p.Safeguard != string(personal.InEEA) {
				add("transfer", "country:"+p.Country)
			}
			continue
		}
		old := from.Processors[i]
		for _, f := range slices.Concat(p.Fields, p.Uses) {
			if !slices.Contains(old.Fields, f) && !slices.Contains(old.Uses, f) {
				add("outbound", "name:"+p.Name)
			}
		}
		if p.Country != old.Country || p.Safeguard != old.Safeguard {
			add("transfer", "country:"+p.Country)
		}
	}
}

// Purposes are those that anything is used for.
func (f Facts) Purposes() (all []personal.Purpose) {
	for _, g := range f.Groups {
		for _, u := range g.Uses {
			once(&all, u.Purpose)
		}
	}
	by(all, personal.Purposes())
	return all
}

func (f Facts) recipients() (all []personal.Recipient) {
	for _, g := range f.Groups {
		once(&all, g.Recipients...)
	}
	by(all, personal.Recipients())
	return all
}

func (f Facts) categories() (all []personal.Category) {
	for _, g := range f.Groups {
		once(&all, g.Category)
	}
	return all
}

// longest is a retention in hours, for comparing. What lasts until somebody
// acts lasts longer than any number.
func longest(r personal.Retention) int {
	p := r.Period()
	s := p.Span
	hours := s.Hours + 24*(s.Days+31*s.Months+366*s.Years)
	switch {
	case p.Law != "":
		return 2_000_000
	case s.Zero() && r != personal.WhileSession:
		return 1_000_000
	case p.From != personal.FromMade && p.From != "":
		hours++ // counts from a later event
	}
	return hours
}

func longestOf(all []personal.Retention) (most int) {
	for _, r := range all {
		most = max(most, longest(r))
	}
	return most
}

// word splits what a change names.
func (c Change) word() (kind, word string) {
	kind, word, _ = strings.Cut(c.What, ":")
	return kind, word
}
