package topo

import "slices"

// Arc is an edge as it is seen from one of its ends.
type Arc struct {
	Far  int32 // the node at the other end
	Lag  int32
	Cal  int32
	ID   int32
	Kind uint8
}

// Edge is an edge from one node to another.
type Edge struct {
	From, To int32
	Lag, Cal int32
	ID       int32
	Kind     uint8
}

type span struct{ from, to int32 }

// Arcs are the arcs of each node on one side. Those of a node that is changed
// are written anew behind all others, so that the old ones can come back.
type Arcs struct {
	spans []span
	list  []Arc
}

// Of are the arcs of a node.
func (a *Arcs) Of(v int32) []Arc {
	s := a.spans[v]
	return a.list[s.from:s.to]
}

// Graph is a graph without circles, in order. Its nodes keep their numbers when
// the order changes.
type Graph struct {
	Order   []int32 // the nodes, each behind what leads to it
	Rank    []int32 // the place of each node in the order
	In, Out Arcs
	log     []func()
	logging bool
}

// New puts a graph in order and numbers its nodes by it. With circles there is
// none: they are told in the numbers that the edges use.
func New(count int, edges []Edge) (g *Graph, number []int32, circles [][]int32) {
	order, circles := Sort(count, len(edges), func(i int) (from, to int32) { return edges[i].From, edges[i].To })
	if len(circles) > 0 {
		return nil, nil, circles
	}
	number = make([]int32, count)
	for p, v := range order {
		number[v] = int32(p)
	}
	g = &Graph{Order: make([]int32, count), Rank: make([]int32, count)}
	for p := range g.Order {
		g.Order[p], g.Rank[p] = int32(p), int32(p)
	}
	g.In = gather(count, edges, number, func(e *Edge) (int32, int32) { return e.To, e.From })
	g.Out = gather(count, edges, number, func(e *Edge) (int32, int32) { return e.From, e.To })
	return g, number, nil
}

// gather lays the arcs of one side out by node.
func gather(count int, edges []Edge, number []int32, ends func(*Edge) (own, far int32)) Arcs {
	a := Arcs{spans: make([]span, count), list: make([]Arc, len(edges))}
	for i := range edges {
		own, _ := ends(&edges[i])
		a.spans[number[own]].to++
	}
	at := int32(0)
	for v := range a.spans {
		n := a.spans[v].to
		a.spans[v] = span{at, at}
		at += n
	}
	for i := range edges {
		e := &edges[i]
		own, far := ends(e)
		s := &a.spans[number[own]]
		a.list[s.to] = Arc{Far: number[far], Lag: e.Lag, Cal: e.Cal, ID: e.ID, Kind: e.Kind}
		s.to++
	}
	return a
}

// Begin makes Undo go back to here.
func (g *Graph) Begin() { g.log, g.logging = g.log[:0], true }

// Keep makes what was changed since Begin stay.
func (g *Graph) Keep() { g.log, g.logging = nil, false }

// Undo takes back what was changed since Begin.
func (g *Graph) Undo() {
	for _, back := range slices.Backward(g.log) {
		back()
	}
	g.Keep()
}

// Tidy gives back the room of arcs that were written anew, once it is more than
// all arcs take.
func (g *Graph) Tidy() {
	for _, a := range []*Arcs{&g.In, &g.Out} {
		all := 0
		for _, s := range a.spans {
			all += int(s.to - s.from)
		}
		if len(a.list) <= 2*all+4096 {
			continue
		}
		list := make([]Arc, 0, all)
		for v, s := range a.spans {
			at := int32(len(list))
			list = append(list, a.list[s.from:s.to]...)
			a.spans[v] = span{at, int32(len(list))}
		}
		a.list = list
	}
}

// change writes the arcs of a node anew.
func (g *Graph) change(a *Arcs, v int32, to func(old []Arc) []Arc) {
	old, end := a.spans[v], len(a.list)
	if g.logging {
		g.log = append(g.log, func() { a.spans[v], a.list = old, a.list[:end] })
	}
	a.list = append(a.list, to(slices.Clone(a.Of(v)))...)
	a.spans[v] = span{int32(end), int32(len(a.list))}
}

// Grow adds a node without arcs, last in order.
func (g *Graph) Grow() int32 {
	v := int32(len(g.Order))
	if g.logging {
		g.log = append(g.log, func() {
			g.Order, g.Rank, g.In.spans, g.Out.spans = g.Order[:v], g.Rank[:v], g.In.spans[:v], g.Out.spans[:v]
		})
	}
	g.Order, g.Rank = append(g.Order, v), append(g.Rank, v)
	g.In.spans, g.Out.spans = append(g.In.spans, span{}), append(g.Out.spans, span{})
	return v
}

// Add adds an edge, and changes the order where it must. False, and nothing
// done, if it would close a circle.
func (g *Graph) Add(e Edge) bool {
	if e.From == e.To || g.Rank[e.From] > g.Rank[e.To] && !g.swap(e.From, e.To) {
		return false
	}
	g.change(&g.In, e.To, func(old []Arc) []Arc {
		return append(old, Arc{Far: e.From, Lag: e.Lag, Cal: e.Cal, ID: e.ID, Kind: e.Kind})
	})
	g.change(&g.Out, e.From, func(old []Arc) []Arc {
		return append(old, Arc{Far: e.To, Lag: e.Lag, Cal: e.Cal, ID: e.ID, Kind: e.Kind})
	})
	return true
}

// swap puts to behind from, and what to leads to behind it: of the nodes
// between the two, first those that to does not reach. False if it reaches from.
func (g *Graph) swap(from, to int32) bool {
	lo, hi := g.Rank[to], g.Rank[from]
	window := g.Order[lo : hi+1]
	reached := make([]bool, len(window))
	reached[0] = true
	var ahead []int32
	for i, v := range window {
		if !reached[i] {
			continue
		}
		if v == from {
			return false
		}
		ahead = append(ahead, v)
		for _, a := range g.Out.Of(v) {
			if r := g.Rank[a.Far]; r <= hi {
				reached[r-lo] = true
			}
		}
	}
	if g.logging {
		old := slices.Clone(window)
		g.log = append(g.log, func() { g.place(lo, old) })
	}
	now := make([]int32, 0, len(window))
	for i, v := range window {
		if !reached[i] {
			now = append(now, v)
		}
	}
	g.place(lo, append(now, ahead...))
	return true
}

// place puts nodes into the order from a rank on.
func (g *Graph) place(lo int32, nodes []int32) {
	copy(g.Order[lo:], nodes)
	for i, v := range nodes {
		g.Rank[v] = lo + int32(i)
	}
}

// Before moves a node that has no arcs yet to a rank.
func (g *Graph) Before(v, rank int32) {
	at := g.Rank[v]
	if rank >= at {
		return
	}
	window := g.Order[rank : at+1]
	if g.logging {
		old := slices.Clone(window)
		g.log = append(g.log, func() { g.place(rank, old) })
	}
	g.place(rank, append([]int32{v}, window[:len(window)-1]...))
}

// Cut takes the edges of an ID between two nodes away.
func (g *Graph) Cut(from, to, id int32) {
	without := func(far int32) func([]Arc) []Arc {
		return func(old []Arc) []Arc {
			return slices.DeleteFunc(old, func(a Arc) bool { return a.Far == far && a.ID == id })
		}
	}
	g.change(&g.Out, from, without(to))
	g.change(&g.In, to, without(from))
}

// Amend gives the edges of an ID between two nodes another lag and calendar.
func (g *Graph) Amend(from, to, id, lag, cal int32) {
	with := func(far int32) func([]Arc) []Arc {
		return func(old []Arc) []Arc {
			for i := range old {
				if a := &old[i]; a.Far == far && a.ID == id {
					a.Lag, a.Cal = lag, cal
				}
			}
			return old
		}
	}
	g.change(&g.Out, from, with(to))
	g.change(&g.In, to, with(from))
}
