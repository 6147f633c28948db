package erasure_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
)

// The model of the protocol, written from its description and not from the code.
// A person is whole, denied or gone. An erasure walks
//
//	requested → denied → destroying → purging → done
//	                   ↘ cancelled
//
// A crash may leave it at any state on its way; it never goes back, never skips
// the denial, and is cancelled only before the grace is over.
type modelErasure struct {
	secret  string
	persons []int
	grace   time.Time // zero: none
	state   erasure.State
	settled bool // what is to be done about it now was done without a crash
}

type model struct {
	now      time.Time
	erasures map[string]*modelErasure
	codes    map[int]string // of who is gone
}

// of is the open or completed erasure of a person.
func (m *model) of(p int) (*modelErasure, bool) {
	for _, e := range m.erasures {
		for _, x := range e.persons {
			if x == p && (e.state != erasure.Cancelled || !e.settled) {
				return e, true
			}
		}
	}
	return nil, false
}

func rank(s erasure.State) int {
	switch s {
	case erasure.Requested:
		return 0
	case erasure.Denied:
		return 1
	case erasure.Destroying:
		return 2
	case erasure.Purging:
		return 3
	case erasure.Done:
		return 4
	case erasure.Cancelled:
		return 5
	}
	return -1
}

// target is where an erasure comes to, run without a crash.
func (m *model) target(e *modelErasure) erasure.State {
	switch {
	case e.state == erasure.Cancelled, e.state == erasure.Done:
		return e.state
	case rank(e.state) <= 1 && !e.grace.IsZero() && m.now.Before(e.grace):
		return erasure.Denied
	}
	return erasure.Done
}

// driver runs the real code beside the model.
type driver struct {
	*world
	m      model
	rng    *rand.Rand
	people []someone
	rows   map[int]savedRow // what a backup would bring back
	log    []string
}

type savedRow struct {
	sealed  []byte
	account string
}

func (d *driver) sayf(format string, args ...any) {
	d.log = append(d.log, fmt.Sprintf(format, args...))
}

func (d *driver) failf(format string, args ...any) {
	d.t.Helper()
	for _, l := range d.log {
		d.t.Log(l)
	}
	d.t.Fatalf(format, args...)
}

func (d *driver) node() (int, *node) {
	i := d.rng.IntN(len(d.nodes))
	return i, d.nodes[i]
}

// request asks for the erasure of one or two people, on either node.
func (d *driver) request(crash bool) {
	i, n := d.node()
	graceless := d.rng.IntN(4) == 0
	var persons []int
	for range 1 + d.rng.IntN(2) {
		p := d.rng.IntN(len(d.people))
		if len(persons) == 0 || persons[0] != p {
			persons = append(persons, p)
		}
	}
	busy := false
	for _, p := range persons {
		e, ok := d.m.of(p)
		busy = busy || ok && e.state.Open()
		if ok && !e.state.Open() { // gone already: nobody asks for them
			return
		}
	}
	asked := erasure.Asked{By: "model", Ground: erasure.NoLongerNeeded, Grace: time.Duration(1+d.rng.IntN(48)) * time.Hour}
	if graceless && !busy { // one that hastens another is tested by itself
		asked.Ground = erasure.Unlawful
	}
	for _, p := range persons {
		asked.Whos = append(asked.Whos, personal.OfPerson(d.site.Org, d.people[p].person))
	}
	if crash {
		n.fuse.Store(1)
	}
	e, err := n.Request(d.t.Context(), asked)
	n.fuse.Store(-1)
	d.sayf("node %d: request of %v %s grace %v crash %v: %s %v", i, persons, asked.Ground, asked.Grace, crash, e.ID, err)
	switch {
	case errors.Is(err, errCrash):
		return // nothing was committed
	case busy:
		if fault.CodeOf(err) != "erasure-under-way" {
			d.failf("a second erasure of %v: %v", persons, err)
		}
		return
	case err != nil:
		d.failf("request: %v", err)
	}
	x := &modelErasure{secret: e.Secret, persons: persons, state: erasure.Denied}
	if asked.Ground == erasure.NoLongerNeeded {
		x.grace = d.m.now.Add(asked.Grace)
	}
	d.m.erasures[e.ID] = x
}

func (d *driver) some() (string, *modelErasure) {
	for i, e := range d.m.erasures { // the order of a map is random; the schedule is not to be repeated exactly
		return i, e
	}
	return "", nil
}

func (d *driver) cancel() {
	i, n := d.node()
	name, e := d.some()
	if e == nil {
		return
	}
	may := rank(e.state) <= 1 && !e.grace.IsZero() && d.m.now.Before(e.grace)
	err := n.Cancel(d.t.Context(), e.secret)
	d.sayf("node %d: cancel %s in %s, may %v: %v", i, name, e.state, may, err)
	switch {
	case e.state == erasure.Cancelled && err == nil:
	case may && err == nil:
		e.state, e.settled = erasure.Cancelled, true
	case !may && fault.CodeOf(err) == "too-late":
	default:
		d.failf("cancel in %s (may: %v): %v", e.state, may, err)
	}
}

// run takes an erasure further, on one node or on both at once, and lets one of
// them die on the way.
func (d *driver) run(crash, both bool) {
	i, n := d.node()
	name, e := d.some()
	if e == nil {
		return
	}
	before := e.state
	if crash {
		n.fuse.Store(int64(1 + d.rng.IntN(12)))
	}
	var group sync.WaitGroup
	errs := make([]error, len(d.nodes))
	for k, x := range d.nodes {
		if k == i || both {
			group.Go(func() { errs[k] = x.Advance(d.t.Context(), name) })
		}
	}
	group.Wait()
	n.fuse.Store(-1)
	got, err := n.Get(d.t.Context(), name)
	if err != nil {
		d.failf("%v", err)
	}
	d.sayf("node %d (both %v): run %s %s → %s crash %v: %v", i, both, name, before, got.State, crash, errs)
	for _, err := range errs {
		if err != nil && !errors.Is(err, errCrash) {
			d.failf("run: %v", err)
		}
	}
	target := d.m.target(e)
	if errors.Is(errs[i], errCrash) && !both {
		if rank(got.State) < rank(before) || rank(got.State) > rank(target) {
			d.failf("after a crash on the way from %s to %s it stands at %s", before, target, got.State)
		}
	} else if got.State != target {
		d.failf("from %s it came to %s, not %s", before, got.State, target)
	}
	e.state = got.State
}

// restore brings rows of the gone back as an older copy would, and replays.
func (d *driver) restore() {
	var back []int
	for _, e := range d.m.erasures {
		if e.state == erasure.Done {
			back = append(back, e.persons...)
		}
	}
	if len(back) == 0 {
		return
	}
	p := back[d.rng.IntN(len(back))]
	saved := d.rows[p]
	if err := d.db.Write(d.t.Context(), db.Tenant(d.site.Org), func(tx *db.Tx) error {
		_, err := tx.Exec(`update person set state = 'active', sealed = $3, code = '', account_id = $4, number = number + 1000000 where org_id = $1 and id = $2`,
			tx.Org(), d.people[p].person, saved.sealed, saved.account)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`update person_counter set number = number + 2000000, epoch = epoch + 1 where org_id = $1`, tx.Org())
		return err
	}); err != nil {
		d.failf("restore: %v", err)
	}
	i, n := d.node()
	if now := d.seen(n, d.people[p].person); now.Name != "" {
		d.failf("a restored row shows %+v", now)
	}
	var more []personal.Who
	if d.rng.IntN(2) == 0 {
		more = append(more, personal.OfPerson(d.site.Org, d.people[p].person))
	}
	_, err := n.Replay(d.t.Context(), more)
	d.sayf("node %d: restore of %d and replay: %v", i, p, err)
	if err != nil {
		d.failf("replay: %v", err)
	}
}

// check compares what is seen, through every node, with the model.
func (d *driver) check() {
	d.t.Helper()
	taken := map[string]int{}
	for p, s := range d.people {
		e, ok := d.m.of(p)
		for i, n := range d.nodes {
			if _, err := n.ring.Refresh(d.t.Context()); err != nil {
				d.failf("%v", err)
			}
			now := d.seen(n, s.person)
			dead := n.ring.Erased(crypt.PersonOwner(s.person))
			switch {
			case !ok:
				if now.Name != s.name || now.Limited || dead {
					d.failf("node %d: %d is whole and seen as %+v, key gone %v", i, p, now, dead)
				}
			case e.state == erasure.Denied:
				if !now.Limited || now.Name != "" || dead {
					d.failf("node %d: %d is denied and seen as %+v, key gone %v", i, p, now, dead)
				}
			case e.state == erasure.Destroying, e.state == erasure.Purging:
				if now.Name+now.Email != "" || e.state == erasure.Purging && !dead {
					d.failf("node %d: %d is %s and seen as %+v, key gone %v", i, p, e.state, now, dead)
				}
			case e.state == erasure.Done:
				if now.State != person.Former || now.Code == "" || now.Name != "" || !dead {
					d.failf("node %d: %d is gone and seen as %+v, key gone %v", i, p, now, dead)
				}
				if had := d.m.codes[p]; had != "" && had != now.Code {
					d.failf("%d was %s and is %s", p, had, now.Code)
				}
				if q, has := taken[now.Code]; has && q != p {
					d.failf("%d and %d are both %s", p, q, now.Code)
				}
				taken[now.Code], d.m.codes[p] = p, now.Code
			}
		}
	}
}

// TestModel drives the code with random schedules: requests, cancels, crashes at
// any step, two nodes at once, restores of older rows.
func TestModel(t *testing.T) {
	runs, steps := 3, 60
	if testing.Short() {
		runs, steps = 1, 40
	}
	if v, err := strconv.Atoi(os.Getenv("PLUMBLINE_MODEL_RUNS")); err == nil {
		runs = v
	}
	each(t, 2, func(t *testing.T, w *world) {
		for run := range runs {
			seed := rand.Uint64()
			d := &driver{world: w, rng: rand.New(rand.NewPCG(seed, 1)), rows: map[int]savedRow{}, //nolint:gosec // a schedule, not a secret
				m: model{now: w.clock.Now(), erasures: map[string]*modelErasure{}, codes: map[int]string{}}}
			d.sayf("run %d, seed %d", run, seed)
			for p := range 6 {
				d.people = append(d.people, w.add(fmt.Sprintf("Model Canary%d%c", run, 'A'+p), policy.Contributor))
				w.write(func(tx *db.Tx) error {
					row, err := db.One(tx, func(s db.Scanner) (r savedRow, err error) {
						err = s.Scan(&r.sealed, &r.account)
						return r, err
					}, `select sealed, account_id from person where org_id = $1 and id = $2`, tx.Org(), d.people[p].person)
					d.rows[p] = row
					return err
				})
			}
			for range steps {
				switch d.rng.IntN(12) {
				case 0, 1, 2:
					d.request(d.rng.IntN(4) == 0)
				case 3:
					d.cancel()
				case 4, 5:
					w.clock.Advance(time.Duration(d.rng.IntN(20)) * time.Hour)
					d.m.now = w.clock.Now()
				case 6:
					d.restore()
				case 7:
					d.run(false, true)
				case 8:
					d.run(true, true)
				default:
					d.run(d.rng.IntN(2) == 0, false)
				}
				d.check()
			}
			// In the end everything comes to its end, whatever happened.
			w.clock.Advance(72 * time.Hour)
			d.m.now = w.clock.Now()
			if err := w.nodes[0].Sweep(t.Context()); err != nil {
				d.failf("sweep: %v", err)
			}
			for name, e := range d.m.erasures {
				got, err := w.nodes[1].Get(t.Context(), name)
				if err != nil || got.State.Open() || got.State != d.m.target(e) {
					d.failf("%s ends as %s, not %s: %v", name, got.State, d.m.target(e), err)
				}
				e.state = got.State
			}
			d.check()
		}
	})
}

// TestCrashAtEveryStep dies at the first step, then at the second … until a run
// comes through.
func TestCrashAtEveryStep(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		n := w.nodes[0]
		for at := 1; ; at++ {
			s := w.add("Karel Kanarie", policy.Contributor)
			e, err := n.Request(t.Context(), erasure.Asked{By: "x", Whos: s.whos(w.site.Org), Ground: erasure.Unlawful})
			must(t, err)
			n.fuse.Store(int64(at))
			crashed := errors.Is(n.Advance(t.Context(), e.ID), errCrash)
			n.fuse.Store(-1)
			if now := w.seen(n, s.person); now.Name != "" {
				t.Fatalf("dead at step %d, the others see %+v", at, now)
			}
			must(t, n.Advance(t.Context(), e.ID))
			if got, err := n.Get(t.Context(), e.ID); err != nil || got.State != erasure.Done {
				t.Fatalf("dead at step %d, resumed: %v %v", at, got.State, err)
			}
			if now := w.seen(n, s.person); now.State != person.Former || now.Code == "" {
				t.Fatalf("dead at step %d: %+v", at, now)
			}
			if !crashed {
				if at < 10 {
					t.Errorf("there were only %d steps to die at", at-1)
				}
				return
			}
		}
	})
}
