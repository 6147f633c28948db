// Package sweep acts on every retention that is declared, every day.
//
// Promises:
//
//   - Each declared retention with a length has exactly one rule that acts on
//     it, and each table that is kept until its owner is erased has one for
//     owners whom nobody uses any more. Unswept names what lacks one; a test
//     fails on it.
//   - At the end of its period something is blocked, depersonalised or erased,
//     as its declaration says: people by the erasure of people, rows by their
//     owners.
//   - A preview counts what is due and changes nothing.
//   - A rule about people that would meet more of them than the brake allows
//     does nothing, says so on record, and waits until somebody of the staff
//     approves that many.
//   - What was found and done is kept as numbers, never as names.
//   - A run that ends half-way is run again: nothing is done twice.
package sweep
