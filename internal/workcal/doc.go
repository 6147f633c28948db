// Package workcal is arithmetic of working time: calendars with shifts,
// exceptions, other weeks for a time, and inheritance, and how much work lies
// between two times.
//
// A calendar is compiled once into prefix sums over the days that are not like
// every other week; before and after those the week repeats. So a question
// costs the same however far apart its times are.
//
// Times are local to the project, without a zone, as planning programs have
// them. The unit is a tick of six seconds: the tenth of a minute in which MS
// Project keeps durations, slack and lag.
package workcal
