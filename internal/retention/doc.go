// Package retention is the arithmetic of time that the law and our own
// promises use: when a request must be answered, when a breach must be
// notified, when something that is kept falls due. It is pure: dates in, dates
// out, no clock of its own.
//
// Two kinds of counting are kept apart, because they round to different sides.
//
// A deadline (Regulation 1182/71, article 3) runs against us. The day of the
// event is not counted; a period of months ends on the day of the same number,
// or on the last day of a month that has no such day; a last day that is a
// Saturday, a Sunday or a public holiday gives way to the next working day.
// Where a country's calendar leaves a doubt whether a day is a public holiday,
// it is not: the answer is due earlier, never later.
//
// A term of keeping runs for whoever relies on what is kept. It ends on the
// anniversary of its start, which is the first day on which the thing may go.
// The rule for leap days: where the anniversary does not exist (29 February, or
// the 31st of a shorter month), the last day of that month is still part of the
// term, so the first day on which the thing may go is the first of the next
// month: handed over on 2024-02-29, five years, may go on 2029-03-01. Nobody
// loses the last day of a claim, and nothing is kept more than a day longer.
//
// Terms of the service itself (a session, a mail, an unused account) count
// between instants by the same rule, in UTC.
package retention
