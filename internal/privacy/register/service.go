package register

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/office"
	"plumbline/internal/staff"
)

// Service makes registers for who may have them.
type Service struct {
	DB    *db.DB
	Staff *staff.Service
	// Facts are those of the running program; Made is filled in.
	Facts func() Facts
}

// facts are those of a transaction's time.
func (s *Service) facts(tx *db.Tx) Facts {
	f := s.Facts()
	f.Made = time.UnixMicro(tx.Micros()).UTC()
	return f
}

// OfOrganisation is a register about an organisation, for its managers: its own
// as controller, or the operator's as its processor.
func (s *Service) OfOrganisation(ctx context.Context, g org.Grant, role personal.Role) (r Register, err error) {
	if err := g.Need(policy.ManagePeople); err != nil {
		return r, err
	}
	return s.Organisation(ctx, g.Org, role)
}

// Organisation is OfOrganisation for the command line.
func (s *Service) Organisation(ctx context.Context, which id.Org, role personal.Role) (r Register, err error) {
	err = s.DB.Read(ctx, db.Tenant(which), func(tx *db.Tx) error {
		p, err := party(tx, which)
		if err != nil {
			return err
		}
		if r = OfOrganisation(s.facts(tx), p); role == personal.Processor {
			r = AsProcessor(s.facts(tx), p)
		}
		return nil
	})
	return r, fault.Wrap("register.Organisation", err)
}

// OfOperator is the operator's register as controller, or as processor for
// every organisation, for its staff.
func (s *Service) OfOperator(ctx context.Context, c org.Caller, role personal.Role) (Register, error) {
	st, err := s.Staff.Of(ctx, c)
	if err != nil {
		return Register{}, err
	}
	if err := st.Require(staff.Officer, staff.Administrator); err != nil {
		return Register{}, err
	}
	return s.Operator(ctx, role)
}

// Operator is OfOperator for the command line: whoever may run commands may
// have it.
func (s *Service) Operator(ctx context.Context, role personal.Role) (r Register, err error) {
	err = s.DB.Read(ctx, db.Everyone("a register names every organisation"), func(tx *db.Tx) error {
		f := s.facts(tx)
		if role == personal.Controller {
			r = OfOperator(f)
			return nil
		}
		all, err := org.Every(tx)
		if err != nil {
			return err
		}
		var controllers []Party
		for _, o := range all {
			p, err := party(tx, o)
			if err != nil {
				return err
			}
			controllers = append(controllers, p)
		}
		r = AsProcessor(f, controllers...)
		return nil
	})
	return r, fault.Wrap("register.Operator", err)
}

// Processors is the public list.
func (s *Service) Processors() []personal.DataProcessor { return s.Facts().Processors }

func party(tx *db.Tx, which id.Org) (Party, error) {
	name, _, ok, err := org.Named(tx, which)
	if err != nil {
		return Party{}, err
	}
	if !ok {
		return Party{}, fault.New(fault.NotFound, "no-organisation", "there is no such organisation")
	}
	o, _, err := office.Of(tx, which)
	return Party{ID: string(which), Name: name, Country: o.Country, Email: o.Email, Post: o.Post, OfficerEmail: o.OfficerEmail, OfficerPost: o.OfficerPost}, err
}

// Format is a form that a register is written in.
type Format struct {
	Name, MediaType, Extension string
}

// Formats are all of them.
func Formats() []Format {
	return []Format{
		{"json", "application/json", "json"},
		{"html", "text/html; charset=utf-8", "html"},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
		{"pdf", "application/pdf", "pdf"},
		{"jsonld", "application/ld+json", "jsonld"},
	}
}

// FormatOf is the format of a name; JSON for none.
func FormatOf(name string) (Format, error) {
	if name == "" {
		name = "json"
	}
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fault.New(fault.Invalid, "unknown-format", "a register comes as json, html, xlsx, pdf or jsonld")
}

// Write writes a register.
func Write(w io.Writer, r Register, f Format, l lang.Locale, zone *time.Location) error {
	doc := func() paper.Doc { return r.Paper(l, zone) }
	indented := func(v any) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(v)
	}
	var err error
	switch f.Name {
	case "html":
		err = paper.HTML(w, doc())
	case "xlsx":
		err = paper.XLSX(w, doc())
	case "pdf":
		err = paper.PDF(w, doc())
	case "jsonld":
		err = indented(r.JSONLD(l))
	default:
		err = indented(r.View(l))
	}
	return fault.Wrap("register.Write", err)
}

// File writes a register to a file that only its owner may read: the operator's
// where no organisation is named. Whoever may run commands may have it.
func (s *Service) File(ctx context.Context, out string, role personal.Role, which id.Org, format string, l lang.Locale) error {
	f, err := FormatOf(format)
	if err != nil {
		return err
	}
	var r Register
	switch {
	case which == "":
		r, err = s.Operator(ctx, role)
	case !id.Valid(which):
		err = fault.New(fault.Invalid, "bad-organisation", "--organisation is the id of an organisation")
	default:
		r, err = s.Organisation(ctx, which, role)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := Write(&b, r, f, l, time.Local); err != nil {
		return err
	}
	return fault.Wrap("register.File", os.WriteFile(out, b.Bytes(), 0o600))
}
