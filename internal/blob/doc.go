// Package blob keeps files by their content: within an organisation a file's
// name is the SHA-256 of its plain bytes, so the same file is kept once, and
// nothing is shared between organisations.
//
// # Promises of every Store
//
//   - Put returns when the file is on stable storage in every configured
//     location. When it fails, no part of a file remains; when it fails between
//     two locations, a whole copy may, which List shows.
//   - Only sealed bytes are written, temporary files included.
//   - What Open gives was authenticated: a changed, cut, reordered or swapped
//     file answers Unreadable "blob-damaged", never wrong bytes. With a second
//     location a damaged copy is repaired from the good one while reading.
//   - A file that is not there, or is another organisation's, answers NotFound
//     "blob-not-found": the two look alike.
//   - Who refers to a file is the caller's to count. Delete removes it for all.
//
// Sizes and offsets are plain bytes. Package blobtest holds the tests that every
// Store passes.
//
// # The sealed form (version 1)
//
//	"PLBLOB1\n"
//	segments  each 64 KiB of plain bytes, XChaCha20-Poly1305 under the file's own
//	          random key; the last one shorter or full, and marked; an empty file
//	          is one empty segment
//	trailer   256 bytes: length (16 bits) of the sealed head, the head, zeros
//
// The head is the file's key and its size (64 bits), sealed under the
// organisation's key and bound to the file's name: a file renamed or given to
// another organisation does not open. A segment's nonce is zeros, its number (32
// bits) and 1 for the last or 0, as in STREAM (Hoang, Reyhanitabar, Rogaway,
// Vizár 2015); the key is used for one file only, so no nonce comes twice. The
// trailer stands last because the name is known only after the last byte.
package blob
