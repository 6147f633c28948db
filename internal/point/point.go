package point

import (
	"plumbline/internal/comment"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/markup"
)

// May says what the reader may do with a point.
type May struct {
	Edit     bool // all fields, photos
	Status   bool // give it another status
	Comment  bool
	Photo    bool
	Delete   bool
	Reserved bool // set or leave a status reserved for managers
}

// Point is a point as it is read.
type Point struct {
	ID      id.Point
	Project id.Project
	List    id.List
	Number  fields.Number
	Version int64
	fields.Values
	Author    id.Person
	CreatedAt int64
	ChangedAt int64
	ClosedAt  int64 // 0: open
	DeletedAt int64 // 0: not deleted
	DeletedBy id.Person
	Photos    []media.Photo
	Comments  []comment.Comment
	Parent    id.Point   // of those that the reader sees
	Related   []id.Point // what the point itself says; the others say the rest
	Origin    id.Point   // that it is a relay of, if the reader sees it
	Markups   []markup.Layer
	May       May

	subjectKey []byte
}
