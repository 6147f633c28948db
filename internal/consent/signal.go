package consent

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

// manySignals is how many accounts a process remembers to have heard.
const manySignals = 50_000

// Signal hears that an account's browser refuses by Global Privacy Control. The
// first time, everything that rests on consent is refused or withdrawn; what is
// given explicitly after that stands, although the browser goes on saying so.
func (s *Service) Signal(ctx context.Context, a id.Account) error {
	const op = "consent.Signal"
	s.mu.Lock()
	heard := s.heard[a]
	s.mu.Unlock()
	if heard {
		return nil
	}
	// Not in the way of the request whose header it was: neither its time nor the
	// name of its write.
	ctx, cancel := context.WithTimeout(bare{ctx}, 10*time.Second)
	defer cancel()
	who := personal.OfAccount(a)
	scope := db.Everyone("accounts belong to no tenant")
	known := false
	if err := s.DB.Read(ctx, scope, func(tx *db.Tx) error {
		standing, err := Of(tx, who)
		known = standing.Signalled
		return err
	}); err != nil {
		return fault.Wrap(op, err)
	}
	if !known {
		err := s.DB.Write(ctx, scope, func(tx *db.Tx) error {
			standing, err := Of(tx, who)
			if err != nil || standing.Signalled {
				return err
			}
			if err := putStanding(tx, who, aboutSignal, string(effective), ""); err != nil {
				return err
			}
			locale, err := s.Locale(tx, a)
			if err != nil {
				return err
			}
			consents, _ := s.Purposes(who.Kind)
			for _, p := range consents {
				shown := Shown{Text: "Sec-GPC: 1", Locale: string(lang.Match(locale)), Channel: ByBrowser}
				if _, err := s.Withdraw(tx, feed.Actor{Person: string(a), Via: "session"}, who, p, shown); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) >= manySignals {
		clear(s.heard)
	}
	s.heard[a] = true
	return nil
}

// bare is a context without its values.
type bare struct{ context.Context }

// Value is never there.
func (bare) Value(any) any { return nil }
