// Package erasureapi is erasure over HTTP: the plan, the request, the page of an
// erasure behind its secret, the places that wait for a controller, and what is
// kept for claims. The rules are package erasure's.
package erasureapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/rest"
)

// Accounts is what is asked of package signin.
type Accounts interface {
	// Confirmed is nil if the caller has just proved again who they are.
	Confirmed(ctx context.Context, c org.Caller) error
	// Locale is the language of the caller.
	Locale(ctx context.Context, c org.Caller) (lang.Locale, error)
}

// Deps are what the operations work with.
type Deps struct {
	DB       *db.DB
	Erasures *erasure.Service
	Orgs     *org.Service
	Accounts Accounts
	Operator func() personal.Operator
	Base     string // where the web app is
	// Declarations name the data of a plan.
	Declarations []personal.Declaration
}

type api struct {
	Deps
	fields map[string]personal.Declaration
}

// Register adds the operations.
func Register(a *rest.API, d Deps) {
	h := &api{Deps: d, fields: map[string]personal.Declaration{}}
	for _, x := range d.Declarations {
		h.fields[x.Name()] = x
	}
	const tag = "Erasure"
	rest.Handle(a, rest.Op{ID: "erasure-plan", Method: http.MethodPost, Path: "/me/erasure/plan", Tag: tag, Summary: "What an erasure would do",
		Description: "Of the account and of the caller's records in organisations, or of some of these: each datum is erased, depersonalised, or kept because. Nothing is changed. The hash goes into the request.",
		Who:         rest.SignedIn, Rate: rest.Reads, MaxBody: 64 << 10, Status: http.StatusOK}, h.plan)
	rest.Handle(a, rest.Op{ID: "erasure-request", Method: http.MethodPost, Path: "/me/erasure", Tag: tag, Summary: "Ask for an erasure",
		Description: "As planned (plan-changed if it is another plan by now). Needs me-confirm (confirm-first). From the answer on nobody can use the data, and all sessions of an account that is erased are over; the link in the answer shows how it goes and cancels it in the grace.",
		Who:         rest.SignedIn, Rate: rest.Credentials, MaxBody: 64 << 10, Status: http.StatusCreated, Secret: true}, h.request)
	rest.Handle(a, rest.Op{ID: "erasure-status", Method: http.MethodGet, Path: "/erasure/{secret}", Tag: tag, Summary: "How an erasure goes",
		Description: "For who has its link.", Who: rest.Anyone, Rate: rest.Credentials, Secret: true}, h.status)
	rest.Handle(a, rest.Op{ID: "erasure-cancel", Method: http.MethodPost, Path: "/erasure/{secret}/cancel", Tag: tag, Summary: "Cancel an erasure",
		Description: "In its grace; too-late after it. Sessions stay ended.", Who: rest.Anyone, Rate: rest.Credentials, MaxBody: rest.NoBody, Secret: true}, h.cancel)
	rest.Raw(a, rest.Op{ID: "erasure-receipt", Method: http.MethodGet, Path: "/erasure/{secret}/receipt", Tag: tag, Summary: "The signed receipt of an erasure",
		Description: "Of its newest act on record; plumbline verify-receipt checks it without this server. It holds no personal data.",
		Who:         rest.Anyone, Rate: rest.Credentials, Secret: true, Gives: []string{"application/json"}}, h.receipt)

	const root = "/organisations/{org}/privacy"
	rest.Handle(a, rest.Op{ID: "erasure-places", Method: http.MethodGet, Path: root + "/places", Tag: tag, Summary: "Places that wait for a decision",
		Description: "Where a name, address or number of somebody who is erased stands in a text, and how many photos and drawings they made. For managers and owners.",
		Who:         rest.SignedIn, Rate: rest.Reads, Secret: true}, h.places)
	rest.Handle(a, rest.Op{ID: "erasure-place-decide", Method: http.MethodPost, Path: root + "/places/{place}", Tag: tag, Summary: "Decide on a place",
		Description: "redact takes the words out of the text, of the values beside the log and of the search; keep leaves them. For managers and owners.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: 4 << 10}, h.decide)
	rest.Handle(a, rest.Op{ID: "erasure-claims", Method: http.MethodGet, Path: root + "/claims", Tag: tag, Summary: "What is kept of erased people for claims",
		Description: "Codes of former participants, laws and days; not who they were. For owners.", Who: rest.SignedIn, Rate: rest.Reads}, h.claims)
	rest.Handle(a, rest.Op{ID: "erasure-claim-open", Method: http.MethodPost, Path: root + "/claims/{claim}", Tag: tag, Summary: "Look at what is kept for a claim",
		Description: "With a reason. Each look is written down as a disclosure. For owners.", Who: rest.SignedIn, Rate: rest.Credentials, MaxBody: 4 << 10, Status: http.StatusOK, Secret: true}, h.open)
}

func caller(ctx context.Context) (org.Caller, error) {
	c, err := rest.MustCaller(ctx)
	return org.Caller(c), err
}

// Subject is an account or a person of an organisation.
type Subject struct {
	Kind string `json:"kind" enum:"account,person"`
	ID   string `json:"id" maxLength:"40"`
}

// mine are the subjects that the caller is, or those of them that are asked for.
func (h *api) mine(ctx context.Context, c org.Caller, asked []Subject) (out []personal.Who, err error) {
	err = h.DB.Read(ctx, db.Everyone("what an account holder is, over all organisations"), func(tx *db.Tx) error {
		all, err := plan.OfAccount(tx, c.Account)
		if err != nil || len(asked) == 0 {
			out = all
			return err
		}
		out = nil
		for _, want := range asked {
			found := false
			for _, w := range all {
				if w.Kind == want.Kind && w.ID == want.ID {
					out, found = append(out, w), true
				}
			}
			if !found {
				return fault.New(fault.NotFound, "person-not-found", "there is no such person of the caller's")
			}
		}
		return nil
	})
	return out, err
}

// Because is why something is decided so.
type Because struct {
	Article string `json:"article" doc:"of the GDPR"`
	Law     string `json:"law,omitempty"`
	Text    string `json:"text"`
}

// Item is the decision on one datum.
type Item struct {
	Controller string  `json:"controller"`
	Subject    Subject `json:"who"`
	Table      string  `json:"table"`
	Field      string  `json:"field"`
	Label      string  `json:"label"`
	Decision   string  `json:"decision" enum:"erased,depersonalised,kept"`
	Because    Because `json:"because"`
	Until      *string `json:"until" doc:"the last day on which it is kept"`
	Complaint  *string `json:"complaint,omitempty" doc:"where to complain about what is kept"`
}

// Count is how many places there are for a controller to decide on.
type Count struct {
	Controller string `json:"controller"`
	Kind       string `json:"kind" enum:"text,photo,document"`
	Label      string `json:"label"`
	Count      int    `json:"count"`
}

// Planned is a plan.
type Planned struct {
	Hash       string   `json:"hash"`
	GraceHours int      `json:"grace_hours"`
	Items      []Item   `json:"items"`
	Places     []Count  `json:"places"`
	Alone      []string `json:"alone" doc:"organisations that would be left without an owner"`
}

// names resolves controllers' names, each once.
type names struct {
	h   *api
	ctx context.Context
	of  map[id.Org]string
}

func (n *names) name(o id.Org) (string, error) {
	if o == "" {
		return n.h.Operator().Name, nil
	}
	if name, ok := n.of[o]; ok {
		return name, nil
	}
	err := n.h.DB.Read(n.ctx, db.Tenant(o), func(tx *db.Tx) error {
		name, _, _, err := org.Named(tx, o)
		n.of[o] = name
		return err
	})
	return n.of[o], err
}

func (h *api) items(ctx context.Context, l lang.Locale, all []erasure.Item) ([]Item, error) {
	n := &names{h, ctx, map[id.Org]string{}}
	out := make([]Item, 0, len(all))
	for _, x := range all {
		controller, err := n.name(x.Who.Org)
		if err != nil {
			return nil, err
		}
		item := Item{Controller: controller, Subject: Subject{x.Who.Kind, x.Who.ID}, Table: x.Table, Field: x.Field, Label: x.Table + "." + x.Field,
			Decision: string(x.Decision), Because: Because{x.Because.Article, x.Because.Law, lang.T(l, "erasure.because."+x.Because.Text)}}
		if d, ok := h.fields[x.Table+"."+x.Field]; ok {
			item.Label = terms.Field(l, d)
		}
		if x.Until != "" {
			item.Until = &x.Until
		}
		if x.Decision == plan.Kept {
			text := lang.T(l, "erasure.complaint", "controller", controller)
			item.Complaint = &text
		}
		out = append(out, item)
	}
	return out, nil
}

func (h *api) locale(ctx context.Context, c org.Caller, asked string) (lang.Locale, error) {
	if lang.Known(asked) {
		return lang.Match(asked), nil
	}
	return h.Accounts.Locale(ctx, c)
}

type planIn struct {
	Locale string `query:"locale" maxLength:"20"`
	Body   struct {
		Whos   []Subject `json:"whos,omitempty" maxItems:"100" doc:"left out: all that the caller is"`
		Ground string    `json:"ground" enum:"no-longer-needed,consent-withdrawn,objection,unlawful,legal-duty,child"`
	}
}

type planOut struct{ Body Planned }

func (h *api) plan(ctx context.Context, in *planIn) (*planOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	whos, err := h.mine(ctx, c, in.Body.Whos)
	if err != nil {
		return nil, err
	}
	l, err := h.locale(ctx, c, in.Locale)
	if err != nil {
		return nil, err
	}
	p, err := h.Erasures.Plan(ctx, whos, erasure.Ground(in.Body.Ground))
	if err != nil {
		return nil, err
	}
	out := &planOut{Planned{Hash: p.Hash, GraceHours: int(p.Grace / time.Hour), Places: []Count{}, Alone: []string{}}}
	if out.Body.Items, err = h.items(ctx, l, p.Items); err != nil {
		return nil, err
	}
	n := &names{h, ctx, map[id.Org]string{}}
	for _, x := range p.Places {
		name, err := n.name(x.Org)
		if err != nil {
			return nil, err
		}
		out.Body.Places = append(out.Body.Places, Count{name, x.Kind, lang.T(l, "erasure.place."+x.Kind), x.N})
	}
	for _, o := range p.Alone {
		name, err := n.name(o)
		if err != nil {
			return nil, err
		}
		out.Body.Alone = append(out.Body.Alone, name)
	}
	return out, nil
}

type requestIn struct {
	Locale string `query:"locale" maxLength:"20"`
	Body   struct {
		Hash   string    `json:"hash" minLength:"64" maxLength:"64"`
		Whos   []Subject `json:"whos,omitempty" maxItems:"100"`
		Ground string    `json:"ground" enum:"no-longer-needed,consent-withdrawn,objection,unlawful,legal-duty,child"`
		Never  bool      `json:"never_write_again,omitempty" doc:"keep a hash of the address so that it is not written to again"`
	}
}

// Asked is an erasure that was asked for.
type Asked struct {
	ID         string     `json:"id"`
	Link       string     `json:"link" doc:"the page of the erasure; it is shown this once"`
	GraceUntil *time.Time `json:"grace_until"`
	Items      []Item     `json:"items"`
}

type requestOut struct{ Body Asked }

func (h *api) request(ctx context.Context, in *requestIn) (*requestOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.Accounts.Confirmed(ctx, c); err != nil {
		return nil, err
	}
	whos, err := h.mine(ctx, c, in.Body.Whos)
	if err != nil {
		return nil, err
	}
	l, err := h.locale(ctx, c, in.Locale)
	if err != nil {
		return nil, err
	}
	e, err := h.Erasures.Request(ctx, erasure.Asked{By: string(c.Account), Whos: whos, Ground: erasure.Ground(in.Body.Ground), PlanHash: in.Body.Hash, Suppress: in.Body.Never})
	if err != nil {
		return nil, err
	}
	out := &requestOut{Asked{ID: e.ID, Link: "/erasure/" + e.Secret}}
	if !e.GraceUntil.IsZero() {
		out.Body.GraceUntil = &e.GraceUntil
	}
	out.Body.Items, err = h.items(ctx, l, e.Items)
	return out, err
}
