package site

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/page"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
)

// Detail is one activity with what was said of it.
type Detail struct {
	Head      rows.Head
	Model     *live.Model
	Computed  *live.Computed // nil where it cannot be computed
	Programme id.Programme
	Index     int
	Reports   []rows.Report
	Blocks    []rows.Block             // by points that the grant sees
	Hidden    int                      // blocks by points that it does not see
	Photos    map[string][]media.Photo // by report
	Comments  []comment.Comment
	Money     bool // the grant sees budgets and costs: guests and above
}

// Activity reads one activity.
func (s *Service) Activity(ctx context.Context, g access.Grant, a id.Activity) (Detail, error) {
	var out Detail
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		p, ok, err := rows.OfActivity(tx, g.Project, a)
		if err != nil || !ok {
			return kept.OrErr(err, kept.NoActivity())
		}
		h, e, err := s.kept.Opened(tx, g.Project, p, false)
		if err != nil {
			return err
		}
		i, ok := e.Model.Index(a)
		if !ok || !kept.Shows(g, e.Model, i) {
			return kept.NoActivity()
		}
		out = Detail{Head: h, Model: e.Model, Computed: e.Computed, Programme: p, Index: i}
		if out.Reports, err = rows.Reports(tx, a); err != nil {
			return err
		}
		if out.Money = kept.SeesAll(g); !out.Money {
			for k := range out.Reports {
				out.Reports[k].Cost = nil
			}
		}
		if err := hung(tx, &out, a); err != nil {
			return err
		}
		blocks, err := rows.BlocksOf(tx, a)
		if err != nil {
			return err
		}
		points := make([]id.Point, len(blocks))
		for k, b := range blocks {
			points[k] = b.Point
		}
		seen, err := s.points.SeenOf(tx, g, points)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			if seen[b.Point] {
				out.Blocks = append(out.Blocks, b)
			} else {
				out.Hidden++
			}
		}
		return nil
	})
	return out, fault.Wrap("site.Activity", err)
}

// History is the log of an activity that the grant sees, the newest first.
func (s *Service) History(ctx context.Context, g access.Grant, a id.Activity, cursor string, limit int) (page.Page[feed.Entry], error) {
	var out page.Page[feed.Entry]
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		if _, _, err := s.opened(tx, g, a, false); err != nil {
			return err
		}
		var err error
		out, err = feed.History(tx, string(a), cursor, limit)
		return err
	})
	return out, fault.Wrap("site.History", err)
}

// Marks are those of the activities that the grant sees, each with its
// programme.
func (s *Service) Marks(ctx context.Context, g access.Grant, which []id.Activity) (map[id.Activity]id.Programme, error) {
	out := map[id.Activity]id.Programme{}
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		clear(out)
		for _, a := range which {
			p, ok, err := rows.OfActivity(tx, g.Project, a)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if !kept.SeesAll(g) {
				in, err := rows.ChargedOf(tx, a)
				if err != nil {
					return err
				}
				if !kept.InCharge(g, &live.Line{InCharge: in}) {
					continue
				}
			}
			out[a] = p
		}
		return nil
	})
	return out, fault.Wrap("site.Marks", err)
}
