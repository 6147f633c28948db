// Package claims keeps what the law of an organisation's country lets be kept of
// an erased person for a legal claim: a record of its own, sealed under the key of
// its bucket (organisation, class, year).
//
// Promises:
//   - Nothing is kept where the country is not set or has no rule, nor of who took
//     part in no project.
//   - A record holds what a claim needs: name, function, company, projects.
//   - Only an owner opens one, with a reason, and each look is a disclosure.
//   - A record goes on its day; the key of a bucket goes when its year is over
//     and nothing in it is left to keep, so that backups hold nothing either.
package claims

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure/plan"
)

// Record is what a claim needs: who the former participant was, for whom
// and as what, and on which projects. No address and no number.
type Record struct {
	Name     string   `json:"name"`
	Function string   `json:"function"`
	Company  string   `json:"company"`
	Projects []string `json:"projects"`
}

// Bucket is the name of the key of what is kept in a class until a year is over.
func Bucket(o id.Org, class string, year int) string {
	return "claims/" + string(o) + "/" + class + "/" + strconv.Itoa(year)
}

// Keys is the ring.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
	Erase(ctx context.Context, owners ...crypt.Owner) error
	Erased(o crypt.Owner) bool
	Has(o crypt.Owner) bool
}

// Service is the package. Looked notes that a record was opened; Projects are
// those that a person takes or took part in.
type Service struct {
	Projects func(tx *db.Tx, p id.Person) ([]id.Project, error)

	DB     *db.DB
	People *person.Service
	Keys   Keys
	Law    plan.Law
	Looked func(tx *db.Tx, who personal.Who, by id.Person, reason string) error
}

// perTx is how many persons' records are written in one transaction.
const perTx = 50

func claimBind(o id.Org, bucket, claim string) crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(bucket), Org: o, Table: "claim_record", Column: "sealed", Row: claim}
}

// Keep writes the claim records of an organisation's persons, where its
// country has a rule. Whose key is gone already has theirs, or never gets one.
func (s *Service) Keep(ctx context.Context, o id.Org, persons []id.Person) error {
	if s.Law == nil {
		return nil
	}
	var rules []plan.Rule
	if err := s.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) (err error) {
		rules, err = s.Law(tx, o, tx.Now())
		return err
	}); err != nil || len(rules) == 0 {
		return err
	}
	var buckets []crypt.Owner
	for _, r := range rules {
		buckets = append(buckets, crypt.BucketOwner(Bucket(o, r.Class, r.Year)))
	}
	if err := s.Keys.CreateAll(ctx, buckets); err != nil {
		return err
	}
	var ids []id.Person
	for _, p := range persons {
		if !s.Keys.Erased(crypt.PersonOwner(p)) {
			ids = append(ids, p)
		}
	}
	for len(ids) > 0 {
		n := min(len(ids), perTx)
		if err := s.DB.Write(ctx, db.Tenant(o), func(tx *db.Tx) error { return s.claimSome(tx, ids[:n], rules) }); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func (s *Service) claimSome(tx *db.Tx, ids []id.Person, rules []plan.Rule) error {
	people, err := s.People.ReadIn(tx, personal.Rights, ids)
	if err != nil {
		return err
	}
	for _, p := range ids {
		x, ok := people[p]
		if !ok || x.Name == "" {
			continue
		}
		rec := Record{Name: x.Name, Function: x.Function, Projects: []string{}}
		if rec.Company, err = org.CompanyName(tx, x.Company); err != nil {
			return err
		}
		on, err := s.Projects(tx, p)
		if err != nil {
			return err
		}
		for _, project := range on {
			rec.Projects = append(rec.Projects, string(project))
		}
		if len(on) == 0 {
			continue // took part in nothing: there is no claim
		}
		plain, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		for _, r := range rules {
			claim, bucket := id.New[string](), Bucket(tx.Org(), r.Class, r.Year)
			sealed, err := s.Keys.Seal(tx.Context(), claimBind(tx.Org(), bucket, claim), plain)
			if err != nil {
				return err
			}
			if err := insertClaim(tx, claim, p, r, bucket, sealed); err != nil {
				return err
			}
		}
	}
	return nil
}

func owned(g org.Grant) error { return g.Need(policy.ManageRoles) }

// List lists what the organisation keeps of erased persons, without opening
// it. For owners.
func (s *Service) List(ctx context.Context, g org.Grant) (out []Claim, err error) {
	const op = "claims.List"
	if err := owned(g); err != nil {
		return nil, fault.Wrap(op, err)
	}
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		out, err = claims(tx)
		return err
	})
	return out, fault.Wrap(op, err)
}

// Open opens a claim record for an owner who says why. That they did is a
// disclosure, with the reason's length and not its words.
func (s *Service) Open(ctx context.Context, g org.Grant, claim, reason string) (rec Record, err error) {
	const op = "claims.Open"
	if err := owned(g); err != nil {
		return rec, fault.Wrap(op, err)
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n < 10 || n > 500 {
		return rec, fault.InvalidFields([]fault.Field{{Path: "reason", Code: map[bool]string{true: "too-short", false: "too-long"}[n < 10]}})
	}
	err = s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		c, err := findClaim(tx, claim)
		if err != nil {
			return err
		}
		if c.Until < tx.Now().Format("2006-01-02") {
			return fault.New(fault.Gone, "claim-over", "the time for which this was kept is over")
		}
		plain, err := s.Keys.Open(claimBind(g.Org, c.bucket, c.ID), c.sealed)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(plain, &rec); err != nil {
			return fault.New(fault.Unreadable, "sealed-damaged", "a sealed value is damaged").Because(err)
		}
		if s.Looked == nil {
			return nil
		}
		return s.Looked(tx, personal.OfPerson(g.Org, c.Subject), g.Person, reason)
	})
	return rec, fault.Wrap(op, err)
}

// Expire destroys what was kept long enough: a record on its day, and the
// key of a bucket when nothing in it is left to keep. It says how many went.
func (s *Service) Expire(ctx context.Context) (int, error) {
	const op = "claims.Expire"
	today := s.DB.Clock().Now().UTC().Format("2006-01-02")
	var buckets []string
	err := s.DB.Read(ctx, db.Everyone("what was kept for claims, of all tenants"), func(tx *db.Tx) (err error) {
		buckets, err = lapsedBuckets(tx, today)
		return err
	})
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	var owners []crypt.Owner
	for _, b := range buckets {
		// A bucket of a year that is not over may still be written to.
		if year := b[strings.LastIndex(b, "/")+1:]; year < today[:4] && s.Keys.Has(crypt.BucketOwner(b)) {
			owners = append(owners, crypt.BucketOwner(b))
		}
	}
	if len(owners) > 0 {
		if err := s.Keys.Erase(ctx, owners...); err != nil {
			return 0, fault.Wrap(op, err)
		}
	}
	var n int64
	err = s.DB.Write(ctx, db.Everyone("what was kept for claims, of all tenants"), func(tx *db.Tx) (err error) {
		n, err = deleteClaims(tx, today)
		return err
	})
	if err != nil || n == 0 {
		return int(n), fault.Wrap(op, err)
	}
	return int(n), fault.Wrap(op, s.DB.Scrub(ctx, "claim_record"))
}
