package cases

import (
	"context"
	"slices"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/sabotage"
)

func bySystem() feed.Actor { return feed.Actor{Person: feed.System, Via: "system"} }

// begun does what a desk decided about one right, in the transaction of the
// step, and says which step that is: done, or begun by the engine.
func (s *Service) begun(tx *db.Tx, d Desk, c Case, a Act) (Case, casework.Step, error) {
	step := casework.Step{Kind: casework.Executed, Right: a.Right}
	if err := c.Facts.Known(); err != nil {
		return c, step, err
	}
	if !slices.ContainsFunc(c.Facts.Rights, func(r casework.Right) bool { return r.Article == a.Right && r.State == casework.RightOpen }) {
		return c, step, fault.InvalidFields([]fault.Field{{Path: "right", Code: "unknown"}})
	}
	if c.Who.Kind == "" {
		return c, step, fault.New(fault.Conflict, "nobody-found", "there is no record to do this to; answer in words")
	}
	var err error
	switch a.Right {
	case letter.Access, letter.Port: // the archive is behind the person's link
	case letter.Rectify:
		if err = s.rectify(tx, d.By, c.Who, a.Fields); err == nil {
			err = s.owe(tx, c, disclosure.Rectified, true)
		}
	case letter.Restrict:
		ground := consent.Ground(a.Ground)
		if !slices.Contains(consent.Grounds(), ground) {
			return c, step, fault.InvalidFields([]fault.Field{{Path: "ground", Code: "not-one-of"}})
		}
		err = s.restrict(tx, d.By, c, ground)
	case letter.Object, letter.TakeBack:
		purposes := a.Purposes
		if len(purposes) == 0 && a.Right == letter.TakeBack {
			purposes, _ = s.Consent.Purposes(c.Who.Kind)
		}
		if len(purposes) == 0 {
			return c, step, fault.InvalidFields([]fault.Field{{Path: "purposes", Code: "required"}})
		}
		err = s.object(tx, d.By, c, purposes)
	case letter.Erase:
		// What the controller decided about places is done; the engine asks for the
		// erasure, and tells when it is over.
		if err := s.owe(tx, c, disclosure.Erased, false); err != nil { // while it is known where the data came from
			return c, step, err
		}
		return c, casework.Step{Kind: casework.Start, Right: a.Right}, s.Engine(tx, c)
	}
	if err != nil {
		return c, step, err
	}
	if c.Facts.Owed, err = missing(tx, c); err != nil {
		return c, step, err
	}
	return c, step, nil
}

// rectify changes what the person could not edit themselves.
func (s *Service) rectify(tx *db.Tx, by feed.Actor, who personal.Who, fields map[string]string) error {
	if sabotage.Off("REC-1.office") {
		return nil
	}
	if len(fields) == 0 {
		return fault.InvalidFields([]fault.Field{{Path: "fields", Code: "required"}})
	}
	var wrong []fault.Field
	for name, v := range fields {
		known := name == "name" || name == "locale" || name == "email" || who.Kind == personal.PersonKind && (name == "phone" || name == "function")
		if _, ok := person.ParseEmail(v); name == "email" && !ok {
			wrong = append(wrong, fault.Field{Path: "fields.email", Code: "format"})
		}
		if name == "locale" && !lang.Known(v) {
			wrong = append(wrong, fault.Field{Path: "fields.locale", Code: "not-one-of"})
		}
		if !known {
			wrong = append(wrong, fault.Field{Path: "fields", Code: "not-one-of"})
		}
		wrong = append(wrong, org.Text("fields."+name, v, 0, 200)...)
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	set := func(name string, v *string) {
		if x, ok := fields[name]; ok {
			*v = x
		}
	}
	if who.Kind == personal.AccountKind {
		_, err := s.People.ChangeAccount(tx, id.Account(who.ID), func(p *person.AccountProfile) error {
			set("name", &p.Name)
			set("email", &p.Email)
			set("locale", &p.Locale)
			return nil
		})
		return err
	}
	_, err := s.People.Change(tx, by, id.Person(who.ID), func(p *person.Person) error {
		set("name", &p.Name)
		set("email", &p.Email)
		set("phone", &p.Phone)
		set("function", &p.Function)
		set("locale", &p.Locale)
		return nil
	})
	return err
}

func (s *Service) restrict(tx *db.Tx, by feed.Actor, c Case, ground consent.Ground) error {
	if _, err := s.Consent.Restrict(tx, by, consent.Restriction{ID: id.Restriction(c.ID), Who: c.Who, Ground: ground}); err != nil {
		return err
	}
	return s.owe(tx, c, disclosure.Restricted, false) // the ledger's part is consent's
}

// object ends purposes: consent is withdrawn, an interest objected to.
func (s *Service) object(tx *db.Tx, by feed.Actor, c Case, purposes []personal.Purpose) error {
	for _, p := range purposes {
		shown := consent.Shown{Text: "request", Locale: "en", Channel: consent.ByLetter}
		if _, err := s.Consent.Object(tx, by, c.Who, p, shown); err != nil {
			return err
		}
	}
	return nil
}

// promotional are the purposes that an objection ends without a reason (GDPR
// art. 21(3)).
func promotional() []personal.Purpose {
	return []personal.Purpose{personal.Updates, personal.Research}
}

// Work does of a case what nobody has to decide.
func (s *Service) Work(ctx context.Context, which id.Org, cid id.Case) error {
	const op = "request.Work"
	d := Desk{Org: which, By: bySystem()}
	var c Case
	err := s.DB.Write(ctx, d.Scope(), func(tx *db.Tx) error {
		var ok bool
		var err error
		if c, ok, err = held(tx, which, cid); err != nil || !ok || c.Facts.State.Ended() || c.Facts.Verified == "" {
			return err
		}
		if c.Who.Kind == "" {
			if which != "" {
				return nil // perhaps a text or a photo: the office looks
			}
			// Nothing is held under the address that was proven (art. 11(2)): said so.
			c, err = s.Apply(tx, d, c, casework.Step{Kind: casework.Refuse, Ground: casework.NotIdentified, Reasons: true}, nil)
			return err
		}
		for _, right := range slices.Clone(c.Facts.Rights) {
			if right.State != casework.RightOpen || c.Facts.State.Ended() {
				continue
			}
			if c, err = s.alone(tx, d, c, right.Article); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || c.ID == "" || c.Facts.State.Ended() {
		return fault.Wrap(op, err)
	}
	if c.Who.Kind != "" && s.Erasures != nil {
		if err := s.erase(ctx, d, c); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return fault.Wrap(op, s.leave(ctx, d, cid))
}

// leave tells the office, once, of a case in which something is left for it.
func (s *Service) leave(ctx context.Context, d Desk, which id.Case) error {
	return s.DB.Write(ctx, d.Scope(), func(tx *db.Tx) error {
		c, ok, err := held(tx, d.Org, which)
		if err != nil || !ok || c.Facts.Told || c.Facts.State.Ended() || !c.Facts.Any(casework.RightOpen) {
			return err
		}
		c.Facts.Told = true
		if err := updateCase(tx, c, c.Facts.Due(s.Today(tx, d.Org)).String()); err != nil {
			return err
		}
		return s.TellOffice(tx, d.Org, MailCase)
	})
}

// alone does one right that needs no decision.
func (s *Service) alone(tx *db.Tx, d Desk, c Case, article string) (Case, error) {
	switch article {
	case letter.Access, letter.Port:
	case letter.TakeBack:
		purposes, _ := s.Consent.Purposes(c.Who.Kind)
		if err := s.object(tx, d.By, c, purposes); err != nil {
			return c, err
		}
	case letter.Object:
		// What promotes ends at once; whether anything else was meant, a person reads.
		var mine []personal.Purpose
		all, _ := s.Consent.Purposes(c.Who.Kind)
		for _, p := range promotional() {
			if slices.Contains(all, p) {
				mine = append(mine, p)
			}
		}
		return c, s.object(tx, d.By, c, mine)
	default:
		return c, nil
	}
	var err error
	if c.Facts.Owed, err = missing(tx, c); err != nil {
		return c, err
	}
	return s.Apply(tx, d, c, casework.Step{Kind: casework.Executed, Right: article}, nil)
}

// erase begins the erasure: where the office said so, or where no place waits
// for a decision of the controller.
func (s *Service) erase(ctx context.Context, d Desk, c Case) error {
	i := slices.IndexFunc(c.Facts.Rights, func(r casework.Right) bool {
		return r.Article == letter.Erase && (r.State == casework.RightOpen || r.State == casework.RightExecuting)
	})
	if i < 0 {
		return nil
	}
	if c.Facts.Rights[i].State == casework.RightOpen {
		n, err := s.Erasures.Places(ctx, c.Who)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
			return nil // the office decides
		}
		if err != nil || n > 0 {
			return err
		}
		err = s.DB.Write(ctx, d.Scope(), func(tx *db.Tx) error {
			now, ok, err := held(tx, d.Org, c.ID)
			if err != nil || !ok {
				return err
			}
			if err := s.owe(tx, now, disclosure.Erased, false); err != nil {
				return err
			}
			_, err = s.Apply(tx, d, now, casework.Step{Kind: casework.Start, Right: letter.Erase}, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	err := s.Erasures.Ask(ctx, d.By, c.Who, c.ID)
	if fault.Is(err, fault.Conflict) && fault.CodeOf(err) != "erasure-under-way" {
		s.Log.WarnContext(ctx, "an erasure waits for the office", "code", fault.CodeOf(err))
		return nil
	}
	if fault.CodeOf(err) == "erasure-under-way" {
		return nil
	}
	return err
}

// Erased is told by the erasure when it is over: the case goes on. Recipients
// were noted before the ledger's rows went.
func (s *Service) Erased(tx *db.Tx, of id.Case, who personal.Who) error {
	c, ok, err := held(tx, who.Org, of)
	if err != nil || !ok || c.Facts.State.Ended() {
		return err
	}
	if c.Facts.Owed, err = missing(tx, c); err != nil {
		return err
	}
	if !slices.ContainsFunc(c.Facts.Rights, func(r casework.Right) bool { return r.Article == letter.Erase && r.State == casework.RightExecuting }) {
		return nil
	}
	_, err = s.Apply(tx, Desk{Org: c.Org, By: bySystem()}, c, casework.Step{Kind: casework.Executed, Right: letter.Erase}, nil)
	return fault.Wrap("request.Erased", err)
}
