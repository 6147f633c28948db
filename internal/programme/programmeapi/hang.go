package programmeapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"plumbline/internal/comment"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/programme"
	"plumbline/internal/programme/site"
	"plumbline/internal/rest"
)

// registerHung adds what hangs on an activity.
func (h *api) registerHung(a *rest.API) {
	const tag, one = "Programme", "/projects/{project}/activities/{activity}"
	rest.Handle(a, rest.Op{ID: "activity-comment", Method: http.MethodPut, Path: one + "/comments/{comment}", Tag: tag, Summary: "Comment on an activity",
		Description: "Comments are appended and never change; doing it again answers 200. For who is in charge of it, and contributors.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.comment)
	rest.Raw(a, rest.Op{ID: "activity-photo", Method: http.MethodPut, Path: one + "/reports/{report}/photos/{photo}", Tag: tag, Summary: "Add a photo to a report on an activity",
		Description: "For who made the report. The body and what is kept of it are as with the photos of points, and it is read as those are. Doing it again answers 200.",
		Who:         rest.SignedIn, Rate: rest.Uploads, MaxBody: media.MaxPhoto, Time: 3 * time.Minute, Status: http.StatusCreated,
		Takes: []string{"image/jpeg", "image/png", "image/heic", "image/heif", "image/tiff"}, Gives: []string{"application/json"}}, h.photo)
	rest.Handle(a, rest.Op{ID: "point-activities", Method: http.MethodGet, Path: "/projects/{project}/points/{point}/activities", Tag: tag, Summary: "The activities that a point blocks",
		Description: "Those that the caller sees.", Who: rest.SignedIn, Rate: rest.Reads}, h.ofPoint)
}

// Photo is a photo on a report.
type Photo struct {
	ID       id.Photo   `json:"id"`
	Width    int        `json:"width"`
	Height   int        `json:"height"`
	TakenAt  *time.Time `json:"taken_at"`
	AuthorID id.Person  `json:"author_id"`
	At       time.Time  `json:"at"`
}

func photoOf(p media.Photo) Photo {
	out := Photo{ID: p.ID, Width: p.Width, Height: p.Height, AuthorID: p.Author, At: time.UnixMicro(p.At).UTC()}
	if p.TakenAt != 0 {
		t := time.UnixMicro(p.TakenAt).UTC()
		out.TakenAt = &t
	}
	return out
}

// Comment is a comment on an activity.
type Comment struct {
	ID       id.Comment `json:"id"`
	Text     string     `json:"text"`
	AuthorID id.Person  `json:"author_id"`
	At       time.Time  `json:"at"`
}

func commentOf(c comment.Comment) Comment {
	return Comment{ID: c.ID, Text: c.Text, AuthorID: c.Author, At: time.UnixMicro(c.At).UTC()}
}

// May is what the caller may do with an activity.
type May struct {
	Report bool `json:"report" doc:"Report on it and comment."`
	Judge  bool `json:"judge" doc:"Sign off, reject, reopen."`
	Block  bool `json:"block" doc:"Let points block it."`
}

type commentIn struct {
	AtActivity
	Comment id.Comment `path:"comment"`
	Body    struct {
		Text string `json:"text" minLength:"1" maxLength:"10000"`
	}
}

type commentOut struct {
	Status int
	Body   Comment
}

func (h *api) comment(ctx context.Context, in *commentIn) (*commentOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	c, added, err := h.site.Comment(ctx, g, in.Activity, in.Comment, in.Body.Text)
	if err != nil {
		return nil, err
	}
	out := &commentOut{Status: http.StatusOK, Body: commentOf(c)}
	if added {
		out.Status = http.StatusCreated
	}
	return out, nil
}

func (h *api) photo(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	activity, err := rest.PathID[id.Activity](r, "activity")
	if err != nil {
		return err
	}
	report, err := rest.PathID[id.Progress](r, "report")
	if err != nil {
		return err
	}
	photo, err := rest.PathID[id.Photo](r, "photo")
	if err != nil {
		return err
	}
	g, err := h.in(r.Context(), project)
	if err != nil {
		return err
	}
	var taken time.Time
	if s := r.Header.Get("Taken-At"); s != "" {
		if taken, err = time.Parse(time.RFC3339, s); err != nil {
			return fault.InvalidFields([]fault.Field{{Path: "Taken-At", Code: "format"}})
		}
	}
	p, added, err := h.site.AddPhoto(r.Context(), g, activity, report, photo, r.Body, taken)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if added {
		w.WriteHeader(http.StatusCreated)
	}
	return json.NewEncoder(w).Encode(photoOf(p))
}

// Held is an activity that a point blocks.
type Held struct {
	ID        id.Activity  `json:"id"`
	Programme id.Programme `json:"programme_id"`
	Name      string       `json:"name"`
	Code      string       `json:"code"`
	State     int          `json:"state" doc:"0 not started, 1 in progress, 2 warning, 3 awaiting sign-off, 4 verified."`
	Behind    bool         `json:"behind"`
	Start     *float64     `json:"start"`
	Finish    *float64     `json:"finish"`
	AuthorID  id.Person    `json:"author_id" doc:"Who said that it is blocked."`
	At        time.Time    `json:"at"`
}

// HeldUp are the activities that a point blocks.
type HeldUp struct {
	Items []Held `json:"items"`
}

type heldOut struct {
	Body HeldUp
}

type ofPointIn struct {
	Project id.Project `path:"project"`
	Point   id.Point   `path:"point"`
}

func (h *api) ofPoint(ctx context.Context, in *ofPointIn) (*heldOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.site.OfPoint(ctx, g, in.Point)
	if err != nil {
		return nil, err
	}
	out := &heldOut{Body: HeldUp{Items: make([]Held, len(all))}}
	for k, b := range all {
		out.Body.Items[k] = heldOf(b)
	}
	return out, nil
}

func heldOf(b site.Held) Held {
	a := &b.Model.Doc.Activities[b.Index]
	c := columns(programme.Schedule{Model: b.Model, Computed: b.Computed}, []int{b.Index}, map[string]int{})
	return Held{ID: b.Activity, Programme: b.Programme, Name: a.Name, Code: a.Code, State: c.State[0], Behind: c.Behind[0] == 1, Start: c.Start[0], Finish: c.Finish[0],
		AuthorID: b.Author, At: time.UnixMicro(b.At).UTC()}
}
