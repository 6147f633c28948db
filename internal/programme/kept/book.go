package kept

import (
	"sync"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// The kinds in the log.
const (
	Thing    = "programme"
	Activity = "activity"
)

// Projects is what programmes ask of their project.
type Projects interface {
	// Zone of a project.
	Zone(tx *db.Tx, project id.Project) (*time.Location, error)
	// Known reports whether all of those in charge take part in the project.
	Known(tx *db.Tx, project id.Project, all []access.InCharge) (bool, error)
	// Places reports whether all the locations are the project's.
	Places(tx *db.Tx, project id.Project, all []id.Location) (bool, error)
}

// Book is all programmes. It is safe for concurrent use.
type Book struct {
	db       *db.DB
	projects Projects

	mu     sync.Mutex
	kept   map[key]*Entry
	clock  int64
	weight int
}

// New makes a book.
func New(d *db.DB, projects Projects) *Book {
	return &Book{db: d, projects: projects, kept: map[key]*Entry{}}
}

// Projects is what it asks of the project.
func (s *Book) Projects() Projects { return s.projects }

// NotFound says that there is no such programme.
func NotFound() error {
	return fault.New(fault.NotFound, "programme-not-found", "there is no such programme")
}

// NoActivity says that there is no such activity.
func NoActivity() error {
	return fault.New(fault.NotFound, "activity-not-found", "there is no such activity")
}

// OrErr is err, or else other.
func OrErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
