// Package kept ties backup and restore to an installation's places: what is
// copied, which tables hold what people decided, and whom the ring has buried.
package kept

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/backup"
	"plumbline/internal/signin/rows"
)

// Places are where an installation keeps things.
type Places struct {
	Database string // URL
	Data     string
	Files    []string
	Ring     []string
	Root     string
	Clock    clock.Clock // nil: the machine's
	Log      *slog.Logger
}

// open opens the key ring that is there, beside a program that may be serving.
func (p Places) open(ctx context.Context) (*crypt.Ring, error) {
	return crypt.Open(ctx, crypt.Config{Places: p.Ring, RootKeyFile: p.Root, Clock: p.Clock})
}

func (p Places) site(ring *crypt.Ring, say backup.Say) backup.Site {
	if p.Clock == nil {
		p.Clock = clock.System{}
	}
	return backup.Site{Database: p.Database, Data: p.Data, Files: p.Files, Ring: ring, Places: p.Ring,
		Keys: crypt.OrgKeys{Ring: ring, Table: "file", Column: "blob"}, Program: cli.Version, Clock: p.Clock, Log: p.Log, Say: say, Stored: stored}
}

func stored(tx *db.Tx) ([]backup.Stored, error) {
	held, err := media.Stored(tx)
	out := make([]backup.Stored, len(held))
	for i, h := range held {
		out[i] = backup.Stored{Org: h.Org, SHA256: h.SHA, Bytes: h.Bytes}
	}
	return out, err
}

// Make backs an installation up, which may be serving.
func Make(ctx context.Context, p Places, to string, say backup.Say) (backup.Manifest, error) {
	ring, err := p.open(ctx)
	if err != nil {
		return backup.Manifest{}, err
	}
	defer ring.Close()
	m, err := backup.Make(ctx, p.site(ring, say), to)
	if err == nil {
		err = os.WriteFile(filepath.Join(p.Data, lastMark), []byte(p.site(ring, say).Clock.Now().UTC().Format(time.RFC3339)+"\n"), 0o600)
	}
	return m, err
}

// lastMark holds when the last backup was made.
const lastMark = "last-backup"

// LastBackup is when the last backup was made that this data folder knows of;
// zero: none.
func LastBackup(c config.Config) time.Time {
	b, err := os.ReadFile(filepath.Join(c.Data, lastMark))
	if err != nil {
		return time.Time{}
	}
	at, _ := time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
	return at
}

// Fill fills an empty installation from a backup, and leaves it marked.
func Fill(ctx context.Context, p Places, from string, say backup.Say) (backup.Report, error) {
	if err := backup.NeedTombstones(p.Ring); err != nil {
		return backup.Report{}, err
	}
	ring, err := p.open(ctx)
	if err != nil {
		return backup.Report{}, err
	}
	defer ring.Close()
	return backup.Fill(ctx, p.site(ring, say), from)
}

// Decided are the tables of what people decided about their data. They hold
// ids, codes, hashes and sealed bytes, and are kept beside the key ring.
func Decided() []string {
	return []string{"account_standing", "person_standing", "restriction", "suppression", "suppression_secret",
		"erasure", "erasure_subject", "erasure_link", "erasure_place", "claim_record"}
}

// Buried are those whose key was erased and whose rows are there.
func Buried(ctx context.Context, d *db.DB, ring *crypt.Ring) (whos []personal.Who, err error) {
	var owners []crypt.Owner
	for _, t := range ring.Tombstones() {
		owners = append(owners, t.Owner)
	}
	err = d.Read(ctx, db.Everyone("who was erased is looked for in all organisations"), func(tx *db.Tx) (err error) {
		whos, err = person.Present(tx, owners)
		return err
	})
	return whos, err
}

// Cold ends what a backup brought back and is over: sessions, mailed links, mail
// that waited.
func Cold(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, db.Everyone("what a backup brought back and is over"), func(tx *db.Tx) error {
		return errors.Join(rows.Restored(tx), org.Restored(tx), mail.Restored(tx))
	})
}
