package solve

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// Change is an activity that becomes another. One that becomes inactive is
// taken away, and its relations bind nothing.
type Change struct {
	Index    int
	Activity cpm.Activity
}

// Edit is what changes in a network at once. Indexes never change: what is
// added stands behind what is there, and what is taken away stays as a gap.
type Edit struct {
	Change []Change
	Add    []cpm.Activity
	Bind   []cpm.Relation // relations to add, of activities to add too
	Loose  []int          // relations to take away
}

// Try makes an edit and tells which activities are planned otherwise by it, with
// those that it adds or takes away. Undo takes it back, Keep lets it stay;
// another Try takes it back first. What cannot be is not done. Summaries above
// what moved move with it.
//
// An edit recomputes early dates as far as it reaches, and late dates when they
// are asked for: where the project's end moves, those are all. What changes the
// shape of the network beyond single activities and relations (summaries that
// have relations) is laid out anew.
func (s *Schedule) Try(e Edit) (moved []int, err error) {
	s.Undo()
	t := s.begin()
	if err := s.enter(t, &e); err != nil {
		s.Undo()
		return nil, err
	}
	if s.reshapes(t, &e) {
		err = s.anew(t)
	} else {
		err = s.rewire(t, &e)
	}
	if err != nil {
		s.Undo()
		return nil, err
	}
	return s.moved(t), nil
}

// Apply makes an edit that stays.
func (s *Schedule) Apply(e Edit) (moved []int, err error) {
	if moved, err = s.Try(e); err == nil {
		s.Keep()
	}
	return moved, err
}

// Update replaces activity i.
func (s *Schedule) Update(i int, a cpm.Activity) error {
	_, err := s.Apply(Edit{Change: []Change{{i, a}}})
	return err
}

// enter takes the edit into the network, if it is sound.
func (s *Schedule) enter(t *trial, e *Edit) error {
	n := s.net
	for _, c := range e.Change {
		if c.Index < 0 || c.Index >= len(n.Activities) {
			return &cpm.InputError{Activity: -1, Relation: -1, What: "an edit names an activity that is not there"}
		}
	}
	if len(n.Activities)+len(e.Add) > cpm.MaxActivities || len(n.Relations)+len(e.Bind) > cpm.MaxRelations {
		return &cpm.InputError{Activity: -1, Relation: -1, What: "the network is larger than 4,000,000 activities or 16,000,000 relations"}
	}
	for _, k := range e.Loose {
		if k < 0 || k >= len(n.Relations) {
			return &cpm.InputError{Activity: -1, Relation: -1, What: "an edit names a relation that is not there"}
		}
	}
	n.Activities, n.Relations = append(n.Activities, e.Add...), append(n.Relations, e.Bind...)
	for _, c := range e.Change {
		if _, ok := t.plans[c.Index]; !ok && s.l.At[c.Index] >= 0 {
			t.plans[c.Index] = s.plan(c.Index)
		} else if !ok {
			t.plans[c.Index] = plan{}
		}
		t.acts = append(t.acts, Change{c.Index, n.Activities[c.Index]})
		n.Activities[c.Index] = c.Activity
		if err := n.CheckActivity(c.Index); err != nil {
			return err
		}
	}
	for i := t.countActs; i < len(n.Activities); i++ {
		if err := n.CheckActivity(i); err != nil {
			return err
		}
	}
	for k := t.countRels; k < len(n.Relations); k++ {
		if err := n.CheckRelation(k); err != nil {
			return err
		}
	}
	for _, k := range e.Loose {
		if !n.Relations[k].Off {
			n.Relations[k].Off, t.loosed = true, append(t.loosed, k)
		}
	}
	return nil
}

// reshapes reports that the edit changes more than single nodes and edges.
func (s *Schedule) reshapes(t *trial, e *Edit) bool {
	n := s.net
	for _, c := range t.acts {
		a := &n.Activities[c.Index]
		was, is := c.Activity.Takes(), a.Takes()
		switch {
		case is && !was, was && !is && !a.Inactive:
			return true
		case !was && (c.Activity.Kind != a.Kind || c.Activity.Inactive != a.Inactive || c.Activity.Parent != a.Parent):
			return true
		case !was && s.l.Joined[c.Index] && (c.Activity.Calendar != a.Calendar || c.Activity.Duration != a.Duration):
			return true // lags may be in its time
		case was && !is && s.afterJoint(c.Index):
			return true
		case c.Activity.Parent != a.Parent || was != is:
			if s.joinedAbove(c.Activity.Parent) || s.joinedAbove(a.Parent) {
				return true
			}
		}
	}
	if slices.ContainsFunc(e.Add, func(a cpm.Activity) bool { return s.joinedAbove(a.Parent) }) {
		return true
	}
	summary := func(r *cpm.Relation) bool {
		return n.Activities[r.From].Kind == cpm.Summary || n.Activities[r.To].Kind == cpm.Summary
	}
	if slices.ContainsFunc(e.Bind, func(r cpm.Relation) bool { return summary(&r) }) {
		return true
	}
	for _, k := range t.loosed {
		if summary(&n.Relations[k]) {
			return true
		}
	}
	return false
}

// afterJoint reports that an activity follows a summary, whose joint may go with it.
func (s *Schedule) afterJoint(i int) bool {
	return slices.ContainsFunc(s.l.G.In.Of(s.l.At[i]), func(a topo.Arc) bool { return s.l.Flags[a.Far]&layout.Hub != 0 })
}

// joinedAbove reports that a summary, or one above it, has relations.
func (s *Schedule) joinedAbove(up int) bool {
	for depth := 0; up >= 0 && depth < 1000 && len(s.l.Joined) > 0; up, depth = s.net.Activities[up].Parent, depth+1 {
		if s.l.Joined[up] {
			return true
		}
	}
	return false
}

// rewire changes the graph, and recomputes what the edit reaches.
func (s *Schedule) rewire(t *trial, e *Edit) error {
	n := s.net
	whole := s.third || n.Options.FromEnd || s.anyLate()
	tree := len(e.Add) > 0
	var ahead, behind, own []int32
	touch := func(p int32) {
		ahead, behind, own = append(ahead, p), append(behind, p), append(own, p)
		for _, a := range s.l.G.Out.Of(p) {
			ahead = append(ahead, a.Far) // progress alone changes what binds them
		}
		for _, a := range s.l.G.In.Of(p) {
			behind = append(behind, a.Far) // which p may hold no more
		}
	}
	for _, c := range t.acts {
		a := &n.Activities[c.Index]
		tree = tree || a.Parent != c.Activity.Parent || a.Inactive != c.Activity.Inactive
		p := s.l.At[c.Index]
		if p < 0 {
			continue
		}
		touch(p)
		s.saveNode(p)
		if !a.Takes() {
			s.remove(p)
			continue
		}
		s.l.Mark(p)
		s.relag(p, &c.Activity, a)
	}
	for i := t.countActs; i < len(n.Activities); i++ {
		s.insert(i, e.Bind)
		if p := s.l.At[i]; p >= 0 {
			touch(p)
		}
	}
	for _, k := range t.loosed {
		r := &n.Relations[k]
		tree = tree || n.Activities[r.From].Kind == cpm.Effort || n.Activities[r.To].Kind == cpm.Effort
		if from, to := s.l.At[r.From], s.l.At[r.To]; from >= 0 && to >= 0 {
			s.l.G.Cut(from, to, int32(k))
			ahead, behind = append(ahead, to), append(behind, from)
		}
	}
	for k := t.countRels; k < len(n.Relations); k++ {
		r := &n.Relations[k]
		tree = tree || n.Activities[r.From].Kind == cpm.Effort || n.Activities[r.To].Kind == cpm.Effort
		from, to := s.l.At[r.From], s.l.At[r.To]
		if from < 0 || to < 0 || r.Off {
			continue
		}
		edge := topo.Edge{From: from, To: to, ID: int32(k), Kind: uint8(r.Link)}
		edge.Lag, edge.Cal = s.l.Lag(r)
		if !s.l.G.Add(edge) {
			_, err := Solve(n) // which names the circle
			return err
		}
		ahead, behind = append(ahead, to), append(behind, from)
	}
	s.long = nil
	if tree {
		s.forget(true)
	}
	if whole || s.anyLate() {
		s.wholly(t)
		return s.Recompute()
	}
	if err := s.spread(t, ahead, behind); err != nil {
		return err
	}
	for _, d := range t.early {
		own = append(own, d.p)
	}
	s.stir(own)
	return nil
}

// relag gives the relations of a node the lags and calendars that follow from it.
func (s *Schedule) relag(p int32, was, is *cpm.Activity) {
	if was.Calendar == is.Calendar && was.Duration == is.Duration {
		return
	}
	g := s.l.G
	amend := func(from, to int32, a topo.Arc) {
		if a.ID < 0 {
			return
		}
		if lag, cal := s.l.Lag(&s.net.Relations[a.ID]); lag != a.Lag || cal != a.Cal {
			g.Amend(from, to, a.ID, lag, cal)
		}
	}
	for _, a := range g.Out.Of(p) {
		amend(p, a.Far, a)
	}
	for _, a := range g.In.Of(p) {
		amend(a.Far, p, a)
	}
}

// remove takes a node out of the network. Its place stays.
func (s *Schedule) remove(p int32) {
	l := s.l
	for _, a := range l.G.Out.Of(p) {
		l.G.Cut(p, a.Far, a.ID)
	}
	for _, a := range l.G.In.Of(p) {
		l.G.Cut(a.Far, p, a.ID)
	}
	l.At[l.Act[p]] = -1
	l.Flags[p], l.Dur[p], l.Cal[p] = layout.Hub, 0, int32(len(s.net.Calendars))
}

// insert makes a node of an activity that was added, before what it is to lead to.
func (s *Schedule) insert(i int, bind []cpm.Relation) {
	l := s.l
	l.At = append(l.At, -1)
	if !s.net.Activities[i].Takes() {
		return
	}
	p := l.G.Grow()
	l.At[i] = p
	l.Act, l.Flags, l.Dur, l.Cal = append(l.Act, int32(i)), append(l.Flags, 0), append(l.Dur, 0), append(l.Cal, 0)
	none := workcal.None
	s.es, s.ef, s.ls, s.lf = append(s.es, none), append(s.ef, none), append(s.ls, none), append(s.lf, none)
	s.l.Mark(p)
	rank := p
	for k := range bind {
		if r := &bind[k]; r.From == i && r.To < len(l.At) && l.At[r.To] >= 0 {
			rank = min(rank, l.G.Rank[l.At[r.To]])
		}
	}
	l.G.Before(p, rank)
}

// spread recomputes early dates from some nodes on, while they change, and
// notes which late dates wait.
func (s *Schedule) spread(t *trial, ahead, behind []int32) error {
	g := s.l.G
	q := s.queue
	q.Fit(len(g.Order))
	for _, p := range ahead {
		q.Add(g.Rank[p])
	}
	for q.Len() > 0 {
		p := g.Order[q.Take()]
		es, ef := s.early(p)
		if !es.In() || !ef.In() {
			q.Clear()
			return s.outOfRange(p)
		}
		if es == s.es[p] && ef == s.ef[p] {
			continue
		}
		t.early = append(t.early, dates{p, s.es[p], s.ef[p]})
		s.es[p], s.ef[p] = es, ef
		for _, a := range g.Out.Of(p) {
			q.Add(g.Rank[a.Far])
		}
	}
	until := s.until
	s.setEnd()
	if s.until != until {
		s.wait = wait{all: true}
	}
	if s.wait.all {
		return nil
	}
	if len(s.l.Joined) > 0 { // which leaf the start of a summary holds hangs on early dates
		for _, d := range t.early {
			behind = append(behind, d.p)
			if s.l.Flags[d.p]&layout.HubMin != 0 {
				for _, a := range g.In.Of(d.p) {
					behind = append(behind, a.Far)
				}
			}
		}
	}
	s.wait.nodes = append(slices.Clip(s.wait.nodes), behind...)
	return nil
}

// Settle computes late dates that wait.
func (s *Schedule) Settle() {
	if !s.wait.all && len(s.wait.nodes) == 0 {
		return
	}
	s.shelve()
	if s.wait.all {
		s.backward()
		s.forget(false)
	} else {
		s.stir(s.sweepBack())
	}
	s.wait = wait{}
}

// sweepBack recomputes late dates back from those that wait, while they change.
func (s *Schedule) sweepBack() (changed []int32) {
	g := s.l.G
	q := s.back
	q.Fit(len(g.Order))
	for _, p := range s.wait.nodes {
		q.Add(g.Rank[p])
	}
	for q.Len() > 0 {
		p := g.Order[q.Take()]
		ls, lf := s.late(p)
		if ls == s.ls[p] && lf == s.lf[p] {
			continue
		}
		s.ls[p], s.lf[p] = ls, lf
		changed = append(changed, p)
		for _, a := range g.In.Of(p) {
			q.Add(g.Rank[a.Far])
		}
	}
	return changed
}
