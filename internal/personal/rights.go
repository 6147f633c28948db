package personal

const (
	dpvNS  = "https://w3id.org/dpv#"
	pdNS   = "https://w3id.org/dpv/pd#"
	gdprNS = "https://w3id.org/dpv/legal/eu/gdpr#"
)

// Right is a right that a person has.
type Right struct {
	Article string // "A17" of the GDPR
	IRI     string
}

// Article is the letter of GDPR art. 6(1) of the basis, as DPV names it.
func (b Basis) Article() string {
	switch b {
	case Consent:
		return "A6-1-a"
	case Contract:
		return "A6-1-b"
	case LegalDuty:
		return "A6-1-c"
	case Legitimate:
		return "A6-1-f"
	}
	return ""
}

// RightsFor are the rights under a legal basis, as DPV maps them.
func RightsFor(b Basis) []Right {
	articles := rightsByBasis(b.Article())
	all := make([]Right, len(articles))
	for i, a := range articles {
		all[i] = Right{Article: a, IRI: gdprNS + a}
	}
	return all
}
