package app

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func fixturesKeep(*world) []fixture {
	return []fixture{
		{"sweep-list", officer, aHeldSweep, nil, 200, `"{sweep}"`, ""},
		{"sweep-preview", officer, nothing, nil, 200, `"rule":"accounts-unused"`, ""},
		{"sweep-approve", officer, aHeldSweep, nil, 204, "", ""},
	}
}

// aHeldSweep is one that the brake holds; only one of a rule can be.
func aHeldSweep(w *world) vars {
	sweep := id.New[string]()
	if err := w.DB.Write(w.t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into sweep_run (id, rule, state, due, of_all, done, at, decided_by, decided_at) values ($1, $1, 'held', 200, 300, 0, $2, '', 0)`, sweep, tx.Micros())
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return vars{"sweep": sweep}
}
