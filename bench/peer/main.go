// Command peer sets a list of points of a large project against PocketBase
// 0.36.8: the same rows, an index for the same order, a list rule, and
// skipTotal=1, both over HTTP on this machine, both on SQLite.
//
//	go run ./bench/peer [-points 1000000] [-rounds 6] [-each 240] [-at-once 8] [-program bin/plumbline] -pocketbase bin/bench/pocketbase
//
// The two are asked in turn, a round each: the requests of a round are made by
// so many clients at once, as fast as answers come. A caller of Plumbline has
// 300 reads at once and 20 a second after that, so a round is shorter than
// that, and the allowance fills up again while the other is asked. Throughput
// is requests by the time of the rounds; p50 and p99 are those of all requests.
//
// What Plumbline's answer holds more: who is in charge, photos, comments, and
// what the reader may do. Neither counts the total.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"plumbline/bench/measure"
	"strings"
	"time"

	"plumbline/bench/site"
)

func main() { measure.Main("peer", run) }

type plan struct {
	points, rounds, each, atOnce int
	rest                         time.Duration
	program, pocketbase, keep    string
	only                         string
}

// list is a list that both are asked for.
type list struct {
	name         string
	ours, theirs string // the query
}

const page = 100

func lists() []list {
	return []list{
		{"open, newest number first", "closed=false&sort=number&order=desc", "sort=-number&filter=closed%3Dfalse"},
		{"one status and urgent, by due date", "sort=due&urgent=true&status=STATUS", "sort=due&filter=urgent%3Dtrue%26%26status%3D%22STATUS%22"},
		{"words in subject or description", "closed=any&q=tegel+kras", "filter=(subject~%22tegel%22%7C%7Cdescription~%22tegel%22)%26%26(subject~%22kras%22%7C%7Cdescription~%22kras%22)"},
	}
}

func run() error {
	var p plan
	flag.IntVar(&p.points, "points", 1_000_000, "points of the project")
	flag.IntVar(&p.rounds, "rounds", 6, "rounds of each")
	flag.IntVar(&p.each, "each", 240, "requests of a round, at most 280")
	flag.IntVar(&p.atOnce, "at-once", 8, "clients")
	flag.DurationVar(&p.rest, "rest", 16*time.Second, "from a round of ours to the next, at least")
	flag.StringVar(&p.program, "program", "bin/plumbline", "the program")
	flag.StringVar(&p.pocketbase, "pocketbase", "bin/bench/pocketbase", "PocketBase's program")
	flag.StringVar(&p.keep, "keep", "", "an empty folder where both databases stay, or the one of a run before")
	flag.StringVar(&p.only, "only", "", "the lists whose name has this in it")
	flag.Parse()
	if _, err := os.Stat(p.pocketbase); err != nil {
		measure.Missing("PocketBase's program is not at " + p.pocketbase)
	}
	var err error
	if p.program, err = filepath.Abs(p.program); err != nil {
		return err
	}
	if p.pocketbase, err = filepath.Abs(p.pocketbase); err != nil {
		return err
	}
	dir := p.keep
	if dir == "" {
		var remove func()
		if dir, remove, err = measure.Folder("peer"); err != nil {
			return err
		}
		defer remove()
	}
	ctx := context.Background()
	at, pb, err := p.both(ctx, dir)
	if err != nil {
		return err
	}
	defer at.Close() //nolint:errcheck // the program ends
	defer pb.stop()
	fmt.Printf("%d of %d points a page; %d rounds of %d requests, %d at once, in turn. Throughput in requests a second, times in ms.\n\n", page, p.points, p.rounds, p.each, p.atOnce)
	fmt.Print("| list | Plumbline /s | PocketBase /s | ratio | Plumbline p50 / p99 | PocketBase p50 / p99 | items |\n|---|---|---|---|---|---|---|\n")
	for _, l := range lists() {
		if !strings.Contains(l.name, p.only) {
			continue
		}
		if err := p.list(at, pb, l); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// both starts the two on the same rows.
func (p plan) both(ctx context.Context, dir string) (*site.Served, *pocketBase, error) {
	began := time.Now()
	database, theirs := filepath.Join(dir, "plumbline.db"), filepath.Join(dir, "pb")
	at, err := site.Again(ctx, p.program, dir)
	if err != nil {
		return nil, nil, err
	}
	if at != nil {
		pb, err := startAgain(ctx, p.pocketbase, theirs)
		if err != nil {
			return nil, nil, errors.Join(err, at.Close())
		}
		return at, pb, nil
	}
	if at, err = site.Serve(ctx, p.program, dir, "sqlite:", p.points); err != nil {
		return nil, nil, err
	}
	err = at.IndexWords(ctx, "sqlite:"+database)
	var pb *pocketBase
	if err == nil {
		fmt.Fprintf(os.Stderr, "ours is filled after %.0f s\n", time.Since(began).Seconds())
		pb, err = startPocketBase(ctx, p.pocketbase, theirs, database)
	}
	if err != nil {
		return nil, nil, errors.Join(err, at.Close())
	}
	fmt.Fprintf(os.Stderr, "both are filled after %.0f s\n", time.Since(began).Seconds())
	return at, pb, nil
}

func (p plan) list(at *site.Served, pb *pocketBase, l list) error {
	status := string(at.Statuses[1])
	ours, err := at.Request(http.MethodGet, at.Path+"/points?limit=100&total=false&"+fill(l.ours, status))
	if err != nil {
		return err
	}
	theirs, err := pb.request("/api/collections/points/records?perPage=100&skipTotal=1&" + fill(l.theirs, status))
	if err != nil {
		return err
	}
	var a, b tally
	for round := range p.rounds + 1 {
		began := time.Now()
		one, err := p.round(ours)
		if err != nil {
			return fmt.Errorf("ours: %w", err)
		}
		other, err := p.round(theirs)
		if err != nil {
			return fmt.Errorf("the peer: %w", err)
		}
		if round > 0 { // the first warms both up
			a.add(one)
			b.add(other)
		}
		time.Sleep(max(p.rest-time.Since(began), 0))
	}
	if a.items != b.items {
		fmt.Fprintf(os.Stderr, "%s: %d items against %d\n", l.name, a.items, b.items)
	}
	fmt.Printf("| %s | %.0f | %.0f | %.1f | %s | %s | %d |\n", l.name, a.perSecond(), b.perSecond(), a.perSecond()/b.perSecond(), a.times(), b.times(), a.items)
	return nil
}
