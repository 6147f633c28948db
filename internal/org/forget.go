package org

import (
	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

// DeadenLinks kills the links that were mailed to a person.
func DeadenLinks(tx *db.Tx, org id.Org, p id.Person) error {
	return fault.Wrap("org.DeadenLinks", deleteLinksOf(tx, org, p))
}

// Forget takes a person who is erased out of the organisation: their
// membership, the invitations to them and the mail of these. It leaves the last
// owner no way to stay: who may be erased is not decided here.
func (s *Service) Forget(tx *db.Tx, by feed.Actor, p id.Person) error {
	const op = "org.Forget"
	role, err := roleOf(tx, tx.Org(), p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if role != policy.OrgNone {
		_, version, err := lockMember(tx, p)
		if err != nil {
			return fault.Wrap(op, err)
		}
		if err := deleteMember(tx, p); err != nil {
			return fault.Wrap(op, err)
		}
		if err := s.log(tx, by, "member", string(p), feed.Deleted, version+1); err != nil {
			return fault.Wrap(op, err)
		}
	}
	invites, err := invitesTo(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, in := range invites {
		if _, err := mail.EraseRecipient(tx, mail.Recipient{Kind: RecipientInvite, ID: string(in)}); err != nil {
			return fault.Wrap(op, err)
		}
	}
	if err := deleteLinksOf(tx, tx.Org(), p); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, deleteInvitesTo(tx, p))
}

// Alone reports whether an organisation would be left without an owner.
func Alone(tx *db.Tx, without []id.Person) (bool, error) {
	all, err := members(tx)
	if err != nil {
		return false, fault.Wrap("org.Alone", err)
	}
	gone := map[id.Person]bool{}
	for _, p := range without {
		gone[p] = true
	}
	owned, left := false, false
	for _, m := range all {
		if m.Role == policy.OrgOwner {
			owned = owned || gone[m.Person]
			left = left || !gone[m.Person]
		}
	}
	return owned && !left, nil
}

// Shut reports whether nothing may be done with a person any more: they are
// being erased, or are reported as a child. They are let in nowhere.
func Shut(tx *db.Tx, org id.Org, p id.Person) (bool, error) {
	s, err := consent.Of(tx, personal.OfPerson(org, p))
	return s.Gate(personal.Participants, personal.Contract) != nil && s.Denied != "", fault.Wrap("org.Shut", err)
}

// ShutOf says of which persons of an organisation that is so.
func ShutOf(tx *db.Tx, org id.Org, persons []id.Person) (map[id.Person]bool, error) {
	all, err := consent.People(tx, org, persons)
	shut := map[id.Person]bool{}
	for p, s := range all {
		shut[p] = s.Gate(personal.Participants, personal.Contract) != nil && s.Denied != ""
	}
	return shut, fault.Wrap("org.ShutOf", err)
}

// CompanyName is a company's name; empty without one.
func CompanyName(tx *db.Tx, company id.Company) (string, error) {
	if company == "" {
		return "", nil
	}
	c, err := findCompany(tx, company)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return c.Name, fault.Wrap("org.CompanyName", err)
}
