package archive

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Patch is a correction of one's own record; nil leaves a field alone, empty
// takes it away.
type Patch struct {
	Name, Phone, Function, Locale *string
}

// Corrected is a record after the correction, and how many recipients have to
// be told.
type Corrected struct {
	person.Person
	Org  id.Org
	Told int
}

// Rectify corrects the caller's own record in an organisation, at once. Who
// received a field that changed has to be told (GDPR art. 19).
func (s *Service) Rectify(ctx context.Context, c org.Caller, p id.Person, base int64, patch Patch) (Corrected, error) {
	const op = "archive.Rectify"
	var out Corrected
	err := s.DB.Read(ctx, db.Everyone("an account's persons say where it may correct"), func(tx *db.Tx) error {
		refs, err := person.OfAccount(tx, c.Account)
		out.Org = ""
		for _, r := range refs {
			if r.Person == p && r.State == person.Active {
				out.Org = r.Org
			}
		}
		return err
	})
	if err != nil {
		return out, fault.Wrap(op, err)
	}
	if out.Org == "" {
		return out, fault.New(fault.NotFound, "person-not-found", "there is no such person")
	}
	if err := patch.check(); err != nil {
		return out, err
	}
	if sabotage.Off("REC-1") {
		return out, nil
	}
	err = s.DB.Write(ctx, db.Tenant(out.Org), func(tx *db.Tx) error {
		var changed []string
		now, err := s.People.Change(tx, feed.Actor{Person: string(p), Via: c.Via}, p, func(x *person.Person) error {
			if x.Version != base {
				return fault.New(fault.Conflict, "changed-meanwhile", "this was changed meanwhile: look at it again")
			}
			changed = patch.apply(&x.Profile)
			return nil
		})
		if err != nil {
			return err
		}
		out.Person = now
		if len(changed) > 0 {
			out.Told, err = disclosure.Owe(tx, personal.OfPerson(out.Org, p), disclosure.Rectified, changed...)
		}
		return err
	})
	return out, fault.Wrap(op, err)
}

func (p Patch) check() error {
	least := 0 // who does not want to give it can leave it out
	if sabotage.Off("DATA-3") {
		least = 1
	}
	var fields []fault.Field
	for _, f := range []struct {
		path        string
		v           *string
		least, most int
	}{{"name", p.Name, 1, 200}, {"phone", p.Phone, least, 50}, {"function", p.Function, least, 200}} {
		if f.v != nil {
			fields = append(fields, org.Text(f.path, *f.v, f.least, f.most)...)
		}
	}
	if p.Locale != nil && !lang.Known(*p.Locale) {
		fields = append(fields, fault.Field{Path: "locale", Code: "not-one-of"})
	}
	return fault.InvalidFields(fields)
}

// apply corrects a profile and names the declarations of what changed.
func (p Patch) apply(x *person.Profile) (changed []string) {
	for _, f := range []struct {
		name string
		from *string
		to   *string
	}{{"name", p.Name, &x.Name}, {"phone", p.Phone, &x.Phone}, {"function", p.Function, &x.Function}, {"locale", p.Locale, &x.Locale}} {
		if f.from != nil && *f.from != *f.to {
			*f.to = *f.from
			changed = append(changed, "person.sealed."+f.name)
		}
	}
	return changed
}
