package signin

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/signin/apitoken"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/factor"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/rows"
)

// EndAll ends every session and API token of an account and takes its reset links: whatever
// was let in is out, on all nodes.
func (s *Service) EndAll(tx *db.Tx, a id.Account) error {
	if _, err := rows.DeleteOtherSessions(tx, a, ""); err != nil {
		return fault.Wrap("signin.EndAll", err)
	}
	if err := factor.EndSteps(tx, a); err != nil {
		return fault.Wrap("signin.EndAll", err)
	}
	if err := apitoken.EndAll(tx, a); err != nil {
		return fault.Wrap("signin.EndAll", err)
	}
	return fault.Wrap("signin.EndAll", rows.ForgetResets(tx, a))
}

// ForgetAttempts forgets the counted failures of an account and an address. What
// was counted for a browser of theirs nobody can tell; it goes within a day.
func (s *Service) ForgetAttempts(ctx context.Context, a id.Account, email string) error {
	const op = "signin.ForgetAttempts"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	keys := []pace.Key{pace.KeyOf(secret, pace.Account, string(a)), pace.KeyOf(secret, pace.Reset, string(a))}
	if email != "" {
		keys = append(keys, pace.KeyOf(secret, pace.Email, person.NormalEmail(email)))
	}
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	return fault.Wrap(op, s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		for _, k := range keys {
			if err := attempts.Delete(tx, k); err != nil {
				return err
			}
		}
		return nil
	}))
}
