package personal

// Retention is how long a field is kept.
type Retention string

// The retentions.
const (
	WhileAccount    Retention = "while-account"  // until the account is erased
	WhilePerson     Retention = "while-person"   // until the person is erased from the address book
	WhileProject    Retention = "while-project"  // until the project is erased
	WhileOrg        Retention = "while-org"      // until the organisation is erased
	WhileSession    Retention = "while-session"  // until sign-out or expiry
	InvitationLapse Retention = "invitation-14d" // until accepted, declined or 14 days old
	OneHour         Retention = "1h"
	OneDay          Retention = "24h"
	ThirtyDays      Retention = "30d"
	NinetyDays      Retention = "90d"
	OneYear         Retention = "1y"
	ThreeYears      Retention = "3y"
	UntilSent       Retention = "until-sent"      // plus 30 days for the proof that it was sent
	CaseYears       Retention = "case-3y"         // three years after a request, a grant or a breach was closed
	ConsentYears    Retention = "consent-3y"      // three years after consent was withdrawn: the proof that it was given
	UntilUnwanted   Retention = "until-unwanted"  // as long as somebody wants not to be written to
	ByAccountingLaw Retention = "accounting-law"  // as long as the country's accounting law says
	ByClaimsLaw     Retention = "claims-law"      // as long as a claim can be made in the country
	WhileStaff      Retention = "while-staff-90d" // 90 days after somebody stops working for the operator
)

// Retentions are all of them.
func Retentions() []Retention {
	return []Retention{WhileAccount, WhilePerson, WhileProject, WhileOrg, WhileSession, InvitationLapse, OneHour, OneDay, ThirtyDays,
		NinetyDays, OneYear, ThreeYears, UntilSent, CaseYears, ConsentYears, UntilUnwanted, ByAccountingLaw, ByClaimsLaw, WhileStaff}
}

// Span is a length of time by the calendar.
type Span struct{ Years, Months, Days, Hours int }

// Zero reports whether there is no length: the event itself ends the period.
func (s Span) Zero() bool { return s == Span{} }

// Event is what a period counts from.
type Event string

// The events.
const (
	FromErased    Event = "erased"    // of the account, person, project or organisation that the data belongs to
	FromMade      Event = "made"      // the row was written
	FromUsed      Event = "used"      // last use
	FromClosed    Event = "closed"    // signed out, answered, sent, over
	FromWithdrawn Event = "withdrawn" // of consent
	FromYearEnd   Event = "year-end"  // of the year the record belongs to
)

// End is what happens when a period is over.
type End string

// The ends (promise RET-2).
const (
	Block         End = "block"         // kept apart, used for nothing else
	Depersonalise End = "depersonalise" // the record stays without the person
	Erase         End = "erase"
)

// Period is a retention in numbers.
type Period struct {
	Span Span
	From Event
	Then End
	// Law says that the country's law gives the span: "accounting" or "claims".
	Law string
}

// Period is what the retention means.
func (r Retention) Period() Period {
	days := func(n int, from Event) Period { return Period{Span: Span{Days: n}, From: from, Then: Erase} }
	years := func(n int, from Event) Period { return Period{Span: Span{Years: n}, From: from, Then: Erase} }
	switch r {
	case WhileAccount, WhilePerson, WhileProject, WhileOrg:
		return Period{From: FromErased, Then: Erase}
	case WhileSession:
		return Period{From: FromClosed, Then: Erase}
	case InvitationLapse:
		return days(14, FromMade)
	case OneHour:
		return Period{Span: Span{Hours: 1}, From: FromMade, Then: Erase}
	case OneDay:
		return Period{Span: Span{Hours: 24}, From: FromMade, Then: Erase}
	case ThirtyDays:
		return days(30, FromMade)
	case NinetyDays:
		return days(90, FromMade)
	case OneYear:
		return years(1, FromUsed)
	case ThreeYears:
		return years(3, FromMade)
	case UntilSent:
		return days(30, FromClosed)
	case CaseYears:
		return years(3, FromClosed)
	case ConsentYears:
		return years(3, FromWithdrawn)
	case UntilUnwanted:
		return Period{From: FromWithdrawn, Then: Erase}
	case ByAccountingLaw:
		return Period{From: FromYearEnd, Then: Erase, Law: "accounting"}
	case ByClaimsLaw:
		return Period{From: FromYearEnd, Then: Erase, Law: "claims"}
	case WhileStaff:
		return days(90, FromClosed)
	}
	return Period{}
}
