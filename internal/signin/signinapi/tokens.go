package signinapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/apitoken"
)

// Reaches is nil if a caller reaches what a token is to be for.
type Reaches func(ctx context.Context, c org.Caller, r id.Reach) error

type tokens struct {
	in      *signin.Service
	reaches Reaches
}

// Token is one as its account sees it.
type Token struct {
	ID      id.Token   `json:"id"`
	Name    string     `json:"name"`
	Org     id.Org     `json:"org_id,omitempty" doc:"nothing but this organisation and its projects"`
	Project id.Project `json:"project_id,omitempty" doc:"nothing but this project"`
	Writes  bool       `json:"writes"`
	// Calendar tokens stand in the address of a calendar, and open nothing else.
	Calendar bool       `json:"calendar"`
	Created  time.Time  `json:"created_at"`
	Expires  time.Time  `json:"expires_at"`
	Used     *time.Time `json:"used_at,omitempty" doc:"within the hour; absent if never"`
	Secret   string     `json:"secret,omitempty" doc:"the token, for the header Authorization: Bearer; told when it is made, and never again"`
}

func view(t apitoken.Token, secret string) Token {
	out := Token{ID: t.ID, Name: t.Name, Org: t.Reach.Org, Project: t.Reach.Project, Writes: !t.Reach.Reads, Calendar: t.Calendar, Created: t.Created, Expires: t.Expires, Secret: secret}
	if !t.Used.IsZero() {
		out.Used = &t.Used
	}
	return out
}

type tokensOut struct {
	Body struct {
		Items []Token `json:"items"`
	}
}

type tokenIn struct {
	Token id.Token `path:"token"`
	Body  struct {
		Name     string     `json:"name" minLength:"1" maxLength:"100"`
		Org      id.Org     `json:"org_id,omitempty"`
		Project  id.Project `json:"project_id,omitempty"`
		Writes   bool       `json:"writes,omitempty"`
		Calendar bool       `json:"calendar,omitempty" doc:"opens the calendar of its project, at calendar-feed, and nothing else"`
		Days     int        `json:"days" minimum:"1" maximum:"365" doc:"how long it works"`
	}
}

type tokenOut struct {
	Status int
	Body   Token
}

type atToken struct {
	Token id.Token `path:"token"`
}

// RegisterTokens adds the operations of API tokens. Making one needs a fresh
// proof of who asks; its secret is in that one answer alone.
func RegisterTokens(a *rest.API, s *signin.Service, reaches Reaches) {
	h := tokens{s, reaches}
	const tag = "Session"
	rest.Handle(a, rest.Op{ID: "token-list", Method: http.MethodGet, Path: "/account/tokens", Tag: tag, Summary: "The account's API tokens",
		Description: "What they are called, how far they reach, until when. What proves them is known to nobody.", Who: rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "token-put", Method: http.MethodPut, Path: "/account/tokens/{token}", Tag: tag, Summary: "Make an API token",
		Description: "For a program that acts for the account: it reaches what the account reaches then, and of that no more than it says. Needs me-confirm (confirm-first). The secret is in this answer alone; making it again tells nothing.",
		Who:         rest.SignedIn, Rate: rest.Credentials, MaxBody: 4 << 10, Secret: true}, h.put)
	rest.Handle(a, rest.Op{ID: "token-revoke", Method: http.MethodDelete, Path: "/account/tokens/{token}", Tag: tag, Summary: "Revoke an API token",
		Description: "At once, on all nodes.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody}, h.revoke)
}

func (h tokens) list(ctx context.Context, _ *struct{}) (*tokensOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	all, err := h.in.Tokens.List(ctx, c)
	out := &tokensOut{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, view(t, ""))
	}
	return out, err
}

func (h tokens) put(ctx context.Context, in *tokenIn) (*tokenOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.in.Confirmed(ctx, c); err != nil {
		return nil, err
	}
	now := h.in.DB.Clock().Now()
	made, secret, err := h.in.Tokens.Make(ctx, c, apitoken.Token{ID: in.Token, Name: in.Body.Name, Expires: now.AddDate(0, 0, in.Body.Days), Calendar: in.Body.Calendar,
		Reach: id.Reach{Token: in.Token, Org: in.Body.Org, Project: in.Body.Project, Reads: !in.Body.Writes}}, func(ctx context.Context, r id.Reach) error {
		return h.reaches(ctx, c, r)
	})
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if secret != "" {
		status = http.StatusCreated
	}
	return &tokenOut{status, view(made, secret)}, nil
}

func (h tokens) revoke(ctx context.Context, in *atToken) (*struct{}, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.in.Tokens.Revoke(ctx, c, in.Token)
}
