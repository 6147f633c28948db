package person

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

// AccountsAfter are ids of accounts in order, after one of them: for what
// every account must be told.
func (s *Service) AccountsAfter(tx *db.Tx, after id.Account, limit int) ([]id.Account, error) {
	return db.All(tx, db.Value1[id.Account], `select id from account where id > $1 order by id limit $2`, after, limit)
}

// LocaleOf is the language that an account is written to in.
func (s *Service) LocaleOf(tx *db.Tx, a id.Account) (lang.Locale, error) {
	acc, err := s.Account(tx, personal.Rights, a)
	if err != nil {
		return "", err
	}
	return lang.Match(acc.Locale), nil
}
