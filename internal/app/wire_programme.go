package app

import (
	"plumbline/internal/app/joined"
	"plumbline/internal/programme"
	"plumbline/internal/programme/control"
	"plumbline/internal/programme/kept"
	lookahead "plumbline/internal/programme/ready"
	"plumbline/internal/programme/revise"
	"plumbline/internal/programme/site"
)

// wireProgramme makes the programme, and lets points tell it what they do.
func (h *House) wireProgramme() {
	book := kept.New(h.DB, joined.Projects{})
	h.Programmes = programme.New(h.DB, book)
	h.Site = site.New(h.DB, book, joined.Points{Service: h.Points}, h.Media)
	h.Revise = revise.New(h.DB, book)
	h.Ready = lookahead.New(h.DB, book)
	h.Control = control.New(h.DB, book)
	h.Points.Follow = joined.Follow(h.Site)
	h.Points.Elsewhere = h.Site.ShowsPhoto
}
