// Package media keeps the files of organisations, and their photos.
//
// Files are content-addressed within one organisation (sha256 of what is
// stored, before it is sealed) and counted: every row that names a file holds
// one reference.
//   - Save writes the blobs first and only then commits the row that names
//     them; when it returns nil, both are durable. When it fails, what it wrote
//     is taken away again, unless somebody else holds the same content.
//   - A blob is deleted only while its row is locked, has no reference and
//     nobody has taken hold of it since; after Drop that is Grace later at the
//     earliest (Sweep). Putting the same content again meanwhile is safe: who
//     loses the race writes it again.
//
// Photos: JPEG or PNG up to MaxPhoto bytes. What is kept is an upright JPEG
// without metadata, a thumbnail, and in declared columns when and where the
// camera says it was taken. The original bytes are not kept anywhere. Adding a
// photo is idempotent by its id. A photo hangs on a thing; the slice that owns
// the thing says who may add, see and remove it.
package media
