// Package access lets a caller into a project and says what they may do there.
//
// Enter finds the project's organisation by the persons that the caller's
// account is, and gives a Grant: who acts (the organisation's person), at which
// level, with which roles, and at which level on lists that give their own. A
// service of a slice takes a Grant as its proof that someone entered; it asks
// package policy what the Grant allows.
//
// Promises:
//   - Who takes no part in a project cannot tell it from one that does not
//     exist: NotFound "project-not-found".
//   - A project keeps an administrator.
//   - Audiences are all that a grant may read in the feed, and nothing else.
//
// Participants who leave stay listed as former, because their name stands under
// what they did. A change of a participant is in the log as thing "participant",
// whose id is the person's.
package access
