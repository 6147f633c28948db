// Package resolve checks that what a point's fields name is there: settings of
// the project, people who take part in it, a sheet that a pin lies on.
package resolve

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/sheet"
)

// Projects is what points ask of their project.
type Projects interface {
	// Settings of the project: the parts asked for, perhaps more.
	Settings(tx *db.Tx, project id.Project, want fields.Parts) (fields.Settings, error)
	// Known reports whether all of those in charge take part in the project.
	Known(tx *db.Tx, project id.Project, all []fields.Charge) (bool, error)
}

// Sheets is what points ask of the plans.
type Sheets interface {
	// Frame of a sheet of the project; NotFound where there is none.
	Frame(tx *db.Tx, project id.Project, sheet id.Sheet) (sheet.Frame, error)
	// Reach tells audiences in the log that they see a sheet from now on, or
	// that they no longer do.
	Reach(tx *db.Tx, by feed.Actor, project id.Project, sheet id.Sheet, see, gone []string) error
}

// Fields checks that what the fields name exists on the project, and moves a
// pin onto its sheet.
func Fields(tx *db.Tx, projects Projects, sheets Sheets, project id.Project, set fields.Settings, v *fields.Values, which []fields.Field) error {
	var bad []fault.Field
	add := func(path, code string) { bad = append(bad, fault.Field{Path: path, Code: code}) }
	var trees fields.Parts
	if v.Category != "" && slices.Contains(which, fields.Category) {
		trees |= fields.Categories
	}
	if v.Location != "" && slices.Contains(which, fields.Location) {
		trees |= fields.Locations
	}
	var in fields.Settings
	if trees != 0 {
		var err error
		if in, err = projects.Settings(tx, project, trees); err != nil {
			return err
		}
	}
	for _, f := range which {
		switch f {
		case fields.Status:
			if _, ok := set.Status(v.Status); !ok {
				add("status_id", "unknown")
			}
		case fields.Category:
			if v.Category != "" && !fields.Has(in.Categories, v.Category) {
				add("category_id", "unknown")
			}
		case fields.Location:
			if v.Location != "" && !fields.Has(in.Locations, v.Location) {
				add("location_id", "unknown")
			}
		case fields.InCharge:
			if len(v.InCharge) == 0 {
				continue
			}
			known, err := projects.Known(tx, project, v.InCharge)
			if err != nil {
				return err
			}
			if !known {
				add("in_charge", "unknown")
			}
		case fields.PinField:
			if v.Pin == nil {
				continue
			}
			frame, err := sheets.Frame(tx, project, v.Pin.Sheet)
			if fault.Is(err, fault.NotFound) {
				add("pin.sheet_id", "unknown")
				continue
			}
			if err != nil {
				return err
			}
			at, err := frame.Pin(sheet.Point{X: v.Pin.X, Y: v.Pin.Y})
			if err != nil {
				add("pin", "outside-sheet")
				continue
			}
			v.Pin = &fields.Pin{Sheet: v.Pin.Sheet, X: at.X, Y: at.Y}
		}
	}
	return fault.InvalidFields(bad)
}
