package drawing

import (
	"context"
	"image"
	"math"

	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
	"plumbline/internal/sheet/register"
)

// AlignWaiting is the handler of AlignKind: it lays each new revision of a
// drawing on its sheet, by the pictures, and makes it the sheet's newest. Where
// the pictures do not say enough, the revision says that nobody knows.
func (s *Service) AlignWaiting(ctx context.Context, r *job.Run) error {
	const op = "drawing.AlignWaiting"
	var p payload
	if err := r.Payload(&p); err != nil {
		return fault.Wrap(op, err)
	}
	type pair struct {
		fresh Revision
		still Revision
	}
	var pairs []pair
	if err := s.DB.Read(ctx, r.Scope(), func(tx *db.Tx) error {
		all, err := book.RevisionsOf(tx, p.Drawing)
		for _, fresh := range all {
			if err != nil || fresh.Alignment != Waiting {
				continue
			}
			var v Sheet
			if v, _, err = book.FindSheet(tx, p.Project, fresh.Sheet, false); err == nil {
				pairs = append(pairs, pair{fresh, v.Revision})
			}
		}
		return err
	}); err != nil {
		return fault.Wrap(op, err)
	}
	done := make([]Revision, len(pairs))
	for i, c := range pairs {
		if err := r.Progress(i, len(pairs)); err != nil {
			return fault.Wrap(op, err)
		}
		aligned, err := s.align(ctx, r.Org, c.still, c.fresh)
		if err != nil {
			return fault.Wrap(op, err)
		}
		done[i] = aligned
	}
	return fault.Wrap(op, r.Commit(func(tx *db.Tx) error { return s.publish(tx, p.Drawing, done) }))
}

// AlignFailed is what happens where AlignKind failed for good: the revisions
// are the newest all the same, and nobody knows how they lie.
func (s *Service) AlignFailed(tx *db.Tx, failed job.Status) error {
	all, err := book.RevisionsOf(tx, id.Drawing(failed.ThingID))
	if err != nil {
		return fault.Wrap("drawing.AlignFailed", err)
	}
	var left []Revision
	for _, r := range all {
		if r.Alignment == Waiting {
			r.Alignment = Unaligned
			left = append(left, r)
		}
	}
	return fault.Wrap("drawing.AlignFailed", s.publish(tx, id.Drawing(failed.ThingID), left))
}

// publish makes revisions the newest of their sheets.
func (s *Service) publish(tx *db.Tx, drawing id.Drawing, done []Revision) error {
	d, ok, err := book.FindDrawing(tx, drawing, true)
	if err != nil || !ok {
		return err // deleted meanwhile
	}
	by := feed.Actor{Person: string(d.Author), Via: "system"}
	for _, r := range done {
		v, ok, err := book.FindSheet(tx, r.Project, r.Sheet, true)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := book.AlignRevision(tx, r); err != nil {
			return err
		}
		if _, err := s.revised(tx, by, v, r.ID, feed.Field{Name: "revision", Before: v.Revision.Code, After: r.Code}); err != nil {
			return err
		}
	}
	return nil
}

// align finds the map of a revision into the frame by that of the one before.
func (s *Service) align(ctx context.Context, org id.Org, still, fresh Revision) (Revision, error) {
	a, sa, err := s.picture(ctx, org, still)
	if err != nil {
		return fresh, err
	}
	b, sb, err := s.picture(ctx, org, fresh)
	if err != nil {
		return fresh, err
	}
	f := register.Find(a, b, sa/sb)
	fresh.Confidence = f.Confidence
	if f.Sure {
		onto := sheet.Scale(1/sa, 1/sa).Mul(f.Map).Mul(sheet.Scale(sb, sb))
		fresh.Affine, fresh.Alignment = still.Affine.Mul(onto), Auto
		return fresh, nil
	}
	// Somewhere it must lie until somebody says where: page on page.
	fit := math.Min(still.Size.Width/fresh.Size.Width, still.Size.Height/fresh.Size.Height)
	fresh.Affine, fresh.Alignment = still.Affine.Mul(sheet.Scale(fit, fit)), Unaligned
	return fresh, nil
}

// picture draws a whole revision in grey, and tells its pixels for a unit.
func (s *Service) picture(ctx context.Context, org id.Org, r Revision) (*image.Gray, float64, error) {
	f, err := s.Files.Open(ctx, org, r.Archive)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	a, err := raster.Open(f, f.Size())
	if err != nil {
		return nil, 0, err
	}
	size := a.Sheet.Frame
	scale := register.Fine / math.Max(size.Width, size.Height)
	img, err := a.Cutout(raster.Rect{W: size.Width, H: size.Height}, max(1, int(size.Width*scale)), max(1, int(size.Height*scale)))
	if err != nil {
		return nil, 0, err
	}
	grey := image.NewGray(img.Rect)
	for i := range grey.Pix {
		p := img.Pix[4*i : 4*i+3]
		grey.Pix[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000) //nolint:gosec // at most 255
	}
	return grey, scale, nil
}

// retract takes the revisions that a drawing gave to sheets of other drawings
// off them: the ones before are the newest again.
func (s *Service) retract(tx *db.Tx, by feed.Actor, d Drawing, revisions []Revision, own []id.Sheet) error {
	mine := map[id.Sheet]bool{}
	for _, v := range own {
		mine[v] = true
	}
	for _, r := range revisions {
		if mine[r.Sheet] {
			continue
		}
		v, ok, err := book.FindSheet(tx, d.Project, r.Sheet, true)
		if err != nil || !ok {
			return err
		}
		if err := book.DeleteRevision(tx, r.ID); err != nil {
			return err
		}
		if v.Revision.ID != r.ID {
			continue
		}
		left, err := book.RevisionsOfSheets(tx, d.Project, v.ID)
		if err != nil {
			return err
		}
		if len(left[v.ID]) == 0 {
			return fault.New(fault.Conflict, "in-use", "the sheet has no other revision")
		}
		before := left[v.ID][0]
		if _, err := s.revised(tx, by, v, before.ID, feed.Field{Name: "revision", Before: r.Code, After: before.Code}); err != nil {
			return err
		}
	}
	return nil
}

// renewed reports whether a drawing's own sheets carry revisions of others.
func renewed(tx *db.Tx, project id.Project, d id.Drawing, own []id.Sheet) (bool, error) {
	for _, v := range own {
		all, err := book.RevisionsOfSheets(tx, project, v)
		if err != nil {
			return false, err
		}
		for _, r := range all[v] {
			if r.Drawing != d {
				return true, nil
			}
		}
	}
	return false, nil
}
