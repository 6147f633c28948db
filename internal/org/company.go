package org

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/mutation"
	"plumbline/internal/policy"
)

// Company is a firm of the address book.
type Company struct {
	ID      id.Company
	Name    string
	Trade   string
	Version int64
}

// CompanyPatch is an update of a company; nil leaves a field alone.
type CompanyPatch struct {
	Name, Trade *string
}

func (c Company) check() error {
	return fault.InvalidFields(append(Text("name", c.Name, 1, 200), Text("trade", c.Trade, 0, 200)...))
}

// PutCompany adds a company. Adding it again changes nothing.
func (s *Service) PutCompany(ctx context.Context, g Grant, c Company) (Company, bool, error) {
	const op = "org.PutCompany"
	if err := g.Need(policy.ManageCompanies); err != nil {
		return c, false, fault.Wrap(op, err)
	}
	if err := c.check(); err != nil {
		return c, false, err
	}
	var made bool
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		c.Version = 1
		if made, err = insertCompany(tx, c); err != nil {
			return err
		}
		if !made {
			c, err = findCompany(tx, c.ID)
			return err
		}
		return s.logCompany(tx, g.By(), c.ID, feed.Created, 1,
			feed.Field{Name: "name", After: c.Name}, feed.Field{Name: "trade", After: c.Trade})
	})
	return c, made, fault.Wrap(op, err)
}

// ChangeCompany merges an update that was made on version base.
func (s *Service) ChangeCompany(ctx context.Context, g Grant, company id.Company, base int64, p CompanyPatch) (Company, []merge.Conflict, error) {
	const op = "org.ChangeCompany"
	if err := g.Need(policy.ManageCompanies); err != nil {
		return Company{}, nil, fault.Wrap(op, err)
	}
	var c Company
	var result merge.Result
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if c, err = lockCompany(tx, company); err != nil {
			return err
		}
		var fields []merge.Field
		if p.Name != nil {
			fields = append(fields, merge.Field{Name: "name", Now: c.Name, Mine: *p.Name})
		}
		if p.Trade != nil {
			fields = append(fields, merge.Field{Name: "trade", Now: c.Trade, Mine: *p.Trade})
		}
		if result, err = merge.Fields(tx, string(company), base, c.Version, fields); err != nil {
			return err
		}
		for _, x := range result.Conflicts {
			mutation.Conflicts(tx, x.Field)
		}
		if len(result.Apply) == 0 {
			return nil
		}
		if result.Applies("name") {
			c.Name = *p.Name
		}
		if result.Applies("trade") {
			c.Trade = *p.Trade
		}
		if err := c.check(); err != nil {
			return err
		}
		c.Version++
		if err := updateCompany(tx, c); err != nil {
			return err
		}
		return s.logCompany(tx, g.By(), company, feed.Changed, c.Version, result.Changes()...)
	})
	return c, result.Conflicts, fault.Wrap(op, err)
}

// logCompany tells the members, and every project: companies stand on all.
func (s *Service) logCompany(tx *db.Tx, by feed.Actor, c id.Company, kind string, version int64, fields ...feed.Field) error {
	audiences := []string{"org:" + string(tx.Org())}
	if s.CompanyReach != nil {
		more, err := s.CompanyReach(tx)
		if err != nil {
			return err
		}
		audiences = append(audiences, more...)
	}
	return feed.Append(tx, by, feed.Change{Stream: "org:" + string(tx.Org()), Thing: feed.Thing{Kind: "company", ID: string(c)},
		Kind: kind, Version: version, Fields: fields, Audiences: audiences})
}

// Companies are all companies of the transaction's organisation.
func Companies(tx *db.Tx) ([]Company, error) {
	all, err := companies(tx)
	return all, fault.Wrap("org.Companies", err)
}

// Find reads the transaction's organisation.
func Find(tx *db.Tx) (Org, error) {
	o, err := find(tx, tx.Org())
	return o, fault.Wrap("org.Find", err)
}

func errNoCompany() error {
	return fault.New(fault.NotFound, "company-not-found", "there is no such company")
}
