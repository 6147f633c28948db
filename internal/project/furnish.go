package project

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
)

// furnish gives a new project its first settings, in a language. Their ids are
// made here, so a second run of the transaction makes others.
func furnish(tx *db.Tx, by feed.Actor, p id.Project, l lang.Locale) error {
	text := func(key string) string { return lang.T(l, "project."+key) }
	statuses := []Status{
		{Name: "open", Colour: "open", Shape: "circle"},
		{Name: "progress", Colour: "progress", Shape: "triangle"},
		{Name: "review", Colour: "review", Shape: "diamond"},
		{Name: "done", Colour: "done", Shape: "square", Closes: true},
		{Name: "verified", Colour: "done", Shape: "ring", Closes: true, ManagersOnly: true},
		{Name: "cancelled", Colour: "idle", Shape: "circle", Closes: true},
	}
	for i, s := range statuses {
		s.ID, s.Name, s.Order = id.New[id.Status](), text("status."+s.Name), int64(i+1)
		if _, _, err := statusKind().add(tx, by, p, s); err != nil {
			return fault.Wrap("project.furnish", err)
		}
	}
	for i, key := range []string{"structural", "finishes", "services", "safety", "outside"} {
		c := Category{ID: id.New[id.Category](), Kind: "category", Name: text("category." + key), Order: int64(i + 1)}
		if _, _, err := categoryKind().add(tx, by, p, c); err != nil {
			return fault.Wrap("project.furnish", err)
		}
	}
	for _, key := range []string{"client", "architect", "site-manager", "safety"} {
		if _, _, err := roleKind().add(tx, by, p, Role{ID: id.New[id.Role](), Name: text("role." + key)}); err != nil {
			return fault.Wrap("project.furnish", err)
		}
	}
	_, _, err := listKind().add(tx, by, p, List{ID: id.New[id.List](), Code: "C", Name: text("list.default"), Order: 1})
	return fault.Wrap("project.furnish", err)
}
