package syncapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/rest"
	"plumbline/internal/rest/events"
)

type nothing struct{}

// events says "more" when it begins and whenever one of the caller's audiences
// has more. Whether the caller is still let in is looked at before each word;
// if they are not, the stream ends, and opening it again is refused.
func (s *service) events(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	leave, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer leave()
	v, err := s.aside(ctx, project)
	if err != nil {
		return err
	}
	now := standOf(Standing{v.Audiences, v.Rights})
	wake, cancel := s.Hub.Subscribe(now.Audiences)
	defer func() { cancel() }()
	out, err := rest.Events(w, r)
	if err != nil {
		return err
	}
	return ended(s.listen(ctx, out, project, now.sum, wake, func(all []string) <-chan struct{} {
		cancel()
		wake, cancel = s.Hub.Subscribe(all)
		return wake
	}))
}

// listen says "more" on a stream until it ends.
func (s *service) listen(ctx context.Context, out *events.Stream, project id.Project, sum string, wake <-chan struct{}, again func(audiences []string) <-chan struct{}) error {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return err
	}
	// What came before the subscription woke nobody.
	if err := out.Send("more", nothing{}); err != nil {
		return err
	}
	ping := time.NewTimer(untilPing(project, s.Ping, time.Now()))
	defer ping.Stop()
	for {
		more := false
		select {
		case <-ctx.Done():
			return nil
		case <-out.Over():
			return out.Reconnect()
		case <-wake:
			more = true
		case <-ping.C:
			ping.Reset(untilPing(project, s.Ping, time.Now()))
		}
		now, in, err := s.looking.look(ctx, project, c)
		if err != nil || !in {
			return err
		}
		if now.sum != sum {
			sum, wake = now.sum, again(now.Audiences)
			more = true // and changes will say start over
		}
		if more {
			err = out.Send("more", nothing{})
		} else {
			err = out.Ping()
		}
		if err != nil {
			return err
		}
	}
}

// ended tells the plain ends of a stream from trouble, which the log should
// name: the client went, or is no longer let in.
func ended(err error) error {
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Denied, fault.Unauthenticated, fault.Gone:
		return nil
	case fault.Unavailable:
		if fault.CodeOf(err) == "cancelled" {
			return nil
		}
	}
	return err
}

type jobIn struct {
	Project id.Project `path:"project"`
	Job     id.Job     `path:"job"`
}

type jobOut struct {
	Body progress
}

type progress struct {
	ID    id.Job `json:"id"`
	Kind  string `json:"kind"`
	State string `json:"state" enum:"queued,running,done,failed,cancelled"`
	Done  int64  `json:"done"`
	Total int64  `json:"total" doc:"0 as long as it is not known."`
	Code  string `json:"code" doc:"Why it failed; stable."`
	Thing string `json:"thing_id"`
}

func progressOf(s job.Status) progress {
	return progress{s.ID, s.Kind, string(s.State), s.Done, s.Total, s.Code, s.ThingID}
}

func (s *service) job(ctx context.Context, in *jobIn) (*jobOut, error) {
	st, _, err := s.look(ctx, in.Project, in.Job)
	if err != nil {
		return nil, err
	}
	return &jobOut{progressOf(st)}, nil
}

// look finds a job that the caller may see.
func (s *service) look(ctx context.Context, p id.Project, j id.Job) (st job.Status, v Visit, err error) {
	if v, err = s.enter(ctx, p); err != nil {
		return st, v, err
	}
	err = s.DB.Read(ctx, v.Scope, func(tx *db.Tx) error {
		st, err = job.Get(tx, j)
		return err
	})
	if err != nil {
		return st, v, err
	}
	if st.By == string(v.Person) && v.Person != "" {
		return st, v, nil
	}
	if v.Job != nil {
		may, err := v.Job(ctx, st)
		if err != nil || may {
			return st, v, err
		}
	}
	return job.Status{}, v, fault.New(fault.NotFound, "job-not-found", "there is no such job")
}

func (s *service) jobEvents(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	j, err := rest.PathID[id.Job](r, "job")
	if err != nil {
		return err
	}
	leave, err := s.open(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	_, v, err := s.look(r.Context(), project, j)
	if err != nil {
		return err
	}
	out, err := rest.Events(w, r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	steps, over := make(chan job.Status), make(chan error, 1)
	go func() {
		over <- job.Watch(ctx, s.DB, v.Scope, j, func(st job.Status) error {
			select {
			case steps <- st:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	ping := time.NewTicker(s.Ping)
	defer ping.Stop()
	for {
		select {
		case err := <-over:
			if r.Context().Err() != nil {
				return nil
			}
			return ended(err)
		case <-out.Over():
			return ended(out.Reconnect())
		case st := <-steps:
			if _, err = s.enter(ctx, project); err == nil {
				err = out.Send("progress", progressOf(st))
			}
		case <-ping.C:
			if _, _, err = s.look(ctx, project, j); err == nil {
				err = out.Ping()
			}
		}
		if err != nil {
			return ended(err)
		}
	}
}
