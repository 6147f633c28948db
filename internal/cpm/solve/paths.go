package solve

import (
	"slices"

	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// drives reports that r fixes the early dates of its successor: with p any
// later, it would be later too.
func (s *Schedule) drives(p int32, r *topo.Arc) bool { return s.gap(p, r) <= 0 }

// longest marks the nodes from which driving relations lead to the project's
// finish.
func (s *Schedule) longest() []bool {
	s.Settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.long != nil {
		return s.long
	}
	on := make([]bool, len(s.es))
	for _, p := range slices.Backward(s.l.G.Order) {
		if s.l.Flags[p]&layout.Special != 0 && s.net.Activities[s.l.Act[p]].ActualFinish != workcal.None {
			continue // what is done holds nothing up
		}
		if s.l.Flags[p]&layout.Hub == 0 && s.ef[p] == s.end {
			on[p] = true
			continue
		}
		arcs := s.l.G.Out.Of(p)
		for i := 0; i < len(arcs) && !on[p]; i++ {
			r := &arcs[i]
			on[p] = on[r.Far] && s.drives(p, r)
		}
	}
	s.long = on
	return on
}

// Longest reports whether activity i is on the longest path.
func (s *Schedule) Longest(i int) bool {
	p := s.l.At[i]
	return p >= 0 && s.longest()[p]
}

// Driving lists the relations that fix the early dates of activity i.
func (s *Schedule) Driving(i int) []int {
	s.Settle()
	p := s.l.At[i]
	if p < 0 {
		return nil
	}
	var out []int
	for _, r := range s.l.G.In.Of(p) {
		from := r.Far
		r.Far = p
		if r.ID >= 0 && s.drives(from, &r) {
			out = append(out, int(r.ID))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Paths are the most pressing chains of activities that lead to activity i, at
// most many. Each begins where no relation leads on that is not on an earlier
// path; the first is the one with least float on the way, and so on (P6:
// multiple float paths by free float).
func (s *Schedule) Paths(i, many int) [][]int {
	s.Settle()
	end := s.l.At[i]
	if end < 0 {
		return nil
	}
	taken := make([]bool, len(s.es))
	type tail struct {
		at    int32
		float int64
	}
	tails := []tail{{end, 0}}
	var out [][]int
	for len(tails) > 0 && len(out) < many {
		best := 0
		for k := range tails {
			if tails[k].float < tails[best].float {
				best = k
			}
		}
		t := tails[best]
		tails = slices.Delete(tails, best, best+1)
		if taken[t.at] {
			continue
		}
		var path []int
		for p := t.at; p >= 0 && !taken[p]; {
			taken[p] = true
			if s.l.Flags[p]&layout.Hub == 0 {
				path = append(path, int(s.l.Act[p]))
			}
			next, least := int32(-1), int64(0)
			for _, r := range s.l.G.In.Of(p) {
				from := r.Far
				r.Far = p
				if taken[from] {
					continue
				}
				g := max(0, s.gap(from, &r))
				if next < 0 || g < least {
					if next >= 0 {
						tails = append(tails, tail{next, t.float + least})
					}
					next, least = from, g
				} else {
					tails = append(tails, tail{from, t.float + g})
				}
			}
			t.float += least
			p = next
		}
		slices.Reverse(path)
		if len(path) > 0 {
			out = append(out, path)
		}
	}
	return out
}
