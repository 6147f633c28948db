// Package edit changes a programme: it adds, sets, moves, removes, links. Pure.
//
// What it promises:
//   - Apply changes a clone; an edit that breaks a rule is a fault that names
//     the edit by its place, and nothing of the batch counts.
//   - Undo holds edits that take the batch back, in the order to apply them.
//   - Changed names what differs of each activity, for the log.
//   - Durations, lags and times are ticks of package workcal.
package edit
