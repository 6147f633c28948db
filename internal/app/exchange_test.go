package app

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/bcf"
	"plumbline/internal/id"
)

const topicGUID = "9898de65-c0ce-414b-857e-1df97ffaed8d"

// topicFile is a BCF file with one topic, a comment and a snapshot.
func topicFile(t *testing.T) raw {
	t.Helper()
	return topicFileWith(t, "Beam through duct")
}

func topicFileWith(t *testing.T, title string) raw {
	t.Helper()
	const guid = topicGUID
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"bcf.version": `<Version VersionId="2.1"/>`,
		guid + "/markup.bcf": `<Markup><Topic Guid="` + guid + `" TopicStatus="Closed"><Title>` + title + `</Title><Priority>High</Priority>` +
			`<CreationDate>2026-11-02T08:00:00Z</CreationDate><CreationAuthor>piet@elsewhere.example</CreationAuthor><DueDate>2026-12-24T00:00:00Z</DueDate></Topic>` +
			`<Comment Guid="07ccdba0-1736-47e1-807d-67dc6f3addaa"><Date>2026-11-03T08:00:00Z</Date><Author>piet@elsewhere.example</Author><Comment>Please move it</Comment></Comment>` +
			`<Viewpoints Guid="4ab7514b-b216-4d56-98d2-45cf8500ff5a"><Snapshot>s.png</Snapshot></Viewpoints></Markup>`,
		guid + "/s.png": string(picture(t, "png")),
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return raw{"application/octet-stream", b.Bytes()}
}

const model = "ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;#1=IFCPROJECT('p',$,'Quay');#2=IFCSITE('s',$,'Site');#3=IFCBUILDING('b',$,'Block A');" +
	"#4=IFCBUILDINGSTOREY('l',$,'Level 1');#5=IFCSPACE('r',$,'1.01',$,$,$,$,'Hall');#6=IFCRELAGGREGATES('x',$,$,$,#1,(#2));#7=IFCRELAGGREGATES('x',$,$,$,#2,(#3));" +
	"#8=IFCRELAGGREGATES('x',$,$,$,#3,(#4));#9=IFCRELAGGREGATES('x',$,$,$,#4,(#5));ENDSEC;END-ISO-10303-21;"

func publicsExchange() []public {
	return []public{
		{"calendar-feed", aCalendar, "", 200, "BEGIN:VCALENDAR", vars{"secret": "guessed"}, 404, "calendar-not-found"},
	}
}

// aCalendar is the secret address of a calendar.
func aCalendar(w *world) vars {
	w.t.Helper()
	made := w.must(201, w.people["guest"], "PUT", "/api/v1/account/tokens/"+string(id.New[id.Token]()), w.vars.fill(`{"name":"phone","days":1,"calendar":true,"project_id":"{project}"}`))
	var key struct{ Secret string }
	made.json(w.t, &key)
	w.secret = append(w.secret, key.Secret)
	return w.vars.with(vars{"secret": key.Secret})
}

func fixturesExchange(w *world) []fixture {
	return []fixture{
		{"bcf-export", contributor, aPoint, nil, 200, "application/octet-stream", ""},
		{"bcf-import", manager, nothing, topicFile(w.t), 200, `"state":"new"`, ""}, // a look; TestExchange makes
		{"ifc-locations", manager, nothing, raw{"application/octet-stream", []byte(model)}, 200, `"name":"Hall"`, ""},
		{"table-export", contributor, aTable("points"), nil, 200, "text/csv", ""},
		{"table-preview", manager, aTable("categories"), raw{"application/octet-stream", []byte("Name,Part of\nRoof,\nGutter,Roof\n")}, 200, `"parent_id":"`, ""},
		{"calendar", participant, nothing, nil, 200, "text/calendar", ""},
	}
}

func aTable(kind string) func(*world) vars {
	return func(w *world) vars { return aPoint(w).with(vars{"kind": kind}) }
}

// TestExchange takes topics in, once; sends them out, and knows them again; and
// takes places from a model.
func TestExchange(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		home := s.found("owner")
		owner, at := home.owner, home.base()
		type imported struct {
			Topics []struct {
				State    string `json:"state"`
				PointID  string `json:"point_id"`
				Comments int    `json:"comments"`
				Photos   int    `json:"photos"`
				Changes  []struct{ Field, Before, After string }
			} `json:"topics"`
		}
		take := func(query string, body raw) imported {
			t.Helper()
			var in imported
			s.must(200, owner, "POST", at+"/bcf"+query, body).json(t, &in)
			return in
		}
		file := topicFile(t)
		for _, c := range []struct{ query, want string }{
			{"?look=true", "new"}, {"?topics=another", "skipped"}, {"", "made"}, {"", "unchanged"}, {"?look=true", "unchanged"},
		} {
			in, n := take(c.query, file), 1
			if c.want == "unchanged" {
				n = 0
			}
			if len(in.Topics) != 1 || in.Topics[0].State != c.want || in.Topics[0].Photos != n || in.Topics[0].Comments != n {
				t.Fatalf("%s: %+v, want %s", c.query, in, c.want)
			}
		}
		point := take("?look=true", file).Topics[0].PointID
		got := s.must(200, owner, "GET", at+"/points/"+point, nil)
		for _, want := range []string{"Beam through duct", `"due":"2026-12-24"`, `"urgent":true`, "2026-11-03: Please move it", `"width":320`} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the point has no %s: %s", want, got.body)
			}
		}
		if strings.Contains(got.body, "piet@") {
			t.Error("a name came in with the file")
		}
		for _, version := range []string{bcf.V21, bcf.V30} {
			out := s.must(200, owner, "GET", at+"/bcf?version="+version, nil)
			f, err := bcf.Read(strings.NewReader(out.body), int64(len(out.body)))
			if err != nil || len(f.Notes) > 0 || len(f.Topics) != 1 || f.Version != version || f.Topics[0].GUID != topicGUID || len(f.Topics[0].Comments) != 1 || len(f.Topics[0].Viewpoints) != 1 {
				t.Fatalf("%s: %+v, %v", version, f, err)
			}
			if in := take("", raw{"application/octet-stream", []byte(out.body)}); in.Topics[0].State != "unchanged" || in.Topics[0].PointID != point {
				t.Errorf("what left in %s comes back as %+v", version, in)
			}
		}
		if a := s.do(owner, "GET", at+"/bcf?version=1.0", nil); a.problem() != "bcf-version" {
			t.Errorf("version 1.0: %s", a)
		}
		if a := s.do(owner, "POST", at+"/bcf", raw{"application/octet-stream", []byte("no archive")}); a.problem() != "not-a-zip" {
			t.Errorf("no archive: %s", a)
		}

		mine := string(id.New[id.Point]())
		s.must(201, owner, "PUT", at+"/points/"+mine, `{"subject":"Door, hung wrong; \\ fix","due":"2026-12-01","in_charge":[{"kind":"person","id":"`+string(owner.person)+`"}]}`)
		cal := s.must(200, owner, "GET", at+"/calendar", nil).body
		for _, want := range []string{"BEGIN:VCALENDAR\r\n", "UID:" + mine + "@plumbline", "DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202", `Door\, hung wrong\; \\ fix`} {
			if !strings.Contains(cal, want) {
				t.Errorf("the calendar has no %q: %s", want, cal)
			}
		}
		if strings.Contains(cal, "Beam") {
			t.Error("the calendar holds what is in nobody's charge")
		}

		// Changed on both sides: what the file says comes in, what it does not stays.
		edited := topicFileWith(t, "Beam above duct")
		s.must(200, owner, "PATCH", at+"/points/"+point, `{"base":1,"description":"by hand"}`)
		if in := take("?look=true", edited); in.Topics[0].State != "changed" || len(in.Topics[0].Changes) != 1 || in.Topics[0].Changes[0].After != "Beam above duct" {
			t.Errorf("an edited topic: %+v", in)
		}
		if in := take("", edited); in.Topics[0].State != "updated" || in.Topics[0].PointID != point {
			t.Errorf("an edited topic: %+v", in)
		}
		if a := s.must(200, owner, "GET", at+"/points/"+point, nil); !strings.Contains(a.body, "Beam above duct") || !strings.Contains(a.body, "by hand") {
			t.Errorf("after the edit: %s", a.body)
		}
		if in := take("", edited); in.Topics[0].State != "unchanged" {
			t.Errorf("the edit once more: %+v", in)
		}

		// The secret address of a calendar.
		which := string(id.New[id.Token]())
		made := s.must(201, owner, "PUT", "/api/v1/account/tokens/"+which, `{"name":"phone","days":30,"calendar":true,"project_id":"`+string(home.project)+`"}`)
		var key struct{ Secret string }
		made.json(t, &key)
		s.secret = append(s.secret, key.Secret)
		feed := "/api/v1/calendar/" + key.Secret + ".ics"
		if a := s.must(200, nil, "GET", feed, nil); !strings.Contains(a.body, mine) || strings.Contains(a.body, point) {
			t.Errorf("the feed: %s", a)
		}
		if a := s.must(200, nil, "GET", feed+"?all=true", nil); !strings.Contains(a.body, point) {
			t.Errorf("the feed of all: %s", a)
		}
		if a := s.do(nil, "GET", at+"/points", nil, "Authorization", "Bearer "+key.Secret); a.status != 401 {
			t.Errorf("the address of a calendar opens points: %s", a)
		}
		s.must(204, owner, "DELETE", "/api/v1/account/tokens/"+which, nil)
		gone := s.do(nil, "GET", feed, nil)
		if never := s.do(nil, "GET", "/api/v1/calendar/plt_never.ics", nil); gone.status != 404 || gone.problem() != never.problem() || never.status != 404 {
			t.Errorf("revoked: %s; never there: %s", gone, never)
		}

		var m struct {
			Places []struct {
				ID       string  `json:"id"`
				ParentID *string `json:"parent_id"`
				Kind     string  `json:"kind"`
				Name     string  `json:"name"`
				Code     string  `json:"code"`
				Here     bool    `json:"here"`
			} `json:"places"`
		}
		places := func() {
			s.must(200, owner, "POST", at+"/ifc", raw{"application/octet-stream", []byte(model)}).json(t, &m)
		}
		places()
		if len(m.Places) != 3 {
			t.Fatalf("%+v", m)
		}
		for _, p := range m.Places {
			if p.Here {
				t.Errorf("%s is here before it was added", p.Name)
			}
			s.must(201, owner, "PUT", at+"/locations/"+p.ID, map[string]any{"parent_id": p.ParentID, "kind": p.Kind, "name": p.Name, "code": p.Code})
		}
		places()
		for _, p := range m.Places {
			if !p.Here {
				t.Errorf("%s is not known again", p.Name)
			}
		}
	})
}

// TestBCFIsTakenBack: what a file changed on a point that was there goes back to
// what it was; what somebody changed since stays, and is said.
func TestBCFIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		home := s.found("owner")
		owner, at := home.owner, home.base()
		type imported struct {
			Topics []struct {
				State   string `json:"state"`
				PointID string `json:"point_id"`
				Back    *struct {
					Base   int64          `json:"base"`
					Fields map[string]any `json:"fields"`
					Photos []string       `json:"photos"`
				} `json:"back"`
			} `json:"topics"`
		}
		take := func(body raw) (in imported) {
			t.Helper()
			s.must(200, owner, "POST", at+"/bcf", body).json(t, &in)
			return in
		}
		first := take(topicFile(t)).Topics[0]
		if first.State != "made" || first.Back != nil {
			t.Fatalf("%+v", first)
		}
		point := at + "/points/" + first.PointID
		read := func() (p struct {
			Version int64
			Subject string
			Due     *string
			Urgent  bool
			Photos  []struct{ ID string }
		}) {
			t.Helper()
			s.must(200, owner, "GET", point, nil).json(t, &p)
			return p
		}
		// By hand it is made otherwise; the file brings it up to what it says.
		was := read()
		s.must(204, owner, "DELETE", point+"/photos/"+was.Photos[0].ID, nil)
		s.must(200, owner, "PATCH", point, map[string]any{"base": was.Version, "subject": "By hand", "due": nil, "urgent": false})
		up := take(topicFileWith(t, "Beam above duct")).Topics[0]
		if now := read(); up.State != "updated" || up.Back == nil || now.Subject != "Beam above duct" || now.Due == nil || !now.Urgent || len(now.Photos) != 1 ||
			len(up.Back.Fields) != 3 || len(up.Back.Photos) != 1 || up.Back.Photos[0] != now.Photos[0].ID {
			t.Fatalf("%+v %+v", up, now)
		}
		back := func(of map[string]any, base int64) (fields []string) {
			t.Helper()
			of["base"] = base
			var out struct {
				Conflicts []struct{ Field string }
			}
			s.must(200, owner, "PATCH", point, of).json(t, &out)
			for _, c := range out.Conflicts {
				fields = append(fields, c.Field)
			}
			return fields
		}
		if bad := back(up.Back.Fields, up.Back.Base); bad != nil {
			t.Errorf("nobody changed it, and %v conflict", bad)
		}
		s.must(204, owner, "DELETE", point+"/photos/"+up.Back.Photos[0], nil)
		if now := read(); now.Subject != "By hand" || now.Due != nil || now.Urgent || len(now.Photos) != 0 {
			t.Errorf("taken back: %+v", now)
		}
		// Once more; then somebody writes another subject before it is taken back.
		up = take(topicFileWith(t, "Beam above duct")).Topics[0]
		s.must(200, owner, "PATCH", point, map[string]any{"base": read().Version, "subject": "Somebody else's"})
		if bad := back(up.Back.Fields, up.Back.Base); len(bad) != 1 || bad[0] != "subject" {
			t.Errorf("conflicts: %v", bad)
		}
		if now := read(); now.Subject != "Somebody else's" || now.Due != nil || now.Urgent {
			t.Errorf("taken back as far as it goes: %+v", now)
		}
	})
}

// TestExportsKeepClosedLists: no file that leaves tells of a list that whoever
// asks for it may not know of, whatever they ask for.
func TestExportsKeepClosedLists(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		owner, at := w.home.owner, w.home.base()
		list, hidden, relay := string(id.New[id.List]()), string(id.New[id.Point]()), string(id.New[id.Point]())
		s.must(201, owner, "PUT", at+"/lists/"+list, `{"code":"HUSH","name":"Between us","closed":true}`)
		s.must(201, owner, "PUT", at+"/points/"+hidden, `{"subject":"Nobody hears","list_id":"`+list+`","due":"2026-12-24"}`)
		open := aPoint(w)
		s.must(201, owner, "PUT", at+"/points/"+open["point"]+"/relays/"+relay, `{"list_id":"`+list+`"}`)
		for _, who := range []*login{w.people["contributor"], w.people["manager"]} {
			for _, filter := range []string{"", "closed=any", "closed=any%26list=" + list, "q=Nobody"} {
				for _, version := range []string{bcf.V21, bcf.V30} {
					a := s.do(who, "GET", at+"/bcf?version="+version+"&filter="+filter, nil)
					if a.status != 200 {
						if a.status != 404 && a.status != 422 {
							t.Errorf("%q: %s", filter, a)
						}
						continue
					}
					f, err := bcf.Read(strings.NewReader(a.body), int64(len(a.body)))
					if err != nil {
						t.Fatal(err)
					}
					for _, topic := range f.Topics {
						if topic.GUID == hidden || topic.GUID == relay || strings.Contains(topic.ServerID, "HUSH") {
							t.Errorf("%s, %q: %+v", version, filter, topic)
						}
					}
				}
			}
			for _, path := range []string{"/tables/points?format=csv&locale=en&zone=UTC", "/calendar?all=true"} {
				if a := s.must(200, who, "GET", at+path, nil); strings.Contains(a.body, hidden) || strings.Contains(a.body, relay) || strings.Contains(a.body, "HUSH") || strings.Contains(a.body, "Between us") {
					t.Errorf("%s: %s", path, a.body)
				}
			}
		}
		a := s.must(200, owner, "GET", at+"/bcf?version=3.0&filter=closed=any", nil)
		f, err := bcf.Read(strings.NewReader(a.body), int64(len(a.body)))
		if err != nil || !slices.ContainsFunc(f.Topics, func(x bcf.Topic) bool { return x.GUID == hidden }) {
			t.Errorf("who is on the list misses it: %v", err)
		}
	})
}
