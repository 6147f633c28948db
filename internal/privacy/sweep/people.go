package sweep

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/personal"
	"plumbline/internal/retention"
	"plumbline/internal/sabotage"
)

// Lapsing is what people are met with whom nobody uses any more.
type Lapsing struct {
	// Tell writes to an account: Warned or Blocked.
	Tell func(tx *db.Tx, account personal.Who, what string) error
	// Block ends an account's sessions and takes its password: it is used for
	// nothing until its holder asks for a new one.
	Block func(tx *db.Tx, account personal.Who) error
	// Erase begins the erasure of someone.
	Erase func(ctx context.Context, who personal.Who) error
	DB    *db.DB
}

// What an account is told.
const (
	Warned  = "account-unused"
	Blocked = "account-blocked"
)

// Rules are those of people and accounts that nobody uses: noted, warned,
// blocked, erased; depersonalised.
func (l Lapsing) Rules() []Rule {
	account, _ := personal.WhileAccount.Lapse()
	person, _ := personal.WhilePerson.Lapse()
	cut := func(s personal.Span, now time.Time) int64 { return retention.Span(s).Cutoff(now).UnixMicro() }
	due := func(find func(tx *db.Tx, used, noticed int64) ([]personal.Who, error), noticed personal.Span) func(tx *db.Tx) ([]personal.Who, int64, error) {
		return func(tx *db.Tx) (whos []personal.Who, of int64, err error) {
			if sabotage.Off("RET-2") {
				return nil, 0, nil
			}
			if of, err = countAccounts(tx); err == nil {
				whos, err = find(tx, cut(account.Unused, tx.Now()), cut(noticed, tx.Now()))
			}
			return whos, of, err
		}
	}
	stage := func(fn func(tx *db.Tx, who personal.Who) error) func(ctx context.Context, who personal.Who) error {
		return func(ctx context.Context, who personal.Who) error {
			return l.DB.Write(ctx, everyone(), func(tx *db.Tx) error { return fn(tx, who) })
		}
	}
	return []Rule{
		{Name: "use", Hourly: true, Rows: noteUse},
		{Name: "accounts-unused", Then: personal.Block, People: due(toWarn, personal.Span{}),
			Each: stage(func(tx *db.Tx, who personal.Who) error {
				if err := setNotice(tx, who.ID, "warned"); err != nil {
					return err
				}
				return l.Tell(tx, who, Warned)
			})},
		{Name: "accounts-blocked", Then: personal.Block, People: due(toBlock, account.Warned),
			Each: stage(func(tx *db.Tx, who personal.Who) error {
				if err := setNotice(tx, who.ID, "blocked"); err != nil {
					return err
				}
				if err := l.Block(tx, who); err != nil {
					return err
				}
				return l.Tell(tx, who, Blocked)
			})},
		{Name: "accounts-erased", Covers: []Cover{{"account", personal.WhileAccount}}, Then: account.Then, People: due(toErase, account.Blocked), Each: l.Erase},
		{Name: "people-erased", Covers: []Cover{{"person", personal.WhilePerson}}, Then: person.Then, Each: l.Erase,
			People: func(tx *db.Tx) (whos []personal.Who, of int64, err error) {
				if sabotage.Off("RET-2") {
					return nil, 0, nil
				}
				if of, err = countPeople(tx); err == nil {
					whos, err = unusedPeople(tx, cut(person.Unused, tx.Now()))
				}
				return whos, of, err
			}},
	}
}
