// Package cpm is the vocabulary of the critical path method: activities,
// relations, calendars by index, and the options under which they are computed.
// Package cpm/solve computes. Values in, values out; times are workcal's.
//
// Two sets of rules can be chosen, those of MS Project and those of Primavera
// P6; docs/scheduling.md states each with its source and where the two differ.
package cpm
