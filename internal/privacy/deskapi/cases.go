package deskapi

import (
	"context"
	"net/http"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/casework"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/request"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/rest"
)

func (h *api) casesOps(a *rest.API) {
	const (
		list  = "What is open, the most urgent first; with closed=true what was closed, the latest first."
		whole = "With the letter, what was said, who has to acknowledge, and the places that wait for a decision."
		file  = "The letter is read: which rights it is about, which a person can correct. Who wrote it is not known yet; a mail goes to the address that is held of them. Filing it again with the same id changes nothing."
		step  = "classify, identity-ok, ask-identity, extend, execute, answer, decline, refuse, merge, acknowledge, acknowledge-source. What a step needs is refused where it is missing."
		read  = "Which rights a letter asks for, its language, and whether it is a reminder or a complaint. Nothing is kept."
	)
	const own, operator = "/organisations/{org}/privacy", "/operator"
	rest.Handle(a, op("case-list", http.MethodGet, own+"/cases", "Requests about data", "For managers and owners. "+list), h.orgCases)
	rest.Handle(a, op("case-get", http.MethodGet, own+"/cases/{case}", "One request about data", "For managers and owners. "+whole), h.orgCase)
	rest.Handle(a, op("case-put", http.MethodPut, own+"/cases/{case}", "File a letter", "For managers and owners. "+file), h.orgLetter)
	rest.Handle(a, op("case-step", http.MethodPost, own+"/cases/{case}/steps", "Take a step in a case", "For managers and owners. "+step), h.orgStep)
	rest.Handle(a, op("letter-read", http.MethodPost, own+"/letters", "Read a letter", "For managers and owners. "+read), h.orgRead)
	rest.Handle(a, op("operator-case-list", http.MethodGet, operator+"/cases", "Requests about accounts", "For officers. "+list), h.operatorCases)
	rest.Handle(a, op("operator-case-get", http.MethodGet, operator+"/cases/{case}", "One request about an account", "For officers. "+whole), h.operatorCase)
	rest.Handle(a, op("operator-case-put", http.MethodPut, operator+"/cases/{case}", "File a letter to the operator", "For officers. "+file), h.operatorLetter)
	rest.Handle(a, op("operator-case-step", http.MethodPost, operator+"/cases/{case}/steps", "Take a step in a case of the operator", "For officers. "+step), h.operatorStep)
	rest.Handle(a, op("operator-letter-read", http.MethodPost, operator+"/letters", "Read a letter to the operator", "For officers. "+read), h.operatorRead)
}

// Case is a case in the queue.
type Case struct {
	ID         id.Case      `json:"id"`
	State      string       `json:"state" enum:"open,working,identity,sent,done,refused,merged,withdrawn"`
	Rights     []RightState `json:"rights"`
	Verified   string       `json:"verified" doc:"How it is known who asks; empty: it is not."`
	WhoKind    string       `json:"who_kind" enum:",account,person"`
	PersonID   *id.Person   `json:"person_id"`
	Country    string       `json:"country"`
	ReceivedOn string       `json:"received_on"`
	DueOn      string       `json:"due_on"`
	DaysLeft   int          `json:"days_left"`
	Late       bool         `json:"late"`
	Extended   bool         `json:"extended"`
	Owed       int          `json:"owed" doc:"Acknowledgements that are missing."`
	Kind       string       `json:"kind" enum:",request,reminder,complaint,unclear"`
	Language   string       `json:"language"`
	Ground     string       `json:"ground"`
	OpenedAt   time.Time    `json:"opened_at"`
	ClosedAt   *time.Time   `json:"closed_at"`
	Version    int64        `json:"version"`
}

func caseOf(l lang.Locale, c cases.Listed) Case {
	out := Case{ID: c.ID, State: working(c.Facts), Rights: rightsOf(l, c.Facts), Verified: c.Facts.Verified, WhoKind: c.Who.Kind, Country: string(c.Facts.Country),
		ReceivedOn: c.Facts.Received, DueOn: c.Due.String(), DaysLeft: c.Days, Late: c.Late, Extended: c.Facts.Extended != "", Owed: c.Facts.Owed,
		Kind: string(c.Facts.Kind), Language: c.Facts.Language, Ground: refused(c.Facts), OpenedAt: c.Opened, Version: c.Version}
	if c.Who.Kind == personal.PersonKind {
		p := id.Person(c.Who.ID)
		out.PersonID = &p
	}
	if !c.Closed.IsZero() {
		out.ClosedAt = &c.Closed
	}
	return out
}

// Cases are those of a desk.
type Cases struct {
	Items []Case `json:"items"`
}

type casesOut struct{ Body Cases }

// Acknowledgement is somebody who has to be told, and was or was not.
type Acknowledgement struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind" doc:"processor, person, organisation or authority; or the source that data came from."`
	PartyID string     `json:"party_id"`
	Act     string     `json:"act" enum:"erased,rectified,restricted"`
	Since   time.Time  `json:"since"`
	DoneAt  *time.Time `json:"done_at"`
}

// WholeCase is a case with everything that a desk works with.
type WholeCase struct {
	Case
	Channel  string            `json:"channel" enum:"form,letter,signed-in"`
	Locale   string            `json:"locale"`
	Email    string            `json:"email" doc:"Where answers go."`
	Text     string            `json:"text"`
	Messages []ToldMessage     `json:"messages"`
	Proof    []ToldMessage     `json:"proof" doc:"Sent to show who they are; deleted once it was looked at."`
	Answer   string            `json:"answer"`
	Reasons  string            `json:"reasons"`
	Doubt    string            `json:"doubt"`
	Later    string            `json:"later"`
	Owing    []Acknowledgement `json:"recipients"`
	Sources  []Acknowledgement `json:"sources"`
	Places   int               `json:"places" doc:"Texts, photos and documents that the controller has to decide on before an erasure."`
	Similar  []id.Case         `json:"similar"`
	Grounds  []string          `json:"grounds"`
}

type caseOut struct {
	Status int
	Body   WholeCase
}

func wholeOf(l lang.Locale, w cases.Whole) WholeCase {
	out := WholeCase{Case: caseOf(l, w.Listed), Channel: w.Channel, Locale: w.Locale, Email: w.Email, Text: w.Text, Answer: w.Answer, Reasons: w.Reasons,
		Doubt: w.Doubt, Later: w.Later, Places: w.Places, Similar: w.Similar, Grounds: casework.Grounds()}
	for _, m := range w.Messages {
		x := ToldMessage{m.At, m.From, m.Text}
		if m.Evidence {
			out.Proof = append(out.Proof, x)
		} else {
			out.Messages = append(out.Messages, x)
		}
	}
	done := func(a Acknowledgement, at time.Time) Acknowledgement {
		if !at.IsZero() {
			a.DoneAt = &at
		}
		return a
	}
	for _, o := range w.Owed {
		out.Owing = append(out.Owing, done(Acknowledgement{ID: o.ID, Kind: string(o.Recipient.Kind), PartyID: o.Recipient.ID, Act: string(o.Act), Since: o.Since}, o.Done))
	}
	for _, u := range w.Upstream {
		out.Sources = append(out.Sources, done(Acknowledgement{ID: u.ID, Kind: u.Source, PartyID: u.Party, Act: u.Act, Since: u.Since}, u.Done))
	}
	return out
}

// NewLetter is a letter that an office got.
type NewLetter struct {
	Text       string     `json:"text" minLength:"1" maxLength:"20000"`
	ReceivedOn string     `json:"received_on" minLength:"10" maxLength:"10"`
	Email      string     `json:"email,omitempty" maxLength:"254"`
	Locale     string     `json:"locale,omitempty" enum:",nl,en,fr,da,de"`
	Rights     []string   `json:"rights,omitempty" maxItems:"7" enum:"A7-3,A15,A16,A17,A18,A20,A21"`
	PersonID   *id.Person `json:"person_id,omitempty"`
}

func (b NewLetter) post() request.Post {
	in := request.Post{Text: b.Text, Email: b.Email, Locale: b.Locale, ReceivedOn: b.ReceivedOn, Rights: b.Rights}
	if b.PersonID != nil {
		in.Person = *b.PersonID
	}
	return in
}

// CaseStep is a step that a desk takes.
type CaseStep struct {
	Kind     string            `json:"kind" enum:"classify,identity-ok,ask-identity,extend,execute,answer,decline,refuse,merge,acknowledge,acknowledge-source"`
	Rights   []string          `json:"rights,omitempty" maxItems:"7" enum:"A7-3,A15,A16,A17,A18,A20,A21"`
	Right    string            `json:"right,omitempty" enum:",A7-3,A15,A16,A17,A18,A20,A21"`
	Ground   string            `json:"ground,omitempty" maxLength:"40"`
	Method   string            `json:"method,omitempty" enum:",evidence,known"`
	Text     string            `json:"text,omitempty" maxLength:"20000" doc:"The answer, or the reasons; whoever asked reads it."`
	Fields   map[string]string `json:"fields,omitempty" doc:"Of a rectification: name, phone, function, email, locale."`
	Purposes []string          `json:"purposes,omitempty" maxItems:"20"`
	IntoID   *id.Case          `json:"into_id,omitempty"`
	Row      string            `json:"row,omitempty" maxLength:"36"`
}

func (b CaseStep) act() cases.Act {
	a := cases.Act{Kind: b.Kind, Rights: b.Rights, Right: b.Right, Ground: b.Ground, Method: b.Method, Text: b.Text, Fields: b.Fields, Row: b.Row}
	for _, p := range b.Purposes {
		a.Purposes = append(a.Purposes, personal.Purpose(p))
	}
	if b.IntoID != nil {
		a.Into = *b.IntoID
	}
	return a
}

// Reading is what a letter seems to ask for.
type Reading struct {
	Kind     string        `json:"kind" enum:"request,reminder,complaint,unclear"`
	Language string        `json:"language"`
	Rights   []ReadingItem `json:"rights"`
}

// ReadingItem is a right that it seems to be about.
type ReadingItem struct {
	Article    string  `json:"article"`
	Label      string  `json:"label"`
	Confidence float64 `json:"confidence"`
	Cited      bool    `json:"cited"`
}

type readingOut struct{ Body Reading }

// Paper is the text of a letter.
type Paper struct {
	Text string `json:"text" minLength:"1" maxLength:"20000"`
}

type orgCasesIn struct {
	Org    id.Org `path:"org"`
	Closed bool   `query:"closed"`
	Locale string `query:"locale" maxLength:"35"`
}

type operatorCasesIn struct {
	Closed bool   `query:"closed"`
	Locale string `query:"locale" maxLength:"35"`
}

type orgCaseIn struct {
	Org    id.Org  `path:"org"`
	Case   id.Case `path:"case"`
	Locale string  `query:"locale" maxLength:"35"`
}

type operatorCaseIn struct {
	Case   id.Case `path:"case"`
	Locale string  `query:"locale" maxLength:"35"`
}

type orgLetterIn struct {
	Org  id.Org  `path:"org"`
	Case id.Case `path:"case"`
	Body NewLetter
}

type operatorLetterIn struct {
	Case id.Case `path:"case"`
	Body NewLetter
}

type orgStepIn struct {
	Org  id.Org  `path:"org"`
	Case id.Case `path:"case"`
	Body CaseStep
}

type operatorStepIn struct {
	Case id.Case `path:"case"`
	Body CaseStep
}

type orgReadIn struct {
	Org  id.Org `path:"org"`
	Body Paper
}

type operatorReadIn struct{ Body Paper }

func (h *api) orgCases(ctx context.Context, in *orgCasesIn) (*casesOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.queue(ctx, d, err, in.Closed, in.Locale)
}

func (h *api) operatorCases(ctx context.Context, in *operatorCasesIn) (*casesOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.queue(ctx, d, err, in.Closed, in.Locale)
}

func (h *api) queue(ctx context.Context, d cases.Desk, err error, closed bool, locale string) (*casesOut, error) {
	if err != nil {
		return nil, err
	}
	all, err := h.Requests.Queue(ctx, d, closed)
	if err != nil {
		return nil, err
	}
	l := h.localeOf(ctx, locale)
	out := &casesOut{}
	for _, c := range all {
		out.Body.Items = append(out.Body.Items, caseOf(l, c))
	}
	return out, nil
}

func (h *api) orgCase(ctx context.Context, in *orgCaseIn) (*caseOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.one(ctx, d, err, in.Case, in.Locale)
}

func (h *api) operatorCase(ctx context.Context, in *operatorCaseIn) (*caseOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.one(ctx, d, err, in.Case, in.Locale)
}

func (h *api) one(ctx context.Context, d cases.Desk, err error, which id.Case, locale string) (*caseOut, error) {
	if err != nil {
		return nil, err
	}
	w, err := h.Requests.Get(ctx, d, which)
	if err != nil {
		return nil, err
	}
	return &caseOut{Body: wholeOf(h.localeOf(ctx, locale), w)}, nil
}

func (h *api) orgLetter(ctx context.Context, in *orgLetterIn) (*caseOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.letter(ctx, d, err, in.Case, in.Body)
}

func (h *api) operatorLetter(ctx context.Context, in *operatorLetterIn) (*caseOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.letter(ctx, d, err, in.Case, in.Body)
}

func (h *api) letter(ctx context.Context, d cases.Desk, err error, which id.Case, b NewLetter) (*caseOut, error) {
	if err != nil {
		return nil, err
	}
	w, made, err := h.Requests.File(ctx, d, which, b.post())
	if err != nil {
		return nil, err
	}
	out := &caseOut{Status: http.StatusOK, Body: wholeOf(h.localeOf(ctx, ""), w)}
	if made {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (h *api) orgStep(ctx context.Context, in *orgStepIn) (*caseOut, error) {
	d, err := h.orgDesk(ctx, in.Org)
	return h.step(ctx, d, err, in.Case, in.Body)
}

func (h *api) operatorStep(ctx context.Context, in *operatorStepIn) (*caseOut, error) {
	d, err := h.operatorDesk(ctx)
	return h.step(ctx, d, err, in.Case, in.Body)
}

func (h *api) step(ctx context.Context, d cases.Desk, err error, which id.Case, b CaseStep) (*caseOut, error) {
	if err != nil {
		return nil, err
	}
	w, err := h.Requests.Do(ctx, d, which, b.act())
	if err != nil {
		return nil, err
	}
	return &caseOut{Body: wholeOf(h.localeOf(ctx, ""), w)}, nil
}

func (h *api) orgRead(ctx context.Context, in *orgReadIn) (*readingOut, error) {
	_, err := h.orgDesk(ctx, in.Org)
	return h.read(ctx, err, in.Body)
}

func (h *api) operatorRead(ctx context.Context, in *operatorReadIn) (*readingOut, error) {
	_, err := h.operatorDesk(ctx)
	return h.read(ctx, err, in.Body)
}

func (h *api) read(ctx context.Context, err error, b Paper) (*readingOut, error) {
	if err != nil {
		return nil, err
	}
	l := h.localeOf(ctx, "")
	r := letter.Read(b.Text)
	out := &readingOut{Reading{Kind: string(r.Kind), Language: r.Language}}
	for _, f := range r.Rights {
		out.Body.Rights = append(out.Body.Rights, ReadingItem{f.Article, terms.Right(l, f.Article), f.Confidence, f.Cited})
	}
	return out, nil
}
