// Package signin proves who someone is: passwords, sessions, known devices,
// reset links, and the acceptance of an invitation.
//
// Promises:
//   - A password is kept as Argon2id (64 MiB, 3 passes, 1 lane), sealed in the
//     vault; few are computed at once, so that signing in cannot fill the
//     memory. What may be a password, package password says.
//   - A session is a random token in a cookie; the database knows its SHA-256.
//     It ends when idle for 14 days, when 30 days old, when revoked, and when
//     the password changes. Every sign-in makes a new one and ends the one that
//     the browser had.
//   - Programs come with a token of their own (package apitoken), never with a session.
//   - Failures make the next attempt wait, growing, per account and per address
//     (of IPv6 the /64). The delay is taken before the password is looked at, so
//     attempts at once do not escape it. A browser that has signed in before
//     has a delay of its own, so a stranger cannot lock a victim out. What is
//     kept of an address or e-mail is a hash under a secret of the server.
//   - Whether an address has an account is told to nobody: signing in takes the
//     same work and gives the same answer, a reset is always accepted and done
//     afterwards.
//   - A reset link is made when its mail is sent, works once, for an hour, and
//     ends all sessions.
//   - What matters most asks again who it is: the password, given at sign-in or
//     to Confirm within the last ten minutes, for that session alone.
//   - The log of security events names no one: an event and a reason.
package signin
