package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"

	"plumbline/internal/id"
	"plumbline/internal/typeface"
)

// sample reads a file of the samples.
func sample(t *testing.T, path string) []byte {
	t.Helper()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES names no folder of sample files")
	}
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shownPoint is what of a point the test reads.
type shownPoint struct {
	ID          string `json:"id"`
	Version     int64  `json:"version"`
	Subject     string `json:"subject"`
	Description string `json:"description"`
	Comments    []struct {
		Text string `json:"text"`
	} `json:"comments"`
}

// written is what was written.
type written struct{ subject, text string }

func (w written) same(t *testing.T, where string, p shownPoint) {
	t.Helper()
	if p.Subject != w.subject || p.Description != w.text || len(p.Comments) != 1 || p.Comments[0].Text != w.text {
		t.Errorf("%s: %q and %q came back as %+v", where, w.subject, w.text, p)
	}
}

// TestNaughtyStrings takes each string through every way in and every way out,
// and into a report.
func TestNaughtyStrings(t *testing.T) {
	var all []string
	if err := json.Unmarshal(sample(t, "privacy-security/strings/blns.json"), &all); err != nil || len(all) < 200 {
		t.Fatalf("%d strings, %v", len(all), err)
	}
	each(t, func(t *testing.T, s *house) {
		home := s.found("owner")
		me := home.owner
		var from struct {
			Cursor string `json:"cursor"`
		}
		s.must(200, me, "GET", home.base()+"/snapshot", nil).json(t, &from)

		wrote, order := map[string]written{}, []string{}
		for _, text := range all {
			if text == "" {
				continue // nothing is not text: a subject and a comment need some
			}
			w, p := written{"A long one", text}, string(id.New[id.Point]())
			if utf8.RuneCountInString(text) <= 200 && !nothingToRead(text) {
				w.subject = text
			}
			wrote[p] = w
			order = append(order, p)
			at := home.base() + "/points/" + p
			s.must(201, me, "PUT", at, map[string]string{"subject": w.subject, "description": "before"})
			s.must(200, me, "PATCH", at, map[string]any{"base": 1, "description": text})
			s.must(201, me, "PUT", at+"/comments/"+string(id.New[id.Comment]()), map[string]string{"text": text})
			var got shownPoint
			s.must(200, me, "GET", at, nil).json(t, &got)
			w.same(t, "get", got)
			w.history(t, s.must(200, me, "GET", at+"/history", nil))
		}
		s.listed(home, wrote)
		s.snapshot(home, wrote)
		s.changed(home, from.Cursor, wrote)
		s.names(home, all)
		s.nul(home, order[0])
		s.reported(home, wrote)
	})
}

func (w written) history(t *testing.T, a answer) {
	t.Helper()
	var log struct {
		Items []struct {
			Kind   string `json:"kind"`
			Fields []struct {
				Name   string `json:"name"`
				Before any    `json:"before"`
				After  any    `json:"after"`
			} `json:"fields"`
		} `json:"items"`
	}
	a.json(t, &log)
	found := map[string]any{}
	for _, e := range log.Items {
		for _, f := range e.Fields {
			found[e.Kind+" "+f.Name] = f.After
		}
	}
	if found["created subject"] != any(w.subject) || found["changed description"] != any(w.text) {
		t.Errorf("history: %q and %q stand there as %q and %q", w.subject, w.text, found["created subject"], found["changed description"])
	}
}

// listed, snapshot and changed read all points back, page by page.
func (s *house) listed(home tenant, wrote map[string]written) {
	s.t.Helper()
	left, cursor := maps.Clone(wrote), ""
	for {
		var page struct {
			Items []shownPoint `json:"items"`
			Next  *string      `json:"next"`
		}
		s.must(200, home.owner, "GET", home.base()+"/points?limit=100&sort=subject&cursor="+cursor, nil).json(s.t, &page)
		seen(s.t, "list", page.Items, left)
		if page.Next == nil {
			break
		}
		cursor = *page.Next
	}
	none(s.t, "list", left)
}

func (s *house) snapshot(home tenant, wrote map[string]written) {
	s.t.Helper()
	left, at := maps.Clone(wrote), ""
	for {
		var page struct {
			Next   *string `json:"next"`
			Things struct {
				Points []shownPoint `json:"points"`
			} `json:"things"`
		}
		s.must(200, home.owner, "GET", home.base()+"/snapshot?limit=100&page="+at, nil).json(s.t, &page)
		seen(s.t, "snapshot", page.Things.Points, left)
		if page.Next == nil {
			break
		}
		at = *page.Next
	}
	none(s.t, "snapshot", left)
}

func (s *house) changed(home tenant, cursor string, wrote map[string]written) {
	s.t.Helper()
	left := maps.Clone(wrote)
	for more := true; more; {
		var page struct {
			Cursor    string `json:"cursor"`
			More      bool   `json:"more"`
			StartOver bool   `json:"start_over"`
			Things    struct {
				Points []shownPoint `json:"points"`
			} `json:"things"`
		}
		s.must(200, home.owner, "GET", home.base()+"/changes?limit=300&cursor="+cursor, nil).json(s.t, &page)
		if page.StartOver {
			s.t.Fatal("changes start over")
		}
		for _, p := range page.Things.Points {
			if w, ok := wrote[p.ID]; ok {
				w.same(s.t, "changes", p)
				delete(left, p.ID)
			}
		}
		cursor, more = page.Cursor, page.More
	}
	none(s.t, "changes", left)
}

func seen(t *testing.T, where string, points []shownPoint, left map[string]written) {
	t.Helper()
	for _, p := range points {
		if w, ok := left[p.ID]; ok {
			w.same(t, where, p)
			delete(left, p.ID)
		}
	}
}

func none(t *testing.T, where string, left map[string]written) {
	t.Helper()
	for _, w := range left {
		t.Errorf("%s: %q is missing", where, w.subject)
	}
}

// names gives each string to a list, a role and a location, as the app's outbox
// would, and reads them back.
func (s *house) names(home tenant, all []string) {
	s.t.Helper()
	var first struct {
		Things struct {
			Lists []struct {
				ID string `json:"id"`
			} `json:"lists"`
		} `json:"things"`
	}
	s.must(200, home.owner, "GET", home.base()+"/snapshot?limit=1", nil).json(s.t, &first)
	list, base := first.Things.Lists[0].ID, 1
	wrote := map[string]string{}
	type mutation struct {
		ID     id.Mutation `json:"id"`
		Method string      `json:"method"`
		Path   string      `json:"path"`
		Body   any         `json:"body"`
	}
	var send []mutation
	flush := func() {
		var got struct {
			Results []struct {
				Status string `json:"status"`
				Code   string `json:"code"`
				Body   struct {
					List struct {
						Name string `json:"name"`
					} `json:"list"`
				} `json:"body"`
			} `json:"results"`
		}
		s.must(200, home.owner, "POST", "/api/v1/mutations", map[string]any{"mutations": send}).json(s.t, &got)
		for i, r := range got.Results {
			name, _ := send[i].Body.(map[string]any)["name"].(string)
			if r.Status != "ok" || send[i].Method == "PATCH" && r.Body.List.Name != name {
				s.t.Errorf("%s with the name %q: %+v", send[i].Path, name, r)
			}
		}
		send = nil
	}
	for _, text := range all {
		if utf8.RuneCountInString(text) > 200 || nothingToRead(text) {
			continue
		}
		role, place := string(id.New[id.Role]()), string(id.New[id.Location]())
		wrote[role], wrote[place] = text, text
		send = append(send,
			mutation{id.New[id.Mutation](), "PUT", home.base() + "/roles/" + role, map[string]any{"name": text}},
			mutation{id.New[id.Mutation](), "PUT", home.base() + "/locations/" + place, map[string]any{"name": text, "kind": "building"}},
			mutation{id.New[id.Mutation](), "PATCH", home.base() + "/lists/" + list, map[string]any{"name": text, "base": base}})
		base++
		if len(send) > 47 {
			flush()
		}
	}
	if len(send) > 0 {
		flush()
	}
	type named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	var now struct {
		Things struct {
			Roles     []named `json:"roles"`
			Locations []named `json:"locations"`
		} `json:"things"`
	}
	s.must(200, home.owner, "GET", home.base()+"/snapshot?limit=1", nil).json(s.t, &now)
	for _, n := range append(now.Things.Roles, now.Things.Locations...) {
		if want, ok := wrote[n.ID]; ok && n.Name != want {
			s.t.Errorf("the name %q came back as %q", want, n.Name)
		}
		delete(wrote, n.ID)
	}
	if len(wrote) > 0 {
		s.t.Errorf("%d names are missing", len(wrote))
	}
}

// nothingToRead is a text without anything that shows.
func nothingToRead(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }) == ""
}

// nul and what is no text are refused, wherever they stand.
func (s *house) nul(home tenant, point string) {
	s.t.Helper()
	fresh := func(kinds string) string { return home.base() + "/" + kinds + "/" + string(id.New[id.Point]()) }
	for _, bad := range []string{`a\u0000b`, `\u0000`, `\ud800`, "a\xff"} {
		for _, c := range []struct{ method, path, body string }{
			{"PUT", fresh("points"), `{"subject":"%s"}`},
			{"PUT", fresh("points"), `{"subject":"x","description":"%s"}`},
			{"PATCH", home.base() + "/points/" + point, `{"base":3,"subject":"%s"}`},
			{"PATCH", home.base() + "/points/" + point, `{"base":3,"description":"%s"}`},
			{"PUT", fresh("points/" + point + "/comments"), `{"text":"%s"}`},
			{"PUT", fresh("roles"), `{"name":"%s"}`},
			{"PUT", fresh("lists"), `{"code":"Q","name":"%s"}`},
			{"PUT", fresh("locations"), `{"kind":"building","name":"%s"}`},
			{"PUT", fresh("reports"), `{"title":"%s","locale":"nl","time_zone":"Europe/Brussels","photos":false,"plan":false}`},
			{"PATCH", "/api/v1/account", `{"name":"%s"}`},
		} {
			if a := s.do(home.owner, c.method, c.path, fmt.Sprintf(c.body, bad)); a.status != 422 {
				s.t.Errorf("%s %s with %q: %s", c.method, c.body, bad, a)
			}
		}
	}
}

// reported makes a report of all points, which has to hold whatever its fonts
// cover.
func (s *house) reported(home tenant, wrote map[string]written) {
	s.t.Helper()
	r := string(id.New[id.Report]())
	var made struct {
		Job string `json:"job_id"`
	}
	s.must(202, home.owner, "PUT", home.base()+"/reports/"+r, `{"title":"All of them","locale":"nl","time_zone":"Europe/Brussels","photos":true,"plan":true}`).json(s.t, &made)
	if state := s.job(home, home.owner, made.Job); state != "done" {
		s.t.Fatalf("the report is %s\n%s", state, s.warnings())
	}
	var list struct {
		Items []struct {
			Points   int `json:"points"`
			Replaced int `json:"replaced"`
		} `json:"items"`
	}
	s.must(200, home.owner, "GET", home.base()+"/reports", nil).json(s.t, &list)
	if list.Items[0].Points != len(wrote) || list.Items[0].Replaced == 0 {
		s.t.Errorf("the report of %d points says %+v", len(wrote), list.Items[0])
	}
	got := squeezed(pdfText(s.t, s.must(200, home.owner, "GET", home.base()+"/reports/"+r+"/file", nil).body))
	if !strings.Contains(got, "▯") {
		s.t.Error("no mark stands for what the fonts lack")
	}
	covered, checked := coverage(s.t), 0
	for _, w := range wrote {
		if !covered(w.text) {
			continue
		}
		checked++
		if !strings.Contains(got, squeezed(w.text)) {
			s.t.Errorf("the fonts cover %q, but it is not in the text of the PDF", w.text)
		}
	}
	if checked < 100 {
		s.t.Errorf("only %d strings could be looked for", checked)
	}
}

// pdfText is what pdftotext extracts.
func pdfText(t *testing.T, pdf string) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is not installed")
		}
		t.Skip("pdftotext is not installed: what a report holds is not looked at")
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-raw", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// squeezed is text without white space: lines are broken where they have to be.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// coverage tells, from the fonts themselves, which texts can be set glyph by
// glyph: scripts that join or run from right to left, characters that show as
// nothing or hang on others, and what no font has, cannot.
func coverage(t *testing.T) func(string) bool {
	t.Helper()
	var fonts []*sfnt.Font
	for _, ttf := range [][]byte{typeface.Sans, typeface.Fallback} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		fonts = append(fonts, f)
	}
	var buf sfnt.Buffer
	return func(s string) bool {
		for _, r := range s {
			if unicode.IsSpace(r) {
				continue
			}
			if r > 0xffff || unicode.In(r, unicode.Cc, unicode.Cf, unicode.M, unicode.Arabic, unicode.Hebrew, unicode.Thai, unicode.Devanagari) {
				return false
			}
			has := false
			for _, f := range fonts {
				g, err := f.GlyphIndex(&buf, r)
				has = has || err == nil && g != 0
			}
			if !has {
				return false
			}
		}
		return squeezed(s) != ""
	}
}
