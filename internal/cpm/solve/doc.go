// Package solve computes a network by the critical path method: early and late
// dates, floats, what drives what, and which paths press most.
//
// A network is laid out in topological order once, so that a pass reads memory
// from one end to the other. An edit of an activity recomputes what it reaches.
package solve
