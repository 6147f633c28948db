// Package orgapi is the organisation over HTTP: its members, companies, address
// book and invitations. The rules are package org's.
package orgapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/rest"
)

type api struct{ orgs *org.Service }

// Register adds the operations.
func Register(a *rest.API, orgs *org.Service) {
	h := &api{orgs}
	const root, tag = "/organisations/{org}", "Organisation"
	op := func(opID, method, path, summary, description string) rest.Op {
		o := rest.Op{ID: opID, Method: method, Path: root + path, Tag: tag, Summary: summary, Description: description, Who: rest.SignedIn, Rate: rest.Writes,
			Tokens: slices.Contains([]string{"org-get", "org-people", "company-put", "company-change"}, opID)}
		switch method {
		case http.MethodGet:
			o.Rate = rest.Reads
		case http.MethodPut, http.MethodPatch:
			o.MaxBody = rest.JSONBody
		}
		return o
	}
	rest.Handle(a, op("org-get", http.MethodGet, "", "An organisation with its members and companies", "For its members."), h.get)
	rest.Handle(a, op("org-people", http.MethodGet, "/people", "The address book", "Names and functions of everybody it knows; for its members."), h.people)
	rest.Handle(a, op("company-put", http.MethodPut, "/companies/{company}", "Add a company", "Adding it again with the same id changes nothing. For managers and owners."), h.putCompany)
	rest.Handle(a, op("company-change", http.MethodPatch, "/companies/{company}", "Change a company", "An update made on version base; fields in conflict are left alone and named. For managers and owners."), h.changeCompany)
	rest.Handle(a, op("member-change", http.MethodPatch, "/members/{person}", "Give a member another role", "For owners. The last owner stays one."), h.setRole)
	rest.Handle(a, op("member-remove", http.MethodDelete, "/members/{person}", "End a membership", "For managers and owners, and for whoever leaves. The person stays in the address book. The last owner cannot go."), h.removeMember)
	invite := op("invitation-put", http.MethodPut, "/invitations/{invite}", "Invite someone", "The address is kept for the invitation alone, and erased when it is declined, withdrawn or lapses after 14 days. The source says where it was got from; the invited person is told.")
	rest.Handle(a, invite, h.invite)
	rest.Handle(a, op("invitation-list", http.MethodGet, "/invitations", "Invitations that wait for an answer", "For managers and owners."), h.invitations)
	rest.Handle(a, op("invitation-withdraw", http.MethodDelete, "/invitations/{invite}", "Take an invitation back", "The invited address is erased. For managers and owners."), h.withdraw)
}

func (h *api) in(ctx context.Context, which id.Org) (org.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return org.Grant{}, err
	}
	return h.orgs.Enter(ctx, org.Caller(c), which)
}

type inOrg struct {
	Org id.Org `path:"org"`
}

// Organisation is an organisation as its members see it.
type Organisation struct {
	ID        id.Org    `json:"id"`
	Name      string    `json:"name"`
	Locale    string    `json:"locale"`
	Version   int64     `json:"version"`
	Members   []Member  `json:"members"`
	Companies []Company `json:"companies"`
}

// Member is a person with a role.
type Member struct {
	PersonID id.Person `json:"person_id"`
	Name     string    `json:"name"`
	Role     string    `json:"role" enum:"member,manager,owner"`
	Limited  bool      `json:"limited" doc:"There, but not to be shown."`
}

// Company is a firm of the address book.
type Company struct {
	ID      id.Company `json:"id"`
	Name    string     `json:"name"`
	Trade   string     `json:"trade"`
	Version int64      `json:"version"`
}

// CompanyOf is a company as the API shows it.
func CompanyOf(c org.Company) Company {
	return Company{ID: c.ID, Name: c.Name, Trade: c.Trade, Version: c.Version}
}

type getOut struct{ Body Organisation }

func (h *api) get(ctx context.Context, in *inOrg) (*getOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	w, err := h.orgs.Get(ctx, g)
	if err != nil {
		return nil, err
	}
	out := Organisation{ID: w.ID, Name: w.Name, Locale: w.Locale, Version: w.Version}
	for _, m := range w.Members {
		out.Members = append(out.Members, Member{m.Person, m.Name, m.Role.String(), m.Limited})
	}
	for _, c := range w.Companies {
		out.Companies = append(out.Companies, CompanyOf(c))
	}
	return &getOut{out}, nil
}

// Person is an entry of the address book.
type Person struct {
	ID         id.Person   `json:"id"`
	Name       string      `json:"name"`
	Initials   string      `json:"initials"`
	CompanyID  *id.Company `json:"company_id"`
	Function   string      `json:"function"`
	State      string      `json:"state" enum:"invited,active,former"`
	HasAccount bool        `json:"has_account"`
	Limited    bool        `json:"limited" doc:"There, but not to be shown: the processing of their data is restricted, or they object to it."`
	Version    int64       `json:"version"`
}

func personOf(p person.Person) Person {
	out := Person{ID: p.ID, Name: p.Name, Initials: p.Initials(), Function: p.Function, State: string(p.State), HasAccount: p.Account != "", Limited: p.Limited, Version: p.Version}
	if p.Company != "" {
		out.CompanyID = &p.Company
	}
	return out
}

type peopleOut struct{ Body People }

// People is the address book.
type People struct {
	Items []Person `json:"items"`
}

func (h *api) people(ctx context.Context, in *inOrg) (*peopleOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	all, err := h.orgs.Book(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &peopleOut{}
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, personOf(p))
	}
	return out, nil
}

type putCompanyIn struct {
	Org     id.Org     `path:"org"`
	Company id.Company `path:"company"`
	Body    NewCompany
}

// NewCompany is a company to be added.
type NewCompany struct {
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Trade string `json:"trade,omitempty" maxLength:"200"`
}

type companyOut struct {
	Status int
	Body   Company
}

func created(made bool) int {
	if made {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (h *api) putCompany(ctx context.Context, in *putCompanyIn) (*companyOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	c, made, err := h.orgs.PutCompany(ctx, g, org.Company{ID: in.Company, Name: in.Body.Name, Trade: in.Body.Trade})
	if err != nil {
		return nil, err
	}
	return &companyOut{created(made), CompanyOf(c)}, nil
}

type changeCompanyIn struct {
	Org     id.Org     `path:"org"`
	Company id.Company `path:"company"`
	Body    CompanyChange
}

// CompanyChange is an update, made on version base.
type CompanyChange struct {
	Base  int64            `json:"base" minimum:"1"`
	Name  rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Trade rest.Opt[string] `json:"trade,omitempty" maxLength:"200"`
}

type companyChangedOut struct{ Body CompanyChanged }

// CompanyChanged is what became of an update.
type CompanyChanged struct {
	Company   Company          `json:"company"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

func given[T any](o rest.Opt[T]) *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

func (h *api) changeCompany(ctx context.Context, in *changeCompanyIn) (*companyChangedOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	c, conflicts, err := h.orgs.ChangeCompany(ctx, g, in.Company, in.Body.Base, org.CompanyPatch{Name: given(in.Body.Name), Trade: given(in.Body.Trade)})
	if err != nil {
		return nil, err
	}
	return &companyChangedOut{CompanyChanged{CompanyOf(c), conflicts}}, nil
}

type memberIn struct {
	Org    id.Org    `path:"org"`
	Person id.Person `path:"person"`
}

type setRoleIn struct {
	Org    id.Org    `path:"org"`
	Person id.Person `path:"person"`
	Body   RoleChange
}

// RoleChange gives a member another role.
type RoleChange struct {
	Role string `json:"role" enum:"member,manager,owner"`
}

func (h *api) setRole(ctx context.Context, in *setRoleIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	role, _ := policy.ParseOrgRole(in.Body.Role)
	return nil, h.orgs.SetRole(ctx, g, in.Person, role)
}

func (h *api) removeMember(ctx context.Context, in *memberIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	return nil, h.orgs.Remove(ctx, g, in.Person)
}

type inviteIn struct {
	Org    id.Org    `path:"org"`
	Invite id.Invite `path:"invite"`
	Body   NewInvitation
}

// NewInvitation asks someone to take part, in the organisation or on a project.
type NewInvitation struct {
	Email     string      `json:"email" minLength:"3" maxLength:"254"`
	Name      string      `json:"name,omitempty" maxLength:"200"`
	CompanyID *id.Company `json:"company_id,omitempty"`
	Function  string      `json:"function,omitempty" maxLength:"200"`
	ProjectID *id.Project `json:"project_id,omitempty"`
	Level     string      `json:"level,omitempty" enum:",subcontractor,guest,contributor,manager,administrator"`
	RoleIDs   []id.Role   `json:"role_ids,omitempty" maxItems:"20"`
	Locale    string      `json:"locale" minLength:"2" maxLength:"35"`
	Source    string      `json:"source" enum:"self,colleague,customer,supplier" doc:"Where the address was got from; the invited person is told."`
}

type invitationOut struct {
	Status int
	Body   Invitation
}

// Invitation is an invitation that waits for an answer.
type Invitation struct {
	ID        id.Invite   `json:"id"`
	PersonID  id.Person   `json:"person_id"`
	Email     string      `json:"email"`
	Name      string      `json:"name"`
	CompanyID *id.Company `json:"company_id"`
	ProjectID *id.Project `json:"project_id"`
	Level     string      `json:"level"`
	RoleIDs   []id.Role   `json:"role_ids"`
	Source    string      `json:"source"`
	Locale    string      `json:"locale"`
	CreatedAt time.Time   `json:"created_at"`
	ExpiresAt time.Time   `json:"expires_at" doc:"When it lapses and the address is erased."`
	Limited   bool        `json:"limited" doc:"Whom it is for is not to be shown; the link does not work meanwhile."`
	Version   int64       `json:"version"`
}

func invitationOf(in org.Invitation) Invitation {
	out := Invitation{ID: in.ID, PersonID: in.Person, Email: in.Email, Name: in.Name, RoleIDs: in.Roles, Source: string(in.Source),
		Locale: in.Locale, CreatedAt: in.Created, ExpiresAt: in.Expires, Limited: in.Limited, Version: in.Version}
	if in.Company != "" {
		out.CompanyID = &in.Company
	}
	if in.Project != "" {
		out.ProjectID, out.Level = &in.Project, in.Level.String()
	}
	return out
}

func (h *api) invite(ctx context.Context, in *inviteIn) (*invitationOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	level, _ := policy.ParseLevel(in.Body.Level)
	ask := org.Invitation{ID: in.Invite, Email: in.Body.Email, Name: in.Body.Name, Function: in.Body.Function, Level: level,
		Roles: in.Body.RoleIDs, Locale: in.Body.Locale, Source: personal.Source(in.Body.Source)}
	if in.Body.CompanyID != nil {
		ask.Company = *in.Body.CompanyID
	}
	if in.Body.ProjectID != nil {
		ask.Project = *in.Body.ProjectID
	}
	got, made, err := h.orgs.Invite(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	return &invitationOut{created(made), invitationOf(got)}, nil
}

type invitationsOut struct{ Body Invitations }

// Invitations are those that wait for an answer.
type Invitations struct {
	Items []Invitation `json:"items"`
}

func (h *api) invitations(ctx context.Context, in *inOrg) (*invitationsOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	all, err := h.orgs.Invitations(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &invitationsOut{}
	for _, i := range all {
		out.Body.Items = append(out.Body.Items, invitationOf(i))
	}
	return out, nil
}

type withdrawIn struct {
	Org    id.Org    `path:"org"`
	Invite id.Invite `path:"invite"`
}

func (h *api) withdraw(ctx context.Context, in *withdrawIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	return nil, h.orgs.Withdraw(ctx, g, in.Invite)
}
