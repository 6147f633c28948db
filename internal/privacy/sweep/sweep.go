package sweep

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Cover is a declared retention of a table.
type Cover struct {
	Table     string
	Retention personal.Retention
}

// Rule acts on retentions. Either Rows, or Do with Due, or People with Each.
type Rule struct {
	Name   string
	Covers []Cover
	Then   personal.End
	Hourly bool // its periods are hours

	// Rows acts in one transaction and says on how many rows. A preview runs it
	// and takes it back.
	Rows func(tx *db.Tx) (int64, error)

	// Do acts in transactions of its own; Due counts before.
	Do  func(ctx context.Context) error
	Due func(tx *db.Tx) (int64, error)

	// People are due, of so many in all; Each acts on one of them, and the brake
	// is asked before.
	People func(tx *db.Tx) (due []personal.Who, of int64, err error)
	Each   func(ctx context.Context, who personal.Who) error
}

// Brake says how many people one run of one rule may meet: at most People, and
// no more than Percent of all unless they are Few.
type Brake struct{ People, Percent, Few int64 }

// DefaultBrake is the one that holds where nothing else is configured.
func DefaultBrake() Brake { return Brake{People: 100, Percent: 5, Few: 5} }

// stops reports whether so many of all are too many.
func (b Brake) stops(due, of int64) bool {
	return due > b.People || due > b.Few && due*100 > of*b.Percent
}

// State is how a run of a rule ended.
type State string

// The states.
const (
	Done     State = "done"
	Held     State = "held"     // the brake: nothing was done
	Approved State = "approved" // somebody let it through; it is done with the next run
)

// Run is what one rule found and did.
type Run struct {
	ID      string
	Rule    string
	Then    personal.End
	People  bool
	State   State
	Due     int64
	Of      int64 // people in all, of rules about people
	Done    int64
	At      time.Time
	Decided time.Time
}

// Deps are what sweeps work with.
type Deps struct {
	DB    *db.DB
	Log   *slog.Logger
	Rules []Rule
	Brake Brake // zero: the default
}

// Service is the slice.
type Service struct{ Deps }

// New makes the slice.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Brake == (Brake{}) {
		d.Brake = DefaultBrake()
	}
	return &Service{d}
}

// The jobs.
const (
	DailyJob  = "sweep.daily"
	HourlyJob = "sweep.hourly"
)

func everyone() db.Scope {
	return db.Everyone("what falls due does so in all organisations alike")
}

// Daily is the handler of DailyJob: every rule.
func (s *Service) Daily(ctx context.Context, _ *job.Run) error {
	_, err := s.Run(ctx, func(Rule) bool { return true })
	return err
}

// Hourly is the handler of HourlyJob: what is kept for hours.
func (s *Service) Hourly(ctx context.Context, _ *job.Run) error {
	_, err := s.Run(ctx, func(r Rule) bool { return r.Hourly })
	return err
}

// Run runs the chosen rules. One that fails does not keep the others.
func (s *Service) Run(ctx context.Context, chosen func(Rule) bool) (runs []Run, err error) {
	if sabotage.Off("RET-1") {
		return nil, nil
	}
	for _, r := range s.Rules {
		if !chosen(r) {
			continue
		}
		run, e := s.one(ctx, r)
		if e != nil {
			s.Log.WarnContext(ctx, "a sweep failed", "rule", r.Name, "code", fault.CodeOf(e))
			err = errors.Join(err, fault.Wrap("sweep."+r.Name, e))
			continue
		}
		runs = append(runs, run)
	}
	return runs, err
}

func (s *Service) one(ctx context.Context, r Rule) (Run, error) {
	run := Run{ID: id.New[string](), Rule: r.Name, Then: r.Then, People: r.People != nil, State: Done, At: s.DB.Clock().Now()}
	switch {
	case r.Rows != nil:
		err := s.DB.Write(ctx, everyone(), func(tx *db.Tx) (err error) {
			if run.Done, err = r.Rows(tx); err != nil || run.Done == 0 {
				return err
			}
			run.Due = run.Done
			return insertRun(tx, run)
		})
		return run, err
	case r.Do != nil:
		if err := s.count(ctx, r, &run); err != nil {
			return run, err
		}
		if err := r.Do(ctx); err != nil || run.Due == 0 {
			return run, err
		}
		run.Done = run.Due
		return run, s.note(ctx, run)
	}
	return s.people(ctx, r, run)
}

// people meets the people that are due, if the brake lets it.
func (s *Service) people(ctx context.Context, r Rule, run Run) (Run, error) {
	due, of, err := s.due(ctx, r)
	if err != nil {
		return run, err
	}
	run.Due, run.Of = int64(len(due)), of
	var approved int64
	err = s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		open, found, err := openRun(tx, r.Name)
		if err != nil {
			return err
		}
		if found {
			run.ID = open.ID
			if open.State == Approved {
				approved = open.Due
			}
		}
		if !s.Brake.stops(run.Due, of) || run.Due <= approved {
			return nil
		}
		run.State = Held
		if !found {
			if err := insertRun(tx, run); err != nil {
				return err
			}
		} else if err := holdRun(tx, run); err != nil {
			return err
		}
		_, err = evidence.Append(tx, evidence.Act{Kind: "sweep.held", Ref: id.New[string](), Body: map[string]any{"rule": r.Name, "due": run.Due, "of": of}})
		return err
	})
	if err != nil || run.State == Held {
		if err == nil {
			s.Log.WarnContext(ctx, "a sweep was held by the brake", "rule", r.Name, "due", run.Due)
		}
		return run, err
	}
	for _, who := range due {
		if err := ctx.Err(); err != nil {
			return run, err
		}
		if err := r.Each(ctx, who); err != nil {
			return run, err
		}
		run.Done++
	}
	return run, s.note(ctx, run)
}

func (s *Service) due(ctx context.Context, r Rule) (due []personal.Who, of int64, err error) {
	err = s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		due, of, err = r.People(tx)
		return err
	})
	return due, of, err
}

func (s *Service) count(ctx context.Context, r Rule, run *Run) error {
	return s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		run.Due, err = r.Due(tx)
		return err
	})
}

// note keeps what was done, and closes what waited for it.
func (s *Service) note(ctx context.Context, run Run) error {
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		if open, found, err := openRun(tx, run.Rule); err != nil {
			return err
		} else if found {
			return closeRun(tx, open.ID, run)
		}
		if run.Due == 0 {
			return nil
		}
		return insertRun(tx, run)
	})
}

var errPreview = errors.New("only a preview")

// Preview counts what each rule would meet now, and changes nothing.
func (s *Service) Preview(ctx context.Context) ([]Run, error) {
	var runs []Run
	for _, r := range s.Rules {
		run := Run{Rule: r.Name, Then: r.Then, People: r.People != nil, State: Done, At: s.DB.Clock().Now()}
		var err error
		switch {
		case r.Rows != nil:
			err = s.DB.Write(ctx, everyone(), func(tx *db.Tx) (err error) {
				if run.Due, err = r.Rows(tx); err != nil {
					return err
				}
				return errPreview
			})
			if errors.Is(err, errPreview) {
				err = nil
			}
		case r.Do != nil:
			err = s.count(ctx, r, &run)
		default:
			var due []personal.Who
			due, run.Of, err = s.due(ctx, r)
			run.Due = int64(len(due))
			if s.Brake.stops(run.Due, run.Of) {
				run.State = Held
			}
		}
		if err != nil {
			return nil, fault.Wrap("sweep.Preview", err)
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// Runs are the last runs that met something, newest first, those that wait
// before all others.
func (s *Service) Runs(ctx context.Context, limit int) (runs []Run, err error) {
	err = s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		runs, err = lastRuns(tx, limit)
		return err
	})
	for i := range runs {
		for _, r := range s.Rules {
			if r.Name == runs[i].Rule {
				runs[i].Then, runs[i].People = r.Then, r.People != nil
			}
		}
	}
	return runs, fault.Wrap("sweep.Runs", err)
}

// Approve lets a held run through: with the next run the rule meets as many
// people as were due, and no more. by is the account that decides.
func (s *Service) Approve(ctx context.Context, by id.Account, run string) error {
	return fault.Wrap("sweep.Approve", s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		r, found, err := findRun(tx, run)
		if err != nil {
			return err
		}
		if !found {
			return fault.New(fault.NotFound, "sweep-not-found", "there is no such sweep")
		}
		if r.State == Approved {
			return nil
		}
		if r.State != Held {
			return fault.New(fault.Conflict, "sweep-not-held", "this sweep does not wait for anybody")
		}
		if err := approveRun(tx, run, by); err != nil {
			return err
		}
		if _, err := evidence.Append(tx, evidence.Act{Kind: "sweep.approved", Ref: id.New[string](), Body: map[string]any{"rule": r.Rule, "due": r.Due}}); err != nil {
			return err
		}
		_, err = job.Enqueue(tx, job.Spec{Kind: DailyJob, Unique: "approved"})
		return err
	}))
}

// Meet lets one rule about people meet one of them, if they are due: the brake
// is about many. It reports whether they were.
func (s *Service) Meet(ctx context.Context, rule string, who personal.Who) (bool, error) {
	const op = "sweep.Meet"
	i := slices.IndexFunc(s.Rules, func(r Rule) bool { return r.Name == rule && r.People != nil })
	if i < 0 {
		return false, fault.Wrap(op, fault.New(fault.NotFound, "sweep-not-found", "there is no such sweep"))
	}
	due, _, err := s.due(ctx, s.Rules[i])
	if err != nil || !slices.Contains(due, who) {
		return false, fault.Wrap(op, err)
	}
	return true, fault.Wrap(op, s.Rules[i].Each(ctx, who))
}
