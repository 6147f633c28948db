package org

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

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

// MailInvitation is the template of the mail, and RecipientInvite the kind of
// its recipient; the recipient's id is the invitation's.
const (
	MailInvitation  = "invitation"
	RecipientInvite = "invite"
)

// dailyInvitations is how many an organisation may send in a day.
const dailyInvitations = 200

// Invitation asks someone to take part.
type Invitation struct {
	ID       id.Invite
	Org      id.Org
	Person   id.Person
	Inviter  id.Person
	Company  id.Company // may be empty
	Project  id.Project // may be empty: to the organisation alone
	Level    policy.Level
	Roles    []id.Role
	Source   personal.Source
	Locale   string
	State    string // open, accepted, declined, withdrawn, lapsed
	Version  int64
	Created  time.Time
	Expires  time.Time
	Limited  bool   // whom it is for is not to be shown
	Email    string // of Invite, and for the slices above
	Name     string
	Function string
}

// Invite asks someone to take part. The same id again changes nothing.
func (s *Service) Invite(ctx context.Context, g Grant, in Invitation) (Invitation, bool, error) {
	const op = "org.Invite"
	if err := g.Need(policy.ManagePeople); err != nil {
		return in, false, fault.Wrap(op, err)
	}
	email, fields := in.check()
	if err := fault.InvalidFields(fields); err != nil {
		return in, false, err
	}
	in.Org, in.Inviter, in.Email, in.State, in.Version = g.Org, g.Person, email, "open", 1
	in.Person = id.New[id.Person]()
	// The key is made first; it stays unused if the invitation is refused.
	if err := s.People.NewPersonKey(ctx, in.Person); err != nil {
		return in, false, fault.Wrap(op, err)
	}
	made := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		made = false
		have, ok, err := findInvite(tx, in.ID)
		if err != nil || ok {
			if ok {
				err = s.withProfile(tx, &have)
				in = have
			}
			return err
		}
		if err := s.invitable(tx, in); err != nil {
			return err
		}
		in.Created, in.Expires = tx.Now(), tx.Now().Add(InviteLife)
		if err := s.People.Add(tx, g.By(), person.Person{ID: in.Person, Company: in.Company, State: person.Invited, Given: in.Source,
			Profile: person.Profile{Name: in.Name, Email: in.Email, Function: in.Function, Locale: in.Locale}}); err != nil {
			return err
		}
		if err := insertInvite(tx, in); err != nil {
			return err
		}
		if err := s.Mail.Post(tx, RecipientInvite, string(in.ID), MailInvitation, in.Locale, personal.Invitation); err != nil {
			return err
		}
		made = true
		return s.log(tx, g.By(), "invitation", string(in.ID), feed.Created, 1)
	})
	return in, made, fault.Wrap(op, err)
}

func (in Invitation) check() (email string, fields []fault.Field) {
	email, ok := person.ParseEmail(in.Email)
	if !ok {
		fields = append(fields, fault.Field{Path: "email", Code: "format"})
	}
	if _, ok := personal.ParseSource(string(in.Source)); !ok {
		fields = append(fields, fault.Field{Path: "source", Code: "not-one-of"})
	}
	if !lang.Known(in.Locale) {
		fields = append(fields, fault.Field{Path: "locale", Code: "not-one-of"})
	}
	if in.Project != "" && in.Level == policy.None {
		fields = append(fields, fault.Field{Path: "level", Code: "required"})
	}
	if in.Project == "" && (in.Level != policy.None || len(in.Roles) > 0) {
		fields = append(fields, fault.Field{Path: "project_id", Code: "required"})
	}
	fields = append(fields, Text("name", in.Name, 0, 200)...)
	return email, append(fields, Text("function", in.Function, 0, 200)...)
}

// invitable refuses whom the address book has already, and what it lacks.
func (s *Service) invitable(tx *db.Tx, in Invitation) error {
	if err := s.People.Gate().Writable(tx, in.Email, personal.Invitation); err != nil {
		return err
	}
	same, err := s.People.ByEmail(tx, personal.Invitation, in.Email)
	if err != nil {
		return err
	}
	if len(same) > 0 {
		if same[0].State == person.Invited {
			return fault.New(fault.Conflict, "already-invited", "this address is invited")
		}
		return fault.New(fault.Conflict, "already-here", "this address belongs to someone of the organisation")
	}
	if in.Company != "" {
		if _, err := findCompany(tx, in.Company); err != nil {
			return fault.InvalidFields([]fault.Field{{Path: "company_id", Code: "unknown"}})
		}
	}
	if in.Project != "" {
		if s.Projects == nil {
			return fault.New(fault.NotFound, "project-not-found", "there is no such project")
		}
		if err := s.Projects.Invitable(tx, in.Project, in.Roles); err != nil {
			return err
		}
	}
	n, err := invitedSince(tx, tx.Now().Add(-24*time.Hour).UnixMicro())
	if err == nil && n >= dailyInvitations {
		err = errTooMany()
	}
	return err
}

// Refusals says of each of several invitations why it would be refused: a code,
// empty where it would not be. Nothing is made.
func (s *Service) Refusals(ctx context.Context, g Grant, all []Invitation) ([]string, error) {
	const op = "org.Refusals"
	if err := g.Need(policy.ManagePeople); err != nil {
		return nil, fault.Wrap(op, err)
	}
	codes := make([]string, len(all))
	return codes, fault.Wrap(op, s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		sent, err := invitedSince(tx, tx.Now().Add(-24*time.Hour).UnixMicro())
		if err != nil {
			return err
		}
		for i, in := range all {
			email, fields := in.check()
			if in.Email = email; len(fields) > 0 {
				codes[i] = fields[0].Path + "-" + fields[0].Code
				continue
			}
			err := s.invitable(tx, in)
			if err == nil && sent >= dailyInvitations {
				err = errTooMany()
			}
			f, ok := errors.AsType[*fault.Error](err)
			switch {
			case err == nil:
				sent++
			case !ok || f.Kind == fault.Other || f.Kind == fault.Unavailable:
				return err
			default:
				codes[i] = f.Code
			}
		}
		return nil
	}))
}

func errTooMany() error {
	return &fault.Error{Kind: fault.TooMany, Code: "too-many-invitations", Message: "too many invitations for one day", RetryAfter: time.Hour}
}

// Invitations are those that wait for an answer, newest first.
func (s *Service) Invitations(ctx context.Context, g Grant) ([]Invitation, error) {
	const op = "org.Invitations"
	if err := g.Need(policy.ManagePeople); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Invitation
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if out, err = openInvites(tx); err != nil {
			return err
		}
		for i := range out {
			if err := s.withProfile(tx, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, fault.Wrap(op, err)
}

// withProfile reads whom an invitation is for out of the vault.
func (s *Service) withProfile(tx *db.Tx, in *Invitation) error {
	people, err := s.People.ReadIn(tx, personal.Invitation, []id.Person{in.Person})
	if err != nil {
		return err
	}
	p := people[in.Person]
	in.Email, in.Name, in.Company, in.Limited = p.Email, p.Name, p.Company, p.Limited
	return nil
}

// Withdraw takes an invitation back, and erases the address.
func (s *Service) Withdraw(ctx context.Context, g Grant, invite id.Invite) error {
	const op = "org.Withdraw"
	if err := g.Need(policy.ManagePeople); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		in, ok, err := findInvite(tx, invite)
		if err != nil {
			return err
		}
		if !ok || in.State != "open" {
			return fault.New(fault.NotFound, "invitation-not-found", "there is no such invitation")
		}
		return s.shut(tx, g.By(), in, "withdrawn")
	}))
}

// shut ends an open invitation without an acceptance: the address goes.
func (s *Service) shut(tx *db.Tx, by feed.Actor, in Invitation, state string) error {
	if err := closeInvite(tx, in.ID, state); err != nil {
		return err
	}
	if err := s.People.Erase(tx, by, in.Person, false, tx.Now()); err != nil {
		return err
	}
	if _, err := mail.EraseRecipient(tx, mail.Recipient{Kind: RecipientInvite, ID: string(in.ID)}); err != nil {
		return err
	}
	return s.log(tx, by, "invitation", string(in.ID), state, in.Version+1, feed.Field{Name: "state", Before: "open", After: state})
}

// Lapse ends the invitations that nobody answered. It is run periodically.
func (s *Service) Lapse(ctx context.Context) error {
	const op = "org.Lapse"
	var due []Invitation
	err := s.DB.Read(ctx, db.Everyone("invitations of all tenants lapse"), func(tx *db.Tx) (err error) {
		due, err = lapsedInvites(tx, tx.Micros())
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, in := range due {
		err := s.DB.Write(ctx, db.Tenant(in.Org), func(tx *db.Tx) error {
			now, ok, err := findInvite(tx, in.ID)
			if err != nil || !ok || now.State != "open" || now.Expires.After(tx.Now()) {
				return err
			}
			return s.shut(tx, feed.Actor{Person: feed.System, Via: "system"}, now, "lapsed")
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// Address is where the mail of an open invitation goes; Gone once it is
// answered.
func (s *Service) Address(ctx context.Context, org id.Org, invite id.Invite) (address string, err error) {
	err = s.DB.Read(ctx, db.Tenant(org), func(tx *db.Tx) error {
		in, err := s.open(tx, invite)
		address = in.Email
		return err
	})
	return address, fault.Wrap("org.Address", err)
}

// Invited is the person that an invitation was made for, open or answered.
func Invited(tx *db.Tx, invite id.Invite) (id.Person, error) {
	in, ok, err := findInvite(tx, invite)
	if err == nil && !ok {
		err = errLapsed()
	}
	return in.Person, fault.Wrap("org.Invited", err)
}

// NewLink makes the token of an invitation's mail. It is called when the mail
// is sent; the token is nowhere but in its result.
func (s *Service) NewLink(ctx context.Context, org id.Org, invite id.Invite) (token string, err error) {
	const op = "org.NewLink"
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fault.Wrap(op, err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	err = s.DB.Write(ctx, db.Tenant(org), func(tx *db.Tx) error {
		if _, err := s.open(tx, invite); err != nil {
			return err
		}
		return insertLink(tx, invite, hashOf(token))
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return token, nil
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

func errLapsed() error {
	return fault.New(fault.Gone, "link-lapsed", "this link is no longer good")
}

// Notice is what the invited are told before they decide.
type Notice struct {
	Invitation
	Organisation string
	InviterName  string
}

// Notice reads the invitation behind a token. Email is in it for the slices
// above, not to be shown to whoever has the link.
func (s *Service) Notice(ctx context.Context, token string) (Notice, error) {
	const op = "org.Notice"
	org, invite, err := s.linked(ctx, token)
	if err != nil {
		return Notice{}, fault.Wrap(op, err)
	}
	var n Notice
	err = s.DB.Read(ctx, db.Tenant(org), func(tx *db.Tx) error {
		in, err := s.open(tx, invite)
		if err != nil {
			return err
		}
		o, err := find(tx, org)
		if err != nil {
			return err
		}
		people, err := s.People.ReadIn(tx, personal.Participants, []id.Person{in.Inviter})
		n = Notice{Invitation: in, Organisation: o.Name, InviterName: people[in.Inviter].Name}
		return err
	})
	return n, fault.Wrap(op, err)
}

// linked is the invitation that a token leads to.
func (s *Service) linked(ctx context.Context, token string) (org id.Org, invite id.Invite, err error) {
	if len(token) > 100 {
		return "", "", errLapsed()
	}
	err = s.DB.Read(ctx, db.Everyone("a link says which tenant it leads to"), func(tx *db.Tx) (err error) {
		var ok bool
		if org, invite, ok, err = findLink(tx, hashOf(token)); err == nil && !ok {
			err = errLapsed()
		}
		return err
	})
	return org, invite, err
}

// open reads an invitation that can still be answered.
func (s *Service) open(tx *db.Tx, invite id.Invite) (Invitation, error) {
	in, ok, err := findInvite(tx, invite)
	if err != nil {
		return in, err
	}
	if !ok || in.State != "open" || !in.Expires.After(tx.Now()) {
		return in, errLapsed()
	}
	if err = s.withProfile(tx, &in); err == nil && in.Limited {
		err = errLapsed() // nothing is done with them meanwhile
	}
	return in, err
}

// Decline answers no: the address is erased.
func (s *Service) Decline(ctx context.Context, token string) error {
	const op = "org.Decline"
	org, invite, err := s.linked(ctx, token)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, db.Tenant(org), func(tx *db.Tx) error {
		in, err := s.open(tx, invite)
		if err != nil {
			return err
		}
		return s.shut(tx, feed.Actor{Person: string(in.Person), Via: "link"}, in, "declined")
	}))
}

// Accept answers yes, in a transaction of the tenant that the slice above
// opened: the person becomes active and the account's, and a member if the
// invitation was to the organisation alone.
func (s *Service) Accept(tx *db.Tx, invite id.Invite, account id.Account, name, locale string) (Invitation, error) {
	const op = "org.Accept"
	in, err := s.open(tx, invite)
	if err != nil {
		return in, fault.Wrap(op, err)
	}
	by := feed.Actor{Person: string(in.Person), Via: "link"}
	if _, err := s.People.Change(tx, by, in.Person, func(p *person.Person) error {
		p.Account, p.State, p.Name, p.Locale = account, person.Active, name, locale
		return nil
	}); err != nil {
		return in, fault.Wrap(op, err)
	}
	if err := closeInvite(tx, invite, "accepted"); err != nil {
		return in, fault.Wrap(op, err)
	}
	if in.Project == "" {
		if err := s.Join(tx, by, in.Person, policy.OrgMember); err != nil {
			return in, fault.Wrap(op, err)
		}
	}
	return in, fault.Wrap(op, s.log(tx, by, "invitation", string(invite), "accepted", in.Version+1,
		feed.Field{Name: "state", Before: "open", After: "accepted"}))
}

// Linked is which tenant and invitation a token leads to, for the slices above.
func (s *Service) Linked(ctx context.Context, token string) (id.Org, id.Invite, error) {
	org, invite, err := s.linked(ctx, token)
	return org, invite, fault.Wrap("org.Linked", err)
}
