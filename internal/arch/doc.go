// Package arch holds the tests of the house's shape: which package may import
// which, how large files and packages are, that each is documented, and where
// SQL, HTTP and child processes may stand. It has no code of its own.
//
// The tests read `go list` and the source. A failure says what is wrong, where,
// and why it is a rule. Exceptions stand in the tables of these tests, each
// with its reason; one that is no longer needed fails too.
package arch
