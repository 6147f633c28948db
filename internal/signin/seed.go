package signin

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/signin/rows"
)

// Hash is the stored form of a password, unchecked: for whoever makes several
// accounts with one, such as a demo.
func (s *Service) Hash(ctx context.Context, pass string) (string, error) {
	return s.hash.Hash(ctx, pass)
}

// Alive is nil while a caller's session or token lasts: for what goes on after the
// request that was authenticated. Callers without either are alive.
func (s *Service) Alive(ctx context.Context, c org.Caller) error {
	alive, err := s.Lasting(ctx, []org.Caller{c})
	if err == nil && !alive[c] {
		err = fault.New(fault.Unauthenticated, "unauthenticated", "the session has ended")
	}
	return fault.Wrap("signin.Alive", err)
}

// Lasting says which callers are alive, of many at once.
func (s *Service) Lasting(ctx context.Context, all []org.Caller) (map[org.Caller]bool, error) {
	alive := make(map[org.Caller]bool, len(all))
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		clear(alive)
		var accounts []id.Account
		for _, c := range all {
			switch {
			case c.Reach.Token != "":
				lasts, err := s.Tokens.Alive(tx, c.Reach.Token)
				if err != nil {
					return err
				}
				alive[c] = lasts
			case c.Session != "":
				accounts = append(accounts, c.Account)
			default:
				alive[c] = true
			}
		}
		if len(accounts) == 0 {
			return nil
		}
		sessions, err := rows.Lasting(tx, accounts)
		for _, c := range all {
			if c.Reach.Token == "" && c.Session != "" {
				of, lasts := sessions[c.Session]
				alive[c] = lasts && of == c.Account
			}
		}
		return err
	})
	return alive, fault.Wrap("signin.Lasting", err)
}
