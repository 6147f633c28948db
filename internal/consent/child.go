package consent

import (
	"context"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// childBucket owns the key under which reports about children are sealed.
const childBucket = "child-reports"

// dailyReports is how many reports one account or address may make in a day:
// a report blocks somebody, so it must not be a weapon.
const dailyReports = 5

// ChildReport says that someone is a child. Person and Account are empty where
// the report only describes them.
type ChildReport struct {
	ID          id.ChildReport
	Org         id.Org
	Person      id.Person
	Account     id.Account
	Reporter    string // an account, or empty
	Country     string
	Description string
	State       string // reported, confirmed, dismissed
	At          time.Time
	Decided     time.Time
}

// Whos are the subjects that the report is about.
func (r ChildReport) Whos() []personal.Who {
	var all []personal.Who
	if r.Account != "" {
		all = append(all, personal.OfAccount(r.Account))
	}
	if r.Person != "" {
		all = append(all, personal.OfPerson(r.Org, r.Person))
	}
	return all
}

func reportBind(r id.ChildReport) crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(childBucket), Table: "child_report", Column: "description", Row: string(r)}
}

// ReportChild takes a report, and denies whom it names at once; the officer
// decides. It needs a transaction of everyone.
func (s *Service) ReportChild(tx *db.Tx, by feed.Actor, r ChildReport) (ChildReport, error) {
	const op = "consent.ReportChild"
	r.State, r.At = "reported", tx.Now()
	if r.Reporter != "" {
		n, err := reportsBy(tx, r.Reporter, tx.Now().Add(-24*time.Hour).UnixMicro())
		if err != nil {
			return r, fault.Wrap(op, err)
		}
		if n >= dailyReports {
			return r, fault.New(fault.TooMany, "too-many-reports", "these are enough reports for a day; the privacy officer reads them")
		}
	}
	sealed, err := s.Keys.Seal(tx.Context(), reportBind(r.ID), []byte(r.Description))
	if err != nil {
		return r, fault.Wrap(op, err)
	}
	if err := insertReport(tx, r, sealed); err != nil {
		return r, fault.Wrap(op, err)
	}
	if err := s.Record(tx, "child.reported", string(r.ID), "", nil); err != nil {
		return r, fault.Wrap(op, err)
	}
	for _, who := range r.Whos() {
		if err := s.Deny(tx, by, who, Child, string(r.ID)); err != nil {
			return r, fault.Wrap(op, err)
		}
	}
	return r, nil
}

// ChildReports are those that wait for the officer, the oldest first.
func (s *Service) ChildReports(tx *db.Tx) ([]ChildReport, error) {
	const op = "consent.ChildReports"
	rows, err := openReports(tx)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	out := make([]ChildReport, len(rows))
	for i, row := range rows {
		plain, err := s.Keys.Open(reportBind(row.ID), row.sealed)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		out[i] = row.ChildReport
		out[i].Description = string(plain)
	}
	return out, nil
}

// ConfirmChild says that a report is right: whom it names is erased, without
// grace. Again is harmless, should the first time have been interrupted.
func (s *Service) ConfirmChild(ctx context.Context, by string, report id.ChildReport) error {
	const op = "consent.ConfirmChild"
	var r ChildReport
	err := s.DB.Write(ctx, db.Everyone("reports about children are the operator's"), func(tx *db.Tx) (err error) {
		if r, err = findReport(tx, report); err != nil {
			return err
		}
		switch r.State {
		case "confirmed":
			return nil
		case "dismissed":
			return fault.New(fault.Conflict, "report-dismissed", "this report was dismissed")
		}
		if err := decideReport(tx, r, "confirmed", by); err != nil {
			return err
		}
		return s.Record(tx, "child.confirmed", string(report), "", nil)
	})
	if err != nil || len(r.Whos()) == 0 {
		return fault.Wrap(op, err)
	}
	if s.EraseChild == nil {
		return fault.New(fault.Unavailable, "no-erasure", "there is nothing that erases")
	}
	return fault.Wrap(op, s.EraseChild(ctx, by, r.Whos(), string(report)))
}

// DismissChild says that a report is wrong: whom it names is let back.
func (s *Service) DismissChild(ctx context.Context, by string, report id.ChildReport) error {
	const op = "consent.DismissChild"
	return fault.Wrap(op, s.DB.Write(ctx, db.Everyone("reports about children are the operator's"), func(tx *db.Tx) error {
		r, err := findReport(tx, report)
		switch {
		case err != nil:
			return err
		case r.State == "dismissed":
			return nil
		case r.State == "confirmed":
			return fault.New(fault.Conflict, "report-confirmed", "this report was confirmed")
		}
		if err := decideReport(tx, r, "dismissed", by); err != nil {
			return err
		}
		if err := s.Record(tx, "child.dismissed", string(report), "", nil); err != nil {
			return err
		}
		for _, who := range r.Whos() {
			others, err := reportsOf(tx, who, report)
			if err != nil || others > 0 { // another report stands
				return err
			}
			if err := s.Undeny(tx, feed.Actor{Person: feed.System, Via: feed.System}, who, Child); err != nil {
				return err
			}
		}
		return nil
	}))
}

func errNoReport() error {
	return fault.New(fault.NotFound, "report-not-found", "there is no such report")
}
