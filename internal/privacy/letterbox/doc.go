// Package letterbox keeps what people wrote about their own data, and where
// answers go: one row a request of one human, whatever the controllers make of
// it.
//
// Promises:
//   - What was written stands sealed: under the key of a day until somebody
//     confirmed it, then under a key of the request's own. Forgetting it destroys
//     that key.
//   - The secret of a link is nowhere but in the mail; here is its hash.
//   - An address that somebody typed gets three mails an hour and six a day at
//     the most.
package letterbox
