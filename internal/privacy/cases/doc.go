// Package cases is the work on requests about data: what one controller has to
// do about one, who does it, and what the engine does without anybody.
//
// Promises:
//   - A desk sees its own cases alone: an organisation's office those of its
//     organisation, the operator's officers those about accounts.
//   - Nothing is shown, changed or erased for who is not known; the protocol is
//     package casework's.
//   - What the engine can do it does at once; offices are mailed of what is left.
//   - Sent is not done: a case ends when recipients and sources of the data have
//     acknowledged.
//   - Each step is an act in the evidence, without personal data.
package cases
