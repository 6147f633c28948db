package cases

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/sabotage"
)

// keepYears is how long a case is kept after it was closed.
const keepYears = 3

// Remind reminds offices of what is due, and raises the alarm over what is
// late. It is run daily; a reminder is given once.
func (s *Service) Remind(ctx context.Context) error {
	const op = "request.Remind"
	if sabotage.Off("REQ-1") {
		return nil
	}
	after := ""
	for {
		var some []Case
		err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
			some, err = pending(tx, after, 200)
			return err
		})
		if err != nil || len(some) == 0 {
			return fault.Wrap(op, err)
		}
		for _, c := range some {
			after = string(c.ID)
			if err := s.remind(ctx, c); err != nil {
				return fault.Wrap(op, err)
			}
		}
	}
}

func (s *Service) remind(ctx context.Context, c Case) error {
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		c, ok, err := held(tx, c.Org, c.ID)
		if err != nil || !ok {
			return err
		}
		today := s.Today(tx, c.Org)
		template, kind := "", ""
		switch level := c.Facts.Reminder(today); {
		case level == casework.Overdue:
			c.Facts.Reminded, template, kind = level, MailOverdue, "request.overdue"
			tx.AfterCommit(func() { s.Log.WarnContext(ctx, "a request is late", "case", string(c.ID)) })
		case level > 0:
			c.Facts.Reminded, template, kind = level, MailReminder, "request.reminded"
		case c.Facts.State == casework.Sent && casework.Nudge(&c.Facts, today.String()):
			if c.Facts.Owed, err = missing(tx, c); err != nil {
				return err
			}
			template, kind = MailReminder, "request.acknowledgements-reminded"
		}
		if template == "" {
			return nil
		}
		if err := updateCase(tx, c, c.Facts.Due(today).String()); err != nil {
			return err
		}
		if err := Note(tx, kind, c, map[string]any{"level": c.Facts.Reminded}); err != nil {
			return err
		}
		return s.TellOffice(tx, c.Org, template)
	})
}

// Sweep deletes requests that nobody confirmed and those that were closed three
// years ago, and has the keys destroyed of those whose words were forgotten. It
// is run hourly.
func (s *Service) Sweep(ctx context.Context) error {
	return fault.Wrap("cases.Sweep", s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		if err := letterbox.Sweep(tx); err != nil {
			return err
		}
		old, err := letterbox.Expired(tx, tx.Now().AddDate(-keepYears, 0, 0))
		if err != nil {
			return err
		}
		for _, r := range old {
			if err := deleteCases(tx, r.ID); err != nil {
				return err
			}
		}
		return letterbox.Delete(tx, old)
	}))
}

// EngineJob is the kind of job in which the engine does what it can of a case;
// CloseJob that which closes a request when no controller has work left.
const (
	EngineJob = "request.engine"
	CloseJob  = "request.close"
)

type engineJob struct {
	Org  id.Org  `json:"org"`
	Case id.Case `json:"case"`
}

type closeJob struct {
	Request id.Request `json:"request"`
}

// Engine asks for the job that does what can be done without anybody.
func (s *Service) Engine(tx *db.Tx, c Case) error {
	_, err := job.Enqueue(tx, job.Spec{Kind: EngineJob, Payload: engineJob{c.Org, c.ID}, Unique: string(c.ID), ThingID: string(c.ID), By: "system"})
	return err
}

// Run is the job of kind EngineJob.
func (s *Service) Run(ctx context.Context, r *job.Run) error {
	var in engineJob
	if err := r.Payload(&in); err != nil {
		return err
	}
	return s.Work(ctx, in.Org, in.Case)
}

// finish asks for the closing of a request, which needs to see the cases of all
// controllers.
func (s *Service) finish(tx *db.Tx, c Case) error {
	_, err := job.Enqueue(tx, job.Spec{Kind: CloseJob, Payload: closeJob{c.Request}, Unique: string(c.Request), ThingID: string(c.Request), By: "system"})
	return err
}

// Close is the job of kind CloseJob.
func (s *Service) Close(ctx context.Context, r *job.Run) error {
	var in closeJob
	if err := r.Payload(&in); err != nil {
		return err
	}
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error { return s.close(tx, in.Request) })
}
