// Package register finds how a new page of a plan lies on an older one: turned,
// larger or smaller, moved. It is pure, pictures in and a map out, and it would
// rather find nothing than guess: two sheets of one set share a border and a
// title block, and are not revisions of each other.
//
// It looks coarsely first: the spectra of both pages tell scale and turn
// whatever the shift (Fourier-Mellin), and page sizes give likely scales too.
// The best few are then proven in detail, by small patches with corners in them
// that must be found again where the map says. A similarity is fitted to the
// patches that agree; their share is the confidence.
package register

import (
	"cmp"
	"image"
	"math"
	"slices"

	"plumbline/internal/sheet"
)

// Sizes of the steps, in pixels of the longer side.
const (
	coarse = 256
	middle = 512
	// Fine is the longer side that pictures need not exceed.
	Fine = 1600
)

// What is asked for before a map is believed.
const (
	leastPatches = 8    // that agree
	leastShare   = 0.4  // of those that could
	leastSpread  = 0.15 // of the page, that those which agree take
)

// Found is a map and how sure it is.
type Found struct {
	Map        sheet.Affine // from the moved picture's pixels into the still one's
	Confidence float64      // 0 … 1: the share of patches that agree
	Sure       bool
}

// Find looks for the map of moved onto still. Scale is how many pixels of still
// a pixel of moved is wide if both sheets lie on the table as printed; 0 where
// nobody knows.
func Find(still, moved *image.Gray, scale float64) Found {
	a, b := ink(still), ink(moved)
	var best Found
	for _, m := range guesses(a.fit(coarse), b.fit(coarse), scale*a.shrunk(coarse)/b.shrunk(coarse)) {
		m = whole(m, a, b, coarse)
		f := proven(a.fit(middle), b.fit(middle), rescaled(m, a, b, middle), 9)
		if f.Confidence < leastShare/2 {
			continue
		}
		g := proven(a, b, whole(f.Map, a, b, middle), 10)
		if g = proven(a, b, g.Map, 4); g.Confidence > best.Confidence {
			best = g
		}
		if best.Confidence > 0.6 {
			break
		}
	}
	return best
}

// whole brings a map of shrunk pictures to the whole ones, rescaled back.
func whole(m sheet.Affine, a, b *plane, edge int) sheet.Affine {
	sa, sb := a.shrunk(edge), b.shrunk(edge)
	return sheet.Scale(1/sa, 1/sa).Mul(m).Mul(sheet.Scale(sb, sb))
}

func rescaled(m sheet.Affine, a, b *plane, edge int) sheet.Affine {
	sa, sb := a.shrunk(edge), b.shrunk(edge)
	return sheet.Scale(sa, sa).Mul(m).Mul(sheet.Scale(1/sb, 1/sb))
}

// guess is a map that may be.
type guess struct {
	m     sheet.Affine
	score float64
}

// guesses are the likeliest maps of b onto a, best first.
func guesses(a, b *plane, scale float64) []sheet.Affine {
	type form struct{ turn, scale float64 }
	var forms []form
	add := func(turn, s float64) {
		if s < 0.2 || s > 5 || math.IsNaN(s) {
			return
		}
		for _, f := range forms {
			d := math.Abs(math.Remainder(f.turn-turn, 2*math.Pi))
			if d < 0.004 && math.Abs(f.scale/s-1) < 0.008 {
				return
			}
		}
		forms = append(forms, form{turn, s})
	}
	for q := range 4 {
		turn := float64(q) * math.Pi / 2
		if scale > 0 {
			add(turn, scale)
		}
		if q%2 == 0 {
			add(turn, float64(a.w)/float64(b.w))
			add(turn, float64(a.h)/float64(b.h))
		} else {
			add(turn, float64(a.w)/float64(b.h))
			add(turn, float64(a.h)/float64(b.w))
		}
	}
	sa, sb := spectrum(a), spectrum(b)
	for _, f := range turns(sa, sb, 8) {
		add(f[0], f[1])
		add(f[0]+math.Pi, f[1]) // a spectrum does not tell up from down
	}
	fa := transform(a.padded())
	var all []guess
	for _, f := range forms {
		// About the middle of b, so that the shift stays small.
		m := about(f.turn, f.scale, float64(b.w)/2, float64(b.h)/2, float64(a.w)/2, float64(a.h)/2)
		for _, d := range shifts(fa, transform(b.warp(m, padded, padded)), 2) {
			g := sheet.Translate(d[0], d[1]).Mul(m)
			all = append(all, guess{g, alike(a, b.warp(g, a.w, a.h))})
		}
	}
	slices.SortStableFunc(all, func(x, y guess) int { return cmp.Compare(y.score, x.score) })
	out := make([]sheet.Affine, 0, 5)
	for _, g := range all[:min(len(all), 5)] {
		out = append(out, g.m)
	}
	return out
}

// about turns and scales around (bx, by) and brings that to (ax, ay).
func about(turn, scale, bx, by, ax, ay float64) sheet.Affine {
	c, s := scale*math.Cos(turn), scale*math.Sin(turn)
	return sheet.Translate(ax, ay).Mul(sheet.Affine{c, s, -s, c, 0, 0}).Mul(sheet.Translate(-bx, -by))
}
