package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/backup"
)

// site is an installation without its upper floors.
type site struct {
	t      *testing.T
	dir    string
	engine db.Dialect
	ring   *crypt.Ring
	backup.Site
}

const org = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")

func ringOf(t *testing.T, dir string) *crypt.Ring {
	t.Helper()
	r, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root", "root.key"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func newSite(t *testing.T, engine db.Dialect, url string) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{t: t, dir: dir, engine: engine, ring: ringOf(t, dir)}
	s.Site = s.at(url, filepath.Join(dir, "data"))
	return s
}

// at is the site with its data elsewhere and the same ring.
func (s *site) at(url, data string) backup.Site {
	return backup.Site{Database: url, Data: data, Files: []string{filepath.Join(data, "files")}, Ring: s.ring,
		Places: []string{filepath.Join(s.dir, "ring")}, Keys: crypt.OrgKeys{Ring: s.ring, Table: "file", Column: "blob"},
		Program: "test", Clock: clock.System{}, Stored: stored}
}

// elsewhere is an empty place on the same engine.
func (s *site) elsewhere() backup.Site {
	data := filepath.Join(s.t.TempDir(), "data")
	url := "sqlite:" + filepath.Join(data, "restored.db")
	if s.engine == db.Postgres {
		url = dbtest.EmptyURL(s.t, s.engine)
	}
	return s.at(url, data)
}

func stored(tx *db.Tx) ([]backup.Stored, error) {
	held, err := media.Stored(tx)
	out := make([]backup.Stored, len(held))
	for i, h := range held {
		out[i] = backup.Stored{Org: h.Org, SHA256: h.SHA, Bytes: h.Bytes}
	}
	return out, err
}

func (s *site) db() *db.DB { return dbtest.OpenURL(s.t, s.Database) }

func (s *site) files(at backup.Site, d *db.DB) *media.Files {
	s.t.Helper()
	store, err := blobfs.New(blobfs.Config{Locations: at.Files, Keys: at.Keys})
	if err != nil {
		s.t.Fatal(err)
	}
	return media.NewFiles(d, store)
}

// keep stores a file that something refers to.
func (s *site) keep(d *db.DB, text string) string {
	s.t.Helper()
	var sha string
	err := s.files(s.Site, d).Save(s.t.Context(), org, []io.ReadSeeker{strings.NewReader(text)}, func(tx *db.Tx, held []media.Held) error {
		sha = held[0].SHA
		return s.files(s.Site, d).Keep(tx, held[0])
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return sha
}

func read(t *testing.T, f *media.Files, sha string) string {
	t.Helper()
	r, err := f.Open(t.Context(), org, sha)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // read only
	b, err := io.ReadAll(blob.NewReader(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func nameOf(t *testing.T, d *db.DB, v *person.Service, p id.Person) (name string, state person.State) {
	t.Helper()
	people, err := v.Read(t.Context(), personal.Participants, org, []id.Person{p})
	if err != nil {
		t.Fatal(err)
	}
	return people[p].Name, people[p].State
}

func each(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, newSite(t, engine, dbtest.URL(t, engine)))
		})
	}
}

// furnish puts two people, an account and a file in.
func (s *site) furnish() (v *person.Service, d *db.DB, stays, goes id.Person, sha string) {
	s.t.Helper()
	d = s.db()
	v = persontest.VaultOn(d, s.ring)
	if err := s.ring.Create(s.t.Context(), crypt.OrgOwner(org)); err != nil {
		s.t.Fatal(err)
	}
	stays = persontest.Add(s.t, d, v, org, "", person.Profile{Name: "Wilma Canary-Stays", Email: "stays@canary.example", Locale: "nl"})
	goes = persontest.Add(s.t, d, v, org, "", person.Profile{Name: "Gus Canary-Goes", Email: "goes@canary.example", Locale: "nl"})
	return v, d, stays, goes, s.keep(d, "the north facade, photographed")
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		_, d, stays, goes, sha := s.furnish()
		dir := filepath.Join(t.TempDir(), "backup")
		var steps []string
		s.Say = func(step string, done, total int) {
			if done == total {
				steps = append(steps, step)
			}
		}
		m := must(backup.Make(t.Context(), s.Site, dir))(t)
		if m.Files != 1 || m.Bytes != 30 || m.Missing != 0 || m.Database.Engine != s.engine.String() || len(steps) < 2 {
			t.Errorf("manifest %+v, steps %v", m, steps)
		}
		if again := must(backup.Read(dir))(t); again.Ring != m.Ring || !again.At.Equal(m.At) {
			t.Errorf("read back %+v", again)
		}
		if found := grep(t, dir, "Canary", "canary.example", "facade"); found != "" {
			t.Errorf("the backup shows %s", found)
		}
		if _, err := os.Stat(filepath.Join(dir, "ring")); err == nil || grep(t, dir, "plumbline ring root") != "" {
			t.Error("the backup holds the ring")
		}
		// What came after the backup is not in it.
		persontest.Add(t, d, persontest.VaultOn(d, s.ring), org, "", person.Profile{Name: "Late", Email: "late@canary.example", Locale: "nl"})
		if err := s.ring.Erase(t.Context(), crypt.PersonOwner(goes)); err != nil {
			t.Fatal(err)
		}

		to := s.elsewhere()
		r := must(backup.Fill(t.Context(), to, dir))(t)
		if r.Copied != 1 || r.Lacking != 0 {
			t.Errorf("report %+v", r)
		}
		back := dbtest.OpenURL(t, to.Database)
		if err := backup.Refuse(t.Context(), back, to.Data); fault.CodeOf(err) != "restoring" {
			t.Errorf("opens before it is finished: %v", err)
		}
		if err := backup.Finish(t.Context(), back, to.Data); err != nil {
			t.Fatal(err)
		}
		if err := backup.Refuse(t.Context(), back, to.Data); err != nil {
			t.Errorf("does not open: %v", err)
		}
		vault := persontest.VaultOn(back, s.ring)
		if name, state := nameOf(t, back, vault, stays); name != "Wilma Canary-Stays" || state != person.Active {
			t.Errorf("who stays is %q, %s", name, state)
		}
		if name, state := nameOf(t, back, vault, goes); name != "" || state != person.Former {
			t.Errorf("who was erased is %q, %s", name, state)
		}
		if got := read(t, s.files(to, back), sha); got != "the north facade, photographed" {
			t.Errorf("the file reads %q", got)
		}
		if n := must(count(t, back, vault))(t); n != 1 {
			t.Errorf("%d people, one was erased and one came later", n)
		}
	})
}

func count(t *testing.T, d *db.DB, v *person.Service) (n int, err error) {
	t.Helper()
	err = d.Read(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
		all, err := v.Everybody(tx, personal.Participants)
		n = len(all)
		return err
	})
	return n, err
}

// grep looks for texts in every file below a folder.
func grep(t *testing.T, dir string, texts ...string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				found = path + ": " + text
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite, dbtest.URL(t, db.SQLite))
	s.furnish()
	d := s.db()
	dir := filepath.Join(t.TempDir(), "backup")
	must(backup.Make(t.Context(), s.Site, dir))(t)
	fill := func(to backup.Site, from string) string {
		_, err := backup.Fill(t.Context(), to, from)
		return fault.CodeOf(err)
	}
	makes := func(dir string) string {
		_, err := backup.Make(t.Context(), s.Site, dir)
		return fault.CodeOf(err)
	}
	untouched := func(to backup.Site) {
		t.Helper()
		if _, err := os.Stat(to.Data); err == nil {
			t.Error("a refused restore left something behind")
		}
	}

	if code := makes(dir); code != "folder-not-empty" {
		t.Errorf("backup over another: %q", code)
	}
	for _, in := range []string{s.dir, filepath.Join(s.dir, "ring", "x"), filepath.Join(s.Data, "x"), filepath.Join(s.Data, "files", "x")} {
		if code := makes(in); code != "backup-place" {
			t.Errorf("backup beside what it copies: %q", code)
		}
	}
	if code := fill(s.Site, dir); code != "place-not-empty" {
		t.Errorf("restore over a living place: %q", code)
	}
	if code := fill(s.elsewhere(), t.TempDir()); code != "no-backup" {
		t.Errorf("restore of nothing: %q", code)
	}

	// Another ring; an older one; one without its list of erased keys.
	to := s.elsewhere()
	other := to
	otherDir := t.TempDir()
	other.Ring, other.Places = ringOf(t, otherDir), []string{filepath.Join(otherDir, "ring")}
	if code := fill(other, dir); code != "other-ring" {
		t.Errorf("another installation's ring: %q", code)
	}
	untouched(to)
	bare := to
	bare.Places = []string{t.TempDir()}
	if code := fill(bare, dir); code != "no-tombstones" {
		t.Errorf("no list of erased keys: %q", code)
	}
	untouched(to)
	old := t.TempDir()
	if err := os.CopyFS(old, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(old, "root", "root.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.ring.Erase(t.Context(), crypt.PersonOwner(persontest.Add(t, d, persontest.VaultOn(d, s.ring), org, "", person.Profile{Name: "x", Email: "x@canary.example", Locale: "nl"}))); err != nil {
		t.Fatal(err)
	}
	later := filepath.Join(t.TempDir(), "later")
	must(backup.Make(t.Context(), s.Site, later))(t)
	older := to
	older.Ring, older.Places = ringOf(t, old), []string{filepath.Join(old, "ring")}
	if code := fill(older, later); code != "ring-behind" {
		t.Errorf("a ring older than the backup: %q", code)
	}
	untouched(to)

	// Every file of the backup, changed by one byte, and each missing.
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		for what, change := range map[string]func() error{
			"changed": func() error {
				c := bytes.Clone(b)
				c[len(c)/2] ^= 1
				return os.WriteFile(path, c, 0o600)
			},
			"missing": func() error { return os.Remove(path) },
		} {
			if len(b) == 0 && what == "changed" {
				continue
			}
			if err := change(); err != nil {
				return err
			}
			if code := fill(s.elsewhere(), dir); code == "" {
				t.Errorf("%s %s: restored all the same", name, what)
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if code := fill(s.elsewhere(), dir); code != "" {
		t.Errorf("whole again: %q", code)
	}
}

func TestOtherEngine(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite, dbtest.URL(t, db.SQLite))
	s.furnish()
	dir := filepath.Join(t.TempDir(), "backup")
	must(backup.Make(t.Context(), s.Site, dir))(t)
	s.engine = db.Postgres
	if _, err := backup.Fill(t.Context(), s.elsewhere(), dir); fault.CodeOf(err) != "other-engine" {
		t.Errorf("%v", err)
	}
}

// TestCrashInTheMiddle cancels the restore wherever it speaks: what is left does
// not open, and running it again succeeds.
func TestCrashInTheMiddle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		_, d, stays, _, sha := s.furnish()
		for i := range 4 {
			s.keep(d, strings.Repeat("photo ", i+1))
		}
		dir := filepath.Join(t.TempDir(), "backup")
		must(backup.Make(t.Context(), s.Site, dir))(t)
		to := s.elsewhere()
		for at := 0; ; at++ {
			ctx, cancel := context.WithCancel(t.Context())
			heard := 0
			to.Say = func(string, int, int) {
				if heard++; heard > at*2 {
					cancel()
				}
			}
			_, err := backup.Fill(ctx, to, dir)
			cancel()
			back := dbtest.OpenURL(t, to.Database)
			if refused := backup.Refuse(t.Context(), back, to.Data); fault.CodeOf(refused) != "restoring" {
				t.Fatalf("crash %d: opens half-filled (%v)", at, refused)
			}
			if err == nil {
				if at < 2 {
					t.Fatalf("the restore spoke %d times only", heard)
				}
				if err := backup.Finish(t.Context(), back, to.Data); err != nil {
					t.Fatal(err)
				}
				if name, _ := nameOf(t, back, persontest.VaultOn(back, s.ring), stays); name != "Wilma Canary-Stays" {
					t.Errorf("who stays is %q", name)
				}
				if got := read(t, s.files(to, back), sha); got != "the north facade, photographed" {
					t.Errorf("the file reads %q", got)
				}
				return
			}
			if err := back.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestDecisionsSurvive restores a backup that is older than what people decided.
func TestDecisionsSurvive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		_, d, _, goes, _ := s.furnish()
		write := func(d *db.DB, query string, args ...any) {
			t.Helper()
			if err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
				_, err := tx.Exec(query, args...)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		standing := func(d *db.DB) (word string, hash []byte) {
			t.Helper()
			if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
				if err := tx.Row(`select word from person_standing where person_id = $1`, goes).Scan(&word); err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				if err := tx.Row(`select hash from suppression`).Scan(&hash); err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return word, hash
		}
		keep := &backup.Decisions{DB: d, Ring: s.ring, Places: s.Places, Tables: []string{"person_standing", "suppression"}}
		write(d, `insert into person_standing (org_id, person_id, about, word, ref, at) values ($1, $2, 'updates', 'given', '', 1)`, org, goes)
		if err := keep.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "backup")
		must(backup.Make(t.Context(), s.Site, dir))(t)

		old := s.elsewhere() // nothing was decided since: the backup is newer
		if r := must(backup.Fill(t.Context(), old, dir))(t); r.Recall {
			t.Error("an older copy was put back")
		}
		write(d, `update person_standing set word = 'withdrawn', at = 2 where org_id = $1 and person_id = $2`, org, goes)
		write(d, `insert into suppression (hash, reason, at) values ($1, 'promotion', 3)`, []byte{0, 255, 10})
		if err := keep.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		to := s.elsewhere()
		if r := must(backup.Fill(t.Context(), to, dir))(t); !r.Recall {
			t.Error("what was decided since was not found")
		}
		if word, hash := standing(dbtest.OpenURL(t, to.Database)); word != "withdrawn" || !bytes.Equal(hash, []byte{0, 255, 10}) {
			t.Errorf("restored: %q %v", word, hash)
		}
		if word, _ := standing(dbtest.OpenURL(t, old.Database)); word != "given" {
			t.Errorf("without: %q", word)
		}

		sealed, err := os.ReadFile(filepath.Join(s.Places[0], "decisions"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("withdrawn")) || bytes.Contains(sealed, []byte(goes)) {
			t.Error("the copy beside the ring is not sealed")
		}
		if err := keep.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again, err := os.ReadFile(filepath.Join(s.Places[0], "decisions")); err != nil || !bytes.Equal(again, sealed) {
			t.Errorf("written anew though nothing changed (%v)", err)
		}
	})
}

// TestDecisionsRun sees what is committed reach the copy by itself.
func TestDecisionsRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite, dbtest.URL(t, db.SQLite))
	d := s.db()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	keep := &backup.Decisions{DB: d, Ring: s.ring, Places: s.Places, Tables: []string{"suppression"}}
	go keep.Run(ctx)
	until := time.Now().Add(2 * time.Minute)
	for {
		if _, err := os.Stat(filepath.Join(s.Places[0], "decisions")); err == nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("no copy comes")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// FuzzManifest reads what is no manifest without trusting it.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"parts":[{"name":"../../etc/passwd"}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "manifest.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := backup.Read(dir)
		if err != nil {
			return
		}
		for _, p := range m.Parts {
			if !filepath.IsLocal(p.Name) {
				t.Fatalf("%q leads out", p.Name)
			}
		}
		if _, err := json.Marshal(m); err != nil {
			t.Fatal(err)
		}
	})
}
