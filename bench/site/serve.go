package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/db"
	"plumbline/internal/id"
)

const (
	email    = "owner@bench.example"
	password = "nine slow barges under a bridge"
)

// Owner is who a served site belongs to: address and password.
func Owner() (address, secret string) { return email, password }

// Served is the program, serving a site that its owner is signed in to.
type Served struct {
	*measure.Server
	*Site
	Path string // of the project, in the API

	database int // the process of PostgreSQL, 0 for SQLite
}

// Serve founds an installation on the database at u, an empty one, has the
// program serve it, and lets its owner make a project over the API. The points
// are put into that project's tables.
func Serve(ctx context.Context, program, dir, u string, points int) (*Served, error) {
	addr, err := measure.FreePort(ctx)
	if err != nil {
		return nil, err
	}
	database := u
	if strings.HasPrefix(u, "sqlite:") {
		database = filepath.Join(dir, "plumbline.db")
		u = "sqlite:" + database
	}
	config := filepath.Join(dir, "plumbline.yaml")
	text := fmt.Sprintf("data: %q\ndatabase: %q\nlisten: %q\n", filepath.Join(dir, "data"), database, addr)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	found := exec.CommandContext(ctx, program, "found", "--config", config, "--organisation", "bench", "--email", email) //nolint:gosec // the program that is measured
	found.Stdin = strings.NewReader(password + "\n")
	if out, err := found.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("found: %w: %s", err, out)
	}
	s, err := measure.Start(ctx, 2*time.Minute, addr, program, "serve", "--config", config)
	if err != nil {
		return nil, err
	}
	at := &Served{Server: s}
	err = at.fill(ctx, u, points)
	if err == nil {
		err = at.keep(dir)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return at, nil
}

// kept is what a folder remembers of the site that was served from it.
type kept struct {
	Site    *Site
	Address string
}

func (at *Served) keep(dir string) error {
	b, err := json.Marshal(kept{at.Site, strings.TrimPrefix(at.URL, "http://")})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "site.json"), b, 0o600)
}

// Again serves the site, on SQLite, that Serve made in the folder before; nil if
// there is none.
func Again(ctx context.Context, program, dir string) (*Served, error) {
	b, err := os.ReadFile(filepath.Join(dir, "site.json")) //nolint:gosec // of the bench
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var was kept
	if err := json.Unmarshal(b, &was); err != nil {
		return nil, err
	}
	s, err := measure.Start(ctx, 2*time.Minute, was.Address, program, "serve", "--config", filepath.Join(dir, "plumbline.yaml"))
	if err != nil {
		return nil, err
	}
	if err := s.SignIn(email, password); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return &Served{Server: s, Site: was.Site, Path: "/api/v1/projects/" + string(was.Site.Project)}, nil
}

func (at *Served) fill(ctx context.Context, u string, points int) error {
	if err := at.SignIn(email, password); err != nil {
		return err
	}
	var session struct {
		Organisations []struct {
			ID id.Org `json:"id"`
		} `json:"organisations"`
	}
	if _, err := at.Do(http.MethodGet, "/api/v1/session", nil, &session); err != nil {
		return err
	}
	if len(session.Organisations) != 1 {
		return fmt.Errorf("the owner is in %d organisations", len(session.Organisations))
	}
	at.Site = &Site{Org: session.Organisations[0].ID, Project: id.New[id.Project]()}
	at.Path = "/api/v1/projects/" + string(at.Project)
	project := map[string]string{"org_id": string(at.Org), "name": "bench", "code": "B", "place": "", "time_zone": "Europe/Brussels"}
	if _, err := at.Do(http.MethodPut, at.Path, project, nil); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: u, MaxConns: 2})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	if err := at.Fill(ctx, d, points, false); err != nil {
		return err
	}
	if err := Analyze(ctx, d); err != nil {
		return err
	}
	at.database, err = ServerPID(ctx, d)
	return err
}

// CPU is what the program, and PostgreSQL's processes, have used.
func (at *Served) CPU() (time.Duration, error) {
	used, err := measure.CPU(at.PID())
	if err != nil || at.database == 0 {
		return used, err
	}
	more, err := measure.Children(at.database)
	return used + more, err
}

// Close stops the program.
func (at *Served) Close() error { return at.Stop() }
