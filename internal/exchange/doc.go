// Package exchange brings points and places in and out in the formats of others:
// points as BCF topics both ways, places from an IFC model, and what is due as
// an iCalendar.
//
// It keeps nothing of its own. What is taken in becomes points, comments, photos
// and places by the same operations that people use, under the same rules and in
// the same log; their ids are derived from those in the file, so that taking a
// file in twice makes nothing twice. Names of people neither leave nor come in:
// a topic's authors are codes, and the authors in a file are not read.
package exchange
