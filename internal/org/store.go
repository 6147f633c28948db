package org

import (
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

func insertOrg(tx *db.Tx, o Org) error {
	_, err := tx.Exec(`insert into org (org_id, name, locale, version, created_at) values ($1, $2, $3, 1, $4)`, o.ID, o.Name, o.Locale, tx.Micros())
	return err
}

func find(tx *db.Tx, org id.Org) (Org, error) {
	o, ok, err := db.Maybe(tx, func(s db.Scanner) (o Org, err error) {
		err = s.Scan(&o.ID, &o.Name, &o.Locale, &o.Version)
		return o, err
	}, `select org_id, name, locale, version from org where org_id = $1`, org)
	if err == nil && !ok {
		err = errNoOrg()
	}
	return o, err
}

func insertMember(tx *db.Tx, p id.Person, role policy.OrgRole) error {
	_, err := tx.Exec(`insert into member (org_id, person_id, role, version, created_at) values ($1, $2, $3, 1, $4)`,
		tx.Org(), p, role.String(), tx.Micros())
	return err
}

func roleOf(tx *db.Tx, org id.Org, p id.Person) (policy.OrgRole, error) {
	name, ok, err := db.Maybe(tx, db.Value1[string], `select role from member where org_id = $1 and person_id = $2`, org, p)
	if err != nil || !ok {
		return policy.OrgNone, err
	}
	role, _ := policy.ParseOrgRole(name)
	return role, nil
}

// lockMember holds all members of the organisation, so that two owners cannot
// leave at once.
func lockMember(tx *db.Tx, p id.Person) (role policy.OrgRole, version int64, err error) {
	if _, err := tx.Exec(`update org set version = version where org_id = $1`, tx.Org()); err != nil {
		return role, 0, err
	}
	var name string
	err = tx.Row(`select role, version from member where org_id = $1 and person_id = $2`, tx.Org(), p).Scan(&name, &version)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "member-not-found", "there is no such member")
	}
	role, _ = policy.ParseOrgRole(name)
	return role, version, err
}

func setRole(tx *db.Tx, p id.Person, role policy.OrgRole) error {
	_, err := tx.Exec(`update member set role = $3, version = version + 1 where org_id = $1 and person_id = $2`, tx.Org(), p, role.String())
	return err
}

func deleteMember(tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(`delete from member where org_id = $1 and person_id = $2`, tx.Org(), p)
	return err
}

func owners(tx *db.Tx) (n int, err error) {
	err = tx.Row(`select count(*) from member where org_id = $1 and role = 'owner'`, tx.Org()).Scan(&n)
	return n, err
}

func members(tx *db.Tx) ([]Member, error) {
	return db.All(tx, func(s db.Scanner) (m Member, err error) {
		var role string
		err = s.Scan(&m.Person, &role)
		m.Role, _ = policy.ParseOrgRole(role)
		return m, err
	}, `select person_id, role from member where org_id = $1 order by created_at, person_id`, tx.Org())
}

func scanCompany(s db.Scanner) (c Company, err error) {
	err = s.Scan(&c.ID, &c.Name, &c.Trade, &c.Version)
	return c, err
}

func insertCompany(tx *db.Tx, c Company) (bool, error) {
	n, err := tx.Exec(`insert into company (org_id, id, name, trade, version, created_at) values ($1, $2, $3, $4, 1, $5)
		on conflict (org_id, id) do nothing`, tx.Org(), c.ID, c.Name, c.Trade, tx.Micros())
	return n == 1, err
}

const selectCompany = `select id, name, trade, version from company where org_id = $1`

func findCompany(tx *db.Tx, company id.Company) (Company, error) {
	c, ok, err := db.Maybe(tx, scanCompany, selectCompany+` and id = $2`, tx.Org(), company)
	if err == nil && !ok {
		err = errNoCompany()
	}
	return c, err
}

func lockCompany(tx *db.Tx, company id.Company) (Company, error) {
	if _, err := tx.Exec(`update company set version = version where org_id = $1 and id = $2`, tx.Org(), company); err != nil {
		return Company{}, err
	}
	return findCompany(tx, company)
}

func updateCompany(tx *db.Tx, c Company) error {
	_, err := tx.Exec(`update company set name = $3, trade = $4, version = $5 where org_id = $1 and id = $2`, tx.Org(), c.ID, c.Name, c.Trade, c.Version)
	return err
}

func companies(tx *db.Tx) ([]Company, error) {
	return db.All(tx, scanCompany, selectCompany+` order by created_at, id`, tx.Org())
}

const selectInvite = `select org_id, id, person_id, inviter_id, project_id, level, role_ids, source, locale, state, version, created_at, expires_at from invite`

func scanInvite(s db.Scanner) (in Invitation, err error) {
	var project *string
	var level, roles string
	var created, expires int64
	if err = s.Scan(&in.Org, &in.ID, &in.Person, &in.Inviter, &project, &level, &roles, &in.Source, &in.Locale, &in.State, &in.Version, &created, &expires); err != nil {
		return in, err
	}
	if project != nil {
		in.Project = id.Project(*project)
	}
	in.Level, _ = policy.ParseLevel(level)
	in.Created, in.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	err = json.Unmarshal([]byte(roles), &in.Roles)
	return in, err
}

func insertInvite(tx *db.Tx, in Invitation) error {
	if in.Roles == nil {
		in.Roles = []id.Role{}
	}
	roles, err := json.Marshal(in.Roles)
	if err != nil {
		return err
	}
	var project *string
	if in.Project != "" {
		project = (*string)(&in.Project)
	}
	_, err = tx.Exec(`insert into invite (org_id, id, person_id, inviter_id, project_id, level, role_ids, source, locale, state, version, created_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 1, $10, $11)`,
		tx.Org(), in.ID, in.Person, in.Inviter, project, in.Level.String(), string(roles), string(in.Source), in.Locale,
		in.Created.UnixMicro(), in.Expires.UnixMicro())
	return err
}

func findInvite(tx *db.Tx, invite id.Invite) (Invitation, bool, error) {
	return db.Maybe(tx, scanInvite, selectInvite+` where org_id = $1 and id = $2`, tx.Org(), invite)
}

func openInvites(tx *db.Tx) ([]Invitation, error) {
	return db.All(tx, scanInvite, selectInvite+` where org_id = $1 and state = 'open' order by created_at desc, id desc`, tx.Org())
}

func lapsedInvites(tx *db.Tx, now int64) ([]Invitation, error) {
	return db.All(tx, scanInvite, selectInvite+` where state = 'open' and expires_at <= $1 order by expires_at limit 1000`, now)
}

func invitedSince(tx *db.Tx, since int64) (n int, err error) {
	err = tx.Row(`select count(*) from invite where org_id = $1 and created_at > $2`, tx.Org(), since).Scan(&n)
	return n, err
}

// closeInvite answers an open invitation and takes its links. That it was
// answered meanwhile shows as a link that lapsed.
func closeInvite(tx *db.Tx, invite id.Invite, state string) error {
	n, err := tx.Exec(`update invite set state = $3, closed_at = $4, version = version + 1 where org_id = $1 and id = $2 and state = 'open'`,
		tx.Org(), invite, state, tx.Micros())
	if err != nil {
		return err
	}
	if n == 0 {
		return errLapsed()
	}
	_, err = tx.Exec(`delete from invite_link where org_id = $1 and invite_id = $2`, tx.Org(), invite)
	return err
}

func insertLink(tx *db.Tx, invite id.Invite, hash []byte) error {
	_, err := tx.Exec(`insert into invite_link (hash, org_id, invite_id, created_at) values ($1, $2, $3, $4)`, hash, tx.Org(), invite, tx.Micros())
	return err
}

func findLink(tx *db.Tx, hash []byte) (org id.Org, invite id.Invite, ok bool, err error) {
	type link struct {
		org    id.Org
		invite id.Invite
	}
	l, ok, err := db.Maybe(tx, func(s db.Scanner) (l link, err error) {
		err = s.Scan(&l.org, &l.invite)
		return l, err
	}, `select org_id, invite_id from invite_link where hash = $1`, hash)
	return l.org, l.invite, ok, err
}
