package office

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func find(tx *db.Tx, org id.Org) (Settings, bool, error) {
	return db.Maybe(tx, func(r db.Scanner) (s Settings, err error) {
		err = r.Scan(&s.Org, &s.Email, &s.Post, &s.Country, &s.OfficerEmail, &s.OfficerPost, &s.Version)
		return s, err
	}, `select org_id, email, post, country, officer_email, officer_post, version from org_privacy where org_id = $1`, org)
}

func save(tx *db.Tx, s Settings) error {
	_, err := tx.Exec(`insert into org_privacy (org_id, email, post, country, officer_email, officer_post, version, changed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (org_id) do update set email = excluded.email, post = excluded.post, country = excluded.country,
			officer_email = excluded.officer_email, officer_post = excluded.officer_post, version = excluded.version, changed_at = excluded.changed_at`,
		tx.Org(), s.Email, s.Post, s.Country, s.OfficerEmail, s.OfficerPost, s.Version, tx.Micros())
	return err
}
