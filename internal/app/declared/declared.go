// Package declared gathers what every slice declares of the data it holds: the
// columns, file classes, log attributes and outbound fields of the whole house.
package declared

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/consent"
	"plumbline/internal/disclosure"
	"plumbline/internal/drawing/book"
	"plumbline/internal/evidence"
	"plumbline/internal/exchange"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/point/markup"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/privacy/office"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/programme/ready"
	programmerows "plumbline/internal/programme/rows"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/prove"
	"plumbline/internal/report"
	"plumbline/internal/sabotage"
	"plumbline/internal/search"
	"plumbline/internal/signin"
	"plumbline/internal/staff"
	"plumbline/internal/view"
)

// Declarations are those of the whole house: every column that holds text or
// bytes, personal or not.
func Declarations() []personal.Declaration {
	all := slices.Concat(
		feed.Declarations(), job.Declarations(), mail.Declarations(), disclosure.Declarations(), mutation.Declarations(), search.Declarations(),
		person.Declarations(), org.Declarations(), signin.Declarations(), access.Declarations(), project.Declarations(), lists.Declarations(),
		media.Declarations(), comment.Declarations(), book.Declarations(), fields.Declarations(), kin.Declarations(), markup.Declarations(), view.Declarations(), programmerows.Declarations(), ready.Declarations(), report.Declarations(), exchange.Declarations(),
		evidence.Declarations(), policytext.Declarations(), prove.Declarations(), plan.Declarations(), consent.Declarations(),
		staff.Declarations(), office.Declarations(), letterbox.Declarations(), cases.Declarations(), breach.Declarations(), sweep.Declarations())
	if sabotage.Off("DATA-1") {
		all = slices.DeleteFunc(all, func(d personal.Declaration) bool { return d.Name() == "person.sealed.phone" })
	}
	return all
}
