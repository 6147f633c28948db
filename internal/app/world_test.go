package app

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strconv"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/signin/oidc/oidctest"
)

// world is a furnished site with people of every level, and a rival: another
// organisation on the same server, with a project and a point of its own.
type world struct {
	*house
	home, rival tenant
	rivalPoint  id.Point
	rivalList   id.List // another than the point's
	vars        vars    // what exists at home
	n           int     // for names that have to differ
	outer       *testing.T
	vouchers    *oidctest.Forger // nil: not yet
}

func newWorld(t *testing.T, s *house) *world {
	t.Helper()
	w := &world{house: s, outer: t, home: s.found("owner"), rival: s.found("rival"), rivalPoint: id.New[id.Point](), rivalList: id.New[id.List]()}
	for name, p := range map[string]struct {
		role  policy.OrgRole
		level policy.Level
	}{
		"org manager":       {policy.OrgManager, policy.None},
		"org member":        {policy.OrgMember, policy.None},
		"administrator":     {policy.OrgNone, policy.Administrator},
		"manager":           {policy.OrgNone, policy.Manager},
		"contributor":       {policy.OrgNone, policy.Contributor},
		"other contributor": {policy.OrgNone, policy.Contributor},
		"guest":             {policy.OrgNone, policy.Guest},
		"in charge":         {policy.OrgNone, policy.Subcontractor},
		"not in charge":     {policy.OrgNone, policy.Subcontractor},
	} {
		s.add(w.home, name, p.role, p.level)
	}
	var set project.Settings
	if err := s.DB.Read(t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) (err error) {
		set, err = project.Read(tx, w.home.project)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.vars = vars{"org": string(w.home.org), "project": string(w.home.project), "z": "0", "x": "0", "y": "0",
		"open": string(set.Statuses[0].ID), "next": string(set.Statuses[1].ID), "closed": string(set.Statuses[3].ID),
		"subject": "A crack above the lintel", "in charge": string(s.people["in charge"].person), "member": string(s.people["org member"].person),
		"no participant": string(s.people["org manager"].person)}
	s.secret = append(s.secret, w.vars["subject"], "Bouwgroep owner", "Site of owner", "sheet-one", "Kurz gesagt")
	w.rival.must(w, "PUT", "/points/"+string(w.rivalPoint), `{"subject":"Theirs"}`)
	w.rival.must(w, "PUT", "/lists/"+string(w.rivalList), `{"code":"RIV","name":"Theirs too"}`)
	d := w.drawing("sheet-one")
	w.vars = w.vars.with(d)
	// Whoever is in charge sees the sheet through this point.
	w.point(`,"pin":{"sheet_id":"{sheet}","x":10,"y":10}`)
	return w
}

// must is a write of the tenant's owner.
func (tn tenant) must(w *world, method, path string, body any) answer {
	w.t.Helper()
	return w.must(201, tn.owner, method, tn.base()+path, body)
}

// one puts a new thing on the project as someone.
func (w *world) one(who, kind, kinds, body string) vars {
	w.t.Helper()
	v := vars{kind: string(id.New[id.Point]())}
	w.must(201, w.people[who], "PUT", w.home.base()+"/"+kinds+"/"+v[kind], w.vars.with(v).fill(body))
	return v
}

// point is a point that the contributor made and someone is in charge of.
func (w *world) point(more string) vars {
	w.t.Helper()
	return w.one("contributor", "point", "points", `{"subject":"{subject}","in_charge":[{"kind":"person","id":"{in charge}"}]`+more+`}`)
}

// act does something to what v names, and gives the answer.
func (w *world) act(who, method, path string, v vars, body any) answer {
	w.t.Helper()
	a := w.do(w.people[who], method, w.vars.with(v).fill(path), body)
	if a.status >= 300 {
		w.t.Fatalf("%s %s as %s: %s", method, path, who, a)
	}
	return a
}

// drawing uploads a small picture and waits for its sheet.
func (w *world) drawing(name string) vars {
	w.t.Helper()
	v := vars{"drawing": string(id.New[id.Drawing]())}
	a := w.act("manager", "PUT", "/api/v1/projects/{project}/drawings/{drawing}?name="+name, v, raw{"image/png", picture(w.t, "png")})
	var up struct {
		Job string `json:"job_id"`
	}
	a.json(w.t, &up)
	if state := w.job(w.home, w.people["manager"], up.Job); state != "done" {
		w.t.Fatalf("the drawing's job is %s", state)
	}
	var all struct {
		Sheets []struct {
			ID       string `json:"id"`
			Drawing  string `json:"drawing_id"`
			Revision struct {
				ID string `json:"id"`
			} `json:"revision"`
		} `json:"sheets"`
	}
	w.act("manager", "GET", "/api/v1/projects/{project}/drawings", nil, nil).json(w.t, &all)
	for _, s := range all.Sheets {
		if s.Drawing == v["drawing"] {
			v["sheet"], v["revision"] = s.ID, s.Revision.ID
		}
	}
	if v["sheet"] == "" {
		w.t.Fatal("the drawing has no sheet")
	}
	v["drawing job"] = up.Job
	return v
}

// picture is a small picture.
func picture(t *testing.T, kind string) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			img.Set(x, y, color.NRGBA{uint8(x), uint8(y), 128, 255})
		}
	}
	var b bytes.Buffer
	var err error
	if kind == "png" {
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The arrangements: each makes what an operation works on, anew.

func nothing(*world) vars { return nil }

func fresh(names ...string) func(*world) vars {
	return func(*world) vars {
		v := vars{}
		for _, n := range names {
			v[n] = string(id.New[id.Point]())
		}
		return v
	}
}

func aPoint(w *world) vars { return w.point("") }

func aPointWithNewThing(kind string) func(*world) vars {
	return func(w *world) vars { return w.point("").with(fresh(kind)(w)) }
}

func aDeletedPoint(w *world) vars {
	v := w.point("")
	w.act("contributor", "DELETE", "/api/v1/projects/{project}/points/{point}", v, nil)
	return v
}

func aPhoto(w *world) vars {
	v := w.point("").with(vars{"photo": string(id.New[id.Photo]())})
	w.act("in charge", "PUT", "/api/v1/projects/{project}/points/{point}/photos/{photo}", v, raw{"image/jpeg", picture(w.t, "jpeg")})
	return v
}

// aPicture is a photo to draw on.
func aPicture(w *world) vars {
	v := aPhoto(w)
	return v.with(vars{"target": v["photo"]})
}

// aCursor stands before a point that is made after it.
func aCursor(w *world) vars {
	var at struct {
		Cursor string `json:"cursor"`
	}
	w.act("in charge", "GET", "/api/v1/projects/{project}/snapshot?limit=1", nil, nil).json(w.t, &at)
	return w.point("").with(vars{"cursor": at.Cursor})
}

func aDrawing(w *world) vars { return aSheet(w, false) }

// aMark is a scale on a sheet.
func aMark(w *world) vars { return aSheet(w, true) }

func aSheet(w *world, marked bool) vars {
	v := w.drawing("plan")
	v["mark"] = string(id.New[id.Mark]())
	if marked {
		w.act("manager", "PUT", "/api/v1/projects/{project}/sheets/{sheet}/marks/{mark}", v, `{"kind":"scale","at":[1,1,5,5],"metres":3}`)
	}
	return v
}

// aView is shared with the project.
func aView(w *world) vars {
	return w.one("manager", "view", "views", w.unique(`{"name":"Open, {n}","query":"status={next}&group=status","shared":true}`))
}

func aReport(w *world) vars {
	v := vars{"report": string(id.New[id.Report]())}
	var made struct {
		Job string `json:"job_id"`
	}
	w.act("contributor", "PUT", "/api/v1/projects/{project}/reports/{report}", v, reportBody).json(w.t, &made)
	v["job"] = made.Job
	if state := w.job(w.home, w.people["contributor"], made.Job); state != "done" {
		w.t.Fatalf("the report's job is %s", state)
	}
	return v
}

// aStyle is the layout of the organisation's reports, to be set on.
func aStyle(w *world) vars {
	var have struct{ Version int64 }
	w.act("org manager", "GET", "/api/v1/organisations/{org}/report-style", nil, nil).json(w.t, &have)
	return vars{"version": strconv.FormatInt(have.Version, 10), "footer": "page " + strconv.FormatInt(have.Version, 10)}
}

func aLogo(w *world) vars {
	w.act("org manager", "PUT", "/api/v1/organisations/{org}/report-style/logo", nil, raw{"image/png", picture(w.t, "png")})
	return nil
}

const reportLook = `"accent":"#0b5d3b","shown":["due","where","description","photos"],"photo":"large","sort":"due","order":"asc","group":"status","header":"","footer":"{footer}","contents":true`

const reportBody = `{"title":"Kurz gesagt","filter":{"sort":"number"},"locale":"de","time_zone":"Europe/Berlin","photos":true,"plan":true}`

func aSetting(kind, kinds, body string) func(*world) vars {
	return func(w *world) vars { return w.one("manager", kind, kinds, w.unique(body)) }
}

func (w *world) unique(text string) string {
	w.n++
	return vars{"n": string(rune('A'+w.n/26%26)) + string(rune('A'+w.n%26))}.fill(text)
}

// aListWithSomeone gives a participant a level of its own.
func aListWithSomeone(w *world) vars {
	v := aSetting("list", "lists", `{"code":"W{n}","name":"With"}`)(w).with(aParticipant(w))
	w.act("manager", "PUT", "/api/v1/projects/{project}/lists/{list}/participants/{person}", v, `{"level":"manager"}`)
	return v
}

func aPointAndAList(w *world) vars {
	return aPoint(w).with(aSetting("list", "lists", `{"code":"T{n}","name":"To"}`)(w))
}

func aPointAListAndARelay(w *world) vars {
	return aPointAndAList(w).with(vars{"relay": string(id.New[id.Point]())})
}

func twoPoints(w *world) vars { return aPoint(w).with(vars{"other": aPoint(w)["point"]}) }

func twoRelatedPoints(w *world) vars {
	v := twoPoints(w)
	w.act("contributor", "PUT", "/api/v1/projects/{project}/points/{point}/related/{other}", v, nil)
	return v
}

// newList has a code that no list has.
func newList(w *world) vars { return vars{"list": string(id.New[id.List]()), "code": w.unique("N{n}")} }

func aCompany(w *world) vars {
	v := vars{"company": string(id.New[id.Company]())}
	w.act("org manager", "PUT", "/api/v1/organisations/{org}/companies/{company}", v, `{"name":"Dakwerken Noord","trade":"roofs"}`)
	return v
}

func aMember(w *world) vars {
	return vars{"person": string(w.add(w.home, w.unique("member {n}"), policy.OrgMember, policy.None).person)}
}

func aPerson(w *world) vars {
	return vars{"person": string(w.add(w.home, w.unique("person {n}"), policy.OrgNone, policy.None).person)}
}

func aParticipant(w *world) vars {
	return vars{"person": string(w.add(w.home, w.unique("guest {n}"), policy.OrgNone, policy.Guest).person)}
}

// anAddress is one that nobody has.
func anAddress(w *world) vars {
	v := vars{"invite": string(id.New[id.Invite]()), "address": w.unique("new.{n}") + "@invited.example", "token": "no-such-token"}
	w.secret = append(w.secret, v["address"])
	return v
}

// anInvitation was sent; its token is that of the mail.
func anInvitation(w *world) vars {
	v := anAddress(w)
	w.act("org manager", "PUT", "/api/v1/organisations/{org}/invitations/{invite}", v,
		w.vars.with(v).fill(`{"email":"{address}","locale":"fr","source":"colleague","project_id":"{project}","level":"guest"}`))
	token, err := w.Orgs.NewLink(w.t.Context(), w.home.org, id.Invite(v["invite"]))
	if err != nil {
		w.t.Fatal(err)
	}
	v["token"] = token
	w.secret = append(w.secret, token)
	return v
}

// aSession is a second one of the person in charge.
func aSession(w *world) vars {
	l := w.signIn(w.people["in charge"].email, passphrase)
	w.secret = append(w.secret, l.cookie)
	var all struct {
		Items []struct {
			ID      string `json:"id"`
			Current bool   `json:"current"`
		} `json:"items"`
	}
	w.must(200, l, "GET", "/api/v1/sessions", nil).json(w.t, &all)
	for _, x := range all.Items {
		if x.Current {
			return vars{"cookie": l.cookie, "session": x.ID}
		}
	}
	w.t.Fatal("no current session")
	return nil
}

// anAccount is one of its own, signed in.
func anAccount(w *world) vars {
	l := w.add(w.home, w.unique("account {n}"), policy.OrgNone, policy.None)
	return vars{"cookie": l.cookie, "address": l.email, "account": string(l.account)}
}

func aResetLink(w *world) vars {
	v := anAccount(w)
	token, err := w.Signin.NewResetLink(w.t.Context(), id.Account(v["account"]))
	if err != nil {
		w.t.Fatal(err)
	}
	v["token"] = token
	return v
}

// aMail is in the capture.
func aMail(w *world) vars {
	v := anInvitation(w)
	return v.with(vars{"n": strconv.Itoa(w.mail(v["address"]).N)})
}
