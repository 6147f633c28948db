// Package erased ties erasure to what it does not know: the rules of countries,
// the copies that a process keeps, the slices whose texts are redacted, and the
// privacy office.
package erased

import (
	"context"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point"
	"plumbline/internal/privacy/erasure/places"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/privacy/office"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/rows"
	"plumbline/internal/project"
	"plumbline/internal/report"
	"plumbline/internal/retention"
	"plumbline/internal/signin"
)

// Law is what the country of an organisation lets be kept for claims, counted
// from the day of the erasure: when the works were accepted is not known here,
// so a record may be kept for less long than a claim could be made, never for
// longer after the person left.
func Law(tx *db.Tx, o id.Org, now time.Time) ([]plan.Rule, error) {
	s, ok, err := office.Of(tx, o)
	if err != nil || !ok || s.Country == "" {
		return nil, err
	}
	rule, ok := retention.RuleFor(retention.Country(s.Country), retention.Liability)
	if !ok {
		return nil, nil
	}
	zone, err := time.LoadLocation(s.Zone())
	if err != nil {
		zone = time.UTC
	}
	until := rule.NotBefore(retention.DateOf(now, zone))
	return []plan.Rule{{Class: string(rule.Class), Article: "17(3)(e)", Law: rule.Law, Until: until.String(), Year: retention.BucketYear(until)}}, nil
}

// Local are the copies of this process.
type Local struct {
	DB     *db.DB
	People *person.Service
	Gone   func(crypt.Owner) bool
	Files  *media.Files
	// Captures are where mail is kept that is not sent.
	Captures []*mail.Capture
}

// Later is a Forget whose parts are made after the slice.
type Later func(ctx context.Context) error

// Forget calls it.
func (f Later) Forget(ctx context.Context) error { return f(ctx) }

// Forget lets go of them: address books with someone whose key is gone, captured
// mail that the queue forgot, files that a crash left after their row.
func (l Local) Forget(ctx context.Context) error {
	l.People.Forget(l.Gone)
	for _, c := range l.Captures {
		if c == nil {
			continue
		}
		if err := c.Forget(ctx, l.DB); err != nil {
			return err
		}
	}
	_, err := l.Files.Sweep(ctx, 100)
	return err
}

// Changed tells who sees a thing that words were taken out of it.
func Changed(points *point.Service, reports *report.Service) func(tx *db.Tx, by feed.Actor, t places.Text) error {
	return func(tx *db.Tx, by feed.Actor, t places.Text) error {
		p := id.Project(t.Project)
		if err := reports.Redact(tx, by, p); err != nil {
			return err
		}
		if t.Kind == point.Thing {
			return points.Redact(tx, by, p, id.Point(t.Thing))
		}
		c := feed.Change{Stream: access.Everyone(p), Thing: feed.Thing{Kind: t.Kind, ID: t.Thing}, Kind: point.Redacted, Version: t.Version}
		switch t.Kind {
		case "company":
			more, err := project.CompanyReach(tx)
			if err != nil {
				return err
			}
			c.Stream = person.OrgAudience(tx.Org())
			more = append(more, c.Stream)
			c.Audiences = more
		case kept.Activity:
			in, err := rows.ChargedOf(tx, id.Activity(t.Thing))
			if err != nil {
				return err
			}
			c.Audiences = kept.Audiences(p, in)
		case "drawing", "sheet", "report":
			c.Audiences = []string{access.Everyone(p)}
		default: // settings of the project
			c.Audiences = []string{access.Site(p)}
		}
		return feed.Append(tx, by, c)
	}
}

// Owe notes that recipients are to be told.
func Owe(tx *db.Tx, w personal.Who) error {
	_, err := disclosure.Owe(tx, w, disclosure.Erased)
	return err
}

// Looked notes that a claim record was opened. The reason is in the words of who
// gave it; what is kept is that there was one.
func Looked(tx *db.Tx, w personal.Who, by id.Person, _ string) error {
	return disclosure.Record(tx, disclosure.Row{Who: w, Recipient: disclosure.Recipient{Kind: disclosure.Person, ID: string(by)},
		Fields: []string{"claim_record.sealed"}, Purpose: personal.Claims, Why: "claim-opened", By: string(by)})
}

// Accounts is what the operations ask about the caller.
type Accounts struct{ *signin.Service }

// Locale is the caller's language.
func (a Accounts) Locale(ctx context.Context, c org.Caller) (lang.Locale, error) {
	me, err := a.Me(ctx, c)
	return lang.Match(me.Locale), err
}
