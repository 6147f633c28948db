// Package point keeps the points of a project: remarks, snags and tasks with a
// number, a status, people in charge, a date, a place on a plan, photos and
// comments.
//
// What it promises:
//   - A point is created once, by the id its maker gave it; its number (list
//     code, occurrence, sequence: "C-1.57") is given in the same transaction,
//     without gaps in a list, and never changes.
//   - A change carries the version it was made on. Fields that nobody else
//     changed since are applied; a field that the log shows changed since, to
//     another value, is left alone and named as a conflict.
//   - Text comes back byte for byte. A subject has 1 to 200 characters, a
//     description up to 10,000; NUL and what is not UTF-8 are refused.
//   - A list is paged by keyset: stable when rows come, go or tie.
//   - Who may not see a point gets NotFound, in lists nothing.
//   - Every change is in the log with from and to, delivered to the list and to
//     those in charge before and after.
//   - A relay is a copy of a point on another list, with its text and photos as
//     they were; who sees one of the two learns nothing of the other.
//   - A deleted point can be restored for 30 days; then it is erased with its
//     photos and comments.
//
// Instants are µs since 1970 UTC; due dates are civil dates (YYYY-MM-DD),
// judged in the project's zone.
package point
