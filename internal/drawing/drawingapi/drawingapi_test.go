package drawingapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/drawing"
	"plumbline/internal/drawing/drawingapi"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/raster"
	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/rest"
	"plumbline/internal/sandbox/sandboxtest"
)

var child = &sandboxtest.Builder{Package: "./internal/raster/child", FromEnv: true}

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	os.Exit(code)
}

// noPoints is a project whose plans nobody has marked.
type noPoints struct{}

func (noPoints) SheetsSeen(*db.Tx, access.Grant, []id.Sheet) (map[id.Sheet]bool, error) {
	return nil, nil
}
func (noPoints) Followers(*db.Tx, id.Project, []id.Sheet) ([]string, error) { return nil, nil }
func (noPoints) Pinned(*db.Tx, []id.Sheet) (int, error)                     { return 0, nil }
func (noPoints) Unpin(*db.Tx, []id.Sheet) error                             { return nil }
func (noPoints) HasLocation(tx *db.Tx, p id.Project, l id.Location) (bool, error) {
	return project.HasLocation(tx, p, l)
}

type server struct {
	t    *testing.T
	site *projecttest.Site
	d    *db.DB
	s    *drawing.Service
	url  string
	base string // of the project
}

func newServer(t *testing.T, d *db.DB) *server {
	t.Helper()
	ring := persontest.Ring(t)
	site := projecttest.With(t, d, person.New(person.Deps{DB: d, Keys: ring}))
	store, err := blobfs.New(blobfs.Config{Locations: []string{filepath.Join(t.TempDir(), "files")}, Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := raster.New(raster.Config{Sandbox: child.Runner(t)})
	if err != nil {
		t.Fatal(err)
	}
	s := drawing.New(drawing.Deps{DB: d, Files: media.NewFiles(d, store), Raster: engine, Points: noPoints{}, Places: noPoints{}, Temp: t.TempDir()})
	t.Cleanup(s.Close)
	a := rest.New(rest.Config{Title: "Test", Version: "1", Authenticate: func(r *http.Request) (rest.Caller, bool, error) {
		account := id.Account(r.Header.Get("Test-Account"))
		return rest.Caller{Account: account, Via: "session"}, account != "", nil
	}})
	drawingapi.Register(a, s, func(ctx context.Context, c rest.Caller, p id.Project) (access.Grant, error) {
		return site.Access.Enter(ctx, access.Caller(c), p)
	})
	h := httptest.NewServer(a.Handler())
	t.Cleanup(h.Close)
	return &server{t: t, site: site, d: d, s: s, url: h.URL, base: "/api/v1/projects/" + string(site.Project)}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *server) do(g access.Grant, method, path, kind string, body []byte, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Test-Account", string(g.Account))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer w.Body.Close() //nolint:errcheck // a test
	b, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{w.StatusCode, w.Header, b}
}

func (a answer) into(t *testing.T, status int, dst any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if dst != nil {
		if err := json.Unmarshal(a.body, dst); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
	}
}

// work makes the tiles of what waits.
func (s *server) work(which id.Job) {
	s.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	w := job.New(s.d, nil, map[string]job.Handler{drawing.JobKind: s.s.Handle}, job.Options{})
	w.OnFailed(drawing.JobKind, s.s.Failed)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	if err := job.Watch(ctx, s.d, db.Tenant(s.site.Org), which, func(job.Status) error { return nil }); err != nil {
		s.t.Fatal(err)
	}
	stop()
	<-done
}

func TestADrawingOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newServer(t, d)
		manager, guest, sub := s.site.At(t, policy.Manager, ""), s.site.At(t, policy.Guest, ""), s.site.At(t, policy.Subcontractor, "")
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1300, 700))); err != nil {
			t.Fatal(err)
		}
		one := s.base + "/drawings/" + string(id.New[id.Drawing]())
		var up, again drawingapi.Accepted
		s.do(manager, "PUT", one+"?name=Begane%20grond.png", "image/png", b.Bytes()).into(t, 202, &up)
		s.do(manager, "PUT", one+"?name=Begane%20grond.png", "image/png", b.Bytes()).into(t, 202, &again)
		if up.JobID == "" || up != again {
			t.Errorf("%+v, again %+v", up, again)
		}
		s.do(guest, "PUT", s.base+"/drawings/"+string(id.New[id.Drawing]())+"?name=x", "image/png", b.Bytes()).into(t, 403, nil)
		s.do(manager, "PUT", s.base+"/drawings/"+string(id.New[id.Drawing]())+"?name=x", "image/png", []byte("MZ")).into(t, 415, nil)
		s.do(manager, "PUT", s.base+"/drawings/"+string(id.New[id.Drawing]()), "image/png", b.Bytes()).into(t, 422, nil)
		s.work(up.JobID)

		var all drawingapi.List
		s.do(guest, "GET", s.base+"/drawings", "", nil).into(t, 200, &all)
		if len(all.Items) != 1 || all.Items[0].State != "ready" || len(all.Sheets) != 1 || all.Sheets[0].Name != "Begane grond" ||
			all.Sheets[0].Frame != (drawingapi.Frame{Width: 1300, Height: 700}) || len(all.Sheets[0].Revision.Affine) != 6 || all.Sheets[0].Revision.MaxZoom != 2 {
			t.Fatalf("%+v", all)
		}
		var none drawingapi.List
		s.do(sub, "GET", s.base+"/drawings", "", nil).into(t, 200, &none)
		if len(none.Items)+len(none.Sheets) != 0 {
			t.Errorf("a subcontractor of nothing sees %+v", none)
		}

		revision := s.base + "/revisions/" + string(all.Sheets[0].Revision.ID)
		for at, want := range map[string]int{"2/2/1": 200, "0/0/0": 200, "2/3/0": 404, "3/0/0": 404, "2/02/1": 404, "a/0/0": 404, "-1/0/0": 404} {
			if a := s.do(guest, "GET", revision+"/tiles/"+at, "", nil); a.status != want {
				t.Errorf("tile %s: %d", at, a.status)
			}
			if a := s.do(sub, "GET", revision+"/tiles/"+at, "", nil); a.status != 404 {
				t.Errorf("tile %s for a subcontractor of nothing: %d", at, a.status)
			}
		}
		tile := s.do(guest, "GET", revision+"/tiles/1/0/0", "", nil)
		if !strings.HasPrefix(tile.header.Get("Content-Type"), "image/") || !strings.Contains(tile.header.Get("Cache-Control"), "immutable") || !strings.Contains(tile.header.Get("Cache-Control"), "private") {
			t.Errorf("headers %v", tile.header)
		}
		if a := s.do(guest, "GET", revision+"/tiles/1/0/0", "", nil, "If-None-Match", tile.header.Get("ETag")); a.status != 304 || len(a.body) != 0 {
			t.Errorf("again: %d", a.status)
		}

		whole := s.do(guest, "GET", revision+"/archive", "", nil)
		if whole.status != 200 || int64(len(whole.body)) != all.Sheets[0].Revision.Bytes {
			t.Errorf("archive: %d, %d bytes", whole.status, len(whole.body))
		}
		if _, err := pmtiles.Open(bytes.NewReader(whole.body), int64(len(whole.body))); err != nil {
			t.Errorf("archive: %v", err)
		}
		part := s.do(guest, "GET", revision+"/archive", "", nil, "Range", "bytes=100-299")
		if part.status != 206 || !bytes.Equal(part.body, whole.body[100:300]) || part.header.Get("Content-Range") != fmt.Sprintf("bytes 100-299/%d", len(whole.body)) {
			t.Errorf("a range: %d %v", part.status, part.header)
		}
		s.do(guest, "GET", revision+"/thumb", "", nil).into(t, 200, nil)
		s.do(sub, "GET", revision+"/archive", "", nil).into(t, 404, nil)
		s.do(sub, "GET", revision+"/thumb", "", nil).into(t, 404, nil)

		sheet := s.base + "/sheets/" + string(all.Sheets[0].ID)
		var changed drawingapi.Changed
		s.do(manager, "PATCH", sheet, "application/json", []byte(`{"base":1,"name":"Verdieping 1","location_id":null}`)).into(t, 200, &changed)
		if changed.Sheet.Name != "Verdieping 1" || changed.Sheet.Version != 2 || changed.Conflicts == nil {
			t.Errorf("%+v", changed)
		}
		s.do(manager, "PATCH", sheet, "application/json", []byte(`{"base":1,"name":"Kelder"}`)).into(t, 200, &changed)
		if changed.Sheet.Name != "Verdieping 1" || len(changed.Conflicts) != 1 || changed.Conflicts[0].Mine != "Kelder" {
			t.Errorf("%+v", changed)
		}
		s.do(sub, "PATCH", sheet, "application/json", []byte(`{"base":2,"name":"x"}`)).into(t, 404, nil)
		s.do(guest, "PATCH", sheet, "application/json", []byte(`{"base":2,"name":"x"}`)).into(t, 403, nil)

		for _, src := range drawingapi.Sources(s.s, guest) {
			if got, err := src.All(t.Context()); err != nil || got == nil {
				t.Errorf("%s: %v %v", src.Name, got, err)
			}
			if got, err := src.Load(t.Context(), []string{string(all.Items[0].ID), string(all.Sheets[0].ID)}); err != nil || len(got) != 1 {
				t.Errorf("%s loads %v, %v", src.Name, got, err)
			}
		}

		s.do(sub, "DELETE", one, "", nil).into(t, 404, nil)
		s.do(guest, "DELETE", one, "", nil).into(t, 403, nil)
		s.do(manager, "DELETE", one, "", nil).into(t, 204, nil)
		s.do(guest, "GET", revision+"/tiles/0/0/0", "", nil).into(t, 404, nil)
	})
}
