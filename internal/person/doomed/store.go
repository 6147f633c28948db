// Package doomed remembers keys that are to be destroyed, and how far the key
// ring was when the data last relied on it: two tables of the vault.
package doomed

import (
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// RingCounter is how far the ring was when the data last relied on it.
func RingCounter(tx *db.Tx) (n int64, err error) {
	err = tx.Row(`select counter from key_ring where name = 'ring'`).Scan(&n)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return n, err
}

// Remember keeps how far the ring is. It writes only where that is news,
// so that transactions do not wait for each other's row.
func Remember(tx *db.Tx, counter int64) error {
	have, err := RingCounter(tx)
	if err != nil || have >= counter {
		return err
	}
	_, err = tx.Exec(`insert into key_ring (name, counter) values ('ring', $1)
		on conflict (name) do update set counter = excluded.counter where key_ring.counter < excluded.counter`, counter)
	return err
}

// Doom notes a key that is to be destroyed.
func Doom(tx *db.Tx, kind, owner string, due int64) error {
	_, err := tx.Exec(`insert into doomed_key (kind, id, due_at) values ($1, $2, $3) on conflict (kind, id) do nothing`, kind, owner, due)
	return err
}

// Due are the keys whose time has come.
func Due(tx *db.Tx, now int64, limit int) ([]crypt.Owner, error) {
	return db.All(tx, func(s db.Scanner) (crypt.Owner, error) {
		var kind, owner string
		err := s.Scan(&kind, &owner)
		if kind == "account" {
			return crypt.AccountOwner(id.Account(owner)), err
		}
		return crypt.PersonOwner(id.Person(owner)), err
	}, `select kind, id from doomed_key where due_at <= $1 order by due_at, id limit $2`, now, limit)
}

// Forget forgets keys that were destroyed.
func Forget(tx *db.Tx, owners []crypt.Owner) error {
	for _, o := range owners {
		if _, err := tx.Exec(`delete from doomed_key where kind = $1 and id = $2`, o.Kind.String(), o.ID); err != nil {
			return err
		}
	}
	return nil
}
