package main

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

type row struct {
	id     id.Person
	sealed []byte
}

func sealed(tx *db.Tx) ([]row, error) {
	return db.All(tx, func(s db.Scanner) (r row, err error) {
		err = s.Scan(&r.id, &r.sealed)
		return r, err
	}, `select id, sealed from person where org_id = $1 order by number`, tx.Org())
}
