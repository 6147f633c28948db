package bcf

import (
	"time"

	"plumbline/internal/unpack"
)

// Content is a file of the archive.
type Content = unpack.Content

// Bytes is a content of the given bytes.
func Bytes(name string, b []byte) Content { return unpack.Bytes(name, b) }

// File is what an archive holds, in the terms of the newest version.
type File struct {
	Version    string // as the archive calls itself, or as it looks; "" where nothing tells
	Project    Project
	Extensions Extensions
	Topics     []Topic
	Documents  []Document
	Files      []Content // files beside the topics, such as models
	Notes      []Note    // what was read leniently, or not at all
}

// Note says what was not as it should be, and of which topic.
type Note struct {
	Topic string // a GUID, or "" for the archive itself
	Text  string
}

// Project is the project of the archive.
type Project struct{ ID, Name string }

// Extensions are the values that the archive's project works with.
type Extensions struct {
	Types, Statuses, Priorities, Labels, Users, SnippetTypes, Stages []string
}

// Topic is an issue.
type Topic struct {
	GUID, Type, Status, ServerID string
	Headers                      []HeaderFile
	Links                        []string
	Title, Priority              string
	Index                        *int
	Labels                       []string
	Created                      Stamp
	Modified                     Stamp
	Due                          string // a date with time
	AssignedTo, Stage            string
	Description                  string
	Snippet                      *Snippet
	Documents                    []Reference
	Related                      []string
	Comments                     []Comment
	Viewpoints                   []Viewpoint
	Files                        []Content // what lies in its folder, except what is read above

	folder string
}

// Stamp is who did something, and when: a date with time as in XML Schema, "" for not known.
type Stamp struct{ Date, Author string }

// Time is the instant of a date with time; one without a zone is taken as UTC.
func Time(date string) (time.Time, bool) {
	t, _, ok := parseDate(date)
	return t, ok
}

// HeaderFile is a model that a topic is about.
type HeaderFile struct {
	Project, Structure        string // IFC GUIDs
	External                  *bool
	Filename, Date, Reference string
}

// Snippet is a part of a model, in a file of the topic's folder or elsewhere.
type Snippet struct {
	Type, Reference, Schema string
	External                bool
}

// Document is a file that topics refer to.
type Document struct {
	GUID, Filename, Description string
	Content                     *Content // nil when it is named and not there
}

// Reference is a topic's reference to a document of the archive or to one elsewhere.
type Reference struct {
	GUID, Document, URL, Description string
}

// Comment is a comment.
type Comment struct {
	GUID     string
	Created  Stamp
	Text     string
	View     string // GUID of a viewpoint
	Modified Stamp
}

// Viewpoint is a view on the models, with a picture of it.
type Viewpoint struct {
	GUID     string
	Name     string // of its file; may be ""
	Snapshot string // name of one of the topic's files
	Index    *int
	View     *View // nil when it has no file that can be read
}

// View is what a viewpoint shows.
type View struct {
	GUID                    string
	Components              *Components
	Orthogonal, Perspective *Camera
	Lines                   []Line
	Planes                  []Plane
	Bitmaps                 []Bitmap
}

// Components are which parts of the models are selected, seen and coloured.
type Components struct {
	Hints      *Hints
	Selection  []Component
	Visibility *Visibility
	Colors     []Color
}

// Hints say what is seen of what is usually hidden.
type Hints struct{ Spaces, Boundaries, Openings *bool }

// Visibility is what is seen, and what is not.
type Visibility struct {
	Default    *bool
	Exceptions []Component
}

// Color paints components; ARGB or RGB in hexadecimal.
type Color struct {
	Color      string
	Components []Component
}

// Component is a part of a model.
type Component struct{ IFC, System, Tool string }

// Vector is a place or a direction.
type Vector struct{ X, Y, Z float64 }

// Camera is a camera of either kind: Extent is the field of view in degrees of a
// perspective one, and the size of the view in metres of an orthogonal one.
type Camera struct {
	At, Direction, Up Vector
	Extent            float64
	Aspect            float64 // width by height; 0 when not told
}

// Line is a line in space.
type Line struct{ From, To Vector }

// Plane cuts the view.
type Plane struct{ At, Direction Vector }

// Bitmap is a picture in space.
type Bitmap struct {
	Format     string // png or jpg
	Reference  string // name of one of the topic's files
	At         Vector
	Normal, Up Vector
	Height     float64
}
