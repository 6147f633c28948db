package erasureapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasure/places"
)

type secretIn struct {
	Secret string `path:"secret" maxLength:"100"`
	Locale string `query:"locale" maxLength:"20"`
}

// Status is how an erasure stands.
type Status struct {
	State       string     `json:"state" enum:"requested,denied,destroying,purging,done,cancelled"`
	RequestedAt time.Time  `json:"requested_at"`
	GraceUntil  *time.Time `json:"grace_until"`
	DoneAt      *time.Time `json:"done_at"`
	Items       []Item     `json:"items"`
	Receipt     *string    `json:"receipt" doc:"where the signed receipt is; null until it is done"`
}

type statusOut struct{ Body Status }

func (h *api) status(ctx context.Context, in *secretIn) (*statusOut, error) {
	e, err := h.Erasures.Status(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	return h.shown(ctx, in, e)
}

func (h *api) shown(ctx context.Context, in *secretIn, e erasure.Erasure) (*statusOut, error) {
	items, err := h.items(ctx, lang.Match(in.Locale), e.Items)
	if err != nil {
		return nil, err
	}
	out := Status{State: string(e.State), RequestedAt: e.Requested, Items: items}
	if !e.GraceUntil.IsZero() {
		out.GraceUntil = &e.GraceUntil
	}
	if e.State == erasure.Done {
		at := "/api/v1/erasure/" + in.Secret + "/receipt"
		out.DoneAt, out.Receipt = &e.Done, &at
	}
	return &statusOut{out}, nil
}

func (h *api) cancel(ctx context.Context, in *secretIn) (*statusOut, error) {
	if err := h.Erasures.Cancel(ctx, in.Secret); err != nil {
		return nil, err
	}
	return h.status(ctx, in)
}

func (h *api) receipt(w http.ResponseWriter, r *http.Request) error {
	b, err := h.Erasures.Receipt(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="plumbline-erasure-receipt.json"`)
	_, err = w.Write(b) //nolint:gosec // JSON of our own making, sent as JSON
	return err
}

func (h *api) enter(ctx context.Context, o id.Org) (org.Grant, error) {
	c, err := caller(ctx)
	if err != nil {
		return org.Grant{}, err
	}
	return h.Orgs.Enter(ctx, c, o)
}

// placePage is how many places come at a time.
const placePage = 200

type placesIn struct {
	Org    id.Org `path:"org"`
	After  string `query:"after" maxLength:"40" doc:"the last place of the page before"`
	Locale string `query:"locale" maxLength:"20"`
}

// Place is where something of a person stands.
type Place struct {
	ID      string  `json:"id"`
	Former  string  `json:"person_id"`
	Kind    string  `json:"kind" enum:"text,photo,document"`
	Label   string  `json:"label"`
	Table   string  `json:"table"`
	Project *string `json:"project_id"`
	Thing   *Thing  `json:"thing"`
	Text    *string `json:"text" doc:"what stands there now"`
	Spans   []Span  `json:"spans" doc:"where in the text, in bytes; empty where it was edited since"`
	Count   int     `json:"count" doc:"of photos or documents"`
	State   string  `json:"state" enum:"open,gone"`
}

// Thing is what a text belongs to.
type Thing struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Span is a piece of a text.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

type placesOut struct {
	Body struct {
		Items []Place `json:"items"`
		Next  *string `json:"next"`
	}
}

func (h *api) places(ctx context.Context, in *placesIn) (*placesOut, error) {
	g, err := h.enter(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	l, err := h.locale(ctx, g.Caller, in.Locale)
	if err != nil {
		return nil, err
	}
	all, err := h.Erasures.Places.Open(ctx, g, in.After, placePage)
	if err != nil {
		return nil, err
	}
	out := &placesOut{}
	out.Body.Items = make([]Place, 0, len(all))
	for _, p := range all {
		x := Place{ID: p.ID, Former: string(p.Subject), Kind: p.Kind, Label: lang.T(l, "erasure.place."+p.Kind), Table: p.Text.Table, Spans: []Span{}, Count: p.Count, State: p.State}
		if p.Text.Project != "" {
			x.Project = &p.Text.Project
		}
		if p.Kind == places.KindText {
			x.Thing, x.Text = &Thing{p.Text.Kind, p.Text.Thing}, &p.Text.Text
			for _, s := range p.Spans {
				x.Spans = append(x.Spans, Span(s))
			}
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	if len(all) == placePage {
		out.Body.Next = &all[len(all)-1].ID
	}
	return out, nil
}

type decideIn struct {
	Org   id.Org `path:"org"`
	Place string `path:"place" maxLength:"40"`
	Body  struct {
		Decision string `json:"decision" enum:"redact,keep"`
	}
}

func (h *api) decide(ctx context.Context, in *decideIn) (*struct{}, error) {
	g, err := h.enter(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	return nil, h.Erasures.Places.Decide(ctx, g, in.Place, in.Body.Decision)
}

type orgIn struct {
	Org id.Org `path:"org"`
}

// Claim is what is kept of an erased person, not opened.
type Claim struct {
	ID        string    `json:"id"`
	Class     string    `json:"class"`
	Person    string    `json:"person_id"`
	Article   string    `json:"article"`
	Law       string    `json:"law"`
	Until     string    `json:"until"`
	CreatedAt time.Time `json:"created_at"`
}

type claimsOut struct {
	Body struct {
		Items []Claim `json:"items"`
	}
}

func (h *api) claims(ctx context.Context, in *orgIn) (*claimsOut, error) {
	g, err := h.enter(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	all, err := h.Erasures.Claims.List(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &claimsOut{}
	out.Body.Items = make([]Claim, 0, len(all))
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, Claim{c.ID, c.Class, string(c.Subject), c.Article, c.Law, c.Until, c.Created})
	}
	return out, nil
}

type openIn struct {
	Org   id.Org `path:"org"`
	Claim string `path:"claim" maxLength:"40"`
	Body  struct {
		Reason string `json:"reason" minLength:"10" maxLength:"500"`
	}
}

// Opened is a claim record, opened.
type Opened struct {
	Name     string   `json:"name"`
	Function string   `json:"function"`
	Company  string   `json:"company"`
	Projects []string `json:"project_ids"`
}

type openOut struct{ Body Opened }

func (h *api) open(ctx context.Context, in *openIn) (*openOut, error) {
	g, err := h.enter(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	r, err := h.Erasures.Claims.Open(ctx, g, in.Claim, in.Body.Reason)
	return &openOut{Opened{r.Name, r.Function, r.Company, r.Projects}}, err
}
