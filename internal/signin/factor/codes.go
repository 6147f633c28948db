package factor

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/signin/note"
)

// How many recovery codes there are.
const codes = 10

// newCodes makes recovery codes in place of those there were: 80 random bits
// each, in four groups of four.
func newCodes(tx *db.Tx, a id.Account) ([]string, error) {
	if err := removeCodes(tx, a); err != nil {
		return nil, err
	}
	var all []string
	for range codes {
		raw := make([]byte, 10)
		if _, err := rand.Read(raw); err != nil {
			return nil, err
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		if err := insertCode(tx, codeHash(a, text), a); err != nil {
			return nil, err
		}
		all = append(all, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
	}
	return all, nil
}

func codeHash(a id.Account, given string) []byte {
	plain := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(given))
	return sum(string(a) + "\x00" + plain)
}

// NewCodes makes recovery codes in place of those there were, and tells them,
// this once.
func (s *Service) NewCodes(ctx context.Context, c org.Caller) (all []string, err error) {
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		on, err := kindsOf(tx, c.Account)
		if err != nil {
			return err
		}
		if len(on) == 0 {
			return fault.New(fault.Conflict, "no-factor", "there is no second factor that they would stand in for")
		}
		if all, err = newCodes(tx, c.Account); err != nil {
			return err
		}
		return note.Log(tx, c.Account, "factor", string(c.Account), feed.Changed, c.Via)
	})
	return all, fault.Wrap("factor.NewCodes", err)
}

// UseRecovery takes a recovery code of the account, which is spent.
func (s *Service) UseRecovery(tx *db.Tx, a id.Account, given string) error {
	if n, err := useCode(tx, codeHash(a, given)); err != nil || n > 0 {
		return err
	}
	return errWrong()
}
