// Command archive measures how long the archive of one person takes among many
// persons and many log entries.
//
//	go run ./bench/archive [-persons 1000000] [-entries 10000000] [-organisation 1000] [-runs 5] [-postgres URL]
//
// Persons stand in address books of so many each, every profile sealed under a
// key of its own; entries of the log, each with a value beside it, are spread
// over them, and the person who is measured has a thousand more, an account, a
// place on a project with fifty others and a hundred comments. The first figure
// is with nothing of the organisation in memory, the others are repetitions:
// time on the wall and processor time of this process. SQLite is measured in a
// temporary folder, PostgreSQL where a URL is given.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/access"
	"plumbline/internal/app/declared"
	"plumbline/internal/app/known"
	"plumbline/internal/blob"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/schema"
)

func main() { measure.Main("archive", run) }

// plan is what was asked for.
type plan struct {
	persons, entries, book, runs int
	dir                          string
}

func run() error {
	var p plan
	flag.IntVar(&p.persons, "persons", 1_000_000, "persons in all")
	flag.IntVar(&p.entries, "entries", 10_000_000, "entries of the log in all")
	flag.IntVar(&p.book, "organisation", 1000, "persons of an organisation")
	flag.IntVar(&p.runs, "runs", 5, "archives that a figure is made of")
	postgres := flag.String("postgres", os.Getenv("PLUMBLINE_TEST_POSTGRES"), "URL of a PostgreSQL server")
	flag.Parse()
	var err error
	var remove func()
	if p.dir, remove, err = measure.Folder("archive"); err != nil {
		return err
	}
	defer remove()
	ctx := context.Background()
	fmt.Printf("The archive of one person among %d persons and %d log entries.\n\n", p.persons, p.entries)
	fmt.Println("| engine | filled in s | first, ms | then, wall ms (least / median) | then, CPU ms (least / median) | archive kB |\n|---|---|---|---|---|---|")
	if err := p.engine(ctx, "SQLite", "sqlite:"+filepath.Join(p.dir, "bench.db")); err != nil {
		return err
	}
	if *postgres == "" {
		fmt.Println("\nPostgreSQL was not measured: no server was given.")
		return nil
	}
	u, drop, err := measure.OwnDatabase(ctx, *postgres, "archive")
	if err != nil {
		return err
	}
	defer drop()
	return p.engine(ctx, "PostgreSQL", u)
}

func (p *plan) engine(ctx context.Context, name, u string) error {
	d, err := db.Open(ctx, db.Config{URL: u})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it goes away
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	ring, err := crypt.Open(ctx, crypt.Config{Places: []string{filepath.Join(p.dir, name)}, RootKeyFile: filepath.Join(p.dir, name+"-root", "key"), Create: true})
	if err != nil {
		return err
	}
	defer ring.Close()
	begun := time.Now()
	f := filler{d: d, ring: ring, plan: p}
	if err := f.fill(ctx); err != nil {
		return err
	}
	filled := time.Since(begun)

	people := person.New(person.Deps{DB: d, Keys: ring, Reach: access.Reach})
	orgs := org.New(org.Deps{DB: d, People: people, Mail: org.Queue{}})
	enter := access.New(d, orgs)
	w := &known.World{DB: d, People: people, Access: enter, Projects: project.New(project.Deps{DB: d, People: people, Orgs: orgs, Access: enter, FirstList: lists.First}),
		Operator: func() personal.Operator { return personal.Operator{Name: "Bench"} }, Processors: func() []personal.DataProcessor { return nil }}
	s := archive.New(archive.Deps{DB: d, People: people, Keys: ring, Files: none{}, Known: w, Declarations: declared.Declarations(), Classes: declared.FileClasses(),
		Operator: w.Operator, Processors: w.Processors})
	var first time.Duration
	var wall, cpu measure.Series
	var size int64
	for i := range p.runs + 1 {
		var n counter
		at, used := time.Now(), spent()
		whos, err := s.Subjects(ctx, f.account)
		if err != nil {
			return err
		}
		if err := s.Write(ctx, whos, archive.Options{Locale: lang.EnglishUK, By: string(f.account)}, &n); err != nil {
			return err
		}
		if took := time.Since(at); i == 0 {
			first = took
		} else {
			wall = append(wall, float64(took.Microseconds())/1000)
			cpu = append(cpu, float64((spent()-used).Microseconds())/1000)
		}
		size = int64(n)
	}
	fmt.Printf("| %s | %.0f | %.0f | %s | %s | %d |\n", name, filled.Seconds(), float64(first.Microseconds())/1000, wall.Show(0), cpu.Show(0), size>>10)
	return nil
}

// none has no files.
type none struct{}

func (none) Open(context.Context, id.Org, string) (blob.Reader, error) {
	return nil, fault.New(fault.NotFound, "no-file", "there are no files here")
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

var _ io.Writer = new(counter)

// spent is the processor time of this process.
func spent() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
