// Package demo fills an empty installation with a made-up building site in
// Ghent: companies, a dozen people, a building with levels and rooms, drawings
// that it draws itself, points over three months with comments and painted
// photos, some of them drawn on, and a report.
//
// It works through the slices' own services, so everything is in the log as if
// people had done it, each at their level and at their time: the installation
// is opened on a clock that the demo moves. The same seed and end date give
// the same site, ids included.
package demo
