// Package blobfs keeps blobs in directories: one location, or more of which
// each has every file.
//
// A file stands at LOCATION/org/first two digits/sha256 and is written under
// LOCATION/tmp, sealed from its first byte on, synced, renamed and its directory
// synced, in every location, before Put returns. Temporary files that a crash
// left are removed by New once they are a day old, for another process may be
// writing younger ones.
//
// A copy that is missing or damaged is made anew from another location when
// Open or a read meets it, and by Verify. Deleting destroys the file's key
// before its name is gone for good.
//
// Several processes may share the locations. What one of them deletes while
// another repairs the same file may come back as a file that nobody refers to;
// List shows it.
package blobfs
