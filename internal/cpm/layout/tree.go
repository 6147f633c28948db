package layout

import (
	"slices"

	"plumbline/internal/cpm"
)

// Tree is what stands below what.
type Tree struct {
	Slot  []int32 // of each activity that something stands below, or -1
	Up    []int32 // the activity of each slot
	Order []int32 // slots, the deepest first
	first []int32 // where the kids of each slot begin
	kids  []int32
	Bound map[int][]int // the relations of each level of effort
	Next  map[int][]int // the relations from each summary
}

// Tree finds what stands below what.
func (l *Layout) Tree() *Tree {
	n := l.Net
	x := &Tree{Slot: make([]int32, len(n.Activities)), Bound: map[int][]int{}, Next: map[int][]int{}}
	for i := range x.Slot {
		x.Slot[i] = -1
	}
	bound := len(l.Joined) > 0
	for i := range n.Activities {
		bound = bound || n.Activities[i].Kind == cpm.Effort
		if up := n.Activities[i].Parent; up >= 0 && x.Slot[up] < 0 {
			x.Slot[up] = int32(len(x.Up))
			x.Up = append(x.Up, int32(up))
		}
	}
	x.first = make([]int32, len(x.Up)+1)
	for i := range n.Activities {
		if up := n.Activities[i].Parent; up >= 0 {
			x.first[x.Slot[up]+1]++
		}
	}
	for k := range x.Up {
		x.first[k+1] += x.first[k]
	}
	x.kids = make([]int32, x.first[len(x.Up)])
	fill := slices.Clone(x.first)
	for i := range n.Activities {
		if up := n.Activities[i].Parent; up >= 0 {
			k := x.Slot[up]
			x.kids[fill[k]] = int32(i)
			fill[k]++
		}
	}
	// From the leaves up, as nodes are put in order; what runs in a circle is left out.
	waits := make([]int32, len(x.Up))
	above := func(k int32) int32 {
		if up := n.Activities[x.Up[k]].Parent; up >= 0 {
			return x.Slot[up]
		}
		return -1
	}
	for k := range x.Up {
		if up := above(int32(k)); up >= 0 {
			waits[up]++
		}
	}
	for k, w := range waits {
		if w == 0 {
			x.Order = append(x.Order, int32(k))
		}
	}
	for k := 0; k < len(x.Order); k++ {
		if up := above(x.Order[k]); up >= 0 {
			if waits[up]--; waits[up] == 0 {
				x.Order = append(x.Order, up)
			}
		}
	}
	if !bound {
		return x // no relation is of a summary or a level of effort
	}
	for k := range n.Relations {
		r := &n.Relations[k]
		if r.Off {
			continue
		}
		for _, i := range []int{r.From, r.To} {
			if a := &n.Activities[i]; a.Kind == cpm.Effort && !a.Inactive {
				x.Bound[i] = append(x.Bound[i], k)
			}
		}
		if n.Activities[r.From].Kind == cpm.Summary && !n.Activities[r.To].Inactive {
			x.Next[r.From] = append(x.Next[r.From], k)
		}
	}
	return x
}

// Kids are the activities that stand right below the one of a slot.
func (x *Tree) Kids(slot int32) []int32 { return x.kids[x.first[slot]:x.first[slot+1]] }
