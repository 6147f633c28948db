// Package psplib reads the scheduling problems of PSPLIB: Patterson's .rcp and
// the library's own .sm. Time is counted in periods; of the resources nothing
// is kept but their names, for the critical path knows no capacity.
package psplib

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/plan"
)

const (
	maxJobs     = 1_000_000
	maxDuration = 1_000_000_000
)

var errNumbers = fault.New(fault.Unreadable, "programme-psplib", "the file does not hold the numbers that a problem of PSPLIB does")

// ReadRCP reads Patterson's format: the number of jobs and of resources, the
// capacities, and for each job its duration, demands, and successors by number.
func ReadRCP(in io.Reader) (*plan.Document, error) {
	n := &numbers{s: bufio.NewScanner(io.LimitReader(in, 1<<30))}
	n.s.Split(bufio.ScanWords)
	jobs, resources := n.next(), n.next()
	if n.err != nil || jobs < 1 || jobs > maxJobs || resources < 0 || resources > 1000 {
		return nil, errNumbers
	}
	for range resources {
		n.next()
	}
	d := document()
	for i := range jobs {
		a := job(i + 1)
		a.Duration = int32(n.next())
		for range resources {
			n.next()
		}
		count := n.next()
		if n.err != nil || count < 0 || count > jobs {
			return nil, errNumbers
		}
		for range count {
			if err := follow(d, i, n.next(), jobs); err != nil {
				return nil, err
			}
		}
		a.Remaining = a.Duration
		d.Activities = append(d.Activities, a)
	}
	if n.err != nil {
		return nil, errNumbers
	}
	return d, nil
}

// ReadSM reads the library's own format, section by section.
func ReadSM(in io.Reader) (*plan.Document, error) {
	s := bufio.NewScanner(io.LimitReader(in, 1<<30))
	s.Buffer(nil, 16<<20)
	d := document()
	jobs, section := 0, ""
	for s.Scan() {
		line := strings.TrimSpace(s.Text())
		switch {
		case strings.HasPrefix(line, "jobs"):
			_, v, _ := strings.Cut(line, ":")
			jobs, _ = strconv.Atoi(strings.TrimSpace(v))
			if jobs < 1 || jobs > maxJobs {
				return nil, errNumbers
			}
			for i := range jobs {
				d.Activities = append(d.Activities, job(i+1))
			}
		case strings.HasPrefix(line, "PRECEDENCE"):
			section = "precedence"
		case strings.HasPrefix(line, "REQUESTS"):
			section = "durations"
		case strings.HasPrefix(line, "RESOURCEAVAIL"):
			section = ""
		case section != "":
			f, err := ints(line)
			if err != nil || len(f) < 3 {
				continue // a heading, or a rule
			}
			if f[0] < 1 || f[0] > jobs {
				return nil, errNumbers
			}
			i := f[0] - 1
			if section == "durations" {
				if f[2] < 0 || f[2] > maxDuration {
					return nil, errNumbers
				}
				d.Activities[i].Duration, d.Activities[i].Remaining = int32(f[2]), int32(f[2])
				continue
			}
			if len(f) != 3+f[2] {
				return nil, errNumbers
			}
			for _, to := range f[3:] {
				if err := follow(d, i, to, jobs); err != nil {
					return nil, err
				}
			}
		}
	}
	if s.Err() != nil || jobs == 0 {
		return nil, errNumbers
	}
	return d, nil
}

func document() *plan.Document {
	d := &plan.Document{Format: plan.PSPLIB, Options: cpm.Defaults(cpm.MSP, 0)}
	d.Options.LogicWins = true
	return d
}

func job(number int) plan.Activity {
	a := plan.NewActivity()
	a.ID = strconv.Itoa(number)
	a.Name, a.Number, a.Level = "job "+a.ID, number, 1
	a.Elapsed = true
	return a
}

func follow(d *plan.Document, from, to, jobs int) error {
	if to < 1 || to > jobs || to-1 == from || len(d.Relations) > 8*maxJobs {
		return errNumbers
	}
	d.Relations = append(d.Relations, plan.Relation{From: from, To: to - 1})
	return nil
}

type numbers struct {
	s   *bufio.Scanner
	err error
}

var errMissing = errors.New("a number is missing")

func (n *numbers) next() int {
	if n.err != nil {
		return 0
	}
	if !n.s.Scan() {
		n.err = errMissing
		return 0
	}
	v, err := strconv.Atoi(n.s.Text())
	if err != nil || v < 0 || v > maxDuration {
		n.err = errMissing
		return 0
	}
	return v
}

func ints(line string) ([]int, error) {
	var out []int
	for f := range strings.FieldsSeq(line) {
		v, err := strconv.Atoi(f)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
