// Package solve computes a network by the critical path method: early and late
// dates, floats, what drives what, and which paths press most.
//
// An edit can be tried, asked about, and taken back. It recomputes early dates as
// far as it reaches, and late dates once they are asked for.
package solve
