package drawing

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/opened"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// revision reads one that the actor sees.
func (s *Service) revision(ctx context.Context, g access.Grant, revision id.Revision) (Revision, error) {
	var r Revision
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		var ok bool
		var err error
		if r, ok, err = book.FindRevision(tx, g.Project, revision); err != nil {
			return err
		}
		if ok {
			seen, err := s.seenSheets(tx, g, []id.Sheet{r.Sheet})
			if err != nil {
				return err
			}
			ok = seen == nil || seen[r.Sheet]
		}
		if !ok {
			return fault.New(fault.NotFound, "revision-not-found", "there is no such revision")
		}
		return nil
	})
	return r, err
}

// Tile reads a tile of a revision: its bytes and media type.
func (s *Service) Tile(ctx context.Context, g access.Grant, revision id.Revision, z, x, y int) ([]byte, string, error) {
	const op = "drawing.Tile"
	r, err := s.revision(ctx, g, revision)
	if err != nil {
		return nil, "", fault.Wrap(op, err)
	}
	columns, rows := 0, 0
	if z >= 0 && z <= r.MaxZoom {
		columns, rows = r.Pixels.Tiles(z)
	}
	if x < 0 || y < 0 || x >= columns || y >= rows {
		return nil, "", fault.New(fault.NotFound, "tile-not-found", "there is no such tile")
	}
	a, done, err := s.archives.Get(ctx, g.Org, r.Archive)
	if err != nil {
		return nil, "", fault.Wrap(op, err)
	}
	defer done()
	tile, ok, err := a.Tiles.Tile(z, x, y)
	if err == nil && !ok { // white all over
		tile = s.blanks[r.TileType]
	}
	return tile, opened.ContentType(r.TileType), fault.Wrap(op, err)
}

// Archive opens the tile archive of a revision, to be read by ranges.
func (s *Service) Archive(ctx context.Context, g access.Grant, revision id.Revision) (blob.Reader, error) {
	r, err := s.revision(ctx, g, revision)
	if err != nil {
		return nil, fault.Wrap("drawing.Archive", err)
	}
	f, err := s.Files.Open(ctx, g.Org, r.Archive)
	return f, fault.Wrap("drawing.Archive", err)
}

// Thumb opens the small picture of a revision, a JPEG.
func (s *Service) Thumb(ctx context.Context, g access.Grant, revision id.Revision) (blob.Reader, error) {
	r, err := s.revision(ctx, g, revision)
	if err != nil {
		return nil, fault.Wrap("drawing.Thumb", err)
	}
	f, err := s.Files.Open(ctx, g.Org, r.Thumb)
	return f, fault.Wrap("drawing.Thumb", err)
}
