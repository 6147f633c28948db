// Package syncapi is the change log over HTTP: a snapshot of what a caller may
// see of a project, what changed since, a stream of events that says only that
// there is more, and the progress of jobs.
//
// A cursor holds the numbers of all audiences that the caller belongs to. It is
// taken before the snapshot's things are read, so nothing falls between the
// two; what is told twice is harmless. If the caller's audiences are no longer
// those of the cursor, or the cursor is older than what is kept, the answer is
// start_over: the client drops what it has of the project and takes a snapshot.
//
// What a delivery is about is looked up again for this caller when it is read:
// a thing they may see comes whole, any other is gone. A cursor grants nothing,
// so it is not signed.
//
// The package knows no kind of thing. App binds to each visit what lists and
// loads them.
package syncapi
