// Package p6 reads and writes Primavera P6: XER, its tables as text, and PMXML,
// its API's objects as XML. Dates and durations are those of the tables TASK and
// TASKPRED, in hours; what P6 computed is kept beside what it was told.
package p6
