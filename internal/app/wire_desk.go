package app

import (
	"maps"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/desks"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/deskapi"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/privacy/request"
	"plumbline/internal/signin/rows"
	"plumbline/internal/staff"
	"plumbline/internal/staff/staffapi"
)

// wireDesk makes the staff and the privacy offices; after the erasure and the
// post office.
func (h *House) wireDesk() {
	h.Staff = h.newStaff()
	work := cases.New(cases.Deps{DB: h.DB, People: h.People, Box: letterbox.Box{DB: h.DB, Keys: h.ring}, Mail: org.Queue{}, Consent: h.Consents, Log: h.log,
		Operator: h.operator, Officers: staff.Officers, Erasures: desks.Erasures{Service: h.Erasures}})
	h.Requests = request.New(work, desks.Archive(func() *archive.Service { return h.Archives }))
	h.Erasures.Finished = func(tx *db.Tx, of string, who personal.Who) error { return h.Requests.Erased(tx, id.Case(of), who) }
	h.Breaches = breach.New(breach.Deps{DB: h.DB, People: h.People, Keys: h.ring, Mail: org.Queue{}, Operator: h.operator, Declarations: declared.Declarations,
		Office: h.Requests.TellOffice, Post: desks.Post(h.People)})
	h.post.Kinds[cases.RecipientRequest] = desks.Asked{Requests: h.Requests, Base: h.cfg.PublicURL}
	h.post.Kinds[cases.RecipientOffice] = desks.Offices{Requests: h.Requests}
	maps.Copy(h.post.Links, desks.Links(h.cfg.PublicURL))
}

// deskJobs are the jobs and chores of the offices.
func (h *House) deskJobs() map[string]job.Handler {
	return map[string]job.Handler{cases.EngineJob: h.Requests.Run, cases.CloseJob: h.Requests.Close, letterbox.KeysJob: h.Requests.Box.DestroyKeys}
}

// serveDesk registers the operations.
func (h *House) serveDesk() {
	staffapi.Register(h.api, h.Staff, h.Orgs)
	deskapi.Register(h.api, deskapi.Deps{DB: h.DB, Orgs: h.Orgs, People: h.People, Staff: h.Staff, Requests: h.Requests, Breaches: h.Breaches, Consents: h.Consents})
}

func (h *House) newStaff() *staff.Service {
	return staff.New(staff.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Keys: h.ring, Log: h.log, Twice: rows.HasSecond})
}
