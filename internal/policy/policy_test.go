package policy

import (
	"testing"
	"time"

	"plumbline/internal/fault"
)

var levels = []Level{None, Subcontractor, Guest, Contributor, Manager, Administrator}

func TestActsOnAProject(t *testing.T) {
	t.Parallel()
	// The row of an act is one mark a level, none first: y may, . may not.
	table := map[Act]string{
		ReadProject:      ".yyyyy",
		ReadEverything:   "..yyyy",
		CreatePoint:      "...yyy",
		MakeReport:       "...yyy",
		ManageDrawings:   "....yy",
		PlanProgramme:    "....yy",
		ManageSettings:   "....yy",
		ManageProject:    ".....y",
		ManageAttendance: ".....y",
	}
	if len(table) != len(Acts()) {
		t.Fatalf("%d acts in the table, %d exist", len(table), len(Acts()))
	}
	for _, act := range Acts() {
		for i, l := range levels {
			err := May(l, act)
			if want := table[act][i] == 'y'; (err == nil) != want {
				t.Errorf("%s by %s: %v, want allowed %v", act, l, err, want)
			}
			if err != nil && (!fault.Is(err, fault.Denied) || fault.CodeOf(err) != "needs-"+Needs(act).String()) {
				t.Errorf("%s by %s is refused with %v %q", act, l, fault.KindOf(err), fault.CodeOf(err))
			}
		}
	}
	if May(Administrator, "project.explode") == nil {
		t.Error("an act that does not exist is allowed")
	}
}

func TestActsOnAPoint(t *testing.T) {
	t.Parallel()
	// One row an act and a standing; marks as above.
	type row struct {
		inCharge, author, old, reserved bool
		marks                           string
	}
	young, day := time.Hour, 25*time.Hour
	table := map[PointAct][]row{
		ReadPoint:    {{false, false, true, false, "..yyyy"}, {true, false, true, false, ".yyyyy"}, {false, true, true, false, "..yyyy"}},
		CommentPoint: {{false, false, true, false, "..yyyy"}, {true, false, true, false, ".yyyyy"}},
		AddPhoto:     {{false, false, true, false, "...yyy"}, {true, false, true, false, ".yyyyy"}},
		SetStatus: {{false, false, true, false, "...yyy"}, {true, false, true, false, ".yyyyy"},
			{false, false, true, true, "....yy"}, {true, true, true, true, "....yy"}},
		EditPoint: {{false, false, true, false, "...yyy"}, {true, false, true, false, "...yyy"}},
		RemovePhoto: {{false, false, false, false, "....yy"}, {false, true, true, false, "...yyy"},
			{true, true, false, false, ".yyyyy"}, {true, true, true, false, "...yyy"}},
		DeletePoint: {{false, false, false, false, "....yy"}, {true, false, false, false, "....yy"},
			{false, true, false, false, "...yyy"}, {true, true, false, false, "...yyy"}, {false, true, true, false, "....yy"}},
		RelayPoint:   {{false, false, true, false, "...yyy"}, {true, true, true, false, "...yyy"}},
		RestorePoint: {{false, false, false, false, "....yy"}, {false, true, false, false, "...yyy"}, {false, true, true, false, "....yy"}},
	}
	if len(table) != len(PointActs()) {
		t.Fatalf("%d acts in the table, %d exist", len(table), len(PointActs()))
	}
	for _, act := range PointActs() {
		for _, r := range table[act] {
			for i, l := range levels {
				w := Toward{Level: l, InCharge: r.inCharge, Author: r.author, Age: young, Reserved: r.reserved}
				if r.old {
					w.Age = day
				}
				err := OnPoint(w, act)
				if want := r.marks[i] == 'y'; (err == nil) != want {
					t.Errorf("%s by %s %+v: %v, want allowed %v", act, l, w, err, want)
				}
				if err != nil && !fault.Is(err, fault.Denied) {
					t.Errorf("%s by %s: %v is no refusal", act, l, err)
				}
				if err == nil && !MaySee(w) {
					t.Errorf("%s by %s is allowed on a point that may not be seen", act, l)
				}
			}
		}
	}
	if OnPoint(Toward{Level: Administrator}, "point.explode") == nil {
		t.Error("an act that does not exist is allowed")
	}
}

func TestReservedStatusSaysSo(t *testing.T) {
	t.Parallel()
	err := OnPoint(Toward{Level: Contributor, InCharge: true, Reserved: true}, SetStatus)
	if fault.CodeOf(err) != "reserved-status" {
		t.Errorf("code %q", fault.CodeOf(err))
	}
}

func TestActsOnAnOrganisation(t *testing.T) {
	t.Parallel()
	roles := []OrgRole{OrgNone, OrgMember, OrgManager, OrgOwner}
	table := map[OrgAct]string{ReadOrg: ".yyy", ManageCompanies: "..yy", ManagePeople: "..yy", CreateProject: "..yy", ManageRoles: "...y"}
	for _, act := range OrgActs() {
		for i, r := range roles {
			if want := table[act][i] == 'y'; (InOrg(r, act) == nil) != want {
				t.Errorf("%s by %s, want allowed %v", act, r, want)
			}
		}
	}
	remove := map[OrgRole]string{OrgNone: "....", OrgMember: "....", OrgManager: "yy..", OrgOwner: "yyyy"}
	for _, actor := range roles {
		for i, other := range roles {
			if want := remove[actor][i] == 'y'; (OnMember(actor, other) == nil) != want {
				t.Errorf("%s removes %s, want allowed %v", actor, other, want)
			}
		}
	}
	if InOrg(OrgOwner, "org.explode") == nil {
		t.Error("an act that does not exist is allowed")
	}
}

func TestEffectiveLevel(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name          string
		project, list Level
		gives         bool
		want          Level
	}{
		{"the project's where the list gives none", Guest, None, false, Guest},
		{"a list raises", Guest, Manager, true, Manager},
		{"a list lowers", Manager, Subcontractor, true, Subcontractor},
		{"a list shuts out", Contributor, None, true, None},
		{"no participant stays outside", None, Administrator, true, None},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Effective(c.project, c.list, c.gives); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestNamesRoundTrip(t *testing.T) {
	t.Parallel()
	for _, l := range levels[1:] {
		if got, ok := ParseLevel(l.String()); !ok || got != l {
			t.Errorf("%s reads as %s", l, got)
		}
	}
	for _, r := range []OrgRole{OrgMember, OrgManager, OrgOwner} {
		if got, ok := ParseOrgRole(r.String()); !ok || got != r {
			t.Errorf("%s reads as %s", r, got)
		}
	}
	for _, s := range []string{"", "none", "Manager", "root"} {
		if _, ok := ParseLevel(s); ok {
			t.Errorf("%q is a level", s)
		}
		if _, ok := ParseOrgRole(s); ok {
			t.Errorf("%q is a role", s)
		}
	}
}
