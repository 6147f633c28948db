package opsapi

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/rest"
	"plumbline/internal/sabotage"
)

// Finders are told whom to write to who find a hole.
type Finders struct {
	Contact string // the operator's address
	Base    string // where the installation is
	Locales []string
	Clock   clock.Clock
}

// holds is how long security.txt is to be believed: less than the year of RFC 9116.
const holds = 180 * 24 * time.Hour

// RegisterFinders adds security.txt (RFC 9116).
func RegisterFinders(a *rest.API, f Finders) {
	rest.Raw(a, rest.Op{ID: "security-txt", Method: http.MethodGet, Path: "/.well-known/security.txt", Root: true, Tag: "Operations",
		Summary: "Whom to tell of a hole in the security", Description: "RFC 9116. Not there where the configuration names no operator.",
		Who: rest.Anyone, Rate: rest.Open, Gives: []string{"text/plain"}},
		func(w http.ResponseWriter, _ *http.Request) error {
			if f.Contact == "" || sabotage.Off("SEC-9") {
				return fault.New(fault.NotFound, "no-operator", "the configuration does not say who runs this installation")
			}
			until := f.Clock.Now().UTC().Add(holds).Truncate(24 * time.Hour)
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, err := fmt.Fprintf(w, "Contact: mailto:%s\nExpires: %s\nPreferred-Languages: %s\nCanonical: %s/.well-known/security.txt\nPolicy: %s/privacy\n",
				f.Contact, until.Format(time.RFC3339), strings.Join(f.Locales, ", "), f.Base, f.Base)
			return err
		})
}
