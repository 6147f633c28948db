package org

import (
	"context"
	"log/slog"
	"time"
	"unicode/utf8"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

// Caller is who asks, as signed in: the same shape as package rest's.
type Caller struct {
	Account id.Account
	Session id.Session
	Via     string // session, token or link
	Reach   id.Reach
}

// Grant is a caller inside an organisation they are a member of.
type Grant struct {
	Caller
	Org    id.Org
	Person id.Person
	Role   policy.OrgRole
}

// By is the actor for the log.
func (g Grant) By() feed.Actor { return feed.Actor{Person: string(g.Person), Via: g.Via} }

// Scope is the tenant.
func (g Grant) Scope() db.Scope { return db.Tenant(g.Org) }

// Need is nil if the member may do act.
func (g Grant) Need(act policy.OrgAct) error { return policy.InOrg(g.Role, act) }

// Org is an organisation.
type Org struct {
	ID      id.Org
	Name    string
	Locale  string
	Version int64
}

// Member is a person with a role.
type Member struct {
	Person  id.Person
	Name    string
	Role    policy.OrgRole
	Limited bool // there, but not to be shown: the name stays empty
}

// Mailer puts a mail into the queue, in the transaction.
type Mailer interface {
	Post(tx *db.Tx, recipientKind, recipientID, template, locale string, purpose personal.Purpose) error
}

// Queue is the Mailer of package mail.
type Queue struct{}

// Post queues a mail.
func (Queue) Post(tx *db.Tx, recipientKind, recipientID, template, locale string, purpose personal.Purpose) error {
	_, err := mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: recipientKind, ID: recipientID}, Template: template, Locale: lang.Match(locale), Purpose: purpose})
	return err
}

// Projects is what an invitation to a project needs to know of it.
type Projects interface {
	// Invitable is nil if someone can be invited to the project with these roles;
	// NotFound if the organisation has no such project or role.
	Invitable(tx *db.Tx, project id.Project, roles []id.Role) error
}

// Deps are what the slice works with. Projects may be nil: then nobody is
// invited to a project.
type Deps struct {
	DB       *db.DB
	People   *person.Service
	Mail     Mailer
	Projects Projects
	Log      *slog.Logger

	// CompanyReach names the audiences that see companies, besides the members:
	// every project. Nil: none.
	CompanyReach func(tx *db.Tx) ([]string, error)
}

// Service is the slice.
type Service struct {
	Deps
}

// New makes the slice.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Deps: d}
}

// Connect supplies what is known only after New.
func (s *Service) Connect(p Projects, companyReach func(tx *db.Tx) ([]string, error)) {
	s.Projects, s.CompanyReach = p, companyReach
}

func errNoOrg() error {
	return fault.New(fault.NotFound, "organisation-not-found", "there is no such organisation")
}

// Enter lets a member into an organisation.
func (s *Service) Enter(ctx context.Context, c Caller, org id.Org) (Grant, error) {
	const op = "org.Enter"
	g := Grant{Caller: c, Org: org}
	if !c.Reach.Holds(org, "") {
		return Grant{}, fault.Wrap(op, errNoOrg())
	}
	err := s.DB.Read(ctx, db.Everyone("an account's persons say which organisations it may enter"), func(tx *db.Tx) error {
		refs, err := person.OfAccount(tx, c.Account)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r.Org == org && r.State == person.Active {
				if shut, err := Shut(tx, r.Org, r.Person); err != nil || shut {
					return err
				}
				g.Person = r.Person
				g.Role, err = roleOf(tx, org, r.Person)
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Grant{}, fault.Wrap(op, err)
	}
	if g.Role == policy.OrgNone {
		return Grant{}, fault.Wrap(op, errNoOrg())
	}
	return g, nil
}

// Membership is an organisation that an account is a member of.
type Membership struct {
	Org    Org
	Role   policy.OrgRole
	Person id.Person
}

// Memberships are the organisations of an account.
func (s *Service) Memberships(ctx context.Context, a id.Account) ([]Membership, error) {
	var out []Membership
	err := s.DB.Read(ctx, db.Everyone("an account's organisations"), func(tx *db.Tx) error {
		out = nil
		refs, err := person.OfAccount(tx, a)
		if err != nil {
			return err
		}
		for _, r := range refs {
			role, err := roleOf(tx, r.Org, r.Person)
			if err != nil {
				return err
			}
			if r.State != person.Active || role == policy.OrgNone {
				continue
			}
			o, err := find(tx, r.Org)
			if err != nil {
				return err
			}
			out = append(out, Membership{Org: o, Role: role, Person: r.Person})
		}
		return nil
	})
	return out, fault.Wrap("org.Memberships", err)
}

// Founding is an organisation to be made, and its first owner.
type Founding struct {
	Org     id.Org
	Name    string
	Locale  string
	Owner   id.Person
	Account id.Account
	Profile person.Profile
}

// Found makes an organisation with an owner.
func (s *Service) Found(ctx context.Context, f Founding) error {
	const op = "org.Found"
	var fields []fault.Field
	fields = append(fields, Text("name", f.Name, 1, 200)...)
	if !lang.Known(f.Locale) {
		fields = append(fields, fault.Field{Path: "locale", Code: "not-one-of"})
	}
	if err := fault.InvalidFields(fields); err != nil {
		return err
	}
	if err := s.People.NewKeys(ctx, []crypt.Owner{crypt.OrgOwner(f.Org), crypt.PersonOwner(f.Owner)}); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, db.Tenant(f.Org), func(tx *db.Tx) error {
		by := feed.Actor{Person: string(f.Owner), Via: "system"}
		if err := insertOrg(tx, Org{ID: f.Org, Name: f.Name, Locale: f.Locale}); err != nil {
			return err
		}
		if err := s.People.Add(tx, by, person.Person{ID: f.Owner, Account: f.Account, State: person.Active, Profile: f.Profile}); err != nil {
			return err
		}
		if err := s.Join(tx, by, f.Owner, policy.OrgOwner); err != nil {
			return err
		}
		return s.log(tx, by, "organisation", string(f.Org), feed.Created, 1, feed.Field{Name: "name", After: f.Name}, feed.Field{Name: "locale", After: f.Locale})
	}))
}

// Join makes a person a member.
func (s *Service) Join(tx *db.Tx, by feed.Actor, p id.Person, role policy.OrgRole) error {
	if err := insertMember(tx, p, role); err != nil {
		return fault.Wrap("org.Join", err)
	}
	return s.log(tx, by, "member", string(p), feed.Created, 1, feed.Field{Name: "role", After: role.String()})
}

// log appends to the organisation's stream.
func (s *Service) log(tx *db.Tx, by feed.Actor, kind, thing, what string, version int64, fields ...feed.Field) error {
	stream := person.OrgAudience(tx.Org())
	return feed.Append(tx, by, feed.Change{Stream: stream, Thing: feed.Thing{Kind: kind, ID: thing}, Kind: what,
		Version: version, Fields: fields, Audiences: []string{stream}})
}

// Whole is an organisation as its members see it.
type Whole struct {
	Org
	Members   []Member
	Companies []Company
}

// Get reads the organisation with its members and companies.
func (s *Service) Get(ctx context.Context, g Grant) (Whole, error) {
	const op = "org.Get"
	if err := g.Need(policy.ReadOrg); err != nil {
		return Whole{}, fault.Wrap(op, err)
	}
	var w Whole
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if w.Org, err = find(tx, g.Org); err != nil {
			return err
		}
		if w.Companies, err = companies(tx); err != nil {
			return err
		}
		w.Members, err = s.members(tx)
		return err
	})
	return w, fault.Wrap(op, err)
}

func (s *Service) members(tx *db.Tx) ([]Member, error) {
	all, err := members(tx)
	if err != nil {
		return nil, err
	}
	ids := make([]id.Person, len(all))
	for i, m := range all {
		ids[i] = m.Person
	}
	people, err := s.People.ReadIn(tx, personal.Participants, ids)
	if err != nil {
		return nil, err
	}
	for i := range all {
		p := people[all[i].Person]
		all[i].Name, all[i].Limited = p.Name, p.Limited
	}
	return all, nil
}

// Book is the address book.
func (s *Service) Book(ctx context.Context, g Grant) ([]person.Person, error) {
	const op = "org.Book"
	if err := g.Need(policy.ReadOrg); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []person.Person
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, err = s.People.Everybody(tx, personal.Participants)
		return err
	})
	return out, fault.Wrap(op, err)
}

// SetRole gives a member another role. The last owner stays one.
func (s *Service) SetRole(ctx context.Context, g Grant, p id.Person, role policy.OrgRole) error {
	const op = "org.SetRole"
	if err := g.Need(policy.ManageRoles); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		was, version, err := lockMember(tx, p)
		if err != nil || was == role {
			return err
		}
		if err := setRole(tx, p, role); err != nil {
			return err
		}
		if err := keepOwner(tx); err != nil {
			return err
		}
		return s.log(tx, g.By(), "member", string(p), feed.Changed, version+1,
			feed.Field{Name: "role", Before: was.String(), After: role.String()})
	}))
}

// Remove ends a membership. The person stays in the address book. The last
// owner cannot go.
func (s *Service) Remove(ctx context.Context, g Grant, p id.Person) error {
	const op = "org.Remove"
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		if err := g.Need(policy.ManagePeople); err != nil && p != g.Person { // everybody may leave
			return err
		}
		was, version, err := lockMember(tx, p)
		if err != nil {
			return err
		}
		if p != g.Person {
			if err := policy.OnMember(g.Role, was); err != nil {
				return err
			}
		}
		if err := deleteMember(tx, p); err != nil {
			return err
		}
		if err := keepOwner(tx); err != nil {
			return err
		}
		return s.log(tx, g.By(), "member", string(p), feed.Deleted, version+1, feed.Field{Name: "role", Before: was.String()})
	}))
}

// keepOwner refuses to leave the organisation without an owner.
func keepOwner(tx *db.Tx) error {
	n, err := owners(tx)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "last-owner", "an organisation keeps an owner")
	}
	return err
}

// Text checks a text that a person typed: at least and at most so many
// characters, and something to read in it if at least one.
func Text(path, s string, least, most int) []fault.Field {
	code := ""
	switch n := utf8.RuneCountInString(s); {
	case least > 0 && blank(s):
		code = "required"
	case n < least:
		code = "too-short"
	case n > most:
		code = "too-long"
	}
	if code == "" {
		return nil
	}
	return []fault.Field{{Path: path, Code: code}}
}

func blank(s string) bool {
	for _, r := range s {
		switch r {
		case ' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\u202f', '\ufeff':
		default:
			return false
		}
	}
	return true
}

// InviteLife is how long an invitation waits for an answer.
const InviteLife = 14 * 24 * time.Hour
