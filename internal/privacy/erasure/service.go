package erasure

import (
	"context"
	"log/slog"
	"sync"

	"plumbline/internal/access"
	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure/claims"
	"plumbline/internal/privacy/erasure/places"
	"plumbline/internal/privacy/erasure/plan"
)

// Gate is what denies everything at once: package consent.
type Gate interface {
	Deny(tx *db.Tx, by feed.Actor, who personal.Who, why, ref string) error
	Undeny(tx *db.Tx, by feed.Actor, who personal.Who, why string) error
	Suppress(tx *db.Tx, email string, why consent.Reason) error
}

// Keys is the ring.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
	Erase(ctx context.Context, owners ...crypt.Owner) error
	Refresh(ctx context.Context) (bool, error)
	Erased(o crypt.Owner) bool
	Has(o crypt.Owner) bool
}

// Evidence gives receipts of what is on record.
type Evidence interface {
	Of(ctx context.Context, ref string) ([]evidence.Found, error)
	ReceiptFor(ctx context.Context, number int64, ref string) (evidence.Receipt, error)
}

// Local is what a process keeps beside the database and the files: captured
// mail, address books in memory.
type Local interface {
	Forget(ctx context.Context) error
}

// Reports makes anew, or removes, the reports that name a person.
type Reports interface {
	Forget(tx *db.Tx, by feed.Actor, p id.Person) error
}

// SignIn is what is left of an account beside its row: sessions, links, counted
// failures.
type SignIn interface {
	EndAll(tx *db.Tx, account id.Account) error
	ForgetAttempts(ctx context.Context, account id.Account, email string) error
}

// Deps are what the slice works with.
type Deps struct {
	DB           *db.DB
	People       *person.Service
	Orgs         *org.Service
	Keys         Keys
	Log          *slog.Logger
	Declarations []personal.Declaration
	Evidence     Evidence
	SignIn       SignIn

	Gate    Gate     // nil: the vault's
	Law     plan.Law // nil: no country has rules
	Local   Local    // nil: nothing beside the database
	Reports Reports  // nil: there are none

	// Changed tells whoever sees a thing that its text was redacted, and makes
	// it found by what is left. Nil: nobody.
	Changed func(tx *db.Tx, by feed.Actor, t places.Text) error
	// Owe notes that those who received something are to be told (art. 19).
	Owe func(tx *db.Tx, who personal.Who) error
	// Notify queues a mail to someone whose erasure was asked for.
	Notify func(tx *db.Tx, who personal.Who, template, ref string) error
	// Finished is told in the transaction that completes an erasure which the
	// privacy office asked for.
	Finished func(tx *db.Tx, caseID string, who personal.Who) error
	// Looked notes that a claim record was opened.
	Looked func(tx *db.Tx, who personal.Who, by id.Person, reason string) error

	// Fail is asked before and after each step; a test makes it answer with an
	// error where a process would have died.
	Fail func(step string) error
}

// Service is the slice.
type Service struct {
	Deps
	Plans  *plan.Service
	Places *places.Service
	Claims *claims.Service
	rows   plan.Rows
	busy   sync.Mutex // one run at a time in this process
}

// New makes the slice.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Gate == nil {
		d.Gate = d.People.Gate()
	}
	s := &Service{Deps: d, rows: plan.NewRows(d.Declarations)}
	s.Places = &places.Service{DB: d.DB, People: d.People, Code: subjectCode, Changed: d.Changed}
	s.Claims = &claims.Service{DB: d.DB, People: d.People, Keys: d.Keys, Law: d.Law, Looked: d.Looked, Projects: access.ProjectsOf}
	s.Plans = &plan.Service{DB: d.DB, People: d.People, Declarations: d.Declarations, Law: d.Law, Count: s.Places.Count, Rows: s.rows, Alone: org.Alone}
	return s
}

// Plan says what an erasure would do.
func (s *Service) Plan(ctx context.Context, whos []personal.Who, g Ground) (Plan, error) {
	return s.Plans.Make(ctx, whos, g)
}

var everyone = db.Everyone("an erasure is of an account and of persons in many organisations")

func by() feed.Actor { return feed.Actor{Person: feed.System, Via: "system"} }

// crash is where a test may end a run.
func (s *Service) crash(step string) error {
	if s.Fail == nil {
		return nil
	}
	return s.Fail(step)
}

func owner(w personal.Who) crypt.Owner {
	if w.Kind == personal.AccountKind {
		return crypt.AccountOwner(id.Account(w.ID))
	}
	return crypt.PersonOwner(id.Person(w.ID))
}
