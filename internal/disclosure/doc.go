// Package disclosure is the ledger of who received whose data: one row for
// each time that something about a person left the place where it is kept, so
// that access names actual recipients, and so that recipients can be told of a
// rectification, an erasure or a restriction (GDPR art. 15(1)(c), 19).
//
// Promises:
//   - A row holds ids, names of declared fields, a purpose and a code for why.
//     It never holds a value.
//   - A row is written in the transaction of the disclosure itself, or in the
//     one that marks it done: what is committed is in the ledger.
//   - Owe makes one row for each recipient that has to be told, and is open
//     until Acknowledge. Owing the same again while it is open moves its time.
//   - Rows stay when the person is erased: their id then means nobody, and who
//     still has to be told is not forgotten.
//
// It authorises nothing; who may look is decided above.
package disclosure
