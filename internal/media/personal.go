package media

import p "plumbline/internal/personal"

// Declarations are the columns of file and photo.
func Declarations() []p.Declaration {
	picture := p.Declaration{Table: "photo", Category: p.Photo, Term: p.Picture, Subject: p.Depicted,
		Sources: []p.Source{p.Self, p.Colleague}, Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Sealed, Of: "author_id", Since: "at",
		AtErasure: p.KeepContent, Derivatives: []p.Derivative{p.Thumbnail, p.Report, p.DeviceCopy}}
	act := picture
	act.Category, act.Term, act.Subject, act.StoredIn = p.Activity, p.When, p.Participant, p.Clear
	act.AtErasure, act.Derivatives = p.Pseudonym, []p.Derivative{p.DeviceCopy, p.Report}
	place := act
	place.Category, place.Term = p.Location, p.Position
	author := act
	author.Category, author.Term, author.Sources = p.Link, p.Authorship, []p.Source{p.Automatic}
	author.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}
	author.Of, author.Links = "", p.PersonKind

	all := p.NotPersonal("file", "the tenant and a hash of stored bytes, which are declared where a row names them", "org_id", "sha256")
	all = append(all, p.NotPersonal("photo", "random ids of things and the tenant", "org_id", "id", "project_id", "thing_kind", "thing_id")...)
	all = append(all, p.Same(picture, "file", "thumb")...)
	all = append(all, p.Same(act, "taken_at", "at")...)
	all = append(all, p.Same(place, "lat", "lon")...)
	return append(all, p.Same(author, "author_id")...)
}
