package app

import (
	"plumbline/internal/app/declared"
	"plumbline/internal/app/known"
	"plumbline/internal/db"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/intake"
	"plumbline/internal/privacy/selfapi"
)

// wireSelf makes a person's own page.
func (h *House) wireSelf() {
	processors := func() []personal.DataProcessor { return h.cfg.Privacy.Processors }
	w := &known.World{DB: h.DB, People: h.People, Access: h.Access, Projects: h.Projects, Points: h.Points, Operator: h.operator, Processors: processors}
	h.Archives = archive.New(archive.Deps{DB: h.DB, People: h.People, Keys: h.ring, Files: h.files, Known: w, Declarations: declared.Declarations(), Classes: declared.FileClasses(),
		Operator: h.operator, Processors: processors, Version: version()})
	take := intake.New(intake.Deps{DB: h.DB, People: h.People, Accounts: h.Signin, Target: w, Temp: h.temp(),
		Suppressed: func(tx *db.Tx, email string) (bool, error) {
			_, no, err := h.Consents.Suppressed(tx, email)
			return no, err
		}})
	selfapi.Register(h.api, h.Archives, take, h.Signin)
}
