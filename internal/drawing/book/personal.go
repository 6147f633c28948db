package book

import p "plumbline/internal/personal"

// Declarations are the columns of drawing, sheet and revision.
func Declarations() []p.Declaration {
	file := p.Declaration{Table: "drawing", Category: p.Content, Term: p.Document, Subject: p.Depicted,
		Sources: []p.Source{p.Self, p.Colleague, p.Customer}, Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Sealed, Of: "author_id", Since: "created_at",
		AtErasure: p.KeepContent, Derivatives: []p.Derivative{p.Tiles, p.Thumbnail}}
	text := file
	text.StoredIn, text.Term, text.Derivatives = p.Clear, p.FileName, []p.Derivative{p.DeviceCopy, p.LogValue, p.Report}
	act := text
	act.Category, act.Term, act.Subject, act.Sources = p.Activity, p.When, p.Participant, []p.Source{p.Automatic}
	act.AtErasure, act.Derivatives = p.Pseudonym, []p.Derivative{p.DeviceCopy}
	author := act
	author.Category, author.Term, author.Of, author.Links = p.Link, p.Authorship, "", p.PersonKind
	author.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}
	through := &p.Through{Table: "drawing", On: [][2]string{{"org_id", "org_id"}, {"drawing_id", "id"}}, Of: "author_id"}
	tiles, sheet := file, text
	tiles.Table, tiles.Of, tiles.Through, tiles.Since = "revision", "", through, "at"
	sheet.Table, sheet.Of, sheet.Through, sheet.Since = "sheet", "", through, ""

	all := p.NotPersonal("drawing", "random ids of things and the tenant, the kind of file, a state and its code",
		"org_id", "id", "project_id", "media_type", "state", "code", "job_id")
	all = append(all, p.NotPersonal("sheet", "random ids of things and the tenant", "org_id", "id", "project_id", "drawing_id", "location_id", "revision_id")...)
	all = append(all, p.NotPersonal("revision", "random ids of things and the tenant, a revision's code, a kind of tile, how it came to lie on the sheet",
		"org_id", "id", "project_id", "sheet_id", "drawing_id", "code", "tile_type", "alignment")...)
	all = append(all, p.Same(file, "source")...)
	all = append(all, p.Same(text, "name")...) // of a file, as people name them
	all = append(all, p.Same(author, "author_id")...)
	all = append(all, p.Same(act, "created_at")...)
	all = append(all, p.NotPersonal("drawing_page", "random ids of things and the tenant, a kind of tile",
		"org_id", "project_id", "drawing_id", "proposed_id", "tile_type")...)
	all = append(all, p.NotPersonal("sheet_mark", "random ids of things and the tenant, a kind, places on a sheet",
		"org_id", "id", "project_id", "sheet_id", "drawing_id", "kind", "location_id", "target_id")...)
	all = append(all, p.NotPersonal("sheet_mark", "numbers: places on a sheet", "places")...)
	words, waiting, waits := sheet, sheet, tiles
	words.Table, words.Since, words.Derivatives = "revision", "at", nil
	waiting.Table, waits.Table, waits.Since = "drawing_page", "drawing_page", ""
	waiting.Derivatives = nil
	all = append(all, p.Same(words, "words")...) // off the page: numbers of sheets
	all = append(all, p.Same(waiting, "number", "title", "words")...)
	all = append(all, p.Same(waits, "archive", "thumb")...)
	all = append(all, p.Same(sheet, "name", "number")...)
	return append(all, p.Same(tiles, "archive", "thumb")...)
}
