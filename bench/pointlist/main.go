// Command pointlist measures a page of 100 out of 100,000 points of a project,
// with everything that hangs on them: who is in charge, photos, comments.
//
//	go run ./bench/pointlist [-points 100000] [-runs 20] [-postgres URL] [-json]
//
// SQLite is measured in a temporary file; PostgreSQL where a URL is given (or
// PLUMBLINE_TEST_POSTGRES), in a database of its own that is dropped again.
// Figures are the mean of the runs after two that are not counted: processor
// time, user and system, of this process and, where the server runs on this
// machine, of all of the server's processes, so use one that nobody else uses.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/point/query"
	"plumbline/internal/point/settled"
	"plumbline/internal/policy"
	"plumbline/internal/schema"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "pointlist:", err)
		os.Exit(1)
	}
}

type row struct {
	Engine string  `json:"engine"`
	Case   string  `json:"case"`
	CPU    float64 `json:"cpu_ms"`
	Wall   float64 `json:"wall_ms"`
	Items  int     `json:"items"`
}

func run() error {
	points := flag.Int("points", 100_000, "points of the project")
	runs := flag.Int("runs", 20, "counted runs of each case")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	asJSON := flag.Bool("json", false, "write JSON")
	flag.Parse()
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "pointlist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	rows, err := measure(ctx, "sqlite:"+filepath.Join(dir, "bench.db"), *points, *runs)
	if err != nil {
		return err
	}
	if *postgres != "" {
		u, drop, err := ownDatabase(ctx, *postgres)
		if err != nil {
			return err
		}
		more, err := measure(ctx, u, *points, *runs)
		drop()
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	if *asJSON {
		return json.NewEncoder(os.Stdout).Encode(rows)
	}
	fmt.Printf("%-9s %-34s %10s %10s %6s\n", "engine", "case", "CPU ms", "wall ms", "items")
	for _, r := range rows {
		fmt.Printf("%-9s %-34s %10.1f %10.1f %6d\n", r.Engine, r.Case, r.CPU, r.Wall, r.Items)
	}
	return nil
}

// site is the project that is listed.
type site struct {
	org      id.Org
	project  id.Project
	people   []id.Person
	company  id.Company
	statuses []id.Status
	rooms    []id.Location
	lists    []id.List
}

func measure(ctx context.Context, u string, points, runs int) ([]row, error) {
	d, err := db.Open(ctx, db.Config{URL: u, MaxConns: 4})
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // the program ends
	if err := schema.Migrate(ctx, d); err != nil {
		return nil, err
	}
	w, err := fill(ctx, d, points)
	if err != nil {
		return nil, err
	}
	if err := analyze(ctx, d); err != nil {
		return nil, err
	}
	s := point.New(d, settled.Projects{}, nil, nil)
	server, err := serverPID(ctx, d)
	if err != nil {
		return nil, err
	}
	var out []row
	for _, c := range w.cases() {
		r := row{Engine: d.Dialect().String(), Case: c.name}
		q := c.query
		for range c.skip { // pages before the one that is measured
			found, _, err := s.List(ctx, c.by, q)
			if err != nil {
				return nil, err
			}
			q.Cursor = found.Next
		}
		var cpu time.Duration
		var began time.Time
		for n := range runs + 2 {
			if n == 2 {
				cpu, began = usage(server), time.Now()
			}
			found, _, err := s.List(ctx, c.by, q)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			r.Items = len(found.Items)
		}
		r.CPU = float64(usage(server)-cpu) / float64(time.Millisecond) / float64(runs)
		r.Wall = float64(time.Since(began)) / float64(time.Millisecond) / float64(runs)
		out = append(out, r)
	}
	return out, nil
}

type one struct {
	name  string
	by    access.Grant
	query query.Query
	skip  int
}

func (w *site) cases() []one {
	guest := access.Grant{Actor: access.Actor{Org: w.org, Person: w.people[0]}, Project: w.project, Level: policy.Guest}
	sub := guest
	sub.Level, sub.Person, sub.Company = policy.Subcontractor, w.people[1], w.company
	out := []one{{name: "open points by number", by: guest}}
	for _, s := range query.Sorts() {
		out = append(out, one{name: "all by " + string(s), by: guest, query: query.Query{Filter: query.Filter{Closed: query.Any}, Sort: s}})
	}
	yes := true
	return append(out,
		one{name: "changed last first, 200 pages on", by: guest, query: query.Query{Sort: query.ByChanged, Desc: true}, skip: 200},
		one{name: "one status, urgent, by due", by: guest, query: query.Query{Filter: query.Filter{Status: w.statuses[:1], Urgent: &yes}, Sort: query.ByDue}},
		one{name: "one room by number", by: guest, query: query.Query{Filter: query.Filter{Location: w.rooms[5:6]}}},
		one{name: "overdue by due", by: guest, query: query.Query{Filter: query.Filter{Overdue: true}, Sort: query.ByDue}},
		one{name: "mine by due", by: sub, query: query.Query{Filter: query.Filter{Mine: true}, Sort: query.ByDue}},
		one{name: "a subcontractor's by changed", by: sub, query: query.Query{Sort: query.ByChanged, Desc: true}},
	)
}

// usage is the processor time of this process and of a server's processes.
func usage(server int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	sum := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	if server == 0 {
		return sum
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return sum
	}
	for _, path := range stats {
		if f := stat(path); len(f) > 15 && (f[1] == strconv.Itoa(server)) {
			const tick = 10 * time.Millisecond
			user, _ := strconv.Atoi(f[11])
			system, _ := strconv.Atoi(f[12])
			sum += time.Duration(user+system) * tick
		}
	}
	return sum
}

// stat is the fields of a /proc/PID/stat after the name: state, parent …
func stat(path string) []string {
	b, err := os.ReadFile(path) //nolint:gosec // the system's own
	if err != nil {
		return nil
	}
	_, rest, ok := strings.Cut(string(b), ") ")
	if !ok {
		return nil
	}
	return strings.Fields(rest)
}
