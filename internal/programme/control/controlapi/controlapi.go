// Package controlapi is how a programme stands, over HTTP: against a baseline,
// and by the 14 points of the DCMA. The rules are package control's.
//
// Codes that callers can meet, apart from those of every operation:
// programme-not-found, baseline-not-found (404), and those of a programme that
// cannot be computed (422).
package controlapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/programme/check"
	"plumbline/internal/programme/control"
	"plumbline/internal/programme/earned"
	"plumbline/internal/programme/live"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	control *control.Service
	enter   Enter
}

// Register adds the operations.
func Register(a *rest.API, s *control.Service, enter Enter) {
	h := &api{s, enter}
	const tag, one = "Control", "/projects/{project}/programmes/{programme}"
	rest.Handle(a, rest.Op{ID: "programme-standing", Method: http.MethodGet, Path: one + "/standing", Tag: tag, Summary: "How a programme stands against a baseline",
		Description: "Planned, earned and actual value week by week, the forecast, the indices, and the budget by how far its activities are. Against the newest baseline where none is named; where there is none, against the plan as it is. Amounts are cents, or minutes of work where no activity has a budget. For guests and above.",
		Who:         rest.SignedIn, Rate: rest.Reads, Time: time.Minute}, h.standing)
	rest.Handle(a, rest.Op{ID: "programme-check", Method: http.MethodGet, Path: one + "/check", Tag: tag, Summary: "The 14 points of the DCMA",
		Description: "With the activities that offend. For guests and above.", Who: rest.SignedIn, Rate: rest.Heavy, Time: time.Minute}, h.check)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// AtProgramme is a programme in a path.
type AtProgramme struct {
	Project   id.Project   `path:"project"`
	Programme id.Programme `path:"programme"`
}

type standingIn struct {
	AtProgramme
	Baseline id.Baseline `query:"baseline"`
}

// Step is a point of the S-curve.
type Step struct {
	At       *float64 `json:"at" doc:"Minutes since 2000-01-01T00:00 in the project's zone."`
	Planned  int64    `json:"planned"`
	Earned   *int64   `json:"earned" doc:"null after the present day."`
	Actual   *int64   `json:"actual"`
	Forecast int64    `json:"forecast"`
}

// Standing is how a programme stands.
type Standing struct {
	Baseline     *id.Baseline `json:"baseline"`
	Unit         string       `json:"unit" enum:"cents,minutes"`
	Day          *float64     `json:"day"`
	Budget       int64        `json:"budget" doc:"At completion."`
	Planned      int64        `json:"planned"`
	Earned       int64        `json:"earned"`
	Actual       int64        `json:"actual"`
	SPI          *float64     `json:"spi" doc:"Schedule performance index; null where nothing was planned yet."`
	CPI          *float64     `json:"cpi" doc:"Cost performance index; null where no cost was reported."`
	AtCompletion *int64       `json:"at_completion" doc:"Estimate of what all will have cost, at the cost performance so far."`
	Done         int64        `json:"done" doc:"Budget of activities that are done."`
	Ongoing      int64        `json:"ongoing"`
	Waiting      int64        `json:"waiting" doc:"Budget of activities that are not begun."`
	WeekPlanned  int64        `json:"week_planned" doc:"Of the last seven days."`
	WeekEarned   int64        `json:"week_earned"`
	Finish       *float64     `json:"finish" doc:"Forecast."`
	PlannedEnd   *float64     `json:"planned_finish" doc:"Of the baseline."`
	Late         int          `json:"late" doc:"Activities that are forecast to end after their baseline."`
	Steps        []Step       `json:"steps"`
}

type standingOut struct {
	Body Standing
}

func (h *api) standing(ctx context.Context, in *standingIn) (*standingOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	s, err := h.control.Stand(ctx, g, in.Programme, in.Baseline)
	if err != nil {
		return nil, err
	}
	out := Standing{Unit: "cents", Day: live.Minutes(s.Day), Budget: s.Status.Budget, Planned: s.Status.Planned, Earned: s.Status.Earned, Actual: s.Status.Actual,
		Done: s.Split.Done, Ongoing: s.Split.Ongoing, Waiting: s.Split.Waiting, WeekPlanned: s.Week.Planned, WeekEarned: s.Week.Earned,
		Finish: live.Minutes(s.End), PlannedEnd: live.Minutes(s.PlannedEnd), Late: s.Late, Steps: make([]Step, len(s.Steps))}
	if s.Work {
		out.Unit = "minutes"
	}
	if s.Baseline != "" {
		out.Baseline = &s.Baseline
	}
	out.SPI, out.CPI = given(s.Status.SPI()), given(s.Status.CPI())
	if all, ok := s.Status.AtCompletion(earned.AsSoFar); ok {
		out.AtCompletion = &all
	}
	for i, x := range s.Steps {
		out.Steps[i] = Step{At: live.Minutes(x.At), Planned: x.Planned, Forecast: x.Forecast}
		if x.Known {
			out.Steps[i].Earned, out.Steps[i].Actual = &x.Earned, &x.Actual
		}
	}
	return &standingOut{Body: out}, nil
}

func given(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

// Point is one of the fourteen.
type Point = check.Point

// Points are the fourteen.
type Points struct {
	Items []Point `json:"items"`
}

type pointsOut struct {
	Body Points
}

func (h *api) check(ctx context.Context, in *AtProgramme) (*pointsOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.control.Check(ctx, g, in.Programme)
	return &pointsOut{Body: Points{Items: all}}, err
}
