package app

import (
	"context"
	"net/http"
	"net/url"
	"os"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing"
	"plumbline/internal/drawing/drawingapi"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/opsapi"
	"plumbline/internal/org"
	"plumbline/internal/org/orgapi"
	"plumbline/internal/person"
	"plumbline/internal/point"
	"plumbline/internal/point/pointapi"
	"plumbline/internal/point/settled"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/projectapi"
	"plumbline/internal/report"
	"plumbline/internal/report/reportapi"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/signinapi"
	"plumbline/internal/syncapi"
	"plumbline/internal/webui"
)

// wire makes the slices, from the ground up, and ties what is known only later.
func (h *House) wire() error {
	h.People = person.New(person.Deps{DB: h.DB, Keys: h.ring, Log: h.log, Reach: access.Reach})
	h.Orgs = org.New(org.Deps{DB: h.DB, People: h.People, Mail: org.Queue{}, Log: h.log})
	h.Access = access.New(h.DB, h.Orgs)
	h.Projects = project.New(project.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Access: h.Access})
	h.Projects.Connect(point.ForProjects{}, point.ForProjects{})
	h.Orgs.Connect(h.Projects, project.CompanyReach)
	var err error
	h.Signin, err = signin.New(signin.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Keys: h.ring, Mail: org.Queue{}, Log: h.log,
		Words: h.words(), Admit: h.Projects.Admit, Cost: h.o.Cost})
	if err != nil {
		return err
	}
	h.Media = media.New(media.Deps{DB: h.DB, Files: h.files, Raster: h.raster, Temp: h.temp()})
	h.Drawings = drawing.New(drawing.Deps{DB: h.DB, Files: h.files, Raster: h.raster, Points: point.ForDrawings{}, Places: settled.Places{}, Temp: h.temp()})
	h.Points = point.New(h.DB, settled.Projects{}, h.Drawings, h.Media)
	h.Reports = report.NewService(h.DB, &reportSource{h.DB, h.People, h.Points, h.Drawings, h.Media}, h.Access, h.files, h.temp())

	postman := signin.Postman{SignIn: h.Signin, Base: h.cfg.PublicURL}
	m, err := h.mailer(postman, postman)
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
		Authenticate: signinapi.Authenticate(h.Signin), Limiter: h.o.Limiter,
	})
	signinapi.Register(h.api, h.Signin)
	orgapi.Register(h.api, h.Orgs)
	projectapi.Register(h.api, h.Projects, h.Access)
	drawingapi.Register(h.api, h.Drawings, h.enter)
	pointapi.Register(h.api, h.Points, h.Media, h.enter)
	reportapi.Register(h.api, h.Reports, h.enter)
	syncapi.Register(h.api, syncapi.Deps{DB: h.DB, Hub: h.hub, Enter: h.visit})
	ops := opsapi.Deps{Version: version(), Build: version(), Locales: locales(), Development: h.cfg.Development, Clock: h.clock,
		Checks: []opsapi.Check{
			{Name: "database", Run: h.DB.Ping},
			{Name: "keys", Run: h.ring.Check},
			{Name: "files", Run: h.checkFiles},
		},
		Failed: func(check string, err error) { h.log.Warn("not ready", "check", check, "error", err) },
	}
	if h.cfg.Development && h.capture != nil {
		ops.Mails = h.capture
	}
	opsapi.Register(h.api, ops)
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

// visit lets a caller into a project for the sync operations.
func (h *House) visit(ctx context.Context, c rest.Caller, p id.Project) (syncapi.Visit, error) {
	caller := access.Caller(c)
	if err := h.Signin.Alive(ctx, caller); err != nil {
		return syncapi.Visit{}, err
	}
	g, err := h.Access.Enter(ctx, caller, p)
	if err != nil {
		return syncapi.Visit{}, err
	}
	v := syncapi.Visit{Scope: g.Scope(), Person: g.Person, Rights: g.Level.String()}
	err = h.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		lists, err := project.Lists(tx, p)
		ids := make([]id.List, len(lists))
		for i, l := range lists {
			ids[i] = l.ID
			v.Rights += "," + g.LevelOn(l.ID).String()
		}
		v.Audiences = g.Audiences(ids)
		return err
	})
	if err != nil {
		return syncapi.Visit{}, err
	}
	for _, s := range projectapi.Sources(h.Projects, g) {
		v.Sources = append(v.Sources, syncapi.Source(s))
	}
	for _, s := range drawingapi.Sources(h.Drawings, g) {
		v.Sources = append(v.Sources, syncapi.Source(s))
	}
	for _, s := range reportapi.Sources(h.Reports, g) {
		v.Sources = append(v.Sources, syncapi.Source(s))
	}
	v.Points = syncapi.Points{Name: "points", Kind: point.Thing,
		Page: func(ctx context.Context, cursor string, limit int) ([]any, string, error) {
			return pointapi.Page(ctx, h.DB, h.Points, g, cursor, limit)
		},
		Load: func(ctx context.Context, ids []string) (map[string]any, error) {
			return pointapi.Load(ctx, h.DB, h.Points, g, ids)
		},
	}
	v.Job = func(_ context.Context, s job.Status) (bool, error) {
		seen := s.Kind == drawing.JobKind && g.May(policy.ManageDrawings) == nil || s.Kind == report.JobKind && g.May(policy.ReadEverything) == nil
		return seen, nil
	}
	return v, nil
}

// words must not carry a password: the names that everybody here knows.
func (h *House) words() []string {
	u, err := url.Parse(h.cfg.PublicURL)
	if err != nil {
		return nil
	}
	return []string{u.Hostname()}
}

// checkFiles writes and removes a file in every place of the files.
func (h *House) checkFiles(context.Context) error {
	for _, dir := range h.cfg.Files.Places {
		f, err := os.CreateTemp(dir, "ready-*")
		if err != nil {
			return err
		}
		_ = f.Close()
		if err := os.Remove(f.Name()); err != nil {
			return err
		}
	}
	return nil
}
