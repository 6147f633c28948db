package retention

import "slices"

// RulesVersion is the version of the country rules: the day on which they were
// last looked at. A decision that rests on a rule records it.
const RulesVersion = "2026-11-22"

// Class is what a legal term is about. What is kept for it lies under the keys
// of a bucket of organisation, class and year.
type Class string

// The classes.
const (
	Accounting Class = "accounting" // vouchers, books and invoices: a duty to keep, article 17(3)(b)
	Liability  Class = "liability"  // evidence for a claim over the works: article 17(3)(e), no duty
)

// Exception is the part of article 17(3) under which a class is kept.
func (c Class) Exception() string {
	if c == Accounting {
		return "A17-3-b"
	}
	return "A17-3-e"
}

// Starting is the event from which a legal term runs.
type Starting string

// The events.
const (
	DocumentYear  Starting = "document-year"  // 1 January after the date of the document
	ClosingYear   Starting = "closing-year"   // 1 January after the closing of the books
	FinancialYear Starting = "financial-year" // the day after the end of the financial year
	Acceptance    Starting = "acceptance"     // acceptance of the works
	Handover      Starting = "handover"       // handover of the works
)

// Standing says how far a rule can be relied on. None is legal advice: an
// operator confirms a rule before it is used.
type Standing string

// The standings.
const (
	FromText   Standing = "text"       // read in the text of the rule
	Secondary  Standing = "secondary"  // from what others write about it
	Conflict   Standing = "conflict"   // two sources disagree
	Unverified Standing = "unverified" // a part of it was not found
)

// Rule is how long the law of a country lets or makes something be kept.
type Rule struct {
	ID      string
	Country Country
	Class   Class
	Law     string
	Term    Span // zero where the law names none
	From    Starting
	Since   Date // in force; zero where it is older than this list
	// Standing is what the sources bear; Remark what they disagree on or leave open.
	Standing Standing
	Remark   string
	Sources  []string
}

// Usable reports whether terms can be computed from the rule: it names a term
// and its sources agree.
func (r Rule) Usable() bool { return !r.Term.IsZero() && r.Standing != Conflict }

// NotBefore is the first day on which what the rule keeps may go, from the
// date of the document, the closing, the end of the financial year, the
// acceptance or the handover.
func (r Rule) NotBefore(event Date) Date {
	switch r.From {
	case DocumentYear, ClosingYear:
		event = Date{event.Year + 1, 1, 1}
	case FinancialYear:
		event = event.AddDays(1)
	}
	return r.Term.NotBefore(event)
}

// BucketYear is the year of the bucket for what may go on a day: the year it
// falls in. A bucket expires when its year is over, so one key goes with all
// that lies under it; a row goes on its own day.
func BucketYear(notBefore Date) int { return notBefore.Year }

// BucketEnd is the first day on which the key of a bucket may go.
func BucketEnd(year int) Date { return Date{year + 1, 1, 1} }

// Rules are the rules of a country, in a fixed order.
func Rules(c Country) []Rule {
	return slices.DeleteFunc(AllRules(), func(r Rule) bool { return r.Country != c })
}

// RuleFor is the longest usable rule of a country for a class, which decides
// how long something is kept where several apply.
func RuleFor(c Country, class Class) (Rule, bool) {
	var best Rule
	for _, r := range Rules(c) {
		if r.Class != class || !r.Usable() {
			continue
		}
		from := Date{2001, 1, 1}
		if best.ID == "" || r.NotBefore(from).After(best.NotBefore(from)) {
			best = r
		}
	}
	return best, best.ID != ""
}

// RuleOf is the rule with an id.
func RuleOf(id string) (Rule, bool) {
	i := slices.IndexFunc(AllRules(), func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return AllRules()[i], true
}

// AllRules are the rules of all countries.
func AllRules() []Rule {
	return []Rule{
		{ID: "BE-books-7y", Country: Belgium, Class: Accounting, Law: "Wetboek van economisch recht, art. III.86, III.88", Term: Span{Years: 7}, From: ClosingYear, //nolint:misspell // Dutch
			Standing: Conflict, Remark: "one source says that the code itself asks ten years; the quoted articles say seven. BE-VAT-10y is longer and decides.",
			Sources: []string{"https://blog.forumforthefuture.be/nl/article/bewaartermijn-van-archieven-7-of-10-jaar/26196", "https://demo.peppol-archive.eu/blog/10-year-retention-requirements-belgium"}},
		{ID: "BE-VAT-10y", Country: Belgium, Class: Accounting, Law: "BTW-Wetboek, art. 60; WIB 92, art. 315; wet van 20 november 2022", Term: Span{Years: 10}, From: DocumentYear,
			Since: Date{2023, 1, 1}, Standing: Secondary,
			Sources: []string{"https://support.pagero.com/hc/en-us/articles/17545946085394", "http://wordscope.be/neerlandais/francais/stukken+en+facturen.html"}},
		{ID: "BE-liability-10y", Country: Belgium, Class: Liability, Law: "oud Burgerlijk Wetboek, art. 1792, 2270", Term: Span{Years: 10}, From: Acceptance,
			Standing: Secondary, Remark: "provisional or final acceptance: not settled here. The term cannot be suspended or interrupted.",
			Sources: []string{"http://www.elfri.be/aansprakelijkheid-van-de-aannemer", "https://blienberg.be/"}},
		{ID: "BE-light-defects", Country: Belgium, Class: Liability, Law: "lichte verborgen gebreken: redelijke termijn", From: Acceptance,
			Standing: Secondary, Remark: "a reasonable term, judged by the court: no number of years",
			Sources: []string{"http://www.elfri.be/aansprakelijkheid-van-de-aannemer"}},
		{ID: "DK-accounting-5y", Country: Denmark, Class: Accounting, Law: "Bogføringsloven (lov nr. 700 af 24. maj 2022)", Term: Span{Years: 5}, From: FinancialYear,
			Standing: Unverified, Remark: "the paragraph in the act in force; the former § 10 said the same",
			Sources: []string{"https://danskelove.dk/bogf%C3%B8ringsloven/10", "https://www.uni-it.dk/uniconta/2022/06/07/den-nye-bogfoeringslov-2022/"}},
		{ID: "DK-AB18-5y", Country: Denmark, Class: Liability, Law: "AB 18, § 55, stk. 1", Term: Span{Years: 5}, From: Handover,
			Standing: FromText, Sources: []string{"https://www.elov.dk/ab-18/paragraf/55/"}},
		{ID: "DK-AB18-remedied-8y", Country: Denmark, Class: Liability, Law: "AB 18, § 55, stk. 2", Term: Span{Years: 8}, From: Handover,
			Standing: FromText, Remark: "a remedied defect gets five years anew, at most three past the first term",
			Sources: []string{"https://www.elov.dk/ab-18/paragraf/55/"}},
		{ID: "DK-AB18-fittings-2y", Country: Denmark, Class: Liability, Law: "AB 18, § 55, stk. 3", Term: Span{Years: 2}, From: Handover,
			Standing: FromText, Sources: []string{"https://www.elov.dk/ab-18/paragraf/55/"}},
		{ID: "DK-ABR18-5y", Country: Denmark, Class: Liability, Law: "ABR 18, § 51", Term: Span{Years: 5}, From: Handover,
			Standing: FromText, Remark: "from the end of the task; for works, from the handover of the building",
			Sources: []string{"https://ab.danskbyggeri.dk/abr-18/g-mangler/mangelansvarets-ophoer-51/"}},
	}
}
