package book

import (
	"math"
	"strconv"

	"plumbline/internal/fault"
	"plumbline/internal/sheet"
)

// Pair is one place on a revision's page and where it is in the sheet's frame.
type Pair struct{ Page, Frame sheet.Point }

// TwoPoints is the map by two places; those of a pair must not be so near that
// a shaking hand turns the sheet.
func TwoPoints(r Revision, frame sheet.Frame, by [2]Pair) (sheet.Affine, error) {
	near := func(a, b sheet.Point, f sheet.Frame) bool {
		return !(math.Hypot(a.X-b.X, a.Y-b.Y) >= 0.02*math.Hypot(f.Width, f.Height))
	}
	var bad []fault.Field
	for i, p := range by {
		if !r.Size.Holds(p.Page) {
			bad = append(bad, fault.Field{Path: "pairs." + strconv.Itoa(i) + ".page", Code: "outside"})
		}
		if !frame.Holds(p.Frame) {
			bad = append(bad, fault.Field{Path: "pairs." + strconv.Itoa(i) + ".frame", Code: "outside"})
		}
	}
	if len(bad) == 0 && (near(by[0].Page, by[1].Page, r.Size) || near(by[0].Frame, by[1].Frame, frame)) {
		bad = append(bad, fault.Field{Path: "pairs", Code: "too-near"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return sheet.Affine{}, err
	}
	m, ok := sheet.Similarity(by[0].Page, by[1].Page, by[0].Frame, by[1].Frame)
	if !ok {
		return m, fault.InvalidFields([]fault.Field{{Path: "pairs", Code: "too-near"}})
	}
	return m, nil
}
