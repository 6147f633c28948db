package suppression

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
)

func suppress(tx *db.Tx, hash []byte, why Reason) error {
	_, err := tx.Exec(`insert into suppression (hash, reason, at) values ($1, $2, $3)
		on conflict (hash) do update set reason = excluded.reason where suppression.reason = 'promotion'`, hash, string(why), tx.Micros())
	return err
}

func suppressed(tx *db.Tx, hash []byte) (Reason, bool, error) {
	return db.Maybe(tx, db.Value1[Reason], `select reason from suppression where hash = $1`, hash)
}

func anySuppressed(tx *db.Tx) (bool, error) {
	_, some, err := db.Maybe(tx, db.Value1[Reason], `select reason from suppression limit 1`)
	return some, err
}

func unsuppress(tx *db.Tx, hash []byte) error {
	_, err := tx.Exec(`delete from suppression where hash = $1`, hash)
	return err
}

func keepSecret(tx *db.Tx, name string, sealed []byte) (kept []byte, err error) {
	if _, err := tx.Exec(`insert into suppression_secret (name, sealed) values ($1, $2) on conflict (name) do nothing`, name, sealed); err != nil {
		return nil, err
	}
	err = tx.Row(`select sealed from suppression_secret where name = $1`, name).Scan(&kept)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Unavailable, "suppression-closed", "the secret of the suppressed addresses is missing")
	}
	return kept, err
}
