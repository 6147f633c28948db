// Package content puts what a report holds into words: a document to be set, a
// workbook, and the data that is embedded. It reads nothing.
package content

import (
	"time"

	"plumbline/internal/id"
)

// Named is a name with a colour token or #rrggbb.
type Named struct {
	Name, Colour string
	Closes       bool
	Order        int
}

// Site is what a report needs to know of the project.
type Site struct {
	Project, Place string
	Zone           string // the project's, which judges what is overdue
	Statuses       map[id.Status]Named
	Categories     map[id.Category]string // whole paths
	Locations      map[id.Location]string // whole paths
	Lists          map[id.List]string
	Sheets         map[id.Sheet]string
	Companies      map[id.Company]string
	Roles          map[id.Role]string
	People         map[id.Person]string // those who occur; others are former participants
	Codes          map[id.Person]string // of former participants
	Limited        map[id.Person]bool   // of those who occur, who is not to be shown
}

// Charge is one in charge: a person, a company or a role.
type Charge struct{ Kind, ID string }

// Item is one point.
type Item struct {
	ID          id.Point
	Number      string
	Subject     string
	Description string
	Status      id.Status
	List        id.List
	Category    id.Category
	Location    id.Location
	Charge      []Charge
	Due         string
	Urgent      bool
	Author      id.Person
	CreatedAt   time.Time
	ClosedAt    *time.Time
	Sheet       id.Sheet
	PinX, PinY  float64
	Photos      []ItemPhoto
	Comments    []ItemComment
}

// ItemPhoto is a photo of a point.
type ItemPhoto struct {
	ID            id.Photo
	Width, Height int
	At            time.Time
}

// ItemComment is a comment on a point.
type ItemComment struct {
	Author id.Person
	Text   string
	At     time.Time
}
