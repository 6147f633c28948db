package drawing

import p "plumbline/internal/personal"

// Declarations are the columns of drawing, sheet and revision.
func Declarations() []p.Declaration {
	file := p.Declaration{Table: "drawing", Category: p.Content, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague, p.Customer},
		Purposes: []p.Purpose{p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Sealed}
	text := file
	text.StoredIn = p.Clear
	author := text
	author.Category, author.Subject, author.Sources = p.Link, p.Participant, []p.Source{p.Automatic}
	author.Purposes = []p.Purpose{p.Participants, p.Record}
	act := author
	act.Category = p.Activity
	tiles, sheet := file, text
	tiles.Table, sheet.Table = "revision", "sheet"

	all := p.NotPersonal("drawing", "random ids of things and the tenant, the kind of file, a state and its code",
		"org_id", "id", "project_id", "media_type", "state", "code", "job_id")
	all = append(all, p.NotPersonal("sheet", "random ids of things and the tenant", "org_id", "id", "project_id", "drawing_id", "location_id", "revision_id")...)
	all = append(all, p.NotPersonal("revision", "random ids of things and the tenant, a revision's code, a kind of tile",
		"org_id", "id", "project_id", "sheet_id", "drawing_id", "code", "tile_type")...)
	all = append(all, p.Same(file, "source")...)
	all = append(all, p.Same(text, "name")...) // of a file, as people name them
	all = append(all, p.Same(author, "author_id")...)
	all = append(all, p.Same(act, "created_at")...)
	all = append(all, p.Same(sheet, "name", "number")...)
	return append(all, p.Same(tiles, "archive", "thumb")...)
}
