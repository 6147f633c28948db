// Package report makes PDF reports of points and keeps them with the project.
//
// A report is asked for with a query (the same names as the list of points),
// a language, a zone and a paper. It is made by a job, with the rights that its
// author has at that moment: what the author may not see is not in it. What
// failed stays in the list with a stable code; nothing else is left behind.
//
// Contributors and above ask for reports; guests and above read them; the
// author and managers delete them.
package report

import (
	"context"
	"image"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
)

// The states of a report.
const (
	Making = "making"
	Ready  = "ready"
	Failed = "failed"
)

// MostPoints is how many points one report holds.
const MostPoints = 5000

// Report is a report as kept.
type Report struct {
	ID        id.Report
	Project   id.Project
	Title     string
	Query     string // as in the address of the list: "status=…&sort=due"
	Locale    string
	Zone      string
	Photos    bool
	Plans     bool
	State     string
	Code      string // why it failed
	Job       id.Job
	Points    int64
	Pages     int64
	Replaced  int64 // characters that no font covers
	Missing   int64 // pictures that could not be read
	Bytes     int64
	Author    id.Person
	CreatedAt time.Time
	Version   int64

	file string
}

// New is what a report is asked for with.
type New struct {
	ID           id.Report
	Title        string
	Query        string
	Locale, Zone string
	Photos       bool
	Plans        bool
}

// Source reads the project for a report, across slices. Everything it gives is
// what the grant's holder may see.
type Source interface {
	// CheckQuery refuses a query that the list of points would refuse.
	CheckQuery(query string) error
	// Gather reads the first points, so many as most, in the query's order, and the site's
	// names for them.
	Gather(ctx context.Context, g access.Grant, query string, most int) (Site, []Item, error)
	// Thumb is a photo as a JPEG of about 512 px.
	Thumb(ctx context.Context, g access.Grant, photo id.Photo) ([]byte, error)
	// Cutout is the piece of a sheet around a place in its frame, width pixels
	// wide, and where in it the place is, as fractions.
	Cutout(ctx context.Context, g access.Grant, sheet id.Sheet, x, y, aspect float64, width int) (image.Image, float64, float64, error)
}

// Rights tells what a person may do on a project now.
type Rights interface {
	OfPerson(ctx context.Context, org id.Org, project id.Project, person id.Person) (access.Grant, error)
}

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
