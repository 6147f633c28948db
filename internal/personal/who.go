package personal

import "plumbline/internal/id"

// The kinds of subjects that a row can be about.
const (
	AccountKind = "account"
	PersonKind  = "person"
)

// Who is one data subject as one controller knows them: an account, which is
// the operator's, or a person of one organisation's address book. One human is
// an account and one person in each organisation.
type Who struct {
	Kind string `json:"kind"` // AccountKind or PersonKind
	ID   string `json:"id"`
	Org  id.Org `json:"org,omitempty"` // empty for accounts
}

// OfAccount is an account as a subject.
func OfAccount(a id.Account) Who { return Who{Kind: AccountKind, ID: string(a)} }

// OfPerson is a person of an organisation as a subject.
func OfPerson(org id.Org, p id.Person) Who {
	return Who{Kind: PersonKind, ID: string(p), Org: org}
}
