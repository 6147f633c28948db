// Package contract is the made-up programme of the demo's building, and the days on
// which nobody works there.
package contract
