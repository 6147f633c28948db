package fields

import (
	"plumbline/internal/id"
)

// Thing is the kind of a point in the log, the search and beside comments and
// photos.
const Thing = "point"

// Field names a field of a point that people change, as the log and the API do.
type Field string

// The fields.
const (
	Subject     Field = "subject"
	Description Field = "description"
	Status      Field = "status_id"
	Category    Field = "category_id"
	Location    Field = "location_id"
	InCharge    Field = "in_charge"
	Due         Field = "due"
	Urgent      Field = "urgent"
	PinField    Field = "pin"
)

// All in the order of the API.
func All() []Field {
	return []Field{Subject, Description, Status, Category, Location, InCharge, Due, Urgent, PinField}
}

// Pin is a place in the frame of a sheet.
type Pin struct {
	Sheet id.Sheet `json:"sheet_id"`
	X     float64  `json:"x"`
	Y     float64  `json:"y"`
}

// Kinds of those in charge.
const (
	Person  = "person"
	Company = "company"
	Role    = "role"
)

// Charge is one of those in charge: a person, a company or a role.
type Charge struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Values are the fields that people change. An empty Category, Location or Due
// and a nil Pin mean none. InCharge is sorted and without doubles.
type Values struct { //nolint:recvcheck // read as a value, and only Take writes
	Subject     string
	Description string
	Status      id.Status
	Category    id.Category
	Location    id.Location
	InCharge    []Charge
	Due         string
	Urgent      bool
	Pin         *Pin
}

// Patch sets the fields that it names to the values it holds.
type Patch struct {
	Fields []Field
	Values
}

// Number is what people call a point by, as its list numbered when it gave it.
type Number struct {
	Code       string // of the list; empty where it is not part of the number
	Occurrence int64  // 0 where it is not part of the number
	Sequence   int64
}
