package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
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
func (s *Schedule) edges(node []int32, count int32) ([]edge, []joint, error) {
	n := s.net
	var below map[int][]int32
	for i := range n.Relations {
		r := &n.Relations[i]
		if n.Activities[r.From].Kind == cpm.Summary || n.Activities[r.To].Kind == cpm.Summary {
			below = s.leaves(node)
			break
		}
	}
	edges := make([]edge, 0, len(n.Relations))
	var hubs []joint
	known := map[joint]int32{}
	for i := range n.Relations {
		r := &n.Relations[i]
		from, to := node[r.From], node[r.To]
		e := edge{from: from, to: to, id: int32(i), link: r.Link}
		fromSum, toSum := n.Activities[r.From].Kind == cpm.Summary && !n.Activities[r.From].Inactive, n.Activities[r.To].Kind == cpm.Summary && !n.Activities[r.To].Inactive
		if from < 0 && !fromSum || to < 0 && !toSum {
			continue
		}
		e.lag, e.cal = s.lag(r)
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
					edges = append(edges, edge{from: leaf, to: h, cal: int32(len(n.Calendars)), id: -1, link: link})
				}
			}
			e.from = h
		}
		targets := []int32{to}
		if toSum {
			targets = below[r.To]
		}
		for _, t := range targets {
			e.to = t
			edges = append(edges, e)
		}
		if len(edges) > maxEdges {
			return nil, nil, &cpm.InputError{Activity: -1, Relation: i, What: "relations of summaries bind more than 16,000,000 pairs"}
		}
	}
	return edges, hubs, nil
}

// leaves lists the nodes below each summary.
func (s *Schedule) leaves(node []int32) map[int][]int32 {
	n := s.net
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

// lag is a relation's lag in ticks, and the calendar in which it passes.
func (s *Schedule) lag(r *cpm.Relation) (lag, cal int32) {
	n := s.net
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

var nonstop = workcal.Nonstop()
