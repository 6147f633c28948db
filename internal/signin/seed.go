package signin

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
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
	if c.Session == "" && c.Reach.Token == "" {
		return nil
	}
	alive := false
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		if c.Reach.Token != "" {
			alive, err = s.Tokens.Alive(tx, c.Reach.Token)
			return err
		}
		all, err := rows.SessionsOf(tx, c.Account)
		for _, r := range all {
			if r.ID == c.Session {
				alive = tx.Now().Before(r.Expires)
			}
		}
		return err
	})
	if err == nil && !alive {
		err = fault.New(fault.Unauthenticated, "unauthenticated", "the session has ended")
	}
	return fault.Wrap("signin.Alive", err)
}
