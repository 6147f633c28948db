// Package programmeapi is the programme over HTTP: made, edited with a preview,
// computed, reported on, and told to devices. The rules are package programme's
// and programme/site's.
//
// Times of a programme are minutes since 2000-01-01T00:00 in the project's zone,
// null where there is none; durations, lags and floats are minutes too.
//
// Codes that callers can meet, apart from those of every operation:
// programme-not-found, activity-not-found (404), needs-manager,
// needs-contributor (403), programme-loop, programme-out-of-range,
// programme-network, too-many-programmes, too-many-activities (422),
// activity-verified, activity-not-done, activity-not-verified, gate-points,
// gate-problems, no-problem (409), programme-deleted (410).
package programmeapi
