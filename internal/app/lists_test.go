package app

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
)

// copyOf is what one device holds of the project, and what it ever held.
type copyOf struct {
	who         *login
	cursor      string
	points      map[string]bool
	lists       map[string]bool
	ever        map[string]bool // ids of points and lists
	startedOver int
}

type shownThings struct {
	Points []struct {
		ID     string `json:"id"`
		ListID string `json:"list_id"`
	} `json:"points"`
	Lists []struct {
		ID string `json:"id"`
	} `json:"lists"`
}

func (c *copyOf) take(t shownThings) {
	for _, p := range t.Points {
		c.points[p.ID], c.ever[p.ID] = true, true
	}
	for _, l := range t.Lists {
		c.lists[l.ID], c.ever[l.ID] = true, true
	}
}

// pull brings the copy up to date the way the app does.
func (c *copyOf) pull(s *house, home tenant) {
	s.t.Helper()
	for c.cursor != "" {
		var page struct {
			Cursor    string      `json:"cursor"`
			More      bool        `json:"more"`
			StartOver bool        `json:"start_over"`
			Things    shownThings `json:"things"`
			Gone      []struct {
				Kind string `json:"kind"`
				ID   string `json:"id"`
			} `json:"gone"`
		}
		a := s.must(200, c.who, "GET", home.base()+"/changes?cursor="+c.cursor, nil)
		a.json(s.t, &page)
		if page.StartOver {
			c.startedOver++
			c.cursor = ""
			break
		}
		c.take(page.Things)
		for _, g := range page.Gone {
			if !c.ever[g.ID] && (g.Kind == "point" || g.Kind == "list") {
				s.t.Errorf("%s is told that a %s is gone that it never had", c.who.name, g.Kind)
			}
			delete(c.points, g.ID)
			delete(c.lists, g.ID)
		}
		s.silent(home, c, a.body)
		c.cursor = page.Cursor
		if !page.More {
			return
		}
	}
	c.points, c.lists = map[string]bool{}, map[string]bool{}
	for next := ""; ; {
		var page struct {
			Cursor string      `json:"cursor"`
			Next   *string     `json:"next"`
			Things shownThings `json:"things"`
		}
		a := s.must(200, c.who, "GET", home.base()+"/snapshot?limit=7&page="+next, nil)
		a.json(s.t, &page)
		if next == "" {
			c.cursor = page.Cursor
		}
		c.take(page.Things)
		s.silent(home, c, a.body)
		if page.Next == nil {
			return
		}
		next = *page.Next
	}
}

// silent fails where an answer names a list that the device may not know of and
// never did.
func (s *house) silent(home tenant, c *copyOf, body string) {
	s.t.Helper()
	known, _ := s.allowed(home, c.who)
	for _, l := range s.allLists(home) {
		if !known[string(l)] && !c.ever[string(l)] && strings.Contains(body, string(l)) {
			s.t.Errorf("%s is told the id of a list it may not know of", c.who.name)
		}
	}
}

func (s *house) allLists(home tenant) (all []id.List) {
	s.t.Helper()
	if err := s.DB.Read(s.t.Context(), db.Tenant(home.org), func(tx *db.Tx) error {
		found, err := lists.Of(tx, home.project)
		for _, l := range found {
			all = append(all, l.ID)
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// allowed asks package policy, point by point, what someone may know of now.
func (s *house) allowed(home tenant, who *login) (lists, points map[string]bool) {
	s.t.Helper()
	g, err := s.Access.OfPerson(s.t.Context(), home.org, home.project, who.person)
	if err != nil {
		s.t.Fatal(err)
	}
	lists, points = map[string]bool{}, map[string]bool{}
	for _, l := range s.allLists(home) {
		if g.LevelOn(l) != policy.None {
			lists[string(l)] = true
		}
	}
	if err := s.DB.Read(s.t.Context(), db.Tenant(home.org), func(tx *db.Tx) error {
		type row struct {
			point string
			list  id.List
			c     access.InCharge
		}
		rows, err := db.All(tx, func(s db.Scanner) (r row, err error) {
			err = s.Scan(&r.point, &r.list, &r.c.Kind, &r.c.ID)
			return r, err
		}, `select p.id, p.list_id, coalesce(c.kind, ''), coalesce(c.ref_id, '') from point p left join point_in_charge c on c.org_id = p.org_id and c.point_id = p.id
			where p.org_id = $1 and p.project_id = $2 and p.deleted_at is null`, tx.Org(), home.project)
		for _, r := range rows {
			if policy.MaySee(policy.Toward{Level: g.LevelOn(r.list), InCharge: g.InChargeOf([]access.InCharge{r.c})}) {
				points[r.point] = true
			}
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return lists, points
}

// TestADeviceHoldsWhatPolicySays: whatever is made, moved, given, closed and
// opened, by whomever, what a device holds after its snapshot and changes is what
// policy allows its owner, point by point; and no answer names a list that its
// owner may not know of.
func TestADeviceHoldsWhatPolicySays(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		home := s.found("owner")
		base := home.base()
		dice := rand.New(rand.NewPCG(7, 23)) //nolint:gosec // the same walk every time
		role := string(id.New[id.Role]())
		s.must(201, home.owner, "PUT", base+"/roles/"+role, `{"name":"Trade"}`)
		var people []*login
		for _, l := range []policy.Level{policy.Manager, policy.Contributor, policy.Guest, policy.Subcontractor, policy.Subcontractor} {
			people = append(people, s.add(home, fmt.Sprintf("%s %d", l, len(people)), policy.OrgNone, l))
		}
		s.must(200, home.owner, "PUT", base+"/participants/"+string(people[4].person), `{"level":"subcontractor","role_ids":["`+role+`"]}`)
		people = append(people, home.owner)
		devices := make([]*copyOf, len(people))
		for i, p := range people {
			devices[i] = &copyOf{who: p, ever: map[string]bool{}}
			devices[i].pull(s, home)
		}
		some := func(all []*login) *login { return all[dice.IntN(len(all))] }
		levels := []string{"subcontractor", "guest", "contributor", "manager"}
		var points []string
		list := func() string { all := s.allLists(home); return string(all[dice.IntN(len(all))]) }
		charge := func() string {
			switch dice.IntN(3) {
			case 0:
				return `[]`
			case 1:
				return `[{"kind":"role","id":"` + role + `"}]`
			}
			return `[{"kind":"person","id":"` + string(some(people).person) + `"}]`
		}
		done := map[string]int{}
		for step := range 90 {
			who := some(people)
			var a answer
			var what string
			switch n := dice.IntN(10); {
			case n < 3 || len(points) == 0:
				p := string(id.New[id.Point]())
				what, a = "made", s.do(who, "PUT", base+"/points/"+p, `{"subject":"x","list_id":"`+list()+`","in_charge":`+charge()+`}`)
				if a.status == 201 {
					points = append(points, p)
				}
			case n < 5:
				what, a = "moved", s.do(who, "POST", base+"/points/"+points[dice.IntN(len(points))]+"/move", `{"list_id":"`+list()+`"}`)
			case n < 6:
				p := points[dice.IntN(len(points))]
				var now struct {
					Version int `json:"version"`
				}
				if a = s.do(who, "GET", base+"/points/"+p, nil); a.status == 200 {
					a.json(t, &now)
					a = s.do(who, "PATCH", base+"/points/"+p, fmt.Sprintf(`{"base":%d,"in_charge":%s}`, now.Version, charge()))
				}
				what = "given"
			case n < 7:
				what, a = "listed", s.do(who, "PUT", base+"/lists/"+string(id.New[id.List]()), fmt.Sprintf(`{"code":"L%d","name":"x","closed":%v}`, step, dice.IntN(3) > 0))
			case n < 9:
				at := base + "/lists/" + list() + "/participants/" + string(some(people).person)
				if what = "levelled"; dice.IntN(3) == 0 {
					what, a = "taken off", s.do(who, "DELETE", at, nil)
				} else {
					a = s.do(who, "PUT", at, `{"level":"`+levels[dice.IntN(len(levels))]+`"}`)
				}
			default:
				l := list()
				for version := 1; version < 40; version++ { // the newest base: whoever may, does
					if a = s.do(who, "PATCH", base+"/lists/"+l, fmt.Sprintf(`{"base":%d,"closed":%v}`, version, dice.IntN(2) > 0)); a.status != 200 {
						break
					}
				}
				what, a.status = "turned", 200
			}
			if a.status < 300 {
				done[what]++
			}
			for i, d := range devices {
				if dice.IntN(3) > 0 && step != 89 { // it was away
					continue
				}
				d.pull(s, home)
				lists, points := s.allowed(home, d.who)
				if !maps.Equal(d.lists, lists) || !maps.Equal(d.points, points) {
					t.Fatalf("step %d (%s), device %d of %s: %d points and %d lists, policy says %d and %d", step, what, i, d.who.name,
						len(d.points), len(d.lists), len(points), len(lists))
				}
			}
		}
		for _, what := range []string{"made", "moved", "given", "listed", "levelled", "taken off"} {
			if done[what] == 0 {
				t.Errorf("nothing was %s: the walk proves little", what)
			}
		}
		if !slices.ContainsFunc(devices, func(d *copyOf) bool { return d.startedOver > 0 && d.who != home.owner }) {
			t.Error("no device ever started over")
		}
	})
}

// TestAReportOfAHiddenListIsHidden: a report shows points of a closed list to
// whoever reads that list, and is not there for others.
func TestAReportOfAHiddenListIsHidden(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		base := w.home.base()
		list, point, report := string(id.New[id.List]()), string(id.New[id.Point]()), string(id.New[id.Report]())
		manager, guest, owner := w.people["manager"], w.people["guest"], w.home.owner
		s.must(201, manager, "PUT", base+"/lists/"+list, `{"code":"HID","name":"Not for all","closed":true}`)
		s.must(201, manager, "PUT", base+"/points/"+point, `{"subject":"Cracked beam","list_id":"`+list+`"}`)
		var made struct {
			Job string `json:"job_id"`
		}
		s.must(202, manager, "PUT", base+"/reports/"+report, reportBody).json(t, &made)
		if a := s.do(owner, "GET", base+"/reports/"+report+"/file", nil); a.status != 404 {
			t.Errorf("in the making, to who is not on the list: %s", a)
		}
		if state := s.job(w.home, manager, made.Job); state != "done" {
			t.Fatal(state)
		}
		for _, who := range []*login{guest, owner} {
			if a := s.must(200, who, "GET", base+"/reports", nil); strings.Contains(a.body, report) {
				t.Errorf("%s sees the report in the list", who.name)
			}
			if a := s.do(who, "GET", base+"/reports/"+report+"/file", nil); a.status != 404 {
				t.Errorf("%s has the PDF: %d", who.name, a.status)
			}
			if a := s.must(200, who, "GET", base+"/points?closed=any&q=beam", nil); strings.Contains(a.body, point) || !strings.Contains(a.body, `"n":0`) {
				t.Errorf("%s finds the point: %s", who.name, a)
			}
			if a := s.must(200, who, "GET", base+"/snapshot", nil); strings.Contains(a.body, list) || strings.Contains(a.body, report) {
				t.Errorf("%s has the list or the report in the snapshot", who.name)
			}
		}
		s.must(200, manager, "PUT", base+"/lists/"+list+"/participants/"+string(guest.person), `{"level":"guest"}`)
		if a := s.must(200, guest, "GET", base+"/reports", nil); !strings.Contains(a.body, report) {
			t.Error("on the list, and does not see its report")
		}
		s.must(200, guest, "GET", base+"/reports/"+report+"/file", nil)
		a := s.do(manager, "POST", base+"/lists/"+list+"/occurrence", `{"running":1}`) // the report was made of it
		if a.status != 200 {
			t.Errorf("the next occurrence: %s", a)
		}
	})
}
