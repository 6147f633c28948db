// Package evidence is the log of privacy acts: that a consent was given, an
// erasure asked for and completed, a policy brought into force.
//
// Promises:
//   - What was put on record cannot be changed or taken out unseen. The log is
//     a Merkle tree (RFC 6962, package tlog); its checkpoints are signed notes
//     (Ed25519), and of any two checkpoints it can be proved that the later one
//     holds all of the earlier.
//   - An act is in the log exactly when the transaction that did it is
//     committed. Appending is the last thing before the commit.
//   - An entry is a commitment: HMAC-SHA256 under a salt of its own. What it
//     commits to stands in a side row that Shred removes; the tree stays valid,
//     and the commitment tells nothing without the salt.
//   - Neither log nor receipt holds personal data. A body holds codes, random
//     ids, numbers and instants; free text and addresses are refused.
//   - A receipt is verified without the server, and with one byte changed,
//     wherever it is, it is not verified.
//
// What it does not prove: that an act that was never appended did not happen,
// and, until others keep checkpoints too, that the operator shows everyone the
// same log.
package evidence
