package rest

import "plumbline/internal/rest/limit"

// limits of a class: for a known caller, and for an address without one.
func (r Rate) limits() (caller, address limit.Limit) {
	switch r {
	case Reads:
		return limit.Limit{PerSecond: 20, Burst: 300}, limit.Limit{PerSecond: 10, Burst: 100}
	case Tiles:
		return limit.Limit{PerSecond: 100, Burst: 2000}, limit.Limit{PerSecond: 20, Burst: 100}
	case Writes:
		return limit.Limit{PerSecond: 10, Burst: 200}, limit.Limit{PerSecond: 2, Burst: 40}
	case Uploads:
		return limit.Limit{PerSecond: 3, Burst: 100}, limit.Limit{PerSecond: 1, Burst: 10}
	case Heavy:
		return limit.Limit{PerSecond: 0.2, Burst: 20}, limit.Limit{PerSecond: 0.1, Burst: 5}
	case Credentials:
		return limit.Limit{PerSecond: 1, Burst: 30}, limit.Limit{PerSecond: 1, Burst: 30}
	}
	return limit.EveryAddress(), limit.EveryAddress()
}
