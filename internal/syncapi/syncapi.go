package syncapi

import (
	"context"
	"net/http"
	"sync"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/rest"
)

// Visit is a caller let into a project, with what they may see of it.
type Visit struct {
	Scope     db.Scope
	Person    id.Person
	Audiences []string // all that the caller belongs to on this project
	Rights    string   // whatever else shapes what the caller sees, such as the level: if it changes, the client starts over
	Sources   []Source
	Points    Points

	// Job tells whether the caller may see a job that somebody else asked for.
	Job func(ctx context.Context, s job.Status) (bool, error)
}

// Source lists and loads the things of some kinds, as the caller sees them.
type Source struct {
	Name  string   // property of "things", such as "statuses"
	Kinds []string // kinds in the log that it answers for

	// All lists everything visible: a list, or an object for a single thing.
	All func(ctx context.Context) (any, error)

	// Load gives those of ids that are visible. Nil: All is sent whole when
	// anything of the kinds changed.
	Load func(ctx context.Context, ids []string) (map[string]any, error)
}

// Points lists and loads the things that are too many for one answer.
type Points struct {
	Name string // "points"
	Kind string // "point"

	// Page lists visible ones, those changed last first, after a cursor of its own.
	Page func(ctx context.Context, cursor string, limit int) (items []any, next string, err error)
	Load func(ctx context.Context, ids []string) (map[string]any, error)
}

// Hub wakes who waits for an audience; feed.Hub does.
type Hub interface {
	Subscribe(audiences []string) (wake <-chan struct{}, cancel func())
}

// Deps is what the operations need.
type Deps struct {
	DB  *db.DB
	Hub Hub

	// Enter lets a caller into a project. NotFound: not theirs to know of. It is
	// asked again while a stream lasts, so it must look at what is, not at what
	// was when the request came: a session that was ended is Unauthenticated.
	Enter func(ctx context.Context, c rest.Caller, p id.Project) (Visit, error)

	// Stand is Enter for many callers at once, as far as a stream has to know; who
	// is missing is not let in.
	Stand func(ctx context.Context, all []rest.Caller, p id.Project) (map[rest.Caller]Standing, error)

	Ping time.Duration // between signs of life on a stream; 0: 25 s
}

type service struct {
	Deps
	mu      sync.Mutex
	streams map[id.Account]int
	looks   chan struct{} // how many look at a time
	looking *together
}

// maxStreams is how many streams one account may hold open: tabs, devices.
const maxStreams = 30

// maxLooks is how many look at a time.
const maxLooks = 16

// Register adds the operations to a.
func Register(a *rest.API, d Deps) {
	if d.Ping <= 0 {
		d.Ping = 25 * time.Second
	}
	s := &service{Deps: d, streams: map[id.Account]int{}, looks: make(chan struct{}, maxLooks)}
	s.looking = &together{stand: d.Stand, slots: s.looks, waiting: map[id.Project][]*glance{}}
	rest.Handle(a, rest.Op{
		ID: "project-snapshot", Method: http.MethodGet, Path: "/projects/{project}/snapshot", Tag: "Sync",
		Summary: "Everything the caller may see of a project",
		Description: "The first page holds all but most of the points, and the cursor to go on from with changes; " +
			"further pages hold points, those changed last first.",
		Who: rest.SignedIn, Rate: rest.Reads, Time: time.Minute,
	}, s.snapshot)
	rest.Handle(a, rest.Op{
		ID: "project-changes", Method: http.MethodGet, Path: "/projects/{project}/changes", Tag: "Sync",
		Summary: "What changed since a cursor",
		Description: "Things that changed come as they are now, those that the caller may not see (any more) are gone. " +
			"With start_over the cursor is of no use: drop what is kept of the project and take a snapshot.",
		Who: rest.SignedIn, Rate: rest.Reads,
	}, s.changes)
	rest.Raw(a, rest.Op{
		ID: "project-events", Method: http.MethodGet, Path: "/projects/{project}/events", Tag: "Sync",
		Summary: "Told when there is more", Description: "Server-sent events named more, without content: read the changes then.",
		Who: rest.SignedIn, Rate: rest.Reads, Time: rest.Streaming, Gives: []string{"text/event-stream"},
	}, s.events)
	rest.Handle(a, rest.Op{
		ID: "job", Method: http.MethodGet, Path: "/projects/{project}/jobs/{job}", Tag: "Sync",
		Summary: "How far a job is", Description: "For who asked for it, and for who may see what it makes.",
		Who: rest.SignedIn, Rate: rest.Reads,
	}, s.job)
	rest.Raw(a, rest.Op{
		ID: "job-events", Method: http.MethodGet, Path: "/projects/{project}/jobs/{job}/events", Tag: "Sync",
		Summary: "Told how far a job is", Description: "Server-sent events named progress with the job; the stream ends when the job does.",
		Who: rest.SignedIn, Rate: rest.Reads, Time: rest.Streaming, Gives: []string{"text/event-stream"},
	}, s.jobEvents)
}

// enter lets the caller of a request in.
func (s *service) enter(ctx context.Context, p id.Project) (Visit, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return Visit{}, err
	}
	return s.Enter(ctx, c, p)
}

// aside is enter for a stream that begins, few at a time. It runs beside, because
// the stack that it needs would stay with the stream, which sleeps nearly always.
func (s *service) aside(ctx context.Context, p id.Project) (v Visit, err error) {
	select {
	case s.looks <- struct{}{}:
	case <-ctx.Done():
		return v, fault.New(fault.Unavailable, "cancelled", "the client has gone")
	}
	done := make(chan struct{})
	go func() {
		defer func() {
			if recover() != nil { // nobody above would
				err = fault.New(fault.Other, "panic", "a look ended in a panic")
			}
			<-s.looks
			close(done)
		}()
		v, err = s.enter(ctx, p)
	}()
	<-done
	return v, err
}

// open counts a stream of the caller; leave must be called.
func (s *service) open(ctx context.Context) (leave func(), err error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[c.Account] >= maxStreams {
		f := fault.New(fault.TooMany, "too-many", "too many open streams")
		f.RetryAfter = time.Minute
		return nil, f
	}
	s.streams[c.Account]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.streams[c.Account]--; s.streams[c.Account] == 0 {
			delete(s.streams, c.Account)
		}
	}, nil
}
