// Package ringfile is how the files of a key ring are written: root, snapshot,
// journal and tombstones. It is pure: bytes in, values out, no file is touched.
// Package crypt says what the files promise together.
//
// Numbers are big-endian. A sealed text is a nonce (24 bytes) followed by
// XChaCha20-Poly1305 text and tag. A snapshot and a journal begin with a magic
// (8 bytes), the ring's id (16) and the generation (8), which are part of the
// associated data. A key is: kind (1), length of the owner's id (1; 0 means a
// UUID of 16 bytes), id, key id (16), epoch (4), time made (8, UTC
// microseconds), secret (32).
//
//	snapshot  sealed{counter 8, count 4, keys, count 4, tombstones}
//	journal   two slots of sealed{acknowledged counter 8}, then records of
//	          length 4, sealed{count 4, keys}, each bound to its number
//
// Every reader takes hostile bytes: it allocates no more than a small multiple
// of what it is given, and does not panic.
package ringfile
