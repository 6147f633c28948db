package lists

import p "plumbline/internal/personal"

// Declarations are the columns of point_list.
func Declarations() []p.Declaration {
	return p.NotPersonal("point_list", "a group of points", "org_id", "id", "project_id", "code", "prefix", "name", "numbering")
}
