// Package drawing keeps plans: a drawing is an uploaded file, each of its pages
// a sheet, each sheet has revisions, each revision an archive of tiles.
//
// What it promises:
//   - An upload (PDF, PNG or JPEG up to MaxBytes) is stored sealed and answered
//     at once; the job "drawing.tile" reads it in the sandbox, with progress.
//     When it is done every page is a sheet with its first revision, all of
//     them in one transaction. A file that cannot be read ends in state
//     "failed" with a stable code, and nothing of it is left: no sheet, no
//     blob, no temporary file.
//   - A sheet's frame is the displayed crop box of its first page, in points,
//     origin top left (see package sheet). A revision's affine maps its page
//     into the frame.
//   - An upload that asks, or is said to renew a sheet, changes no sheet: its pages
//     wait until a person places them (Place). The job "drawing.align" lays each
//     new revision on its sheet by the pictures, and only then it is the newest.
//   - A tile inside the bounds that the archive leaves out is white; outside
//     there is none (NotFound). What a revision's id names never changes.
//   - Who is in charge of points only sees the sheets that carry them.
//   - A drawing with pins on it cannot be deleted.
package drawing
