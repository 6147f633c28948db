package point

import (
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/person/persontest"
	"plumbline/internal/point/fields"
	"plumbline/internal/policy"
	"plumbline/internal/raster/photo"
	"plumbline/internal/sheet"
)

// world is a project with its settings, a sheet and people, in a database.
type world struct {
	t       testing.TB
	d       *db.DB
	clock   *clock.Fake
	s       *Service
	files   *media.Files
	org     id.Org
	project id.Project

	set     fields.Settings
	todo    id.Status
	done    id.Status // closes
	checked id.Status // managers only, closes
	list    id.List
	quiet   id.List // a second list
	floor   id.Location
	room    id.Location
	works   id.Category
	paint   id.Category
	sheet   id.Sheet
	reached []reached

	admin, contributor, guest, sub access.Grant
	company                        id.Company
	role                           id.Role
}

type reached struct {
	sheet     id.Sheet
	see, gone []string
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB, d *db.DB, c *clock.Fake) *world {
	t.Helper()
	w := &world{t: t, d: d, clock: c, org: id.New[id.Org](), project: id.New[id.Project](), company: id.New[id.Company](), role: id.New[id.Role](),
		todo: id.New[id.Status](), done: id.New[id.Status](), checked: id.New[id.Status](), list: id.New[id.List](), quiet: id.New[id.List](),
		floor: id.New[id.Location](), room: id.New[id.Location](), works: id.New[id.Category](), paint: id.New[id.Category](), sheet: id.New[id.Sheet]()}
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	w.set = fields.Settings{Zone: zone,
		Statuses:   []fields.StatusRule{{ID: w.todo}, {ID: w.done, Closes: true}, {ID: w.checked, Closes: true, ManagersOnly: true}},
		Lists:      []fields.ListRule{{ID: w.list, Code: "C", Occurrence: 1}, {ID: w.quiet, Code: "Q", Occurrence: 1}},
		Locations:  []fields.Node{{ID: string(w.floor)}, {ID: string(w.room), Parent: string(w.floor)}},
		Categories: []fields.Node{{ID: string(w.works)}, {ID: string(w.paint), Parent: string(w.works)}},
	}
	w.write(func(tx *db.Tx) error {
		run := func(query string, args ...any) {
			if _, err := tx.Exec(query, args...); err != nil {
				t.Fatal(err)
			}
		}
		for i, s := range w.set.Statuses {
			run(`insert into project_status (org_id, id, project_id, name, colour, shape, ord, closes, managers_only, version)
				values ($1, $2, $3, 'x', 'open', 'circle', $4, $5, $6, 1)`, w.org, s.ID, w.project, i, s.Closes, s.ManagersOnly)
		}
		for i, l := range w.set.Lists {
			run(`insert into point_list (org_id, id, project_id, code, name, ord, version) values ($1, $2, $3, $4, 'x', $5, 1)`, w.org, l.ID, w.project, l.Code, i)
		}
		run(`insert into location (org_id, id, project_id, kind, name, code, ord, version) values ($1, $2, $3, 'level', 'x', '', 1, 1)`, w.org, w.floor, w.project)
		run(`insert into location (org_id, id, project_id, parent_id, kind, name, code, ord, version) values ($1, $2, $3, $4, 'room', 'x', '', 2, 1)`, w.org, w.room, w.project, w.floor)
		run(`insert into category (org_id, id, project_id, kind, name, ord, in_charge, version) values ($1, $2, $3, 'category', 'x', 1, '[]', 1)`, w.org, w.works, w.project)
		run(`insert into category (org_id, id, project_id, parent_id, kind, name, ord, in_charge, version) values ($1, $2, $3, $4, 'sub-category', 'x', 2, '[]', 1)`, w.org, w.paint, w.project, w.works)
		drawing := id.New[id.Drawing]()
		run(`insert into drawing (org_id, id, project_id, name, media_type, bytes, state, code, job_id, author_id, created_at, version)
			values ($1, $2, $3, 'x', 'application/pdf', 1, 'ready', '', '', '', 0, 1)`, w.org, drawing, w.project)
		run(`insert into sheet (org_id, id, project_id, drawing_id, name, number, ord, frame_w, frame_h, revision_id, version)
			values ($1, $2, $3, $4, 'x', '', 1, 3000, 2000, '', 1)`, w.org, w.sheet, w.project, drawing)
		return nil
	})
	grant := func(level policy.Level) access.Grant {
		return access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: w.org, Person: id.New[id.Person]()}, Project: w.project, Level: level}
	}
	w.admin, w.contributor, w.guest, w.sub = grant(policy.Administrator), grant(policy.Contributor), grant(policy.Guest), grant(policy.Subcontractor)
	w.sub.Company, w.sub.Roles = w.company, []id.Role{w.role}
	ring := persontest.Ring(t)
	if err := ring.CreateAll(context.Background(), []crypt.Owner{crypt.OrgOwner(w.org)}); err != nil {
		t.Fatal(err)
	}
	store, err := blobfs.New(blobfs.Config{Locations: []string{filepath.Join(t.TempDir(), "files")}, Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}})
	if err != nil {
		t.Fatal(err)
	}
	w.files = media.NewFiles(d, store)
	w.s = New(d, w, w, media.New(media.Deps{DB: d, Files: w.files, Raster: plain{}, Temp: t.TempDir()}))
	return w
}

// each runs fn on a world on each engine.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			c := clock.NewFake(start)
			fn(t, newWorld(t, dbtest.Open(t, dialect, dbtest.Clock(c)), c))
		})
	}
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(context.Background(), db.Tenant(w.org), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Read(context.Background(), db.Tenant(w.org), fn); err != nil {
		w.t.Fatal(err)
	}
}

// Settings, Known, Frame and Reach are the project and its plans.
func (w *world) Settings(*db.Tx, id.Project, fields.Parts) (fields.Settings, error) {
	return w.set, nil
}

func (w *world) Known(_ *db.Tx, _ id.Project, all []fields.Charge) (bool, error) {
	known := []string{string(w.admin.Person), string(w.contributor.Person), string(w.guest.Person), string(w.sub.Person), string(w.company), string(w.role)}
	return !slices.ContainsFunc(all, func(c fields.Charge) bool { return !slices.Contains(known, c.ID) }), nil
}

func (w *world) Frame(_ *db.Tx, _ id.Project, one id.Sheet) (sheet.Frame, error) {
	if one != w.sheet {
		return sheet.Frame{}, fault.New(fault.NotFound, "sheet-not-found", "no sheet")
	}
	return sheet.Frame{Width: 3000, Height: 2000}, nil
}

func (w *world) Reach(_ *db.Tx, _ feed.Actor, _ id.Project, one id.Sheet, see, gone []string) error {
	w.reached = append(w.reached, reached{one, see, gone})
	return nil
}

// plain stands in for the sandbox, whose child is not built here; the real one
// is tested in package raster and by slice drawing.
type plain struct{}

func (plain) CleanPhoto(_ context.Context, in, out string, maxEdge int) (photo.Info, error) {
	data, err := os.ReadFile(in)
	if err != nil {
		return photo.Info{}, err
	}
	f, err := os.Create(out)
	if err != nil {
		return photo.Info{}, err
	}
	defer f.Close() //nolint:errcheck // a test
	return photo.Clean(data, f, maxEdge, photo.Limits{})
}

func (plain) Thumb(_ context.Context, in, out string, edge int) (photo.Info, error) {
	data, err := os.ReadFile(in)
	if err != nil {
		return photo.Info{}, err
	}
	f, err := os.Create(out)
	if err != nil {
		return photo.Info{}, err
	}
	defer f.Close() //nolint:errcheck // a test
	w, h, err := photo.Thumb(data, f, edge, photo.Limits{})
	return photo.Info{Width: w, Height: h}, err
}

// picture is a JPEG of one colour.
func picture(shade uint8) io.Reader {
	img := image.NewGray(image.Rect(0, 0, 800, 600))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(int(shade), 3, color.Gray{Y: 255 - shade})
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(jpeg.Encode(w, img, nil)) }()
	return r
}

// draft is a point with a subject alone.
func draft(subject string) Draft {
	return Draft{ID: id.New[id.Point](), Values: fields.Values{Subject: subject}}
}

func (w *world) create(g access.Grant, d Draft) Point {
	w.t.Helper()
	p, created, err := w.s.Create(context.Background(), g, d)
	if err != nil || !created {
		w.t.Fatalf("create: created %v, %v", created, err)
	}
	return p
}

// delivered are the audiences of the last change of a thing, and those that it
// left.
func (w *world) delivered(thing id.Point) (to, gone []string) {
	w.t.Helper()
	w.read(func(tx *db.Tx) error {
		type row struct{ audience, kind string }
		all, err := db.All(tx, func(s db.Scanner) (r row, err error) {
			err = s.Scan(&r.audience, &r.kind)
			return r, err
		}, `select audience, kind from feed_delivery where thing_id = $1 and version = (select max(version) from feed_delivery where thing_id = $1) order by audience`, thing)
		for _, r := range all {
			if r.kind == feed.Gone {
				gone = append(gone, r.audience)
			} else {
				to = append(to, r.audience)
			}
		}
		return err
	})
	return to, gone
}
