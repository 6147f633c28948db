package person

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

type accountRow struct {
	id                  id.Account
	sealed, credentials []byte
	version             int64
}

const selectAccount = `select id, sealed, credentials, version from account`

func scanAccount(s db.Scanner) (r accountRow, err error) {
	err = s.Scan(&r.id, &r.sealed, &r.credentials, &r.version)
	return r, err
}

func insertAccount(tx *db.Tx, a id.Account, sealed, credentials []byte, number int64) error {
	_, err := tx.Exec(`insert into account (id, sealed, credentials, version, number, created_at) values ($1, $2, $3, 1, $4, $5)`,
		a, sealed, credentials, number, tx.Micros())
	return err
}

func findAccount(tx *db.Tx, a id.Account) (accountRow, error) {
	r, ok, err := db.Maybe(tx, scanAccount, selectAccount+` where id = $1`, a)
	if err == nil && !ok {
		err = errNoAccount()
	}
	return r, err
}

func updateAccount(tx *db.Tx, a id.Account, sealed []byte, version, number int64) error {
	_, err := tx.Exec(`update account set sealed = $2, version = $3, number = $4 where id = $1`, a, sealed, version, number)
	return err
}

func setCredentials(tx *db.Tx, a id.Account, credentials []byte) error {
	n, err := tx.Exec(`update account set credentials = $2, version = version + 1 where id = $1`, a, credentials)
	if err == nil && n == 0 {
		err = errNoAccount()
	}
	return err
}

func deleteAccount(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from account where id = $1`, a)
	return err
}

func accountsSince(tx *db.Tx, after, upTo int64) ([]accountRow, error) {
	return db.All(tx, scanAccount, selectAccount+` where number > $1 and number <= $2 order by number`, after, upTo)
}

func accountCounter(tx *db.Tx) (number, epoch int64, err error) {
	err = tx.Row(`select number, epoch from account_counter where name = 'account'`).Scan(&number, &epoch)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return number, epoch, err
}

func bumpAccounts(tx *db.Tx, anew bool) (number int64, err error) {
	more := int64(0)
	if anew {
		more = 1
	}
	err = tx.Row(`insert into account_counter (name, number, epoch) values ('account', 1, $1)
		on conflict (name) do update set number = account_counter.number + 1, epoch = account_counter.epoch + $1
		returning number`, more).Scan(&number)
	return number, err
}
