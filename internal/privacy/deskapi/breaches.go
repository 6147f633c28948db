package deskapi

import (
	"bytes"
	"context"
	"net/http"
	"plumbline/internal/privacy/cases"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/rest"
)

func (h *api) breaches(a *rest.API) {
	const (
		list  = "Every breach, what is open first. What was closed stays for three years."
		put   = "Notes it, or what more is known of it. Whom it concerns is computed from what is held and from the ledger, each time."
		step  = "assess, notify (a phase), no-notice, tell-controllers, tell-persons, exempt, close. A late first notice needs reasons."
		draft = "The notice of a phase, with what the law asks for as far as it is known, to the authority of the country, in one of five languages. It is sent by a person."
	)
	const own, operator = "/organisations/{org}/privacy/breaches", "/operator/breaches"
	rest.Handle(a, op("breach-list", http.MethodGet, own, "The organisation's register of breaches", "For managers and owners. "+list), h.orgBreaches)
	rest.Handle(a, op("breach-get", http.MethodGet, own+"/{breach}", "One breach of the organisation", "For managers and owners."), h.orgBreach)
	rest.Handle(a, op("breach-put", http.MethodPut, own+"/{breach}", "Note a breach of the organisation", "For managers and owners. "+put), h.orgNote)
	rest.Handle(a, op("breach-step", http.MethodPost, own+"/{breach}/steps", "Take a step about a breach of the organisation", "For managers and owners. "+step), h.orgBreachStep)
	rest.Handle(a, op("breach-draft", http.MethodGet, own+"/{breach}/drafts", "Draft a notice of a breach of the organisation", "For managers and owners. "+draft), h.orgDraft)
	rest.Handle(a, op("operator-breach-list", http.MethodGet, operator, "The operator's register of breaches", "For officers. "+list), h.operatorBreaches)
	rest.Handle(a, op("operator-breach-get", http.MethodGet, operator+"/{breach}", "One breach of the operator", "For officers."), h.operatorBreach)
	rest.Handle(a, op("operator-breach-put", http.MethodPut, operator+"/{breach}", "Note a breach of the operator", "For officers. "+put), h.operatorNote)
	rest.Handle(a, op("operator-breach-step", http.MethodPost, operator+"/{breach}/steps", "Take a step about a breach of the operator", "For officers. "+step), h.operatorBreachStep)
	rest.Handle(a, op("operator-breach-draft", http.MethodGet, operator+"/{breach}/drafts", "Draft a notice of a breach of the operator", "For officers. "+draft), h.operatorDraft)
	told := op("breach-told", http.MethodGet, "/breaches/{breach}/notice", "What people are told of a breach", "For who has the link of the mail. It names nobody.")
	told.Who = rest.Anyone
	rest.Handle(a, told, h.breachTold)
}

// Breach is one, as its register holds it.
type Breach struct {
	ID           id.Breach    `json:"id"`
	State        string       `json:"state" enum:"open,closed"`
	Kinds        []string     `json:"kinds"`
	KeyLost      bool         `json:"key_lost"`
	From         time.Time    `json:"from"`
	Until        time.Time    `json:"until"`
	Aware        time.Time    `json:"aware_at"`
	Due          time.Time    `json:"due_at" doc:"When the authority has to know."`
	HandDue      *time.Time   `json:"controllers_due_at" doc:"When the organisations have to know."`
	Country      string       `json:"country"`
	Fields       []string     `json:"fields"`
	OrgIDs       []string     `json:"organisations"`
	Recipient    string       `json:"recipient"`
	Accounts     int          `json:"accounts"`
	Persons      int          `json:"persons"`
	Risk         string       `json:"risk" enum:",none,risk,high"`
	InitialAt    *time.Time   `json:"initial_at"`
	FollowUps    []time.Time  `json:"follow_ups"`
	FinalAt      *time.Time   `json:"final_at"`
	NoNotice     bool         `json:"no_notice"`
	Exempt       string       `json:"exempt" enum:",unintelligible,averted,disproportionate"`
	ToldAt       *time.Time   `json:"persons_told_at"`
	HandedAt     *time.Time   `json:"controllers_told_at"`
	By           string       `json:"by" enum:",operator" doc:"Who told us: the processor."`
	Nature       string       `json:"nature"`
	Consequences string       `json:"consequences"`
	Measures     string       `json:"measures"`
	Reasons      string       `json:"reasons"`
	Steps        []BreachDone `json:"steps"`
	Version      int64        `json:"version"`
}

// BreachDone is a step that was taken.
type BreachDone struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Party string    `json:"party"`
	By    string    `json:"by"`
}

func breachOf(b breach.Breach) Breach {
	opt := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	f := b.Facts
	out := Breach{ID: b.ID, State: string(f.State), Kinds: f.Kinds, KeyLost: f.KeyLost, From: f.From, Until: f.Until, Aware: f.Aware, Due: f.Due(), Country: f.Country,
		Fields: f.Fields, OrgIDs: f.Orgs, Recipient: f.Recipient, Accounts: f.Accounts, Persons: f.Persons, Risk: f.Risk, InitialAt: opt(f.Initial),
		FollowUps: f.FollowUps, FinalAt: opt(f.Final), NoNotice: f.NoNotice, Exempt: f.Exempt, ToldAt: opt(f.Told), HandedAt: opt(f.Handed), By: f.By,
		Nature: b.Words.Nature, Consequences: b.Words.Consequences, Measures: b.Words.Measures, Reasons: b.Words.Reasons, Version: b.Version}
	if len(f.Orgs) > 0 {
		out.HandDue = opt(f.HandDue())
	}
	for _, s := range b.Steps {
		out.Steps = append(out.Steps, BreachDone(s))
	}
	return out
}

// Breaches are a register.
type Breaches struct {
	Items []Breach `json:"items"`
}

type breachesOut struct{ Body Breaches }

type breachOut struct {
	Status int
	Body   Breach
}

// NewBreach is a breach as it is noted, or noted again with more known.
type NewBreach struct {
	Kinds        []string  `json:"kinds" minItems:"1" maxItems:"3" enum:"confidentiality,integrity,availability"`
	KeyLost      bool      `json:"key_lost,omitempty"`
	From         time.Time `json:"from"`
	Until        time.Time `json:"until"`
	Aware        time.Time `json:"aware_at"`
	Fields       []string  `json:"fields" minItems:"1" maxItems:"200" doc:"Declared fields, as the register of processing names them."`
	OrgIDs       []id.Org  `json:"organisations,omitempty" maxItems:"1000" doc:"Of the operator's register: whose data."`
	Recipient    string    `json:"recipient,omitempty" maxLength:"100" doc:"A processor, where it happened there."`
	Nature       string    `json:"nature" minLength:"10" maxLength:"10000"`
	Consequences string    `json:"consequences,omitempty" maxLength:"10000"`
	Measures     string    `json:"measures,omitempty" maxLength:"10000"`
}

func (b NewBreach) report() breach.Report {
	return breach.Report{Words: breach.Words{Nature: b.Nature, Consequences: b.Consequences, Measures: b.Measures}, Kinds: b.Kinds, KeyLost: b.KeyLost,
		From: b.From, Until: b.Until, Aware: b.Aware, Fields: b.Fields, Orgs: b.OrgIDs, Recipient: b.Recipient}
}

// BreachStep is a step about a breach.
type BreachStep struct {
	Kind    string `json:"kind" enum:"assess,notify,no-notice,tell-controllers,tell-persons,exempt,close"`
	Risk    string `json:"risk,omitempty" enum:",none,risk,high"`
	Phase   string `json:"phase,omitempty" enum:",initial,follow-up,final"`
	Ground  string `json:"ground,omitempty" enum:",unintelligible,averted,disproportionate"`
	Reasons string `json:"reasons,omitempty" maxLength:"5000"`
}

// Draft is a notice to an authority.
type Draft struct {
	Phase     string          `json:"phase"`
	DueAt     time.Time       `json:"due_at"`
	Late      bool            `json:"late"`
	Authority *DraftAuthority `json:"authority"`
	Title     string          `json:"title"`
	Markdown  string          `json:"markdown"`
	HTML      string          `json:"html"`
}

// DraftAuthority is where it goes.
type DraftAuthority struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Form  string `json:"form"`
	Web   string `json:"web"`
}

type draftOut struct{ Body Draft }

// Notice is what people are told.
type Notice struct {
	Title    string `json:"title"`
	Markdown string `json:"markdown"`
	HTML     string `json:"html"`
}

type noticeOut struct{ Body Notice }

type orgBreachIn struct {
	Org    id.Org    `path:"org"`
	Breach id.Breach `path:"breach"`
}

type operatorBreachIn struct {
	Breach id.Breach `path:"breach"`
}

type orgNoteIn struct {
	Org    id.Org    `path:"org"`
	Breach id.Breach `path:"breach"`
	Body   NewBreach
}

type operatorNoteIn struct {
	Breach id.Breach `path:"breach"`
	Body   NewBreach
}

type orgBreachStepIn struct {
	Org    id.Org    `path:"org"`
	Breach id.Breach `path:"breach"`
	Body   BreachStep
}

type operatorBreachStepIn struct {
	Breach id.Breach `path:"breach"`
	Body   BreachStep
}

type orgDraftIn struct {
	Org    id.Org    `path:"org"`
	Breach id.Breach `path:"breach"`
	Phase  string    `query:"phase" enum:"initial,follow-up,final" default:"initial"`
	Locale string    `query:"locale" maxLength:"35"`
}

type operatorDraftIn struct {
	Breach id.Breach `path:"breach"`
	Phase  string    `query:"phase" enum:"initial,follow-up,final" default:"initial"`
	Locale string    `query:"locale" maxLength:"35"`
}

func (h *api) orgBreaches(ctx context.Context, in *inOrg) (*breachesOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.register(ctx, d, err)
}

func (h *api) operatorBreaches(ctx context.Context, _ *struct{}) (*breachesOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.register(ctx, d, err)
}

func (h *api) register(ctx context.Context, d cases.Desk, err error) (*breachesOut, error) {
	if err != nil {
		return nil, err
	}
	all, err := h.Breaches.List(ctx, breach.Desk(d))
	if err != nil {
		return nil, err
	}
	out := &breachesOut{}
	for _, b := range all {
		out.Body.Items = append(out.Body.Items, breachOf(b))
	}
	return out, nil
}

func (h *api) orgBreach(ctx context.Context, in *orgBreachIn) (*breachOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.oneBreach(ctx, d, err, in.Breach)
}

func (h *api) operatorBreach(ctx context.Context, in *operatorBreachIn) (*breachOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.oneBreach(ctx, d, err, in.Breach)
}

func (h *api) oneBreach(ctx context.Context, d cases.Desk, err error, which id.Breach) (*breachOut, error) {
	if err != nil {
		return nil, err
	}
	b, err := h.Breaches.Get(ctx, breach.Desk(d), which)
	if err != nil {
		return nil, err
	}
	return &breachOut{Body: breachOf(b)}, nil
}

func (h *api) orgNote(ctx context.Context, in *orgNoteIn) (*breachOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.note(ctx, d, err, in.Breach, in.Body)
}

func (h *api) operatorNote(ctx context.Context, in *operatorNoteIn) (*breachOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.note(ctx, d, err, in.Breach, in.Body)
}

func (h *api) note(ctx context.Context, d cases.Desk, err error, which id.Breach, b NewBreach) (*breachOut, error) {
	if err != nil {
		return nil, err
	}
	x, made, err := h.Breaches.Put(ctx, breach.Desk(d), which, b.report())
	if err != nil {
		return nil, err
	}
	out := &breachOut{Status: http.StatusOK, Body: breachOf(x)}
	if made {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (h *api) orgBreachStep(ctx context.Context, in *orgBreachStepIn) (*breachOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.breachStep(ctx, d, err, in.Breach, in.Body)
}

func (h *api) operatorBreachStep(ctx context.Context, in *operatorBreachStepIn) (*breachOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.breachStep(ctx, d, err, in.Breach, in.Body)
}

func (h *api) breachStep(ctx context.Context, d cases.Desk, err error, which id.Breach, b BreachStep) (*breachOut, error) {
	if err != nil {
		return nil, err
	}
	x, err := h.Breaches.Do(ctx, breach.Desk(d), which, breach.Step{Kind: b.Kind, Risk: b.Risk, Phase: b.Phase, Ground: b.Ground}, b.Reasons)
	if err != nil {
		return nil, err
	}
	return &breachOut{Body: breachOf(x)}, nil
}

func (h *api) orgDraft(ctx context.Context, in *orgDraftIn) (*draftOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.draft(ctx, d, err, in.Breach, in.Phase, in.Locale)
}

func (h *api) operatorDraft(ctx context.Context, in *operatorDraftIn) (*draftOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.draft(ctx, d, err, in.Breach, in.Phase, in.Locale)
}

func (h *api) draft(ctx context.Context, d cases.Desk, err error, which id.Breach, phase, locale string) (*draftOut, error) {
	if err != nil {
		return nil, err
	}
	x, err := h.Breaches.Draft(ctx, breach.Desk(d), which, phase, h.localeOf(ctx, locale))
	if err != nil {
		return nil, err
	}
	out := &draftOut{Draft{Phase: x.Phase, DueAt: x.Due, Late: x.Late, Title: x.Doc.Title}}
	if a := x.Authority; a != nil {
		out.Body.Authority = &DraftAuthority{a.Name, a.Email, a.Form, a.Web}
	}
	out.Body.Markdown, out.Body.HTML, err = written(x.Doc)
	return out, err
}

func written(d paper.Doc) (markdown, html string, err error) {
	var m, t bytes.Buffer
	if err := paper.Markdown(&m, d); err != nil {
		return "", "", err
	}
	err = paper.HTML(&t, d)
	return m.String(), t.String(), err
}

type breachToldIn struct {
	Breach id.Breach `path:"breach"`
	Locale string    `query:"locale" maxLength:"35"`
}

func (h *api) breachTold(ctx context.Context, in *breachToldIn) (*noticeOut, error) {
	doc, err := h.Breaches.Told(ctx, in.Breach, lang.Match(in.Locale))
	if err != nil {
		return nil, err
	}
	out := &noticeOut{Notice{Title: doc.Title}}
	out.Body.Markdown, out.Body.HTML, err = written(doc)
	return out, err
}
