package request

import (
	"context"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/retention"
)

// Confirm opens a request for who read the mail to the address: a case for
// every controller that holds something under it. Doing it again is harmless.
func (s *Service) Confirm(ctx context.Context, secret string) error {
	const op = "request.Confirm"
	var r letterbox.Row
	var l letterbox.Letter
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		if r, err = letterbox.Behind(tx, secret); err != nil || r.State != letterbox.Unconfirmed {
			return err
		}
		l, err = s.Box.Read(r)
		return err
	})
	if err == nil && r.State == letterbox.Open && r.Channel == "letter" {
		err = s.verifyLetter(ctx, r)
	}
	if err != nil || r.State != letterbox.Unconfirmed {
		return fault.Wrap(op, err)
	}
	if l.Email == "" {
		return fault.Wrap(op, letterbox.Lapsed())
	}
	whos, err := s.subjects(ctx, l.Email)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.begin(ctx, r, l, whos, casework.ByMail, true))
}

// verifyLetter notes that the writer of a letter reads the mail to the address
// that is held of them.
func (s *Service) verifyLetter(ctx context.Context, r letterbox.Row) error {
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		all, err := cases.HeldOf(tx, r.ID)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Facts.Verified != "" || c.Facts.State.Ended() {
				continue
			}
			if _, err := s.Apply(tx, cases.Desk{Org: c.Org, By: feed.Actor{Person: feed.System, Via: "link"}}, c, casework.Step{Kind: casework.Verify, Method: casework.ByMail}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// subjects are whom an address belongs to: an account, and persons of address
// books.
func (s *Service) subjects(ctx context.Context, email string) ([]personal.Who, error) {
	var whos []personal.Who
	var orgs []id.Org
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		whos = nil
		a, ok, err := s.People.FindAccount(tx, email)
		if err != nil {
			return err
		}
		if ok {
			whos = append(whos, personal.OfAccount(a))
		}
		orgs, err = org.Every(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, o := range orgs {
		err := s.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
			found, err := s.People.ByEmail(tx, personal.Rights, email)
			for _, p := range found {
				whos = append(whos, personal.OfPerson(o, p.ID))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return whos, nil
}

// begin opens the cases. mailed says that the request waits unconfirmed.
func (s *Service) begin(ctx context.Context, r letterbox.Row, l letterbox.Letter, whos []personal.Who, verified string, mailed bool) error {
	bucket := letterbox.OwnBucket(r.ID)
	if err := s.Box.Prepare(ctx, bucket); err != nil {
		return err
	}
	if len(l.Rights) == 0 {
		l.Rights = []string{letter.Access} // someone who writes about their data at the least wants to know
	}
	return s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		r := r
		r.Bucket, r.State = bucket, letterbox.Open
		if mailed {
			if first, err := s.Box.Confirm(tx, r, l); err != nil || !first {
				return err
			}
		} else if err := s.Box.Put(tx, r, l); err != nil {
			return err
		}
		for _, who := range s.controllers(tx, r, whos) {
			if _, err := s.Open(tx, r, id.New[id.Case](), who, l, verified); err != nil {
				return err
			}
		}
		return nil
	})
}

// controllers are whom a request goes to: those who hold something, the one
// that was named, and the operator where there is nobody else.
func (s *Service) controllers(tx *db.Tx, r letterbox.Row, whos []personal.Who) []personal.Who {
	out := slices.Clone(whos)
	if r.Org != "" && !slices.ContainsFunc(whos, func(w personal.Who) bool { return w.Org == r.Org }) {
		if _, _, ok, err := org.Named(tx, r.Org); err == nil && ok {
			out = append(out, personal.Who{Org: r.Org})
		}
	}
	if len(out) == 0 {
		out = append(out, personal.Who{})
	}
	return out
}

// Mine opens a request of somebody who is signed in: about their account, or
// about their person in one organisation, or about all. No mail is needed to
// know who asks.
func (s *Service) Mine(ctx context.Context, c org.Caller, in Intake) (id.Request, error) {
	const op = "request.Mine"
	var whos []personal.Who
	r := letterbox.Row{ID: id.New[id.Request](), Channel: "signed-in", Locale: in.Locale, Org: in.Org}
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		whos = nil
		acc, err := s.People.Account(tx, personal.Rights, c.Account)
		if err != nil {
			return err
		}
		in.Email = acc.Email
		if in.Locale == "" {
			in.Locale = acc.Locale
		}
		refs, err := person.AllOfAccount(tx, c.Account)
		if err != nil {
			return err
		}
		if in.Org == "" {
			whos = append(whos, personal.OfAccount(c.Account))
		}
		for _, ref := range refs {
			if in.Org == "" || in.Org == ref.Org {
				whos = append(whos, personal.OfPerson(ref.Org, ref.Person))
			}
		}
		if len(whos) == 0 {
			return fault.New(fault.NotFound, "organisation-not-found", "there is no such organisation")
		}
		r.ReceivedOn, r.Received, r.Confirmed = s.Today(tx, in.Org).String(), tx.Now(), tx.Now()
		return nil
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	email, err := in.check()
	if err != nil {
		return "", err
	}
	r.Locale = in.Locale
	rights := in.wanted()
	return r.ID, fault.Wrap(op, s.begin(ctx, r, letterbox.Letter{Email: email, Text: in.Text, Rights: rights}, whos, casework.BySession, false))
}

// Post is a letter that an office got.
type Post struct {
	Text       string
	Email      string // that it names; may be empty
	Locale     string
	ReceivedOn string // the day it came
	Rights     []string
	Person     id.Person // whom the office takes the writer for; may be empty
}

// File opens a case for a letter. Who it is from is not known yet: a mail goes
// to the address that the organisation holds, not to the one on the letter.
func (s *Service) File(ctx context.Context, d cases.Desk, which id.Case, in Post) (cases.Whole, bool, error) {
	const op = "request.File"
	fields, rights, r := in.check()
	if err := fault.InvalidFields(fields); err != nil {
		return cases.Whole{}, false, err
	}
	if w, err := s.Get(ctx, d, which); fault.CodeOf(err) != "case-not-found" {
		return w, false, err
	}
	bucket := letterbox.OwnBucket(r.ID)
	if err := s.Box.Prepare(ctx, bucket); err != nil {
		return cases.Whole{}, false, fault.Wrap(op, err)
	}
	made := false
	err := s.DB.Write(ctx, d.Scope(), func(tx *db.Tx) error {
		made = false
		if _, ok, err := cases.Find(tx, d.Org, which); err != nil || ok {
			return err
		}
		today := s.Today(tx, d.Org)
		if on, _ := retention.ParseDate(in.ReceivedOn); on.After(today) {
			return fault.InvalidFields([]fault.Field{{Path: "received_on", Code: "in-future"}})
		}
		who, email, err := s.writer(tx, d, in)
		if err != nil {
			return err
		}
		r := r
		r.Bucket, r.State, r.Received, r.Org = bucket, letterbox.Open, tx.Now(), d.Org
		l := letterbox.Letter{Email: email, Text: in.Text, Rights: rights}
		if err := s.Box.Put(tx, r, l); err != nil {
			return err
		}
		c, err := s.Open(tx, r, which, who, l, "")
		if err != nil {
			return err
		}
		made = true
		if err := s.LogCase(tx, d, c, feed.Created); err != nil {
			return err
		}
		if email == "" {
			return nil
		}
		return s.Mail.Post(tx, cases.RecipientRequest, string(r.ID), cases.MailConfirm, r.Locale, personal.Rights)
	})
	if err != nil {
		return cases.Whole{}, false, fault.Wrap(op, err)
	}
	w, err := s.Get(ctx, d, which)
	return w, made, err
}

func (in Post) check() (fields []fault.Field, rights []string, r letterbox.Row) {
	if in.Text == "" {
		fields = append(fields, fault.Field{Path: "text", Code: "required"})
	}
	if _, ok := retention.ParseDate(in.ReceivedOn); !ok {
		fields = append(fields, fault.Field{Path: "received_on", Code: "format"})
	}
	if _, ok := person.ParseEmail(in.Email); !ok && in.Email != "" {
		fields = append(fields, fault.Field{Path: "email", Code: "format"})
	}
	read := letter.Read(in.Text)
	rights = in.Rights
	if len(rights) == 0 {
		rights = read.Articles()
	}
	for _, a := range rights {
		if !letter.Known(a) {
			fields = append(fields, fault.Field{Path: "rights", Code: "not-one-of"})
			break
		}
	}
	locale := in.Locale
	if locale == "" {
		locale = read.Language
	}
	if locale == "" {
		locale = "en"
	}
	return fields, rights, letterbox.Row{ID: id.New[id.Request](), Channel: "letter", Locale: locale, ReceivedOn: in.ReceivedOn}
}

// writer is whom a letter is about, and the address that answers go to: the one
// that is held of them. Without a record it is the one on the letter.
func (s *Service) writer(tx *db.Tx, d cases.Desk, in Post) (personal.Who, string, error) {
	if d.Org == "" {
		if in.Email == "" {
			return personal.Who{}, "", nil
		}
		a, ok, err := s.People.FindAccount(tx, in.Email)
		if err != nil || !ok {
			return personal.Who{}, in.Email, err
		}
		return personal.OfAccount(a), in.Email, nil
	}
	var found []person.Person
	var err error
	if in.Person != "" {
		var all map[id.Person]person.Person
		all, err = s.People.ReadIn(tx, personal.Rights, []id.Person{in.Person})
		if p, ok := all[in.Person]; ok {
			found = append(found, p)
		} else if err == nil {
			err = fault.InvalidFields([]fault.Field{{Path: "person_id", Code: "unknown"}})
		}
	} else if in.Email != "" {
		found, err = s.People.ByEmail(tx, personal.Rights, in.Email)
	}
	if err != nil || len(found) == 0 {
		return personal.Who{Org: d.Org}, in.Email, err
	}
	return personal.OfPerson(d.Org, found[0].ID), strings.TrimSpace(found[0].Email), nil
}
