package prove

import p "plumbline/internal/personal"

// Declarations are the columns of proof and proof_site.
func Declarations() []p.Declaration {
	all := p.NotPersonal("proof", "what a probe found, in words about mechanisms", "promise", "state", "evidence")
	return append(all, p.NotPersonal("proof_site", "ids of a made-up organisation and of nobody who lives", "org_id", "project_id", "account_id", "person_id")...)
}
