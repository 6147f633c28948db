package plan

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
	"slices"
)

// Format is the kind of a file.
type Format string

// The formats.
const (
	MSPDI  Format = "mspdi"
	XER    Format = "xer"
	PMXML  Format = "pmxml"
	PSPLIB Format = "psplib"
	Native Format = "plumbline" // made here
	Table  Format = "table"
)

// Document is one programme.
type Document struct {
	Format      Format
	ID, Name    string
	Options     cpm.Options // Calendar and dates of it are filled from the fields below when computed
	Calendar    string      // ID of the project's calendar
	MinutesDay  int
	MinutesWeek int
	DaysMonth   int

	Calendars   []Calendar
	Activities  []Activity
	Relations   []Relation
	Resources   []Resource
	Assignments []Assignment

	// Ignored says what the file holds and the engine does not honour.
	Ignored []string
}

// Calendar is working time with a name. Base is the ID of the one it inherits from.
type Calendar struct {
	ID, Name, Base string
	Resource       bool // of one resource
	Hours          float64
	Rules          workcal.Rules // without Base
}

// Activity is a line of the programme.
type Activity struct {
	ID, Code, Name, WBS, Notes string
	Number                     int // place in the file's own list
	Level                      int // depth in the outline, 1 at the top
	Parent                     int // index, or -1
	Kind                       cpm.Kind
	Group                      bool // a line of structure alone (P6: WBS), that is no activity of its source
	Milestone                  bool
	Null                       bool // an empty line
	Inactive, External         bool
	Calendar                   string // ID; empty: the project's
	IgnoreResourceCalendar     bool
	FixedDuration              bool
	TaskType                   int // MS Project's type of task
	Priority                   int

	Duration, Remaining, Actual int32 // ticks of six seconds
	Format                      int   // MS Project's format of the duration
	Elapsed                     bool
	Estimated                   bool
	Work                        int32
	Cost                        float64
	Unit                        string // what progress is reported in; empty: percent

	Constraints [2]cpm.Constraint
	Deadline    workcal.Time
	Delay       int32

	Percent                   float64
	PhysicalPercent           float64
	PercentKind               string
	ActualStart, ActualFinish workcal.Time
	Stop, Resume              workcal.Time
	Expected                  workcal.Time
	ExternalStart             workcal.Time
	ExternalFinish            workcal.Time

	Manual                    bool
	ManualStart, ManualFinish workcal.Time

	Stored    Stored
	Baselines []Baseline
}

// Stored is what the program that wrote the file had computed.
type Stored struct {
	EarlyStart, EarlyFinish workcal.Time
	LateStart, LateFinish   workcal.Time
	Start, Finish           workcal.Time
	TotalFloat, FreeFloat   int32 // in ticks
	Floats                  bool  // the two are given
	Critical                bool
	Longest                 bool
}

// NoStored is what a file without dates has.
func NoStored() Stored {
	n := workcal.None
	return Stored{EarlyStart: n, EarlyFinish: n, LateStart: n, LateFinish: n, Start: n, Finish: n}
}

// Baseline is what was once planned.
type Baseline struct {
	Number        int
	Start, Finish workcal.Time
	Duration      int32
	Work          int32
	Cost          float64
}

// Relation binds To to From, both indexes of Activities.
type Relation struct {
	From, To int
	Link     cpm.Link
	Lag      int32 // ticks, or whole percents
	Percent  bool
	Elapsed  bool
	Format   int // MS Project's format of the lag
}

// Resource does work.
type Resource struct {
	ID, Code, Name, Calendar string
	Kind                     int // 0 material, 1 work, 2 cost, as MS Project has it
	Units                    float64
}

// Assignment is a resource at an activity.
type Assignment struct {
	ID, Resource    string
	Activity        int
	Units           float64 // 1 is all of one resource
	Work, Remaining int32
	Actual          int32
	Overtime        int32 // part of Work
	RestOvertime    int32 // part of Remaining
	Delay           int32
	Contour         int
	Start, Finish   workcal.Time
}

// NewActivity is an activity without dates.
func NewActivity() Activity {
	n := workcal.None
	return Activity{
		Parent: -1, Deadline: n, ActualStart: n, ActualFinish: n, Stop: n, Resume: n, Expected: n, ExternalStart: n, ExternalFinish: n,
		ManualStart: n, ManualFinish: n, Stored: NoStored(),
	}
}

// Ignore notes, once, what is not honoured.
func (d *Document) Ignore(what string) {
	if slices.Contains(d.Ignored, what) {
		return
	}
	if len(d.Ignored) < 100 {
		d.Ignored = append(d.Ignored, what)
	}
}

// Dated notes that one of the texts was to be a date, and is none of a programme.
func (d *Document) Dated(read func(string) workcal.Time, texts ...string) {
	for _, s := range texts {
		if s != "" && s != "NA" && read(s) == workcal.None {
			d.Ignore("a date that cannot be read, or lies outside the years 1900 to 2132, is left out")
		}
	}
}
