// Package request is what people ask about their own data, from outside and
// from inside, and the work of the office that answers.
//
// One human request becomes one case per controller: the operator for account
// data, each organisation in whose address book the person stands for its
// project data. Each case has its own clock, addressee and end; the operator
// decides nothing for an organisation.
//
// Promises (REQ-1, REC-1):
//   - Asking tells nothing: the answer is the same whether or not somebody is
//     known. What is held is said only to who read the mail to that address, is
//     signed in, or was otherwise found to be who they say.
//   - Nothing is shown, changed or erased for who is not known; a merger of two
//     cases does not lend one's proof to the other.
//   - The clock is one calendar month by Regulation 1182/71 in the controller's
//     country. It stands only on reasonable doubt, with reasons; it is extended
//     once, within the first month, with reasons.
//   - A refusal has a ground, reasons, and names the ways to complain.
//   - What the engine can do it does at once: access, portability, withdrawal
//     of consent, what promotes, erasure where no controller has to decide on a
//     place.
//   - Sent is not done: a case ends when recipients and sources of the data have
//     acknowledged.
//   - Each step is an act in the evidence, without personal data. What was
//     written is sealed under a key of the request's own, which is destroyed
//     when the request is forgotten.
//
// Rules (rules.go) are pure.
package request
