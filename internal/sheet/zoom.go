package sheet

import "math/bits"

// TileSize is the side of a tile in pixels.
const TileSize = 512

// Pyramid is the arithmetic of a sheet's tiles: Width × Height pixels at the
// deepest level, each level above half of the one below (rounded up), level 0
// in one tile.
type Pyramid struct {
	Width, Height int
}

// MaxZoom is the deepest level.
func (p Pyramid) MaxZoom() int {
	return bits.Len(uint(max(p.Width, p.Height, 1)-1) / TileSize)
}

// Level is the size in pixels of level z. A level deeper than MaxZoom is as
// large as MaxZoom's.
func (p Pyramid) Level(z int) (width, height int) {
	shift := max(p.MaxZoom()-z, 0)
	return ceilShift(p.Width, shift), ceilShift(p.Height, shift)
}

// Tiles is how many tiles level z has in each direction.
func (p Pyramid) Tiles(z int) (columns, rows int) {
	w, h := p.Level(z)
	return (w + TileSize - 1) / TileSize, (h + TileSize - 1) / TileSize
}

// PixelsPerUnit is how many pixels of level z one unit of the frame takes
// (points on a plan, pixels on a picture).
func (p Pyramid) PixelsPerUnit(f Frame, z int) float64 {
	if f.Width <= 0 {
		return 0
	}
	return float64(p.Width) / f.Width / float64(int(1)<<max(p.MaxZoom()-z, 0))
}

// ZoomFor is the shallowest level that has at least perUnit pixels for a unit
// of the frame; MaxZoom when none has.
func (p Pyramid) ZoomFor(f Frame, perUnit float64) int {
	top := p.MaxZoom()
	for z := range top {
		if p.PixelsPerUnit(f, z) >= perUnit {
			return z
		}
	}
	return top
}

func ceilShift(v, shift int) int { return (v + 1<<shift - 1) >> shift }
