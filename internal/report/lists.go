package report

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// expect notes, for a report in the making, every closed list that its author
// reads: which of them will stand in it is known when it is made.
func expect(tx *db.Tx, g access.Grant, report id.Report) error {
	closed, err := access.ClosedLists(tx, g.Project)
	if err != nil {
		return err
	}
	return setLists(tx, report, slices.DeleteFunc(closed, func(l id.List) bool { return !g.Knows(l) }))
}

// keepLists notes whose points stand in a report.
func keepLists(tx *db.Tx, report id.Report, items []Item) error {
	var lists []id.List
	for i := range items {
		lists = append(lists, items[i].List)
	}
	slices.Sort(lists)
	return setLists(tx, report, slices.Compact(lists))
}

// readable are those of the reports that the grant's person may know of.
func readable(tx *db.Tx, g access.Grant, all []Report) ([]Report, error) {
	if len(g.ListLevels) == 0 { // every list is open, at the level of the project
		return all, nil
	}
	on, err := listsOf(tx, all)
	return slices.DeleteFunc(all, func(r Report) bool {
		return r.Author != g.Person && slices.ContainsFunc(on[r.ID], func(l id.List) bool { return g.LevelOn(l) < policy.Guest })
	}), err
}

func reads(tx *db.Tx, g access.Grant, r Report) (bool, error) {
	left, err := readable(tx, g, []Report{r})
	return len(left) == 1, err
}

// readers are the audiences of a report: who reads all its lists, and its author.
func readers(tx *db.Tx, r Report) ([]string, error) {
	on, err := listsOf(tx, []Report{r})
	if err != nil {
		return nil, err
	}
	to, err := access.ReadersOf(tx, r.Project, on[r.ID])
	if err == nil && !slices.Contains(to, access.Everyone(r.Project)) {
		to = append(to, access.Charged(r.Project, access.InCharge{Kind: access.KindPerson, ID: string(r.Author)}))
	}
	return to, err
}

func (r Report) change(kind string, to []string, fields ...feed.Field) feed.Change {
	return feed.Change{Stream: access.Everyone(r.Project), Thing: feed.Thing{Kind: Thing, ID: string(r.ID)}, Kind: kind,
		Version: r.Version, Fields: fields, Audiences: to}
}

// tell appends a change of a report for its readers.
func tell(tx *db.Tx, by feed.Actor, r Report, kind string, fields ...feed.Field) error {
	to, err := readers(tx, r)
	if err != nil {
		return err
	}
	return feed.Append(tx, by, r.change(kind, to, fields...))
}

// Made is what slice project asks of reports; the program hands it over.
type Made struct{}

// MadeOf reports whether a report that shows points of a list was made since an
// instant.
func (Made) MadeOf(tx *db.Tx, list id.List, since int64) (bool, error) {
	made, err := madeOf(tx, list, since)
	return made, fault.Wrap("report.MadeOf", err)
}
