// Package person is the vault: who people are, and nothing else in the system
// knows it.
//
// There are two kinds of records. An account is the operator's: a login with
// its profile and credentials. A person is a record in one organisation's
// address book, and may be linked to an account; one account can be many
// persons. Each profile is sealed under a key of its own, bound to its
// organisation, row, table and column, so that erasing a person is destroying
// one key and one row.
//
// Promises:
//   - Reading takes a purpose. A field comes back only if its declaration names
//     that purpose; a purpose that no field of the profile names is refused
//     (Denied "purpose-not-declared").
//   - Nothing that is derived from a name or an address is stored. E-mail
//     addresses are looked up in an index in memory, keyed with a secret that
//     ends with the process and brought up to date, inside the transaction,
//     before it is asked. Names are resolved from a book in memory, one an
//     organisation, brought up to date the same way.
//   - An e-mail address has at most one account, over all nodes.
//   - A change of a person is in the log without values; whoever sees it fetches
//     the person again.
//   - What was erased is gone from the database when the transaction ends; its
//     key is destroyed by Sweep.
//
// Functions that take a *db.Tx belong to the ground slices above (org, signin,
// access); they authorise nothing themselves. Making a record needs its key
// first (NewPersonKey, NewAccountKey), outside of the transaction.
package person
