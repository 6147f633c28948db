package cases

import (
	"context"
	"log/slog"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/privacy/office"
	"plumbline/internal/retention"
)

// Templates of the mails, and the kinds of recipients that are resolved here.
const (
	MailConfirm  = "request-confirm"
	MailNews     = "request-news"
	MailCase     = "office-case"
	MailReminder = "office-reminder"
	MailOverdue  = "office-overdue"

	RecipientRequest = "request"
	RecipientOffice  = "office"
	OperatorOffice   = "operator" // id of the operator's own office
)

// Erasures carries erasures out. Ask is harmless to repeat for the same case.
type Erasures interface {
	// Places is how many places, such as texts and photos, the controller of
	// who has to decide on.
	Places(ctx context.Context, who personal.Who) (int, error)
	Ask(ctx context.Context, by feed.Actor, who personal.Who, of id.Case) error
}

// LongestText is how much a person or an office may write at once.
const LongestText = 20_000

// Deps are what the slice works with.
type Deps struct {
	DB       *db.DB
	People   *person.Service
	Box      letterbox.Box
	Mail     org.Mailer
	Consent  *consent.Service
	Log      *slog.Logger
	Operator func() personal.Operator
	Officers func(tx *db.Tx) ([]id.Account, error)
	Erasures Erasures
}

// Service is the slice.
type Service struct{ Deps }

// New makes the slice.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{d}
}

func everyone() db.Scope { return db.Everyone("a request concerns every controller") }

// Said is what the office wrote in a case.
type Said struct {
	Answer  string `json:"answer,omitempty"`
	Reasons string `json:"reasons,omitempty"` // of a refusal
	Doubt   string `json:"doubt,omitempty"`   // why more is asked
	Later   string `json:"later,omitempty"`   // why it takes longer
}

func saidBind(r letterbox.Row, c id.Case) crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(r.Bucket), Table: "dsr_case", Column: "sealed", Row: string(c)}
}

// country and zone of a controller; the operator is the one without an
// organisation.
func (s *Service) country(tx *db.Tx, which id.Org) (retention.Country, *time.Location, error) {
	code := s.Operator().Country
	if which != "" {
		set, _, err := office.Of(tx, which)
		if err != nil {
			return "", nil, err
		}
		code = set.Country
	}
	return retention.CountryOf(code), zone(code), nil
}

// Today is the day it is for a controller.
func (s *Service) Today(tx *db.Tx, which id.Org) retention.Date {
	_, z, err := s.country(tx, which)
	if err != nil {
		z = time.UTC
	}
	return retention.DateOf(tx.Now(), z)
}

func zone(country string) *time.Location {
	z, err := time.LoadLocation(office.ZoneOf(country))
	if err != nil {
		return time.UTC
	}
	return z
}

// TellOffice mails whoever answers for a controller: the office's address,
// where one is set; else the owners, or the officers.
func (s *Service) TellOffice(tx *db.Tx, which id.Org, template string) error {
	if which == "" {
		if op := s.Operator(); op.Officer.Email != "" || op.Email != "" {
			return s.Mail.Post(tx, RecipientOffice, OperatorOffice, template, "en", personal.Service)
		}
		accounts, err := s.Officers(tx)
		for _, a := range accounts {
			if err == nil {
				err = s.Mail.Post(tx, "account", string(a), template, s.localeOf(tx, a), personal.Service)
			}
		}
		return err
	}
	set, _, err := office.Of(tx, which)
	if err != nil {
		return err
	}
	_, locale, ok, err := org.Named(tx, which)
	if err != nil || !ok {
		return err
	}
	if set.Email != "" {
		return s.Mail.Post(tx, RecipientOffice, string(which), template, locale, personal.Service)
	}
	owners, err := org.Owners(tx, which)
	if err != nil {
		return err
	}
	for _, p := range owners {
		ref, ok, err := person.AccountOf(tx, which, p)
		if err != nil {
			return err
		}
		if ok {
			if err := s.Mail.Post(tx, "account", string(ref), template, s.localeOf(tx, ref), personal.Service); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) localeOf(tx *db.Tx, a id.Account) string {
	acc, err := s.People.Account(tx, personal.LocalDates, a)
	if err != nil || acc.Locale == "" {
		return "en"
	}
	return acc.Locale
}

// OfficeAddress is where mail to an office goes.
func (s *Service) OfficeAddress(ctx context.Context, which string) (address string, err error) {
	if which == OperatorOffice {
		op := s.Operator()
		if address = op.Officer.Email; address == "" {
			address = op.Email
		}
	} else {
		err = s.DB.Read(ctx, db.Tenant(id.Org(which)), func(tx *db.Tx) error {
			set, _, err := office.Of(tx, id.Org(which))
			address = set.Email
			return err
		})
	}
	if err == nil && address == "" {
		err = fault.New(fault.NotFound, "no-office", "this office has no address")
	}
	return address, fault.Wrap("request.OfficeAddress", err)
}

// Note puts an act of a case on record.
func Note(tx *db.Tx, kind string, c Case, body map[string]any) error {
	a := evidence.Act{Kind: kind, Ref: string(c.ID), Org: c.Org}
	if body != nil {
		a.Body = body
	}
	_, err := evidence.Append(tx, a)
	return err
}

// Open opens the case of one controller.
func (s *Service) Open(tx *db.Tx, r letterbox.Row, which id.Case, who personal.Who, l letterbox.Letter, verified string) (Case, error) {
	country, z, err := s.country(tx, who.Org)
	if err != nil {
		return Case{}, err
	}
	read := letter.Read(l.Text)
	c := Case{ID: which, Org: who.Org, Request: r.ID, Who: who, Version: 1, Facts: casework.Facts{State: casework.Open, Verified: verified, Country: country,
		Received: r.ReceivedOn, Told: verified == "", Kind: read.Kind, Language: read.Language}}
	for _, a := range l.Rights {
		c.Facts.Rights = append(c.Facts.Rights, casework.Right{Article: a, State: casework.RightOpen})
	}
	if c.sealed, err = s.Box.Seal(tx, saidBind(r, which), Said{}); err != nil {
		return c, err
	}
	due := c.Facts.Due(retention.DateOf(tx.Now(), z)).String()
	made, err := insertCase(tx, c, due)
	if err != nil {
		return c, err
	}
	if !made {
		return c, fault.New(fault.Conflict, "exists", "there is a case with this id")
	}
	if err := Note(tx, "request.opened", c, map[string]any{"rights": l.Rights, "channel": r.Channel, "due": due, "verified": verified}); err != nil {
		return c, err
	}
	if verified == "" {
		return c, s.TellOffice(tx, c.Org, MailCase)
	}
	return c, s.Engine(tx, c) // which tells the office what is left
}
