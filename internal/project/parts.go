package project

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

// Statuses of a project, in their order.
func Statuses(tx *db.Tx, p id.Project) ([]Status, error) { return allStatuses(tx, p) }

// Lists of a project, in their order.
func Lists(tx *db.Tx, p id.Project) ([]List, error) { return allLists(tx, p) }

// Locations of a project, depth first.
func Locations(tx *db.Tx, p id.Project) ([]Location, error) { return allLocations(tx, p) }

// Categories of a project, depth first.
func Categories(tx *db.Tx, p id.Project) ([]Category, error) { return allCategories(tx, p) }
