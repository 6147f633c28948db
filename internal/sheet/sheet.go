// Package sheet is the geometry of plans: where a pin sits, on which revision,
// and how that place shows on a screen or in a report. It is pure.
//
// A pin lives in the frame of its sheet: the crop box of the sheet's first
// revision as it is displayed, that is turned by the page's /Rotate. The
// origin is the top left corner, y points down, the unit is the point (1/72
// inch). For a picture the frame is its pixels after it was turned upright.
// Each revision carries an Affine from its own displayed page into the frame;
// it is the identity until somebody aligns the revision.
//
// Page space is that of PDF (ISO 32000-1, 8.3): origin at the lower left
// corner of the crop box, y up, before rotation. /Rotate turns clockwise
// (7.7.3.3).
package sheet

import (
	"math"

	"plumbline/internal/fault"
)

// Limits of a frame, in points or pixels. PDF itself stops at 14,400 points;
// pictures may be wider.
const (
	MaxSide = 1_000_000
	// Tolerance is how far outside the frame a pin may lie: the rounding of a
	// pointer's position on the edge.
	Tolerance = 0.5
)

// Point is a place in a frame or on a page.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Finite reports whether neither coordinate is NaN or infinite.
func (p Point) Finite() bool { return finite(p.X) && finite(p.Y) }

// Rect is a rectangle by its top left corner and its size.
type Rect struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// Frame is the size of a sheet's frame.
type Frame struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Valid reports whether the frame has an area and fits the limits.
func (f Frame) Valid() bool {
	return finite(f.Width) && finite(f.Height) && f.Width > 0 && f.Height > 0 &&
		f.Width <= MaxSide && f.Height <= MaxSide
}

// Holds reports whether p lies in the frame, give or take Tolerance.
func (f Frame) Holds(p Point) bool {
	return f.Valid() && p.Finite() &&
		p.X >= -Tolerance && p.Y >= -Tolerance &&
		p.X <= f.Width+Tolerance && p.Y <= f.Height+Tolerance
}

// Pin checks the place of a pin and moves what lies within Tolerance outside
// onto the edge. Anything further out, and NaN or infinity, is refused.
func (f Frame) Pin(p Point) (Point, error) {
	if !f.Holds(p) {
		return Point{}, fault.New(fault.Invalid, "pin-outside-sheet", "the pin does not lie on the sheet")
	}
	return Point{X: within(p.X, f.Width), Y: within(p.Y, f.Height)}, nil
}

// Around is the part of the frame to show around a pin: width × height with
// the pin in the middle, pushed back where it would stick out. Where the frame
// is smaller than asked, the answer is all of it in that direction.
func (f Frame) Around(p Point, width, height float64) Rect {
	w, h := math.Min(math.Max(width, 0), f.Width), math.Min(math.Max(height, 0), f.Height)
	return Rect{
		X: within(p.X-w/2, f.Width-w),
		Y: within(p.Y-h/2, f.Height-h),
		W: w,
		H: h,
	}
}

// In is where p stands within r, as fractions from the top left corner: what
// is needed to draw a pin on a cut-out.
func (r Rect) In(p Point) (fx, fy float64) {
	if r.W <= 0 || r.H <= 0 {
		return 0, 0
	}
	return (p.X - r.X) / r.W, (p.Y - r.Y) / r.H
}

// Rotation brings a /Rotate value to 0, 90, 180 or 270. What is no multiple of
// 90 counts as 0, as viewers do.
func Rotation(degrees int) int {
	if degrees%90 != 0 {
		return 0
	}
	return ((degrees % 360) + 360) % 360
}

// Displayed is the frame of a page: its crop box, turned.
func Displayed(width, height float64, rotation int) Frame {
	if r := Rotation(rotation); r == 90 || r == 270 {
		width, height = height, width
	}
	return Frame{Width: width, Height: height}
}

// PageToFrame maps page space (see the package comment) of a crop box of
// width × height into the displayed frame.
func PageToFrame(width, height float64, rotation int) Affine {
	switch Rotation(rotation) {
	case 90:
		return Affine{0, 1, 1, 0, 0, 0}
	case 180:
		return Affine{-1, 0, 0, 1, width, 0}
	case 270:
		return Affine{0, -1, -1, 0, height, width}
	default:
		return Affine{1, 0, 0, -1, 0, height}
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// within is v moved to 0 … hi.
func within(v, hi float64) float64 { return math.Max(0, math.Min(v, hi)) }
