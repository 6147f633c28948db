// Package crypt is the key ring: one key per account, person, organisation and
// retention bucket, kept apart from the data that they seal, so that erasing a
// key erases what it sealed, in every backup too.
//
// # Promises
//
//   - Seal and Open use XChaCha20-Poly1305 (RFC 8439, 192-bit nonce). The
//     associated data binds organisation, owner, table, column, row, key and
//     epoch: a sealed value moved to another place does not open.
//   - A new key is on stable storage in every configured place before it can be
//     used, or its creation is refused.
//   - Erase leaves no file from which the key can be had: the ring is written
//     anew under a new root, and the root of the old files is destroyed. Copies
//     of the old files are noise from then on. Erased owners stay erased: no
//     new key is made for them, and a tombstone (plain ids, no key) remains.
//   - A damaged or missing place is repaired from a healthy one when the ring is
//     opened and before it is written. When no place is whole, or a key that was
//     acknowledged is missing in all of them, the ring refuses to open.
//   - One writer at a time: a lock given by the caller (a database lock), and a
//     file lock in the first place. Other processes follow with Refresh.
//
// # Files
//
// A place is a directory holding, for generation g,
//
//	snapshot.g   all keys and tombstones, sealed as one text under root g
//	journal.g    keys made since, one sealed record per batch, and the number
//	             of the last record that every place has (the acknowledgement)
//	tombstones   what was erased, in plain ids, each line chained to the last
//	lock         the file lock, in the first place
//
// The root file holds the key of the one living generation. It lies outside
// the places, the data and every backup that remembers: an old root file with
// old places brings erased keys back. When that was done all the same, the
// tombstones in the places are replayed before the ring opens.
//
// Erasing goes: tombstones in every place (from here on the erasure is finished
// even after a crash) → the next root beside the present one → new files in
// every place, read back → the next root alone, the old one overwritten (this
// commits) → old files overwritten and removed.
//
// A ring that was rolled back as a whole within one generation (old journal, same root)
// cannot be told from the ring of that time by its files alone: the application
// keeps Counter with its data and calls EnsureFresh with it at start.
//
// Errors are faults: Gone "key-erased"; Unavailable "key-missing" (never taken
// for "erased" or "free"), "ring-place-down", "ring-behind", "ring-busy";
// Unreadable "sealed-damaged", "ring-damaged", "ring-root-damaged"; Invalid for
// a configuration or an owner that cannot be.
package crypt
