package app

import (
	"context"
	"net/http"

	"plumbline/internal/access"
	"plumbline/internal/app/declared"
	"plumbline/internal/app/post"
	"plumbline/internal/app/reported"
	"plumbline/internal/app/traced"
	"plumbline/internal/app/visits"
	"plumbline/internal/drawing"
	"plumbline/internal/drawing/drawingapi"
	"plumbline/internal/drawing/survey"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/opsapi"
	"plumbline/internal/org"
	"plumbline/internal/org/orgapi"
	"plumbline/internal/person"
	"plumbline/internal/point"
	"plumbline/internal/point/around"
	"plumbline/internal/point/pointapi"
	"plumbline/internal/point/settled"
	"plumbline/internal/programme/control/controlapi"
	"plumbline/internal/programme/programmeapi"
	"plumbline/internal/programme/ready/readyapi"
	"plumbline/internal/programme/revise/reviseapi"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/project/projectapi"
	"plumbline/internal/report"
	"plumbline/internal/report/reportapi"
	"plumbline/internal/report/style"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/oidc"
	"plumbline/internal/signin/signinapi"
	"plumbline/internal/syncapi"
	"plumbline/internal/view"
	"plumbline/internal/view/viewapi"
	"plumbline/internal/webui"
)

// wire makes the slices, from the ground up, and ties what is known only later.
func (h *House) wire() error {
	h.Consents = person.NewGate(h.DB, h.ring, h.log)
	h.People = person.New(person.Deps{DB: h.DB, Keys: h.ring, Log: h.log, Gate: h.Consents, Reach: access.Reach})
	h.Consents.Connect(h.touched, h.notify, h.localeOf)
	h.Orgs = org.New(org.Deps{DB: h.DB, People: h.People, Mail: org.Queue{}, Log: h.log})
	h.Access = access.New(h.DB, h.Orgs)
	h.Projects = project.New(project.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Access: h.Access, FirstList: lists.First})
	h.Projects.Connect(around.ForProjects{}, around.ForProjects{})
	h.Lists = lists.New(lists.Deps{DB: h.DB, Hold: project.Hold, Uses: around.ForProjects{}, Reports: report.Made{}})
	h.Orgs.Connect(h.Projects, project.CompanyReach)
	var err error
	h.Signin, err = signin.New(signin.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Keys: h.ring, Mail: org.Queue{}, Log: h.log,
		Base: h.cfg.PublicURL, Words: h.cfg.Words(), Admit: h.Projects.Admit, Cost: h.o.Cost})
	if err != nil {
		return err
	}
	h.Media = media.New(media.Deps{DB: h.DB, Files: h.files, Raster: h.raster, Temp: h.temp()})
	h.Drawings = drawing.New(drawing.Deps{DB: h.DB, Files: h.files, Raster: h.raster, Points: around.ForDrawings{}, Places: settled.Places{}, Temp: h.temp()})
	h.Points = point.New(h.DB, settled.Projects{}, h.Drawings, h.Media)
	h.Styles = style.New(h.DB, h.files)
	h.Reports = report.NewService(h.DB, &reported.Source{DB: h.DB, People: h.People, Points: h.Points, Drawings: h.Drawings, Photos: h.Media}, h.Access, h.files,
		h.Styles, h.cfg.PublicURL, h.temp())
	h.Views = view.New(h.DB)
	h.wireProgramme()

	h.post = post.Open(h.cfg.PublicURL, h.Signin, h.People, h.News())
	h.wirePolicy()
	if h.Signin.Vouchers.Providers, err = h.cfg.Vouchers(h.way().Lane(oidc.Fields()...)); err != nil {
		return err
	}
	if h.tracer, err = traced.Open(h.cfg.Tracing, h.way().Lane(), version(), declared.SpanKeys(), h.log); err != nil {
		return err
	}
	h.wireErasure()
	h.wireDesk()
	h.wireSweeps()
	m, err := h.mailer(h.post, h.post)
	if err != nil {
		return err
	}
	h.jobs(m)
	return h.serveAPI()
}

// serveAPI registers every operation.
func (h *House) serveAPI() error {
	proxies, err := rest.ParseProxies(h.cfg.BehindProxy)
	if err != nil {
		return err
	}
	h.api = rest.New(rest.Config{
		Title: "Plumbline", Version: version(), Cookie: signinapi.Cookie, Clock: h.clock, Log: h.log, Proxies: proxies, Mutations: h.mutations,
		Authenticate: h.heard(signinapi.Authenticate(h.Signin)), Limiter: h.o.Limiter, Observe: func(o rest.Observed) { h.meter.Observe(o) },
		Trace: h.trace(),
	})
	signinapi.Register(h.api, h.Signin)
	signinapi.RegisterFactors(h.api, h.Signin)
	signinapi.RegisterVouchers(h.api, h.Signin)
	signinapi.RegisterTokens(h.api, h.Signin, h.Access.Reaches)
	orgapi.Register(h.api, h.Orgs)
	h.serveConsent()
	projectapi.Register(h.api, h.Projects, h.Lists, h.Access)
	drawingapi.Register(h.api, h.Drawings, h.enter)
	drawingapi.RegisterMarks(h.api, survey.New(h.DB, h.Drawings, settled.Places{}), h.enter)
	pointapi.Register(h.api, h.Points, h.Media, h.enter)
	viewapi.Register(h.api, h.Views, h.enter)
	programmeapi.Register(h.api, h.Programmes, h.Site, h.enter)
	reviseapi.Register(h.api, h.Revise, h.enter)
	readyapi.Register(h.api, h.Ready, h.enter)
	controlapi.Register(h.api, h.Control, h.enter)
	reportapi.Register(h.api, h.Reports, h.enter)
	reportapi.RegisterStyles(h.api, h.Styles, h.raster, h.temp(), func(ctx context.Context, c rest.Caller, o id.Org) (org.Grant, error) {
		return h.Orgs.Enter(ctx, org.Caller(c), o)
	})
	h.serveExchange()
	syncapi.Register(h.api, syncapi.Deps{DB: h.DB, Hub: h.hub, Enter: h.doors().Enter, Stand: h.doors().Stand})
	ops := opsapi.Deps{Version: version(), Build: version(), Locales: locales(), Development: h.cfg.Development, Clock: h.clock,
		Checks: []opsapi.Check{
			{Name: "database", Run: h.DB.Ping},
			{Name: "keys", Run: h.ring.Check},
			{Name: "files", Run: h.cfg.CheckFiles},
		},
		Failed: func(check string, err error) { h.log.Warn("not ready", "check", check, "error", err) },
	}
	opsapi.RegisterFinders(h.api, opsapi.Finders{Contact: h.cfg.Privacy.Operator.Email, Base: h.cfg.PublicURL, Locales: locales(), Clock: h.clock})
	if h.cfg.Development && h.capture != nil {
		ops.Mails = h.capture
	}
	h.health = opsapi.Register(h.api, ops)
	h.meter = h.watched()
	h.wireProve()
	h.wireRegister()
	h.servePolicy()
	h.wireSelf()
	h.serveErasure()
	h.serveDesk()
	h.serveSweeps()
	ui, err := webui.New()
	if err != nil {
		return err
	}
	h.api.Fallback(rest.Op{ID: "web-app", Method: http.MethodGet, Path: "/", Root: true, Tag: "Web app", Summary: "The web app",
		Description: "Its page for every address that is no file.", Who: rest.Anyone, Rate: rest.Open}, ui)
	return nil
}

func (h *House) enter(ctx context.Context, c rest.Caller, p id.Project) (access.Grant, error) {
	return h.Access.Enter(ctx, access.Caller(c), p)
}

func (h *House) doors() visits.Doors {
	return visits.Doors{DB: h.DB, Signin: h.Signin, Access: h.Access, Sources: h.sources,
		Page: func(ctx context.Context, g access.Grant, cursor string, limit int) ([]any, string, error) {
			return pointapi.Page(ctx, h.DB, h.Points, g, cursor, limit)
		},
		Load: func(ctx context.Context, g access.Grant, ids []string) (map[string]any, error) {
			return pointapi.Load(ctx, h.DB, h.Points, g, ids)
		},
	}
}

func (h *House) sources(g access.Grant) (all []syncapi.Source) {
	for _, s := range projectapi.Sources(h.Projects, g) {
		all = append(all, syncapi.Source(s))
	}
	for _, s := range drawingapi.Sources(h.Drawings, g) {
		all = append(all, syncapi.Source(s))
	}
	for _, s := range viewapi.Sources(h.Views, g) {
		all = append(all, syncapi.Source(s))
	}
	for _, s := range programmeapi.Sources(h.Programmes, h.Site, g) {
		all = append(all, syncapi.Source(s))
	}
	for _, s := range reportapi.Sources(h.Reports, g) {
		all = append(all, syncapi.Source(s))
	}
	return all
}
