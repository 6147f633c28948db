package project_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/project/projecttest"
)

func code(t *testing.T, what string, err error, kind fault.Kind, want string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != want {
		t.Errorf("%s: got %v %q (%v), want %v %q", what, fault.KindOf(err), fault.CodeOf(err), err, kind, want)
	}
}

// heads are the numbers of a project's audiences.
func heads(t *testing.T, s *projecttest.Site) (site, everyone int64) {
	t.Helper()
	if err := s.DB.Read(t.Context(), db.Tenant(s.Org), func(tx *db.Tx) error {
		h, err := feed.Heads(tx, []string{access.Site(s.Project), access.Everyone(s.Project)})
		site, everyone = h[access.Site(s.Project)], h[access.Everyone(s.Project)]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return site, everyone
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(append(project.Declarations(), access.Declarations()...)); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestANewProjectIsFurnished(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		set := s.Settings
		if len(set.Statuses) != 5 || len(set.Categories) != 5 || len(set.Roles) != 4 || len(set.Locations) != 0 {
			t.Fatalf("%d statuses, %d categories, %d roles", len(set.Statuses), len(set.Categories), len(set.Roles))
		}
		reserved := 0
		for _, st := range set.Statuses {
			if st.ManagersOnly != st.Closes {
				t.Errorf("%+v: managers close, and nothing else is theirs", st)
			}
			if st.ManagersOnly {
				reserved++
			}
		}
		if reserved != 1 || set.Zone.String() != "Europe/Brussels" || set.Statuses[0].Name != "Open" || set.Categories[0].Name != "Ruwbouw" {
			t.Errorf("%d reserved, %+v", reserved, set.Statuses[0])
		}
		g := s.Enter(t, s.Owner.Caller)
		if g.Level != policy.Administrator || g.Person != s.Owner.Person || g.Org != s.Org {
			t.Errorf("the maker is %+v", g)
		}
		before, _ := heads(t, s)
		if before == 0 {
			t.Error("nothing was delivered to the site")
		}
		// Again: nothing happens. Another tenant's id: not there.
		p, made, err := s.Projects.Create(t.Context(), s.Owner, project.Project{ID: s.Project, Name: "Other", TimeZone: "UTC"})
		if err != nil || made || p.Name != "Kaaistraat" {
			t.Errorf("again: %v %+v %v", made, p, err)
		}
		if after, _ := heads(t, s); after != before {
			t.Errorf("making it again changed the log: %d, %d", before, after)
		}
		other := projecttest.With(t, d, s.Vault)
		_, _, err = s.Projects.Create(t.Context(), other.Owner, project.Project{ID: s.Project, Name: "Theft", TimeZone: "UTC"})
		code(t, "another tenant's id", err, fault.NotFound, "project-not-found")
		_, err = s.Access.Enter(t.Context(), other.Owner.Caller, s.Project)
		code(t, "another tenant enters", err, fault.NotFound, "project-not-found")
		_, err = s.Access.Enter(t.Context(), other.Owner.Caller, id.New[id.Project]())
		code(t, "no project", err, fault.NotFound, "project-not-found")
	})
}

func TestProjectRules(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		for path, p := range map[string]project.Project{"name": {Name: "\u00a0", TimeZone: "UTC"}, "time_zone": {Name: "x", TimeZone: "Europe/Atlantis"},
			"code": {Name: "x", TimeZone: "UTC", Code: strings.Repeat("x", 41)}} {
			p.ID = id.New[id.Project]()
			_, _, err := s.Projects.Create(ctx, s.Owner, p)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", path, err)
			}
		}
		member := s.Owner
		member.Role = policy.OrgMember
		_, _, err := s.Projects.Create(ctx, member, project.Project{ID: id.New[id.Project](), Name: "x", TimeZone: "UTC"})
		code(t, "a member creates", err, fault.Denied, "needs-manager")

		g := s.Enter(t, s.Owner.Caller)
		p, _, err := s.Projects.Change(ctx, g, 1, project.Patch{Name: new("Kaai"), TimeZone: new("Europe/Paris")})
		if err != nil || p.Name != "Kaai" || p.TimeZone != "Europe/Paris" || p.Version != 2 || p.Code != "KAAI" {
			t.Errorf("%+v %v", p, err)
		}
		p, conflicts, err := s.Projects.Change(ctx, g, 1, project.Patch{Name: new("Quai"), Place: new("Brugge")})
		if err != nil || p.Name != "Kaai" || p.Place != "Brugge" || len(conflicts) != 1 || conflicts[0].Field != "name" || string(conflicts[0].Theirs) != `"Kaai"` {
			t.Errorf("%+v %+v %v", p, conflicts, err)
		}
		_, _, err = s.Projects.Change(ctx, g, 3, project.Patch{TimeZone: new("Mars/Base")})
		code(t, "a zone that is none", err, fault.Invalid, "invalid")
		_, _, err = s.Projects.Change(ctx, s.At(t, policy.Manager, ""), 3, project.Patch{Name: new("x")})
		code(t, "a manager changes the project", err, fault.Denied, "needs-administrator")
		mine, err := s.Projects.Projects(ctx, s.Owner.Caller)
		if err != nil || len(mine) != 1 || mine[0].Name != "Kaai" || mine[0].Level != policy.Administrator {
			t.Errorf("%+v %v", mine, err)
		}
	})
}

type used map[string]bool

func (u used) InUse(_ *db.Tx, kind, thing string) (bool, error) { return u[kind+thing], nil }

func (u used) PeopleSeen(*db.Tx, access.Grant) ([]id.Person, error) {
	var all []id.Person
	for p := range u {
		all = append(all, id.Person(p))
	}
	return all, nil
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		g := s.At(t, policy.Manager, "")
		st := project.Status{ID: id.New[id.Status](), Name: "Geweigerd", Colour: "#aa0011", Shape: "diamond", Order: 9}
		_, _, err := s.Projects.PutStatus(ctx, s.At(t, policy.Contributor, ""), st)
		code(t, "a contributor adds", err, fault.Denied, "needs-manager")
		before, _ := heads(t, s)
		for i, want := range []bool{true, false} {
			if got, made, err := s.Projects.PutStatus(ctx, g, st); err != nil || made != want || got.Name != st.Name || got.Version != 1 {
				t.Errorf("time %d: %+v %v %v", i, got, made, err)
			}
		}
		if after, _ := heads(t, s); after != before+1 {
			t.Errorf("%d deliveries to the site", after-before)
		}
		for path, bad := range map[string]project.Status{"name": {Colour: "open", Shape: "ring"}, "colour": {Name: "x", Colour: "red", Shape: "ring"},
			"shape": {Name: "x", Colour: "open", Shape: "star"}} {
			bad.ID = id.New[id.Status]()
			if _, _, err := s.Projects.PutStatus(ctx, g, bad); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "("+path+":") {
				t.Errorf("%s: %v", path, err)
			}
		}
		got, _, err := s.Projects.PatchStatus(ctx, g, st.ID, 1, project.StatusPatch{Name: new("Afgekeurd"), Managers: new(true)})
		if err != nil || got.Name != "Afgekeurd" || !got.ManagersOnly || got.Version != 2 || got.Colour != st.Colour {
			t.Errorf("%+v %v", got, err)
		}
		got, conflicts, err := s.Projects.PatchStatus(ctx, g, st.ID, 1, project.StatusPatch{Name: new("Nee"), Order: new(int64(3))})
		if err != nil || got.Name != "Afgekeurd" || got.Order != 3 || len(conflicts) != 1 || conflicts[0].Actor != string(g.Person) {
			t.Errorf("%+v %+v %v", got, conflicts, err)
		}
		s.Projects.Connect(used{"status" + string(st.ID): true}, nil)
		code(t, "in use", s.Projects.DeleteStatus(ctx, g, st.ID), fault.Conflict, "in-use")
		s.Projects.Connect(nil, nil)
		if err := s.Projects.DeleteStatus(ctx, g, st.ID); err != nil {
			t.Error(err)
		}
		code(t, "deleted twice", s.Projects.DeleteStatus(ctx, g, st.ID), fault.NotFound, "status-not-found")
		// Only the closing one, and the last open one that all may set, stay.
		want := []string{"", "", "", "last-closing-status", "last-open-status"}
		for i, other := range s.Settings.Statuses {
			if got := fault.CodeOf(s.Projects.DeleteStatus(ctx, g, other.ID)); got != want[i] {
				t.Errorf("%s: %q, want %q", other.Name, got, want[i])
			}
		}
		last := s.Settings.Statuses[4].ID
		for what, p := range map[string]project.StatusPatch{"reserved": {Managers: new(true)}, "closing": {Closes: new(true)}} {
			_, _, err = s.Projects.PatchStatus(ctx, g, last, 1, p)
			code(t, "the last open status becomes "+what, err, fault.Conflict, "last-open-status")
		}
		_, _, err = s.Projects.PatchStatus(ctx, g, s.Settings.Statuses[3].ID, 1, project.StatusPatch{Closes: new(false)})
		code(t, "the last closing status opens", err, fault.Conflict, "last-closing-status")
	})
}

func TestTrees(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		g := s.At(t, policy.Manager, "")
		building := project.Location{ID: id.New[id.Location](), Kind: "building", Name: "A"}
		level := project.Location{ID: id.New[id.Location](), Kind: "level", Name: "+1", Parent: &building.ID, Order: 2}
		ground := project.Location{ID: id.New[id.Location](), Kind: "level", Name: "0", Parent: &building.ID, Order: 1}
		room := project.Location{ID: id.New[id.Location](), Kind: "room", Name: "Keuken", Code: "1.02", Parent: &level.ID}
		put := func(l project.Location) error { _, _, err := s.Projects.PutLocation(ctx, g, l); return err }
		orphan := room
		orphan.ID = id.New[id.Location]()
		for what, bad := range map[string]func(*project.Location){
			"no parent":           func(l *project.Location) { l.Parent = nil },
			"an unknown parent":   func(l *project.Location) { l.Parent = new(id.New[id.Location]()) },
			"a room in a buildng": func(l *project.Location) { l.Parent = &building.ID },
			"an unknown kind":     func(l *project.Location) { l.Kind = "cupboard" },
			"itself":              func(l *project.Location) { l.Parent = &l.ID },
		} {
			l := orphan
			bad(&l)
			if err := put(l); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, l := range []project.Location{building, level, ground, room} {
			if err := put(l); err != nil {
				t.Fatal(l.Name, err)
			}
		}
		s.Reload(t)
		var names []string
		for _, l := range s.Settings.Locations {
			names = append(names, l.Name)
		}
		if !slices.Equal(names, []string{"A", "0", "+1", "Keuken"}) {
			t.Errorf("parents first: %v", names)
		}
		code(t, "a level with a room", s.Projects.DeleteLocation(ctx, g, level.ID), fault.Conflict, "in-use")
		_, _, err := s.Projects.PatchLocation(ctx, g, level.ID, 1, project.LocationPatch{Kind: new("building"), Parent: new((*id.Location)(nil))})
		code(t, "a level with a room becomes a building", err, fault.Invalid, "invalid")
		got, _, err := s.Projects.PatchLocation(ctx, g, room.ID, 1, project.LocationPatch{Parent: new(&ground.ID)})
		if err != nil || *got.Parent != ground.ID {
			t.Errorf("%+v %v", got, err)
		}
		got, conflicts, err := s.Projects.PatchLocation(ctx, g, room.ID, 1, project.LocationPatch{Parent: new(&level.ID)})
		if err != nil || *got.Parent != ground.ID || len(conflicts) != 1 || conflicts[0].Field != "parent_id" {
			t.Errorf("%+v %+v %v", got, conflicts, err)
		}
		if err := s.Projects.DeleteLocation(ctx, g, level.ID); err != nil {
			t.Error(err)
		}

		company := s.Company(t, "Gamma")
		c := project.Category{ID: id.New[id.Category](), Kind: "sub-category", Name: "Tegels", Parent: &s.Settings.Categories[1].ID,
			InCharge: []access.InCharge{{Kind: "company", ID: string(company)}, {Kind: "person", ID: string(g.Person)}}}
		if got, _, err := s.Projects.PutCategory(ctx, g, c); err != nil || len(got.InCharge) != 2 {
			t.Errorf("%+v %v", got, err)
		}
		stranger := c
		stranger.ID, stranger.InCharge = id.New[id.Category](), []access.InCharge{{Kind: "person", ID: string(id.New[id.Person]())}}
		_, _, err = s.Projects.PutCategory(ctx, g, stranger)
		code(t, "a stranger in charge", err, fault.Invalid, "invalid")
		none := []access.InCharge{}
		changed, _, err := s.Projects.PatchCategory(ctx, g, c.ID, 1, project.CategoryPatch{InCharge: &none})
		if err != nil || len(changed.InCharge) != 0 || changed.Version != 2 {
			t.Errorf("%+v %v", changed, err)
		}
	})
}

func TestRolesAndLists(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		role := s.Settings.Roles[0].ID
		g := s.At(t, policy.Manager, "", role)
		if !slices.Equal(g.Roles, []id.Role{role}) {
			t.Errorf("roles %v", g.Roles)
		}
		code(t, "a role that someone has", s.Projects.DeleteRole(ctx, g, role), fault.Conflict, "in-use")
		if err := s.Projects.DeleteRole(ctx, g, s.Settings.Roles[1].ID); err != nil {
			t.Error(err)
		}
		code(t, "the last list", s.Lists.Delete(ctx, g, s.First), fault.Conflict, "last-list")
		l := lists.List{ID: id.New[id.List](), Code: "C", Name: "Oplevering"}
		_, _, err := s.Lists.Put(ctx, g, l)
		code(t, "a code twice", err, fault.Invalid, "invalid")
		l.Code = "OPL"
		if _, _, err := s.Lists.Put(ctx, g, l); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Lists.Change(ctx, g, l.ID, 1, lists.Patch{Code: new("opl 2")}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a code with a space: %v", err)
		}
		if err := s.Lists.Delete(ctx, g, s.First); err != nil {
			t.Errorf("one of two lists: %v", err)
		}
		// A thing of another project of the same tenant is not there.
		other := id.New[id.Project]()
		if _, _, err := s.Projects.Create(ctx, s.Owner, project.Project{ID: other, Name: "Two", TimeZone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		foreign := g
		foreign.Project = other
		code(t, "another project's list", s.Lists.Delete(ctx, foreign, l.ID), fault.NotFound, "list-not-found")
		_, _, err = s.Lists.Put(ctx, foreign, lists.List{ID: l.ID, Code: "Z", Name: "z"})
		code(t, "another project's id", err, fault.NotFound, "list-not-found")
	})
}

func TestParticipants(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		admin := s.Enter(t, s.Owner.Caller)
		company, role := s.Company(t, "Gamma"), s.Settings.Roles[0].ID
		sub := s.At(t, policy.Subcontractor, company, role)
		guest := s.At(t, policy.Guest, "")

		if err := s.Access.Remove(ctx, admin, admin.Person); fault.CodeOf(err) != "last-administrator" {
			t.Errorf("the last administrator leaves: %v", err)
		}
		code(t, "the last administrator steps down", s.Projects.PutParticipant(ctx, admin, admin.Person, policy.Guest, nil), fault.Conflict, "last-administrator")
		code(t, "a guest promotes", s.Projects.PutParticipant(ctx, guest, guest.Person, policy.Manager, nil), fault.Denied, "needs-administrator")
		code(t, "a stranger", s.Projects.PutParticipant(ctx, admin, id.New[id.Person](), policy.Guest, nil), fault.NotFound, "person-not-found")
		invited, _, err := s.Orgs.Invite(ctx, s.Owner, org.Invitation{ID: id.New[id.Invite](), Email: "nele@gamma.example", Name: "Nele", Source: personal.Supplier, Locale: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		code(t, "who has not accepted", s.Projects.PutParticipant(ctx, admin, invited.Person, policy.Guest, nil), fault.NotFound, "person-not-found")
		code(t, "an unknown role", s.Projects.PutParticipant(ctx, admin, guest.Person, policy.Guest, []id.Role{id.New[id.Role]()}), fault.Invalid, "invalid")
		if err := s.Projects.PutParticipant(ctx, admin, guest.Person, policy.Contributor, []id.Role{role}); err != nil {
			t.Fatal(err)
		}
		if g := s.Enter(t, guest.Caller); g.Level != policy.Contributor || len(g.Roles) != 1 {
			t.Errorf("promoted: %+v", g)
		}

		list := s.First
		names := func(g access.Grant) []string { a := g.Audiences([]id.List{list}); slices.Sort(a); return a }
		p := string(s.Project)
		if got, want := names(sub), []string{"company:" + p + ":" + string(company), "person:" + p + ":" + string(sub.Person), "role:" + p + ":" + string(role), "site:" + p}; !slices.Equal(got, want) {
			t.Errorf("a subcontractor's audiences %v, want %v", got, want)
		}
		if got, want := names(guest), []string{"list:" + p + ":" + string(list), "person:" + p + ":" + string(guest.Person), "project:" + p, "site:" + p}; !slices.Equal(got, want) {
			t.Errorf("a guest's audiences %v, want %v", got, want)
		}
		write := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, db.Tenant(s.Org), fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *db.Tx) error {
			_, _, err := access.SetListLevel(tx, s.Project, list, guest.Person, policy.None, true)
			return err
		})
		shut := s.Enter(t, guest.Caller)
		if shut.LevelOn(list) != policy.None || slices.Contains(names(shut), access.OnList(shut.Project, list)) {
			t.Errorf("shut out of the list: %v %v", shut.LevelOn(list), names(shut))
		}
		write(func(tx *db.Tx) error {
			_, _, err := access.SetListLevel(tx, s.Project, list, guest.Person, policy.None, false)
			return err
		})
		if g := s.Enter(t, guest.Caller); g.LevelOn(list) != policy.Contributor {
			t.Errorf("let in again: %v", g.LevelOn(list))
		}

		people, err := s.Projects.People(ctx, guest)
		if err != nil || len(people) != 3 || people[0].Name != "Olga Owner" || people[0].Initials != "OO" || !people[0].HasAccount || people[1].Company != company {
			t.Errorf("%+v %v", people, err)
		}
		people, err = s.Projects.People(ctx, sub)
		if err != nil || len(people) != 2 || people[0].ID != admin.Person || !people[1].You { // the administrator and themselves
			t.Errorf("a subcontractor sees %+v %v", people, err)
		}
		s.Projects.Connect(nil, used{string(guest.Person): true})
		if people, err = s.Projects.People(ctx, sub); err != nil || len(people) != 3 || people[2].ID != guest.Person {
			t.Errorf("a subcontractor sees %+v %v", people, err)
		}
		code(t, "a subcontractor removes", s.Access.Remove(ctx, sub, guest.Person), fault.Denied, "needs-administrator")
		if err := s.Access.Remove(ctx, admin, sub.Person); err != nil {
			t.Fatal(err)
		}
		_, err = s.Access.Enter(ctx, sub.Caller, s.Project)
		code(t, "removed", err, fault.NotFound, "project-not-found")
		code(t, "removed twice", s.Access.Remove(ctx, admin, sub.Person), fault.NotFound, "participant-not-found")
		people, err = s.Projects.People(ctx, admin)
		if err != nil || len(people) != 3 || !people[1].Former || people[1].Name == "" {
			t.Errorf("%+v %v", people, err)
		}
	})
}

func TestWhoSeesAPersonIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		guest := s.At(t, policy.Guest, "")
		_, before := heads(t, s)
		site, _ := heads(t, s)
		s.Company(t, "Gamma")
		if after, _ := heads(t, s); after != site+1 {
			t.Error("the site is not told of a company")
		}
		_, err := s.Projects.People(t.Context(), guest)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), db.Tenant(s.Org), func(tx *db.Tx) error { return s.Vault.Erase(tx, guest.By(), guest.Person, true, tx.Now()) }); err != nil {
			t.Fatal(err)
		}
		if _, after := heads(t, s); after != before+1 {
			t.Error("the project is not told that a person went")
		}
		_, err = s.Access.Enter(t.Context(), guest.Caller, s.Project)
		code(t, "an erased person enters", err, fault.NotFound, "project-not-found")
	})
}
