// Package comment keeps what people write under a thing: a point now, other
// things later.
//
// Comments are appended, never changed: each has an id made by its author's
// device, and adding the same id again changes nothing. Text comes back byte
// for byte: 1 to MaxText characters, no NUL, UTF-8. The package knows nothing
// of who may comment: the slice that owns the thing asks policy, writes the
// log entry and calls Add in its own transaction.
package comment
