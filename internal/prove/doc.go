// Package prove runs the probes of the promises and keeps what they found.
//
// A promise is kept when every probe of it saw its mechanism work; broken when
// one did not, panicked or did not come back in time; not built when it has no
// probe. Run gives one Result a promise, in the order of package promise, and
// each says how to repeat it. Save keeps the results, for the trust page and
// for whoever asks what was found last; a result older than two days is stale.
package prove
