package kept

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plumbline/internal/app/config"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/backup"
	"plumbline/internal/privacy/registered"
)

// House is an open installation as a rehearsal uses it.
type House struct {
	DB        *db.DB
	People    *person.Service
	Orgs      *org.Service
	Files     *media.Files
	Erase     func(ctx context.Context, whos []personal.Who) error // at once
	Decisions *backup.Decisions
	Close     func()
}

// Program opens installations, and restores them: what the commands do.
type Program struct {
	Open    func(ctx context.Context, cfg config.Config) (House, error)
	Restore func(ctx context.Context, cfg config.Config, from string) error
}

// PlacesOf are those of a configuration.
func PlacesOf(cfg config.Config) Places {
	return Places{Database: cfg.DatabaseURL(), Data: cfg.Data, Files: cfg.Files.Places, Ring: cfg.Ring.Places, Root: cfg.Ring.Root}
}

// Rehearsal is what was seen of a restore.
type Rehearsal struct {
	InBackup    bool // the erased person's name stands in the backup's bytes
	HalfRefused bool // a place that is not finished does not open
	BareRefused bool // without the list of erased keys nothing is restored
	Shown       bool // the erased person's name is shown
	RowLeft     bool // their record is not that of a former participant
	InRestored  bool // their name stands in the restored bytes
	Whole       bool // the others are as they were
}

// Rehearse makes a small installation of its own, backs it up, erases somebody
// and restores the older backup: by the very code of the commands, on SQLite,
// in a folder that goes again.
func (p Program) Rehearse(ctx context.Context) (r Rehearsal, err error) {
	dir, err := os.MkdirTemp("", "plumbline-rehearsal-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	place := func(name string) (config.Config, error) {
		cfg := config.Config{Data: filepath.Join(dir, name), Privacy: registered.Demo(),
			Ring: config.Ring{Root: filepath.Join(dir, "root", "root.key"), Places: []string{filepath.Join(dir, "keys")}}}
		return cfg, cfg.Complete()
	}
	cfg, err := place("first")
	if err != nil {
		return r, err
	}
	to := filepath.Join(dir, "backup")
	set, err := p.begin(ctx, cfg, to)
	if err != nil {
		return r, err
	}
	if r.InBackup, err = holds(to, set.canary); err != nil {
		return r, err
	}

	again, err := place("again")
	if err != nil {
		return r, err
	}
	if _, err := Fill(ctx, PlacesOf(again), to, nil); err != nil {
		return r, err
	}
	h, err := p.Open(ctx, again)
	if err == nil {
		h.Close()
	}
	if r.HalfRefused = fault.CodeOf(err) == "restoring"; err != nil && !r.HalfRefused {
		return r, err
	}
	if err := p.Restore(ctx, again, to); err != nil {
		return r, err
	}
	if err := p.look(ctx, set, again, &r); err != nil {
		return r, err
	}

	for _, place := range cfg.Ring.Places {
		if err := os.Remove(filepath.Join(place, "tombstones")); err != nil {
			return r, err
		}
	}
	bare, err := place("bare")
	if err != nil {
		return r, err
	}
	err = p.Restore(ctx, bare, to)
	r.BareRefused = fault.CodeOf(err) == "no-tombstones"
	return r, nil
}

// domain is one that no mail reaches.
const domain = "proof.invalid"

// rehearsal is what was put in.
type rehearsal struct {
	org         id.Org
	goes, stays id.Person
	canary      string // of who goes
	name        string // of who stays
}

// begin makes the installation, its backup, and then the erasure.
func (p Program) begin(ctx context.Context, cfg config.Config, to string) (set rehearsal, err error) {
	h, err := p.Open(ctx, cfg)
	if err != nil {
		return set, err
	}
	defer h.Close()
	set = rehearsal{org: id.New[id.Org](), goes: id.New[id.Person](), stays: id.New[id.Person](), canary: "Canary " + id.New[string](), name: "Whoever stays"}
	account := id.New[id.Account]()
	if err := h.People.NewKeys(ctx, []crypt.Owner{crypt.AccountOwner(account), crypt.PersonOwner(set.goes)}); err != nil {
		return set, err
	}
	everyone := db.Everyone("a rehearsal makes an account")
	if err := h.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		return h.People.AddAccount(tx, account, person.AccountProfile{Name: set.canary, Email: id.New[string]() + "@" + domain, Locale: "en-GB", TimeZone: "UTC"}, person.Credentials{})
	}); err != nil {
		return set, err
	}
	if err := h.Orgs.Found(ctx, org.Founding{Org: set.org, Name: "Rehearsal", Locale: "en-GB", Owner: set.stays,
		Profile: person.Profile{Name: set.name, Email: id.New[string]() + "@" + domain, Locale: "en-GB"}}); err != nil {
		return set, err
	}
	err = h.Files.Save(ctx, set.org, []io.ReadSeeker{strings.NewReader("a file of the rehearsal")}, func(tx *db.Tx, held []media.Held) error {
		by := feed.Actor{Person: feed.System, Via: feed.System}
		err := h.People.Add(tx, by, person.Person{ID: set.goes, Account: account, State: person.Active, Profile: person.Profile{Name: set.canary, Locale: "en-GB"}})
		return errors.Join(err, h.Files.Keep(tx, held[0]))
	})
	if err != nil {
		return set, err
	}
	if _, err := Make(ctx, PlacesOf(cfg), to, nil); err != nil {
		return set, err
	}
	if err := h.Erase(ctx, []personal.Who{personal.OfAccount(account), personal.OfPerson(set.org, set.goes)}); err != nil {
		return set, err
	}
	return set, h.Decisions.Write(ctx)
}

// look looks at who is in the restored place.
func (p Program) look(ctx context.Context, set rehearsal, cfg config.Config, r *Rehearsal) error {
	h, err := p.Open(ctx, cfg)
	if err != nil {
		return err
	}
	people, err := h.People.Read(ctx, personal.Participants, set.org, []id.Person{set.goes, set.stays})
	if err == nil {
		r.Shown = people[set.goes].Name != ""
		r.Whole = people[set.stays].Name == set.name
		err = h.DB.Read(ctx, db.Everyone("a rehearsal looks at every row"), func(tx *db.Tx) error {
			whos, err := person.Present(tx, []crypt.Owner{crypt.PersonOwner(set.goes)})
			r.RowLeft = len(whos) > 0
			return err
		})
	}
	h.Close()
	if err != nil {
		return err
	}
	r.InRestored, err = holds(cfg.Data, set.canary)
	return err
}

// holds reports whether the bytes of a file below a folder hold a text.
func holds(dir, text string) (found bool, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path) //nolint:gosec // in a folder of our own, which nobody else writes
		found = found || strings.Contains(string(b), text)
		return err
	})
	return found, err
}
