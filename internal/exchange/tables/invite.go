package tables

import (
	"context"
	"slices"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/tabular"
)

// Invitation is what a row without an id asks for.
type Invitation struct {
	Email, Name, Function string
	Company               id.Company
	Level                 policy.Level
	Roles                 []id.Role
	Source                personal.Source
	Locale                string
}

// MostInvitations is how many people one table invites.
const MostInvitations = 200

// Reading is how a table is read.
type Reading struct {
	Locale string
	Source string // where the addresses of a table that invites were got from
	Mail   string // the language of the invitations; empty: the locale's
}

// invited plans an invitation.
func (t *table) invited(p *Planned, r tabular.Row, address string, roles []id.Role, level string) {
	in := &Invitation{Email: address, Roles: roles}
	in.Name, _ = t.text(p, r, "name", "", 0, 200)
	in.Function, _ = t.text(p, r, "function", "", 0, 200)
	in.Level, _ = policy.ParseLevel(level)
	if s, ok := t.text(p, r, "company", "", 0, 200); ok && s != "" {
		n := 0
		for which, name := range t.st.companies {
			if fold(name) == fold(s) {
				in.Company = which
				n++
			}
		}
		if n != 1 {
			p.Issues = append(p.Issues, Issue{"company", "not-found"})
		}
	}
	if level == "" && !slices.ContainsFunc(p.Issues, func(i Issue) bool { return i.Column == "level" }) {
		p.Issues = append(p.Issues, Issue{"level", "required"})
	}
	source, ok := personal.ParseSource(t.reading.Source)
	if !ok {
		p.Issues = append(p.Issues, Issue{"email", "source-needed"})
	}
	in.Source, in.Locale = source, "en"
	for _, l := range []string{t.reading.Locale, t.reading.Mail} {
		if lang.Known(l) {
			in.Locale = l
		}
	}
	if folded := strings.ToLower(address); t.used[folded] > 0 {
		p.Issues = append(p.Issues, Issue{"email", "twice"})
	} else if t.used[folded]++; t.invitations >= MostInvitations {
		p.Issues = append(p.Issues, Issue{"email", "too-many-invitations"})
	}
	t.invitations++
	if p.Title = in.Name; p.Title == "" {
		p.Title = address
	}
	said := []Change{{"email", "", address}}
	for _, c := range []Change{{"function", "", in.Function}, {"company", "", t.st.companies[in.Company]}} {
		if c.After != "" {
			said = append(said, c)
		}
	}
	p.Changes = append(said, p.Changes...)
	p.Method, p.Path, p.Back = "PUT", "/api/v1/organisations/"+string(t.st.org)+"/invitations/"+id.New[string](), nil
	p.Body = map[string]any{"email": in.Email, "locale": in.Locale, "source": string(in.Source), "project_id": string(t.st.project), "level": level, "role_ids": orEmpty(roles)}
	for name, v := range map[string]string{"name": in.Name, "function": in.Function, "company_id": string(in.Company)} {
		if v != "" {
			p.Body[name] = v
		}
	}
	p.invite = in
	p.end(false)
}

// refuse asks whether the invitations of a table would be taken, and makes wrong
// those that would not.
func (s *Service) refuse(ctx context.Context, g access.Grant, rows []Planned) error {
	var all []Invitation
	var at []int
	for i := range rows {
		if rows[i].State == New && rows[i].invite != nil {
			all, at = append(all, *rows[i].invite), append(at, i)
		}
	}
	if len(all) == 0 {
		return nil
	}
	codes, may, err := s.source.Refusals(ctx, g, all)
	if err != nil {
		return err
	}
	for n, i := range at {
		code := "may-not-invite"
		if may {
			code = codes[n]
		}
		if code != "" {
			rows[i].Issues = append(rows[i].Issues, Issue{"email", code})
			rows[i].end(false)
		}
	}
	return nil
}
