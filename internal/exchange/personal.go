package exchange

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	return p.NotPersonal("bcf_guid", "what another program calls a topic, a comment or a viewpoint", "org_id", "project_id", "thing_id", "guid")
}
