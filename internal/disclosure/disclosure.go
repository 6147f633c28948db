package disclosure

import (
	"slices"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// Kind is what a recipient is.
type Kind string

// The kinds of recipients. Who keeps data only because we do (a processor), who
// decides for themselves (an organisation, an authority), people of the
// operator, participants, and the person the data is about.
const (
	Processor    Kind = "processor"
	Staff        Kind = "staff"
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Authority    Kind = "authority"
	Themselves   Kind = "themselves"
)

// Recipient is who received something. ID is a random id, or the name that the
// register gives a processor or an authority.
type Recipient struct {
	Kind Kind
	ID   string
}

// Names of recipients. MailCapture is a part of this house: nobody has to be
// told.
const (
	Mail        = "mail"
	MailCapture = "mail-capture"
)

// Codes for why something was disclosed.
const (
	WhyMail    = "mail-sent"
	WhyReport  = "report-made"
	WhyArchive = "archive-made"
	WhyAccess  = "access-report"
	WhySupport = "support-read"
	WhySignIn  = "signed-in-elsewhere"
)

// Row is one disclosure. ID is made by Record; At zero is the time of the
// transaction.
type Row struct {
	ID        string
	Who       personal.Who
	Recipient Recipient
	Fields    []string // names of declarations: "person.sealed.name"
	Purpose   personal.Purpose
	Why       string // a code
	By        string // who caused it: an id, or "system"
	At        time.Time
}

func check(tx *db.Tx, w personal.Who) error {
	org, tenant := tx.Tenant()
	switch {
	case w.Kind == "account" && w.ID != "" && w.Org == "" && !tenant:
		return nil
	case w.Kind == "person" && w.ID != "" && w.Org != "" && (!tenant || w.Org == org):
		return nil
	}
	return fault.New(fault.Other, "wrong-subject", "a disclosure of nobody, or of another tenant's person")
}

// Record writes disclosures into the ledger.
func Record(tx *db.Tx, rows ...Row) error {
	const op = "disclosure.Record"
	for _, r := range rows {
		if err := check(tx, r.Who); err != nil {
			return fault.Wrap(op, err)
		}
		for _, f := range r.Fields {
			if f == "" || strings.ContainsAny(f, " ,") {
				return fault.Wrap(op, fault.New(fault.Other, "wrong-field", "a field that is not a declaration's name"))
			}
		}
		if r.Purpose == "" || r.Why == "" || r.Recipient.Kind == "" || r.Recipient.ID == "" {
			return fault.Wrap(op, fault.New(fault.Other, "incomplete-disclosure", "a disclosure without purpose, reason or recipient"))
		}
		if r.By == "" {
			r.By = "system"
		}
		if r.At.IsZero() {
			r.At = tx.Now()
		}
		if err := insert(tx, id.New[string](), r); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// Of is what was disclosed about someone, the newest first.
func Of(tx *db.Tx, who personal.Who) ([]Row, error) {
	rows, err := rowsOf(tx, who)
	return rows, fault.Wrap("disclosure.Of", err)
}

// Act is what recipients have to be told.
type Act string

// The acts of art. 19.
const (
	Erased     Act = "erased"
	Rectified  Act = "rectified"
	Restricted Act = "restricted"
)

// Owed is a recipient that has to be told, or was.
type Owed struct {
	ID        string
	Who       personal.Who
	Recipient Recipient
	Act       Act
	Since     time.Time
	Done      time.Time // zero while open
	DoneBy    string
}

// Open reports whether the recipient has not acknowledged yet.
func (o Owed) Open() bool { return o.Done.IsZero() }

// tellable are the recipients that keep what they got outside of this
// installation: staff and the person look at what is here, and a capture of
// mail is a part of it.
func tellable(r Recipient) bool {
	switch r.Kind {
	case Processor:
		return r.ID != MailCapture
	case Person, Organisation, Authority:
		return true
	case Staff, Themselves:
	}
	return false
}

// Owe notes that everyone who received something of who has to be told of an
// act: of these fields, or of any where none is named. It says how many that
// are.
func Owe(tx *db.Tx, who personal.Who, act Act, fields ...string) (int, error) {
	const op = "disclosure.Owe"
	if err := check(tx, who); err != nil {
		return 0, fault.Wrap(op, err)
	}
	all, err := recipientsOf(tx, who)
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	n := 0
	told := map[Recipient]bool{}
	for _, had := range all {
		r := had.Recipient
		if !tellable(r) || r.Kind == Person && r.ID == who.ID || told[r] || !had.any(fields) {
			continue
		}
		told[r] = true
		if err := owe(tx, id.New[string](), who, r, act); err != nil {
			return n, fault.Wrap(op, err)
		}
		n++
	}
	return n, nil
}

// any reports whether one of the fields was in what was received.
func (r Row) any(fields []string) bool {
	return len(fields) == 0 || slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(r.Fields, f) })
}

// OwedFor is what recipients of someone's data have to be told, and have been,
// the newest first.
func OwedFor(tx *db.Tx, who personal.Who) ([]Owed, error) {
	rows, err := owedFor(tx, who)
	return rows, fault.Wrap("disclosure.OwedFor", err)
}

// Unacknowledged are the oldest open rows of an organisation, or of the
// operator where it is empty.
func Unacknowledged(tx *db.Tx, org id.Org, limit int) ([]Owed, error) {
	rows, err := openOf(tx, org, limit)
	return rows, fault.Wrap("disclosure.Unacknowledged", err)
}

// Acknowledge closes a row: its recipient has said that it knows. by is who
// says so. Doing it again is harmless.
func Acknowledge(tx *db.Tx, org id.Org, row, by string) error {
	return fault.Wrap("disclosure.Acknowledge", acknowledge(tx, org, row, by))
}

// Between is what a recipient received in a span of time, the oldest first: whom
// a breach there may concern.
func Between(tx *db.Tx, r Recipient, from, until time.Time) ([]Row, error) {
	all, err := between(tx, r, from.UnixMicro(), until.UnixMicro())
	return all, fault.Wrap("disclosure.Between", err)
}
