// Package policytext writes the privacy policy of an installation, keeps its
// versions, and announces what changes.
//
// Promises:
//   - The text is made from the declarations of personal data, the operator's
//     configuration and the bounds the program works by, in five languages.
//     Nothing that the policy lists is written by hand (POL-1).
//   - A version is named by the hash of what it says. Its text is kept as it
//     was shown, and two versions can be compared sentence by sentence.
//   - A change that matters (a new purpose, recipient, kind of data, a longer
//     time, another country …) takes effect only after a notice period: every
//     account is told in the app and by mail before, and each delivery is
//     recorded. Until then what is new is not in force, and InForce says so to
//     whoever would use it (POL-2).
package policytext
