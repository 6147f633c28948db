// Command pointlist measures a page of 100 out of 100,000 points of a project,
// with everything that hangs on them: who is in charge, photos, comments, the
// total, and what the reader may do.
//
//	go run ./bench/pointlist [-points 100000] [-runs 20] [-repeat 3] [-program bin/plumbline] [-postgres URL]
//
// Each order is measured three times over: as a plain "select * from point …
// limit 100" written by hand, without access rules or anything that hangs on a
// point, which is the floor that the others are set against; through the
// service; and over HTTP from the program itself, as JSON. Other filters are
// measured through the service.
//
// SQLite is measured in a temporary folder; PostgreSQL where a URL is given (or
// PLUMBLINE_TEST_POSTGRES), in databases of its own that are dropped again, and
// otherwise the output says that it was not. Figures are processor time, user
// and system, of this process and, where the server runs on this machine, of
// all of the server's processes, so use one that nobody else uses; over HTTP,
// of the program in place of this process. A figure is the mean of the runs,
// after two that are not counted.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"plumbline/bench/measure"
	"plumbline/bench/site"
	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/point/query"
	"plumbline/internal/point/settled"
	"plumbline/internal/policy"
	"plumbline/internal/schema"
)

func main() { measure.Main("pointlist", run) }

// plan is what was asked for.
type plan struct {
	points, runs, repeat int
	program              string
	dir                  string
}

func run() error {
	var p plan
	flag.IntVar(&p.points, "points", 100_000, "points of the project")
	flag.IntVar(&p.runs, "runs", 20, "pages that a figure is the mean of")
	flag.IntVar(&p.repeat, "repeat", 3, "figures of each case")
	flag.StringVar(&p.program, "program", "bin/plumbline", "the program")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	var err error
	if p.program, err = filepath.Abs(p.program); err != nil {
		return err
	}
	var remove func()
	if p.dir, remove, err = measure.Folder("pointlist"); err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	fmt.Printf("A page of 100 of %d points; CPU ms a page, least / median of %d figures, each the mean of %d pages.\n", p.points, p.repeat, p.runs)
	if err := p.engine(ctx, func() (string, func(), error) { return "sqlite:" + filepath.Join(p.dir, "bench.db"), func() {}, nil }); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	return p.engine(ctx, func() (string, func(), error) { return measure.OwnDatabase(ctx, *postgres, "pointlist") })
}

// engine measures one kind of database and prints its tables.
func (p *plan) engine(ctx context.Context, fresh func() (string, func(), error)) error {
	u, drop, err := fresh()
	if err != nil {
		return err
	}
	defer drop()
	name, orders, others, err := p.service(ctx, u)
	if err != nil {
		return err
	}
	served, dropServed, err := fresh()
	if err != nil {
		return err
	}
	defer dropServed()
	if err := p.http(ctx, served, orders); err != nil {
		return err
	}
	fmt.Printf("\n| %s: all points by | floor, CPU ms | service, CPU ms | service ÷ floor | HTTP, CPU ms | HTTP ÷ floor | answer kB |\n|---|---|---|---|---|---|---|\n", name)
	for _, o := range orders {
		fmt.Printf("| %s | %s | %s | %.1f | %s | %.1f | %d |\n", o.sort, o.floor.Show(2), o.service.Show(2), o.service.Min()/o.floor.Min(),
			o.http.Show(2), o.http.Min()/o.floor.Min(), o.bytes>>10)
	}
	fmt.Printf("\n| %s: other lists | service, CPU ms | items |\n|---|---|---|\n", name)
	for _, o := range others {
		fmt.Printf("| %s | %s | %d |\n", o.name, o.service.Show(2), o.items)
	}
	return nil
}

// order is a way of sorting, and what a page in it costs.
type order struct {
	sort                 query.Sort
	floor, service, http measure.Series
	bytes                int
}

// other is a list that is filtered.
type other struct {
	name    string
	service measure.Series
	items   int
}

// service measures the floor and the service in a database of its own.
func (p *plan) service(ctx context.Context, u string) (engine string, orders []*order, others []other, err error) {
	d, err := db.Open(ctx, db.Config{URL: u, MaxConns: 4})
	if err != nil {
		return "", nil, nil, err
	}
	defer d.Close() //nolint:errcheck // the program ends
	if err := schema.Migrate(ctx, d); err != nil {
		return "", nil, nil, err
	}
	w := &site.Site{Org: id.New[id.Org](), Project: id.New[id.Project]()}
	if err := w.Fill(ctx, d, p.points, true); err != nil {
		return "", nil, nil, err
	}
	if err := site.Analyze(ctx, d); err != nil {
		return "", nil, nil, err
	}
	server, err := site.ServerPID(ctx, d)
	if err != nil {
		return "", nil, nil, err
	}
	clock := func() (time.Duration, error) { return usage(server) }
	floor, done, err := floorOf(d, w)
	if err != nil {
		return "", nil, nil, err
	}
	defer done()
	s := point.New(d, settled.Projects{}, nil, nil)
	guest := access.Grant{Actor: access.Actor{Org: w.Org, Person: w.People[0]}, Project: w.Project, Level: policy.Guest}
	for _, sort := range query.Sorts() {
		o := &order{sort: sort}
		if o.floor, err = p.repeated(clock, func() error { return floor(ctx, sort) }); err != nil {
			return "", nil, nil, fmt.Errorf("floor of %s: %w", sort, err)
		}
		q := query.Query{Filter: query.Filter{Closed: query.Any}, Sort: sort}
		if o.service, err = p.repeated(clock, func() error { return full(s.List(ctx, guest, q)) }); err != nil {
			return "", nil, nil, fmt.Errorf("%s: %w", sort, err)
		}
		orders = append(orders, o)
	}
	for _, c := range cases(w, guest) {
		o, err := p.filtered(ctx, s, c, clock)
		if err != nil {
			return "", nil, nil, fmt.Errorf("%s: %w", c.name, err)
		}
		others = append(others, o)
	}
	return d.Dialect().String(), orders, others, nil
}

func (p *plan) filtered(ctx context.Context, s *point.Service, c one, clock func() (time.Duration, error)) (other, error) {
	o, q := other{name: c.name}, c.query
	for range c.skip { // pages before the one that is measured
		found, _, err := s.List(ctx, c.by, q)
		if err != nil {
			return o, err
		}
		q.Cursor = found.Next
	}
	var err error
	o.service, err = p.repeated(clock, func() error {
		found, _, err := s.List(ctx, c.by, q)
		o.items = len(found.Items)
		return err
	})
	return o, err
}

// repeated is what fn costs by the clock, in milliseconds.
func (p *plan) repeated(clock func() (time.Duration, error), fn func() error) (measure.Series, error) {
	for range 2 {
		if err := fn(); err != nil {
			return nil, err
		}
	}
	var out measure.Series
	for range p.repeat {
		before, err := clock()
		if err != nil {
			return nil, err
		}
		for range p.runs {
			if err := fn(); err != nil {
				return nil, err
			}
		}
		after, err := clock()
		if err != nil {
			return nil, err
		}
		out = append(out, float64(after-before)/float64(time.Millisecond)/float64(p.runs))
	}
	return out, nil
}

// usage is the processor time of this process and of a database server's
// processes, if there is one on this machine.
func usage(server int) (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	sum := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	if server == 0 {
		return sum, nil
	}
	more, err := measure.Children(server)
	return sum + more, err
}
