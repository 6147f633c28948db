// Command sync measures what a device waits for in a project of 100,000 points,
// over HTTP from the program itself: its share of the snapshot (the points that
// changed last, and the settings), the whole snapshot, and what changed in a
// day.
//
//	go run ./bench/sync [-points 100000] [-changes 2000] [-keep 10000] [-repeat 3] [-program bin/plumbline] [-postgres URL]
//
// The day is made through the API: mutations of fifty, each of which gives a
// point another due date. Its delta is read from the cursor of before.
// Processor time is that of the program and, where the server runs on this
// machine, of all processes of PostgreSQL, so use one that nobody else uses.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"plumbline/bench/measure"
	"plumbline/bench/site"
	"plumbline/internal/id"
)

func main() { measure.Main("sync", run) }

type plan struct {
	points, changes, keep, repeat int
	program                       string
}

func run() error {
	var p plan
	flag.IntVar(&p.points, "points", 100_000, "points of the project")
	flag.IntVar(&p.changes, "changes", 2_000, "points that change in a day")
	flag.IntVar(&p.keep, "keep", 10_000, "points that a device keeps")
	flag.IntVar(&p.repeat, "repeat", 3, "figures of each case")
	flag.StringVar(&p.program, "program", "bin/plumbline", "the program")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	var err error
	if p.program, err = filepath.Abs(p.program); err != nil {
		return err
	}
	dir, remove, err := measure.Folder("sync")
	if err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	fmt.Printf("%d points, pages of %d; a day is %d changed points. Least / median of %d.\n\n", p.points, pageSize, p.changes, p.repeat)
	fmt.Print("| engine | what | answers | points | MB | CPU s | wall s |\n|---|---|---|---|---|---|---|\n")
	if err := p.engine(ctx, "SQLite", dir, "sqlite:"); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	u, drop, err := measure.OwnDatabase(ctx, *postgres, "sync")
	if err != nil {
		return err
	}
	defer drop()
	return p.engine(ctx, "PostgreSQL", filepath.Join(dir, "pg"), u)
}

const pageSize = 500

// got is what was read.
type got struct {
	answers, points, bytes int
	cursor                 string
}

func (p *plan) engine(ctx context.Context, name, dir, u string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	at, err := site.Serve(ctx, p.program, dir, u, p.points)
	if err != nil {
		return err
	}
	return errors.Join(p.measured(at, name), at.Close())
}

func (p *plan) measured(at *site.Served, name string) error {
	before, err := snapshot(at, 1)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what string
		read func() (got, error)
	}{
		{"a device's share of the snapshot", func() (got, error) { return snapshot(at, p.keep) }},
		{"the whole snapshot", func() (got, error) { return snapshot(at, p.points) }},
	} {
		if err := p.row(at, name, c.what, c.read); err != nil {
			return err
		}
	}
	if err := p.day(at); err != nil {
		return err
	}
	return p.row(at, name, "what changed in a day", func() (got, error) { return delta(at, before.cursor) })
}

func (p *plan) row(at *site.Served, name, what string, read func() (got, error)) error {
	var cpu, wall measure.Series
	var g got
	for range p.repeat {
		used, err := at.CPU()
		if err != nil {
			return err
		}
		began := time.Now()
		if g, err = read(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		wall = append(wall, time.Since(began).Seconds())
		after, err := at.CPU()
		if err != nil {
			return err
		}
		cpu = append(cpu, (after - used).Seconds())
	}
	fmt.Printf("| %s | %s | %d | %d | %.1f | %s | %s |\n", name, what, g.answers, g.points, float64(g.bytes)/1e6, cpu.Show(2), wall.Show(2))
	return nil
}

type things struct {
	Points []struct{} `json:"points"`
}

// snapshot reads pages until it has as many points.
func snapshot(at *site.Served, points int) (got, error) {
	var g got
	next := ""
	for {
		var page struct {
			Cursor string  `json:"cursor"`
			Next   *string `json:"next"`
			Things things  `json:"things"`
		}
		n, err := at.Do(http.MethodGet, fmt.Sprintf("%s/snapshot?limit=%d%s", at.Path, pageSize, next), nil, &page)
		if err != nil {
			return g, err
		}
		if g.cursor == "" {
			g.cursor = page.Cursor
		}
		g.answers, g.points, g.bytes = g.answers+1, g.points+len(page.Things.Points), g.bytes+n
		if page.Next == nil || g.points >= points {
			return g, nil
		}
		next = "&page=" + url.QueryEscape(*page.Next)
	}
}

// delta reads what changed since a cursor.
func delta(at *site.Served, cursor string) (got, error) {
	var g got
	for {
		var page struct {
			Cursor string `json:"cursor"`
			More   bool   `json:"more"`
			Over   bool   `json:"start_over"`
			Things things `json:"things"`
		}
		n, err := at.Do(http.MethodGet, fmt.Sprintf("%s/changes?limit=%d&cursor=%s", at.Path, pageSize, url.QueryEscape(cursor)), nil, &page)
		if err != nil {
			return g, err
		}
		if page.Over {
			return g, errors.New("told to start over")
		}
		g.answers, g.points, g.bytes = g.answers+1, g.points+len(page.Things.Points), g.bytes+n
		if cursor = page.Cursor; !page.More {
			return g, nil
		}
	}
}

// day changes as many points, fifty at a time.
func (p *plan) day(at *site.Served) error {
	type mutation struct {
		ID     string         `json:"id"`
		Method string         `json:"method"`
		Path   string         `json:"path"`
		Body   map[string]any `json:"body"`
	}
	cursor := ""
	for done := 0; done < p.changes; {
		var list struct {
			Items []struct {
				ID      string `json:"id"`
				Version int64  `json:"version"`
			} `json:"items"`
			Next string `json:"next"`
		}
		if _, err := at.Do(http.MethodGet, at.Path+"/points?closed=any&sort=created&limit=50"+cursor, nil, &list); err != nil {
			return err
		}
		var all []mutation
		for _, i := range list.Items {
			all = append(all, mutation{string(id.New[id.Mutation]()), http.MethodPatch, at.Path + "/points/" + i.ID, map[string]any{"base": i.Version, "due": "2026-12-24"}})
		}
		var said struct {
			Results []struct {
				Status string `json:"status"`
			} `json:"results"`
		}
		if _, err := at.Do(http.MethodPost, "/api/v1/mutations", map[string]any{"mutations": all}, &said); err != nil {
			return err
		}
		for _, r := range said.Results {
			if r.Status != "ok" {
				return fmt.Errorf("a change was answered with %s", r.Status)
			}
		}
		done += len(all)
		cursor = "&cursor=" + url.QueryEscape(list.Next)
	}
	return nil
}
