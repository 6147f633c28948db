package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/rest"
	"plumbline/internal/signin/rows"
)

// The stranger test walks every operation that the server has. Each first
// succeeds for whoever has the lowest level that may; then, on a thing made
// anew, it is refused to nobody, to the owner of another organisation (as if
// the thing did not exist), to another site's page, and to whoever stands one
// level below; none of that leaves a trace in the log; and then it succeeds
// once more, so that nothing else can have been the reason.
func TestStranger(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		ops := map[string]rest.Op{}
		for _, op := range s.api.Operations() {
			ops[op.ID] = op
		}
		walked := map[string]bool{}
		for _, f := range fixtures(w) {
			walked[f.op] = true
			if op, ok := ops[f.op]; !ok {
				t.Errorf("%s: there is no such operation", f.op)
			} else {
				w.walk(op, f)
			}
		}
		for _, f := range publics() {
			walked[f.op] = true
			if op, ok := ops[f.op]; !ok {
				t.Errorf("%s: there is no such operation", f.op)
			} else {
				w.walkPublic(op, f)
			}
		}
		for _, wrong := range unwalked(s.api.Routes(), s.api.Operations(), walked) {
			t.Error(wrong)
		}
		w.bodies()
		w.kinds()
		w.stored()
		w.evidenceOfNobody()
	})
}

// fallback is the one operation that stands in no mux: what answers where no
// other does.
const fallback = "web-app"

// unwalked compares what the mux holds, what is registered, and what is walked.
func unwalked(routes []string, ops []rest.Op, walked map[string]bool) (wrong []string) {
	known := map[string]bool{}
	for _, op := range ops {
		if op.ID != fallback {
			known[op.Pattern()] = true
		}
		if !walked[op.ID] {
			wrong = append(wrong, op.ID+": no fixture: add a row to fixtures or publics")
		}
	}
	for _, r := range routes {
		if !known[r] {
			wrong = append(wrong, r+": served beside the operations")
		}
		delete(known, r)
	}
	for _, r := range slices.Sorted(maps.Keys(known)) {
		wrong = append(wrong, r+": registered, but not served")
	}
	return wrong
}

func TestUnwalkedIsNoticed(t *testing.T) {
	t.Parallel()
	a := rest.Op{ID: "a", Method: "GET", Path: "/a", Root: true}
	b := rest.Op{ID: "b", Method: "GET", Path: "/b", Root: true}
	for _, c := range []struct {
		name   string
		routes []string
		ops    []rest.Op
		walked map[string]bool
		want   int
	}{
		{"all is well", []string{"GET /a"}, []rest.Op{a}, map[string]bool{"a": true}, 0},
		{"no fixture", []string{"GET /a", "GET /b"}, []rest.Op{a, b}, map[string]bool{"a": true}, 1},
		{"a route beside", []string{"GET /a", "GET /debug"}, []rest.Op{a}, map[string]bool{"a": true}, 1},
		{"not served", nil, []rest.Op{a}, map[string]bool{"a": true}, 1},
	} {
		if got := unwalked(c.routes, c.ops, c.walked); len(got) != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// call makes the request of a fixture with some values.
func (w *world) call(op rest.Op, f fixture, who *login, v vars, headers ...string) answer {
	w.t.Helper()
	path := op.Path
	if !op.Root {
		path = rest.Prefix + path
	}
	body := f.body
	if text, ok := body.(string); ok {
		body = v.fill(text)
	}
	if c := v["cookie"]; c != "" && who == w.people[f.level.as] {
		who = &login{cookie: c}
	}
	a := w.do(who, op.Method, v.fill(path+queries[op.ID]), body, headers...)
	if op.ID == "mutations" && a.status == 200 { // what became of the write in it
		var in struct {
			Results []struct {
				HTTP int    `json:"http"`
				Code string `json:"code"`
			} `json:"results"`
		}
		a.json(w.t, &in)
		if in.Results[0].HTTP >= 300 {
			a.status, a.body = in.Results[0].HTTP, fmt.Sprintf(`{"code":%q}`, in.Results[0].Code)
		}
	}
	return a
}

// made is what v names that an operation's path names too.
func made(op rest.Op, v vars) (all []string) {
	for _, m := range pathName.FindAllStringSubmatch(op.Path, -1) {
		if n := m[1]; id.Valid(id.Point(v[n])) {
			all = append(all, n)
		}
	}
	return all
}

var pathName = regexp.MustCompile(`\{([a-z]+)\}`)

func (w *world) walk(op rest.Op, f fixture) {
	w.t.Run(op.ID, func(t *testing.T) {
		outer := w.t
		w.house.t = t
		defer func() { w.house.t = outer }()
		as := w.people[f.level.as]
		w.freshly(as, w.rival.owner)

		v := w.vars.with(f.arrange(w))
		w.succeeds(op, f, as, v)
		if op.Method == "PUT" {
			w.takenOver(op, f, v)
		}

		v = w.vars.with(f.arrange(w))
		before := w.acts(f)
		a := w.call(op, f, nil, v)
		if a.status != 401 || a.problem() != "unauthenticated" {
			t.Errorf("as nobody: %s", a)
		}
		if a = w.call(op, f, &login{cookie: "made-up"}, v); a.status != 401 {
			t.Errorf("with a made-up cookie: %s", a)
		}
		if op.Write() {
			if a = w.call(op, f, as, v, "Sec-Fetch-Site", "cross-site"); a.status != 403 || a.problem() != "cross-origin" {
				t.Errorf("from another site's page: %s", a)
			}
		}
		if things := made(op, v); len(things) > 0 || op.ID == "mutations" {
			a = w.call(op, f, w.rival.owner, v)
			if a.status != 404 {
				t.Errorf("as the owner of another organisation: %s", a)
			}
			if none := w.call(op, f, w.rival.owner, w.random(v, things...)); !sameRefusal(a, none) {
				t.Errorf("another's thing is refused with %s, one that is none with %s", a, none)
			}
			if op.Method != "PUT" {
				w.foreign(op, f, v)
			}
		}
		if below := w.people[f.level.below]; below != nil && op.ID != "project-list" {
			if a = w.call(op, f, below, v); a.status != f.level.refused {
				t.Errorf("as %s: want %d, got %s", f.level.below, f.level.refused, a)
			}
		}
		if after := w.acts(f); !maps.Equal(before, after) {
			t.Errorf("who was refused stands in the log: %v, was %v", after, before)
		}
		w.succeeds(op, f, as, v)
	})
}

// acts counts what those who are refused did, by the log; what their jobs do
// meanwhile aside.
func (w *world) acts(f fixture) map[string]int {
	w.t.Helper()
	all := []string{string(w.rival.owner.person), string(w.rival.owner.account)}
	if p := w.people[f.level.below]; p != nil {
		all = append(all, string(p.person), string(p.account))
	}
	n := w.entries(all...)
	for _, job := range []string{"drawing changed", "sheet created", "report changed"} {
		delete(n, job)
	}
	return n
}

// freshly lets a session count as just confirmed, as it did when the walk began:
// how long a walk takes must not change who is refused.
func (w *world) freshly(logins ...*login) {
	w.t.Helper()
	for _, l := range logins {
		if l == nil {
			continue
		}
		c, ok, err := w.Signin.Authenticate(w.t.Context(), l.cookie)
		if err != nil {
			w.t.Fatal(err)
		}
		if !ok {
			continue // the fixture before ended it
		}
		if err := w.DB.Write(w.t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { return rows.ConfirmSession(tx, c.Account, c.Session) }); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) succeeds(op rest.Op, f fixture, as *login, v vars) {
	w.t.Helper()
	before := w.entries()
	a := w.call(op, f, as, v)
	if a.status != f.want {
		w.t.Fatalf("as %s: want %d, got %s", f.level.as, f.want, a)
	}
	if has := v.fill(f.has); !strings.Contains(a.body, has) && !strings.Contains(a.header.Get("Content-Type"), has) {
		w.t.Errorf("no %s in %s", has, a)
	}
	if f.logged != "" && w.entries()[f.logged] <= before[f.logged] {
		w.t.Errorf("the log has no entry %q", f.logged)
	}
	if strings.HasPrefix(a.header.Get("Cache-Control"), "public") {
		w.t.Errorf("whoever stands between may keep the answer: %q", a.header.Get("Cache-Control"))
	}
}

// foreign asks for a thing as the owner of another organisation, in their own
// project or organisation.
func (w *world) foreign(op rest.Op, f fixture, v vars) {
	w.t.Helper()
	for _, own := range w.ways(op, v) {
		if a := w.call(op, f, w.rival.owner, v.with(own)); a.status != 404 {
			w.t.Errorf("another organisation's thing, as one's own: %s", a)
		}
	}
}

// ways are how another organisation names as its own what v names: in its own
// organisation and project, and, of what hangs on a point, on its own point.
func (w *world) ways(op rest.Op, v vars) []vars {
	own := vars{"org": string(w.rival.org)}
	things := slices.DeleteFunc(made(op, v), func(n string) bool { return n == "project" && op.ID != "project-put" || n == "org" })
	if len(things) == 0 {
		return nil
	}
	if op.ID != "project-put" {
		own["project"] = string(w.rival.project)
	}
	if len(things) > 1 && things[0] == "point" {
		if op.ID == "point-relay" { // to a list of their own too
			own["list"] = string(w.rivalList)
		}
		return []vars{own, own.with(vars{"point": string(w.rivalPoint)})}
	}
	return []vars{own}
}

// takenOver puts a thing that exists as the owner of another organisation, in
// their own project. Ids are a tenant's own: they may get a thing of their own
// by it, and then hear what they would hear of an id that nothing has, so that
// they learn nothing; what it is at home stays. Ids of all tenants are refused.
func (w *world) takenOver(op rest.Op, f fixture, v vars) {
	w.t.Helper()
	others := w.random(w.vars.with(f.arrange(w)), made(op, v)...) // with an address or code of its own
	for _, own := range w.ways(op, v) {
		a, none := w.call(op, f, w.rival.owner, v.with(own)), w.call(op, f, w.rival.owner, others.with(own))
		if a.status != 404 && (a.status != none.status || a.status == 403 || a.status >= 409) {
			w.t.Errorf("put as one's own: %s; what nothing has: %s", a, none)
		}
	}
	if a := w.call(op, f, w.people[f.level.as], v); a.status != 200 && a.status != 202 {
		w.t.Errorf("put again at home: %s", a)
	} else if has := v.fill(f.has); !strings.Contains(a.body, has) {
		w.t.Errorf("put again at home: no %s in %s", has, a)
	}
}

// random is v with ids that nothing has.
func (w *world) random(v vars, names ...string) vars {
	out := vars{}
	for _, n := range names {
		out[n] = string(id.New[id.Point]())
	}
	if len(names) == 0 {
		out["point"] = string(id.New[id.Point]())
	}
	out["mutation"] = string(id.New[id.Mutation]())
	return v.with(out)
}

// sameRefusal compares what two refusals tell, but for the request's own id.
func sameRefusal(a, b answer) bool {
	tell := func(x answer) string {
		var m map[string]any
		if json.Unmarshal([]byte(x.body), &m) != nil {
			return x.body
		}
		delete(m, "request")
		return fmt.Sprint(x.status, m)
	}
	return tell(a) == tell(b)
}

func (w *world) walkPublic(op rest.Op, f public) {
	w.t.Run(op.ID, func(t *testing.T) {
		outer := w.t
		w.house.t = t
		defer func() { w.house.t = outer }()
		v := w.vars.with(f.arrange(w))
		shape := fixture{op: f.op, body: f.body}
		delete(v, "cookie")
		var kept []string // cookies of a browser that nobody is signed in with
		if v["jar"] != "" {
			kept = []string{"Cookie", v["jar"]}
		}
		if f.refused != 0 {
			if a := w.call(op, shape, nil, v.with(f.wrong), kept...); a.status != f.refused || a.problem() != f.code {
				t.Errorf("with what was guessed: want %d %s, got %s", f.refused, f.code, a)
			}
		}
		if op.CrossOrigin {
			if a := w.call(op, shape, nil, v, append(kept, "Sec-Fetch-Site", "cross-site")...); a.status != f.want {
				t.Errorf("from a mail program's page: %s", a)
			}
		} else if op.Write() {
			if a := w.call(op, shape, nil, v, append(kept, "Sec-Fetch-Site", "cross-site")...); a.status != 403 || a.problem() != "cross-origin" {
				t.Errorf("from another site's page: %s", a)
			}
		}
		a := w.call(op, shape, nil, v, kept...)
		if a.status != f.want {
			t.Fatalf("want %d, got %s", f.want, a)
		}
		if has := v.fill(f.has); !strings.Contains(a.body, has) && !strings.Contains(a.header.Get("Content-Type"), has) {
			t.Errorf("no %s in %s", has, a)
		}
	})
}

// bodies names another organisation's things in bodies: they are unknown.
func (w *world) bodies() {
	mine := w.rival.base()
	point := string(w.rivalPoint)
	member := string(w.rival.owner.person)
	v := w.vars.with(aCompany(w)).with(aSetting("location", "locations", `{"kind":"building","name":"Block Z"}`)(w)).
		with(aSetting("category", "categories", `{"kind":"category","name":"Zinc"}`)(w)).
		with(aSetting("role", "roles", `{"name":"Zoner"}`)(w)).with(aSetting("list", "lists", `{"code":"Z{n}","name":"Zone"}`)(w))
	for _, c := range []struct{ name, method, path, body string }{
		{"a list to relay to", "PUT", mine + "/points/" + point + "/relays/{new}", `{"list_id":"{list}"}`},
		{"a list", "PUT", mine + "/points/{new}", `{"subject":"x","list_id":"{list}"}`},
		{"a status", "PUT", mine + "/points/{new}", `{"subject":"x","status_id":"{open}"}`},
		{"a category", "PUT", mine + "/points/{new}", `{"subject":"x","category_id":"{category}"}`},
		{"a location", "PUT", mine + "/points/{new}", `{"subject":"x","location_id":"{location}"}`},
		{"a sheet", "PUT", mine + "/points/{new}", `{"subject":"x","pin":{"sheet_id":"{sheet}","x":1,"y":1}}`},
		{"a person in charge", "PUT", mine + "/points/{new}", `{"subject":"x","in_charge":[{"kind":"person","id":"{in charge}"}]}`},
		{"a company in charge", "PUT", mine + "/points/{new}", `{"subject":"x","in_charge":[{"kind":"company","id":"{company}"}]}`},
		{"a role in charge", "PATCH", mine + "/points/" + point, `{"base":1,"in_charge":[{"kind":"role","id":"{role}"}]}`},
		{"a status, in a change", "PATCH", mine + "/points/" + point, `{"base":1,"status_id":"{open}"}`},
		{"a parent", "PUT", mine + "/locations/{new}", `{"kind":"level","name":"x","parent_id":"{location}"}`},
		{"a parent category", "PUT", mine + "/categories/{new}", `{"kind":"sub-category","name":"x","parent_id":"{category}"}`},
		{"who is proposed", "PUT", mine + "/categories/{new}", `{"kind":"category","name":"x","in_charge":[{"kind":"person","id":"{in charge}"}]}`},
		{"a role of a participant", "PUT", mine + "/participants/" + member, `{"level":"administrator","role_ids":["{role}"]}`},
		{"a company of the invited", "PUT", "/api/v1/organisations/{rival}/invitations/{new}", `{"email":"a@b.example","locale":"nl","source":"self","company_id":"{company}"}`},
		{"a project of the invited", "PUT", "/api/v1/organisations/{rival}/invitations/{new}", `{"email":"a@b.example","locale":"nl","source":"self","project_id":"{project}","level":"guest"}`},
		{"an organisation", "PUT", "/api/v1/projects/{new}", `{"org_id":"{org}","name":"x","time_zone":"Europe/Brussels"}`},
	} {
		v["new"], v["rival"] = string(id.New[id.Point]()), string(w.rival.org)
		if a := w.do(w.rival.owner, c.method, v.fill(c.path), v.fill(c.body)); a.status != 404 && a.status != 422 {
			w.t.Errorf("%s of another organisation in a body: %s", c.name, a)
		}
	}
}

// TestDevelopmentPagesAreForDevelopment: captured mail holds links that sign
// people in.
func TestDevelopmentPagesAreForDevelopment(t *testing.T) {
	t.Parallel()
	cfg := settings(t, dbtest.URL(t, db.SQLite))
	cfg.Development = false
	s := open(t, cfg)
	for _, r := range s.api.Routes() {
		if strings.Contains(r, "/dev/") {
			t.Errorf("%s is served without development", r)
		}
	}
	if a := s.do(nil, "GET", "/dev/mail", nil); a.header.Get("Content-Type") == "text/html" && strings.Contains(a.body, "Captured mail") {
		t.Errorf("captured mail is shown: %s", a)
	}
}

// mail waits for a mail to an address.
func (s *house) mail(to string) mail.Captured {
	s.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		for _, m := range s.capture.List() {
			if strings.Contains(m.To, to) {
				return m
			}
		}
		select {
		case <-tick.C:
		case <-late:
			s.t.Fatal("the mail does not come\n" + s.warnings())
		}
	}
}
