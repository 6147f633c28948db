// Package selfapi is a person's own page over HTTP: what is held of them, to
// read and to take away, correction of their own record, import from another
// installation, and the second proof that the one who asks is the person.
package selfapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/paper"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/intake"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
)

type handler struct {
	in   *archive.Service
	take *intake.Service
	who  *signin.Service
}

func caller(ctx context.Context) (org.Caller, error) {
	c, err := rest.MustCaller(ctx)
	return org.Caller(c), err
}

// voice is the language and zone of the caller; asked counts before what their
// account says.
func (h handler) voice(ctx context.Context, c org.Caller, asked string) (lang.Locale, *time.Location, error) {
	me, err := h.who.Me(ctx, c)
	if err != nil {
		return "", nil, err
	}
	if !lang.Known(asked) {
		asked = me.Locale
	}
	zone, err := time.LoadLocation(me.TimeZone)
	if err != nil || me.TimeZone == "" {
		zone = time.UTC
	}
	return lang.Match(asked), zone, nil
}

type localeIn struct {
	Locale string `query:"locale" maxLength:"20" doc:"of the labels; the account's own if not given"`
}

type reportOut struct{ Body archive.Report }

type confirmIn struct {
	Body struct {
		Password string `json:"password" maxLength:"1024"`
	}
}

type changeIn struct {
	Person id.Person `path:"person"`
	Body   struct {
		Base     int64            `json:"base" minimum:"1" doc:"the version that the change was made on"`
		Name     rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Phone    rest.Opt[string] `json:"phone,omitempty" maxLength:"50" doc:"empty takes it away"`
		Function rest.Opt[string] `json:"function,omitempty" maxLength:"200" doc:"empty takes it away"`
		Locale   rest.Opt[string] `json:"locale,omitempty" maxLength:"20"`
	}
}

type changed struct {
	ID       id.Person `json:"id"`
	Org      id.Org    `json:"org_id"`
	Version  int64     `json:"version"`
	Name     string    `json:"name"`
	Phone    string    `json:"phone"`
	Function string    `json:"function"`
	Locale   string    `json:"locale"`
	Told     int       `json:"told" doc:"recipients that have to be told of the correction"`
}

type changedOut struct{ Body changed }

type choice struct {
	Purpose string `json:"purpose"`
	Label   string `json:"label"`
	Given   bool   `json:"given" doc:"what was said elsewhere; here it counts only once it is said here"`
}

type imported struct {
	Profile  []string       `json:"profile"`
	Choices  []choice       `json:"choices"`
	Points   int            `json:"points"`
	Comments int            `json:"comments"`
	Photos   int            `json:"photos"`
	Known    int            `json:"known" doc:"were there already"`
	Left     map[string]int `json:"left_out" doc:"what was left out, by code"`
}

func given(o rest.Opt[string]) *string {
	if !o.Given {
		return nil
	}
	return &o.Value
}

// Register adds the operations to a.
func Register(a *rest.API, in *archive.Service, take *intake.Service, who *signin.Service) {
	h := handler{in, take, who}
	const tag = "Privacy"
	rest.Handle(a, rest.Op{ID: "me-privacy", Method: http.MethodGet, Path: "/me/privacy", Tag: tag, Summary: "What is held of the caller",
		Description: "For the account and for each organisation: every datum with what it is for and on which basis, where it came from, since when and until when it is kept, who receives it by declaration, and who did.",
		Who:         rest.SignedIn, Rate: rest.Reads, Secret: true}, h.report)
	rest.Raw(a, rest.Op{ID: "me-privacy-report", Method: http.MethodGet, Path: "/me/privacy/report", Tag: tag, Summary: "The same to read, print or keep",
		Description: "The access report as a page, or as PDF with format=pdf.", Who: rest.SignedIn, Rate: rest.Reads, Secret: true,
		Gives: []string{"text/html", "application/pdf"}, Query: []string{"locale", "format"}}, h.paper)
	rest.Raw(a, rest.Op{ID: "me-privacy-archive", Method: http.MethodGet, Path: "/me/privacy/archive", Tag: tag, Summary: "The caller's archive",
		Description: "A ZIP with data.json, a page to read, and the photos, drawings and reports that are theirs. Needs me-confirm (confirm-first).",
		Who:         rest.SignedIn, Rate: rest.Writes, Time: 20 * time.Minute, Secret: true, Gives: []string{"application/zip"}, Query: []string{"locale"}}, h.archive)
	rest.Handle(a, rest.Op{ID: "me-confirm", Method: http.MethodPost, Path: "/me/confirm", Tag: tag, Summary: "Prove again who is asking",
		Description: "With the password; counts for ten minutes, for this session. Needed before an archive is handed out or an erasure begins.",
		Who:         rest.SignedIn, Rate: rest.Credentials, MaxBody: 4 << 10, Secret: true}, h.confirm)
	rest.Handle(a, rest.Op{ID: "me-person-change", Method: http.MethodPatch, Path: "/me/persons/{person}", Tag: tag, Summary: "Correct one's own record",
		Description: "Name, phone, function and language of the caller's record in an organisation, at once. Who received what changed has to be told. The e-mail address is not changed here: it proves who signs in, and a new one would have to be proved first.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: 4 << 10}, h.change)
	rest.Raw(a, rest.Op{ID: "me-privacy-import", Method: http.MethodPost, Path: "/me/privacy/import", Tag: tag, Summary: "Take in an archive of another installation",
		Description: "Sets name, language and time zone; lists choices, which have to be made again; and puts the points that the person made, with their comments and photos, into the project that is named, if they may make points there. Repeating it changes nothing more.",
		Who:         rest.SignedIn, Rate: rest.Uploads, MaxBody: intake.MaxArchive, Time: 20 * time.Minute, Status: http.StatusOK,
		Takes: []string{"application/zip"}, Gives: []string{"application/json"}, Query: []string{"project", "locale"}}, h.imports)
}

func (h handler) report(ctx context.Context, in *localeIn) (*reportOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	r, _, err := h.read(ctx, c, in.Locale)
	return &reportOut{r}, err
}

func (h handler) read(ctx context.Context, c org.Caller, locale string) (archive.Report, *time.Location, error) {
	l, zone, err := h.voice(ctx, c, locale)
	if err != nil {
		return archive.Report{}, nil, err
	}
	whos, err := h.in.Subjects(ctx, c.Account)
	if err != nil {
		return archive.Report{}, nil, err
	}
	r, err := h.in.Report(ctx, whos, l)
	return r, zone, err
}

func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	c, err := caller(r.Context())
	if err != nil {
		return err
	}
	report, zone, err := h.read(r.Context(), c, r.URL.Query().Get("locale"))
	if err != nil {
		return err
	}
	doc := archive.Paper(report, lang.Locale(report.Locale), zone)
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Query().Get("format") == "pdf" {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Disposition", `attachment; filename="plumbline-privacy.pdf"`)
		return paper.PDF(w, doc)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src "+paper.Style())
	return paper.HTML(w, doc)
}

func (h handler) archive(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := caller(ctx)
	if err != nil {
		return err
	}
	if err := h.who.Confirmed(ctx, c); err != nil {
		return err
	}
	l, zone, err := h.voice(ctx, c, r.URL.Query().Get("locale"))
	if err != nil {
		return err
	}
	whos, err := h.in.Subjects(ctx, c.Account)
	if err != nil {
		return err
	}
	return h.in.Write(ctx, whos, archive.Options{Locale: l, Zone: zone, By: string(c.Account)}, &late{w: w})
}

// late writes the head when the first bytes come: until then an error can
// still be told.
type late struct {
	w    http.ResponseWriter
	once bool
}

func (l *late) Write(b []byte) (int, error) {
	if !l.once {
		l.once = true
		l.w.Header().Set("Content-Type", "application/zip")
		l.w.Header().Set("Content-Disposition", `attachment; filename="plumbline-archive.zip"`)
		l.w.Header().Set("Cache-Control", "no-store")
	}
	return l.w.Write(b)
}

func (h handler) confirm(ctx context.Context, in *confirmIn) (*struct{}, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.who.Confirm(ctx, c, in.Body.Password)
}

func (h handler) change(ctx context.Context, in *changeIn) (*changedOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	x, err := h.in.Rectify(ctx, c, in.Person, in.Body.Base, archive.Patch{Name: given(in.Body.Name), Phone: given(in.Body.Phone),
		Function: given(in.Body.Function), Locale: given(in.Body.Locale)})
	return &changedOut{changed{ID: x.ID, Org: x.Org, Version: x.Version, Name: x.Name, Phone: x.Phone, Function: x.Function, Locale: x.Locale, Told: x.Told}}, err
}

func (h handler) imports(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := caller(ctx)
	if err != nil {
		return err
	}
	l, _, err := h.voice(ctx, c, r.URL.Query().Get("locale"))
	if err != nil {
		return err
	}
	x, err := h.take.Import(ctx, c, l, id.Project(r.URL.Query().Get("project")), r.Body)
	if err != nil {
		return err
	}
	out := imported{Profile: x.Profile, Choices: []choice{}, Points: x.Points, Comments: x.Comments, Photos: x.Photos, Known: x.Known, Left: x.Left}
	for _, y := range x.Choices {
		out.Choices = append(out.Choices, choice(y))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}
