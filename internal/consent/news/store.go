package news

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

func insertUnsubscribe(tx *db.Tx, hash []byte, a id.Account, p personal.Purpose) error {
	_, err := tx.Exec(`insert into unsubscribe_link (hash, account_id, purpose, created_at) values ($1, $2, $3, $4)`, hash, a, string(p), tx.Micros())
	return err
}

func unsubscribeOf(tx *db.Tx, hash []byte) (a id.Account, p personal.Purpose, ok bool, err error) {
	type link struct {
		account id.Account
		purpose personal.Purpose
	}
	l, ok, err := db.Maybe(tx, func(s db.Scanner) (l link, err error) {
		err = s.Scan(&l.account, &l.purpose)
		return l, err
	}, `select account_id, purpose from unsubscribe_link where hash = $1`, hash)
	return l.account, l.purpose, ok, err
}
