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
	"math/rand/v2"
	"net/url"
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
	"plumbline/internal/point/fields"
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

// ownDatabase makes an empty database on the server.
func ownDatabase(ctx context.Context, server string) (string, func(), error) {
	admin, err := db.Open(ctx, db.Config{URL: server, MaxConns: 1})
	if err != nil {
		return "", nil, err
	}
	pool, done, err := admin.Migrator()
	if err != nil {
		return "", nil, err
	}
	name := "pointlist_" + strconv.Itoa(os.Getpid())
	if _, err := pool.ExecContext(ctx, "create database "+name); err != nil {
		return "", nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() {
		_, _ = pool.ExecContext(ctx, "drop database "+name+" with (force)")
		done()
		_ = admin.Close()
	}, nil
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
	pool, done, err := d.Migrator()
	if err != nil {
		return nil, err
	}
	if _, err := pool.ExecContext(ctx, "analyze"); err != nil {
		return nil, err
	}
	done()
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

// fill makes a project: nine in ten points open, one or two in charge, half of
// them with a photo and a comment.
func fill(ctx context.Context, d *db.DB, points int) (*site, error) {
	r := rand.New(rand.NewPCG(1, 1))
	w := &site{org: id.New[id.Org](), project: id.New[id.Project](), company: id.New[id.Company]()}
	for range 40 {
		w.people = append(w.people, id.New[id.Person]())
	}
	var statuses, rooms, lists [][]any
	for i := range 8 {
		s := id.New[id.Status]()
		w.statuses = append(w.statuses, s)
		statuses = append(statuses, []any{string(w.org), string(s), string(w.project), "status", "open", "circle", int64(i), i == 7, false, int64(1)})
	}
	for i := range 300 {
		l := id.New[id.Location]()
		w.rooms = append(w.rooms, l)
		rooms = append(rooms, []any{string(w.org), string(l), string(w.project), "building", "room", "", int64(i), int64(1)})
	}
	for i := range 3 {
		l := id.New[id.List]()
		w.lists = append(w.lists, l)
		lists = append(lists, []any{string(w.org), string(l), string(w.project), "L" + strconv.Itoa(i), "list", int64(i), int64(1)})
	}
	err := d.Write(ctx, db.Tenant(w.org), func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into project (id, org_id, name, code, place, time_zone, version, created_at) values ($1, $2, 'bench', 'B', '', 'Europe/Brussels', 1, 0)`, w.project, w.org); err != nil {
			return err
		}
		if err := tx.BulkInsert("project_status", []string{"org_id", "id", "project_id", "name", "colour", "shape", "ord", "closes", "managers_only", "version"}, statuses); err != nil {
			return err
		}
		if err := tx.BulkInsert("location", []string{"org_id", "id", "project_id", "kind", "name", "code", "ord", "version"}, rooms); err != nil {
			return err
		}
		return tx.BulkInsert("point_list", []string{"org_id", "id", "project_id", "code", "name", "ord", "version"}, lists)
	})
	sequence := make([]int64, len(w.lists))
	for at := 0; at < points && err == nil; at += 5000 {
		err = d.Write(ctx, db.Tenant(w.org), func(tx *db.Tx) error { return w.batch(tx, r, sequence, min(5000, points-at)) })
	}
	return w, err
}

func (w *site) batch(tx *db.Tx, r *rand.Rand, sequence []int64, n int) error {
	words := strings.Fields("kras tegel deur plint lek raam verf kit voeg scharnier stopcontact leiding beton muur vloer")
	org, project := string(w.org), string(w.project)
	var points, charge, comments, photos [][]any
	for range n {
		p, list := string(id.New[id.Point]()), r.IntN(len(w.lists))
		sequence[list]++
		subject := words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + strconv.Itoa(r.IntN(900))
		created := int64(1_760_000_000_000_000) + r.Int64N(5_000_000_000_000)
		var room, due, closed any
		if r.IntN(5) > 0 {
			room = string(w.rooms[r.IntN(len(w.rooms))])
		}
		if r.IntN(3) > 0 {
			due = time.UnixMicro(created).AddDate(0, 0, 20).Format(time.DateOnly)
		}
		status := r.IntN(len(w.statuses) - 1)
		if r.IntN(10) == 0 {
			status, closed = len(w.statuses)-1, created
		}
		author := string(w.people[r.IntN(len(w.people))])
		points = append(points, []any{org, p, project, string(w.lists[list]), "L" + strconv.Itoa(list), int64(1), sequence[list], int64(1), subject,
			fields.SortKey(subject), strings.Repeat(subject+". ", 4), string(w.statuses[status]), room, due, r.IntN(8) == 0, author, created, created + r.Int64N(1_000_000_000_000), closed})
		if r.IntN(50) == 0 {
			charge = append(charge, []any{org, p, "company", string(w.company)})
		}
		charge = append(charge, []any{org, p, "person", string(w.people[r.IntN(len(w.people))])})
		if r.IntN(2) == 0 {
			comments = append(comments, []any{org, string(id.New[id.Comment]()), project, "point", p, "gezien, " + subject, author, created})
			photos = append(photos, []any{org, string(id.New[id.Photo]()), project, "point", p, strings.Repeat("a", 64), strings.Repeat("b", 64), int64(400_000), int64(1600), int64(1200), author, created})
		}
	}
	if err := tx.BulkInsert("point", []string{"org_id", "id", "project_id", "list_id", "code", "occurrence", "sequence", "version", "subject", "subject_key", "description",
		"status_id", "location_id", "due", "urgent", "author_id", "created_at", "changed_at", "closed_at"}, points); err != nil {
		return err
	}
	if err := tx.BulkInsert("point_in_charge", []string{"org_id", "point_id", "kind", "ref_id"}, charge); err != nil {
		return err
	}
	if err := tx.BulkInsert("comment", []string{"org_id", "id", "project_id", "thing_kind", "thing_id", "text", "author_id", "at"}, comments); err != nil {
		return err
	}
	return tx.BulkInsert("photo", []string{"org_id", "id", "project_id", "thing_kind", "thing_id", "file", "thumb", "bytes", "width", "height", "author_id", "at"}, photos)
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

// serverPID is the parent of the server's processes, if they are on this
// machine; 0 if not, or if there is no server.
func serverPID(ctx context.Context, d *db.DB) (int, error) {
	if d.Dialect() != db.Postgres {
		return 0, nil
	}
	var pid int
	err := d.Read(ctx, db.Everyone("which process serves"), func(tx *db.Tx) error {
		return tx.Row("select pg_backend_pid()").Scan(&pid)
	})
	f := stat("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil || len(f) < 2 {
		return 0, err
	}
	return strconv.Atoi(f[1])
}
