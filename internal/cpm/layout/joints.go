package layout

import (
	"plumbline/internal/cpm"
	"plumbline/internal/cpm/topo"
)

// joint is a hub: the start or the finish of a summary that has relations.
type joint struct {
	summary int
	start   bool
}

// edges spells the relations out over nodes. A relation of a summary binds what
// lies below it: one from its finish waits for all leaves and one from its
// start for the first, by way of a hub, so that their number stays linear; one
// to it binds each leaf.
func (l *Layout) edges(node []int32, count int32) ([]topo.Edge, []joint, error) {
	n := l.Net
	var below map[int][]int32
	l.Joined = map[int]bool{}
	for i := range n.Relations {
		r := &n.Relations[i]
		for _, end := range []int{r.From, r.To} {
			if n.Activities[end].Kind == cpm.Summary && !r.Off {
				l.Joined[end] = true
			}
		}
	}
	if len(l.Joined) > 0 {
		below = l.leaves(node)
	}
	edges := make([]topo.Edge, 0, len(n.Relations))
	var hubs []joint
	known := map[joint]int32{}
	for i := range n.Relations {
		r := &n.Relations[i]
		if r.Off {
			continue
		}
		from, to := node[r.From], node[r.To]
		e := topo.Edge{From: from, To: to, ID: int32(i), Kind: uint8(r.Link)}
		fromSum, toSum := n.Activities[r.From].Kind == cpm.Summary && !n.Activities[r.From].Inactive, n.Activities[r.To].Kind == cpm.Summary && !n.Activities[r.To].Inactive
		if from < 0 && !fromSum || to < 0 && !toSum {
			continue
		}
		e.Lag, e.Cal = l.Lag(r)
		if fromSum {
			if len(below[r.From]) == 0 {
				continue
			}
			j := joint{r.From, r.Link == cpm.SS || r.Link == cpm.SF}
			h, ok := known[j]
			if !ok {
				h = count + int32(len(hubs))
				hubs, known[j] = append(hubs, j), h
				link := cpm.FS
				if j.start {
					link = cpm.SS
				}
				for _, leaf := range below[r.From] {
					edges = append(edges, topo.Edge{From: leaf, To: h, Cal: int32(len(n.Calendars)), ID: -1, Kind: uint8(link)})
				}
			}
			e.From = h
		}
		if !toSum {
			edges = append(edges, e)
			continue
		}
		for _, t := range below[r.To] {
			e.To = t
			edges = append(edges, e)
		}
		if len(edges) > maxEdges {
			return nil, nil, &cpm.InputError{Activity: -1, Relation: i, What: "relations of summaries bind more than 16,000,000 pairs"}
		}
	}
	return edges, hubs, nil
}

// leaves lists the nodes below each summary.
func (l *Layout) leaves(node []int32) map[int][]int32 {
	n := l.Net
	out := map[int][]int32{}
	for i := range n.Activities {
		if node[i] < 0 {
			continue
		}
		for up, depth := n.Activities[i].Parent, 0; up >= 0 && depth < 1000; up, depth = n.Activities[up].Parent, depth+1 {
			out[up] = append(out[up], node[i])
		}
	}
	return out
}

// Lag is a relation's lag in ticks, and the calendar in which it passes.
func (l *Layout) Lag(r *cpm.Relation) (lag, cal int32) {
	n := l.Net
	lag = r.Lag
	if r.Percent {
		lag = int32(int64(n.Activities[r.From].Duration) * int64(r.Lag) / 10000)
	}
	if r.Calendar >= 0 {
		return lag, int32(r.Calendar)
	}
	switch n.Options.Lag {
	case cpm.LagPredecessor:
		cal = int32(n.Activities[r.From].Calendar)
	case cpm.LagProject:
		cal = int32(n.Options.Calendar)
	case cpm.LagElapsed:
		cal = int32(len(n.Calendars))
	default:
		cal = int32(n.Activities[r.To].Calendar)
	}
	return lag, cal
}
