package solve

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// rel is a relation as the passes read it, at either end.
type rel struct {
	far  int32 // position of the other end
	lag  int32
	cal  int32
	id   int32 // index of Network.Relations
	link cpm.Link
}

// Flags of a node.
const (
	special uint8 = 1 << iota // read its Activity: constraints, progress, parts
	snug                      // a milestone: may stand at the end of a shift
	hub                       // a joint of a summary's relations
	hubMin                    // a joint for the summary's start
)

// layout is the network in topological order.
type layout struct {
	act   []int32 // the activity at each position; for a hub the summary
	at    []int32 // the position of each activity, or -1
	flags []uint8
	dur   []int32
	cal   []int32
	first []int32 // what binds p is rels[first[p]:first[p+1]]
	rels  []rel
	next  []int32 // what p binds is succ[next[p]:next[p+1]]
	succ  []rel
}

const maxEdges = cpm.MaxRelations

// edge is a relation between nodes before they are in order.
type edge struct {
	from, to int32
	lag, cal int32
	id       int32
	link     cpm.Link
}

// lay puts the network in order.
func (s *Schedule) lay() error {
	n := s.net
	if err := n.Check(); err != nil {
		return err
	}
	node := make([]int32, len(n.Activities))
	l := &s.l
	act := make([]int32, 0, len(n.Activities))
	for i := range n.Activities {
		a := &n.Activities[i]
		node[i] = -1
		if a.Inactive || a.Kind == cpm.Summary || a.Kind == cpm.Effort || a.Kind == cpm.Band {
			continue
		}
		node[i] = int32(len(act))
		act = append(act, int32(i))
	}
	edges, hubs, err := s.edges(node, int32(len(act)))
	if err != nil {
		return err
	}
	count := len(act) + len(hubs)
	for _, h := range hubs {
		act = append(act, int32(h.summary))
	}
	order, circles := topo.Sort(count, len(edges), func(i int) (from, to int32) { return edges[i].from, edges[i].to })
	if len(circles) > 0 {
		return loopError(circles, act)
	}
	pos := make([]int32, count)
	for p, v := range order {
		pos[v] = int32(p)
	}
	l.act, l.flags = make([]int32, count), make([]uint8, count)
	l.dur, l.cal = make([]int32, count), make([]int32, count)
	l.at = make([]int32, len(n.Activities))
	for i, v := range node {
		l.at[i] = -1
		if v >= 0 {
			l.at[i] = pos[v]
		}
	}
	plain := len(act) - len(hubs)
	for p, v := range order {
		l.act[p] = act[v]
		if int(v) >= plain {
			l.flags[p], l.cal[p] = hub|snug, int32(len(n.Calendars)) // nonstop
			if hubs[int(v)-plain].start {
				l.flags[p] |= hubMin
			}
			continue
		}
		s.mark(p)
	}
	l.first, l.rels = group(count, edges, pos, func(e *edge) (int32, int32) { return e.to, e.from })
	l.next, l.succ = group(count, edges, pos, func(e *edge) (int32, int32) { return e.from, e.to })
	return nil
}

// group gathers edges by one end, in order of position.
func group(count int, edges []edge, pos []int32, ends func(*edge) (own, other int32)) (first []int32, rels []rel) {
	first = make([]int32, count+1)
	for i := range edges {
		own, _ := ends(&edges[i])
		first[pos[own]+1]++
	}
	for p := range count {
		first[p+1] += first[p]
	}
	fill := slices.Clone(first)
	rels = make([]rel, len(edges))
	for i := range edges {
		e := &edges[i]
		own, other := ends(e)
		p := pos[own]
		rels[fill[p]] = rel{far: pos[other], lag: e.lag, cal: e.cal, id: e.id, link: e.link}
		fill[p]++
	}
	return first, rels
}

// mark takes what the passes need of an activity into the layout.
func (s *Schedule) mark(p int) {
	l, a := &s.l, &s.net.Activities[s.l.act[p]]
	l.dur[p], l.cal[p] = a.Duration, int32(a.Calendar)
	f := l.flags[p] &^ (special | snug)
	if a.IsMilestone() {
		f |= snug
	}
	if a.Constraints != ([2]cpm.Constraint{}) || len(a.Parts) > 0 || a.Manual || a.Delay != 0 || a.Remaining != a.Duration ||
		a.Kind == cpm.FinishMilestone || a.Kind == cpm.StartMilestone ||
		a.Deadline != workcal.None || a.ActualStart != workcal.None || a.ActualFinish != workcal.None || a.Resume != workcal.None ||
		a.Expected != workcal.None || a.ExternalStart != workcal.None || a.ExternalFinish != workcal.None {
		f |= special
	}
	l.flags[p] = f
}

// loopError names the activities of each circle of nodes.
func loopError(circles [][]int32, act []int32) error {
	e := &cpm.LoopError{}
	for _, c := range circles {
		var ids []int
		for _, v := range c {
			ids = append(ids, int(act[v]))
		}
		slices.Sort(ids)
		e.Loops = append(e.Loops, slices.Compact(ids))
	}
	return e
}
