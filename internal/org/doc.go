// Package org is the organisation: the tenant of everything that its projects
// hold. It has members with a role (owner, manager, member), companies, and
// invitations.
//
// Promises:
//   - An organisation always has an owner.
//   - Who is no member cannot tell it from one that does not exist.
//   - An invitation says where the address came from and gives its notice
//     before anything is decided: who asks, for what, and when the address is
//     erased. The address stands in the vault under a key of its own; it is
//     used for the invitation alone, and goes when the invitation is declined,
//     withdrawn or 14 days old.
//   - Inviting tells nobody whether an address has an account.
//   - The link in the mail is made when the mail is sent; the database knows
//     its hash.
//   - A change of companies is merged field by field (package merge).
//
// Methods that take a Grant authorise by it; those that take a *db.Tx belong to
// the ground slices above.
package org
