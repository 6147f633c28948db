package person

import (
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// Present are those of the owners of keys that have a row and are no former
// participants: for who asks, in a transaction for everyone, what of the erased
// came back with a backup.
func Present(tx *db.Tx, owners []crypt.Owner) ([]personal.Who, error) {
	var out []personal.Who
	for _, o := range owners {
		switch o.Kind {
		case crypt.KindAccount:
			_, ok, err := db.Maybe(tx, db.Value1[string], `select id from account where id = $1`, o.ID)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, personal.OfAccount(id.Account(o.ID)))
			}
		case crypt.KindPerson:
			org, ok, err := db.Maybe(tx, db.Value1[id.Org], `select org_id from person where id = $1 and state <> 'former'`, o.ID)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, personal.OfPerson(org, id.Person(o.ID)))
			}
		case crypt.KindOrg, crypt.KindBucket:
		}
	}
	return out, nil
}
