// Package projecttest gives tests a real site: an organisation with an owner, a
// project with its settings, and a participant at every level, all with
// accounts.
package projecttest

import (
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
)

// Post is a mailer that remembers what was queued, once it is committed.
type Post struct{ Sent [][4]string }

// Post queues a mail: recipient kind, recipient id, template, locale.
func (p *Post) Post(tx *db.Tx, kind, recipient, template, locale string, _ personal.Purpose) error {
	tx.AfterCommit(func() { p.Sent = append(p.Sent, [4]string{kind, recipient, template, locale}) })
	return nil
}

// Site is a project with people.
type Site struct {
	DB       *db.DB
	Vault    *person.Service
	Orgs     *org.Service
	Access   *access.Service
	Projects *project.Service
	Lists    *lists.Service
	Mail     *Post

	Org      id.Org
	Owner    access.OrgGrant
	Project  id.Project
	Settings project.Settings
	First    id.List // that every project has to begin with
}

// New makes a site. The owner is the project's administrator.
func New(t testing.TB, d *db.DB) *Site {
	t.Helper()
	return With(t, d, persontest.Vault(t, d))
}

// With is New on a vault that the test has.
func With(t testing.TB, d *db.DB, v *person.Service) *Site {
	t.Helper()
	s := &Site{DB: d, Vault: v, Mail: &Post{}, Org: id.New[id.Org](), Project: id.New[id.Project]()}
	s.Orgs = org.New(org.Deps{DB: d, People: v, Mail: s.Mail})
	s.Access = access.New(d, s.Orgs)
	s.Projects = project.New(project.Deps{DB: d, People: v, Orgs: s.Orgs, Access: s.Access, FirstList: lists.First})
	s.Lists = lists.New(lists.Deps{DB: d, Hold: project.Hold})
	s.Orgs.Connect(s.Projects, project.CompanyReach)
	v.SetReach(access.Reach)
	a := persontest.Account(t, d, v, person.AccountProfile{Name: "Olga Owner", Email: string(s.Org) + "@owner.example"}, person.Credentials{})
	must(t, s.Orgs.Found(t.Context(), org.Founding{Org: s.Org, Name: "Bouwgroep Delta", Locale: "nl", Owner: id.New[id.Person](), Account: a,
		Profile: person.Profile{Name: "Olga Owner", Email: string(s.Org) + "@owner.example", Locale: "nl"}}))
	var err error
	s.Owner, err = s.Orgs.Enter(t.Context(), access.Caller{Account: a, Session: id.New[id.Session](), Via: "session"}, s.Org)
	must(t, err)
	_, _, err = s.Projects.Create(t.Context(), s.Owner, project.Project{ID: s.Project, Name: "Kaaistraat", Code: "KAAI", Place: "Gent", TimeZone: "Europe/Brussels"})
	must(t, err)
	s.Reload(t)
	return s
}

// Reload reads the settings anew.
func (s *Site) Reload(t testing.TB) {
	t.Helper()
	must(t, s.DB.Read(t.Context(), db.Tenant(s.Org), func(tx *db.Tx) (err error) {
		if s.Settings, err = project.Read(tx, s.Project); err != nil {
			return err
		}
		all, err := lists.Of(tx, s.Project)
		if len(all) > 0 {
			s.First = all[0].ID
		}
		return err
	}))
}

// At gives a new participant of a level, of a company or of none.
func (s *Site) At(t testing.TB, level policy.Level, company id.Company, roles ...id.Role) access.Grant {
	t.Helper()
	email := string(id.New[id.Account]()) + "@site.example"
	a := persontest.Account(t, s.DB, s.Vault, person.AccountProfile{Name: level.String(), Email: email}, person.Credentials{})
	p := persontest.Add(t, s.DB, s.Vault, s.Org, a, person.Profile{Name: "Test " + level.String(), Email: email})
	must(t, s.DB.Write(t.Context(), db.Tenant(s.Org), func(tx *db.Tx) error {
		if company != "" {
			if _, err := s.Vault.Change(tx, persontest.By(), p, func(q *person.Person) error { q.Company = company; return nil }); err != nil {
				return err
			}
		}
		return access.Admit(tx, persontest.By(), s.Project, p, level, roles)
	}))
	return s.Enter(t, access.Caller{Account: a, Session: id.New[id.Session](), Via: "session"})
}

// Enter lets a caller into the project.
func (s *Site) Enter(t testing.TB, c access.Caller) access.Grant {
	t.Helper()
	g, err := s.Access.Enter(t.Context(), c, s.Project)
	must(t, err)
	return g
}

// Company adds a company.
func (s *Site) Company(t testing.TB, name string) id.Company {
	t.Helper()
	c := id.New[id.Company]()
	_, _, err := s.Orgs.PutCompany(t.Context(), s.Owner, org.Company{ID: c, Name: name})
	must(t, err)
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
