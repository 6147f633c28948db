package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

// http measures the orders over HTTP: an installation is founded on the
// database, the program serves it, its owner makes a project over the API, and
// the points are put into that project's tables.
func (p *plan) http(ctx context.Context, u string, orders []*order) error {
	dir, err := os.MkdirTemp(p.dir, "served-")
	if err != nil {
		return err
	}
	addr, err := measure.FreePort(ctx)
	if err != nil {
		return err
	}
	database := u
	if strings.HasPrefix(u, "sqlite:") {
		database = filepath.Join(dir, "plumbline.db")
		u = "sqlite:" + database
	}
	config := filepath.Join(dir, "plumbline.yaml")
	text := fmt.Sprintf("data: %q\ndatabase: %q\nlisten: %q\n", filepath.Join(dir, "data"), database, addr)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	found := exec.Command(p.program, "found", "--config", config, "--organisation", "bench", "--email", email) //nolint:gosec // the program that is measured
	found.Stdin = strings.NewReader(password + "\n")
	if out, err := found.CombinedOutput(); err != nil {
		return fmt.Errorf("found: %w: %s", err, out)
	}
	s, err := measure.Start(ctx, 2*time.Minute, addr, p.program, "serve", "--config", config)
	if err != nil {
		return err
	}
	err = p.served(ctx, s, u, orders)
	return errors.Join(err, s.Stop())
}

func (p *plan) served(ctx context.Context, s *measure.Server, u string, orders []*order) error {
	if err := s.SignIn(email, password); err != nil {
		return err
	}
	var session struct {
		Organisations []struct {
			ID id.Org `json:"id"`
		} `json:"organisations"`
	}
	if _, err := s.Do(http.MethodGet, "/api/v1/session", nil, &session); err != nil {
		return err
	}
	if len(session.Organisations) != 1 {
		return fmt.Errorf("the owner is in %d organisations", len(session.Organisations))
	}
	w := &site{org: session.Organisations[0].ID, project: id.New[id.Project]()}
	path := "/api/v1/projects/" + string(w.project)
	project := map[string]string{"org_id": string(w.org), "name": "bench", "code": "B", "place": "", "time_zone": "Europe/Brussels"}
	if _, err := s.Do(http.MethodPut, path, project, nil); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: u, MaxConns: 2})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	if err := w.fill(ctx, d, p.points, false); err != nil {
		return err
	}
	if err := analyze(ctx, d); err != nil {
		return err
	}
	server, err := serverPID(ctx, d)
	if err != nil {
		return err
	}
	clock := func() (time.Duration, error) {
		used, err := measure.CPU(s.PID())
		if err != nil || server == 0 {
			return used, err
		}
		more, err := measure.Children(server)
		return used + more, err
	}
	for _, o := range orders {
		list := path + "/points?closed=any&limit=" + strconv.Itoa(pageSize) + "&sort=" + string(o.sort)
		o.http, err = p.repeated(clock, func() error {
			var got struct {
				Items []struct{} `json:"items"`
			}
			n, err := s.Do(http.MethodGet, list, nil, &got)
			o.bytes = n
			if err == nil && len(got.Items) != pageSize {
				return fmt.Errorf("a page of %d items", len(got.Items))
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("HTTP, %s: %w", o.sort, err)
		}
	}
	return nil
}
