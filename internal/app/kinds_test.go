package app

import (
	"maps"
	"slices"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/rest"
)

// elsewhere are kinds of things in the log that no device keeps.
var elsewhere = map[string]string{
	"support-grant":  "the organisation's stream, of which no copy is kept on devices",
	"privacy-office": "the organisation's stream, of which no copy is kept on devices",
	"privacy-case":   "the organisation's stream, of which no copy is kept on devices",
	"report-style":   "the organisation's stream, of which no copy is kept on devices",
	"breach":         "the organisation's stream, of which no copy is kept on devices",
	"staff":          "the account's own stream: the role is asked for again",
	"choices":        "the account's own stream: the preference centre is asked for again",
	"account":        "the account's own stream: the session is asked for again",
	"session":        "the account's own stream: the list of sessions is asked for again",
	"token":          "the account's own stream: the list of tokens is asked for again",
	"identity-link":  "the account's own stream: the list of providers is asked for again",
	"factor":         "the account's own stream: the list of second factors is asked for again",
	"member":         "the organisation's stream, of which no copy is kept on devices",
	"invitation":     "the organisation's stream, of which no copy is kept on devices",
	"organisation":   "the organisation's stream, of which no copy is kept on devices",
}

// kinds compares what the walk wrote into the log with what the sync operations
// tell devices: a kind that no source names would be told to nobody.
func (w *world) kinds() {
	w.t.Helper()
	v, err := w.doors().Enter(w.t.Context(), rest.Caller(access.Caller{Account: w.home.owner.account, Via: "token"}), w.home.project)
	if err != nil {
		w.t.Fatal(err)
	}
	told := map[string]bool{v.Points.Kind: true}
	for _, s := range v.Sources {
		for _, k := range s.Kinds {
			told[k] = true
		}
	}
	logged := map[string]bool{}
	for e := range w.entries() {
		kind, _, _ := strings.Cut(e, " ")
		logged[kind] = true
	}
	for _, k := range slices.Sorted(maps.Keys(logged)) {
		if !told[k] && elsewhere[k] == "" {
			w.t.Errorf("%s: in the log, but no source of a visit names it", k)
		}
		if told[k] && elsewhere[k] != "" {
			w.t.Errorf("%s: named by a source, and said to be kept nowhere", k)
		}
	}
	for k := range told {
		if !logged[k] {
			w.t.Errorf("%s: a source names it, but nothing that was walked logs it", k)
		}
	}
}
