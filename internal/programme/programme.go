package programme

import (
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// The bounds of a programme, and how many a project may have.
const (
	MaxName = 120
	Most    = 100
)

// Programme is a programme without its activities, as the caller sees it.
type Programme struct {
	rows.Head
	Activities int // that the caller sees
	Live       bool
}

// Draft is a programme to be made.
type Draft struct {
	ID    id.Programme
	Name  string
	Start workcal.Time

	Calendars []plan.Calendar // the first is the programme's; none: the usual week
}

// Service is the programmes of all projects. It is safe for concurrent use.
type Service struct {
	db   *db.DB
	kept *kept.Book
}

// New makes a service.
func New(d *db.DB, book *kept.Book) *Service { return &Service{d, book} }

func checkName(name string) string { return live.CheckText(name, 1, MaxName) }

// empty is a programme without activities, in the usual week.
func empty(project id.Project, d Draft) *live.Model {
	const calendar = "usual"
	doc := &plan.Document{Format: plan.Native, Options: cpm.Defaults(cpm.MSP, d.Start), Calendar: calendar, MinutesDay: 480, MinutesWeek: 2400, DaysMonth: 20}
	doc.Calendars = []plan.Calendar{{ID: calendar, Name: "", Hours: 8, Rules: workcal.Rules{Week: workcal.Usual()}}}
	if len(d.Calendars) > 0 {
		doc.Calendars, doc.Calendar = d.Calendars, d.Calendars[0].ID
	}
	return &live.Model{ID: d.ID, Project: project, Name: d.Name, Version: 1, Live: true, Doc: doc}
}
