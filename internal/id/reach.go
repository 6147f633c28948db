package id

// Reach is how far a credential reaches. The zero Reach is that of a session:
// everything its account may.
type Reach struct {
	Token   Token   // the API token that the credential is; empty: none
	Org     Org     // nothing but this organisation
	Project Project // nothing but this project
	Reads   bool    // reads only
}

// Holds reports whether a project of an organisation, or with an empty project
// the organisation itself, lies within.
func (r Reach) Holds(o Org, p Project) bool {
	return (r.Org == "" || r.Org == o) && (r.Project == "" || r.Project == p)
}
