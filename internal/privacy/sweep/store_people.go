package sweep

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// What nobody uses is seen from several tables at once; all of it is read here,
// and none of it written.

func countAccounts(tx *db.Tx) (n int64, err error) {
	return n, tx.Row(`select count(*) from account`).Scan(&n)
}

func countPeople(tx *db.Tx) (n int64, err error) {
	return n, tx.Row(`select count(*) from person where org_id >= '' and state <> 'former'`).Scan(&n)
}

// noteUse takes the last use of accounts from their sessions, and takes a
// notice back from who came again.
func noteUse(tx *db.Tx) (int64, error) {
	if _, err := tx.Exec(`insert into account_use (account_id, used_at)
		select account_id, max(last_seen_at) from session group by account_id
		on conflict (account_id) do update set used_at = excluded.used_at where account_use.used_at < excluded.used_at`); err != nil {
		return 0, err
	}
	_, err := tx.Exec(`delete from unused_notice where exists
		(select 1 from account_use u where u.account_id = unused_notice.account_id and u.used_at > unused_notice.at)`)
	return 0, err
}

func accounts(tx *db.Tx, query string, args ...any) ([]personal.Who, error) {
	return db.All(tx, func(s db.Scanner) (personal.Who, error) {
		var a id.Account
		err := s.Scan(&a)
		return personal.OfAccount(a), err
	}, query, args...)
}

// unused are accounts that nobody used since an instant ($1), that are not being
// erased, not restricted, and whose organisations do not need them: the only
// owner stays.
const unused = `select a.id from account a left join account_use u on u.account_id = a.id left join unused_notice n on n.account_id = a.id
	where coalesce(u.used_at, a.created_at) <= $1
	and not exists (select 1 from account_standing t where t.account_id = a.id and t.about in ('erasing', 'restriction', 'child'))`

func toWarn(tx *db.Tx, before, _ int64) ([]personal.Who, error) {
	return accounts(tx, unused+` and n.account_id is null order by a.id`, before)
}

func toBlock(tx *db.Tx, before, warned int64) ([]personal.Who, error) {
	return accounts(tx, unused+` and n.stage = 'warned' and n.at <= $2 order by a.id`, before, warned)
}

func toErase(tx *db.Tx, before, blocked int64) ([]personal.Who, error) {
	return accounts(tx, unused+` and n.stage = 'blocked' and n.at <= $2
		and not exists (select 1 from person p join member m on m.org_id = p.org_id and m.person_id = p.id and m.role = 'owner'
			where p.account_id = a.id and not exists (select 1 from member o where o.org_id = m.org_id and o.role = 'owner' and o.person_id <> m.person_id))
		order by a.id`, before, blocked)
}

func setNotice(tx *db.Tx, account, stage string) error {
	_, err := tx.Exec(`insert into unused_notice (account_id, stage, at) values ($1, $2, $3)
		on conflict (account_id) do update set stage = excluded.stage, at = excluded.at`, account, stage, tx.Micros())
	return err
}

// unusedPeople are on no project, are no members, wait for no answer to an
// invitation, are neither being erased nor restricted, and nothing about them
// changed since an instant.
func unusedPeople(tx *db.Tx, before int64) ([]personal.Who, error) {
	return db.All(tx, func(s db.Scanner) (personal.Who, error) {
		var o id.Org
		var p id.Person
		err := s.Scan(&o, &p)
		return personal.OfPerson(o, p), err
	}, `select p.org_id, p.id from person p where p.state <> 'former' and p.created_at <= $1
		and not exists (select 1 from participant t where t.org_id = p.org_id and t.person_id = p.id and t.state = 'active')
		and not exists (select 1 from member m where m.org_id = p.org_id and m.person_id = p.id)
		and not exists (select 1 from invite i where i.org_id = p.org_id and i.person_id = p.id and i.state = 'open')
		and not exists (select 1 from feed_change c where c.org_id = p.org_id and c.thing_id = p.id and c.at > $1)
		and not exists (select 1 from person_standing t where t.org_id = p.org_id and t.person_id = p.id and t.about in ('erasing', 'restriction', 'child'))
		order by p.org_id, p.id`, before)
}
