package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
)

// canary is somebody whose every value stands nowhere else in the world.
type canary struct {
	*login
	phone, function string
	words           []string // what must be found before, and must not be after
}

// letOut makes a canary and has them leave traces everywhere.
func (s *house) letOut(home tenant) canary {
	s.t.Helper()
	c := canary{login: &login{name: "Xaverius Quetzalcoatl", email: "xaverius.quetzal@canary-mail.example"}, phone: "+32 499 87 65 43", function: "Zyxomatic Fluteworker"}
	c.words = []string{c.name, "Quetzalcoatl", c.email, "xaverius.quetzal", c.phone, "499 87 65 43", c.function, "Zyxomatic"}
	c.account = persontest.Account(s.t, s.DB, s.People, person.AccountProfile{Name: c.name, Email: c.email, Locale: "nl-BE", TimeZone: "Europe/Brussels"}, person.Credentials{Password: s.hash})
	c.person = persontest.Add(s.t, s.DB, s.People, home.org, c.account, person.Profile{Name: c.name, Email: c.email, Phone: c.phone, Function: c.function, Locale: "nl-BE"})
	s.must(200, home.owner, "PUT", home.base()+"/participants/"+string(c.person), `{"level":"contributor"}`)
	c.cookie = s.signIn(c.email, passphrase).cookie
	s.secret = append(s.secret, c.words...)

	// What they make, and what others write about them.
	p, q := string(id.New[id.Point]()), string(id.New[id.Point]())
	s.must(201, c.login, "PUT", home.base()+"/points/"+p, `{"subject":"Crack, seen by `+c.name+`","description":"call `+c.phone+`"}`)
	s.must(200, c.login, "PATCH", home.base()+"/points/"+p, `{"base":1,"description":"call me, `+c.email+`"}`)
	s.must(201, c.login, "PUT", home.base()+"/points/"+p+"/photos/"+string(id.New[id.Photo]()), raw{"image/jpeg", picture(s.t, "jpeg")})
	s.must(201, home.owner, "PUT", home.base()+"/points/"+q, `{"subject":"Wall","in_charge":[{"kind":"person","id":"`+string(c.person)+`"}]}`)
	s.must(201, home.owner, "PUT", home.base()+"/points/"+q+"/comments/"+string(id.New[id.Comment]()), `{"text":"QUETZALCOATL, Xaverius knows; else `+c.email+`"}`)
	s.must(201, home.owner, "PUT", "/api/v1/organisations/"+string(home.org)+"/companies/"+string(id.New[id.Company]()), `{"name":"Schrijnwerken `+c.name+`"}`)
	s.must(201, home.owner, "PUT", home.base()+"/locations/"+string(id.New[id.Location]()), `{"kind":"building","name":"Office of `+c.name+`"}`)

	pr, a := string(id.New[id.Programme]()), string(id.New[id.Activity]())
	s.must(201, home.owner, "PUT", home.base()+"/programmes/"+pr, `{"name":"Main","start":13680480}`)
	s.must(200, home.owner, "POST", home.base()+"/programmes/"+pr+"/edits", `{"edits":[{"do":"add","activity":"`+a+`","name":"Masonry","duration":480}]}`)
	s.must(201, home.owner, "PUT", home.base()+"/activities/"+a+"/reports/"+string(id.New[id.Progress]()), `{"kind":"problem","reason":"waits for `+c.name+`","text":"call `+c.phone+`"}`)
	s.must(201, home.owner, "PUT", home.base()+"/activities/"+a+"/comments/"+string(id.New[id.Comment]()), `{"text":"`+c.name+` has the key"}`)

	// Mail that was captured, and reports that name them.
	s.must(202, nil, "POST", "/api/v1/password-reset", map[string]string{"email": c.email, "locale": "nl"})
	s.mail(c.email)
	for _, who := range []*login{home.owner, c.login} {
		r := string(id.New[id.Report]())
		a := s.must(202, who, "PUT", home.base()+"/reports/"+r, `{"title":"Round with `+c.name+`","filter":{},"locale":"nl-BE","time_zone":"Europe/Brussels","photos":true,"plan":false}`)
		var made struct {
			Job string `json:"job_id"`
		}
		a.json(s.t, &made)
		if state := s.job(home, who, made.Job); state != "done" {
			s.t.Fatalf("the report is %s", state)
		}
	}
	s.must(204, c.login, "POST", "/api/v1/me/confirm", `{"password":"`+passphrase+`"}`)
	if a := s.must(200, c.login, "GET", "/api/v1/me/privacy/archive", nil); len(a.body) == 0 {
		s.t.Fatal("an empty archive")
	}
	s.do(nil, "POST", "/api/v1/session", map[string]string{"email": c.email, "password": "not the password at all"}) // a counted failure
	return c
}

// hold looks for words in everything that a house keeps: raw files, each column
// of each table, the content of every stored file, opened, and the log.
func (s *house) hold(t *testing.T, words []string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	look := func(where string, b []byte) {
		low := bytes.ToLower(b)
		for _, w := range words {
			for _, as := range [][]byte{[]byte(strings.ToLower(w)), utf16(strings.ToLower(w))} {
				if bytes.Contains(low, as) {
					found[where] = append(found[where], w)
					break
				}
			}
		}
	}
	roots := append([]string{s.cfg.Data}, s.cfg.Files.Places...)
	roots = append(roots, s.cfg.Ring.Places...)
	if s.DB.Dialect() == db.SQLite {
		path := strings.TrimPrefix(s.cfg.Database, "sqlite:")
		roots = append(roots, path, path+"-wal", path+"-shm")
	}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || e.IsDir() || !e.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			look("file "+filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	type file struct {
		org id.Org
		sha string
	}
	var files []file
	if err := s.DB.Read(t.Context(), db.Everyone("a test looks everywhere"), func(tx *db.Tx) (err error) {
		if err := db.Dump(tx, func(table, row string) error {
			look("table "+table, []byte(row))
			return nil
		}); err != nil {
			return err
		}
		files, err = db.All(tx, func(r db.Scanner) (f file, err error) {
			err = r.Scan(&f.org, &f.sha)
			return f, err
		}, `select org_id, sha256 from file where refs > 0`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		r, err := s.files.Open(t.Context(), f.org, f.sha)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(blob.NewReader(r))
		_ = r.Close()
		if err != nil {
			t.Fatal(err)
		}
		look("content of a stored file", b)
	}
	look("log", []byte(s.logs.String()))
	for _, m := range []*mail.Capture{s.capture} {
		for _, x := range m.List() {
			look("captured mail", []byte(x.To+x.Subject+x.Text+x.HTML))
		}
	}
	return found
}

// utf16 is how PDF and Windows write text.
func utf16(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, r := range s {
		out = append(out, byte(r>>8), byte(r))
	}
	return out
}

// TestCanary lets somebody live in a house, erases them, and looks everywhere.
func TestCanary(t *testing.T) {
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			cfg := settings(t, dbtest.URL(t, engine))
			cfg.Files.Places = append(cfg.Files.Places, filepath.Join(t.TempDir(), "mirror"))
			s := open(t, cfg)
			home := s.found("owner")
			other := s.add(home, "other", policy.OrgMember, policy.Contributor)
			c := s.letOut(home)
			before := s.hold(t, c.words)
			if len(before) < 3 {
				t.Fatalf("before the erasure the canary stands in %v alone: the test looks in the wrong places", before)
			}

			e, err := s.Erasures.Request(t.Context(), erasure.Asked{By: string(c.account), Ground: erasure.Unlawful,
				Whos: []personal.Who{personal.OfAccount(c.account), personal.OfPerson(home.org, c.person)}})
			if err != nil {
				t.Fatal(err)
			}
			s.must(401, c.login, "GET", "/api/v1/session", nil)
			if err := s.Erasures.Advance(t.Context(), e.ID); err != nil {
				t.Fatal(err)
			}
			s.decideAll(t, home)
			s.remade(t, home)
			if err := s.Erasures.Local.Forget(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.DB.Scrub(t.Context(), "report", "feed_value", "job"); err != nil {
				t.Fatal(err)
			}
			for where, words := range s.hold(t, c.words) {
				t.Errorf("after the erasure %s holds %q (before: %q)", where, words, before[where])
			}

			// The others are whole, and the canary's acts have an author.
			people := s.must(200, home.owner, "GET", home.base()+"/people", nil).body
			for _, l := range []*login{home.owner, other} {
				if !strings.Contains(people, l.name) {
					t.Errorf("%s is not among the people any more", l.name)
				}
			}
			if strings.Contains(people, c.name) {
				t.Error("the canary is still listed")
			}
			var former person.Person
			if err := s.DB.Read(t.Context(), db.Tenant(home.org), func(tx *db.Tx) error {
				all, err := s.People.ReadIn(tx, personal.Participants, []id.Person{c.person})
				former = all[c.person]
				return err
			}); err != nil || former.State != person.Former || former.Code == "" {
				t.Errorf("left: %+v %v", former, err)
			}
		})
	}
}

// decideAll redacts every place that waits.
func (s *house) decideAll(t *testing.T, home tenant) {
	t.Helper()
	var all struct {
		Items []struct{ ID, Kind string } `json:"items"`
	}
	places := "/api/v1/organisations/" + string(home.org) + "/privacy/places"
	s.must(200, home.owner, "GET", places, nil).json(t, &all)
	texts := 0
	for _, x := range all.Items {
		decision := "keep"
		if x.Kind == "text" {
			decision = "redact"
			texts++
		}
		s.must(204, home.owner, "POST", places+"/"+x.ID, `{"decision":"`+decision+`"}`)
	}
	if texts < 6 {
		t.Errorf("only %d texts were listed", texts)
	}
}

// remade waits until no report is being made any more.
func (s *house) remade(t *testing.T, home tenant) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wait)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for strings.Contains(s.must(200, home.owner, "GET", home.base()+"/reports", nil).body, `"making"`) {
		select {
		case <-ctx.Done():
			t.Fatal("a report is never made again")
		case <-tick.C:
		}
	}
}
