// Package layout turns a network into a graph of nodes and arcs in order, as the
// passes over it read it. Relations of summaries are spelt out.
package layout

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// Flags of a node.
const (
	Special uint8 = 1 << iota // read its Activity: constraints, progress, parts
	Snug                      // a milestone: may stand at the end of a shift
	Hub                       // no activity: a joint of a summary's relations, or what was one
	HubMin                    // a joint for the summary's start
	Tardy                     // as late as possible
)

// Layout is the network as a graph. Its first order is that of the nodes'
// numbers, so that a pass reads memory from one end to the other.
type Layout struct {
	Net    *cpm.Network
	G      *topo.Graph
	Act    []int32 // the activity of each node; of a hub the summary
	At     []int32 // the node of each activity, or -1
	Flags  []uint8
	Dur    []int32
	Cal    []int32
	Joined map[int]bool // summaries that have relations
}

const maxEdges = cpm.MaxRelations

// Lay puts a network in order.
func Lay(n *cpm.Network) (*Layout, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	l := &Layout{Net: n}
	node := make([]int32, len(n.Activities))
	act := make([]int32, 0, len(n.Activities))
	for i := range n.Activities {
		node[i] = -1
		if n.Activities[i].Takes() {
			node[i] = int32(len(act))
			act = append(act, int32(i))
		}
	}
	edges, hubs, err := l.edges(node, int32(len(act)))
	if err != nil {
		return nil, err
	}
	count := len(act) + len(hubs)
	for _, h := range hubs {
		act = append(act, int32(h.summary))
	}
	g, number, circles := topo.New(count, edges)
	if len(circles) > 0 {
		return nil, loopError(circles, act)
	}
	l.G, l.Act, l.Flags = g, make([]int32, count), make([]uint8, count)
	l.Dur, l.Cal = make([]int32, count), make([]int32, count)
	l.At = make([]int32, len(n.Activities))
	for i, v := range node {
		l.At[i] = -1
		if v >= 0 {
			l.At[i] = number[v]
		}
	}
	plain := len(act) - len(hubs)
	for v, p := range number {
		l.Act[p] = act[v]
		if v < plain {
			l.Mark(p)
			continue
		}
		l.Flags[p], l.Cal[p] = Hub|Snug, int32(len(n.Calendars)) // nonstop
		if hubs[v-plain].start {
			l.Flags[p] |= HubMin
		}
	}
	return l, nil
}

// Mark takes what the passes need of an activity into the layout.
func (l *Layout) Mark(p int32) {
	a := &l.Net.Activities[l.Act[p]]
	l.Dur[p], l.Cal[p] = a.Duration, int32(a.Calendar)
	f := l.Flags[p] &^ (Special | Snug | Tardy)
	if a.IsMilestone() {
		f |= Snug
	}
	if a.As(cpm.ALAP) {
		f |= Tardy
	}
	if a.Constraints != ([2]cpm.Constraint{}) || len(a.Parts) > 0 || a.Manual || a.Delay != 0 || a.Remaining != a.Duration ||
		a.Kind == cpm.FinishMilestone || a.Kind == cpm.StartMilestone ||
		a.Deadline != workcal.None || a.ActualStart != workcal.None || a.ActualFinish != workcal.None || a.Resume != workcal.None ||
		a.Expected != workcal.None || a.ExternalStart != workcal.None || a.ExternalFinish != workcal.None {
		f |= Special
	}
	l.Flags[p] = f
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
