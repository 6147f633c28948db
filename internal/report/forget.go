package report

import (
	"slices"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Removed is the code of a report whose PDF went because its author was erased:
// nobody is left to make it again for.
const Removed = "author-erased"

// Forget takes the PDFs that name a person who is erased, at once, and has each
// made again by its job, with the rights and the names of now: whoever asked for
// it still finds it, dated anew. The reports of the person themselves are not
// made again.
func (s *Service) Forget(tx *db.Tx, by feed.Actor, p id.Person) error {
	const op = "report.Forget"
	if sabotage.Off("ERA-1.report") {
		return nil
	}
	all, err := naming(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := s.again(tx, by, all, p); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, forgetNamed(tx, p))
}

// Redact is for when words were taken out of a text of a project, or of the whole
// organisation where none is named: every PDF that may still show them goes at
// once and is made again. Which text a PDF shows is not remembered, so it is all
// of the project's.
func (s *Service) Redact(tx *db.Tx, by feed.Actor, project id.Project) error {
	const op = "report.Redact"
	all, err := standing(tx, project)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.again(tx, by, all, ""))
}

// again takes the PDFs and has them made again; not for an author who is gone.
func (s *Service) again(tx *db.Tx, by feed.Actor, all []Report, gone id.Person) error {
	const op = "report.again"
	for _, r := range all {
		var err error
		was := r.State
		if r.file != "" {
			if err := s.files.DropNow(tx, r.file); err != nil {
				return fault.Wrap(op, err)
			}
		}
		r.Version++
		if r.Author == gone {
			r.State, r.Code, r.Job = Failed, Removed, ""
		} else {
			r.State, r.Code = Making, ""
			if r.Job, err = job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{r.Project, r.ID, r.Author}, ThingID: string(r.ID), By: string(r.Author)}); err != nil {
				return fault.Wrap(op, err)
			}
		}
		if err := restart(tx, r); err != nil {
			return fault.Wrap(op, err)
		}
		if err := tell(tx, by, r, "changed", feed.Field{Name: "state", Before: was, After: r.State}); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// Renew has the reports that name a person made again, at once without their
// PDF: the person is no longer to be shown. What nobody can make again stays
// taken away.
func (s *Service) Renew(tx *db.Tx, by feed.Actor, p id.Person) error {
	const op = "report.Renew"
	if sabotage.Off("ERA-1.report") {
		return nil
	}
	all, err := naming(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, r := range all {
		if r.State != Ready {
			continue
		}
		if r.file != "" {
			if err := s.files.DropNow(tx, r.file); err != nil {
				return fault.Wrap(op, err)
			}
		}
		r.Version++
		r.State, r.Code = Making, ""
		if r.Job, err = job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{r.Project, r.ID, r.Author}, ThingID: string(r.ID), By: string(r.Author)}); err != nil {
			return fault.Wrap(op, err)
		}
		if err := restart(tx, r); err != nil {
			return fault.Wrap(op, err)
		}
		if err := tell(tx, by, r, "changed", feed.Field{Name: "state", Before: Ready, After: r.State}); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// keepNamed remembers whom a report names. It fails, for another attempt, where
// one of them went, or is not to be shown any more, since it was made.
func keepNamed(tx *db.Tx, report id.Report, author id.Person, site Site) error {
	people := []id.Person{author}
	for p, name := range site.People {
		if p != author && name != "" {
			people = append(people, p)
		}
	}
	slices.Sort(people)
	standings, err := consent.People(tx, tx.Org(), people)
	if err != nil {
		return err
	}
	for _, p := range people {
		if site.People[p] != "" && standings[p].Refuses(personal.Record, personal.Legitimate) != "" {
			return fault.New(fault.Unavailable, "someone-left", "someone whom the report names is not to be shown any more")
		}
	}
	for _, p := range people {
		ref, there, err := person.RefOf(tx, p)
		if err != nil {
			return err
		}
		if !there || ref.State == person.Former {
			return fault.New(fault.Unavailable, "someone-left", "someone whom the report names was erased meanwhile")
		}
	}
	return setNamed(tx, report, people)
}
