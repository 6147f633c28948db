package edit

import (
	"slices"
	"strconv"

	"plumbline/internal/cpm"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// MaxLag is the longest lag, or lead.
const MaxLag = 10 * 365 * workcal.Day

// MaxRelations is how many relations a programme may have.
const MaxRelations = 400_000

func unit(r plan.Relation) string {
	switch {
	case r.Percent:
		return Percent
	case r.Elapsed:
		return Elapsed
	}
	return Working
}

// relink is the edit that makes a relation.
func relink(from, to id.Activity, r plan.Relation) Edit {
	return Edit{Do: Link, From: from, To: to, Link: r.Link, Lag: r.Lag, Unit: unit(r)}
}

func (b *batch) ends(e *Edit) (from, to int, err error) {
	if from, err = b.at(e.From, "from"); err != nil {
		return 0, 0, err
	}
	to, err = b.at(e.To, "to")
	return from, to, err
}

// link makes a relation, or gives it another lag.
func (b *batch) link(e *Edit) error {
	from, to, err := b.ends(e)
	if err != nil {
		return err
	}
	switch {
	case from == to:
		return fieldError{"to", "itself"}
	case e.Link > cpm.SF:
		return fieldError{"link", "format"}
	case e.Unit != "" && e.Unit != Working && e.Unit != Elapsed && e.Unit != Percent:
		return fieldError{"unit", "format"}
	case e.Unit == Percent && (e.Lag < -1000 || e.Lag > 1000), e.Lag > MaxLag || e.Lag < -MaxLag:
		return fieldError{"lag", "out-of-range"}
	}
	d := b.m.Doc
	for p := to; p >= 0; p = d.Activities[p].Parent {
		if p == from {
			return fieldError{"to", "below-itself"}
		}
	}
	for p := from; p >= 0; p = d.Activities[p].Parent {
		if p == to {
			return fieldError{"to", "below-itself"}
		}
	}
	now := plan.Relation{From: from, To: to, Link: e.Link, Lag: e.Lag, Percent: e.Unit == Percent, Elapsed: e.Unit == Elapsed}
	i := b.relation(from, to, e.Link)
	if i < 0 {
		if len(d.Relations) >= MaxRelations {
			return fieldError{"to", "too-many"}
		}
		d.Relations = append(d.Relations, now)
		b.undo = append(b.undo, Edit{Do: Unlink, From: e.From, To: e.To, Link: e.Link})
		b.related(e, nil, say(e.From, now))
		return nil
	}
	was := d.Relations[i]
	now.Format = was.Format
	if was == now {
		return nil
	}
	if was.Percent != now.Percent || was.Elapsed != now.Elapsed {
		now.Format = 0
	}
	d.Relations[i] = now
	b.undo = append(b.undo, relink(e.From, e.To, was))
	b.related(e, say(e.From, was), say(e.From, now))
	return nil
}

// unlink takes a relation away.
func (b *batch) unlink(e *Edit) error {
	from, to, err := b.ends(e)
	if err != nil {
		return err
	}
	i := b.relation(from, to, e.Link)
	if i < 0 {
		return fieldError{"to", "not-found"}
	}
	was := b.m.Doc.Relations[i]
	b.m.Doc.Relations = slices.Delete(b.m.Doc.Relations, i, i+1)
	b.undo = append(b.undo, relink(e.From, e.To, was))
	b.related(e, say(e.From, was), nil)
	return nil
}

// related notes a relation at the activity that it holds back.
func (b *batch) related(e *Edit, was, now any) {
	b.note(e.To, "changed", live.Field{Name: "relation " + string(e.From) + " " + e.Link.String(), Before: was, After: now})
}

func (b *batch) relation(from, to int, link cpm.Link) int {
	return slices.IndexFunc(b.m.Doc.Relations, func(r plan.Relation) bool { return r.From == from && r.To == to && r.Link == link })
}

// say spells out a relation for the log: its kind, its lag in minutes or
// percent, and whose time passes.
func say(from id.Activity, r plan.Relation) string {
	lag := strconv.FormatFloat(float64(r.Lag)/workcal.Minute, 'f', -1, 64)
	if r.Percent {
		lag = strconv.Itoa(int(r.Lag))
	}
	return string(from) + " " + r.Link.String() + " " + lag + " " + unit(r)
}
