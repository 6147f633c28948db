package demo

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/demo/floorplan"
	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/point"
	"plumbline/internal/policy"
	"plumbline/internal/programme"
	"plumbline/internal/programme/site"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/report"
)

// Days is how long the site has been going on.
const Days = 92

// Start is where the clock of an installation to be filled must stand for a
// demo that ends at end.
func Start(end time.Time) time.Time {
	d := end.UTC().Truncate(24*time.Hour).AddDate(0, 0, -Days)
	return d.Add(7 * time.Hour)
}

// Deps are what the demo works with. Jobs must be running.
type Deps struct {
	Clock      *clock.Fake // the clock of the installation, at Start
	DB         *db.DB
	People     *person.Service
	Orgs       *org.Service
	Access     *access.Service
	Projects   *project.Service
	Drawings   *drawing.Service
	Points     *point.Service
	Reports    *report.Service
	Lists      *lists.Service
	Programmes *programme.Service
	Site       *site.Service
	Hash       func(password string) (string, error)
	Say        func(text string) // progress, for people
	Some       int               // so many points instead of Points
	Photos     int               // so many photos instead of those of the story; -1: none
	Password   string            // instead of Password
}

// Account is a login of the demo.
type Account struct{ Name, Email, Level string }

// Accounts are who can sign in, with Password.
func Accounts() []Account {
	out := make([]Account, len(personPlans))
	for i, p := range personPlans {
		out[i] = Account{p.name, p.email, p.level}
	}
	return out
}

type filler struct {
	Deps
	ctx  context.Context
	rng  *rand.Rand
	seq  uint64
	seed uint64
	end  time.Time
	org  id.Org
	site id.Project

	companies []id.Company
	people    []id.Person
	grants    []access.Grant
	roles     map[string]id.Role
	statuses  []project.Status
	lists     []id.List
	levels    []id.Location
	rooms     map[string]id.Location // by code
	floors    [][]floorplan.Room
	sheets    []id.Sheet // by floor
	plans     []*plan
	remarks   [][]placed // by list
	pictures  map[picture]shot
	works     *works
}

// placed is a remark with its category.
type placed struct {
	remark
	category id.Category
	company  int
}

// Fill makes the site. The installation must be empty.
func Fill(ctx context.Context, d Deps, seed uint64, end time.Time) error {
	f := &filler{Deps: d, ctx: ctx, seed: seed, rng: rand.New(rand.NewPCG(seed, 0x706c756d62)), end: end, //nolint:gosec // a demo, repeatable
		roles: map[string]id.Role{}, rooms: map[string]id.Location{}, pictures: map[picture]shot{}}
	for _, step := range []struct {
		say string
		do  func() error
	}{
		{"people and companies", f.makePeople},
		{"the project", f.makeProject},
		{"drawings", f.makeDrawings},
		{"the programme", f.makeProgramme},
		{"points", f.makePoints},
		{"what holds up work", f.hinder},
		{"a report", f.makeReport},
	} {
		d.Say(step.say)
		if err := step.do(); err != nil {
			return fault.Wrap("demo.Fill", fmt.Errorf("%s: %w", step.say, err))
		}
	}
	return nil
}

// mk makes an id at the demo's time, from its own random numbers.
func mk[T ~string](f *filler) T {
	f.seq++
	ms := uint64(f.Clock.Now().UnixMilli()) //nolint:gosec // after 1970
	var b [16]byte
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	r := f.rng.Uint64()
	b[6], b[7] = 0x70|byte(f.seq>>8)&0xf, byte(f.seq)
	for i := range 8 {
		b[8+i] = byte(r >> (8 * i))
	}
	b[8] = 0x80 | b[8]&0x3f
	h := hex.EncodeToString(b[:])
	return T(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

func (f *filler) at(t time.Time) {
	if d := t.Sub(f.Clock.Now()); d > 0 {
		f.Clock.Advance(d)
	}
}

func (f *filler) makePeople() error {
	hash, err := f.Hash(cmp.Or(f.Password, Password))
	if err != nil {
		return err
	}
	f.org = mk[id.Org](f)
	accounts := make([]id.Account, len(personPlans))
	var owners []crypt.Owner
	for i := range personPlans {
		accounts[i] = mk[id.Account](f)
		f.people = append(f.people, mk[id.Person](f))
		owners = append(owners, crypt.AccountOwner(accounts[i]))
		if i > 0 { // the owner's is made with the organisation
			owners = append(owners, crypt.PersonOwner(f.people[i]))
		}
	}
	if err := f.People.NewKeys(f.ctx, owners); err != nil {
		return err
	}
	err = f.DB.Write(f.ctx, db.Everyone("the demo's accounts"), func(tx *db.Tx) error {
		for i, p := range personPlans {
			err := f.People.AddAccount(tx, accounts[i], person.AccountProfile{Name: p.name, Email: p.email, Locale: p.locale, TimeZone: zone},
				person.Credentials{Password: hash})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	profile := func(p personPlan) person.Profile {
		return person.Profile{Name: p.name, Email: p.email, Function: p.function, Locale: p.locale}
	}
	err = f.Orgs.Found(f.ctx, org.Founding{Org: f.org, Name: orgName, Locale: "en", Owner: f.people[0], Account: accounts[0], Profile: profile(personPlans[0])})
	if err != nil {
		return err
	}
	owner, err := f.Orgs.Enter(f.ctx, org.Caller{Account: accounts[0], Via: "system"}, f.org)
	if err != nil {
		return err
	}
	for _, c := range companyPlans {
		made, _, err := f.Orgs.PutCompany(f.ctx, owner, org.Company{ID: mk[id.Company](f), Name: c.name, Trade: c.trade})
		if err != nil {
			return err
		}
		f.companies = append(f.companies, made.ID)
	}
	by := feed.Actor{Person: string(f.people[0]), Via: "system"}
	return f.DB.Write(f.ctx, db.Tenant(f.org), func(tx *db.Tx) error {
		for i, p := range personPlans {
			var company id.Company
			if p.company >= 0 {
				company = f.companies[p.company]
			}
			if i == 0 {
				_, err := f.People.Change(tx, by, f.people[0], func(who *person.Person) error {
					who.Company = company
					return nil
				})
				if err != nil {
					return err
				}
				continue
			}
			err := f.People.Add(tx, by, person.Person{ID: f.people[i], Account: accounts[i], Company: company, State: person.Active, Profile: profile(p)})
			if err == nil {
				err = f.Orgs.Join(tx, by, f.people[i], policy.OrgMember)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *filler) owner() access.Grant { return f.grants[0] }

func (f *filler) makeProject() error {
	accounts, err := f.accountOf(f.people[0])
	if err != nil {
		return err
	}
	owner, err := f.Orgs.Enter(f.ctx, org.Caller{Account: accounts, Via: "system"}, f.org)
	if err != nil {
		return err
	}
	f.site = mk[id.Project](f)
	_, _, err = f.Projects.Create(f.ctx, owner, project.Project{ID: f.site, Name: projectName, Code: projectCode, Place: place, TimeZone: zone})
	if err != nil {
		return err
	}
	if err := f.enter(); err != nil {
		return err
	}
	var set project.Settings
	err = f.DB.Read(f.ctx, db.Tenant(f.org), func(tx *db.Tx) (err error) {
		if set, err = project.Read(tx, f.site); err != nil {
			return err
		}
		all, err := lists.Of(tx, f.site)
		if len(all) > 0 {
			f.lists = append(f.lists, all[0].ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	f.statuses = set.Statuses
	for _, r := range set.Roles { // those that every project begins with
		f.roles[r.Name] = r.ID
	}
	for _, p := range personPlans {
		if _, ok := f.roles[p.role]; ok {
			continue
		}
		r, _, err := f.Projects.PutRole(f.ctx, f.owner(), project.Role{ID: mk[id.Role](f), Name: p.role})
		if err != nil {
			return err
		}
		f.roles[p.role] = r.ID
	}
	for i, p := range personPlans {
		level, _ := policy.ParseLevel(p.level)
		if err := f.Projects.PutParticipant(f.ctx, f.owner(), f.people[i], level, []id.Role{f.roles[p.role]}); err != nil {
			return err
		}
	}
	if err := f.makeCategories(set.Categories); err != nil {
		return err
	}
	if err := f.makeLocations(); err != nil {
		return err
	}
	if err := f.enter(); err != nil {
		return err
	}
	if err := f.makeLists(); err != nil {
		return err
	}
	return f.enter()
}

// makeLists adds the lists beside the one that the project begins with.
func (f *filler) makeLists() error {
	for i, l := range listPlans {
		if i == snags {
			continue
		}
		made, _, err := f.Lists.Put(f.ctx, f.owner(), lists.List{ID: mk[id.List](f), Code: l.code, Name: l.name, Order: int64(i + 1),
			Numbering: l.numbering, Closed: l.closed != nil})
		if err != nil {
			return err
		}
		f.lists = append(f.lists, made.ID)
		if err := f.enter(); err != nil { // who made a closed list is on it
			return err
		}
		for who := range personPlans {
			if level, on := l.closed[who]; on {
				if err := f.Lists.SetLevel(f.ctx, f.owner(), made.ID, f.people[who], level); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (f *filler) accountOf(p id.Person) (id.Account, error) {
	people, err := f.People.Read(f.ctx, "participants", f.org, []id.Person{p})
	return people[p].Account, err
}

// enter lets everybody in who takes part by now.
func (f *filler) enter() error {
	f.grants = make([]access.Grant, len(f.people))
	for i, p := range f.people {
		g, err := f.Access.OfPerson(f.ctx, f.org, f.site, p)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		g.Via = "session"
		f.grants[i] = g
	}
	return nil
}

func (f *filler) makeCategories(old []project.Category) error {
	for _, c := range old {
		if err := f.Projects.DeleteCategory(f.ctx, f.owner(), c.ID); err != nil {
			return err
		}
	}
	put := func(kind, name string, parent *id.Category, order int, charge []access.InCharge) (id.Category, error) {
		c, _, err := f.Projects.PutCategory(f.ctx, f.owner(), project.Category{ID: mk[id.Category](f), Parent: parent, Kind: kind,
			Name: name, Order: int64(order), InCharge: charge})
		return c.ID, err
	}
	f.remarks = make([][]placed, len(listPlans))
	for i, c := range append(slices.Clone(categoryPlans), safetyPlan) {
		charge := []access.InCharge{{Kind: access.KindCompany, ID: string(f.companies[c.company])}}
		top, err := put("category", c.name, nil, i+1, charge)
		if err != nil {
			return err
		}
		for k, part := range c.parts {
			sub, err := put("sub-category", part.name, &top, k+1, charge)
			if err != nil {
				return err
			}
			for n, r := range part.subjects {
				if _, err := put("subject", r.subject, &sub, n+1, nil); err != nil {
					return err
				}
				one, on := placed{r, sub, c.company}, snags
				if c.name == safetyPlan.name {
					on = safety
				}
				f.remarks[on] = append(f.remarks[on], one)
				if c.company == 3 { // what a client looks at
					f.remarks[client] = append(f.remarks[client], one)
				}
			}
		}
	}
	return nil
}

var floorNames = []string{"Ground floor", "First floor", "Second floor"}

func (f *filler) makeLocations() error {
	put := func(kind, code, name string, parent *id.Location, order int) (id.Location, error) {
		l, _, err := f.Projects.PutLocation(f.ctx, f.owner(), project.Location{ID: mk[id.Location](f), Parent: parent, Kind: kind, Name: name, Code: code, Order: int64(order)})
		return l.ID, err
	}
	building, err := put("building", "C", "Building C", nil, 1)
	if err != nil {
		return err
	}
	for i, name := range floorNames {
		level, err := put("level", fmt.Sprint(i), name, &building, i+1)
		if err != nil {
			return err
		}
		f.levels = append(f.levels, level)
		rooms, _, _, _, _ := floorplan.Building(i)
		f.floors = append(f.floors, rooms)
		for n, r := range rooms {
			room, err := put("room", r.Code, r.Name, &level, n+1)
			if err != nil {
				return err
			}
			f.rooms[r.Code] = room
		}
	}
	return nil
}

func (f *filler) await(j id.Job) error {
	return job.Watch(f.ctx, f.DB, db.Tenant(f.org), j, func(s job.Status) error {
		if s.State.Ended() && s.State != job.Done {
			return fmt.Errorf("job %s: %s", s.Kind, s.Code)
		}
		return nil
	})
}

func (f *filler) makeReport() error {
	f.at(f.end.Add(-2 * time.Hour))
	r, err := f.Reports.Create(f.ctx, f.owner(), report.New{ID: mk[id.Report](f), Title: "Open points, site meeting", Query: "closed=false&sort=location",
		Locale: "en-GB", Zone: zone, Photos: true, Plans: true})
	if err != nil {
		return err
	}
	return f.await(r.Job)
}
