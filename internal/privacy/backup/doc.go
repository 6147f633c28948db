// Package backup copies a running installation to a folder, and makes an
// installation whole again from one.
//
// A backup is the database at one moment, the files it names, sealed as they
// are, and a manifest of hashes and counts, which the key ring has sealed. It
// never holds the ring: what the ring forgot is noise in every backup.
//
// Promises:
//
//   - A backup is written while the program serves. A folder that holds
//     something is refused; one that lacks its manifest is no backup.
//   - A restore fills an empty place only. It refuses a backup that is damaged
//     or was changed, a ring of another installation, a ring that is older than
//     the backup, and a ring whose list of erased keys is gone.
//   - From its first byte to its end the place is marked, and a marked place
//     does not open. After a crash the restore is run again; it takes what is
//     its own away and begins anew.
//   - Before the mark goes, whoever was erased since the backup is erased again
//     by the same code (their key is gone in any case), and what people decided
//     since (restrictions, withdrawals, objections, addresses not to be written
//     to, erasures asked for) is taken from the copy that lies beside the ring.
//   - Sessions and mailed links of that time stay dead, and mail that waited
//     then is not sent.
//
// What cannot be seen from the ring alone: a ring that somebody copied away
// and brought back with its root key, both newer than the backup, looks like
// the ring of that time. Do not keep such copies.
package backup
