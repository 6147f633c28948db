package app

import (
	"slices"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/rest"
	"plumbline/internal/syncapi"
)

// TestManyStandAsEachIsLetIn looks at many callers at once, as streams do, and at
// each by itself: the same are let in, to the same. Whoever lost access in any of
// the ways in which that happens is in neither.
func TestManyStandAsEachIsLetIn(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		sub := s.people["in charge"]
		closed := id.New[id.List]()
		w.home.must(w, "PUT", "/lists/"+string(closed), `{"code":"SHT","name":"Between us","closed":true}`)
		var callers []rest.Caller
		by := map[string]rest.Caller{}
		for name, l := range s.people {
			var sessions struct {
				Items []struct {
					ID id.Session `json:"id"`
				} `json:"items"`
			}
			s.must(200, l, "GET", "/api/v1/sessions", nil).json(t, &sessions)
			by[name] = rest.Caller{Account: l.account, Session: sessions.Items[0].ID, Via: "session"}
			callers = append(callers, by[name], rest.Caller{Account: l.account, Session: id.New[id.Session](), Via: "session"})
		}
		stranger := id.New[id.Account]()
		callers = append(callers, rest.Caller{Account: stranger, Via: "link"}, rest.Caller{Account: by["guest"].Account, Via: "token", Reach: id.Reach{Token: id.New[id.Token]()}},
			rest.Caller{Account: by["guest"].Account, Via: "link", Reach: id.Reach{Project: id.New[id.Project]()}},
			// A session of somebody else's opens nothing.
			rest.Caller{Account: by["guest"].Account, Session: by["manager"].Session, Via: "session"})
		look := func(want ...string) map[rest.Caller]syncapi.Standing {
			t.Helper()
			got, err := s.doors().Stand(t.Context(), callers, w.home.project)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range callers {
				v, err := s.doors().Enter(t.Context(), c, w.home.project)
				one, in := got[c]
				if in != (err == nil) || in && (one.Rights != v.Rights || !slices.Equal(one.Audiences, v.Audiences)) {
					t.Errorf("%+v: %+v by many, %v %v %v by itself", c, one, v.Audiences, v.Rights, err)
				}
			}
			var names []string
			for name, c := range by {
				if _, in := got[c]; in {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			slices.Sort(want)
			if !slices.Equal(names, want) || len(got) != len(want) {
				t.Errorf("let in are %q and %d in all, want %q", names, len(got), want)
			}
			return got
		}
		all := []string{"owner", "administrator", "manager", "contributor", "other contributor", "guest", "in charge", "not in charge"}
		first := look(all...)
		hears := func(name string) bool {
			return slices.Contains(first[by[name]].Audiences, access.OnList(w.home.project, closed))
		}
		if !hears("owner") || hears("administrator") {
			t.Error("a closed list is heard by others than who made it")
		}
		lost := func(names ...string) {
			all = slices.DeleteFunc(all, func(n string) bool { return slices.Contains(names, n) })
			look(all...)
		}
		s.must(204, w.home.owner, "DELETE", w.home.base()+"/participants/"+string(s.people["contributor"].person), nil)
		lost("contributor")
		s.must(204, s.people["guest"], "DELETE", "/api/v1/session", nil)
		lost("guest")
		if err := s.DB.Write(t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error {
			return s.Consents.Deny(tx, persontest.By(), personal.OfPerson(w.home.org, sub.person), consent.Erasing, "x")
		}); err != nil {
			t.Fatal(err)
		}
		lost("in charge")
		s.must(200, w.home.owner, "PUT", w.home.base()+"/participants/"+string(s.people["manager"].person), `{"level":"subcontractor"}`)
		if now := look(all...); now[by["manager"]].Rights == first[by["manager"]].Rights {
			t.Error("a level that was taken away is not told")
		}
	})
}
