package syncapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/page"
)

type snapshotIn struct {
	Project id.Project `path:"project"`
	Page    string     `query:"page" maxLength:"20000" doc:"next of the page before; none for the first."`
	Limit   int        `query:"limit" minimum:"1" maximum:"500" doc:"Points on a page."`
}

type snapshotOut struct {
	Body snapshotBody
}

type snapshotBody struct {
	Cursor string         `json:"cursor" doc:"Go on from here with changes. Keep that of the first page."`
	Next   *string        `json:"next" doc:"The next page; null on the last."`
	Things map[string]any `json:"things" doc:"Lists of things by name of the list; project is an object."`
}

// pageMark begins the token of a further page, which the point list's own
// cursor follows; the cursor of the first page comes before it.
const pageMark = "~"

func (s *service) snapshot(ctx context.Context, in *snapshotIn) (*snapshotOut, error) {
	v, err := s.enter(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	out := &snapshotOut{Body: snapshotBody{Things: map[string]any{}}}
	at := ""
	if in.Page == "" {
		// The cursor first: what changes from here on is told by changes.
		heads, err := s.heads(ctx, v)
		if err != nil {
			return nil, err
		}
		out.Body.Cursor = encode(in.Project, v.Rights, heads)
		for _, src := range v.Sources {
			if out.Body.Things[src.Name], err = src.All(ctx); err != nil {
				return nil, err
			}
		}
	} else {
		var ok bool
		out.Body.Cursor, at, ok = strings.Cut(in.Page, pageMark)
		if _, same := decode(out.Body.Cursor, in.Project, v); !ok || !same {
			return nil, fault.New(fault.Gone, "start-over", "what the caller may see has changed: take the snapshot from its first page")
		}
	}
	items, next, err := v.Points.Page(ctx, at, page.Limit(in.Limit))
	if err != nil {
		return nil, err
	}
	out.Body.Things[v.Points.Name] = list(items)
	if next != "" {
		token := out.Body.Cursor + pageMark + next
		out.Body.Next = &token
	}
	return out, nil
}

// list is items as they are sent: an empty list is not null.
func list(items []any) []any {
	if items == nil {
		return []any{}
	}
	return items
}

func (s *service) heads(ctx context.Context, v Visit) (heads map[string]int64, err error) {
	err = s.DB.Read(ctx, v.Scope, func(tx *db.Tx) error {
		heads, err = feed.Heads(tx, v.Audiences)
		return err
	})
	return heads, err
}

type changesIn struct {
	Project id.Project `path:"project"`
	Cursor  string     `query:"cursor" required:"true" maxLength:"20000"`
	Limit   int        `query:"limit" minimum:"1" maximum:"500" doc:"Changes looked at."`
}

type changesOut struct {
	Body changesBody
}

type changesBody struct {
	Cursor    string         `json:"cursor" doc:"Go on from here."`
	More      bool           `json:"more" doc:"There is more already."`
	StartOver bool           `json:"start_over" doc:"Drop what is kept of the project and take a snapshot."`
	Things    map[string]any `json:"things" doc:"What changed, as it is now, by name of the list."`
	Gone      []goneThing    `json:"gone" doc:"What the caller may not see any more, or is deleted."`
	Entries   []entry        `json:"entries" doc:"Who did what when."`
}

type goneThing struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

type entry struct {
	At        time.Time `json:"at"`
	Actor     string    `json:"actor_id"`
	ThingKind string    `json:"thing_kind"`
	ThingID   string    `json:"thing_id"`
	Kind      string    `json:"kind"`
	Fields    []string  `json:"fields" doc:"Names of the fields that changed."`
}

func (s *service) changes(ctx context.Context, in *changesIn) (*changesOut, error) {
	v, err := s.enter(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	out := &changesOut{Body: changesBody{Things: map[string]any{}}}
	at, ok := decode(in.Cursor, in.Project, v)
	if !ok {
		out.Body.StartOver = true
		return out, nil
	}
	var deliveries []feed.Delivery
	var entries []feed.Entry
	var next map[string]int64
	err = s.DB.Read(ctx, v.Scope, func(tx *db.Tx) (err error) {
		deliveries, next, out.Body.More, err = feed.Since(tx, at, in.Limit)
		if err != nil {
			return err
		}
		entries, err = feed.EntriesOf(tx, deliveries)
		return err
	})
	if fault.CodeOf(err) == "start-over" {
		out.Body.StartOver, out.Body.More = true, false
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out.Body.Cursor = encode(in.Project, v.Rights, next)
	visible, err := s.collect(ctx, v, deliveries, &out.Body)
	if err != nil {
		return nil, err
	}
	out.Body.Entries = told(deliveries, entries, visible)
	return out, nil
}

// loader is what answers for one kind of thing.
type loader struct {
	name string
	all  func(context.Context) (any, error)
	load func(context.Context, []string) (map[string]any, error)
}

func (v Visit) loaders() map[string]loader {
	out := map[string]loader{v.Points.Kind: {name: v.Points.Name, load: v.Points.Load}}
	for _, s := range v.Sources {
		for _, k := range s.Kinds {
			out[k] = loader{s.Name, s.All, s.Load}
		}
	}
	return out
}

// collect looks up what the deliveries are about, and tells which of them the
// caller may see now.
func (s *service) collect(ctx context.Context, v Visit, deliveries []feed.Delivery, body *changesBody) (visible map[feed.Thing]bool, err error) {
	loaders := v.loaders()
	visible = map[feed.Thing]bool{}
	byKind := map[string][]string{}
	var kinds []string
	for _, d := range deliveries {
		if _, known := loaders[d.Thing.Kind]; !known || visible[d.Thing] {
			continue
		}
		if byKind[d.Thing.Kind] == nil {
			kinds = append(kinds, d.Thing.Kind)
		}
		byKind[d.Thing.Kind] = append(byKind[d.Thing.Kind], d.Thing.ID)
		visible[d.Thing] = true
	}
	lists := map[string][]any{}
	for _, kind := range kinds {
		l := loaders[kind]
		if l.load == nil {
			if body.Things[l.name] == nil {
				if body.Things[l.name], err = l.all(ctx); err != nil {
					return nil, err
				}
			}
			continue
		}
		ids := byKind[kind]
		found, err := l.load(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, thing := range ids {
			if x, ok := found[thing]; ok {
				lists[l.name] = append(lists[l.name], x)
				continue
			}
			visible[feed.Thing{Kind: kind, ID: thing}] = false
			body.Gone = append(body.Gone, goneThing{kind, thing})
		}
	}
	for name, items := range lists {
		body.Things[name] = items
	}
	return visible, nil
}

// told is the entries that the caller hears of: of things they may see, and
// that a thing they could see was deleted.
func told(deliveries []feed.Delivery, entries []feed.Entry, visible map[feed.Thing]bool) []entry {
	type key struct {
		stream string
		number int64
	}
	left := map[key]bool{}
	for _, d := range deliveries {
		if d.Kind == feed.Gone {
			left[key{d.Stream, d.Change}] = true
		}
	}
	out := make([]entry, 0, len(entries))
	for _, e := range entries {
		if e.Kind == feed.Touched || left[key{e.Stream, e.Number}] || !visible[e.Thing] && e.Kind != feed.Deleted {
			continue
		}
		x := entry{At: e.At, Actor: e.Actor, ThingKind: e.Thing.Kind, ThingID: e.Thing.ID, Kind: e.Kind, Fields: []string{}}
		for _, f := range e.Fields {
			x.Fields = append(x.Fields, f.Name)
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b entry) int { return a.At.Compare(b.At) })
	return out
}
