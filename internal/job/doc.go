// Package job is a small durable queue in the database.
//
// Promises:
//   - Enqueue is part of the transaction: no commit, no job.
//   - A job runs at least once. What it does to the database happens once, if
//     the handler does it in Run.Commit, which marks the job done in the same
//     transaction and fails when the job is no longer this run's.
//   - A run holds a lease that it renews. The job of a process that died runs
//     again when the lease ends; so does one that was running when the program
//     was stopped, at once and without counting an attempt.
//   - A failed attempt is repeated later, each time after a longer while, until
//     MaxAttempts. A fault of kind Invalid, Unreadable, TooLarge or Unsupported
//     is final at once. The code of the fault is kept as the job's code. A panic
//     is a failed attempt with the code "panic".
//   - Payloads hold ids, never personal data. A status holds no text but codes.
package job
