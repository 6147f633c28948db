package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/promise"
)

// Keeping is what the probes of retention and of backups need.
type Keeping struct {
	Sweeps  *sweep.Service
	Unswept func() []string // declared retentions that nothing acts on
	// Rehearse backs a throw-away installation up, erases somebody, and restores
	// the older backup.
	Rehearse func(ctx context.Context) (Rehearsal, error)
}

// Rehearsal is what was seen of a restore.
type Rehearsal struct {
	InBackup    bool // the erased person's name stands in the backup's bytes
	HalfRefused bool // a place that is not finished does not open
	BareRefused bool // without the list of erased keys nothing is restored
	Shown       bool // the erased person's name is shown
	RowLeft     bool // their record is not that of a former participant
	InRestored  bool // their name stands in the restored bytes
	Whole       bool // the others are as they were
}

func (w World) probesKeep() []promise.Probe {
	return []promise.Probe{
		look("RET-1", "what is over is swept, and nothing else", w.sweptRows),
		look("RET-2", "an account that nobody uses is warned, blocked, erased", w.sweptAccount),
		look("RET-3", "a backup shows nobody, and does not open half-restored", w.isolated),
		look("ERA-2", "an older backup does not bring the erased back", w.restoredWithout),
	}
}

func (w World) sweptRows(ctx context.Context) (string, error) {
	if w.Keeping.Sweeps == nil {
		return "", errors.New("there are no sweeps")
	}
	if wrong := w.Unswept(); len(wrong) > 0 {
		return "", fmt.Errorf("%d declared retentions have no sweep: %s", len(wrong), wrong[0])
	}
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	now := w.Clock.Now()
	period := personal.NinetyDays
	old, young := id.New[string](), id.New[string]()
	for key, at := range map[string]time.Time{old: sweep.From(period, now).Add(-time.Hour), young: sweep.From(period, now).Add(time.Hour)} {
		if err := w.putResult(ctx, s.Account, key, at); err != nil {
			return "", err
		}
	}
	runs, err := w.Keeping.Sweeps.Run(ctx, func(r sweep.Rule) bool { return r.Name == "mutations" })
	if err != nil {
		return "", err
	}
	kept, err := w.results(ctx, s.Account)
	if err != nil {
		return "", err
	}
	if kept[old] || !kept[young] {
		return "", fmt.Errorf("after a sweep a row past its 90 days is there: %v, one before it: %v", kept[old], kept[young])
	}
	return fmt.Sprintf("every declared retention has its sweep; one run of one rule took %d rows that were over, and left what was not", runs[0].Done), nil
}

func (w World) sweptAccount(ctx context.Context) (string, error) {
	if w.Keeping.Sweeps == nil {
		return "", errors.New("there are no sweeps")
	}
	s, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	who := personal.OfAccount(s.Account)
	if err := w.agedAccount(ctx, s.Account, w.Clock.Now().AddDate(-3, 0, 0)); err != nil {
		return "", err
	}
	for _, stage := range []struct {
		rule string
		seen func() (bool, error)
	}{
		{"accounts-unused", func() (bool, error) { return w.queued(ctx, s.Account, sweep.Warned) }},
		{"accounts-blocked", func() (bool, error) {
			a, err := w.Do(ctx, s, http.MethodGet, "/api/v1/session", nil)
			return a.Status == http.StatusUnauthorized, err
		}},
		{"accounts-erased", func() (bool, error) { return w.underErasure(ctx, s.Account) }},
	} {
		met, err := w.Keeping.Sweeps.Meet(ctx, stage.rule, who)
		if err != nil {
			return "", err
		}
		if !met {
			return "", fmt.Errorf("the rule %s does not meet an account that was not used for three years", stage.rule)
		}
		seen, err := stage.seen()
		if err != nil {
			return "", err
		}
		if !seen {
			return "", fmt.Errorf("the rule %s met an account, and nothing came of it", stage.rule)
		}
		if err := w.agedNotice(ctx, s.Account, 31*24*time.Hour); err != nil {
			return "", err
		}
	}
	return "an account last used three years ago was warned by mail, 31 days later blocked, 31 days later given to erasure", nil
}

func (w World) isolated(ctx context.Context) (string, error) {
	r, err := w.rehearsal(ctx)
	switch {
	case err != nil:
		return "", err
	case r.InBackup:
		return "", errors.New("the bytes of a backup show a name")
	case !r.HalfRefused:
		return "", errors.New("a place whose restore has not finished opens")
	}
	return "in a rehearsal a backup's bytes showed no name, and a half-restored place refused to open", nil
}

func (w World) restoredWithout(ctx context.Context) (string, error) {
	r, err := w.rehearsal(ctx)
	switch {
	case err != nil:
		return "", err
	case r.Shown:
		return "", errors.New("a restored backup shows who was erased")
	case r.RowLeft:
		return "", errors.New("a restored backup brings the record of who was erased back")
	case r.InRestored:
		return "", errors.New("the restored bytes hold the name of who was erased")
	case !r.BareRefused:
		return "", errors.New("a backup is restored without the list of erased keys")
	case !r.Whole:
		return "", errors.New("after a restore the others are not whole")
	}
	return "in a rehearsal the backup from before an erasure was restored: the person was a former participant, the others whole; without the list of erased keys it was refused", nil
}

func (w World) rehearsal(ctx context.Context) (Rehearsal, error) {
	if w.Rehearse == nil {
		return Rehearsal{}, errors.New("there is no restore")
	}
	return w.Rehearse(ctx)
}
