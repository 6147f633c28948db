// Package live is a programme in memory: its document as files hold it, the
// project's own knowledge of each activity, and what the site reported.
//
// What it promises:
//   - A model is a value: it is read by many at once and never changed; who
//     changes it clones it first.
//   - What the site reported goes before what the file says of progress.
//   - A forecast puts what is not begun at the present, and what is blocked
//     after the day that the block is to end. The plan of the same model leaves
//     both out; an activity is late by the plan, and ends by the forecast.
//   - Pure: no database, no clock.
package live
