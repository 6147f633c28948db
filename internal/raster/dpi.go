package raster

import (
	"math"

	"plumbline/internal/fault"
)

// Resolutions in dots an inch.
const (
	// LargeDPI makes a capital of 1 mm eight pixels tall, which can be read.
	LargeDPI = 200
	// SmallDPI is for sheets up to about A2, which have room for more.
	SmallDPI    = 300
	smallPixels = 36_000_000
	// MinDPI is where a sheet stops being of use; a page so large that the
	// limit of pixels asks for less is refused.
	MinDPI = 18
	// MaxDPI bounds what a caller may ask for.
	MaxDPI = 1200
)

// DPI is the resolution for a page of frame points: want if it is given, else
// LargeDPI, or SmallDPI where that is not many pixels, or less where the page
// is so large that maxPixels asks for it.
func DPI(frame Size, want float64, maxPixels int64) (float64, error) {
	inches2 := frame.Width * frame.Height / (72 * 72)
	if !(inches2 > 0) || math.IsInf(inches2, 0) {
		return 0, fault.New(fault.Unreadable, "damaged", "the page has no size")
	}
	most := math.Sqrt(float64(maxPixels) / inches2)
	tooMany := fault.New(fault.TooLarge, "too-many-pixels", "the sheet has too many pixels")
	switch {
	case math.IsNaN(want) || want < 0 || (want > 0 && want < 1) || want > MaxDPI:
		return 0, fault.New(fault.Invalid, "bad-dpi", "the resolution is out of range")
	case want > most:
		return 0, tooMany
	case want > 0:
		return want, nil
	case most < MinDPI:
		return 0, tooMany
	case inches2*SmallDPI*SmallDPI <= smallPixels:
		return math.Min(SmallDPI, most), nil
	default:
		return math.Min(LargeDPI, most), nil
	}
}

// pixels is the size of a frame at a resolution.
func pixels(frame Size, dpi float64) (width, height int) {
	px := func(points float64) int { return max(1, int(math.Round(points*dpi/72))) }
	return px(frame.Width), px(frame.Height)
}
