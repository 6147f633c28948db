// Package ready is the look-ahead: what is to be done in the next weeks, what
// has to be out of the way before, what the trades promise for a week, and what
// became of it.
//
// What it promises:
//   - Contributors, and who is in charge of an activity, name its constraints,
//     clear them and open them again. Whoever made one, and planners, take it
//     away.
//   - A promise is made by who is in charge of the activity, or by a planner for
//     them; for the present week or one to come; not while a constraint is open.
//     It can be taken back until its week begins. What became of it is said by
//     the same people, from its week on; a missed one has a reason.
//   - How many activities were ready as a week began is counted at the first
//     promise or judgement of that week, and stays.
//   - Who sees an activity sees its constraints and promises. The measures are
//     for guests and above.
//
// Weeks are named by their Monday, a civil date of the project's zone.
package ready
