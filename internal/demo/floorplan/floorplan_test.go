package floorplan

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"
)

func sheet(floor int, ducts bool) Sheet {
	s := Sheet{Number: "A-102", Title: "Second floor", Project: "Dok Noord, building C", Place: "Ghent", Revision: "C", Date: "14 Nov 2026",
		Made: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC), Ducts: ducts}
	s.Rooms, s.Width, s.Depth, s.AxesX, s.AxesY = Building(floor)
	return s
}

func TestSamePlanSameBytes(t *testing.T) {
	t.Parallel()
	var sums [2][32]byte
	for i := range sums {
		var b bytes.Buffer
		if err := Write(&b, sheet(0, false), sheet(2, true)); err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(b.Bytes())
	}
	if sums[0] != sums[1] {
		t.Error("the same plan gave other bytes")
	}
}

func TestRoomsFillTheBuildingWithoutOverlap(t *testing.T) {
	t.Parallel()
	for floor := range 3 {
		rooms, w, d, _, _ := Building(floor)
		area := 0.0
		for i, a := range rooms {
			area += a.W * a.H
			for _, b := range rooms[i+1:] {
				if min(a.X+a.W, b.X+b.W)-max(a.X, b.X) > 1e-9 && min(a.Y+a.H, b.Y+b.H)-max(a.Y, b.Y) > 1e-9 {
					t.Errorf("floor %d: %s and %s overlap", floor, a.Code, b.Code)
				}
			}
		}
		if diff := area - w*d; diff > 1e-6 || diff < -1e-6 {
			t.Errorf("floor %d: rooms cover %.2f m² of %.2f", floor, area, w*d)
		}
	}
}
