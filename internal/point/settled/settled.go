// Package settled reads what points and drawings need of a project out of slice
// project: only the parts asked for, in the project's own order.
package settled

import (
	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
)

// Projects is what slice point asks of its project.
type Projects struct{}

// Places is what slice drawing asks of its project.
type Places struct{}

// Settings of the project: the parts asked for.
func (Projects) Settings(tx *db.Tx, p id.Project, want fields.Parts) (fields.Settings, error) {
	var parts project.Parts
	for mine, theirs := range map[fields.Parts]project.Parts{fields.Zone: project.PartZone, fields.Statuses: project.PartStatuses,
		fields.Locations: project.PartLocations, fields.Categories: project.PartCategories} {
		if want&mine != 0 {
			parts |= theirs
		}
	}
	var set fields.Settings
	have, err := project.Read(tx, p, parts)
	if err != nil {
		return set, fault.Wrap("settled.Settings", err)
	}
	set.Zone = have.Zone
	for _, s := range have.Statuses {
		set.Statuses = append(set.Statuses, fields.StatusRule{ID: s.ID, Closes: s.Closes, ManagersOnly: s.ManagersOnly})
	}
	var all []lists.List
	if want&fields.Lists != 0 {
		if all, err = lists.Of(tx, p); err != nil {
			return set, fault.Wrap("settled.Settings", err)
		}
	}
	for _, l := range all {
		rule := fields.ListRule{ID: l.ID, Archived: l.Archived()}
		if lists.Coded(l.Numbering) {
			rule.Code = l.Code
		}
		if lists.Occurs(l.Numbering) {
			rule.Occurrence = l.Occurrence
		}
		set.Lists = append(set.Lists, rule)
	}
	for _, l := range have.Locations {
		set.Locations = append(set.Locations, node(l.ID, l.Parent))
	}
	for _, c := range have.Categories {
		set.Categories = append(set.Categories, node(c.ID, c.Parent))
	}
	return set, nil
}

func node[T ~string](id T, parent *T) fields.Node {
	n := fields.Node{ID: string(id)}
	if parent != nil {
		n.Parent = string(*parent)
	}
	return n
}

// Known reports whether all of those in charge take part in the project.
func (Projects) Known(tx *db.Tx, p id.Project, all []fields.Charge) (bool, error) {
	who := make([]access.InCharge, len(all))
	for i, c := range all {
		who[i] = access.InCharge(c)
	}
	unknown, err := project.Unknown(tx, p, who)
	return len(unknown) == 0, err
}

// HasLocation reports whether a location is one of the project's.
func (Places) HasLocation(tx *db.Tx, p id.Project, location id.Location) (bool, error) {
	return project.HasLocation(tx, p, location)
}
