// Package mail sends mail that was queued in a transaction.
//
// Promises:
//   - No commit, no mail. A mail is sent at least once: after a crash it may be
//     sent again, with the same Message-ID and date, so that mail programs show
//     it once.
//   - What is queued is ids. Whom it goes to is resolved when it is sent, and
//     the link, which may hold a secret, is made then; neither is stored here.
//   - The mail itself holds no personal data: a text of the catalogue
//     ("mail.TEMPLATE.subject", "heading", "body", "button"), a link, and the
//     address it goes to. Plain text and simple HTML say the same.
//   - A mail has a purpose, and whom it is for is asked of the gate before the
//     address is looked up. What promotes goes only with consent, by itself, and
//     with a way to end it that needs one POST and no sign-in (RFC 8058).
//   - A recipient or a link that is no more drops the mail. A refusal for good
//     fails it; all else is tried again for about half a day.
//   - No error and no log names an address, or what a mail server said: it
//     repeats addresses.
package mail
