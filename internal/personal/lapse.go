package personal

// Lapse is how what is kept until it is erased ends by itself when nobody uses
// it any more.
type Lapse struct {
	Unused  Span // from the last use to the warning, or to the end where nobody is warned
	Warned  Span // from the warning to blocking
	Blocked Span // from blocking to the end
	Then    End
}

// Lapse is that of a retention, if it has one.
func (r Retention) Lapse() (Lapse, bool) {
	switch r {
	case WhileAccount: // warned by mail, then blocked, then erased
		return Lapse{Unused: Span{Years: 2}, Warned: Span{Days: 30}, Blocked: Span{Days: 30}, Then: Erase}, true
	case WhilePerson: // on no project, no member, and nothing changed about them
		return Lapse{Unused: Span{Years: 2}, Then: Depersonalise}, true
	}
	return Lapse{}, false
}
