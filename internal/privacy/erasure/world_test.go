package erasure_test

import (
	"errors"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/comment"
	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/evidence"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/search"
	"plumbline/internal/signin"
)

func declarations() []personal.Declaration {
	return slices.Concat(feed.Declarations(), job.Declarations(), mail.Declarations(), mutation.Declarations(), search.Declarations(),
		person.Declarations(), org.Declarations(), signin.Declarations(), access.Declarations(), project.Declarations(), lists.Declarations(), media.Declarations(),
		comment.Declarations(), consent.Declarations(), disclosure.Declarations(), plan.Declarations())
}

// errCrash stands for the end of a process.
var errCrash = errors.New("the process died")

// node is one of several processes of an installation.
type node struct {
	*erasure.Service
	vault *person.Service
	ring  *crypt.Ring
	fuse  atomic.Int64 // crashes when it comes to 0; negative: never
}

func (n *node) fail(string) error {
	if n.fuse.Load() > 0 && n.fuse.Add(-1) == 0 {
		n.fuse.Store(-1)
		return errCrash
	}
	return nil
}

// world is a site with people, on one or two nodes.
type world struct {
	t     testing.TB
	clock *clock.Fake
	db    *db.DB
	site  *projecttest.Site
	nodes []*node
	rules []plan.Rule
	looks int
	done  []string
}

// ringOf opens a ring that several nodes share.
func ringOf(t testing.TB, dir string) *crypt.Ring {
	t.Helper()
	r, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root", "root.key"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func open(t testing.TB, engine db.Dialect, nodes int) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))}
	url, dir := dbtest.URL(t, engine), t.TempDir()
	for i := range nodes {
		d := w.db
		if d == nil || engine == db.Postgres {
			d = dbtest.OpenURL(t, url, dbtest.Clock(w.clock))
		}
		n := &node{ring: ringOf(t, dir)}
		n.fuse.Store(-1)
		n.vault = persontest.VaultOn(d, n.ring)
		if err := n.vault.Gate().Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		orgs := org.New(org.Deps{DB: d, People: n.vault, Mail: &projecttest.Post{}})
		if i == 0 {
			w.db, w.site = d, projecttest.With(t, d, n.vault)
			orgs = w.site.Orgs
		}
		n.vault.SetReach(access.Reach)
		in, err := signin.New(signin.Deps{DB: d, People: n.vault, Orgs: orgs, Keys: n.ring, Mail: &projecttest.Post{}})
		if err != nil {
			t.Fatal(err)
		}
		n.Service = erasure.New(erasure.Deps{DB: d, People: n.vault, Orgs: orgs, Keys: n.ring, Declarations: declarations(), SignIn: in,
			Evidence: evidence.New(d, n.ring, "test.example"), Fail: n.fail,
			Law: func(*db.Tx, id.Org, time.Time) ([]plan.Rule, error) { return w.rules, nil },
			Owe: func(tx *db.Tx, who personal.Who) error {
				_, err := disclosure.Owe(tx, who, disclosure.Erased)
				return err
			},
			Looked:   func(*db.Tx, personal.Who, id.Person, string) error { w.looks++; return nil },
			Finished: func(_ *db.Tx, of string, _ personal.Who) error { w.done = append(w.done, of); return nil },
		})
		w.nodes = append(w.nodes, n)
	}
	return w
}

// someone is a participant with an account and words of their own.
type someone struct {
	account id.Account
	person  id.Person
	name    string
	email   string
}

func (w *world) add(name string, level policy.Level) someone {
	w.t.Helper()
	s := someone{name: name, email: string(id.New[id.Account]()) + "@canary.example"}
	v := w.nodes[0].vault
	s.account = persontest.Account(w.t, w.db, v, person.AccountProfile{Name: name, Email: s.email, Locale: "nl-BE", TimeZone: "Europe/Brussels"}, person.Credentials{})
	s.person = persontest.Add(w.t, w.db, v, w.site.Org, s.account, person.Profile{Name: name, Email: s.email, Phone: "+32 470 99 88 77", Function: "electrician", Locale: "nl-BE"})
	w.write(func(tx *db.Tx) error {
		if err := w.site.Orgs.Join(tx, persontest.By(), s.person, policy.OrgMember); err != nil {
			return err
		}
		return access.Admit(tx, persontest.By(), w.site.Project, s.person, level, nil)
	})
	return s
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), db.Tenant(w.site.Org), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (s someone) whos(o id.Org) []personal.Who {
	return []personal.Who{personal.OfAccount(s.account), personal.OfPerson(o, s.person)}
}

// seen is how a person looks to the others, through a node.
func (w *world) seen(n *node, p id.Person) (out person.Person) {
	w.t.Helper()
	err := n.DB.Read(w.t.Context(), db.Tenant(w.site.Org), func(tx *db.Tx) error {
		all, err := n.vault.ReadIn(tx, personal.Participants, []id.Person{p})
		out = all[p]
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// dump is every row of every table, to look for words in.
func (w *world) dump() string {
	w.t.Helper()
	var all []byte
	if err := w.db.Read(w.t.Context(), db.Everyone("a test looks for what is left"), func(tx *db.Tx) error {
		return db.Dump(tx, func(table, row string) error {
			all = append(append(append(all, table...), '\n'), row...)
			return nil
		})
	}); err != nil {
		w.t.Fatal(err)
	}
	return string(all)
}

func each(t *testing.T, nodes int, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, open(t, engine, nodes))
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
