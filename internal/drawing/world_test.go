package drawing

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/person/persontest"
	"plumbline/internal/policy"
	"plumbline/internal/raster"
	"plumbline/internal/sandbox/sandboxtest"
)

var child = &sandboxtest.Builder{Package: "./internal/raster/child", FromEnv: true}

// cache keeps PDFium compiled for the whole test binary.
var cache = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "plumbline-drawing-cache-") })

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	if dir, err := cache(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// world is a project with a worker that makes tiles.
type world struct {
	t       *testing.T
	d       *db.DB
	s       *Service
	files   *media.Files
	org     id.Org
	project id.Project
	blobs   string // where the stored files are
	temp    string
	pins    pins

	manager, guest, sub access.Grant
}

// pins are the points of the world.
type pins struct {
	mu        sync.Mutex
	seen      map[id.Sheet]bool
	count     int
	followers []string
}

func (p *pins) SheetsSeen(_ *db.Tx, _ access.Grant, _ []id.Sheet) (map[id.Sheet]bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen, nil
}

func (p *pins) Followers(*db.Tx, id.Project, []id.Sheet) ([]string, error) { return p.followers, nil }
func (p *pins) Pinned(*db.Tx, []id.Sheet) (int, error)                     { return p.count, nil }
func (p *pins) Unpin(*db.Tx, []id.Sheet) error                             { return nil }

// HasLocation knows none.
func (p *pins) HasLocation(*db.Tx, id.Project, id.Location) (bool, error) { return false, nil }

func newWorld(t *testing.T, d *db.DB, change func(*raster.Config)) *world {
	t.Helper()
	w := &world{t: t, d: d, org: id.New[id.Org](), project: id.New[id.Project](), blobs: filepath.Join(t.TempDir(), "files"), temp: t.TempDir()}
	ring := persontest.Ring(t)
	if err := ring.CreateAll(t.Context(), []crypt.Owner{crypt.OrgOwner(w.org)}); err != nil {
		t.Fatal(err)
	}
	store, err := blobfs.New(blobfs.Config{Locations: []string{w.blobs}, Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}})
	if err != nil {
		t.Fatal(err)
	}
	dir, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	c := raster.Config{Sandbox: child.Runner(t), CacheDir: dir}
	if change != nil {
		change(&c)
	}
	engine, err := raster.New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.files = media.NewFiles(d, store)
	w.s = New(Deps{DB: d, Files: w.files, Raster: engine, Points: &w.pins, Places: &w.pins, Temp: w.temp, Open: 2})
	t.Cleanup(w.s.Close)
	grant := func(level policy.Level) access.Grant {
		return access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: w.org, Person: id.New[id.Person]()}, Project: w.project, Level: level}
	}
	w.manager, w.guest, w.sub = grant(policy.Manager), grant(policy.Guest), grant(policy.Subcontractor)
	return w
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newWorld(t, d, nil)) })
}

func (w *world) read(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Read(context.Background(), db.Tenant(w.org), fn); err != nil {
		w.t.Fatal(err)
	}
}

// upload stores a file as a drawing.
func (w *world) upload(name string, data []byte) Drawing {
	w.t.Helper()
	d, created, err := w.s.Upload(context.Background(), w.manager, Upload{ID: id.New[id.Drawing](), Name: name, Body: bytes.NewReader(data)})
	if err != nil || !created {
		w.t.Fatalf("upload: created %v, %v", created, err)
	}
	return d
}

// work runs jobs until none is left, and gives the job of a drawing.
func (w *world) work(d Drawing) job.Status {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	worker := job.New(w.d, nil, map[string]job.Handler{JobKind: w.s.Handle, AlignKind: w.s.AlignWaiting}, job.Options{})
	worker.OnFailed(JobKind, w.s.Failed)
	worker.OnFailed(AlignKind, w.s.AlignFailed)
	done := make(chan struct{})
	go func() {
		defer close(done)
		worker.Run(ctx)
	}()
	var last job.Status
	watch, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if err := job.Watch(watch, w.d, db.Tenant(w.org), d.Job, func(s job.Status) error {
		if s.Done > s.Total || s.Done < last.Done {
			w.t.Errorf("progress went from %d to %d of %d", last.Done, s.Done, s.Total)
		}
		last = s
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	stop()
	<-done
	return last
}

// leftovers are the stored and temporary files.
func (w *world) leftovers() []string {
	w.t.Helper()
	var all []string
	for _, root := range []string{w.blobs, w.temp} {
		if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				all = append(all, path)
			}
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
	}
	return all
}

func (w *world) count(table string) int {
	w.t.Helper()
	var n int
	w.read(func(tx *db.Tx) error {
		return tx.Row(`select count(*) from `+table+` where org_id = $1`, w.org).Scan(&n)
	})
	return n
}

// audiences of the last delivery of a thing.
func (w *world) audiences(thing string) (to []string) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		to, err = db.All(tx, db.Value1[string], `select audience || ' ' || kind from feed_delivery where thing_id = $1
			and version = (select max(version) from feed_delivery where thing_id = $1)`, thing)
		slices.Sort(to)
		return err
	})
	return to
}

// plan is a PDF of pages, landscape, each with lines and a word.
func plan(t *testing.T, pages ...fpdf.SizeType) []byte {
	t.Helper()
	p := fpdf.New("P", "pt", "A4", "")
	p.SetFont("Helvetica", "", 24)
	for _, size := range pages {
		p.AddPageFormat("P", size)
		p.Line(20, 20, size.Wd-20, size.Ht-20)
		p.Text(30, 60, "LEVEL")
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
