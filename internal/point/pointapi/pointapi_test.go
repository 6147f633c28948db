package pointapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/point"
	"plumbline/internal/point/around"
	"plumbline/internal/point/pointapi"
	"plumbline/internal/point/settled"
	"plumbline/internal/policy"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/raster"
	"plumbline/internal/rest"
	"plumbline/internal/sandbox/sandboxtest"
	"plumbline/internal/sheet"
)

var child = &sandboxtest.Builder{Package: "./internal/raster/child", FromEnv: true}

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	os.Exit(code)
}

// noSheets is a project without plans.
type noSheets struct{}

func (noSheets) Frame(*db.Tx, id.Project, id.Sheet) (sheet.Frame, error) {
	return sheet.Frame{}, fault.New(fault.NotFound, "sheet-not-found", "no sheet")
}
func (noSheets) Reach(*db.Tx, feed.Actor, id.Project, id.Sheet, []string, []string) error { return nil }

// server is the operations of points on a real project, over HTTP.
type server struct {
	t    *testing.T
	site *projecttest.Site
	url  string
	base string // of the project's points
	d    *db.DB
	s    *point.Service
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
	photos := media.New(media.Deps{DB: d, Files: media.NewFiles(d, store), Raster: engine, Temp: t.TempDir()})
	points := point.New(d, settled.Projects{}, noSheets{}, photos)
	site.Projects.Connect(around.ForProjects{}, around.ForProjects{})
	a := rest.New(rest.Config{Title: "Test", Version: "1", Authenticate: func(r *http.Request) (rest.Caller, bool, error) {
		account := id.Account(r.Header.Get("Test-Account"))
		return rest.Caller{Account: account, Via: "session"}, account != "", nil
	}})
	pointapi.Register(a, points, photos, func(ctx context.Context, c rest.Caller, p id.Project) (access.Grant, error) {
		return site.Access.Enter(ctx, access.Caller(c), p)
	})
	h := httptest.NewServer(a.Handler())
	t.Cleanup(h.Close)
	return &server{t: t, site: site, url: h.URL, base: "/api/v1/projects/" + string(site.Project) + "/points", d: d, s: points}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request as the person of a grant; body is JSON unless it is bytes.
func (s *server) do(g access.Grant, method, path string, body any, headers ...string) answer {
	s.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte:
		in, kind = bytes.NewReader(b), "image/jpeg"
	case string:
		in = strings.NewReader(b)
	default:
		out, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		in = bytes.NewReader(out)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, in)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Test-Account", string(g.Account))
	if in != nil {
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

// into reads the body and checks the status.
func (a answer) into(t *testing.T, status int, dst any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if dst != nil {
		d := json.NewDecoder(bytes.NewReader(a.body))
		d.DisallowUnknownFields()
		if err := d.Decode(dst); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
	}
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	var p struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return p.Code
}

func TestAWalkOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newServer(t, d)
		company := s.site.Company(t, "Schilder")
		foreman, sub := s.site.At(t, policy.Contributor, ""), s.site.At(t, policy.Subcontractor, company)
		which := id.New[id.Point]()
		one := s.base + "/" + string(which)
		room := ""
		for _, l := range s.site.Settings.Locations {
			room = string(l.ID)
		}
		make := map[string]any{"subject": "Kras", "in_charge": []any{map[string]any{"kind": "company", "id": company}}, "due": "2026-05-01", "urgent": true}
		if room != "" {
			make["location_id"] = room
		}
		var p, again pointapi.Point
		s.do(foreman, "PUT", one, make).into(t, 201, &p)
		s.do(foreman, "PUT", one, make).into(t, 200, &again)
		if p.Number == nil || !strings.HasSuffix(*p.Number, "-1.1") || p.ID != which || *p.Due != "2026-05-01" || len(p.InCharge) != 1 || p.Photos == nil || p.Comments == nil || again.Version != 1 {
			t.Errorf("made %+v, again %+v", p, again)
		}
		if !p.May.Edit || !p.May.Delete || p.May.Reserved {
			t.Errorf("may %+v", p.May)
		}

		var changed pointapi.Changed
		s.do(foreman, "PATCH", one, `{"base":1,"subject":"Grote kras","due":null}`).into(t, 200, &changed)
		if changed.Point.Version != 2 || changed.Point.Due != nil || changed.Conflicts == nil || len(changed.Conflicts) != 0 {
			t.Errorf("%+v", changed)
		}
		s.do(foreman, "PATCH", one, `{"base":1,"subject":"Kleine kras","description":"x"}`).into(t, 200, &changed)
		if changed.Point.Subject != "Grote kras" || changed.Point.Description != "x" || len(changed.Conflicts) != 1 || changed.Conflicts[0].Field != "subject" || changed.Conflicts[0].Theirs != "Grote kras" || changed.Conflicts[0].Mine != "Kleine kras" {
			t.Errorf("%+v", changed)
		}

		var seen pointapi.List
		s.do(sub, "GET", s.base+"?mine=true&urgent=true&sort=due&order=desc&limit=10", nil).into(t, 200, &seen)
		if len(seen.Items) != 1 || seen.Next != nil || seen.Total != (pointapi.Total{N: 1}) || seen.Items[0].May.Edit || !seen.Items[0].May.Status {
			t.Errorf("the subcontractor lists %+v", seen)
		}
		s.do(sub, "GET", s.base+"?q=grot&in_charge=company:"+string(company)+"&closed=any", nil).into(t, 200, &seen)
		if len(seen.Items) != 1 {
			t.Errorf("the search finds %d", len(seen.Items))
		}

		var c pointapi.Comment
		say := one + "/comments/" + string(id.New[id.Comment]())
		s.do(sub, "PUT", say, map[string]string{"text": "klaar 😀"}).into(t, 201, &c)
		s.do(sub, "PUT", say, map[string]string{"text": "other"}).into(t, 200, &c)
		if c.Text != "klaar 😀" || c.AuthorID != sub.Person {
			t.Errorf("comment %+v", c)
		}

		s.photos(t, one, foreman, sub)

		var h pointapi.History
		s.do(sub, "GET", one+"/history?limit=2", nil).into(t, 200, &h)
		if len(h.Items) != 2 || h.Next == nil || h.Items[0].Kind != "photo-added" {
			t.Errorf("history %+v", h)
		}
		s.do(sub, "GET", one+"/history?cursor="+*h.Next, nil).into(t, 200, &h)
		last := h.Items[len(h.Items)-1]
		if last.Kind != "created" || last.ActorID == nil || *last.ActorID != string(foreman.Person) || h.Next != nil {
			t.Errorf("history %+v", h)
		}

		s.do(sub, "DELETE", one, nil).into(t, 403, nil)
		s.do(foreman, "DELETE", one, nil).into(t, 204, nil)
		s.do(foreman, "GET", one, nil).into(t, 404, nil)
		s.do(foreman, "PUT", one, make).into(t, 410, nil)
		s.do(foreman, "POST", one+"/restore", nil).into(t, 200, &p)
		if p.ID != which || len(p.Comments) != 1 {
			t.Errorf("restored %+v", p)
		}

		items, next, err := pointapi.Page(t.Context(), d, s.s, sub, "", 10)
		if err != nil || len(items) != 1 || next != "" {
			t.Errorf("page %v %q %v", items, next, err)
		}
		loaded, err := pointapi.Load(t.Context(), d, s.s, sub, []string{string(which), string(id.New[id.Point]())})
		if err != nil || len(loaded) != 1 {
			t.Errorf("loaded %v, %v", loaded, err)
		}
	})
}

// photos adds a photo, reads it, and asks for it as somebody else.
func (s *server) photos(t *testing.T, one string, foreman, sub access.Grant) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 900, 600)), nil); err != nil {
		t.Fatal(err)
	}
	which := string(id.New[id.Photo]())
	var ph pointapi.Photo
	s.do(foreman, "PUT", one+"/photos/"+which, b.Bytes(), "Taken-At", "2026-03-01T08:00:00.5+01:00").into(t, 201, &ph)
	s.do(foreman, "PUT", one+"/photos/"+which, b.Bytes()).into(t, 200, &ph)
	if ph.Width != 900 || ph.TakenAt == nil || ph.TakenAt.Format("2006-01-02T15:04:05.0Z07:00") != "2026-03-01T07:00:00.5Z" {
		t.Errorf("photo %+v", ph)
	}
	if a := s.do(foreman, "PUT", one+"/photos/"+string(id.New[id.Photo]()), []byte("no photo")); a.status != 415 || a.code(t) != "unsupported-format" {
		t.Errorf("no photo: %d %s", a.status, a.body)
	}
	if a := s.do(foreman, "PUT", one+"/photos/"+string(id.New[id.Photo]()), b.Bytes(), "Taken-At", "yesterday"); a.status != 422 {
		t.Errorf("Taken-At: %d", a.status)
	}
	picture := "/api/v1/projects/" + string(s.site.Project) + "/photos/" + which
	a := s.do(sub, "GET", picture+"/thumb", nil)
	if a.status != 200 || a.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Errorf("thumb %d %v", a.status, a.header)
	}
	if a := s.do(sub, "GET", picture+"/thumb", nil, "If-None-Match", a.header.Get("ETag")); a.status != 304 {
		t.Errorf("again: %d", a.status)
	}
	if a := s.do(sub, "GET", picture+"/full", nil, "Range", "bytes=0-9"); a.status != 206 || len(a.body) != 10 {
		t.Errorf("a range: %d, %d bytes", a.status, len(a.body))
	}
	stranger := s.site.At(t, policy.Subcontractor, "")
	if a := s.do(stranger, "GET", picture+"/full", nil); a.status != 404 || a.code(t) != "photo-not-found" {
		t.Errorf("a subcontractor of nothing: %d %s", a.status, a.body)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newServer(t, d)
		foreman, guest := s.site.At(t, policy.Contributor, ""), s.site.At(t, policy.Guest, "")
		one := s.base + "/" + string(id.New[id.Point]())
		other := projecttest.With(t, d, s.site.Vault)
		elsewhere := "/api/v1/projects/" + string(other.Project) + "/points"
		cases := []struct {
			name, method, path string
			by                 access.Grant
			body               any
			status             int
			code               string
		}{
			{"nobody", "GET", s.base, access.Grant{}, nil, 401, "unauthenticated"},
			{"another organisation", "GET", elsewhere, foreman, nil, 404, "project-not-found"},
			{"a point that is not there", "GET", one, foreman, nil, 404, "point-not-found"},
			{"no id", "GET", s.base + "/42", foreman, nil, 404, "not-found"},
			{"a guest makes one", "PUT", one, guest, map[string]any{"subject": "x"}, 403, "needs-contributor"},
			{"no subject", "PUT", one, foreman, map[string]any{}, 422, "invalid"},
			{"an unknown property", "PUT", one, foreman, map[string]any{"subject": "x", "colour": "red"}, 422, "invalid"},
			{"NUL", "PUT", one, foreman, `{"subject":"a\u0000b"}`, 422, "invalid"},
			{"no JSON", "PUT", one, foreman, `{`, 400, "bad-request"},
			{"an unknown sort", "GET", s.base + "?sort=colour", foreman, nil, 422, "invalid"},
			{"a bad cursor", "GET", s.base + "?cursor=xyz", foreman, nil, 422, "bad-cursor"},
			{"a bad date", "GET", s.base + "?due_before=tomorrow", foreman, nil, 422, "invalid"},
			{"a number cannot change", "PATCH", one, foreman, `{"base":1,"list_id":"` + string(id.New[id.List]()) + `"}`, 422, "invalid"},
		}
		for _, c := range cases {
			a := s.do(c.by, c.method, c.path, c.body)
			if a.status != c.status || a.code(t) != c.code {
				t.Errorf("%s: %d %s, want %d %s", c.name, a.status, a.body, c.status, c.code)
			}
		}
	})
}
