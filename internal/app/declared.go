package app

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/drawing"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point"
	"plumbline/internal/project"
	"plumbline/internal/report"
	"plumbline/internal/search"
	"plumbline/internal/signin"
)

// Declarations are those of the whole house: every column that holds text or
// bytes, personal or not.
func Declarations() []personal.Declaration {
	return slices.Concat(
		feed.Declarations(), job.Declarations(), mail.Declarations(), mutation.Declarations(), search.Declarations(),
		person.Declarations(), org.Declarations(), signin.Declarations(), access.Declarations(), project.Declarations(),
		media.Declarations(), comment.Declarations(), drawing.Declarations(), point.Declarations(), report.Declarations())
}
