package point

import (
	"slices"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/around"
	"plumbline/internal/point/fields"
	"plumbline/internal/policy"
)

// audiences are who a point is delivered to: its list, and those in charge.
func audiences(tx *db.Tx, p Point) ([]string, error) {
	if p.List == "" || p.DeletedAt != 0 {
		return nil, nil
	}
	in, err := charged(tx, p)
	return append([]string{access.OnList(p.Project, p.List)}, in...), err
}

// charged are the audiences of those in charge.
func charged(tx *db.Tx, p Point) ([]string, error) {
	who := make([]access.InCharge, len(p.InCharge))
	for i, c := range p.InCharge {
		who[i] = access.InCharge(c)
	}
	return access.ChargedOn(tx, p.Project, p.List, who)
}

// logged writes a change of fields into the log, and what else is given, and
// keeps the search in step.
func (s *Service) logged(tx *db.Tx, g access.Grant, was, now Point, kind string, which []fields.Field, out ...feed.Field) error {
	for _, f := range which {
		before, after := was.At(f), now.At(f)
		if was.ID == "" {
			before = nil
			if now.Values.Empty(f) {
				continue
			}
		}
		out = append(out, feed.Field{Name: string(f), Before: before, After: after})
	}
	if err := s.log(tx, g, was, now, kind, out); err != nil {
		return err
	}
	if now.DeletedAt == 0 && (kind != "changed" || slices.Contains(which, fields.Subject) || slices.Contains(which, fields.Description)) {
		return index(tx, now)
	}
	return nil
}

// log appends one entry, for those who see the point after it; who no longer
// does is told that it is gone. Sheets follow: those in charge see the sheet
// that a point is on.
func (s *Service) log(tx *db.Tx, g access.Grant, was, now Point, kind string, changes []feed.Field) error {
	if err := s.reach(tx, g, was, now); err != nil { // first: the point is the outcome of this transaction
		return err
	}
	before, err := audiences(tx, was)
	if err != nil {
		return err
	}
	after, err := audiences(tx, now)
	if err != nil {
		return err
	}
	if was.ID != "" && !slices.Equal(before, after) {
		if err := s.refresh(tx, g, now); err != nil {
			return err
		}
	}
	if err := s.Follow(tx, g, was, now); err != nil {
		return err
	}
	return feed.Append(tx, g.By(), feed.Change{Stream: access.Everyone(now.Project), Thing: feed.Thing{Kind: Thing, ID: string(now.ID)},
		Kind: kind, Version: now.Version, Fields: changes, Audiences: after, Leaves: around.Without(before, after)})
}

// reach tells who now sees a sheet because of this point, and who no longer
// does: nothing while pin, people and life of the point stay.
func (s *Service) reach(tx *db.Tx, g access.Grant, was, now Point) error {
	on, saw, err := shown(tx, was)
	if err != nil {
		return err
	}
	at, see, err := shown(tx, now)
	if err != nil {
		return err
	}
	if on == at {
		saw, see = around.Without(saw, see), around.Without(see, saw)
	}
	return around.Tell(tx, s.sheets, g.By(), now.Project, at, see, on, saw)
}

// shown is the sheet that a point is on and who sees it for that.
func shown(tx *db.Tx, p Point) (id.Sheet, []string, error) {
	if p.Pin == nil || p.DeletedAt != 0 {
		return "", nil, nil
	}
	who, err := charged(tx, p)
	return p.Pin.Sheet, who, err
}

// index keeps the words of a point findable.
func index(tx *db.Tx, p Point) error {
	return around.Index(tx, p.Project, p.ID, p.Number.String(), p.Subject, p.Description)
}

// toward is how the actor stands to the point.
func toward(tx *db.Tx, g access.Grant, set fields.Settings, p Point) policy.Toward {
	rule, _ := set.Status(p.Values.Status)
	return policy.Toward{
		Level:    g.LevelOn(p.List),
		InCharge: isCharged(g, p.InCharge),
		Author:   p.Author == g.Person,
		Age:      tx.Now().Sub(time.UnixMicro(p.CreatedAt)),
		Reserved: rule.ManagersOnly,
	}
}

func isCharged(g access.Grant, all []fields.Charge) bool {
	return slices.ContainsFunc(all, func(c fields.Charge) bool { return g.InChargeOf([]access.InCharge{access.InCharge(c)}) })
}

// may is what the actor may do with the point.
func may(w policy.Toward) May {
	can := func(act policy.PointAct) bool { return policy.OnPoint(w, act) == nil }
	manages := w
	manages.Reserved = true
	return May{
		Edit: can(policy.EditPoint), Status: can(policy.SetStatus), Comment: can(policy.CommentPoint),
		Photo: can(policy.AddPhoto), Delete: can(policy.DeletePoint),
		Reserved: policy.OnPoint(manages, policy.SetStatus) == nil,
	}
}

// Redacted is the kind of change that words were taken out of a point. It names no field.
const Redacted = "redacted"

// Redact makes right what follows from the text of a point, or of a comment on it, after words were taken out.
func (s *Service) Redact(tx *db.Tx, by feed.Actor, project id.Project, point id.Point) error {
	p, ok, err := find(tx, project, point, true)
	if err != nil || !ok {
		return err
	}
	p.Version++
	if err := update(tx, p, p.Version-1, false); err != nil {
		return err
	}
	to, err := audiences(tx, p)
	if err != nil {
		return err
	}
	if err := feed.Append(tx, by, feed.Change{Stream: access.Everyone(p.Project), Thing: feed.Thing{Kind: Thing, ID: string(p.ID)},
		Kind: Redacted, Version: p.Version, Audiences: to}); err != nil || p.DeletedAt != 0 {
		return err
	}
	return index(tx, p)
}
