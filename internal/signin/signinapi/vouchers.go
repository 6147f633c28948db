package signinapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/oidc"
)

// awayCookie is of a browser that was sent to a provider.
const awayCookie = "__Host-plumbline-away"

type providersOut struct {
	Body struct {
		Items []providerView `json:"items"`
	}
}

type providerView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type linkView struct {
	ID       id.IdentityLink `json:"id"`
	Provider string          `json:"provider"`
	Name     string          `json:"name" doc:"of the provider; empty where it is not there any more"`
	Created  time.Time       `json:"created_at"`
	Used     *time.Time      `json:"used_at,omitempty"`
}

type linksOut struct {
	Body struct {
		Items     []linkView     `json:"items"`
		Providers []providerView `json:"providers"`
	}
}

type atProvider struct {
	Provider string `path:"provider" maxLength:"41"`
}

type awayOut struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    struct {
		Address string `json:"address" doc:"where the browser goes now"`
	}
}

type backIn struct {
	Browser
	Body struct {
		State  string `json:"state" maxLength:"100"`
		Code   string `json:"code" minLength:"1" maxLength:"4000"`
		Issuer string `json:"iss,omitempty" maxLength:"500"`
	}
}

type atLink struct {
	Link id.IdentityLink `path:"link"`
}

// RegisterVouchers adds the operations of signing in by a provider.
func RegisterVouchers(a *rest.API, s *signin.Service) {
	h := handler{s}
	op := func(opID, method, path, summary, description string, who rest.Who) rest.Op {
		o := rest.Op{ID: opID, Method: method, Path: path, Tag: "Session", Summary: summary, Description: description, Who: who, Rate: rest.Credentials, Secret: true}
		if method == http.MethodPost {
			o.MaxBody = rest.NoBody
		}
		return o
	}
	providers := op("sign-in-providers", http.MethodGet, "/session/providers", "The providers to sign in by", "OpenID Connect providers that the installation names; usually none.", rest.Anyone)
	providers.Rate, providers.Secret = rest.Open, false
	rest.Handle(a, providers, h.providers)
	rest.Handle(a, op("sign-in-away", http.MethodPost, "/session/providers/{provider}", "Begin to sign in by a provider", "Where the browser goes; within ten minutes it comes back.", rest.Maybe), h.away)
	back := op("sign-in-back", http.MethodPost, "/session/back", "Come back from a provider", "Signs in as session does, or links the provider where identity-link-begin had begun it. not-linked: no account knows this sign-in, whatever its mail address.", rest.Maybe)
	back.MaxBody = 16 << 10
	rest.Handle(a, back, h.back)
	list := op("identity-links", http.MethodGet, "/account/identities", "The providers that the account is linked to", "What they call its holder is told to nobody.", rest.SignedIn)
	list.Rate = rest.Reads
	rest.Handle(a, list, h.links)
	rest.Handle(a, op("identity-link-begin", http.MethodPost, "/account/identities/{provider}", "Begin to link a provider", "Where the browser goes. Needs me-confirm (confirm-first).", rest.SignedIn), h.beginLink)
	rest.Handle(a, op("identity-unlink", http.MethodDelete, "/account/identities/{link}", "Take a provider away", "The password stays. Needs me-confirm (confirm-first).", rest.SignedIn), h.unlink)
}

func (h handler) offered() (all []providerView) {
	for _, p := range h.in.Vouchers.Providers {
		all = append(all, providerView{p.ID, p.Name})
	}
	return all
}

func (h handler) providers(context.Context, *struct{}) (*providersOut, error) {
	out := &providersOut{}
	out.Body.Items = h.offered()
	return out, nil
}

func (h handler) sent(address, kept string, err error) (*awayOut, error) {
	if err != nil {
		return nil, err
	}
	c := cookie(awayCookie, kept, time.Time{}) //nolint:gosec // it has all three
	c.SameSite = http.SameSiteStrictMode       // the page that comes back asks by itself
	out := &awayOut{Cookies: []http.Cookie{c}}
	out.Body.Address = address
	return out, nil
}

func (h handler) away(ctx context.Context, in *atProvider) (*awayOut, error) {
	return h.sent(h.in.Vouchers.Begin(ctx, in.Provider, nil))
}

func (h handler) beginLink(ctx context.Context, in *atProvider) (*awayOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	return h.sent(h.in.Vouchers.Begin(ctx, in.Provider, &c))
}

func (h handler) back(ctx context.Context, in *backIn) (*signInOut, error) {
	var who *org.Caller
	if c, err := caller(ctx); err == nil {
		who = &c
	}
	made, linked, err := h.in.SignInVouched(ctx, oidc.Back{Cookie: in.cookie(awayCookie), State: in.Body.State, Code: in.Body.Code, Issuer: in.Body.Issuer}, who, in.from(ctx))
	if err != nil {
		return nil, err
	}
	out := &signInOut{Status: http.StatusOK}
	switch {
	case linked:
		out.Body.Linked = true
	case made.Step != "":
		out.Status, out.Body.Step, out.Body.Second = http.StatusAccepted, made.Step, made.Second
	default:
		whole, err := h.made(ctx, made)
		if err != nil {
			return nil, err
		}
		out.Cookies, out.Body.Account, out.Body.Organisations = whole.Cookies, &whole.Body.Account, whole.Body.Organisations
	}
	out.Cookies = append(out.Cookies, cookie(awayCookie, "", time.Time{}))
	return out, nil
}

func (h handler) links(ctx context.Context, _ *struct{}) (*linksOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	all, err := h.in.Vouchers.List(ctx, c)
	out := &linksOut{}
	out.Body.Providers = h.offered()
	for _, l := range all {
		v := linkView{ID: l.ID, Provider: l.Provider, Name: l.Name, Created: l.Created}
		if !l.Used.IsZero() {
			v.Used = &l.Used
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, err
}

func (h handler) unlink(ctx context.Context, in *atLink) (*struct{}, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.in.Vouchers.Remove(ctx, c, in.Link)
}
