package comment

import "plumbline/internal/personal"

// Declarations are the columns of comment.
func Declarations() []personal.Declaration {
	all := personal.NotPersonal("comment", "random ids of things and the tenant", "org_id", "id", "project_id", "thing_kind", "thing_id")
	return append(all,
		personal.Declaration{Table: "comment", Column: "text", Category: personal.Content, Subject: personal.Depicted,
			Sources: []personal.Source{personal.Self, personal.Colleague}, Purposes: []personal.Purpose{personal.Record},
			Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
			Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Clear},
		personal.Declaration{Table: "comment", Column: "author_id", Category: personal.Link, Subject: personal.Participant,
			Sources: []personal.Source{personal.Automatic}, Purposes: []personal.Purpose{personal.Participants, personal.Record},
			Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
			Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Clear},
		personal.Declaration{Table: "comment", Column: "at", Category: personal.Activity, Subject: personal.Participant,
			Sources: []personal.Source{personal.Automatic}, Purposes: []personal.Purpose{personal.Record},
			Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
			Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Clear},
	)
}
