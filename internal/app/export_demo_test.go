package app

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
)

// account finds who signs in with an address.
func (h *House) account(ctx context.Context, email string) (access.Caller, bool, error) {
	var (
		a  id.Account
		ok bool
	)
	err := h.DB.Read(ctx, db.Everyone("a test looks up an account"), func(tx *db.Tx) (err error) {
		a, ok, err = h.People.FindAccount(tx, email)
		return err
	})
	return access.Caller{Account: a, Via: "session"}, ok, err
}
