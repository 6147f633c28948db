// Package staffapi is the operator's staff and their support grants over HTTP.
// The rules are package staff's.
package staffapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/rest"
	"plumbline/internal/staff"
)

type api struct {
	staff *staff.Service
	orgs  *org.Service
}

// Register adds the operations.
func Register(a *rest.API, s *staff.Service, orgs *org.Service) {
	h := &api{s, orgs}
	const tag = "Staff and support"
	grants := "/organisations/{org}/support-grants"
	rest.Handle(a, rest.Op{ID: "support-grant-list", Method: http.MethodGet, Path: grants, Tag: tag, Who: rest.SignedIn, Rate: rest.Reads,
		Summary: "Who of the operator's staff may look, and might", Description: "For owners."}, h.grants)
	rest.Handle(a, rest.Op{ID: "support-grant-put", Method: http.MethodPut, Path: grants + "/{grant}", Tag: tag, Who: rest.SignedIn, Rate: rest.Credentials, MaxBody: rest.JSONBody,
		Summary: "Let one of the operator's staff look", Description: "For owners. The grant has a reason and ends by itself after at most 72 hours. Whoever is looked at sees it on their own page."}, h.open)
	rest.Handle(a, rest.Op{ID: "support-grant-end", Method: http.MethodDelete, Path: grants + "/{grant}", Tag: tag, Who: rest.SignedIn, Rate: rest.Writes,
		Summary: "Take a support grant back", Description: "For owners; at once."}, h.close)
	rest.Handle(a, rest.Op{ID: "support-people", Method: http.MethodGet, Path: "/support/{org}/people", Tag: tag, Who: rest.SignedIn, Rate: rest.Heavy,
		Summary: "People of an organisation, under a support grant", Description: "For staff whom the organisation granted it. Each person that is read gets a row in the disclosure ledger."}, h.people)
	rest.Handle(a, rest.Op{ID: "staff-me", Method: http.MethodGet, Path: "/operator/me", Tag: tag, Who: rest.SignedIn, Rate: rest.Reads,
		Summary: "One's own role on the staff", Description: "With the handling rules, and whether they were acknowledged. Nothing is here for whoever is not of the staff."}, h.me)
	rest.Handle(a, rest.Op{ID: "staff-acknowledge", Method: http.MethodPost, Path: "/operator/me/rules", Tag: tag, Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody,
		Summary: "Acknowledge the handling rules", Description: "In their present version; before that a role gives nothing."}, h.acknowledge)
	rest.Handle(a, rest.Op{ID: "staff-list", Method: http.MethodGet, Path: "/operator/staff", Tag: tag, Who: rest.SignedIn, Rate: rest.Reads,
		Summary: "All staff, for review", Description: "Roles and running grants. For administrators and officers."}, h.list)
}

func caller(ctx context.Context) (org.Caller, error) {
	c, err := rest.MustCaller(ctx)
	return org.Caller(c), err
}

func (h *api) in(ctx context.Context, which id.Org) (org.Grant, error) {
	c, err := caller(ctx)
	if err != nil {
		return org.Grant{}, err
	}
	return h.orgs.Enter(ctx, c, which)
}

// Grant is a support grant as an organisation's owners see it.
type Grant struct {
	ID       id.Grant   `json:"id"`
	Email    string     `json:"staff_email"`
	Reason   string     `json:"reason"`
	OpenerID id.Person  `json:"opener_id"`
	OpenedAt time.Time  `json:"opened_at"`
	UntilAt  time.Time  `json:"until_at"`
	EndedAt  *time.Time `json:"ended_at"`
	Running  bool       `json:"running"`
}

func grantOf(g staff.Grant) Grant {
	out := Grant{ID: g.ID, Email: g.Email, Reason: g.Reason, OpenerID: g.Opener, OpenedAt: g.Opened, UntilAt: g.Until, Running: g.Running}
	if !g.Ended.IsZero() {
		out.EndedAt = &g.Ended
	}
	return out
}

type inOrg struct {
	Org id.Org `path:"org"`
}

// Grants are those of an organisation.
type Grants struct {
	Items []Grant `json:"items"`
}

type grantsOut struct{ Body Grants }

func (h *api) grants(ctx context.Context, in *inOrg) (*grantsOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	all, err := h.staff.Grants(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &grantsOut{}
	for _, x := range all {
		out.Body.Items = append(out.Body.Items, grantOf(x))
	}
	return out, nil
}

// NewGrant asks for a support grant.
type NewGrant struct {
	Email  string `json:"staff_email" minLength:"3" maxLength:"254"`
	Reason string `json:"reason" minLength:"10" maxLength:"500"`
	Hours  int    `json:"hours" minimum:"1" maximum:"72"`
}

type openIn struct {
	Org   id.Org   `path:"org"`
	Grant id.Grant `path:"grant"`
	Body  NewGrant
}

type grantOut struct {
	Status int
	Body   Grant
}

func (h *api) open(ctx context.Context, in *openIn) (*grantOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	x, made, err := h.staff.Open(ctx, g, in.Grant, in.Body.Email, in.Body.Reason, in.Body.Hours)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if made {
		status = http.StatusCreated
	}
	return &grantOut{status, grantOf(x)}, nil
}

type grantIn struct {
	Org   id.Org   `path:"org"`
	Grant id.Grant `path:"grant"`
}

func (h *api) close(ctx context.Context, in *grantIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	return nil, h.staff.Close(ctx, g, in.Grant)
}

// Person is someone whom staff may see.
type Person struct {
	ID       id.Person `json:"id"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Phone    string    `json:"phone"`
	Function string    `json:"function"`
	Locale   string    `json:"locale"`
	State    string    `json:"state"`
	Account  bool      `json:"has_account"`
}

func personOf(p person.Person) Person {
	return Person{ID: p.ID, Name: p.Name, Email: p.Email, Phone: p.Phone, Function: p.Function, Locale: p.Locale, State: string(p.State), Account: p.Account != ""}
}

// People are those of an organisation.
type People struct {
	Items []Person `json:"items"`
}

type peopleOut struct{ Body People }

func (h *api) people(ctx context.Context, in *inOrg) (*peopleOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	all, err := h.staff.Book(ctx, c, in.Org)
	if err != nil {
		return nil, err
	}
	out := &peopleOut{}
	for _, p := range all {
		out.Body.Items = append(out.Body.Items, personOf(p))
	}
	return out, nil
}

// Me is a member of staff to themselves.
type Me struct {
	Role         string `json:"role" enum:"officer,support,administrator"`
	Acknowledged bool   `json:"acknowledged"`
	Twice        bool   `json:"second_factor" doc:"Whether this session was proved by a second factor; without it a role gives nothing."`
	Version      string `json:"rules_version"`
	Rules        string `json:"rules"`
}

type meIn struct {
	Locale string `query:"locale" maxLength:"35"`
}

type meOut struct{ Body Me }

func (h *api) me(ctx context.Context, in *meIn) (*meOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	s, err := h.staff.Of(ctx, c)
	if err != nil {
		return nil, err
	}
	return &meOut{Me{string(s.Role), s.Acknowledged, s.Twice, staff.Rules, lang.T(lang.Match(in.Locale), "desk.rules")}}, nil
}

// Acknowledgement names the version of the handling rules.
type Acknowledgement struct {
	Version string `json:"rules_version" minLength:"1" maxLength:"20"`
}

type acknowledgeIn struct{ Body Acknowledgement }

func (h *api) acknowledge(ctx context.Context, in *acknowledgeIn) (*struct{}, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.staff.Acknowledge(ctx, c, in.Body.Version)
}

// Member is one of the staff.
type Member struct {
	AccountID    id.Account `json:"account_id"`
	Email        string     `json:"email"`
	Role         string     `json:"role"`
	Acknowledged bool       `json:"acknowledged"`
	Since        time.Time  `json:"since"`
	Grants       int        `json:"running_grants"`
}

// Members are all staff.
type Members struct {
	Items []Member `json:"items"`
}

type listOut struct{ Body Members }

func (h *api) list(ctx context.Context, _ *struct{}) (*listOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	me, err := h.staff.Of(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := me.Require(staff.Administrator, staff.Officer); err != nil {
		return nil, err
	}
	all, err := h.staff.List(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	for _, x := range all {
		out.Body.Items = append(out.Body.Items, Member{x.Account, x.Email, string(x.Role), x.Acknowledged, x.Since, x.Grants})
	}
	return out, nil
}
