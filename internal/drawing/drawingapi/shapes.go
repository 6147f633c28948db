package drawingapi

import (
	"context"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/drawing"
	"plumbline/internal/id"
)

// Drawing is a drawing as the API shows it: in lists, in a snapshot, in a
// delta.
type Drawing struct {
	ID        id.Drawing `json:"id"`
	Name      string     `json:"name"`
	State     string     `json:"state" enum:"processing,ready,failed"`
	Code      string     `json:"code" doc:"Why it failed, or pages-left-out; empty if all is well."`
	JobID     id.Job     `json:"job_id"`
	Sheets    []id.Sheet `json:"sheets"`
	Waiting   int        `json:"waiting" doc:"Pages that wait for somebody to say which sheets they renew."`
	CreatedAt time.Time  `json:"created_at"`
	AuthorID  id.Person  `json:"author_id"`
	Version   int64      `json:"version"`
}

// Sheet is a sheet as the API shows it.
type Sheet struct {
	ID         id.Sheet     `json:"id"`
	DrawingID  id.Drawing   `json:"drawing_id"`
	ProjectID  id.Project   `json:"project_id"`
	Name       string       `json:"name"`
	Number     string       `json:"number"`
	Order      int64        `json:"order"`
	LocationID *id.Location `json:"location_id"`
	Frame      Frame        `json:"frame"`
	Version    int64        `json:"version"`
	Revision   Revision     `json:"revision" doc:"The newest."`
	Revisions  []Revision   `json:"revisions" doc:"All, the newest first."`
	Marks      []Mark       `json:"marks" doc:"Rooms, the scale and links that lie on it."`
}

// Frame is the size of what pins stand in: points, or pixels of a picture.
type Frame struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Revision is what a sheet looked like from a time on.
type Revision struct {
	ID         id.Revision `json:"id"`
	Code       string      `json:"code"`
	At         time.Time   `json:"at"`
	Page       int         `json:"page" doc:"Of the file, from 1."`
	WidthPx    int         `json:"width_px" doc:"At max_zoom."`
	HeightPx   int         `json:"height_px"`
	MaxZoom    int         `json:"max_zoom"`
	TileSize   int         `json:"tile_size"`
	TileType   string      `json:"tile_type" enum:"png,jpg"`
	Affine     []float64   `json:"affine" doc:"a b c d e f: from the displayed page into the frame, as in SVG."`
	Bytes      int64       `json:"bytes" doc:"Of the archive."`
	Size       Frame       `json:"size" doc:"Of the displayed page, in its own units."`
	DrawingID  id.Drawing  `json:"drawing_id" doc:"The file it came from."`
	Alignment  string      `json:"alignment" enum:"first,auto,hand,none" doc:"How it came to lie in the frame; none: nobody knows, pins may stand wrong."`
	Confidence float64     `json:"confidence" doc:"0 to 1: the share of the picture's parts that agree."`
}

func instant(at int64) time.Time { return time.UnixMicro(at).UTC() }

// DrawingOf is a drawing as the API shows it.
func DrawingOf(d drawing.Drawing) Drawing {
	return Drawing{ID: d.ID, Name: d.Name, State: string(d.State), Code: d.Code, JobID: d.Job, Sheets: append([]id.Sheet{}, d.Sheets...),
		Waiting: d.Pending, CreatedAt: instant(d.CreatedAt), AuthorID: d.Author, Version: d.Version}
}

// SheetOf is a sheet as the API shows it.
func SheetOf(s drawing.Sheet) Sheet {
	out := Sheet{Revisions: []Revision{}, ID: s.ID, DrawingID: s.Drawing, ProjectID: s.Project, Name: s.Name, Number: s.Number, Order: s.Order,
		Frame: Frame(s.Frame), Version: s.Version, Marks: marksOf(s.Marks)}
	if s.Location != "" {
		out.LocationID = &s.Location
	}
	out.Revision = RevisionOf(s.Revision)
	for _, r := range s.Revisions {
		out.Revisions = append(out.Revisions, RevisionOf(r))
	}
	return out
}

// RevisionOf is a revision as the API shows it.
func RevisionOf(r drawing.Revision) Revision {
	return Revision{ID: r.ID, Code: r.Code, At: instant(r.At), Page: r.Page, WidthPx: r.Pixels.Width, HeightPx: r.Pixels.Height,
		MaxZoom: r.MaxZoom, TileSize: r.TileSize, TileType: r.TileType, Affine: append([]float64{}, r.Affine[:]...), Bytes: r.Bytes,
		Size: Frame(r.Size), DrawingID: r.Drawing, Alignment: string(r.Alignment), Confidence: r.Confidence}
}

// Source lists and loads a kind of thing for package syncapi.
type Source struct {
	Name  string
	Kinds []string
	All   func(ctx context.Context) (any, error)
	Load  func(ctx context.Context, ids []string) (map[string]any, error)
}

// Sources are the drawings and sheets that a grant sees. A project has at most
// a few hundred of them: loading some reads all.
func Sources(drawings *drawing.Service, g access.Grant) []Source {
	items := func(ctx context.Context) (ds []Drawing, ss []Sheet, err error) {
		all, sheets, err := drawings.List(ctx, g)
		ds, ss = make([]Drawing, len(all)), make([]Sheet, len(sheets))
		for i, d := range all {
			ds[i] = DrawingOf(d)
		}
		for i, s := range sheets {
			ss[i] = SheetOf(s)
		}
		return ds, ss, err
	}
	return []Source{
		{Name: "drawings", Kinds: []string{drawing.Thing},
			All: func(ctx context.Context) (any, error) {
				all, _, err := items(ctx)
				return all, err
			},
			Load: func(ctx context.Context, ids []string) (map[string]any, error) {
				all, _, err := items(ctx)
				return pick(all, ids, func(d Drawing) string { return string(d.ID) }), err
			}},
		{Name: "sheets", Kinds: []string{drawing.SheetThing},
			All: func(ctx context.Context) (any, error) {
				_, all, err := items(ctx)
				return all, err
			},
			Load: func(ctx context.Context, ids []string) (map[string]any, error) {
				_, all, err := items(ctx)
				return pick(all, ids, func(s Sheet) string { return string(s.ID) }), err
			}},
	}
}

func pick[T any](all []T, ids []string, of func(T) string) map[string]any {
	want := make(map[string]bool, len(ids))
	for _, one := range ids {
		want[one] = true
	}
	out := map[string]any{}
	for _, v := range all {
		if key := of(v); want[key] {
			out[key] = v
		}
	}
	return out
}
