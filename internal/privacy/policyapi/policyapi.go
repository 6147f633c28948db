// Package policyapi delivers the privacy policy: as a page and a PDF at the
// root of the server, and as JSON with its versions and their differences; the
// notices that an account gets; the contact and the authorities; and the
// public side of the evidence log.
package policyapi

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/authority"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
	"plumbline/internal/rest"
	"plumbline/internal/sabotage"
)

// Deps is what the operations need.
type Deps struct {
	Policy   *policytext.Service
	Evidence *evidence.Log
	Operator func() personal.Operator // as configured now
	// LocaleOf is the language of an account.
	LocaleOf func(ctx context.Context, a id.Account) (lang.Locale, error)
}

type api struct {
	Deps
	pages pages
}

// Register adds the operations to a.
func Register(a *rest.API, d Deps) {
	p := &api{Deps: d}
	const tag = "Privacy policy"
	get := func(op, path, summary, description string) rest.Op {
		return rest.Op{ID: op, Method: http.MethodGet, Path: path, Tag: tag, Summary: summary, Description: description, Who: rest.Anyone, Rate: rest.Reads}
	}
	rest.Handle(a, get("get-policy", "/policy", "The privacy policy", "The version in force, or the one named, in a language."), p.policy)
	rest.Handle(a, get("list-policy-versions", "/policy/versions", "Versions of the policy", "Newest first, those that were taken back included."), p.versions)
	rest.Handle(a, get("get-policy-difference", "/policy/versions/{version}/difference", "What a version changed",
		"Sentence by sentence against the version before it, and what of it had to be announced."), p.difference)
	rest.Handle(a, get("list-authorities", "/authorities", "Data-protection authorities", "Of the European Economic Area, or of one country: where to complain."), p.authorities)
	rest.Handle(a, get("get-contact", "/contact", "Whom to write to", "The operator, its data-protection officer by e-mail and by post, and the authorities of its country."), p.contact)

	own := get("list-notices", "/me/notices", "What I am told", "Versions of the policy that are coming, and those in force that I have not seen.")
	own.Who = rest.SignedIn
	rest.Handle(a, own, p.notices)
	rest.Handle(a, rest.Op{ID: "see-notice", Method: http.MethodPost, Path: "/me/notices/{notice}/seen", Tag: tag, Summary: "I have seen it",
		Description: "Writes down when I first did.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody}, p.seen)

	const log = "Evidence"
	ev := func(op, path, summary, description string) rest.Op {
		o := get(op, path, summary, description)
		o.Tag = log
		return o
	}
	rest.Handle(a, ev("get-evidence-key", "/evidence/key", "The key of the evidence log", "To verify receipts with: plumbline verify-receipt FILE --key KEY."), p.key)
	rest.Handle(a, ev("get-evidence-checkpoint", "/evidence/checkpoint", "The state of the evidence log", "A signed note: name, size, root, time. Keep it to compare with later ones."), p.checkpoint)
	rest.Handle(a, ev("get-evidence-consistency", "/evidence/consistency", "That the log only grew", "Proves that the log at one size is the beginning of the log at another."), p.consistency)
	receipt := ev("get-receipt", "/evidence/entries/{number}/receipt", "A receipt", "For who holds the random id of what the entry is about. To anyone else it is not there.")
	receipt.Rate, receipt.Secret, receipt.Gives, receipt.Query = rest.Credentials, true, []string{"application/json"}, []string{"ref"}
	rest.Raw(a, receipt, p.receipt)

	page := rest.Op{ID: "privacy-page", Method: http.MethodGet, Path: "/privacy", Root: true, Tag: tag, Summary: "The privacy policy as a page",
		Description: "In the language of ?lang= or of the browser. It loads nothing and prints well.", Who: rest.Anyone, Rate: rest.Reads,
		Gives: []string{"text/html"}, Query: []string{"lang", "version"}}
	rest.Raw(a, page, p.page)
	pdf := page
	pdf.ID, pdf.Path, pdf.Summary, pdf.Gives = "privacy-pdf", "/privacy.pdf", "The privacy policy as a PDF", []string{"application/pdf"}
	rest.Raw(a, pdf, p.pdf)
}

type policyIn struct {
	Locale  string `query:"locale" maxLength:"20"`
	Version string `query:"version" maxLength:"32"`
}

type comingVersion struct {
	Version   string   `json:"version"`
	Effective string   `json:"effective" doc:"YYYY-MM-DD"`
	Changes   []string `json:"changes" doc:"What matters, in words."`
}

type policyOut struct {
	Body policyBody
}

type policyBody struct {
	Version   string          `json:"version"`
	Effective string          `json:"effective" doc:"YYYY-MM-DD"`
	InForce   bool            `json:"in_force"`
	Language  string          `json:"language"`
	Title     string          `json:"title"`
	Blocks    []wording.Block `json:"blocks"`
	Coming    *comingVersion  `json:"coming" doc:"The next version, while it is announced."`
}

func date(t time.Time) string { return t.UTC().Format(lang.CivilLayout) }

func (p *api) policy(ctx context.Context, in *policyIn) (*policyOut, error) {
	l := lang.Match(in.Locale)
	v, err := p.Policy.Named(ctx, in.Version)
	if err != nil {
		return nil, err
	}
	now, err := p.Policy.InForce(ctx)
	if err != nil {
		return nil, err
	}
	t, err := p.Policy.Text(ctx, v, l)
	if err != nil {
		return nil, err
	}
	out := &policyOut{policyBody{Version: v.ID, Effective: date(v.Effective), InForce: v.Number == now.Number, Language: l.Language(), Title: t.Title, Blocks: t.Blocks}}
	next, ok, err := p.Policy.Coming(ctx)
	if ok {
		out.Body.Coming = &comingVersion{next.ID, date(next.Effective), words(next.Material, l)}
	}
	return out, err
}

func words(changes []wording.Change, l lang.Locale) []string {
	out := make([]string, len(changes))
	for i, c := range changes {
		out[i] = c.Words(l)
	}
	return out
}

type versionsOut struct {
	Body versionsBody
}

type versionsBody struct {
	Items []versionItem `json:"items"`
}

type versionItem struct {
	Version   string    `json:"version"`
	Made      time.Time `json:"made"`
	Effective string    `json:"effective"`
	State     string    `json:"state" enum:"in-force,announced,replaced,withdrawn"`
	Material  []string  `json:"material" doc:"What of it had to be announced."`
}

func (p *api) versions(ctx context.Context, in *localeIn) (*versionsOut, error) {
	all, err := p.Policy.Versions(ctx)
	if err != nil {
		return nil, err
	}
	now, err := p.Policy.InForce(ctx)
	if err != nil {
		return nil, err
	}
	out := &versionsOut{}
	for _, v := range all {
		state := "replaced"
		switch {
		case !v.Withdrawn.IsZero():
			state = "withdrawn"
		case v.Number == now.Number:
			state = "in-force"
		case v.Number > now.Number:
			state = "announced"
		}
		out.Body.Items = append(out.Body.Items, versionItem{v.ID, v.Made, date(v.Effective), state, words(v.Material, lang.Match(in.Locale))})
	}
	return out, nil
}

type localeIn struct {
	Locale string `query:"locale" maxLength:"20"`
}

type differenceIn struct {
	Version string `path:"version" maxLength:"32"`
	Locale  string `query:"locale" maxLength:"20"`
}

type differenceOut struct {
	Body differenceBody
}

type differenceBody struct {
	Version  string           `json:"version"`
	Before   string           `json:"before" doc:"The version compared with; empty for the first."`
	Added    []wording.Line   `json:"added"`
	Removed  []wording.Line   `json:"removed"`
	Changed  []wording.Turned `json:"changed"`
	Material []string         `json:"material"`
}

func (p *api) difference(ctx context.Context, in *differenceIn) (*differenceOut, error) {
	d, before, v, err := p.Policy.Difference(ctx, in.Version, lang.Match(in.Locale))
	if err != nil {
		return nil, err
	}
	return &differenceOut{differenceBody{v.ID, before.ID, d.Added, d.Removed, d.Changed, d.Material}}, nil
}

type authoritiesIn struct {
	Country string `query:"country" maxLength:"2" doc:"ISO 3166-1, two letters."`
}

type authoritiesOut struct {
	Body authoritiesBody
}

type authoritiesBody struct {
	Source  string                `json:"source"`
	Licence string                `json:"licence"`
	Items   []authority.Authority `json:"items"`
}

func (p *api) authorities(_ context.Context, in *authoritiesIn) (*authoritiesOut, error) {
	o := authority.Origin()
	all := authority.All()
	if in.Country != "" {
		all = authority.Of(in.Country)
	}
	return &authoritiesOut{authoritiesBody{o.From, o.Licence, all}}, nil
}

type contactOut struct {
	Body contactBody
}

type contactBody struct {
	Name        string                `json:"name"`
	Address     string                `json:"address"`
	Country     string                `json:"country"`
	Email       string                `json:"email"`
	Post        string                `json:"post"`
	Officer     officer               `json:"officer" doc:"The data-protection officer."`
	Request     string                `json:"request" doc:"Where the form for requests is."`
	Authorities []authority.Authority `json:"authorities"`
}

type officer struct {
	Email string `json:"email"`
	Post  string `json:"post"`
}

func (p *api) contact(context.Context, *struct{}) (*contactOut, error) {
	o := p.Operator()
	b := contactBody{o.Name, o.Address, o.Country, o.Email, o.Post, officer{o.Officer.Email, o.Officer.Post}, "/request", authority.Of(o.Country)}
	if sabotage.Off("CTC-1") {
		b.Officer = officer{}
	}
	return &contactOut{b}, nil
}

type noticesOut struct {
	Body noticesBody
}

type noticesBody struct {
	Items []notice `json:"items"`
}

type notice struct {
	ID        id.PolicyNotice `json:"id"`
	Kind      string          `json:"kind" enum:"policy"`
	Title     string          `json:"title"`
	Text      string          `json:"text"`
	Effective string          `json:"effective" doc:"YYYY-MM-DD"`
	Link      string          `json:"link"`
	Version   string          `json:"version"`
	Seen      bool            `json:"seen"`
}

func (p *api) notices(ctx context.Context, in *localeIn) (*noticesOut, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	l := lang.Match(in.Locale)
	if in.Locale == "" {
		if l, err = p.LocaleOf(ctx, c.Account); err != nil {
			return nil, err
		}
	}
	all, err := p.Policy.Notices(ctx, c.Account)
	if err != nil {
		return nil, err
	}
	out := &noticesOut{}
	for _, n := range all {
		title, text := wording.Announcement(l, n.Version.Material, n.Version.Effective)
		out.Body.Items = append(out.Body.Items, notice{n.ID, "policy", title, text, date(n.Version.Effective),
			"/privacy?version=" + n.Version.ID + "&lang=" + l.Language(), n.Version.ID, !n.Seen.IsZero()})
	}
	return out, nil
}

type seenIn struct {
	Notice string `path:"notice" maxLength:"40"`
}

func (p *api) seen(ctx context.Context, in *seenIn) (*struct{}, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	return nil, p.Policy.Seen(ctx, c.Account, id.PolicyNotice(in.Notice))
}

type keyOut struct {
	Body struct {
		Key string `json:"key"`
	}
}

func (p *api) key(ctx context.Context, _ *struct{}) (*keyOut, error) {
	k, err := p.Evidence.Key(ctx)
	out := &keyOut{}
	out.Body.Key = k
	return out, err
}

type checkpointOut struct {
	Body struct {
		Checkpoint string `json:"checkpoint" doc:"A signed note."`
		Key        string `json:"key"`
	}
}

func (p *api) checkpoint(ctx context.Context, _ *struct{}) (*checkpointOut, error) {
	c, err := p.Evidence.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	out := &checkpointOut{}
	out.Body.Checkpoint = string(c)
	out.Body.Key, err = p.Evidence.Key(ctx)
	return out, err
}

type consistencyIn struct {
	From int64 `query:"from" minimum:"1" required:"true"`
	To   int64 `query:"to" minimum:"1" required:"true"`
}

type consistencyOut struct {
	Body struct {
		Proof []string `json:"proof" doc:"Hashes, in hexadecimal (RFC 6962)."`
	}
}

func (p *api) consistency(ctx context.Context, in *consistencyIn) (*consistencyOut, error) {
	proof, err := p.Evidence.Consistency(ctx, in.From, in.To)
	out := &consistencyOut{}
	for _, h := range proof {
		out.Body.Proof = append(out.Body.Proof, hex.EncodeToString(h))
	}
	return out, err
}

func notFound() error { return fault.New(fault.NotFound, "", "there is nothing here") }
