package signin

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/org"
)

// Hash is the stored form of a password, unchecked: for whoever makes several
// accounts with one, such as a demo.
func (s *Service) Hash(ctx context.Context, pass string) (string, error) {
	return s.hash.Hash(ctx, pass)
}

// Alive is nil while a caller's session or token lasts: for what goes on after the
// request that was authenticated. Callers without either are alive.
func (s *Service) Alive(ctx context.Context, c org.Caller) error {
	lasting, err := s.Lasting(ctx, []org.Caller{c})
	if err == nil && !lasting[c] {
		err = fault.New(fault.Unauthenticated, "unauthenticated", "the session has ended")
	}
	return fault.Wrap("signin.Alive", err)
}

// Lasting says which callers are alive, of many at once.
func (s *Service) Lasting(ctx context.Context, all []org.Caller) (lasting map[org.Caller]bool, err error) {
	err = s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		lasting, err = s.Tokens.Lasting(tx, all)
		return err
	})
	return lasting, fault.Wrap("signin.Lasting", err)
}
