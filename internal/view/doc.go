// Package view keeps the saved views of a project's list of points: a name
// for a filter, an order, a grouping and a choice of columns.
//
// What it promises:
//   - A view is its maker's own until it is shared. A shared one is seen by
//     every participant; managers share, and change or delete what is shared.
//   - A view says how to look, never what may be seen: opening one asks for
//     points with the rights of whoever opens it.
//   - Changes merge by field as those of points do, and are in the log; a
//     private view is delivered to its owner alone.
//   - A query holds what the list of points takes, and nothing else.
package view
