package report_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/report"
	"plumbline/internal/report/style"
)

// source has one point with a photo and a plan; fail makes Gather fail.
type source struct {
	fail   error
	asked  []access.Grant
	people map[id.Person]string
	before func() // is called first, if set
	mu     sync.Mutex
}

func (s *source) CheckQuery(q string) error {
	if strings.Contains(q, "bad") {
		return fault.InvalidFields([]fault.Field{{Path: "status", Code: "not-an-id"}})
	}
	return nil
}

func (s *source) Gather(_ context.Context, g access.Grant, _ string, _ int) (report.Site, []report.Item, error) {
	if s.before != nil {
		s.before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, g)
	items := []report.Item{{Number: "C-1.1", Subject: "Fire collar missing", Sheet: "s", Photos: []report.ItemPhoto{{ID: "p"}}, CreatedAt: time.Now()}}
	if s.before != nil {
		items = slices.Repeat(items, len(s.asked)) // what is told differs each time
	}
	return report.Site{Project: "Kaaistraat", Zone: "Europe/Brussels", People: s.people}, items, s.fail
}

func (s *source) Thumb(context.Context, access.Grant, id.Photo) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil)
	return b.Bytes(), err
}

func (s *source) Cutout(context.Context, access.Grant, id.Point, id.Sheet, float64, float64, float64, int) (image.Image, float64, float64, error) {
	return image.NewUniform(color.White), 0.5, 0.5, errors.New("the plan is gone")
}

type world struct {
	*projecttest.Site
	source  *source
	reports *report.Service
	worker  *job.Worker
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	ring := persontest.Ring(t)
	w := &world{Site: projecttest.With(t, d, persontest.VaultOn(d, ring)), source: &source{}}
	blobs, err := blobfs.New(blobfs.Config{Locations: []string{filepath.Join(t.TempDir(), "files")}, Keys: crypt.OrgKeys{Ring: ring, Table: "file", Column: "blob"}})
	if err != nil {
		t.Fatal(err)
	}
	files := media.NewFiles(d, blobs)
	w.reports = report.NewService(d, w.source, w.Access, files, style.New(d, files), "https://plumbline.example/", t.TempDir())
	w.worker = job.New(d, nil, map[string]job.Handler{report.JobKind: w.reports.Make}, job.Options{})
	w.worker.OnFailed(report.JobKind, w.reports.GaveUp)
	return w
}

func (w *world) ask() report.New {
	return report.New{ID: id.New[id.Report](), Title: "Walk", Query: "closed=false", Locale: "nl-BE", Zone: "Europe/Brussels", Photos: true, Plans: true}
}

// run works until the job has ended.
func (w *world) run(t *testing.T, j id.Job) job.Status {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.worker.Run(ctx) }()
	var last job.Status
	if err := job.Watch(t.Context(), w.DB, db.Tenant(w.Org), j, func(s job.Status) error { last = s; return nil }); err != nil {
		t.Fatal(err)
	}
	stop()
	<-done
	return last
}

func (w *world) kinds(t *testing.T, thing id.Report) (out []string) {
	t.Helper()
	err := w.DB.Read(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) error {
		p, err := feed.History(tx, string(thing), "", 50)
		for _, e := range p.Items {
			out = append(out, e.Kind)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReportIsMadeKeptAndDeleted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		author := w.At(t, policy.Contributor, "")
		n := w.ask()
		r, err := w.reports.Create(t.Context(), author, n)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.reports.Create(t.Context(), author, n)
		if err != nil || again.Job != r.Job {
			t.Errorf("asked twice: %v, job %s and %s", err, r.Job, again.Job)
		}
		if _, _, err := w.reports.Open(t.Context(), author, r.ID); fault.CodeOf(err) != "report-not-ready" {
			t.Errorf("opened too early: %v", err)
		}
		if s := w.run(t, r.Job); s.State != job.Done || s.Done != 1 || s.Total != 1 {
			t.Fatalf("job %+v", s)
		}
		if g := w.source.asked[0]; g.Person != author.Person || g.Level != policy.Contributor {
			t.Errorf("made with the rights of %+v", g)
		}
		guest := w.At(t, policy.Guest, "")
		got, f, err := w.reports.Open(t.Context(), guest, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 5)
		if _, err := f.ReadAt(head, 0); err != nil || string(head) != "%PDF-" || f.Size() != got.Bytes {
			t.Errorf("head %q size %d of %d: %v", head, f.Size(), got.Bytes, err)
		}
		_ = f.Close()
		if got.State != report.Ready || got.Points != 1 || got.Pages < 2 || got.Missing != 1 {
			t.Errorf("%+v, want ready with a page more than the cover and one picture missing", got)
		}
		if k := strings.Join(w.kinds(t, r.ID), " "); k != "changed created" {
			t.Errorf("log %q", k)
		}
		if err := w.reports.Delete(t.Context(), guest, r.ID); fault.KindOf(err) != fault.Denied {
			t.Errorf("a guest deletes: %v", err)
		}
		if err := w.reports.Delete(t.Context(), author, r.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.reports.Open(t.Context(), guest, r.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("deleted, and opened: %v", err)
		}
		if k := strings.Join(w.kinds(t, r.ID), " "); k != "deleted changed created" {
			t.Errorf("log %q", k)
		}
	})
}

func TestWhoIsNamedInAReportIsInTheLedger(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		author, named, former := w.At(t, policy.Contributor, ""), w.At(t, policy.Guest, ""), w.At(t, policy.Guest, "")
		w.source.people = map[id.Person]string{author.Person: "Anna", named.Person: "Bert", former.Person: ""}
		r, err := w.reports.Create(t.Context(), author, w.ask())
		if err != nil {
			t.Fatal(err)
		}
		w.run(t, r.Job)
		for who, want := range map[id.Person]int{author.Person: 0, named.Person: 1, former.Person: 0} {
			err := d.Read(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) error {
				rows, err := disclosure.Of(tx, personal.OfPerson(w.Org, who))
				if len(rows) != want {
					t.Errorf("%d rows, want %d", len(rows), want)
				}
				if len(rows) > 0 && (rows[0].Recipient != disclosure.Recipient{Kind: disclosure.Person, ID: string(author.Person)} || rows[0].Fields[0] != "person.sealed.name") {
					t.Errorf("%+v", rows[0])
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestReportThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		author := w.At(t, policy.Contributor, "")
		w.source.fail = fault.New(fault.Invalid, "bad-filter", "no")
		r, err := w.reports.Create(t.Context(), author, w.ask())
		if err != nil {
			t.Fatal(err)
		}
		w.run(t, r.Job)
		all, err := w.reports.List(t.Context(), author)
		if err != nil || len(all) != 1 || all[0].State != report.Failed || all[0].Code != "bad-filter" {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestReportOfWhoLeftIsNotMade(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		author := w.At(t, policy.Contributor, "")
		r, err := w.reports.Create(t.Context(), author, w.ask())
		if err != nil {
			t.Fatal(err)
		}
		owner := w.Enter(t, w.Owner.Caller)
		if err := w.Access.Remove(t.Context(), owner, author.Person); err != nil {
			t.Fatal(err)
		}
		w.run(t, r.Job)
		all, err := w.reports.List(t.Context(), owner)
		if err != nil || len(all) != 1 || all[0].Code != "no-longer-allowed" || len(w.source.asked) != 0 {
			t.Errorf("%+v %v, source asked %d times", all, err, len(w.source.asked))
		}
	})
}

func TestReportRefusals(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	author, guest, sub := w.At(t, policy.Contributor, ""), w.At(t, policy.Guest, ""), w.At(t, policy.Subcontractor, "")
	cases := []struct {
		name  string
		by    access.Grant
		with  func(*report.New)
		kind  fault.Kind
		field string
	}{
		{"guest", guest, func(*report.New) {}, fault.Denied, ""},
		{"no title", author, func(n *report.New) { n.Title = " \t" }, fault.Invalid, "title"},
		{"NUL in the title", author, func(n *report.New) { n.Title = "a\x00b" }, fault.Invalid, "title"},
		{"long title", author, func(n *report.New) { n.Title = strings.Repeat("é", 201) }, fault.Invalid, "title"},
		{"unknown zone", author, func(n *report.New) { n.Zone = "Mars/Olympus" }, fault.Invalid, "time_zone"},
		{"unknown language", author, func(n *report.New) { n.Locale = "xx" }, fault.Invalid, "locale"},
		{"bad filter", author, func(n *report.New) { n.Query = "bad=1" }, fault.Invalid, "status"},
		{"no id", author, func(n *report.New) { n.ID = "x" }, fault.Invalid, "id"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := w.ask()
			c.with(&n)
			_, err := w.reports.Create(t.Context(), c.by, n)
			var f *fault.Error
			if fault.KindOf(err) != c.kind || c.field != "" && (!errors.As(err, &f) || len(f.Fields) == 0 || f.Fields[0].Path != c.field) {
				t.Errorf("%v, want %v of %q", err, c.kind, c.field)
			}
		})
	}
	if _, err := w.reports.List(t.Context(), sub); fault.KindOf(err) != fault.Denied {
		t.Errorf("a subcontractor lists reports: %v", err)
	}
	if some, err := w.reports.Some(t.Context(), sub, []id.Report{id.New[id.Report]()}); err != nil || len(some) != 0 {
		t.Errorf("%v %v", some, err)
	}
}

// TestWordsTakenOutWhileAReportIsMade: its job had read the old words, and comes
// to its end while they are taken out. The file with them must not stay.
func TestWordsTakenOutWhileAReportIsMade(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		author := w.At(t, policy.Contributor, "")
		read, redacted := make(chan struct{}), make(chan struct{})
		var once sync.Once
		w.source.before = func() {
			once.Do(func() {
				close(read)
				<-redacted
			})
		}
		r, err := w.reports.Create(t.Context(), author, w.ask())
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan struct{})
		go func() { defer close(done); w.worker.Run(ctx) }()
		<-read
		if err := d.Write(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) error {
			if err := w.reports.Redact(tx, author.By(), w.Project); err != nil {
				return err
			}
			close(redacted)
			return untilSomebodyWaits(tx)
		}); err != nil {
			t.Fatal(err)
		}
		waiting, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		for made := false; !made; {
			all, err := w.reports.List(waiting, author)
			if err != nil {
				t.Fatal(err)
			}
			made = all[0].State == report.Ready && all[0].Job != r.Job
			if made && all[0].Points != 2 {
				t.Fatalf("the report has %d points, as before the words were taken out", all[0].Points)
			}
		}
		stop()
		<-done
		var refs int
		if err := d.Read(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) (err error) {
			refs, err = db.One(tx, db.Value1[int], `select coalesce(sum(refs), 0) from file where org_id = $1`, tx.Org())
			return err
		}); err != nil || refs != 1 {
			t.Errorf("%d files are kept of one report (%v)", refs, err)
		}
	})
}

// untilSomebodyWaits is over when another transaction waits for a row of this
// one; at once where there is one writer anyway.
func untilSomebodyWaits(tx *db.Tx) error {
	if tx.Dialect() == db.SQLite {
		return nil
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		n, err := db.One(tx, db.Value1[int], `select count(*) from pg_locks where not granted and pid <> pg_backend_pid()
			and pg_backend_pid() = any(pg_blocking_pids(pid))`)
		if err != nil || n > 0 {
			return err
		}
	}
	return errors.New("nobody waits")
}
