// Package staff is the operator's own people, and what an organisation lets
// them see.
//
// Staff are accounts with a role: officer (answers for privacy), support
// (answers questions), administrator (runs the installation). They are added
// and removed on the command line of the server, never over HTTP.
//
// Promises:
//   - Until the handling rules were acknowledged in their present version, a
//     role gives nothing (AUTHZ-3).
//   - Staff see nothing of an organisation without a support grant, which an
//     owner of that organisation opened for one of them, with a reason, for 72
//     hours at most. It ends by itself, and with the role (AUTHZ-1, AUTHZ-2).
//   - Every person who is read through a grant gets a row in the disclosure
//     ledger, in the same transaction: no row, no answer (USE-3).
//
// A second factor for staff is not here yet.
package staff
