package media

import "plumbline/internal/personal"

// Declarations are the columns of file and photo.
func Declarations() []personal.Declaration {
	all := personal.NotPersonal("file", "the tenant and a hash of stored bytes, which are declared where a row names them", "org_id", "sha256")
	all = append(all, personal.NotPersonal("photo", "random ids of things and the tenant", "org_id", "id", "project_id", "thing_kind", "thing_id")...)
	picture := personal.Declaration{Table: "photo", Category: personal.Photo, Subject: personal.Depicted,
		Sources: []personal.Source{personal.Self, personal.Colleague}, Purposes: []personal.Purpose{personal.Record},
		Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
		Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Sealed}
	all = append(all, personal.Same(picture, "file", "thumb")...)
	act := picture
	act.Category, act.Subject, act.StoredIn = personal.Activity, personal.Participant, personal.Clear
	all = append(all, personal.Same(act, "taken_at", "at")...)
	place := act
	place.Category = personal.Location
	all = append(all, personal.Same(place, "lat", "lon")...)
	author := act
	author.Category, author.Sources = personal.Link, []personal.Source{personal.Automatic}
	author.Purposes = []personal.Purpose{personal.Participants, personal.Record}
	return append(all, personal.Same(author, "author_id")...)
}
