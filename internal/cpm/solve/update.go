package solve

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/topo"
)

// Update replaces activity i and recomputes what the edit reaches: forwards
// while early dates change, backwards while late dates do. An edit that moves
// the project's finish moves the late dates of all that is not held, so that
// the backward pass is then whole. What changes the shape of the network (kind,
// parent, whether it is active) is laid out anew.
func (s *Schedule) Update(i int, a cpm.Activity) error {
	n := s.net
	old := n.Activities[i]
	n.Activities[i] = a
	if err := n.CheckActivity(i); err != nil {
		n.Activities[i] = old
		return err
	}
	if s.l.at[i] < 0 || shaped(&old, &a) || n.Options.FromEnd || s.percents(i) || s.anyLate() {
		return s.restart()
	}
	p := s.l.at[i]
	s.mark(int(p))
	s.spans, s.long = nil, nil
	ahead, moved, err := s.sweep(p)
	if err != nil {
		return err
	}
	end, until := s.end, s.until
	s.setEnd()
	if s.end != end || s.until != until {
		s.backward()
		for q := range s.ff {
			s.ff[q] = s.free(int32(q))
		}
		return nil
	}
	for k := s.l.first[p]; k < s.l.first[p+1]; k++ {
		moved = append(moved, s.l.rels[k].far) // which p may hold no more
	}
	late := s.sweepBack(append(moved, p))
	s.refloat(ahead, late, p)
	return nil
}

// shaped: the edit changes the network, not only a date.
func shaped(a, b *cpm.Activity) bool {
	return a.Kind != b.Kind || a.Parent != b.Parent || a.Inactive != b.Inactive || a.Calendar != b.Calendar
}

// percents: lags that are a share of the duration change with it.
func (s *Schedule) percents(i int) bool {
	p := s.l.at[i]
	for k := s.l.next[p]; k < s.l.next[p+1]; k++ {
		if id := s.l.succ[k].id; id >= 0 && s.net.Relations[id].Percent {
			return true
		}
	}
	return false
}

// restart lays the network out anew and computes it.
func (s *Schedule) restart() error {
	fresh, err := Solve(s.net)
	if err != nil {
		return err
	}
	*s = *fresh
	return nil
}

// sweep recomputes early dates from p on, and lists what changed and what was
// looked at.
func (s *Schedule) sweep(p int32) (changed, seen []int32, err error) {
	q := topo.NewQueue(false)
	q.Add(p)
	for k := s.l.next[p]; k < s.l.next[p+1]; k++ {
		q.Add(s.l.succ[k].far) // progress alone changes what binds them
	}
	for q.Len() > 0 {
		p := q.Take()
		es, ef := s.early(p)
		if !es.In() || !ef.In() {
			return nil, nil, s.outOfRange(p)
		}
		seen = append(seen, p)
		if es == s.es[p] && ef == s.ef[p] {
			continue
		}
		s.es[p], s.ef[p] = es, ef
		changed = append(changed, p)
		for k := s.l.next[p]; k < s.l.next[p+1]; k++ {
			q.Add(s.l.succ[k].far)
		}
	}
	return changed, seen, nil
}

// sweepBack recomputes late dates from the given positions back.
func (s *Schedule) sweepBack(from []int32) (changed []int32) {
	q := topo.NewQueue(true)
	for _, p := range from {
		q.Add(p)
	}
	for q.Len() > 0 {
		p := q.Take()
		ls, lf := s.late(p)
		if ls == s.ls[p] && lf == s.lf[p] {
			continue
		}
		s.ls[p], s.lf[p] = ls, lf
		changed = append(changed, p)
		for k := s.l.first[p]; k < s.l.first[p+1]; k++ {
			q.Add(s.l.rels[k].far)
		}
	}
	return changed
}

// refloat measures the free float of what moved and of what leads to it.
func (s *Schedule) refloat(moved, late []int32, p int32) {
	touched := append(slices.Clone(moved), late...)
	touched = append(touched, p)
	for _, p := range touched {
		s.ff[p] = s.free(p)
	}
	for _, p := range append(moved, p) {
		for k := s.l.first[p]; k < s.l.first[p+1]; k++ {
			far := s.l.rels[k].far
			s.ff[far] = s.free(far)
		}
	}
}
