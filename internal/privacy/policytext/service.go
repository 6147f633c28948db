package policytext

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/policytext/wording"
	"plumbline/internal/sabotage"
)

// NoticeDays is how long a material change is announced before it takes
// effect.
const NoticeDays = 30

// AnnounceJob is the job that tells every account of a version.
const AnnounceJob = "policy.announce"

// MailTemplate is the mail that says a version is coming. It is a link.
const MailTemplate = "policy-change"

// RecipientAccount is the kind of recipient that notices go to.
const RecipientAccount = "account"

// Accounts are whom to tell.
type Accounts interface {
	AccountsAfter(tx *db.Tx, after id.Account, limit int) ([]id.Account, error)
	// LocaleOf is the language an account is written to in.
	LocaleOf(tx *db.Tx, a id.Account) (lang.Locale, error)
}

// Deps is what the service needs.
type Deps struct {
	DB       *db.DB
	Log      *slog.Logger
	Accounts Accounts
	Facts    func() wording.Facts // of the running program and configuration
}

// Service keeps the versions.
type Service struct {
	Deps
	mu    sync.Mutex
	known Version // in force
	until time.Time
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

func everyone() db.Scope { return db.Everyone("the operator's policy is one for all") }

// Publish compares what the running program and configuration say with the
// version in force. A change that matters is announced; any other is in force
// at once. It runs at start and daily, on any node, and may be repeated.
func (s *Service) Publish(ctx context.Context) error {
	const op = "policytext.Publish"
	release, err := s.DB.Lock(ctx, "privacy policy")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer release()
	f := s.Facts()
	texts := wording.Everywhere(f)
	err = s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		number, err := s.publish(tx, f, texts)
		if err != nil || number == 0 {
			return err
		}
		return s.announce(tx, number)
	})
	s.forget()
	return fault.Wrap(op, err)
}

// publish brings f into force or announces it; number is the version that has
// to be announced, if one has.
func (s *Service) publish(tx *db.Tx, f wording.Facts, texts map[string]wording.Text) (number int64, err error) {
	named := wording.Name(f, texts)
	inForce, ok, err := latest(tx, tx.Micros())
	if err != nil {
		return 0, err
	}
	next, announced, err := coming(tx, tx.Micros(), inForce.Number)
	if err != nil {
		return 0, err
	}
	if announced && next.ID == named {
		return next.Number, nil // again, for accounts that are new
	}
	if announced {
		if err := withdraw(tx, next.Number); err != nil {
			return 0, err
		}
	}
	if ok && inForce.ID == named {
		return 0, nil
	}
	v := Version{ID: named, Facts: f, Effective: tx.Now()}
	if ok {
		v.Material = wording.Material(inForce.Facts, f)
	}
	if sabotage.Off("POL-2") {
		v.Material = nil
	}
	kind := "policy.in-force"
	if len(v.Material) > 0 {
		kind, v.Effective = "policy.announced", effective(tx.Now())
	}
	if number, err = insertVersion(tx, v, texts); err != nil {
		return 0, err
	}
	if _, err := evidence.Append(tx, evidence.Act{Kind: kind, Ref: v.ID,
		Body: map[string]any{"version": v.ID, "number": number, "effective": v.Effective.Format(time.RFC3339), "material": len(v.Material)}}); err != nil {
		return 0, err
	}
	if len(v.Material) == 0 {
		return 0, nil
	}
	return number, nil
}

// Rehearse brings a made-up recipient into the running policy, in a
// transaction that is taken back, and looks whether the notice period holds:
// the recipient is not in force, an account is told in the app and by mail, and
// the date leaves the whole period. It changes nothing.
func (s *Service) Rehearse(ctx context.Context, a id.Account) error {
	f := s.Facts()
	f.Processors = append(slices.Clone(f.Processors), wording.Processor{ID: "rehearsal", Name: "Rehearsal", Country: "BE", Uses: []string{}, Fields: []string{}, Safeguard: string(personal.InEEA)})
	wrong := func(what string) error { return fault.New(fault.Conflict, "policy-notice", what) }
	var found error
	err := s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		before, ok, err := latest(tx, tx.Micros())
		if err != nil || !ok {
			return cmp.Or(err, noVersion())
		}
		number, err := s.publish(tx, f, wording.Everywhere(f))
		if err != nil {
			return err
		}
		after, _, err := latest(tx, tx.Micros())
		if err != nil {
			return err
		}
		if number == 0 || after.Number != before.Number {
			found = wrong("a new recipient was in force without notice")
			return errTakenBack
		}
		if err := s.tell(tx, number, a); err != nil {
			return err
		}
		all, err := noticesOf(tx, a)
		if err != nil {
			return err
		}
		mails, err := waiting(tx, "", 1000)
		if err != nil {
			return err
		}
		switch {
		case len(all) == 0 || all[0].Version.Number != number:
			found = wrong("nobody is told in the app")
		case !slices.ContainsFunc(mails, func(d delivery) bool { return d.notice == all[0].ID }):
			found = wrong("nobody is told by mail")
		case all[0].Version.Effective.Sub(tx.Now()) < NoticeDays*24*time.Hour:
			found = wrong("the notice period is too short")
		}
		return errTakenBack
	})
	if errors.Is(err, errTakenBack) {
		err = found
	}
	return err
}

var errTakenBack = errors.New("policytext: a rehearsal is taken back")

// effective is the first midnight that leaves the whole notice period.
func effective(now time.Time) time.Time {
	d := now.UTC().AddDate(0, 0, NoticeDays+1)
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

type payload struct {
	Version int64 `json:"version"`
}

func (s *Service) announce(tx *db.Tx, number int64) error {
	_, err := job.Enqueue(tx, job.Spec{Kind: AnnounceJob, Payload: payload{number}, Unique: AnnounceJob, By: "system"})
	return err
}

// Announce is the job of kind AnnounceJob: it gives every account a notice and
// queues the mail, in batches. Whoever has a notice gets no second one.
func (s *Service) Announce(ctx context.Context, r *job.Run) error {
	const op, batch = "policytext.Announce", 200
	var p payload
	if err := r.Payload(&p); err != nil {
		return err
	}
	var after id.Account
	for {
		var some []id.Account
		err := s.DB.Write(ctx, everyone(), func(tx *db.Tx) (err error) {
			if some, err = s.Accounts.AccountsAfter(tx, after, batch); err != nil {
				return err
			}
			for _, a := range some {
				if err := s.tell(tx, p.Version, a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
		if len(some) == 0 {
			break
		}
		after = some[len(some)-1]
	}
	err := r.Commit(func(tx *db.Tx) error {
		return setTold(tx, p.Version, effective(tx.Now()).UnixMicro())
	})
	s.forget()
	return fault.Wrap(op, err)
}

func (s *Service) tell(tx *db.Tx, version int64, a id.Account) error {
	n := id.New[id.PolicyNotice]()
	made, err := insertNotice(tx, n, version, a)
	if err != nil || !made {
		return err
	}
	l, err := s.Accounts.LocaleOf(tx, a)
	if err != nil {
		return err
	}
	m, err := mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: RecipientAccount, ID: string(a)}, Template: MailTemplate, Locale: l, Purpose: personal.Rights})
	if err != nil {
		return err
	}
	return setMail(tx, n, m)
}

// Record writes down which mails were delivered, daily: mails themselves are
// forgotten after 30 days.
func (s *Service) Record(ctx context.Context) error {
	var after id.PolicyNotice
	for {
		var some []delivery
		err := s.DB.Write(ctx, everyone(), func(tx *db.Tx) (err error) {
			if some, err = waiting(tx, after, 200); err != nil {
				return err
			}
			for _, d := range some {
				q, err := mail.Get(tx, d.mail)
				switch {
				case fault.Is(err, fault.NotFound):
					err = setDelivered(tx, d.notice, "dropped", 0)
				case err == nil && q.State != mail.Waiting:
					at := int64(0)
					if q.State == mail.Sent {
						at = q.SentAt.UnixMicro()
					}
					err = setDelivered(tx, d.notice, string(q.State), at)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(some) == 0 {
			return fault.Wrap("policytext.Record", err)
		}
		after = some[len(some)-1].notice
	}
}

// Daily is Record and Publish.
func (s *Service) Daily(ctx context.Context) error {
	if err := s.Record(ctx); err != nil {
		return err
	}
	return s.Publish(ctx)
}

func (s *Service) forget() {
	s.mu.Lock()
	s.until = time.Time{}
	s.mu.Unlock()
}

func (s *Service) read(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.DB.Read(ctx, everyone(), fn)
}

func noVersion() error {
	return fault.New(fault.NotFound, "policy-version-not-found", "there is no such version of the policy")
}

// InForce is the version in force now.
func (s *Service) InForce(ctx context.Context) (v Version, err error) {
	now := s.DB.Clock().Now()
	s.mu.Lock()
	if now.Before(s.until) && !now.Before(s.known.Effective) {
		v = s.known
		s.mu.Unlock()
		return v, nil
	}
	s.mu.Unlock()
	until := now.Add(10 * time.Second)
	err = s.read(ctx, func(tx *db.Tx) error {
		var ok bool
		if v, ok, err = latest(tx, tx.Micros()); err == nil && !ok {
			err = noVersion()
		}
		if err != nil {
			return err
		}
		next, announced, err := coming(tx, tx.Micros(), v.Number)
		if announced && next.Effective.Before(until) {
			until = next.Effective
		}
		return err
	})
	if err == nil {
		s.mu.Lock()
		s.known, s.until = v, until
		s.mu.Unlock()
	}
	return v, err
}

// Coming is the version that is announced, if one is.
func (s *Service) Coming(ctx context.Context) (v Version, ok bool, err error) {
	now, err := s.InForce(ctx)
	if err != nil {
		return v, false, err
	}
	err = s.read(ctx, func(tx *db.Tx) error {
		v, ok, err = coming(tx, tx.Micros(), now.Number)
		return err
	})
	return v, ok, err
}

// Versions are all, newest first.
func (s *Service) Versions(ctx context.Context) (all []Version, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		all, err = versions(tx)
		return err
	})
	return all, err
}

// Named is the version with a name; the one in force for the empty name.
func (s *Service) Named(ctx context.Context, name string) (v Version, err error) {
	if name == "" {
		return s.InForce(ctx)
	}
	err = s.read(ctx, func(tx *db.Tx) error {
		var ok bool
		if v, ok, err = versionNamed(tx, name); err == nil && !ok {
			err = noVersion()
		}
		return err
	})
	return v, err
}

// Text is what a version says, in the language of l.
func (s *Service) Text(ctx context.Context, v Version, l lang.Locale) (t wording.Text, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		t, err = textOf(tx, v.Number, l.Language())
		return err
	})
	if sabotage.Off("POL-1") {
		t.Blocks = t.Blocks[:len(t.Blocks)/4] // as if it were older than the program
	}
	return t, err
}

// Difference is how a version came from the one before it.
func (s *Service) Difference(ctx context.Context, name string, l lang.Locale) (d wording.Difference, before Version, v Version, err error) {
	if v, err = s.Named(ctx, name); err != nil {
		return d, before, v, err
	}
	var old, text wording.Text
	err = s.read(ctx, func(tx *db.Tx) error {
		var ok bool
		if before, ok, err = versionBefore(tx, v.Number); err != nil {
			return err
		}
		if ok {
			if old, err = textOf(tx, before.Number, l.Language()); err != nil {
				return err
			}
		}
		text, err = textOf(tx, v.Number, l.Language())
		return err
	})
	if err != nil {
		return d, before, v, err
	}
	d = wording.Compare(old, text)
	for _, c := range v.Material {
		d.Material = append(d.Material, c.Words(l))
	}
	return d, before, v, nil
}

// Notices are what an account is told of: versions that are coming, and those
// in force that it has not seen.
func (s *Service) Notices(ctx context.Context, a id.Account) (all []Notice, err error) {
	now := s.DB.Clock().Now()
	err = s.read(ctx, func(tx *db.Tx) error {
		all, err = noticesOf(tx, a)
		return err
	})
	return slices.DeleteFunc(all, func(n Notice) bool {
		return !n.Version.Withdrawn.IsZero() || !n.Seen.IsZero() && !now.Before(n.Version.Effective)
	}), err
}

// Seen writes down that an account has seen a notice of its own.
func (s *Service) Seen(ctx context.Context, a id.Account, n id.PolicyNotice) error {
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		found, err := seen(tx, n, a)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "notice-not-found", "there is no such notice")
		}
		return err
	})
}

// Deliveries is how many accounts were told of a version, and how.
func (s *Service) Deliveries(ctx context.Context, v Version) (d Deliveries, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		d, err = deliveries(tx, v.Number)
		return err
	})
	return d, err
}

// RecipientInForce reports whether the policy in force names a processor with
// an id: until it does, nothing is handed to it.
func (s *Service) RecipientInForce(ctx context.Context, processor string) (bool, error) {
	v, err := s.InForce(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(v.Facts.Processors, func(p wording.Processor) bool { return p.ID == processor }), nil
}

// PurposeInForce reports whether the policy in force names a purpose.
func (s *Service) PurposeInForce(ctx context.Context, p personal.Purpose) (bool, error) {
	v, err := s.InForce(ctx)
	if err != nil {
		return false, err
	}
	return slices.Contains(v.Facts.Purposes(), p), nil
}
