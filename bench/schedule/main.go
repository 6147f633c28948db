// Command schedule measures the critical path engine: a full computation, edits
// of one activity, the same network in TaskJuggler, and reading a programme.
//
//	go run ./bench/schedule [-activities 1000000] [-runs 5] [-tj3 tj3]
//
// Networks have six calendars with holidays of ten years, two relations for each
// activity with lags on every tenth, and constraints on every fiftieth. One
// core computes. TaskJuggler gets the same activities, durations and relations,
// in one calendar, without reports; its time is that of the process and its
// children.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"plumbline/bench/measure"
	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/workcal"
)

func main() { measure.Main("schedule", run) }

func run() error {
	size := flag.Int("activities", 1_000_000, "activities of the full computation")
	runs := flag.Int("runs", 5, "runs that a figure is made of")
	peer := flag.String("tj3", "tj3", "TaskJuggler")
	one := flag.String("read", "", "only read and compute this file; for the figure of memory")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	if *one != "" {
		return readOne(*one)
	}
	if err := full(*size, *runs); err != nil {
		return err
	}
	if err := edits(); err != nil {
		return err
	}
	if err := taskJuggler(*peer, *runs); err != nil {
		return err
	}
	return reading(*runs)
}

// used is the processor time of this process so far.
func used() time.Duration {
	d, err := measure.CPU(os.Getpid())
	if err != nil {
		panic(err) // the kernel keeps none: there is nothing to measure with
	}
	return d
}

// ms is the processor time since.
func ms(since time.Duration) float64 { return float64((used() - since).Microseconds()) / 1000 }

// network makes a programme whose activities follow some of the thousand before.
func network(size int) (*cpm.Network, error) {
	r := rand.New(rand.NewPCG(7, 8))
	start, err := workcal.At(2026, 1, 5, 8*3600)
	if err != nil {
		return nil, err
	}
	n := &cpm.Network{Options: cpm.Defaults(cpm.MSP, start)}
	for range 6 {
		rules := &workcal.Rules{Week: workcal.Usual()}
		for range 120 {
			first := start.DayOf() + int32(r.IntN(3650))
			rules.Exceptions = append(rules.Exceptions, workcal.Span{First: first, Last: first + int32(r.IntN(3)), Hours: workcal.Free()})
		}
		c, err := workcal.Compile(rules)
		if err != nil {
			return nil, err
		}
		n.Calendars = append(n.Calendars, c)
	}
	// Chains of about two hundred, side by side, with cross links.
	width := max(10, size/200)
	n.Activities = make([]cpm.Activity, size)
	n.Relations = make([]cpm.Relation, 0, 2*size)
	for i := range size {
		a := cpm.New(cpm.Task, r.IntN(6), int32(1+r.IntN(40))*workcal.Hour/2)
		if i%50 == 0 {
			a.Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: start + cpm.Time(r.IntN(300)*workcal.Day)}
		}
		n.Activities[i] = a
		for k := range 2 {
			from := i - width + k*(r.IntN(width)-width/2)
			if from < 0 {
				continue
			}
			x := cpm.Relation{From: from, To: i, Calendar: cpm.ByRule}
			if r.IntN(10) == 0 {
				x.Lag, x.Link = int32(r.IntN(16))*workcal.Hour, cpm.Link(r.IntN(3))
			}
			n.Relations = append(n.Relations, x)
		}
	}
	return n, nil
}

func full(size, runs int) error {
	n, err := network(size)
	if err != nil {
		return err
	}
	var whole, passes, asked measure.Series
	var s *solve.Schedule
	for range runs {
		runtime.GC()
		at := used()
		if s, err = solve.Solve(n); err != nil {
			return err
		}
		whole = append(whole, ms(at))
		runtime.GC()
		at = used()
		if err := s.Recompute(); err != nil {
			return err
		}
		passes = append(passes, ms(at))
		at = used()
		for i := range n.Activities {
			if !s.Dates(i).Scheduled {
				return errors.New("an activity has no dates")
			}
		}
		asked = append(asked, ms(at))
	}
	fmt.Printf("One core; processor time, that of the garbage collector with it, least / median of %d.\n\n", runs)
	fmt.Println("| full computation | activities | relations | ms | ns an activity |\n|---|---|---|---|---|")
	line := func(name string, s measure.Series) {
		fmt.Printf("| %s | %d | %d | %.0f / %.0f | %.0f |\n", name, len(n.Activities), len(n.Relations), s.Min(), s.Median(), s.Min()*1e6/float64(len(n.Activities)))
	}
	line("early and late dates", passes)
	line("total and free float, criticality, of each", asked)
	line("putting the network in order, and early and late dates", whole)
	fmt.Println()
	return nil
}

// exact is the processor time of this process so far, to the microsecond.
func exact() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err) // every kernel has that clock
	}
	return time.Duration(t.Nano())
}

// kind is edits of one kind: how long until early dates, the end and what moves
// are known, and until late dates and floats are.
type kind struct {
	name           string
	moved, settled measure.Series
}

func (k *kind) line() {
	if len(k.moved) == 0 {
		fmt.Printf("| %s | 0 | – | – | – | – |\n", k.name)
		return
	}
	fmt.Printf("| %s | %d | %s | %.2f | %s | %.2f |\n", k.name, len(k.moved), k.moved.Show(2), k.moved.Max(), k.settled.Show(2), k.settled.Max())
}

// structure puts each twenty activities below a summary, each twenty of those
// below another, and so on, and gives the one at the top.
func structure(n *cpm.Network) int {
	for from, to := 0, len(n.Activities); to-from > 1; from, to = to, len(n.Activities) {
		for i := from; i < to; i++ {
			if (i-from)%20 == 0 {
				n.Activities = append(n.Activities, cpm.New(cpm.Summary, 0, 0))
			}
			n.Activities[i].Parent = len(n.Activities) - 1
		}
	}
	return len(n.Activities) - 1
}

// edits measures edits of a network of a hundred thousand, each tried and taken
// back or kept.
func edits() error {
	n, err := network(100_000)
	if err != nil {
		return err
	}
	root := structure(n)
	s, err := solve.Solve(n)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(9, 10))
	var longest []int
	for i := range n.Activities {
		if s.Longest(i) {
			longest = append(longest, i)
		}
	}
	quiet, moving := kind{name: "another duration; the end stays"}, kind{name: "another duration; the end moves, and all late dates with it"}
	binding, adding, back := kind{name: "a relation added"}, kind{name: "an activity added between two"}, kind{name: "the same taken back"}
	lasts := func(i int) solve.Edit {
		a := n.Activities[i]
		a.Duration = int32(1+r.IntN(40)) * workcal.Hour / 2
		a.Remaining = a.Duration
		return solve.Edit{Change: []solve.Change{{Index: i, Activity: a}}}
	}
	try := func(e solve.Edit) (moved, settled time.Duration, err error) {
		at := exact()
		if _, err = s.Try(e); err != nil {
			return 0, 0, err
		}
		s.Planned(root)
		moved = exact() - at
		s.Settle()
		return moved, exact() - at, nil
	}
	note := func(k *kind, moved, settled time.Duration) {
		k.moved, k.settled = append(k.moved, float64(moved.Microseconds())/1000), append(k.settled, float64(settled.Microseconds())/1000)
	}
	const tasks = 100_000
	for k := range 1500 {
		i := r.IntN(tasks)
		if k%3 == 0 {
			i = longest[r.IntN(len(longest))]
		}
		end := s.End()
		moved, settled, err := try(lasts(i))
		if err != nil {
			return err
		}
		if s.End() == end {
			note(&quiet, moved, settled)
		} else {
			note(&moving, moved, settled)
		}
		at := exact()
		s.Undo()
		took := exact() - at
		note(&back, took, took)
	}
	const width = tasks / 200
	for range 200 {
		from := r.IntN(tasks - 3*width)
		to := from + r.IntN(2*width)
		e := solve.Edit{Bind: []cpm.Relation{{From: to, To: from, Calendar: cpm.ByRule}}}
		moved, settled, err := try(e)
		if err != nil { // it would close a circle that way round
			e.Bind[0].From, e.Bind[0].To = from, to
			if moved, settled, err = try(e); err != nil {
				continue // the same one
			}
		}
		note(&binding, moved, settled)
		s.Undo()
		e = solve.Edit{Add: []cpm.Activity{cpm.New(cpm.Task, 0, 8*workcal.Hour)}}
		e.Bind = []cpm.Relation{{From: from, To: len(n.Activities), Calendar: cpm.ByRule}, {From: len(n.Activities), To: from + 2*width, Calendar: cpm.ByRule}}
		if moved, settled, err = try(e); err != nil {
			return err
		}
		note(&adding, moved, settled)
		s.Undo()
	}
	fmt.Print("Every third edit of a duration is of an activity on the longest path. The dates include those of the summary above all. Processor time, least / median.\n\n")
	fmt.Println("| edit in 100,000 activities | edits | dates and what moved, ms | slowest | late dates and floats too, ms | slowest |\n|---|---|---|---|---|---|")
	for _, k := range []*kind{&quiet, &moving, &binding, &adding, &back} {
		k.line()
	}
	fmt.Println()
	return nil
}

// tjp writes a network for TaskJuggler.
func tjp(n *cpm.Network) []byte {
	var b bytes.Buffer
	b.WriteString("project p \"p\" 2026-01-05-08:00 +40y {\n timezone \"UTC\"\n timeformat \"%Y-%m-%d\"\n workinghours mon - fri 8:00 - 12:00, 13:00 - 17:00\n}\n")
	preds := map[int][]string{}
	for i := range n.Relations {
		x := &n.Relations[i]
		if name := fmt.Sprintf("t%d", x.From); !slices.Contains(preds[x.To], name) { // it takes a pair once
			preds[x.To] = append(preds[x.To], name)
		}
	}
	for i := range n.Activities {
		fmt.Fprintf(&b, "task t%d \"t%d\" {\n length %dh\n", i, i, (n.Activities[i].Duration+workcal.Hour-1)/workcal.Hour)
		if p := preds[i]; len(p) > 0 {
			fmt.Fprintf(&b, " depends %s\n", strings.Join(p, ", "))
		}
		b.WriteString("}\n")
	}
	return b.Bytes()
}

func taskJuggler(program string, runs int) error {
	n, err := network(10_000)
	if err != nil {
		return err
	}
	for i := range n.Activities {
		n.Activities[i].Calendar, n.Activities[i].Constraints = 0, [2]cpm.Constraint{}
	}
	for i := range n.Relations {
		n.Relations[i].Link, n.Relations[i].Lag = cpm.FS, 0
	}
	var ours measure.Series
	const often = 50 // the clock of processor time is too coarse for one
	for range max(runs, 3) {
		at := used()
		for range often {
			if _, err := solve.Solve(n); err != nil {
				return err
			}
		}
		ours = append(ours, ms(at)/often)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		fmt.Printf("TaskJuggler was not measured: %s is not installed. Ours takes %.2f / %.2f ms for 10,000 activities.\n\n", program, ours.Min(), ours.Median())
		return nil //nolint:nilerr // a peer that is missing is said
	}
	dir, err := os.MkdirTemp("", "schedule-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	file, small := filepath.Join(dir, "p.tjp"), filepath.Join(dir, "small.tjp")
	one := *n
	one.Activities, one.Relations = n.Activities[:1], nil
	if err := os.WriteFile(file, tjp(n), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(small, tjp(&one), 0o600); err != nil {
		return err
	}
	took := func(file string) (float64, error) {
		c := exec.CommandContext(context.Background(), path, "--silent", "--output-dir", dir, file) //nolint:gosec // the peer, where it is installed
		var errs bytes.Buffer
		c.Stderr = &errs
		if err := c.Run(); err != nil {
			return 0, fmt.Errorf("tj3: %w: %.300s", err, errs.String())
		}
		return float64((c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Milliseconds()), nil
	}
	start, err := took(small)
	if err != nil {
		return err
	}
	peer, err := took(file)
	if err != nil {
		return err
	}
	fmt.Println("| 10,000 activities | ms | ÷ ours |\n|---|---|---|")
	fmt.Printf("| ours, from the network in memory | %.2f / %.2f | 1 |\n", ours.Min(), ours.Median())
	fmt.Printf("| TaskJuggler, CPU of the whole command, once | %.0f | %.0f |\n", peer, peer/ours.Median())
	fmt.Printf("| the same, less what it takes for one activity | %.0f | %.0f |\n\n", peer-start, (peer-start)/ours.Median())
	return nil
}
