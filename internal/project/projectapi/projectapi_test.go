package projectapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/policy"
	"plumbline/internal/project/projectapi"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/rest"
	"plumbline/internal/rest/limit"
	"plumbline/internal/syncapi"
)

type free struct{}

func (free) Take(string, limit.Limit) (time.Duration, bool) { return 0, true }

// world is a project behind HTTP, with somebody of each level.
type world struct {
	*projecttest.Site
	api    *rest.API
	levels map[policy.Level]access.Grant
	admin  access.Grant
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Site: projecttest.New(t, d), levels: map[policy.Level]access.Grant{}}
	w.admin = w.Enter(t, w.Owner.Caller)
	for l := policy.Subcontractor; l <= policy.Administrator; l++ {
		w.levels[l] = w.At(t, l, "")
	}
	w.api = rest.New(rest.Config{Title: "Test", Version: "1", Cookie: "__Host-test", Limiter: free{}, Mutations: mutation.New(d),
		Authenticate: func(r *http.Request) (rest.Caller, bool, error) {
			a := id.Account(r.Header.Get("Test-Account"))
			return rest.Caller{Account: a, Via: "session"}, a != "", nil
		}})
	projectapi.Register(w.api, w.Projects, w.Lists, w.Access)
	return w
}

type answer struct {
	status int
	body   []byte
}

func (a answer) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal(a.body, &p)
	return p.Code
}

// into reads the answer, refusing what the shape does not know.
func (a answer) into(t *testing.T, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

func (w *world) call(t *testing.T, who id.Account, method, path string, body any, headers ...string) answer {
	t.Helper()
	var b []byte
	if s, ok := body.(string); ok {
		b = []byte(s)
	} else if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, rest.Prefix+path, bytes.NewReader(b))
	if b != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Test-Account", string(who))
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.api.Handler().ServeHTTP(rec, r)
	return answer{rec.Code, rec.Body.Bytes()}
}

func (w *world) at(path string) string { return "/projects/" + string(w.Project) + path }

type obj = map[string]any

// TestWhoMayDoWhat walks every operation: refused below its lowest level and to
// strangers, done at it.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		stranger := projecttest.With(t, d, w.Vault).Owner.Account
		status, location, category, role, list := string(id.New[id.Status]()), string(id.New[id.Location]()), string(id.New[id.Category]()),
			string(id.New[id.Role]()), string(id.New[id.List]())
		someone := w.levels[policy.Guest].Person
		cases := []struct {
			op, method, path string
			body             any
			lowest           policy.Level
			want             int
		}{
			{"project-people", "GET", "/people", nil, policy.Subcontractor, 200},
			{"project-change", "PATCH", "", obj{"base": 1, "place": "Brugge"}, policy.Administrator, 200},
			{"participant-put", "PUT", "/participants/" + string(someone), obj{"level": "guest", "role_ids": []string{string(w.Settings.Roles[0].ID)}}, policy.Administrator, 200},
			{"status-put", "PUT", "/statuses/" + status, obj{"name": "x", "colour": "#aabbcc", "shape": "ring"}, policy.Manager, 201},
			{"status-change", "PATCH", "/statuses/" + status, obj{"base": 1, "order": 4}, policy.Manager, 200},
			{"status-delete", "DELETE", "/statuses/" + status, nil, policy.Manager, 204},
			{"location-put", "PUT", "/locations/" + location, obj{"parent_id": nil, "kind": "building", "name": "A", "code": "", "order": 1}, policy.Manager, 201},
			{"location-change", "PATCH", "/locations/" + location, obj{"base": 1, "name": "B", "parent_id": nil}, policy.Manager, 200},
			{"location-delete", "DELETE", "/locations/" + location, nil, policy.Manager, 204},
			{"category-put", "PUT", "/categories/" + category, obj{"kind": "category", "name": "x", "in_charge": []obj{{"kind": "person", "id": string(someone)}}}, policy.Manager, 201},
			{"category-change", "PATCH", "/categories/" + category, obj{"base": 1, "in_charge": []obj{}}, policy.Manager, 200},
			{"category-delete", "DELETE", "/categories/" + category, nil, policy.Manager, 204},
			{"role-put", "PUT", "/roles/" + role, obj{"name": "x"}, policy.Manager, 201},
			{"role-change", "PATCH", "/roles/" + role, obj{"base": 1, "name": "y"}, policy.Manager, 200},
			{"role-delete", "DELETE", "/roles/" + role, nil, policy.Manager, 204},
			{"list-put", "PUT", "/lists/" + list, obj{"code": "X", "name": "x"}, policy.Manager, 201},
			{"list-change", "PATCH", "/lists/" + list, obj{"base": 1, "name": "y"}, policy.Manager, 200},
			{"list-next", "POST", "/lists/" + list + "/occurrence", obj{"running": 1, "despite": true}, policy.Manager, 200},
			{"list-participants", "GET", "/lists/" + list + "/participants", nil, policy.Guest, 200},
			{"list-participant-put", "PUT", "/lists/" + list + "/participants/" + string(someone), obj{"level": "guest"}, policy.Manager, 200},
			{"list-participant-remove", "DELETE", "/lists/" + list + "/participants/" + string(someone), nil, policy.Manager, 204},
			{"list-delete", "DELETE", "/lists/" + list, nil, policy.Manager, 204},
			{"participant-remove", "DELETE", "/participants/" + string(w.levels[policy.Contributor].Person), nil, policy.Administrator, 204},
		}
		walked := []string{"project-list", "project-put"} // see below
		for _, c := range cases {
			walked = append(walked, c.op)
			if got := w.call(t, "", c.method, w.at(c.path), c.body); got.status != 401 {
				t.Errorf("%s as nobody: %d %s", c.op, got.status, got.body)
			}
			if got := w.call(t, stranger, c.method, w.at(c.path), c.body); got.status != 404 || got.code() != "project-not-found" {
				t.Errorf("%s as another organisation: %d %s", c.op, got.status, got.body)
			}
			for l := policy.Subcontractor; l < c.lowest; l++ {
				if c.op == "participant-remove" && l == policy.Contributor || c.op == "list-participant-remove" && l == policy.Guest {
					continue // it is themselves
				}
				if got := w.call(t, w.levels[l].Account, c.method, w.at(c.path), c.body); got.status != 403 || got.code() != "needs-"+c.lowest.String() {
					t.Errorf("%s as %s: %d %s", c.op, l, got.status, got.body)
				}
			}
			if got := w.call(t, w.levels[c.lowest].Account, c.method, w.at(c.path), c.body); got.status != c.want {
				t.Errorf("%s as %s: %d %s", c.op, c.lowest, got.status, got.body)
			}
		}
		for _, op := range w.api.Operations() {
			if op.Tag == "Project" && !slices.Contains(walked, op.ID) {
				t.Errorf("%s is not walked", op.ID)
			}
		}
	})
}

func TestMakingAProject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		fresh := "/projects/" + string(id.New[id.Project]())
		body := obj{"org_id": w.Org, "name": "Twee", "code": "T", "place": "Gent", "time_zone": "Europe/Brussels"}
		if got := w.call(t, "", "PUT", fresh, body); got.status != 401 {
			t.Errorf("as nobody: %d", got.status)
		}
		if got := w.call(t, w.levels[policy.Administrator].Account, "PUT", fresh, body); got.status != 404 || got.code() != "organisation-not-found" {
			t.Errorf("as no member: %d %s", got.status, got.body)
		}
		member := persontest.Account(t, d, w.Vault, person.AccountProfile{Email: "m@delta.example"}, person.Credentials{})
		p := persontest.Add(t, d, w.Vault, w.Org, member, person.Profile{Name: "Mo"})
		if err := d.Write(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) error { return w.Orgs.Join(tx, persontest.By(), p, policy.OrgMember) }); err != nil {
			t.Fatal(err)
		}
		if got := w.call(t, member, "PUT", fresh, body); got.status != 403 || got.code() != "needs-manager" {
			t.Errorf("as member: %d %s", got.status, got.body)
		}
		for i, want := range []int{201, 200} {
			got := w.call(t, w.Owner.Account, "PUT", fresh, body)
			var v projectapi.Project
			got.into(t, &v)
			if got.status != want || v.Name != "Twee" || v.Level != "administrator" || v.PersonID != w.Owner.Person || v.Version != 1 {
				t.Errorf("time %d: %d %s", i, got.status, got.body)
			}
		}
		if err := w.Orgs.SetRole(t.Context(), w.Owner, p, policy.OrgManager); err != nil {
			t.Fatal(err)
		}
		if got := w.call(t, member, "PUT", fresh, body); got.status != 404 || got.code() != "project-not-found" {
			t.Errorf("a manager who takes no part: %d %s", got.status, got.body)
		}
		body["time_zone"], body["name"] = "Europe/Atlantis", "x"
		if got := w.call(t, w.Owner.Account, "PUT", "/projects/"+string(id.New[id.Project]()), body); got.status != 422 || !strings.Contains(string(got.body), `"time_zone"`) {
			t.Errorf("no zone: %d %s", got.status, got.body)
		}
		var all projectapi.Projects
		w.call(t, w.Owner.Account, "GET", "/projects", nil).into(t, &all)
		if len(all.Items) != 2 || all.Items[0].Name != "Kaaistraat" || all.Items[1].OrgID != w.Org {
			t.Errorf("%+v", all)
		}
		all = projectapi.Projects{}
		w.call(t, w.levels[policy.Guest].Account, "GET", "/projects", nil).into(t, &all)
		if len(all.Items) != 1 || all.Items[0].Level != "guest" {
			t.Errorf("a guest's: %+v", all)
		}
		if got := w.call(t, member, "GET", "/projects", nil); string(bytes.TrimSpace(got.body)) == "" || !strings.Contains(string(got.body), `"items":[]`) {
			t.Errorf("none: %s", got.body)
		}
		if got := w.call(t, "", "GET", "/projects", nil); got.status != 401 {
			t.Errorf("as nobody: %d", got.status)
		}
	})
}

func TestAChangeMergesOnceByItsName(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		manager := w.levels[policy.Manager].Account
		path := w.at("/statuses/" + string(w.Settings.Statuses[0].ID))
		name := []string{"Mutation-Id", string(id.New[id.Mutation]())}
		for range 2 { // the second is a repeat
			if got := w.call(t, manager, "PATCH", path, obj{"base": 1, "name": "Nieuw"}, name...); got.status != 200 {
				t.Fatalf("%d %s", got.status, got.body)
			}
		}
		var v projectapi.StatusChanged
		w.call(t, w.admin.Account, "PATCH", path, obj{"base": 1, "name": "Ander", "colour": "#123456"}).into(t, &v)
		if v.Status.Version != 3 || v.Status.Name != "Nieuw" || v.Status.Colour != "#123456" || len(v.Conflicts) != 1 ||
			v.Conflicts[0].Field != "name" || v.Conflicts[0].Version != 2 || v.Conflicts[0].Actor != string(w.levels[policy.Manager].Person) {
			t.Errorf("%+v", v)
		}
		for what, bad := range map[string]struct {
			body any
			want int
		}{
			"no base":          {obj{"name": "x"}, 422},
			"a base to come":   {obj{"base": 9, "name": "x"}, 422},
			"null for a text":  {`{"base":3,"name":null}`, 422},
			"a colour of none": {obj{"base": 3, "colour": "red"}, 422},
			"a field of none":  {obj{"base": 3, "version": 9}, 422},
			"text too long":    {obj{"base": 3, "name": strings.Repeat("é", 201)}, 422},
			"blank":            {obj{"base": 3, "name": " \u00a0"}, 422},
		} {
			if got := w.call(t, manager, "PATCH", path, bad.body); got.status != bad.want {
				t.Errorf("%s: %d %s", what, got.status, got.body)
			}
		}
		if err := d.Read(t.Context(), db.Tenant(w.Org), func(tx *db.Tx) error {
			h, err := feed.History(tx, string(w.Settings.Statuses[0].ID), "", 10)
			if len(h.Items) != 3 {
				t.Errorf("%d entries in the log, want 3", len(h.Items))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		guest := w.levels[policy.Guest]
		var p projectapi.Person
		w.call(t, w.admin.Account, "PUT", w.at("/participants/"+string(guest.Person)),
			obj{"level": "contributor", "role_ids": []id.Role{w.Settings.Roles[0].ID}}).into(t, &p)
		if p.Level != "contributor" || len(p.RoleIDs) != 1 || p.Name != "Test guest" || p.Initials != "TG" || p.You || !p.HasAccount || p.CompanyID != nil {
			t.Errorf("%+v", p)
		}
		if got := w.call(t, w.admin.Account, "PUT", w.at("/participants/"+string(guest.Person)), obj{"level": "none"}); got.status != 422 {
			t.Errorf("a level of none: %d %s", got.status, got.body)
		}
		if got := w.call(t, w.levels[policy.Contributor].Account, "DELETE", w.at("/participants/"+string(w.levels[policy.Contributor].Person)), nil); got.status != 204 {
			t.Errorf("leaving: %d %s", got.status, got.body)
		}
		if got := w.call(t, w.levels[policy.Contributor].Account, "GET", w.at("/people"), nil); got.status != 404 {
			t.Errorf("after leaving: %d %s", got.status, got.body)
		}
		var all projectapi.People
		w.call(t, w.admin.Account, "GET", w.at("/people"), nil).into(t, &all)
		former := 0
		for _, x := range all.Items {
			if x.Former {
				former++
				if x.ID != w.levels[policy.Contributor].Person || x.Name == "" {
					t.Errorf("former %+v", x)
				}
			}
		}
		if len(all.Items) != 6 || former != 1 {
			t.Errorf("%d people, %d former", len(all.Items), former)
		}
		all = projectapi.People{}
		w.call(t, w.levels[policy.Subcontractor].Account, "GET", w.at("/people"), nil).into(t, &all)
		if len(all.Items) != 4 { // the owner, administrator, manager and themselves
			t.Errorf("a subcontractor sees %+v", all)
		}
	})
}

func TestSources(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		company := w.Company(t, "Gamma")
		w.Site.At(t, policy.Guest, company)
		sources := map[string]syncapi.Source{}
		var kinds []string
		for _, s := range projectapi.Sources(w.Projects, w.admin) {
			sources[s.Name] = syncapi.Source(s)
			kinds = append(kinds, s.Kinds...)
		}
		want := map[string]int{"statuses": 5, "categories": 5, "locations": 0, "roles": 4, "lists": 1, "companies": 1, "people": 7}
		for name, n := range want {
			v, err := sources[name].All(ctx)
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			var items []obj
			if err := json.Unmarshal(b, &items); err != nil || items == nil || len(items) != n {
				t.Errorf("%s: %d items, want %d: %s", name, len(items), n, b)
			}
		}
		if p, err := sources["project"].All(ctx); err != nil || p.(projectapi.Project).Level != "administrator" {
			t.Errorf("%+v %v", p, err)
		}
		first := w.Settings.Statuses[0]
		got, err := sources["statuses"].Load(ctx, []string{string(first.ID), string(id.New[id.Status]())})
		if err != nil || len(got) != 1 || got[string(first.ID)] != any(projectapi.StatusOf(first)) {
			t.Errorf("%+v %v", got, err)
		}
		// Whatever this slice and those below append to the project's log has a source.
		if err := d.Read(ctx, db.Tenant(w.Org), func(tx *db.Tx) error {
			all, err := feed.Stream(tx, "project:"+string(w.Project), 0, 500)
			for _, e := range all {
				if !slices.Contains(kinds, e.Thing.Kind) {
					t.Errorf("no source answers for %s", e.Thing.Kind)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
