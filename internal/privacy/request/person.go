package request

import (
	"context"
	"io"
	"slices"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/retention"
	"plumbline/internal/sabotage"
)

// Told is what who asked sees of one case.
type Told struct {
	cases.Case
	cases.Said
	Name    string // of the controller; empty for the operator
	Due     retention.Date
	Archive bool // it can be fetched
}

// Status is a request as who asked sees it.
type Status struct {
	State     string
	Confirmed bool
	Received  time.Time
	Locale    string
	Cases     []Told
	Messages  []letterbox.Message
}

// archiveLife is how long the archive of a request can be fetched.
const archiveLife = 30 * 24 * time.Hour

// Status reads a request for who has its secret. It changes nothing: programs
// that look at mail open links too.
func (s *Service) Status(ctx context.Context, secret string) (Status, error) {
	var out Status
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		r, err := letterbox.Behind(tx, secret)
		if err != nil {
			return err
		}
		out, err = s.status(tx, r)
		return err
	})
	if err == nil && out.State == letterbox.Unconfirmed && sabotage.Off("REQ-1.mail") { // looking is taken for saying so
		if err = s.Confirm(ctx, secret); err == nil {
			out.State = "open"
		}
	}
	return out, fault.Wrap("request.Status", err)
}

func (s *Service) status(tx *db.Tx, r letterbox.Row) (Status, error) {
	out := Status{State: r.State, Received: r.Received, Locale: r.Locale}
	if r.State == letterbox.Unconfirmed {
		return out, nil // not even what it says: the mail may have gone to a stranger
	}
	l, err := s.Box.Read(r)
	if err != nil {
		return out, err
	}
	for _, m := range l.Messages {
		if !m.Evidence {
			out.Messages = append(out.Messages, m)
		}
	}
	all, err := cases.Of(tx, r.ID)
	if err != nil {
		return out, err
	}
	for _, c := range all {
		if r.Channel == "letter" && c.Facts.Verified == "" {
			continue // the letter may be somebody else's
		}
		out.Confirmed = true
		t := Told{Case: c, Due: c.Facts.Due(s.Today(tx, c.Org))}
		if t.Name, _, _, err = org.Named(tx, c.Org); err != nil && c.Org != "" {
			return out, err
		}
		if t.Said, err = s.Said(r, c); err != nil {
			return out, err
		}
		t.Archive = fetchable(c, tx.Now())
		out.Cases = append(out.Cases, t)
	}
	return out, nil
}

func fetchable(c cases.Case, now time.Time) bool {
	return c.Facts.Verified != "" && c.Who.Kind != "" && (c.Closed.IsZero() || now.Sub(c.Closed) < archiveLife) &&
		slices.ContainsFunc(c.Facts.Rights, func(r casework.Right) bool {
			return (r.Article == letter.Access || r.Article == letter.Port) && r.State == casework.RightDone
		})
}

// WriteArchive writes what one controller holds, for who has the secret of a
// request that asked for it.
func (s *Service) WriteArchive(ctx context.Context, secret string, which id.Case, begin func() io.Writer) error {
	const op = "request.WriteArchive"
	var c cases.Case
	var r letterbox.Row
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		if r, err = letterbox.Behind(tx, secret); err != nil {
			return err
		}
		var ok bool
		if c, ok, err = cases.Anywhere(tx, r.ID, which); err == nil && (!ok || !fetchable(c, tx.Now())) {
			err = cases.NoCase()
		}
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	if s.Archive == nil {
		return fault.Wrap(op, fault.New(fault.Unavailable, "no-archive", "archives are not made here"))
	}
	return fault.Wrap(op, s.Archive(ctx, c.Who, lang.Match(r.Locale), begin()))
}

// The kinds of what a person does with their request.
const (
	Add  = "add"
	Back = "withdraw"
)

const mostMessages = 50

// Tell adds something to a request, for who has its secret, or takes the
// request back.
func (s *Service) Tell(ctx context.Context, secret, kind, text string) error {
	const op = "request.Tell"
	if kind == Add {
		if err := fault.InvalidFields(org.Text("text", text, 1, cases.LongestText)); err != nil {
			return err
		}
	}
	return fault.Wrap(op, s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		r, err := letterbox.Behind(tx, secret)
		if err != nil {
			return err
		}
		if r.State == letterbox.Unconfirmed {
			return fault.New(fault.Conflict, "confirm-first", "the request has to be confirmed first")
		}
		all, err := cases.HeldOf(tx, r.ID)
		if err != nil {
			return err
		}
		by := feed.Actor{Person: feed.System, Via: "link"}
		if kind == Back {
			for _, c := range all {
				if c.Facts.State.Ended() || r.Channel == "letter" && c.Facts.Verified == "" {
					continue
				}
				if _, err := s.Apply(tx, cases.Desk{Org: c.Org, By: by}, c, casework.Step{Kind: casework.Withdraw}, nil); err != nil {
					return err
				}
			}
			return nil
		}
		return s.add(tx, r, all, by, text)
	}))
}

// add keeps a message; while the clock stands it is what was asked for, and is
// deleted once it has been looked at. A case that ended because nobody was
// found begins again.
func (s *Service) add(tx *db.Tx, r letterbox.Row, all []cases.Case, by feed.Actor, text string) error {
	l, err := s.Box.Read(r)
	if err != nil {
		return err
	}
	if l.Email == "" {
		return letterbox.Lapsed()
	}
	if len(l.Messages) >= mostMessages {
		return fault.New(fault.TooMany, "too-many-messages", "a request takes fifty messages")
	}
	proof, heard := false, false
	for _, c := range all {
		proof = proof || c.Facts.State == casework.Identity
		heard = heard || !c.Facts.State.Ended() || c.Facts.Ground == casework.NotIdentified
	}
	if !heard {
		return casework.Conflict("case-closed", "every case of this request is closed")
	}
	l.Messages = append(l.Messages, letterbox.Message{At: tx.Now(), From: "you", Text: text, Evidence: proof})
	if err := s.Box.Save(tx, r, l); err != nil {
		return err
	}
	for _, c := range all {
		if c.Facts.State == casework.Refused && c.Facts.Ground == casework.NotIdentified {
			if err := letterbox.Reopen(tx, r.ID); err != nil {
				return err
			}
			if _, err := s.Apply(tx, cases.Desk{Org: c.Org, By: by}, c, casework.Step{Kind: casework.Reopen}, nil); err != nil {
				return err
			}
		} else if c.Facts.State.Ended() {
			continue
		}
		if err := s.TellOffice(tx, c.Org, cases.MailCase); err != nil {
			return err
		}
		if err := cases.Note(tx, "request.added", c, nil); err != nil {
			return err
		}
	}
	return nil
}
