package staff

import (
	"context"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/sabotage"
)

// LongestGrant is how long a support grant can last.
const LongestGrant = 72 * time.Hour

// How a grant ended.
const (
	ByOwner = "owner" // taken back
	ByRole  = "role"  // the staff's role was taken or changed
)

// Grant lets one of the staff look into an organisation.
type Grant struct {
	ID      id.Grant
	Org     id.Org
	Staff   id.Account
	Opener  id.Person
	Reason  string
	Opened  time.Time
	Until   time.Time
	Ended   time.Time // zero while nobody ended it
	How     string
	Email   string // of the staff, for the organisation's owners
	Running bool

	sealed []byte // the reason, as the row holds it
}

func grantBind(g Grant) crypt.Bind {
	return crypt.Bind{Owner: crypt.OrgOwner(g.Org), Org: g.Org, Table: "support_grant", Column: "reason", Row: string(g.ID)}
}

// Open lets a member of the staff look into the organisation. The same id again
// changes nothing.
func (s *Service) Open(ctx context.Context, g org.Grant, grant id.Grant, email, reason string, hours int) (Grant, bool, error) {
	const op = "staff.Open"
	if err := g.Need(policy.ManageRoles); err != nil { // an owner
		return Grant{}, false, fault.Wrap(op, err)
	}
	fields := org.Text("reason", reason, 10, 500)
	if life := time.Duration(hours) * time.Hour; life <= 0 || life > LongestGrant {
		fields = append(fields, fault.Field{Path: "hours", Code: "out-of-range"})
	}
	if err := fault.InvalidFields(fields); err != nil {
		return Grant{}, false, err
	}
	out, made := Grant{}, false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		made = false
		have, ok, err := findGrant(tx, grant)
		if err != nil {
			return err
		}
		if ok {
			out = have
			return s.readable(tx, &out)
		}
		a, ok, err := s.People.FindAccount(tx, email)
		if err != nil {
			return err
		}
		var member row
		if ok {
			if member, ok, err = find(tx, a); err != nil {
				return err
			}
		}
		if !ok || member.rules != Rules {
			return fault.InvalidFields([]fault.Field{{Path: "staff_email", Code: "not-staff"}})
		}
		out = Grant{ID: grant, Org: g.Org, Staff: a, Opener: g.Person, Reason: reason, Opened: tx.Now(), Until: tx.Now().Add(time.Duration(hours) * time.Hour)}
		sealed, err := s.Keys.Seal(tx.Context(), grantBind(out), []byte(reason))
		if err != nil {
			return err
		}
		if err := insertGrant(tx, out, sealed); err != nil {
			return err
		}
		made = true
		if err := s.logGrant(tx, g.By(), grant, "opened"); err != nil {
			return err
		}
		if err := note(tx, "support.granted", string(grant), map[string]any{"hours": hours}); err != nil {
			return err
		}
		return s.readable(tx, &out)
	})
	return out, made, fault.Wrap(op, err)
}

// Close takes a grant back. What has ended stays as it is.
func (s *Service) Close(ctx context.Context, g org.Grant, grant id.Grant) error {
	const op = "staff.Close"
	if err := g.Need(policy.ManageRoles); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, ok, err := findGrant(tx, grant)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "grant-not-found", "there is no such grant")
		}
		if !have.Ended.IsZero() {
			return nil
		}
		if err := endGrant(tx, grant, ByOwner); err != nil {
			return err
		}
		if err := s.logGrant(tx, g.By(), grant, "closed"); err != nil {
			return err
		}
		return note(tx, "support.closed", string(grant), nil)
	}))
}

// Grants are those of an organisation, newest first, for its owners.
func (s *Service) Grants(ctx context.Context, g org.Grant) ([]Grant, error) {
	const op = "staff.Grants"
	if err := g.Need(policy.ManageRoles); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Grant
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if out, err = grantsOf(tx); err != nil {
			return err
		}
		for i := range out {
			if err := s.readable(tx, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, fault.Wrap(op, err)
}

// readable opens the reason and finds whose grant it is.
func (s *Service) readable(tx *db.Tx, g *Grant) error {
	g.Running = g.Ended.IsZero() && tx.Now().Before(g.Until)
	if g.sealed != nil {
		plain, err := s.Keys.Open(grantBind(*g), g.sealed)
		if err != nil {
			return err
		}
		g.Reason = string(plain)
	}
	acc, err := s.People.Account(tx, personal.Security, g.Staff)
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Denied) {
		return err
	}
	g.Email = acc.Email
	return nil
}

// endAll ends the running grants of an account, over all organisations.
func (s *Service) endAll(tx *db.Tx, a id.Account) error {
	n, err := endGrantsOf(tx, a, ByRole)
	if err != nil || n == 0 {
		return err
	}
	return note(tx, "support.ended", id.New[string](), map[string]any{"grants": n})
}

func (s *Service) logGrant(tx *db.Tx, by feed.Actor, grant id.Grant, what string) error {
	stream := person.OrgAudience(tx.Org())
	return feed.Append(tx, by, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "support-grant", ID: string(grant)}, Kind: what,
		Version: 1, Audiences: []string{stream}})
}

// Book is the address book of an organisation, for staff whom it granted
// that. Each person who is read is told so by a row of the ledger, which is
// written with the reading or the reading fails.
func (s *Service) Book(ctx context.Context, c org.Caller, which id.Org) ([]person.Person, error) {
	const op = "staff.Book"
	st, err := s.Of(ctx, c)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if err := st.Require(Support, Officer, Administrator); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []person.Person
	err = s.DB.Write(ctx, db.Tenant(which), func(tx *db.Tx) error {
		now, err := s.of(tx, c) // the role may have gone since
		if err != nil {
			return err
		}
		if err := now.Require(Support, Officer, Administrator); err != nil {
			return err
		}
		grant, ok, err := running(tx, c.Account)
		if err != nil {
			return err
		}
		if !ok && !sabotage.Off("AUTHZ-1") {
			return errNotStaff() // not even whether there is such an organisation
		}
		if out, err = s.People.Everybody(tx, personal.Support); err != nil {
			return err
		}
		var rows []disclosure.Row
		for _, p := range out {
			if f := shown(p); len(f) > 0 {
				rows = append(rows, disclosure.Row{Who: personal.OfPerson(which, p.ID), Recipient: disclosure.Recipient{Kind: disclosure.Staff, ID: string(c.Account)},
					Fields: f, Purpose: personal.Support, Why: disclosure.WhySupport, By: string(grant.ID)})
			}
		}
		if sabotage.Off("USE-3") {
			return nil
		}
		return disclosure.Record(tx, rows...)
	})
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	return out, nil
}

// shown are the fields of a person that hold something.
func shown(p person.Person) []string {
	var out []string
	for _, f := range []struct{ name, value string }{{"name", p.Name}, {"email", p.Email}, {"phone", p.Phone}, {"function", p.Function}, {"locale", p.Locale}} {
		if f.value != "" {
			out = append(out, "person.sealed."+f.name)
		}
	}
	return out
}
