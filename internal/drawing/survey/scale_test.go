package survey

import (
	"math"
	"testing"

	"plumbline/internal/drawing/book"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// TestProposeScales: 1:100 of a page of 1,000 points is 35.28 m; laid on a
// frame of twice the size it is the same distance.
func TestProposeScales(t *testing.T) {
	t.Parallel()
	words := []raster.Word{{Text: "1:100 (A1)"}, {Text: "Scale 1:100"}, {Text: "Detail 1:5"}, {Text: "A-101"}}
	for _, by := range []float64{1, 2} {
		v := book.Sheet{Frame: sheet.Frame{Width: 1000 * by, Height: 500 * by}, Revision: book.Revision{
			Words: words, Size: sheet.Frame{Width: 1000, Height: 500}, Affine: sheet.Affine{by, 0, 0, by, 0, 0}}}
		got := proposeScales(v)
		if len(got) != 2 {
			t.Fatalf("%+v", got)
		}
		length := got[0].At[2] - got[0].At[0]
		if whole := got[0].Metres / length * v.Frame.Width; math.Abs(whole-1000.0/72*0.0254*100) > 1e-9 {
			t.Errorf("by %v: %v m", by, whole)
		}
		if got[0].Paper != "A1" || got[0].Fits || math.Abs(got[0].Metres/got[1].Metres-20) > 1e-9 {
			t.Errorf("%+v", got)
		}
		v.Revision.Alignment = book.Unaligned
		if proposeScales(v) != nil {
			t.Error("a page that nobody aligned has a scale")
		}
	}
}
