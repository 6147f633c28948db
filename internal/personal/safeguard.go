package personal

import (
	"slices"
	"strings"
)

// Safeguard is what protects data outside the European Economic Area (promise
// SHR-3): "eea", "adequacy:XX" for a country with a decision of the
// Commission, "scc" for its standard clauses, or "none".
type Safeguard string

// The safeguards; Adequacy makes the fourth.
const (
	InEEA       Safeguard = "eea"
	Clauses     Safeguard = "scc"
	NoSafeguard Safeguard = "none"
)

// Adequacy is the safeguard of a country's adequacy decision.
func Adequacy(country string) Safeguard { return Safeguard("adequacy:" + country) }

// Adequate is the country of an adequacy decision, or "".
func (s Safeguard) Adequate() string {
	country, ok := strings.CutPrefix(string(s), "adequacy:")
	if !ok {
		return ""
	}
	return country
}

// EEA are the countries of the European Economic Area.
func EEA() []string {
	return strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK")
}

// AdequateCountries are those with an adequacy decision, as the Data Privacy
// Vocabulary 2.3 lists them. For others, the clauses.
func AdequateCountries() []string {
	return strings.Fields("AD AR CA CH FO GB GG IL IM JE JP NZ UY")
}

// Covers says why the safeguard does not cover a country outside the European
// Economic Area, or "".
func (s Safeguard) Covers(country string) string {
	switch {
	case s == Clauses:
		return ""
	case s.Adequate() != "" && s.Adequate() == country && slices.Contains(AdequateCountries(), country):
		return ""
	case s.Adequate() != "":
		return "there is no adequacy decision that covers " + country
	}
	return "it is outside the European Economic Area and has no safeguard"
}

// DPV is the concept of the safeguard.
func (s Safeguard) DPV() string {
	switch {
	case s == Clauses:
		return gdprNS + "A46-2-c"
	case s.Adequate() != "":
		return gdprNS + "A45-3"
	}
	return ""
}
