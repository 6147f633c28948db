// Package codes makes what former participants are called by: unique in the
// organisation, and never given again.
package codes

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

// Set gives a former participant their code.
func Set(tx *db.Tx, p id.Person, code string) error {
	_, err := tx.Exec(`update person set code = $3 where org_id = $1 and id = $2`, tx.Org(), p, code)
	return err
}

func hasCode(tx *db.Tx, code string) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from person where org_id = $1 and code = $2`, tx.Org(), code)
	return ok, err
}

// New is a code that nobody in the organisation has or had.
func New(tx *db.Tx) (string, error) {
	for digits := 4; ; digits += 2 {
		for range 8 {
			b := make([]byte, (digits+1)/2)
			if _, err := rand.Read(b); err != nil {
				return "", err
			}
			code := strings.ToUpper(hex.EncodeToString(b))[:digits]
			taken, err := hasCode(tx, code)
			if err != nil || !taken {
				return code, err
			}
		}
	}
}
