// Package consentapi is what people say about the use of their data, over HTTP:
// the preference centre, restrictions of their own, receipts, the end of
// promotional mail by one click, and reports that someone is a child. The rules
// are package consent's.
package consentapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/rest"
)

// Deps are what the operations work with.
type Deps struct {
	DB       *db.DB
	Consents *consent.Service
	News     *news.Service
	People   *person.Service
	Orgs     *org.Service

	Operator   func() personal.Operator
	Processors func() []personal.DataProcessor
	Base       string // where the web app is
}

type api struct{ Deps }

func everyone() db.Scope {
	return db.Everyone("what people say is of accounts and of all their organisations")
}

// Register adds the operations.
func Register(a *rest.API, d Deps) {
	h := &api{d}
	h.Base = strings.TrimSuffix(h.Base, "/")
	const tag = "Privacy"
	rest.Handle(a, rest.Op{ID: "me-choices", Method: http.MethodGet, Path: "/me/choices", Tag: tag, Summary: "What the caller can say about the use of their data",
		Description: "Purposes that rest on consent, which is refused until it is given, and purposes that they may object to, for the account and for each organisation, with the text that says what it is about; and the restrictions that stand.",
		Who:         rest.SignedIn, Rate: rest.Reads}, h.choices)
	rest.Handle(a, rest.Op{ID: "me-choice-put", Method: http.MethodPut, Path: "/me/choices/{purpose}", Tag: tag, Summary: "Agree or object to a purpose",
		Description: "Effective at once. text_version names the text that was shown; a text that has changed since is refused (text-changed), to be shown again. Saying what stands already changes nothing.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.choose)
	rest.Raw(a, rest.Op{ID: "me-choice-receipt", Method: http.MethodGet, Path: "/me/choices/receipts/{consent}", Tag: tag, Summary: "The receipt of something the caller said",
		Description: "After ISO/IEC TS 27560, in JSON-LD with the terms of the Data Privacy Vocabulary.",
		Who:         rest.SignedIn, Rate: rest.Reads, Secret: true, Gives: []string{"application/ld+json"}}, h.receipt)
	rest.Handle(a, rest.Op{ID: "me-restriction-put", Method: http.MethodPut, Path: "/me/restrictions/{restriction}", Tag: tag, Summary: "Restrict the use of the caller's data",
		Description: "The data is kept and used for nothing but their rights, signing in, security and legal claims. Effective at once; the same id again changes nothing.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.restrict)
	rest.Handle(a, rest.Op{ID: "me-restriction-lift", Method: http.MethodDelete, Path: "/me/restrictions/{restriction}", Tag: tag, Summary: "End a restriction of the caller's",
		Description: "At once. What stands no more stays ended.", Who: rest.SignedIn, Rate: rest.Writes}, h.lift)
	rest.Raw(a, rest.Op{ID: "unsubscribe-page", Method: http.MethodGet, Path: "/unsubscribe/{token}", Tag: tag, Summary: "What a promotional mail's link would end",
		Description: "A page with one button. It changes nothing: programs follow links.", Who: rest.Anyone, Rate: rest.Credentials, Gives: []string{"text/html"}}, h.unsubscribePage)
	rest.Raw(a, rest.Op{ID: "unsubscribe", Method: http.MethodPost, Path: "/unsubscribe/{token}", Tag: tag, Summary: "End promotional mail",
		Description: "One click, without signing in (RFC 8058). The link of the mail is all that it takes; again is harmless.",
		Who:         rest.Anyone, Rate: rest.Credentials, MaxBody: 4096, CrossOrigin: true, Takes: []string{"application/x-www-form-urlencoded", "multipart/form-data"}, Gives: []string{"text/html"}}, h.unsubscribe)
	rest.Handle(a, rest.Op{ID: "child-report", Method: http.MethodPost, Path: "/child-reports", Tag: tag, Summary: "Report that someone is a child",
		Description: "Whom a member of the same organisation names is shown to nobody from then on, until the privacy officer has decided; what is confirmed is erased without delay. Without a name, a description goes to the officer.",
		Who:         rest.Maybe, Rate: rest.Credentials, MaxBody: rest.JSONBody, Status: http.StatusAccepted}, h.reportChild)
}

// subject is someone in answers and requests.
type subject struct {
	Kind string `json:"kind" enum:"account,person"`
	ID   string `json:"id" maxLength:"36"`
}

func subjectOf(w personal.Who) *subject { return &subject{w.Kind, w.ID} }

// Choice is a purpose and what stands about it.
type Choice struct {
	Purpose    string      `json:"purpose"`
	Label      string      `json:"label"`
	Text       string      `json:"text" doc:"What it is about, as it is to be shown."`
	Version    string      `json:"text_version"`
	Kind       string      `json:"kind" enum:"consent,objection" doc:"consent: off until it is given. objection: on until they object."`
	Given      bool        `json:"given" doc:"Whether the purpose may be used now."`
	ChangedAt  *time.Time  `json:"changed_at"`
	Consent    *id.Consent `json:"consent_id" doc:"Of the receipt."`
	Who        *subject    `json:"who"`
	Controller string      `json:"controller" doc:"The organisation; empty where the operator is it."`
}

// Restriction is one that stands.
type Restriction struct {
	ID      id.Restriction `json:"id"`
	Who     *subject       `json:"who"`
	Ground  string         `json:"ground" enum:"accuracy,unlawful,claims,objection"`
	Note    string         `json:"note"`
	Since   time.Time      `json:"since"`
	LiftsAt *time.Time     `json:"lifts_at" doc:"When it ends, where the controller has said so."`
}

type choicesIn struct {
	Locale string `query:"locale" maxLength:"35"`
	Signal string `header:"Sec-GPC" maxLength:"10"`
}

type choicesOut struct {
	Body struct {
		Items        []Choice      `json:"items"`
		Restrictions []Restriction `json:"restrictions"`
		GPC          bool          `json:"gpc" doc:"A browser of theirs refuses by Global Privacy Control."`
	}
}

// whos are the subjects that a caller is, the account first.
func whos(tx *db.Tx, c rest.Caller) ([]personal.Who, error) {
	refs, err := person.AllOfAccount(tx, c.Account)
	all := []personal.Who{personal.OfAccount(c.Account)}
	for _, r := range refs {
		if r.State != person.Former {
			all = append(all, personal.OfPerson(r.Org, r.Person))
		}
	}
	return all, err
}

// mine is the subject that a caller names, if it is theirs.
func mine(tx *db.Tx, c rest.Caller, s *subject) (personal.Who, error) {
	all, err := whos(tx, c)
	if err != nil {
		return personal.Who{}, err
	}
	if s == nil {
		return all[0], nil
	}
	i := slices.IndexFunc(all, func(w personal.Who) bool { return w.Kind == s.Kind && w.ID == s.ID })
	if i < 0 {
		return personal.Who{}, fault.New(fault.NotFound, "subject-not-found", "this is not you")
	}
	return all[i], nil
}

func by(c rest.Caller, w personal.Who) feed.Actor { return feed.Actor{Person: w.ID, Via: c.Via} }

// textOf is what a purpose is about, and its version, in a language.
func textOf(l lang.Locale, p personal.Purpose) (text, version string) {
	text = lang.T(l, "consent.text."+string(p))
	return text, consent.Version(p, string(l), text)
}

// locale is the one asked for, or the account's own.
func (h *api) locale(tx *db.Tx, c rest.Caller, asked string) (lang.Locale, error) {
	if lang.Known(asked) {
		return lang.Match(asked), nil
	}
	acc, err := h.People.Account(tx, personal.Rights, c.Account)
	return lang.Match(acc.Locale), err
}

func (h *api) choices(ctx context.Context, in *choicesIn) (*choicesOut, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	out := &choicesOut{}
	out.Body.GPC = in.Signal == "1"
	err = h.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		out.Body.Items, out.Body.Restrictions = nil, nil
		l, err := h.locale(tx, c, in.Locale)
		if err != nil {
			return err
		}
		all, err := whos(tx, c)
		if err != nil {
			return err
		}
		for _, w := range all {
			s, err := consent.Of(tx, w)
			if err != nil {
				return err
			}
			out.Body.GPC = out.Body.GPC || s.Signalled
			controller, err := h.controller(tx, w)
			if err != nil {
				return err
			}
			agree, object := h.Consents.Purposes(w.Kind)
			for _, p := range agree {
				out.Body.Items = append(out.Body.Items, choiceOf(l, w, p, s, "consent", controller))
			}
			for _, p := range object {
				out.Body.Items = append(out.Body.Items, choiceOf(l, w, p, s, "objection", controller))
			}
			rs, err := h.Consents.Restrictions(tx, w)
			if err != nil {
				return err
			}
			for _, r := range rs {
				out.Body.Restrictions = append(out.Body.Restrictions, restrictionOf(r))
			}
		}
		return nil
	})
	return out, err
}

func (h *api) controller(tx *db.Tx, w personal.Who) (string, error) {
	if w.Org == "" {
		return "", nil
	}
	name, _, _, err := org.Named(tx, w.Org)
	return name, err
}

func choiceOf(l lang.Locale, w personal.Who, p personal.Purpose, s consent.Standing, kind, controller string) Choice {
	text, version := textOf(l, p)
	said := s.Purposes[p]
	out := Choice{Purpose: string(p), Label: lang.T(l, "privacy-terms.purpose."+string(p)), Text: text, Version: version, Kind: kind,
		Given: said.Word == consent.Given, Who: subjectOf(w), Controller: controller}
	if kind == "objection" {
		out.Given = said.Word != consent.Against
	}
	if said.Word != "" {
		record := id.Consent(said.Record)
		out.ChangedAt, out.Consent = &said.At, &record
	}
	return out
}

func restrictionOf(r consent.Restriction) Restriction {
	out := Restriction{ID: r.ID, Who: subjectOf(r.Who), Ground: string(r.Ground), Note: r.Note, Since: r.Since}
	if !r.Lifts.IsZero() {
		out.LiftsAt = &r.Lifts
	}
	return out
}

type chooseIn struct {
	Purpose string `path:"purpose" maxLength:"40"`
	Body    struct {
		Given   bool     `json:"given"`
		Version string   `json:"text_version" maxLength:"64" doc:"Of the text that was shown."`
		Who     *subject `json:"who,omitempty" doc:"Left out: the account."`
		UI      string   `json:"ui,omitempty" maxLength:"128" pattern:"^[A-Za-z0-9+/=:_-]*$" doc:"A hash of the screen that it was shown on."`
	}
}

type choiceOut struct{ Body Choice }

// shown finds the text that was shown, in whichever language it was.
func shown(p personal.Purpose, version, ui string) (consent.Shown, error) {
	for _, l := range lang.Locales() {
		if text, v := textOf(l, p); v == version {
			return consent.Shown{Text: text, Locale: string(l), Channel: consent.ByPage, UI: ui}, nil
		}
	}
	return consent.Shown{}, fault.New(fault.Conflict, "text-changed", "the text has changed: show it again")
}

func (h *api) choose(ctx context.Context, in *chooseIn) (*choiceOut, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	p := personal.Purpose(in.Purpose)
	var out Choice
	err = h.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		w, err := mine(tx, c, in.Body.Who)
		if err != nil {
			return err
		}
		agree, object := h.Consents.Purposes(w.Kind)
		kind := "consent"
		switch {
		case slices.Contains(agree, p):
		case slices.Contains(object, p):
			kind = "objection"
		default:
			return fault.New(fault.NotFound, "no-such-choice", "there is no such choice")
		}
		s, err := shown(p, in.Body.Version, in.Body.UI)
		if err != nil {
			return err
		}
		say := map[bool]map[string]func(*db.Tx, feed.Actor, personal.Who, personal.Purpose, consent.Shown) (consent.Record, error){
			true:  {"consent": h.Consents.Give, "objection": h.Consents.Unobject},
			false: {"consent": h.Consents.Withdraw, "objection": h.Consents.Object},
		}[in.Body.Given][kind]
		if _, err := say(tx, by(c, w), w, p, s); err != nil {
			return err
		}
		standing, err := consent.Of(tx, w)
		if err != nil {
			return err
		}
		controller, err := h.controller(tx, w)
		out = choiceOf(lang.Match(s.Locale), w, p, standing, kind, controller)
		return err
	})
	return &choiceOut{out}, err
}

type restrictIn struct {
	Restriction id.Restriction `path:"restriction"`
	Body        struct {
		Who    subject `json:"who"`
		Ground string  `json:"ground" enum:"accuracy,unlawful,claims,objection"`
		Note   string  `json:"note,omitempty" maxLength:"4000"`
	}
}

type restrictionOut struct{ Body Restriction }

func (h *api) restrict(ctx context.Context, in *restrictIn) (*restrictionOut, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	var out Restriction
	err = h.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		w, err := mine(tx, c, &in.Body.Who)
		if err != nil {
			return err
		}
		r, err := h.Consents.Restrict(tx, by(c, w), consent.Restriction{ID: in.Restriction, Who: w, Ground: consent.Ground(in.Body.Ground), Note: in.Body.Note})
		out = restrictionOf(r)
		return err
	})
	return &restrictionOut{out}, err
}

type atRestriction struct {
	Restriction id.Restriction `path:"restriction"`
}

func (h *api) lift(ctx context.Context, in *atRestriction) (*struct{}, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		all, err := whos(tx, c)
		if err != nil {
			return err
		}
		for _, w := range all {
			_, err := h.Consents.Lift(tx, by(c, w), w, in.Restriction, true)
			if !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return fault.New(fault.NotFound, "restriction-not-found", "there is no such restriction")
	})
}
