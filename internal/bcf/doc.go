// Package bcf reads and writes BCF, the BIM Collaboration Format: a ZIP archive
// of topics with their comments, viewpoints and snapshots.
//
// Reading is lenient: versions 2.0, 2.1 and 3.0, whatever the archive calls
// itself; elements in any order and any case, an archive packed with its folder,
// what a Macintosh adds, what is missing. What was wrong is told in Notes.
// Writing (bcfwrite) is strict: what it makes validates against the official schemas of
// 2.1 and 3.0. What the version cannot hold, or demands and the source did not
// have, is told too.
//
// A file is untrusted. It is parsed within the limits of package unpack, no entity is ever
// expanded, no name in it becomes a path on this machine, and contents (snapshots,
// documents, models) are read only when they are asked for, each within a limit.
package bcf

import "plumbline/internal/fault"

func unreadable(code, message string) *fault.Error {
	return fault.New(fault.Unreadable, code, message)
}

// The versions that are written.
const (
	V21 = "2.1"
	V30 = "3.0"
)
