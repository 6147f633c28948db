//go:build sabotage

package app

import (
	"context"
	"slices"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/sabotage"
)

// switchedOff is a mechanism and the promise that must turn broken without it.
type switchedOff struct{ mechanism, promise string }

func mechanisms() []switchedOff {
	return slices.Concat(
		[]switchedOff{
			{"DATA-2", "DATA-2"},
			{"USE-1", "USE-1"},
			{"USE-2", "USE-2"},
			{"USE-7", "USE-7"},
			{"MAIL-1", "MAIL-1"},
			{"SEC-1", "SEC-1"},
			{"SEC-2", "SEC-2"},
		},
		[]switchedOff{{"DATA-3", "DATA-3"}, {"SRC-1", "SRC-1"}, {"INF-2", "INF-2"}, {"ACC-1", "ACC-1"}, {"ACC-2", "ACC-2"}, {"REC-1", "REC-1"}},
		sabotageRegister(),
		sabotageErasure(),
		sabotageKeep(),
		sabotagePolicy(),
		sabotageDesk(),
		sabotageConsent(),
	)
}

// TestSabotage takes each mechanism away in turn and looks whether the right
// promise is seen to be broken; with all of them in place, all are kept.
func TestSabotage(t *testing.T) {
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			s := open(t, settings(t, dbtest.URL(t, engine)))
			w, err := probes.Open(t.Context(), s.probed())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := w.Close(context.WithoutCancel(t.Context())); err != nil {
					t.Errorf("the made-up people were not erased: %v", err)
				}
			}()
			for _, r := range prove.Run(t.Context(), s.probesOf(w), prove.Options{}) {
				if want, ok := expected(r.ID); ok && r.State != want {
					t.Errorf("%s is %s, want %s: %s", r.ID, r.State, want, r.Evidence)
				}
			}
			tried := map[string]bool{}
			for _, m := range mechanisms() {
				t.Run(m.mechanism, func(t *testing.T) {
					sabotage.Switch(m.mechanism)
					defer sabotage.Switch("")
					tried[m.promise] = true
					got := prove.Run(t.Context(), s.probesOf(w), prove.Options{Only: []string{m.promise}})
					if len(got) != 1 || got[0].State != promise.Broken {
						t.Errorf("without its mechanism %s is %+v", m.promise, got)
					}
				})
			}
			for _, p := range promise.All() {
				if want, ok := expected(p.ID); ok && want == promise.Kept && !tried[p.ID] {
					t.Errorf("%s: no mechanism of it was ever taken away", p.ID)
				}
			}
		})
	}
}
