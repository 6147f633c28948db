// Package consent says what may be done with a person, before anything of them
// is read.
//
// Someone, as one controller knows them (personal.Who), stands somewhere:
// restricted, being erased, reported as a child, objecting to a purpose, with
// consent given, withdrawn or refused. A purpose is gated by that standing.
//
// Promises:
//   - Gate refuses what no declaration names (USE-9), and logs and counts it
//     without naming anyone; it refuses what the standing forbids.
//   - A purpose that rests on consent is refused until consent was given, and
//     at once after it was withdrawn (USE-5, CON-1).
//   - Who is restricted may be stored, and used for their own rights, for
//     signing in, for security and for legal claims; for nothing else (RES-1).
//     A restriction is lifted 72 hours after the person was told, or at once by
//     themselves.
//   - While someone is being erased, or is reported as a child, nothing is left
//     but their own rights (CHI-1).
//   - What was said is kept as a record that is never changed: who, which
//     purpose, the text word for word as it was shown, its language, the way
//     it came, when (CON-2). A receipt after ISO/IEC TS 27560 is made of it.
//   - The list of addresses not to be written to holds a keyed hash and a word.
//   - Each change is in the log and in the evidence, and recipients are told.
//
// The package stands below the vault: it knows no name and no address. It
// authorises nothing itself. Functions that take a *db.Tx work in a transaction
// of everyone, or of the tenant whose person it is.
package consent
