package project

import (
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/project/rules"
)

// furnish gives a new project the settings to begin with. Their names are in
// lang's catalogue "project".
func (s *Service) furnish(tx *db.Tx, by feed.Actor, project id.Project, l lang.Locale) error {
	name := func(key string) string { return lang.T(l, "project."+key) }
	for i, x := range []Status{
		{Name: name("status.open"), Colour: "open", Shape: "circle"},
		{Name: name("status.progress"), Colour: "progress", Shape: "triangle"},
		{Name: name("status.review"), Colour: "review", Shape: "diamond"},
		{Name: name("status.closed"), Colour: "done", Shape: "square", Closes: true, ManagersOnly: true},
		{Name: name("status.information"), Colour: "idle", Shape: "ring"},
	} {
		x.ID, x.Order = id.New[id.Status](), int64(i+1)
		if _, _, err := statusKind().add(tx, by, project, x); err != nil {
			return err
		}
	}
	if err := s.FirstList(tx, by, project, name("list.default")); err != nil {
		return err
	}
	for i, key := range []string{"structural", "finishes", "services", "safety", "outside"} {
		c := Category{ID: id.New[id.Category](), Kind: rules.CategoryKinds()[0], Name: name("category." + key), Order: int64(i + 1)}
		if _, _, err := categoryKind().add(tx, by, project, c); err != nil {
			return err
		}
	}
	for _, key := range []string{"client", "architect", "site-manager", "safety"} {
		if _, _, err := roleKind().add(tx, by, project, Role{ID: id.New[id.Role](), Name: name("role." + key)}); err != nil {
			return err
		}
	}
	return nil
}
