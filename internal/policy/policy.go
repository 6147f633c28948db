// Package policy says what an actor may do, and why not. It is pure: levels
// and standing in, a verdict out; no store, no clock, no actor's name.
//
// There are two ladders. In an organisation a person is owner, manager or
// member, or none of them. On a project a participant has one of five levels,
// and a list of points may give its own level, which then counts for the
// points of that list. Apart from the ladder stands who is in charge: the
// person, the person's company or one of the person's roles. Whoever is in
// charge of a point may, at any level, read it, comment, add a photo and
// change its status; a subcontractor may do nothing else.
//
// A refusal is a fault of kind Denied whose code says what would be needed:
// "needs-manager", "needs-in-charge", "reserved-status", "needs-owner".
// Whether a thing may be known to exist at all is another question: ask
// MaySee first and answer NotFound, so that a refusal never tells a stranger
// that a thing is there.
package policy

import (
	"time"

	"plumbline/internal/fault"
)

// Level is a participant's standing on a project or a list.
type Level uint8

// The levels, lowest first. None is no participant.
const (
	None Level = iota
	Subcontractor
	Guest
	Contributor
	Manager
	Administrator
)

var levelNames = [...]string{"none", "subcontractor", "guest", "contributor", "manager", "administrator"}

func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return levelNames[None]
}

// ParseLevel reads a level that can be given to a participant: None is not
// one.
func ParseLevel(s string) (Level, bool) {
	for l := Subcontractor; l <= Administrator; l++ {
		if levelNames[l] == s {
			return l, true
		}
	}
	return None, false
}

// OrgRole is a person's standing in the organisation.
type OrgRole uint8

// The roles, lowest first. OrgNone is a person of the address book who is no
// member.
const (
	OrgNone OrgRole = iota
	OrgMember
	OrgManager
	OrgOwner
)

var orgRoleNames = [...]string{"none", "member", "manager", "owner"}

func (r OrgRole) String() string {
	if int(r) < len(orgRoleNames) {
		return orgRoleNames[r]
	}
	return orgRoleNames[OrgNone]
}

// ParseOrgRole reads a role that can be given to a member.
func ParseOrgRole(s string) (OrgRole, bool) {
	for r := OrgMember; r <= OrgOwner; r++ {
		if orgRoleNames[r] == s {
			return r, true
		}
	}
	return OrgNone, false
}

// Act is something done to a project as a whole.
type Act string

// The acts on a project.
const (
	ReadProject      Act = "project.read"     // its settings, and the people who occur on what is seen
	ReadEverything   Act = "project.read-all" // all points, sheets, reports, people
	CreatePoint      Act = "point.create"
	MakeReport       Act = "report.make"
	ManageDrawings   Act = "drawing.manage"
	PlanProgramme    Act = "programme.plan"      // activities, relations, dates; sign-off
	ManageSettings   Act = "settings.manage"     // statuses, locations, categories, roles, lists
	ManageProject    Act = "project.manage"      // its name, place, zone
	ManageAttendance Act = "participants.manage" // who takes part, at which level
)

var actNeeds = map[Act]Level{
	ReadProject:      Subcontractor,
	ReadEverything:   Guest,
	CreatePoint:      Contributor,
	MakeReport:       Contributor,
	ManageDrawings:   Manager,
	PlanProgramme:    Manager,
	ManageSettings:   Manager,
	ManageProject:    Administrator,
	ManageAttendance: Administrator,
}

// Acts are all acts on a project.
func Acts() []Act {
	return []Act{ReadProject, ReadEverything, CreatePoint, MakeReport, ManageDrawings, PlanProgramme, ManageSettings, ManageProject, ManageAttendance}
}

// Needs is the lowest level that may do act; above every level for an act
// that does not exist.
func Needs(act Act) Level {
	if l, ok := actNeeds[act]; ok {
		return l
	}
	return Administrator + 1
}

// May is nil if a participant of this level may do act.
func May(level Level, act Act) error { return AtLeast(level, Needs(act)) }

// AtLeast is nil if level reaches need.
func AtLeast(level, need Level) error {
	if level != None && level >= need {
		return nil
	}
	return refuse("needs-"+need.String(), "this needs the level "+need.String())
}

// PointAct is something done to one point.
type PointAct string

// The acts on a point.
const (
	ReadPoint    PointAct = "point.read"
	CommentPoint PointAct = "point.comment"
	AddPhoto     PointAct = "point.photo"
	SetStatus    PointAct = "point.status"
	EditPoint    PointAct = "point.edit"         // every field but the status
	RemovePhoto  PointAct = "point.remove-photo" // one's own as contributor, any as manager
	DeletePoint  PointAct = "point.delete"
	RestorePoint PointAct = "point.restore"
	RelayPoint   PointAct = "point.relay" // carry a copy of it to another list
)

// PointActs are all acts on a point.
func PointActs() []PointAct {
	return []PointAct{ReadPoint, CommentPoint, AddPhoto, SetStatus, EditPoint, RemovePhoto, DeletePoint, RestorePoint, RelayPoint}
}

// AuthorMayDelete is how long authors may take back what they made.
const AuthorMayDelete = 24 * time.Hour

// Toward is how an actor stands towards one point.
type Toward struct {
	Level    Level         // on the point's list
	InCharge bool          // the person, their company or one of their roles
	Author   bool          // made the thing acted on: the point, or the photo for RemovePhoto
	Age      time.Duration // since it was made
	Reserved bool          // the status it has, or shall get, is one for managers only
}

// MaySee reports whether the actor may know that the point exists.
func MaySee(w Toward) bool {
	return w.Level >= Guest || w.Level == Subcontractor && w.InCharge
}

// OnPoint is nil if the actor may do act.
func OnPoint(w Toward, act PointAct) error {
	if w.Level == None || w.Level > Administrator {
		return AtLeast(None, Subcontractor)
	}
	if !MaySee(w) {
		return refuse("needs-in-charge", "a subcontractor sees only the points they are in charge of")
	}
	switch act {
	case ReadPoint:
		return nil
	case CommentPoint:
		return nil // whoever sees it: guests, and those in charge
	case AddPhoto:
		if w.InCharge {
			return nil
		}
		return AtLeast(w.Level, Contributor)
	case SetStatus:
		if w.Reserved && w.Level < Manager {
			return refuse("reserved-status", "this status is for managers")
		}
		if w.InCharge {
			return nil
		}
		return AtLeast(w.Level, Contributor)
	case EditPoint, RelayPoint:
		return AtLeast(w.Level, Contributor)
	case RemovePhoto:
		if w.Author && (w.Level >= Contributor || w.InCharge && w.Age <= AuthorMayDelete) {
			return nil
		}
		return AtLeast(w.Level, Manager)
	case DeletePoint, RestorePoint:
		if w.Author && w.Level >= Contributor && w.Age <= AuthorMayDelete {
			return nil
		}
		return AtLeast(w.Level, Manager)
	default:
		return refuse("unknown-act", "there is no such act")
	}
}

// OrgAct is something done to an organisation.
type OrgAct string

// The acts on an organisation.
const (
	ReadOrg         OrgAct = "org.read"
	ManageCompanies OrgAct = "org.companies"
	ManagePeople    OrgAct = "org.people" // invite, and remove members who are not above oneself
	ManageRoles     OrgAct = "org.roles"
	CreateProject   OrgAct = "org.create-project"
)

// OrgActs are all acts on an organisation.
func OrgActs() []OrgAct {
	return []OrgAct{ReadOrg, ManageCompanies, ManagePeople, ManageRoles, CreateProject}
}

// InOrg is nil if a person with this role may do act.
func InOrg(role OrgRole, act OrgAct) error {
	need := OrgOwner + 1
	switch act {
	case ReadOrg:
		need = OrgMember
	case ManageCompanies, ManagePeople, CreateProject:
		need = OrgManager
	case ManageRoles:
		need = OrgOwner
	}
	if role != OrgNone && role >= need {
		return nil
	}
	return refuse("needs-"+need.String(), "this needs the role "+need.String())
}

// OnMember is nil if a person with role actor may remove a member whose role
// is other. Nobody removes someone above themselves; a manager removes
// members, not other managers.
func OnMember(actor, other OrgRole) error {
	if actor == OrgOwner || actor == OrgManager && other <= OrgMember {
		return nil
	}
	if actor < OrgManager {
		return refuse("needs-manager", "this needs the role manager")
	}
	return refuse("needs-owner", "this needs the role owner")
}

// Effective is the level that counts for the points of a list: the list's own
// where it gives one, the project's otherwise. Who is no participant stays
// outside whatever a list says.
func Effective(project Level, list Level, listGives bool) Level {
	if project == None || !listGives {
		return project
	}
	return list
}

func refuse(code, message string) error { return fault.New(fault.Denied, code, message) }
