package limit

import (
	"time"

	"plumbline/internal/fault"
)

// EveryAddress is what one address may ask of the server altogether, before
// any credential is looked at. A building site often shares one address.
func EveryAddress() Limit { return Limit{PerSecond: 300, Burst: 3000} }

// TooMany says to wait.
func TooMany(wait time.Duration) error {
	f := fault.New(fault.TooMany, "too-many", "too many requests: wait before trying again")
	f.RetryAfter = wait
	return f
}
