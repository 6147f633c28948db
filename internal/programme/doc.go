// Package programme is the plan of a project's activities in time: made by a
// planner, computed by the engine, reported on by the site.
//
// What it promises:
//   - Managers plan: they make a programme, edit it in batches, import, delete.
//     Guests and above see all of it; a subcontractor sees the activities that
//     they, their company or their role are in charge of, and the summaries
//     above those.
//   - A batch of edits is one version. It is computed before it is kept: one
//     that makes a network which cannot be computed is refused, and says where.
//     A preview tells what would move and keeps nothing.
//   - Each change of an activity is in the log, for everyone who sees it. What
//     moved the end of the programme is written down beside: when, by whom, from
//     what.
//   - Dates are computed as of the present day of the project's zone, in memory,
//     and never stored but for the programme's begin and end.
//   - Reported progress is apart from the plan: no import and no edit takes it.
//
// Times are package workcal's; what can be called by whom at which rate says
// package programmeapi.
package programme
