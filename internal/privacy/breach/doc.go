// Package breach is the register of breaches of personal data and the desk
// that deals with them.
//
// Every breach stands in a register (GDPR art. 33(5)): the operator's, and each
// organisation's own; closed, it stays there for three years. Whom it concerns is computed from
// what is held and from the ledger of disclosures, not estimated. The authority
// is due 72 hours after somebody became aware; the organisations whose data the
// operator processes, 24 hours; both clocks raise an alarm before and after.
//
// Notices are drafted here, in phases and in five languages, and sent by a
// person: to tell an authority is an act, not a job.
//
// Rules (rules.go) are pure.
package breach
