package pointapi

import (
	"encoding/json"
	"time"

	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/merge"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
)

// Point is a point as the API shows it: in lists, in a snapshot, in a delta.
type Point struct {
	ID          id.Point     `json:"id"`
	ProjectID   id.Project   `json:"project_id"`
	ListID      id.List      `json:"list_id"`
	Number      *string      `json:"number" doc:"What people call it by: list code, occurrence and sequence. Given by the server."`
	Sequence    int64        `json:"sequence"`
	Version     int64        `json:"version"`
	Subject     string       `json:"subject"`
	Description string       `json:"description"`
	StatusID    id.Status    `json:"status_id"`
	CategoryID  *id.Category `json:"category_id"`
	LocationID  *id.Location `json:"location_id"`
	InCharge    []Charge     `json:"in_charge"`
	Due         *string      `json:"due" doc:"A date, YYYY-MM-DD, in the project's zone."`
	Urgent      bool         `json:"urgent"`
	AuthorID    id.Person    `json:"author_id"`
	CreatedAt   time.Time    `json:"created_at"`
	ChangedAt   time.Time    `json:"changed_at"`
	ClosedAt    *time.Time   `json:"closed_at"`
	Pin         *Pin         `json:"pin"`
	Photos      []Photo      `json:"photos"`
	Comments    []Comment    `json:"comments"`
	ParentID    *id.Point    `json:"parent_id" doc:"Of those that the caller sees. Its children are the points that name it."`
	RelatedIDs  []id.Point   `json:"related_ids" doc:"Related points that this one names; others may name it."`
	OriginID    *id.Point    `json:"origin_id" doc:"The point that this one is a relay of, if the caller sees it. Its relays are the points that name it."`
	Markups     []Markup     `json:"markups" doc:"What is drawn over its photos, and over the sheet that its pin is on."`
	May         May          `json:"may"`
}

// Charge is one of those in charge.
type Charge struct {
	Kind string `json:"kind" enum:"person,company,role"`
	ID   string `json:"id" minLength:"36" maxLength:"36"`
}

// Pin is a place on a sheet, in units of its frame.
type Pin struct {
	SheetID id.Sheet `json:"sheet_id"`
	X       float64  `json:"x"`
	Y       float64  `json:"y"`
}

// Photo is a photo of a point; its pictures are at /photos/{photo}/full and
// /thumb.
type Photo struct {
	ID       id.Photo   `json:"id"`
	Width    int        `json:"width"`
	Height   int        `json:"height"`
	Bytes    int64      `json:"bytes" doc:"Of the picture at full."`
	TakenAt  *time.Time `json:"taken_at"`
	AuthorID id.Person  `json:"author_id"`
	At       time.Time  `json:"at"`
}

// Comment is a comment on a point.
type Comment struct {
	ID       id.Comment `json:"id"`
	Text     string     `json:"text"`
	AuthorID id.Person  `json:"author_id"`
	At       time.Time  `json:"at"`
}

// May says what the reader may do with the point.
type May struct {
	Edit     bool `json:"edit" doc:"Change its fields."`
	Status   bool `json:"status" doc:"Give it another status."`
	Comment  bool `json:"comment"`
	Photo    bool `json:"photo" doc:"Add a photo."`
	Delete   bool `json:"delete"`
	Reserved bool `json:"reserved" doc:"Use statuses that are for managers."`
}

// Conflict is a field that someone else changed meanwhile; mine was not
// applied.
type Conflict struct {
	Field   string    `json:"field"`
	Theirs  any       `json:"theirs"`
	Mine    any       `json:"mine"`
	Version int64     `json:"version"`
	ActorID string    `json:"actor_id"`
	At      time.Time `json:"at"`
}

// Total is a count that stops at a thousand.
type Total struct {
	N    int  `json:"n"`
	More bool `json:"more" doc:"There are more than n."`
}

// Entry is an act in a point's history.
type Entry struct {
	At      time.Time    `json:"at"`
	ActorID *string      `json:"actor_id" doc:"Who; null for the system."`
	Kind    string       `json:"kind" doc:"created, changed, commented, photo-added, photo-removed, deleted or restored."`
	Version int64        `json:"version"`
	Fields  []EntryField `json:"fields"`
}

// EntryField is what a field was and became; null is none.
type EntryField struct {
	Name   string `json:"name"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

func instant(at int64) time.Time { return time.UnixMicro(at).UTC() }

func maybeInstant(at int64) *time.Time {
	if at == 0 {
		return nil
	}
	t := instant(at)
	return &t
}

func maybe[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// PointOf is a point as the API shows it.
func PointOf(p point.Point) Point {
	number := p.Number.String()
	out := Point{ID: p.ID, ProjectID: p.Project, ListID: p.List, Number: &number, Sequence: p.Number.Sequence, Version: p.Version,
		Subject: p.Subject, Description: p.Description, StatusID: p.Status, CategoryID: maybe(p.Category), LocationID: maybe(p.Location),
		InCharge: make([]Charge, len(p.InCharge)), Due: maybe(p.Due), Urgent: p.Urgent, AuthorID: p.Author,
		CreatedAt: instant(p.CreatedAt), ChangedAt: instant(p.ChangedAt), ClosedAt: maybeInstant(p.ClosedAt),
		Photos: make([]Photo, len(p.Photos)), Comments: make([]Comment, len(p.Comments)), Markups: markupsOf(p.Markups), May: May(p.May),
		ParentID: maybe(p.Parent), RelatedIDs: append([]id.Point{}, p.Related...),
		OriginID: maybe(p.Origin)}
	for i, c := range p.InCharge {
		out.InCharge[i] = Charge(c)
	}
	if p.Pin != nil {
		out.Pin = &Pin{SheetID: p.Pin.Sheet, X: p.Pin.X, Y: p.Pin.Y}
	}
	for i, ph := range p.Photos {
		out.Photos[i] = photoOf(ph)
	}
	for i, c := range p.Comments {
		out.Comments[i] = Comment{ID: c.ID, Text: c.Text, AuthorID: c.Author, At: instant(c.At)}
	}
	return out
}

func photoOf(p media.Photo) Photo {
	return Photo{ID: p.ID, Width: p.Width, Height: p.Height, Bytes: p.Bytes, TakenAt: maybeInstant(p.TakenAt), AuthorID: p.Author, At: instant(p.At)}
}

func conflictsOf(all []merge.Conflict) []Conflict {
	out := make([]Conflict, len(all))
	for i, c := range all {
		out[i] = Conflict{Field: c.Field, Theirs: value(c.Theirs), Mine: value(c.Mine), Version: c.Version, ActorID: c.Actor, At: c.At}
	}
	return out
}

// value is raw JSON, or null for none.
func value(raw json.RawMessage) any {
	if len(raw) == 0 {
		return nil
	}
	return raw
}

func entryOf(e feed.Entry) Entry {
	out := Entry{At: e.At.UTC(), Kind: e.Kind, Version: e.Version, Fields: make([]EntryField, len(e.Fields))}
	if e.Actor != feed.System {
		out.ActorID = &e.Actor
	}
	for i, f := range e.Fields {
		out.Fields[i] = EntryField{Name: f.Name, Before: value(f.Before), After: value(f.After)}
	}
	return out
}

func chargesOf(all []Charge) []fields.Charge {
	out := make([]fields.Charge, len(all))
	for i, c := range all {
		out[i] = fields.Charge(c)
	}
	return out
}

func pinOf(p *Pin) *fields.Pin {
	if p == nil {
		return nil
	}
	return &fields.Pin{Sheet: p.SheetID, X: p.X, Y: p.Y}
}

func or[T ~string](s *T) T {
	if s == nil {
		return ""
	}
	return *s
}
