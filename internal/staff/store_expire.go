package staff

import "plumbline/internal/db"

// Expire deletes roles of accounts that are no more. Whoever stops working for
// the operator loses theirs at once, by Remove.
func Expire(tx *db.Tx) (int64, error) {
	return tx.Exec(`delete from staff where not exists (select 1 from account a where a.id = staff.account_id)`)
}
