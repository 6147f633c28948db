// Package table reads and writes a programme as a table, CSV or XLSX: a row for
// each activity, the columns in any order, their headings in Danish, Dutch,
// English, French or German. What each column means is in docs/scheduling.md.
//
// What cannot be read is said by row and column, all of it at once; nothing that
// somebody typed is repeated.
package table
