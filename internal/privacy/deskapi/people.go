package deskapi

import (
	"context"
	"io"
	"net/http"
	"plumbline/internal/privacy/casework"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/privacy/request"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/rest"
)

func (h *api) people(a *rest.API) {
	outside := func(o rest.Op) rest.Op {
		o.Who, o.Rate = rest.Anyone, rest.Credentials
		return o
	}
	ask := outside(op("request-ask", http.MethodPost, "/requests", "Ask about one's own data, without an account",
		"The answer is the same whether or not the address is known. A mail goes to it; the request is opened by whoever reads that."))
	ask.Status = http.StatusAccepted
	rest.Handle(a, ask, h.ask)
	rest.Handle(a, op("request-mine", http.MethodPost, "/me/requests", "Ask about one's own data, signed in",
		"Also for what cannot be edited by oneself: it goes to the office of the organisation, or of the operator where none is named. Being signed in is proof enough."), h.mine)
	see := outside(op("request-get", http.MethodGet, "/requests/{secret}", "See one's request", "For who has the link of the mail. Looking changes nothing."))
	see.Secret = true
	rest.Handle(a, see, h.see)
	tell := outside(op("request-tell", http.MethodPost, "/requests/{secret}", "Confirm one's request, add to it or take it back",
		"For who has the link of the mail. Nothing is opened before it is confirmed."))
	tell.Secret = true
	rest.Handle(a, tell, h.tell)
	file := outside(op("request-archive", http.MethodGet, "/requests/{secret}/archive", "Fetch what was asked for",
		"What one controller holds: JSON, a readable page and the files, as a ZIP. The case is named by the query case."))
	file.Secret, file.Time, file.Gives, file.Query = true, rest.Streaming, []string{"application/zip"}, []string{"case"}
	rest.Raw(a, file, h.archive)
}

// Asking is a request from outside.
type Asking struct {
	Email  string   `json:"email" minLength:"3" maxLength:"254"`
	Locale string   `json:"locale" minLength:"2" maxLength:"35"`
	Text   string   `json:"text,omitempty" maxLength:"20000"`
	Rights []string `json:"rights,omitempty" maxItems:"7" enum:"A7-3,A15,A16,A17,A18,A20,A21"`
	OrgID  *id.Org  `json:"organisation,omitempty"`
}

type askIn struct{ Body Asking }

func intake(email, locale, text string, rights []string, which *id.Org) request.Intake {
	in := request.Intake{Email: email, Locale: locale, Text: text, Rights: rights}
	if which != nil {
		in.Org = *which
	}
	return in
}

func (h *api) ask(ctx context.Context, in *askIn) (*struct{}, error) {
	b := in.Body
	return nil, h.Requests.Ask(ctx, intake(b.Email, b.Locale, b.Text, b.Rights, b.OrgID))
}

// MyAsking is a request from inside.
type MyAsking struct {
	Locale string   `json:"locale,omitempty" maxLength:"35"`
	Text   string   `json:"text,omitempty" maxLength:"20000"`
	Rights []string `json:"rights,omitempty" maxItems:"7" enum:"A7-3,A15,A16,A17,A18,A20,A21"`
	OrgID  *id.Org  `json:"organisation,omitempty" doc:"Where the person stands; without it, wherever they do, and their account."`
}

type mineIn struct{ Body MyAsking }

// Opened names a request.
type Opened struct {
	ID id.Request `json:"id"`
}

type openedOut struct {
	Status int
	Body   Opened
}

func (h *api) mine(ctx context.Context, in *mineIn) (*openedOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	r, err := h.Requests.Mine(ctx, c, intake("", b.Locale, b.Text, b.Rights, b.OrgID))
	if err != nil {
		return nil, err
	}
	return &openedOut{http.StatusCreated, Opened{r}}, nil
}

// Controller is who decides about a part of the data.
type Controller struct {
	Kind string `json:"kind" enum:"operator,organisation"`
	Name string `json:"name"`
}

// RightState is where one right of a case stands.
type RightState struct {
	Article string `json:"article"`
	Label   string `json:"label"`
	State   string `json:"state" enum:"open,executing,done,refused"`
	Ground  string `json:"ground"`
}

// ToldCase is a case as who asked sees it.
type ToldCase struct {
	ID         id.Case      `json:"id"`
	Controller Controller   `json:"controller"`
	Rights     []RightState `json:"rights"`
	State      string       `json:"state" enum:"open,working,identity,sent,done,refused,merged,withdrawn"`
	Due        string       `json:"due"`
	ExtendedTo string       `json:"extended_to"`
	Paused     bool         `json:"paused"`
	Answer     string       `json:"answer"`
	Doubt      string       `json:"doubt"`
	Later      string       `json:"later"`
	Ground     string       `json:"ground" doc:"Of a refusal, in words."`
	Reasons    string       `json:"reasons"`
	Routes     string       `json:"routes" doc:"Where to complain, when something was refused."`
	Archive    bool         `json:"archive"`
}

// ToldMessage was added to a request.
type ToldMessage struct {
	At   time.Time `json:"at"`
	From string    `json:"from" enum:"you,office"`
	Text string    `json:"text"`
}

// Told is a request as who asked sees it.
type Told struct {
	State     string        `json:"state" enum:"unconfirmed,open,closed"`
	Confirmed bool          `json:"email_confirmed"`
	Received  time.Time     `json:"received_at"`
	Cases     []ToldCase    `json:"cases"`
	Messages  []ToldMessage `json:"messages"`
}

type seeIn struct {
	Secret string `path:"secret"`
	Locale string `query:"locale" maxLength:"35"`
}

type toldOut struct{ Body Told }

func rightsOf(l lang.Locale, f casework.Facts) []RightState {
	var out []RightState
	for _, r := range f.Rights {
		out = append(out, RightState{r.Article, terms.Right(l, r.Article), r.State, r.Ground})
	}
	return out
}

// working is the state as people read it: something may be going on in it.
func working(f casework.Facts) string {
	if f.State == casework.Open {
		for _, r := range f.Rights {
			if r.State == casework.RightExecuting {
				return "working"
			}
		}
	}
	return string(f.State)
}

func refused(f casework.Facts) string {
	if f.Ground != "" {
		return f.Ground
	}
	for _, r := range f.Rights {
		if r.Ground != "" {
			return r.Ground
		}
	}
	return ""
}

func (h *api) told(ctx context.Context, secret, locale string) (*toldOut, error) {
	s, err := h.Requests.Status(ctx, secret)
	if err != nil {
		return nil, err
	}
	if locale == "" {
		locale = s.Locale
	}
	l := lang.Match(locale)
	out := &toldOut{Told{State: s.State, Confirmed: s.Confirmed, Received: s.Received}}
	for _, c := range s.Cases {
		t := ToldCase{ID: c.ID, Controller: Controller{Kind: "organisation", Name: c.Name}, Rights: rightsOf(l, c.Facts), State: working(c.Facts),
			Due: c.Due.String(), Paused: c.Facts.State == casework.Identity, Answer: c.Answer, Doubt: c.Doubt, Later: c.Later, Reasons: c.Reasons, Archive: c.Archive}
		if c.Org == "" {
			t.Controller = Controller{Kind: "operator", Name: lang.T(l, "desk.operator")}
		}
		if c.Facts.Extended != "" {
			t.ExtendedTo = t.Due
		}
		if g := refused(c.Facts); g != "" {
			t.Ground, t.Routes = lang.T(l, "desk.ground."+g), lang.T(l, "desk.routes")
		}
		out.Body.Cases = append(out.Body.Cases, t)
	}
	for _, m := range s.Messages {
		out.Body.Messages = append(out.Body.Messages, ToldMessage{m.At, m.From, m.Text})
	}
	return out, nil
}

func (h *api) see(ctx context.Context, in *seeIn) (*toldOut, error) {
	return h.told(ctx, in.Secret, in.Locale)
}

// Telling is what a person does with their request.
type Telling struct {
	Kind string `json:"kind" enum:"confirm,add,withdraw"`
	Text string `json:"text,omitempty" maxLength:"20000"`
}

type tellIn struct {
	Secret string `path:"secret"`
	Locale string `query:"locale" maxLength:"35"`
	Body   Telling
}

func (h *api) tell(ctx context.Context, in *tellIn) (*toldOut, error) {
	var err error
	if in.Body.Kind == "confirm" {
		err = h.Requests.Confirm(ctx, in.Secret)
	} else {
		err = h.Requests.Tell(ctx, in.Secret, in.Body.Kind, in.Body.Text)
	}
	if err != nil {
		return nil, err
	}
	return h.told(ctx, in.Secret, in.Locale)
}

func (h *api) archive(w http.ResponseWriter, r *http.Request) error {
	which := id.Case(r.URL.Query().Get("case"))
	if !id.Valid(which) {
		return fault.New(fault.NotFound, "case-not-found", "there is no such case")
	}
	return h.Requests.WriteArchive(r.Context(), r.PathValue("secret"), which, func() io.Writer {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", `attachment; filename="plumbline-data.zip"`)
		return w
	})
}
