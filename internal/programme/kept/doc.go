// Package kept is the room where programmes are held in memory and changed: it
// loads one, computes it as of the present day of its project, lets one
// transaction change it, keeps what differs, writes the log, and writes down
// what moved the end. Who may do what is decided above it, but for Write, which
// takes a planner.
package kept
