package prove

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/promise"
)

// Result is what was found of one promise.
type Result struct {
	ID       string
	State    promise.State
	Evidence string
	Repeat   string // the command that proves it again
	At       time.Time
}

// Options say how to run.
type Options struct {
	Clock  clock.Clock
	Only   []string      // ids of promises; empty: all
	Each   time.Duration // for one probe; 0: a minute
	AtOnce int           // probes at a time; 0: 2
	Repeat string        // the command that this run was; the id is put after it
}

// Run runs the probes.
func Run(ctx context.Context, probes []promise.Probe, o Options) []Result {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Each == 0 {
		o.Each = time.Minute
	}
	wanted := func(id string) bool {
		return len(o.Only) == 0 || slices.Contains(o.Only, id)
	}
	found := make([]promise.Finding, len(probes))
	slots := make(chan struct{}, max(o.AtOnce, 1))
	if o.AtOnce == 0 {
		slots = make(chan struct{}, 2)
	}
	var all sync.WaitGroup
	for i, p := range probes {
		if !wanted(p.Promise) || p.Alone {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			found[i] = one(ctx, p, o.Each)
		})
	}
	all.Wait()
	for i, p := range probes {
		if wanted(p.Promise) && p.Alone {
			found[i] = one(ctx, p, o.Each)
		}
	}
	var out []Result
	for _, p := range promise.All() {
		if !wanted(p.ID) {
			continue
		}
		r := Result{ID: p.ID, State: promise.NotApplicable, Repeat: strings.TrimSpace(o.Repeat + " " + p.ID), At: o.Clock.Now().UTC()}
		var said []string
		for i, probe := range probes {
			if probe.Promise == p.ID {
				r.State = promise.Worse(r.State, found[i].State)
				said = append(said, probe.Name+": "+found[i].Evidence)
			}
		}
		if len(said) == 0 {
			r.State, said = promise.NotBuilt, []string{"there is no mechanism yet"}
		}
		r.Evidence = strings.Join(said, "; ")
		out = append(out, r)
	}
	return out
}

// one runs a probe and turns whatever goes wrong into broken: a mechanism that
// cannot be seen to work is not known to.
func one(ctx context.Context, p promise.Probe, limit time.Duration) (f promise.Finding) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan promise.Finding, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- promise.Found(promise.Broken, fmt.Sprintf("the probe failed: %.200v", r))
			}
		}()
		done <- p.Run(ctx)
	}()
	select {
	case f = <-done:
	case <-ctx.Done():
		f = promise.Found(promise.Broken, "the probe did not come back in time")
	}
	if !f.State.Valid() {
		f = promise.Found(promise.Broken, "the probe found nothing")
	}
	return f
}

// AnyBroken reports whether a promise is broken.
func AnyBroken(all []Result) bool {
	for _, r := range all {
		if r.State == promise.Broken {
			return true
		}
	}
	return false
}

func everyone() db.Scope { return db.Everyone("the promises are the installation's") }

// Save keeps what was found.
func Save(ctx context.Context, d *db.DB, all []Result) error {
	return fault.Wrap("prove.Save", d.Write(ctx, everyone(), func(tx *db.Tx) error {
		for _, r := range all {
			if err := put(tx, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Last is what was found last, of every promise; one that was never proved is
// left out.
func Last(ctx context.Context, d *db.DB) ([]Result, error) {
	kept := map[string]Result{}
	err := d.Read(ctx, everyone(), func(tx *db.Tx) error {
		all, err := last(tx)
		for _, r := range all {
			kept[r.ID] = r
		}
		return err
	})
	var out []Result
	for _, p := range promise.All() {
		if r, ok := kept[p.ID]; ok {
			out = append(out, r)
		}
	}
	return out, fault.Wrap("prove.Last", err)
}
