package tables

import (
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/tabular"
)

// site is a project with a little of everything.
func site() state {
	block, level := id.New[id.Location](), id.New[id.Location]()
	roof, status, role, who := id.New[id.Category](), id.New[id.Status](), id.New[id.Role](), id.New[id.Person]()
	st := state{org: id.New[id.Org](), project: id.New[id.Project](), lists: []list{{id.New[id.List](), "C", "Site", true}, {id.New[id.List](), "Q", "Quiet", true},
		{id.New[id.List](), "Z", "Shut", false}, {id.New[id.List](), "A", "Twice", true}, {id.New[id.List](), "B", "Twice", true}}, companies: map[id.Company]string{id.New[id.Company](): "Dak, Noord", id.New[id.Company](): "Roofers"}}
	st.set = project.Settings{
		Locations:  []project.Location{{ID: block, Kind: "building", Name: "Block A", Version: 1}, {ID: level, Parent: new(block), Kind: "level", Name: "Level 1", Version: 2}},
		Categories: []project.Category{{ID: roof, Kind: "category", Name: "Roof", Version: 1}},
		Statuses:   []project.Status{{ID: status, Name: "Open"}},
		Roles:      []project.Role{{ID: role, Name: "Surveyor"}, {ID: id.New[id.Role](), Name: "Roofers"}},
	}
	st.people = []project.Someone{{ID: who, Name: "An", Level: policy.Guest, Roles: []id.Role{role}}, {ID: id.New[id.Person](), Limited: true, Level: policy.Guest}}
	st.points = []Point{{ID: id.New[id.Point](), Version: 5, List: st.lists[0].id, Subject: " =1+1 ", Description: "two\r\nlines", Status: status, Category: roof, Location: level, Due: "2026-12-24", Urgent: true,
		Charge: []access.InCharge{{Kind: "person", ID: string(who)}, {Kind: "person", ID: string(st.people[1].ID)}}}}
	return st
}

func of(t *testing.T, st state, kind, csv string) Preview {
	t.Helper()
	rows, err := tabular.ReadCSV([]byte(csv), tabular.Usual())
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan(st, kind, Reading{Locale: "nl", Source: "supplier"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlan(t *testing.T) {
	t.Parallel()
	st := site()
	p0, block, level := string(st.points[0].ID), string(st.set.Locations[0].ID), string(st.set.Locations[1].ID)
	for _, c := range []struct {
		name, kind, csv string
		want            string // state column code or change, of each row that is not unchanged
		same            int
	}{
		{"as it is", Locations, "Name,Part of\nBlock A,\nLevel 1,block a\n", "", 2},
		{"children before parents", Locations, "Name,Part of\n101,Block B > 1\n1,Block B\nBlock B,\n", "new;new;new", 0},
		{"a renamed parent, by its old name", Locations, "id,Name,Part of\n" + block + ",Block B,\n" + level + ",Level 1,Block A\n,Level 2,Block A\n", "changed name:Block A→Block B;new", 1},
		{"two of one name", Locations, "Name,Part of\nX,\nx,\n", "new;wrong name twice", 0},
		{"an id twice", Locations, "id,Name\n" + block + ",Block A\n" + block + ",Block A\n", "wrong id twice", 1},
		{"too deep", Locations, "Name,Part of\nR,Block A > Level 1\nS,Block A > Level 1 > R\n", "new;wrong parent too-deep", 0},
		{"round in a circle", Locations, "Name,Part of\nX,Y\nY,X\n", "wrong parent not-found;wrong parent not-found", 0},
		{"to another depth", Locations, "id,Name,Part of\n" + level + ",Level 1,\n", "wrong parent other-depth", 0},
		{"a guessed id", Points, "id,Subject\n" + string(id.New[id.Point]()) + ",x\n", "wrong id unknown", 0},
		{"a subject that looks like a formula", Points, "id,Subject\n" + p0 + ",=1+1\n", "", 1},
		{"no subject", Points, "id,Subject\n" + p0 + ",\n", "wrong subject required", 0},
		{"a day as it is written there", Points, "id,Subject,Due\n" + p0 + ",=1+1,8-1-2027\n", "changed due:2026-12-24→2027-01-08", 0},
		{"no day", Points, "id,Subject,Due\n" + p0 + ",=1+1,tomorrow\n", "wrong due not-a-date", 0},
		{"the day of no month", Points, "id,Subject,Due\n" + p0 + ",=1+1,31-02-2027\n", "wrong due not-a-date", 0},
		{"a day is taken away", Points, "id,Subject,Due\n" + p0 + ",=1+1,\n", "changed due:2026-12-24→", 0},
		{"in charge by name", Points, "id,Subject,In charge\n" + p0 + ",=1+1,surveyor\n", "changed in-charge:An→surveyor", 0},
		{"a name that two have", Points, "id,Subject,In charge\n" + p0 + ",=1+1,Roofers\n", "wrong in-charge not-found", 0},
		{"urgent in words", Points, "id,Subject,Urgent\n" + p0 + ",=1+1,ja\n", "", 1},
		{"urgent in none", Points, "id,Subject,Urgent\n" + p0 + ",=1+1,perhaps\n", "wrong urgent not-yes-or-no", 0},
		{"a level", Participants, "id,Name,Level\n" + string(st.people[0].ID) + ",An,Contributor\n", "changed level:guest→contributor", 0},
		{"a list by its code", Points, "id,Subject,List\n" + p0 + ",=1+1,q\n", "changed list:C Site→Q Quiet", 0},
		{"a list by its name, and a day", Points, "id,Subject,Due,List\n" + p0 + ",=1+1,,Quiet\n", "changed due:2026-12-24→ list:C Site→Q Quiet", 0},
		{"its own list", Points, "id,Subject,List\n" + p0 + ",=1+1,c site\n,new one,Site\n", "new", 1},
		{"a list that takes no points", Points, "Subject,List\nx,Shut\n", "wrong list no-points-there", 0},
		{"a name that two lists have", Points, "Subject,List\nx,Twice\ny,A Twice\n", "wrong list not-found;new", 0},
		{"no such list", Points, "id,Subject,Due,List\n" + p0 + ",=1+1,,Nowhere\n", "wrong list not-found", 0},
		{"an invitation", Participants, "Name,E-mail,Level,Company,Roles\nBo,bo@x.example,guest,roofers,Surveyor\n", "new email:→bo@x.example company:→Roofers level:→guest roles:→Surveyor", 0},
		{"an invitation without a name", Participants, "Name,E-mail,Level\n,bo@x.example,guest\n", "new email:→bo@x.example level:→guest", 0},
		{"an address twice", Participants, "Name,E-mail,Level\nBo,bo@x.example,guest\nBo,BO@x.example,guest\n", "new email:→bo@x.example level:→guest;wrong email twice", 0},
		{"without a level", Participants, "Name,E-mail,Level\nBo,bo@x.example,\n", "wrong level required", 0},
		{"without a column of levels", Participants, "Name,E-mail\nBo,bo@x.example\n", "wrong level required", 0},
		{"of an unknown company", Participants, "Name,E-mail,Level,Company\nBo,bo@x.example,guest,Nobody\n", "wrong company not-found", 0},
		{"an address for who takes part", Participants, "id,Name,E-mail\n" + string(st.people[0].ID) + ",An,an@x.example\n", "wrong email not-changed-here", 0},
		{"an address for an id that is none", Participants, "id,Name,E-mail,Level\n" + string(id.New[id.Person]()) + ",An,an@x.example,guest\n", "wrong id not-a-participant", 0},
		{"a stranger", Participants, "Name,Level\nSomebody,guest\n", "wrong id not-a-participant", 0},
	} {
		p := of(t, st, c.kind, c.csv)
		var got []string
		for _, r := range p.Rows {
			s := r.State
			for _, x := range r.Changes {
				s += " " + x.Column + ":" + x.Before + "→" + x.After
			}
			for _, x := range r.Issues {
				s += " " + x.Column + " " + x.Code
			}
			got = append(got, s)
		}
		if strings.Join(got, ";") != c.want || p.Same != c.same {
			t.Errorf("%s: %q and %d the same, want %q and %d", c.name, got, p.Same, c.want, c.same)
		}
	}
	// A point's fields and its list are two writes, each with its way back.
	r := of(t, st, Points, "id,Subject,Due,List\n"+p0+",=1+1,,Q\n").Rows[0]
	if r.Method != "PATCH" || r.Body["list_id"] != nil || r.Then == nil || r.Then.Method != "POST" || r.Then.Path != r.Path+"/move" ||
		r.Then.Body["list_id"] != string(st.lists[1].id) || r.Then.Back["list_id"] != string(st.lists[0].id) {
		t.Errorf("%+v %+v", r, r.Then)
	}
	if r = of(t, st, Points, "id,Subject,List\n"+p0+",=1+1,Q\n").Rows[0]; r.Method != "POST" || !strings.HasSuffix(r.Path, "/move") || r.Then != nil || r.Body["base"] != nil {
		t.Errorf("%+v", r)
	}
	if r = of(t, st, Points, "Subject,List\nx,Q\n").Rows[0]; r.Method != "PUT" || r.Body["list_id"] != string(st.lists[1].id) || r.Then != nil {
		t.Errorf("%+v", r)
	}
	// An invitation says where its address was got from; without that it is wrong.
	if r = of(t, st, Participants, "Name,E-mail,Level\nBo,bo@x.example,guest\n").Rows[0]; r.Body["source"] != "supplier" || r.Body["locale"] != "nl" ||
		r.Body["project_id"] != string(st.project) || r.Back != nil || r.Title != "Bo" {
		t.Errorf("%+v", r)
	}
	in, err := tabular.ReadCSV([]byte("Name,E-mail,Level\nBo,bo@x.example,guest\n"), tabular.Usual())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := plan(st, Participants, Reading{Locale: "nl"}, in); err != nil || p.Rows[0].State != Wrong || p.Rows[0].Issues[0] != (Issue{"email", "source-needed"}) {
		t.Errorf("%+v %v", p, err)
	}
	// Who may not be shown stays in charge.
	charged, _ := of(t, st, Points, "id,Subject,In charge\n"+p0+",=1+1,surveyor\n").Rows[0].Body["in_charge"].([]map[string]string)
	if len(charged) != 2 || charged[0]["id"] != string(st.people[1].ID) {
		t.Errorf("%v", charged)
	}
}

// FuzzPlan reads any table: it never fails otherwise than by a fault, writes
// nowhere but in its project, and has an answer for every row.
func FuzzPlan(f *testing.F) {
	f.Add("Name,Part of,Code\nA,,1\nB,A,\n", 0)
	f.Add("id;Subject;Due;Urgent;In charge\n;x;1/2/2027;ja;An, Surveyor\n", 1)
	f.Add("id,Level,Roles\n,guest,Surveyor\n", 2)
	f.Add("Name,E-mail,Level,Company\nBo,bo@x.example,guest,Roofers\n", 2)
	f.Add("Subject,List\nx,Q\n", 1)
	f.Add("Name,Part of\n>,>\n > , > > \n", 0)
	f.Fuzz(func(t *testing.T, csv string, which int) {
		kind := []string{Locations, Points, Participants, Categories}[uint(which)%4]
		rows, err := tabular.ReadCSV([]byte(csv), tabular.Usual())
		if err != nil || len(rows) == 0 {
			t.Skip()
		}
		st := site()
		p, err := plan(st, kind, Reading{Locale: "en", Source: "colleague"}, rows)
		if err != nil {
			t.Skip()
		}
		if len(p.Rows)+p.Same != len(rows)-1 {
			t.Errorf("%d rows, %d answers", len(rows)-1, len(p.Rows)+p.Same)
		}
		for _, r := range p.Rows {
			if r.State == Wrong != (r.Path == "") || r.State == Wrong != (len(r.Issues) > 0) {
				t.Errorf("%+v", r)
			}
			if r.invite != nil && kind == Participants {
				if r.Path != "" && !strings.HasPrefix(r.Path, "/api/v1/organisations/"+string(st.org)+"/invitations/") {
					t.Errorf("it invites at %s", r.Path)
				}
				continue
			}
			if r.Path != "" && !strings.HasPrefix(r.Path, "/api/v1/projects/"+string(st.project)+"/"+kind+"/") {
				t.Errorf("it writes to %s", r.Path)
			}
			if r.Then != nil && (r.State != Changed || r.Then.Path != r.Path+"/move" || kind != Points) {
				t.Errorf("%+v", r.Then)
			}
		}
	})
}
