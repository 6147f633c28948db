// Package feed is the log: every change that is made is appended to it, in the
// transaction that makes the change.
//
// Promises:
//   - A change is one row of its stream ("project:<id>", "org:<id>",
//     "account:<id>"), numbered 1, 2, 3 … without gaps. A thing's changes stand
//     in one stream.
//   - It is delivered to audiences, opaque names to this package, each with
//     gap-free numbers of its own. A reader's cursor is the set of its
//     audiences' numbers; what is not delivered to an audience leaves no trace
//     there. When a reader sees number n, all before n are there to be seen.
//   - Numbers are taken in the last stage before the commit, streams first and
//     then audiences, each in sorted order, so appending transactions never
//     deadlock among themselves and hold the counters for the shortest time.
//   - What a value was and became is in a side row that can be erased. The
//     entry keeps leaves = SHA-256(salt ‖ field ‖ before ‖ after) for each
//     field in the order of names, length-prefixed, and commitment =
//     SHA-256(leaves): what is left can be verified, what was erased cannot be
//     guessed, since its salt went with it.
//   - Fields hold no personal data: a change of a person names no values.
//
// Who may read which audience is the caller's to decide.
package feed
