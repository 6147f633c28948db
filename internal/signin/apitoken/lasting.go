package apitoken

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/signin/rows"
)

// Lasting says whose token lasts, or session, of many callers. Those without
// either are alive.
func (s *Service) Lasting(tx *db.Tx, all []org.Caller) (map[org.Caller]bool, error) {
	alive := make(map[org.Caller]bool, len(all))
	var accounts []id.Account
	for _, c := range all {
		switch {
		case c.Reach.Token != "":
			lasts, err := s.Alive(tx, c.Reach.Token)
			if err != nil {
				return nil, err
			}
			alive[c] = lasts
		case c.Session != "":
			accounts = append(accounts, c.Account)
		default:
			alive[c] = true
		}
	}
	if len(accounts) == 0 {
		return alive, nil
	}
	sessions, err := rows.Lasting(tx, accounts)
	for _, c := range all {
		if c.Reach.Token == "" && c.Session != "" {
			of, lasts := sessions[c.Session]
			alive[c] = lasts && of == c.Account
		}
	}
	return alive, err
}
