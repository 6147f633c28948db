package consentapi

import (
	"context"
	"html/template"
	"net/http"
	"sync"

	"plumbline/internal/consent"
	"plumbline/internal/consent/age"
	"plumbline/internal/consent/receipt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/policy"
	"plumbline/internal/rest"
)

func (h *api) receipt(w http.ResponseWriter, r *http.Request) error {
	c, err := rest.MustCaller(r.Context())
	if err != nil {
		return err
	}
	record, err := rest.PathID[id.Consent](r, "consent")
	if err != nil {
		return err
	}
	in := receipt.Input{Operator: h.Operator(), Processors: h.Processors(), Policy: h.Base + "/privacy",
		Withdraw: h.Base + "/account/privacy", Complain: h.Base + "/privacy"}
	err = h.DB.Read(r.Context(), everyone(), func(tx *db.Tx) error {
		all, err := whos(tx, c)
		if err != nil {
			return err
		}
		for _, who := range all {
			in.Record, err = consent.Find(tx, who, record)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			in.History, err = consent.Records(tx, who)
			return err
		}
		return fault.New(fault.NotFound, "consent-not-found", "there is no such record")
	})
	if err != nil {
		return err
	}
	in.Label = lang.T(lang.Match(in.Record.Locale), "privacy-terms.purpose."+string(in.Record.Purpose))
	for _, d := range person.Declarations() {
		if d.Table == in.Record.Who.Kind {
			in.Declarations = append(in.Declarations, d)
		}
	}
	b, err := receipt.New(in)
	if err != nil {
		return fault.Wrap("consentapi.receipt", err)
	}
	w.Header().Set("Content-Type", "application/ld+json")
	w.Header().Set("Content-Disposition", `attachment; filename="receipt.jsonld"`)
	_, _ = w.Write(b)
	return nil
}

// page is what a mail's link shows: no style, no script, nothing loaded.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("unsubscribe").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>{{.Title}}</title></head>
<body><main><h1>{{.Title}}</h1><p>{{.Body}}</p>
{{if .Button}}<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">{{.Button}}</button></form>
{{end}}</main></body></html>
`))
})

type shownPage struct{ Lang, Title, Body, Button string }

func (h *api) show(w http.ResponseWriter, l lang.Locale, title, body, button string) error {
	p := shownPage{Lang: string(l), Title: lang.T(l, "consent.unsubscribe."+title), Body: lang.T(l, "consent.unsubscribe."+body)}
	if button != "" {
		p.Button = lang.T(l, "consent.unsubscribe."+button)
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	return fault.Wrap("consentapi.page", page().Execute(w, p))
}

func (h *api) unsubscribePage(w http.ResponseWriter, r *http.Request) error {
	_, locale, err := h.News.Unsubscribed(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return h.show(w, lang.Match(locale), "title", "body", "button")
}

func (h *api) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	_, locale, err := h.News.Unsubscribed(r.Context(), token)
	if err == nil {
		err = h.News.Unsubscribe(r.Context(), token)
	}
	if err != nil {
		return err
	}
	return h.show(w, lang.Match(locale), "done", "done-body", "")
}

type childIn struct {
	Body struct {
		Organisation id.Org    `json:"organisation,omitempty" doc:"With person: whom the report is about."`
		Person       id.Person `json:"person,omitempty"`
		Myself       bool      `json:"myself,omitempty" doc:"The caller is the child."`
		Description  string    `json:"description,omitempty" maxLength:"4000" doc:"Where no person is named: who it is, and where to be found."`
		Country      string    `json:"country" minLength:"2" maxLength:"2" pattern:"^[A-Za-z]{2}$" doc:"Where the child lives: ISO 3166-1."`
	}
}

type childOut struct {
	Body struct {
		ID      id.ChildReport `json:"id"`
		Age     int            `json:"age" doc:"From which age a child in that country decides by itself."`
		Blocked bool           `json:"blocked" doc:"Whether the data is shown and used no more already."`
	}
}

func (h *api) reportChild(ctx context.Context, in *childIn) (*childOut, error) {
	c, signedIn := rest.CallerOf(ctx)
	b := in.Body
	r := consent.ChildReport{ID: id.New[id.ChildReport](), Country: b.Country, Description: b.Description}
	actor := feed.Actor{Person: feed.System, Via: feed.System}
	named := b.Person != "" || b.Myself
	switch {
	case named && !signedIn:
		return nil, fault.New(fault.Unauthenticated, "unauthenticated", "sign in to name somebody, or describe them")
	case b.Person != "" && (b.Organisation == "" || b.Myself):
		return nil, fault.InvalidFields([]fault.Field{{Path: "organisation", Code: "required"}})
	case !named && b.Description == "":
		return nil, fault.InvalidFields([]fault.Field{{Path: "description", Code: "required"}})
	}
	if signedIn {
		r.Reporter = string(c.Account)
		actor = feed.Actor{Person: string(c.Account), Via: c.Via}
	}
	out := &childOut{}
	err := h.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		var err error
		switch {
		case b.Myself:
			r.Account = c.Account
		case b.Person != "":
			r.Org, r.Person = b.Organisation, b.Person
			if r.Account, err = h.nameable(tx, c, b.Organisation, b.Person); err != nil {
				return err
			}
		}
		r, err = h.Consents.ReportChild(tx, actor, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	rule, _ := age.In(b.Country)
	out.Body.ID, out.Body.Age, out.Body.Blocked = r.ID, rule.Age, named
	return out, nil
}

// nameable is nil for someone of the caller's own organisation. The account of
// whom a manager names is denied with the person; what anybody else says hides
// the person until the officer has looked, and locks nobody out.
func (h *api) nameable(tx *db.Tx, c rest.Caller, o id.Org, p id.Person) (id.Account, error) {
	refs, err := person.OfAccount(tx, c.Account)
	if err != nil {
		return "", err
	}
	for _, ref := range refs {
		if ref.Org != o {
			continue
		}
		known, err := person.Known(tx, o, p)
		if err != nil {
			return "", err
		}
		if !known {
			break
		}
		account, _, err := person.AccountOf(tx, o, p)
		if err != nil {
			return "", err
		}
		role, err := org.RoleOf(tx, o, ref.Person)
		if err != nil || role < policy.OrgManager && account != c.Account {
			return "", err
		}
		return account, nil
	}
	return "", fault.New(fault.NotFound, "person-not-found", "there is no such person")
}
