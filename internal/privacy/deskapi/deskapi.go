// Package deskapi is the privacy offices over HTTP: requests from inside and
// outside, the work on cases, breaches, and whom to write to. The rules are
// those of packages request, breach, office and letter.
package deskapi

import (
	"context"
	"net/http"
	"plumbline/internal/privacy/cases"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/office"
	"plumbline/internal/privacy/request"
	"plumbline/internal/rest"
	"plumbline/internal/staff"

	"plumbline/internal/policy"
)

// Deps are what the operations work with.
type Deps struct {
	DB       *db.DB
	Orgs     *org.Service
	People   *person.Service
	Staff    *staff.Service
	Requests *request.Service
	Breaches *breach.Service
	Consents *consent.Service
}

type api struct{ Deps }

const tag = "Privacy office"

// Register adds the operations.
func Register(a *rest.API, d Deps) {
	h := &api{d}
	h.people(a)
	h.settings(a)
	h.casesOps(a)
	h.breaches(a)
	h.children(a)
}

// op is an operation for who is signed in.
func op(opID, method, path, summary, description string) rest.Op {
	o := rest.Op{ID: opID, Method: method, Path: path, Tag: tag, Summary: summary, Description: description, Who: rest.SignedIn, Rate: rest.Writes}
	switch method {
	case http.MethodGet:
		o.Rate = rest.Reads
	case http.MethodPut, http.MethodPatch, http.MethodPost:
		o.MaxBody = rest.JSONBody
	}
	return o
}

func caller(ctx context.Context) (org.Caller, error) {
	c, err := rest.MustCaller(ctx)
	return org.Caller(c), err
}

// orgDesk is the office of an organisation, for its managers and owners.
func (h *api) orgDesk(ctx context.Context, which id.Org) (cases.Desk, error) {
	c, err := caller(ctx)
	if err != nil {
		return cases.Desk{}, err
	}
	g, err := h.Orgs.Enter(ctx, c, which)
	if err != nil {
		return cases.Desk{}, err
	}
	return cases.OfOrg(g)
}

// operatorDesk is the operator's office, for its officers.
func (h *api) operatorDesk(ctx context.Context) (cases.Desk, error) {
	c, err := caller(ctx)
	if err != nil {
		return cases.Desk{}, err
	}
	s, err := h.Staff.Of(ctx, c)
	if err != nil {
		return cases.Desk{}, err
	}
	return cases.Desk{By: feed.Actor{Person: string(c.Account), Via: c.Via}}, s.Require(staff.Officer)
}

// localeOf is the language that the caller reads, where they name none.
func (h *api) localeOf(ctx context.Context, named string) lang.Locale {
	if named != "" {
		return lang.Match(named)
	}
	c, ok := rest.CallerOf(ctx)
	if !ok {
		return lang.Default
	}
	locale := ""
	_ = h.DB.Read(ctx, db.Everyone("the language of the caller"), func(tx *db.Tx) error {
		acc, err := h.People.Account(tx, personal.LocalDates, c.Account)
		locale = acc.Locale
		return err
	})
	return lang.Match(locale)
}

// Contact is whom to write to about what an organisation holds.
type Contact struct {
	Email        string `json:"email"`
	Post         string `json:"post"`
	Country      string `json:"country"`
	OfficerEmail string `json:"officer_email"`
	OfficerPost  string `json:"officer_post"`
	Version      int64  `json:"version"`
}

// NewContact replaces it, made on version base; 0 where none was set.
type NewContact struct {
	Base         int64  `json:"base" minimum:"0"`
	Email        string `json:"email" maxLength:"254"`
	Post         string `json:"post,omitempty" maxLength:"500"`
	Country      string `json:"country,omitempty" maxLength:"2" doc:"ISO 3166, of the organisation: its law and holidays count."`
	OfficerEmail string `json:"officer_email,omitempty" maxLength:"254"`
	OfficerPost  string `json:"officer_post,omitempty" maxLength:"500"`
}

type inOrg struct {
	Org id.Org `path:"org"`
}

type contactIn struct {
	Org  id.Org `path:"org"`
	Body NewContact
}

type contactOut struct{ Body Contact }

func (h *api) settings(a *rest.API) {
	rest.Handle(a, op("office-get", http.MethodGet, "/organisations/{org}/privacy", "Whom to write to about data", "For members."), h.contact)
	rest.Handle(a, op("office-put", http.MethodPut, "/organisations/{org}/privacy", "Set whom to write to about data", "Replaces the contact, made on version base. For owners."), h.setContact)
}

func contactOf(s office.Settings) *contactOut {
	return &contactOut{Contact{s.Email, s.Post, s.Country, s.OfficerEmail, s.OfficerPost, s.Version}}
}

func (h *api) contact(ctx context.Context, in *inOrg) (*contactOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	g, err := h.Orgs.Enter(ctx, c, in.Org)
	if err != nil {
		return nil, err
	}
	var s office.Settings
	err = h.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		s, _, err = office.Of(tx, g.Org)
		return err
	})
	return contactOf(s), err
}

func (h *api) setContact(ctx context.Context, in *contactIn) (*contactOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	g, err := h.Orgs.Enter(ctx, c, in.Org)
	if err != nil {
		return nil, err
	}
	if err := g.Need(policy.ManageRoles); err != nil {
		return nil, err
	}
	b := in.Body
	s := office.Settings{Org: g.Org, Email: b.Email, Post: b.Post, Country: b.Country, OfficerEmail: b.OfficerEmail, OfficerPost: b.OfficerPost}
	err = h.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		var err error
		if s.Version, err = office.Put(tx, s, b.Base); err != nil {
			return err
		}
		stream := person.OrgAudience(g.Org)
		if err := feed.Append(tx, g.By(), feed.Change{Stream: stream, Thing: feed.Thing{Kind: "privacy-office", ID: string(g.Org)}, Kind: feed.Changed,
			Version: s.Version, Audiences: []string{stream}}); err != nil {
			return err
		}
		s, _, err = office.Of(tx, g.Org)
		return err
	})
	return contactOf(s), err
}
