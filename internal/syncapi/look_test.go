package syncapi

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest"
)

// ledger looks when it is told to, and notes whom it looked at.
type ledger struct {
	asked chan []rest.Caller
	let   chan func(rest.Caller) (Standing, bool, error)
}

func (l *ledger) stand(_ context.Context, all []rest.Caller, _ id.Project) (map[rest.Caller]Standing, error) {
	l.asked <- all
	let := <-l.let
	out := map[rest.Caller]Standing{}
	for _, c := range all {
		s, in, err := let(c)
		if err != nil {
			return nil, err
		}
		if in {
			out[c] = s
		}
	}
	return out, nil
}

type seen struct {
	caller rest.Caller
	now    stand
	in     bool
	err    error
}

// TestStreamsLookTogether: who comes while a look goes on waits for the next, in
// which each caller is looked at once; who lost access in between is not let in by
// the look before, and a look that fails lets nobody in.
func TestStreamsLookTogether(t *testing.T) {
	t.Parallel()
	l := &ledger{make(chan []rest.Caller), make(chan func(rest.Caller) (Standing, bool, error))}
	g := &together{stand: l.stand, slots: make(chan struct{}, 1), waiting: map[id.Project][]*glance{}}
	answers := make(chan seen)
	come := func(c rest.Caller) {
		go func() {
			now, in, err := g.look(t.Context(), "p", c)
			answers <- seen{c, now, in, err}
		}()
	}
	caller := func(i int) rest.Caller {
		return rest.Caller{Account: id.Account("a" + strconv.Itoa(i)), Session: "s", Via: "session"}
	}
	queued := func(n int) {
		t.Helper()
		for range 1_000_000 {
			g.mu.Lock()
			is := len(g.waiting["p"])
			g.mu.Unlock()
			if is == n {
				return
			}
		}
		t.Fatalf("%d did not come to wait", n)
	}
	all := func(rest.Caller) (Standing, bool, error) { return Standing{Audiences: []string{"x"}}, true, nil }

	come(caller(0))
	if first := <-l.asked; !slices.Equal(first, []rest.Caller{caller(0)}) {
		t.Fatalf("the first look is at %v", first)
	}
	const streams, callers = 40, 10
	for i := range streams {
		come(caller(i % callers))
	}
	queued(streams)
	l.let <- all
	if one := <-answers; !one.in || one.caller != caller(0) {
		t.Errorf("the first look: %+v", one)
	}
	second := <-l.asked
	if len(second) != callers {
		t.Errorf("the second look is at %d callers for %d streams of %d", len(second), streams, callers)
	}
	l.let <- func(c rest.Caller) (Standing, bool, error) { // caller 0 has lost access since the first look
		return Standing{Audiences: []string{"of " + string(c.Account)}}, c != caller(0), nil
	}
	for range streams {
		one := <-answers
		if want := standOf(Standing{Audiences: []string{"of " + string(one.caller.Account)}}); one.err != nil || one.in != (one.caller != caller(0)) || one.in && one.now.sum != want.sum {
			t.Errorf("%+v", one)
		}
	}

	for name, let := range map[string]func(rest.Caller) (Standing, bool, error){
		"fails":           func(rest.Caller) (Standing, bool, error) { return Standing{}, true, errors.New("the database is away") },
		"ends in a panic": func(rest.Caller) (Standing, bool, error) { panic("x") },
	} {
		come(caller(1))
		<-l.asked
		l.let <- let
		if one := <-answers; one.in || one.err == nil {
			t.Errorf("a look that %s: %+v", name, one)
		}
	}

	ctx, leave := context.WithCancel(t.Context())
	go func() {
		now, in, err := g.look(ctx, "p", caller(1))
		answers <- seen{caller(1), now, in, err}
	}()
	<-l.asked
	leave()
	if one := <-answers; one.in || fault.CodeOf(one.err) != "cancelled" {
		t.Errorf("a client that went while it was looked at: %+v", one)
	}
	l.let <- all
}

func TestSignsOfLifeComeTogether(t *testing.T) {
	t.Parallel()
	const every = 25 * time.Second
	for _, p := range []id.Project{"a", "b", id.New[id.Project]()} {
		at := time.Unix(1_800_000_000, 12345)
		first := at.Add(untilPing(p, every, at))
		for _, later := range []time.Duration{1, untilPing(p, every, at) / 2, untilPing(p, every, at) - 1} {
			if got := at.Add(later).Add(untilPing(p, every, at.Add(later))); !got.Equal(first) {
				t.Errorf("who comes %v later gives the next sign at %v, the others at %v", later, got, first)
			}
		}
		if next := untilPing(p, every, first); next != every {
			t.Errorf("after a sign the next is %v away", next)
		}
	}
}
