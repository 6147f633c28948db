// Package note writes what happens to an account into its own stream.
package note

import (
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
)

// Log appends to an account's own stream, which nobody else sees.
func Log(tx *db.Tx, a id.Account, kind, thing, what, via string) error {
	stream := person.AccountAudience(a)
	return feed.Append(tx, feed.Actor{Person: string(a), Via: via}, feed.Change{Stream: stream, Thing: feed.Thing{Kind: kind, ID: thing},
		Kind: what, Version: 1, Audiences: []string{stream}})
}
