// Package db opens the database and runs transactions on it: SQLite in the
// program itself, or PostgreSQL. It is the small seam between the two.
//
// Promises:
//   - A transaction states whose rows it touches (Scope). On PostgreSQL the
//     scope also sets plumbline.org, which row-level security goes by, so a
//     query that forgets its filter still sees nothing of another tenant.
//     SQLite has no such second fence: the filter in the query is all there is.
//   - Read is a consistent snapshot and cannot write. Write is atomic, and is
//     durable when it returns nil. The function given to either may run more
//     than once, so it must have no effect but on the database; effects belong
//     in AfterCommit.
//   - One SQL text serves both: $n placeholders, and the types text, bigint,
//     boolean, bytea and double precision. Instants are bigint microseconds;
//     a time.Time as an argument is refused. Text is valid UTF-8 without NUL
//     on both.
//   - Every error is a fault, translated here and nowhere else: unique →
//     Conflict "exists"; foreign key → Conflict "in-use-or-missing"; check or
//     not-null → Invalid "constraint"; a value that does not fit its column →
//     Invalid "bad-value"; no row → NotFound "not-found"; busy, deadlock and
//     serialization are tried again and then Unavailable "busy"; a lost
//     connection is Unavailable "database-unreachable". The end of a context
//     passes through as it is.
//   - After a statement has failed the transaction is over, on both: whatever
//     follows fails with the same error. To insert what may exist already,
//     write "on conflict do nothing".
//   - A row set is read to its end before the next statement starts; use All.
package db
