package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/tabular"
)

type tablePreview struct {
	Columns   []string
	Ignored   []string
	Unchanged int
	Rows      []struct {
		Row     int
		State   string
		Title   string
		Changes []struct{ Column, Before, After string }
		Issues  []struct{ Column, Code string }
		Method  string
		Path    string
		Body    map[string]any
		Back    map[string]any
		Then    *struct {
			Method, Path string
			Body, Back   map[string]any
		}
	}
}

// rewritten is a workbook with its rows changed, as a spreadsheet would save it.
func rewritten(t *testing.T, body string, edit func(rows [][]tabular.Cell) [][]tabular.Cell) raw {
	t.Helper()
	in, err := tabular.XLSX(strings.NewReader(body), int64(len(body)), tabular.Usual())
	if err != nil {
		t.Fatal(err)
	}
	rows := make([][]tabular.Cell, len(in))
	width := len(in[0].Cells)
	for i, r := range in {
		rows[i] = append(r.Cells, make([]tabular.Cell, width-len(r.Cells))...)
	}
	var out bytes.Buffer
	b := tabular.NewBook(&out, tabular.About{Title: "edited", Lang: "en"})
	columns := make([]tabular.Column, width)
	for i := range columns {
		columns[i].Title = rows[0][i].String()
	}
	sheet, err := b.Sheet("edited", columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range edit(rows)[1:] {
		if err := sheet.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return raw{"application/octet-stream", out.Bytes()}
}

// apply sends what a preview proposes.
func (s *house) apply(who *login, p tablePreview) {
	s.t.Helper()
	type write struct {
		ID     id.Mutation    `json:"id"`
		Method string         `json:"method"`
		Path   string         `json:"path"`
		Body   map[string]any `json:"body"`
	}
	var all []write
	for _, r := range p.Rows {
		if r.State != "wrong" {
			all = append(all, write{id.New[id.Mutation](), r.Method, r.Path, r.Body})
			if r.Then != nil {
				all = append(all, write{id.New[id.Mutation](), r.Then.Method, r.Then.Path, r.Then.Body})
			}
		}
	}
	for some := range slices.Chunk(all, 50) {
		a := s.must(200, who, "POST", "/api/v1/mutations", map[string]any{"mutations": some})
		var out struct {
			Results []struct{ Status, Code string }
		}
		a.json(s.t, &out)
		for i, r := range out.Results {
			if r.Status != "ok" {
				s.t.Errorf("%s %s %v: %+v", some[i].Method, some[i].Path, some[i].Body, r)
			}
		}
	}
}

// TestTables takes tables out and in again.
func TestTables(t *testing.T) {
	var naughty []string
	if err := json.Unmarshal(sample(t, "privacy-security/strings/blns.json"), &naughty); err != nil || len(naughty) < 200 {
		t.Fatal(len(naughty), err)
	}
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		owner, at := w.home.owner, w.home.base()
		export := func(who *login, kind, format string) string {
			t.Helper()
			return s.must(200, who, "GET", at+"/tables/"+kind+"?locale=nl&zone=Europe/Brussels&format="+format, nil).body
		}
		preview := func(kind string, body raw) (p tablePreview) {
			t.Helper()
			s.must(200, owner, "POST", at+"/tables/"+kind+"/preview?locale=nl", body).json(t, &p)
			return p
		}
		same := func(kind, format string) {
			t.Helper()
			p := preview(kind, raw{"application/octet-stream", []byte(export(owner, kind, format))})
			if len(p.Rows) != 0 || p.Unchanged == 0 || len(p.Ignored) != 0 {
				t.Errorf("%s as %s does not come in as it left: %d unchanged, %+v", kind, format, p.Unchanged, p)
			}
		}

		// A tree of places, out of a table that knows no ids; its rows in any order.
		places := raw{"text/csv", []byte("Naam;Deel van;Code;Opmerking\n1.01;Blok A > Niveau 1;R1;x\nBlok A;;A;\nNiveau 1;Blok A;;\nVerloren;Nergens;;\n")}
		p := preview("locations", places)
		if len(p.Rows) != 4 || p.Rows[3].State != "wrong" || p.Rows[3].Issues[0].Code != "not-found" || p.Rows[3].Row != 5 || !slices.Equal(p.Ignored, []string{"Opmerking"}) {
			t.Fatalf("%+v", p)
		}
		s.apply(owner, p)
		if p := preview("locations", places); p.Unchanged != 3 || len(p.Rows) != 1 {
			t.Errorf("the same once more: %+v", p)
		}
		// A building that is renamed takes what is in it along.
		edited := rewritten(t, export(owner, "locations", "xlsx"), func(rows [][]tabular.Cell) [][]tabular.Cell {
			for _, r := range rows {
				if r[2].Text == "Blok A" {
					r[2] = tabular.T("Blok B")
				}
			}
			return rows
		})
		p = preview("locations", edited)
		if len(p.Rows) != 1 || p.Rows[0].Changes[0].Before != "Blok A" || p.Rows[0].Changes[0].After != "Blok B" || p.Rows[0].Back["name"] != "Blok A" {
			t.Fatalf("a renamed building: %+v", p)
		}
		s.apply(owner, p)

		// Points of every kind of text.
		for i, text := range naughty {
			if strings.ContainsRune(text, 0) {
				continue
			}
			which := string(id.New[id.Point]())
			a := s.do(owner, "PUT", at+"/points/"+which, map[string]any{"subject": fmt.Sprintf("%d", i), "description": text})
			if a.status != 201 {
				t.Logf("%q is refused: %s", text, a.problem())
			}
		}
		naughtySubject := "=HYPERLINK(\"x\") \u202e \t'+1"
		s.must(201, owner, "PUT", at+"/points/"+string(id.New[id.Point]()), map[string]any{"subject": naughtySubject, "due": "2026-12-24", "urgent": true,
			"in_charge": []map[string]string{{"kind": "person", "id": string(w.people["guest"].person)}}})
		for _, kind := range []string{"categories", "locations", "participants", "points"} {
			same(kind, "xlsx")
			same(kind, "csv")
		}

		// What is edited changes, what is left out stays, what is wrong is said.
		var column map[string]int
		all := export(owner, "points", "xlsx")
		edited = rewritten(t, all, func(rows [][]tabular.Cell) [][]tabular.Cell {
			column = map[string]int{}
			for i, c := range rows[0] {
				column[c.String()] = i
			}
			var out [][]tabular.Cell
			for i, r := range rows {
				switch {
				case i == 0:
					out = append(out, r)
				case r[column["Onderwerp"]].Text == naughtySubject:
					r[column["Uiterlijk"]] = tabular.D("2027-01-08")
					r[column["Locatie"]] = tabular.T("blok b > niveau 1")
					r[column["Dringend"]] = tabular.T("nee")
					out = append(out, r)
				case r[column["Onderwerp"]].Text == "1":
					r[column["Status"]] = tabular.T("Nooit gehoord")
					out = append(out, r)
				}
			}
			fresh := make([]tabular.Cell, len(rows[0]))
			fresh[column["Onderwerp"]], fresh[column["Uiterlijk"]] = tabular.T("Nieuw"), tabular.T("8-1-2027")
			return append(out, fresh)
		})
		p = preview("points", edited)
		states := map[string]int{}
		for _, r := range p.Rows {
			states[r.State]++
			if r.State == "changed" && len(r.Changes) != 3 {
				t.Errorf("%+v", r)
			}
			if r.State == "wrong" && (r.Issues[0].Column != "status" || r.Issues[0].Code != "not-found") {
				t.Errorf("%+v", r)
			}
		}
		if states["changed"] != 1 || states["wrong"] != 1 || states["new"] != 1 {
			t.Fatalf("%v: %+v", states, p)
		}
		s.apply(owner, p)
		now := s.must(200, owner, "GET", at+"/points?q=Nieuw", nil)
		if !strings.Contains(now.body, `"due":"2027-01-08"`) {
			t.Errorf("the new point: %s", now)
		}

		// Nobody takes out what they may not see, and nobody below manager brings in.
		list := string(id.New[id.List]())
		s.must(201, owner, "PUT", at+"/lists/"+list, `{"code":"HID","name":"Not for all","closed":true}`)
		hidden := string(id.New[id.Point]())
		s.must(201, owner, "PUT", at+"/points/"+hidden, `{"subject":"Secret matter","due":"2026-12-24","list_id":"`+list+`"}`)
		who := w.people["contributor"]
		for _, path := range []string{"/tables/points?format=csv&locale=nl&zone=UTC", "/calendar?all=true"} {
			if a := s.must(200, who, "GET", at+path, nil); strings.Contains(a.body, "Secret") || strings.Contains(a.body, hidden) {
				t.Errorf("%s shows a hidden list", path)
			}
			if a := s.must(200, owner, "GET", at+path, nil); !strings.Contains(a.body, hidden) {
				t.Errorf("%s shows its own people nothing", path)
			}
		}
		p = tablePreview{}
		s.must(200, w.add(w.home, "other manager", policy.OrgMember, policy.Manager), "POST", at+"/tables/points/preview?locale=en", raw{"text/csv", []byte("id,Subject\n" + hidden + ",Guessed\n")}).json(t, &p)
		if p.Rows[0].State != "wrong" || p.Rows[0].Issues[0].Code != "unknown" {
			t.Errorf("a hidden point can be guessed: %+v", p)
		}
		for kind, least := range map[string]string{"points": "contributor", "categories": "contributor", "participants": "manager"} {
			if a := s.do(w.people[least], "POST", at+"/tables/"+kind+"/preview?locale=en", places); a.status != 403 {
				t.Errorf("%s of a %s: %s", kind, least, a)
			}
		}
		for body, code := range map[string]string{"": "empty-table", "Nothing,Known\n1,2\n": "column-missing", "PK\x03\x04broken": "not-a-table", "Name\n\x00\n": "not-a-table"} {
			if a := s.do(owner, "POST", at+"/tables/categories/preview?locale=en", raw{"text/csv", []byte(body)}); a.problem() != code {
				t.Errorf("%q: %s", body, a)
			}
		}
		// A level that is changed in the table.
		p = preview("participants", rewritten(t, export(owner, "participants", "xlsx"), func(rows [][]tabular.Cell) [][]tabular.Cell {
			for _, r := range rows {
				if r[0].Text == string(w.people["guest"].person) {
					r[4] = tabular.T("contributor")
				}
			}
			return rows
		}))
		if len(p.Rows) != 1 || p.Rows[0].Changes[0].Before != "guest" {
			t.Fatalf("a level: %+v", p)
		}
		s.apply(owner, p)
		same("participants", "csv")
	})
}

// TestTablesInvite: a row with an address is an invitation like every other one,
// looked at before it is sent, and taken back.
func TestTablesInvite(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		owner, at, org := w.home.owner, w.home.base(), "/api/v1/organisations/"+string(w.home.org)
		look := func(who *login, query, csv string) (p tablePreview) {
			t.Helper()
			s.must(200, who, "POST", at+"/tables/participants/preview?locale=nl"+query, raw{"text/csv", []byte(csv)}).json(t, &p)
			return p
		}
		open := func() string {
			t.Helper()
			return s.must(200, owner, "GET", org+"/invitations", nil).body
		}
		why := func(p tablePreview, row int) string {
			if len(p.Rows[row].Issues) == 0 {
				return p.Rows[row].State
			}
			return p.Rows[row].Issues[0].Code
		}
		const table = "Naam;E-mail;Niveau;Functie\nBo Bever;bo@bever.example;contributor;Werfleider\n;no address;guest;\nGi;gi@gans.example;;\n"
		p := look(owner, "&source=supplier&mail=fr", table)
		for i, want := range []string{"new", "email-format", "required"} {
			if got := why(p, i); got != want {
				t.Errorf("row %d: %s, want %s", i, got, want)
			}
		}
		if strings.Contains(open(), "bever") {
			t.Fatal("a look invites")
		}
		s.apply(owner, p)
		if all := open(); !strings.Contains(all, `"bo@bever.example"`) || !strings.Contains(all, `"source":"supplier"`) || !strings.Contains(all, `"locale":"fr"`) ||
			!strings.Contains(all, `"project_id":"`+string(w.home.project)) || strings.Contains(all, "gans") {
			t.Errorf("%s", all)
		}
		if m := s.mail("bo@bever.example"); !strings.Contains(m.Text, "/invite") {
			t.Errorf("the mail: %+v", m)
		}
		// The same once more, an address that is here, one that wants no mail, and none for who may not invite.
		if err := s.DB.Write(t.Context(), db.Everyone("an address that wants no mail"), func(tx *db.Tx) error {
			return s.Consents.Suppress(tx, "never@gans.example", consent.Everything)
		}); err != nil {
			t.Fatal(err)
		}
		p = look(owner, "&source=supplier", "Naam;E-mail;Niveau\nBo;BO@bever.example;guest\nx;"+w.people["guest"].email+";guest\ny;never@gans.example;guest\n")
		for i, want := range []string{"already-invited", "already-here", "suppressed"} {
			if got := why(p, i); got != want {
				t.Errorf("row %d: %s, want %s", i, got, want)
			}
		}
		if got := why(look(owner, "", "Naam;E-mail;Niveau\nGi;gi@gans.example;guest\n"), 0); got != "source-needed" {
			t.Errorf("without a source: %s", got)
		}
		only := w.add(w.home, "project administrator", policy.OrgMember, policy.Administrator)
		if got := why(look(only, "&source=self", "Naam;E-mail;Niveau\nGi;gi@gans.example;guest\nx;"+w.people["guest"].email+";guest\n"), 1); got != "may-not-invite" {
			t.Errorf("who may not invite learns %s", got)
		}
		// It is taken back as every new row is: the address goes.
		for _, line := range strings.SplitAfter(open(), "}") {
			if i := strings.Index(line, `{"id":"`); i >= 0 && strings.Contains(line, "bever") {
				s.must(204, owner, "DELETE", org+"/invitations/"+line[i+7:i+43], nil)
			}
		}
		if strings.Contains(open(), "bever") {
			t.Error("it stands after it was taken back")
		}
	})
}

// TestTablesMove: the list of a point comes in as a move.
func TestTablesMove(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		owner, at := w.home.owner, w.home.base()
		list, point := string(id.New[id.List]()), aPoint(w)["point"]
		s.must(201, owner, "PUT", at+"/lists/"+list, `{"code":"MV","name":"Moved to"}`)
		var p tablePreview
		s.must(200, owner, "POST", at+"/tables/points/preview?locale=en", raw{"text/csv", []byte("id,Subject,List\n" + point + ",Moved and renamed,MV\n,Made there,Moved to\n")}).json(t, &p)
		if len(p.Rows) != 2 || p.Rows[0].Then == nil {
			t.Fatalf("%+v", p)
		}
		s.apply(owner, p)
		a := s.must(200, owner, "GET", at+"/points?list="+list, nil)
		if strings.Count(a.body, `"list_id":"`+list) != 2 || !strings.Contains(a.body, "Moved and renamed") || !strings.Contains(a.body, "Made there") {
			t.Errorf("%s", a.body)
		}
		// Whoever reads that list alone moves nothing to it.
		reader := w.add(w.home, "reader of it", policy.OrgMember, policy.Manager)
		s.must(200, owner, "PUT", at+"/lists/"+list+"/participants/"+string(reader.person), `{"level":"guest"}`)
		s.must(200, reader, "POST", at+"/tables/points/preview?locale=en", raw{"text/csv", []byte("Subject,List\nx,MV\n")}).json(t, &p)
		if p.Rows[0].State != "wrong" || p.Rows[0].Issues[0].Code != "no-points-there" {
			t.Errorf("%+v", p)
		}
	})
}
