package style

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // a logo may be one
	"image/png"
	"io"
	"time"

	xdraw "golang.org/x/image/draw"

	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/media"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

// The limits of a logo.
const (
	MaxLogo    = 2 << 20
	mostPixels = 25_000_000
	logoW      = 900
	logoH      = 400
)

// Service keeps styles.
type Service struct {
	db    *db.DB
	files *media.Files
}

// New makes the service.
func New(d *db.DB, files *media.Files) *Service { return &Service{d, files} }

// Of is the style of an organisation and its logo, a PNG or nothing.
func (s *Service) Of(ctx context.Context, scope db.Scope) (st Style, logo []byte, err error) {
	const op = "style.Of"
	if err = s.db.Read(ctx, scope, func(tx *db.Tx) error {
		st, err = get(tx)
		return err
	}); err != nil || st.logo == "" {
		return st, nil, fault.Wrap(op, err)
	}
	r, err := s.files.Open(ctx, st.Org, st.logo)
	if err != nil {
		return st, nil, fault.Wrap(op, err)
	}
	defer func() { _ = r.Close() }()
	logo, err = io.ReadAll(blob.NewReader(r))
	return st, logo, fault.Wrap(op, err)
}

func get(tx *db.Tx) (Style, error) {
	st, ok, err := find(tx)
	if err != nil {
		return st, err
	}
	if !ok {
		st = Default()
	}
	st.Org = tx.Org()
	return st, nil
}

// Get is the style as a member of the organisation sees it.
func (s *Service) Get(ctx context.Context, g org.Grant) (Style, error) {
	if err := g.Need(policy.ReadOrg); err != nil {
		return Style{}, err
	}
	st, _, err := s.Of(ctx, g.Scope())
	return st, err
}

// Logo is the picture, a PNG.
func (s *Service) Logo(ctx context.Context, g org.Grant) ([]byte, error) {
	if err := g.Need(policy.ReadOrg); err != nil {
		return nil, err
	}
	_, logo, err := s.Of(ctx, g.Scope())
	if err == nil && logo == nil {
		err = fault.New(fault.NotFound, "logo-not-found", "there is no logo")
	}
	return logo, err
}

// Put replaces the style, made on version base; the logo stays.
func (s *Service) Put(ctx context.Context, g org.Grant, st Style, base int64) (out Style, err error) {
	const op = "style.Put"
	if err := s.MayChange(g); err != nil {
		return out, err
	}
	if err := st.Check(); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, err := get(tx)
		if err != nil {
			return err
		}
		st.Org, st.Version, st.logo, st.HasLogo = have.Org, have.Version, have.logo, have.HasLogo
		if out = st; have.Version > 0 && st.same(have) {
			return nil // said again
		}
		if have.Version != base {
			return fault.New(fault.Conflict, "changed-meanwhile", "the layout was changed meanwhile")
		}
		st.Version++
		out = st
		return keep(tx, g, st)
	})
	return out, fault.Wrap(op, err)
}

func keep(tx *db.Tx, g org.Grant, st Style) error {
	if err := save(tx, st); err != nil {
		return err
	}
	stream := person.OrgAudience(tx.Org())
	return feed.Append(tx, g.By(), feed.Change{Stream: stream, Thing: feed.Thing{Kind: Thing, ID: string(g.Org)}, Kind: feed.Changed,
		Version: st.Version, Audiences: []string{stream}})
}

// PutLogo replaces the logo by a PNG or JPEG, or takes it away where body is empty.
func (s *Service) PutLogo(ctx context.Context, g org.Grant, body []byte) (out Style, err error) {
	const op = "style.PutLogo"
	if err := s.MayChange(g); err != nil {
		return out, err
	}
	var bodies []io.ReadSeeker
	if len(body) > 0 {
		clean, err := Clean(body)
		if err != nil {
			return out, err
		}
		bodies = append(bodies, bytes.NewReader(clean))
	}
	err = s.files.Save(ctx, g.Org, bodies, func(tx *db.Tx, held []media.Held) error {
		st, err := get(tx)
		if err != nil {
			return err
		}
		was := st.logo
		st.logo, st.HasLogo = "", len(held) > 0
		for _, h := range held {
			st.logo = h.SHA
			if err := s.files.Keep(tx, h); err != nil {
				return err
			}
		}
		if was != "" {
			if err := s.files.Drop(tx, was); err != nil {
				return err
			}
		}
		st.Version++
		out = st
		return keep(tx, g, st)
	})
	return out, fault.Wrap(op, err)
}

// Clean draws a picture anew, upright on white and no larger than a report
// needs it.
func Clean(body []byte) ([]byte, error) {
	bad := func(cause error) error {
		return fault.New(fault.Unreadable, "not-a-picture", "the logo is not a PNG or JPEG that can be read").Because(cause)
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil || kind != "png" && kind != "jpeg" {
		return nil, bad(err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width*c.Height > mostPixels {
		return nil, fault.New(fault.TooLarge, "too-many-pixels", "the logo has more than 25 million pixels")
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, bad(err)
	}
	f := min(1, float64(logoW)/float64(c.Width), float64(logoH)/float64(c.Height))
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(c.Width)*f)), max(1, int(float64(c.Height)*f))))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	xdraw.CatmullRom.Scale(out, out.Bounds(), img, img.Bounds(), xdraw.Over, nil)
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return nil, fault.Wrap("style.Clean", err)
	}
	return b.Bytes(), nil
}

// MayChange is nil if a member may set the style.
func (s *Service) MayChange(g org.Grant) error { return g.Need(policy.CreateProject) }

// Now is the time of the installation.
func (s *Service) Now() time.Time { return s.db.Clock().Now() }
