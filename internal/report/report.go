// Package report makes reports of points, as PDF or XLSX, and keeps them with
// the project.
//
// A report is asked for with a query (the same names as the list of points),
// a format, a language, a zone and a paper. It is made by a job, with the rights
// that its author has at that moment: what the author may not see is not in it.
// Several languages and formats of one query are several reports of one job,
// which is done when all are there. What failed stays in the list with a stable
// code; nothing else is left behind. How it looks is the organisation's
// (package style).
//
// Contributors and above ask for reports; guests and above read them, if they
// read every list whose points stand in them: to others the report is not there.
// The author and managers delete them.
package report

import (
	"context"
	"image"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/report/content"
	"plumbline/internal/report/style"
)

// The states of a report.
const (
	Making = "making"
	Ready  = "ready"
	Failed = "failed"
)

// The formats of a report.
const (
	PDF  = "pdf"
	XLSX = "xlsx"
)

// What one report holds at most. Pictures are counted for a PDF, which has them
// within; a spreadsheet has the first of them small (package content), and leads to all.
const (
	MostPoints   = 20_000
	MostRows     = 100_000
	MostPictures = 8_000
	mostAlso     = 9 // further languages and formats
)

// Report is a report as kept.
type Report struct {
	ID        id.Report
	Project   id.Project
	Format    string
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
	Format       string // PDF when empty
	Also         []Also // made of the same by the same job
	Title        string
	Query        string
	Locale, Zone string
	Photos       bool
	Plans        bool
}

// Also is a further language or format.
type Also struct {
	ID             id.Report
	Locale, Format string
}

// Styles says how an organisation's reports look, and gives its logo.
type Styles interface {
	Of(ctx context.Context, scope db.Scope) (style.Style, []byte, error)
}

// Source reads the project for a report, across slices. Everything it gives is
// what the grant's holder may see.
type Source interface {
	// CheckQuery refuses a query that the list of points would refuse.
	CheckQuery(query string) error
	// Gather reads the first points, so many as most, in the query's order, and the site's
	// names for them.
	Gather(ctx context.Context, g access.Grant, query string, most int) (Site, []Item, error)
	// Thumb is a photo as a JPEG of about 512 px, with what is drawn on it.
	Thumb(ctx context.Context, g access.Grant, photo id.Photo) ([]byte, error)
	// Cutout is the piece of a sheet around a place in its frame, width pixels
	// wide, with what is drawn on it for the point, and where in it the place is, as fractions.
	Cutout(ctx context.Context, g access.Grant, point id.Point, sheet id.Sheet, x, y, aspect float64, width int) (image.Image, float64, float64, error)
}

// Rights tells what a person may do on a project now.
type Rights interface {
	OfPerson(ctx context.Context, org id.Org, project id.Project, person id.Person) (access.Grant, error)
}

// What a source gives; package content puts it into words.
type (
	// Site is what a report needs to know of the project.
	Site = content.Site
	// Named is a name with a colour token or #rrggbb.
	Named = content.Named
	// Charge is one in charge: a person, a company or a role.
	Charge = content.Charge
	// Item is one point.
	Item = content.Item
	// ItemPhoto is a photo of a point.
	ItemPhoto = content.ItemPhoto
	// ItemComment is a comment on a point.
	ItemComment = content.ItemComment
)
