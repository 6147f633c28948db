package floorplan

import (
	"fmt"
	"slices"
)

// Axes of the demo building.
var (
	axesX = []float64{0, 7.8, 15.6, 22.2, 29.4, 36.6, 44.4, 52.2}
	axesY = []float64{0, 6.2, 12.4, 15.0, 21.2, 27.4}
)

// Building gives the rooms of one floor (0 is the ground floor) of the demo
// building: a corridor in the middle, rooms on both sides, a core with stair,
// lift and shaft.
func Building(floor int) (rooms []Room, width, depth float64, ax, ay []float64) {
	names := [][2][]string{
		{{"Lobby", "Café", "Mail room", "Bicycle store", "Meter room", "Concierge"}, {"Shop", "Shop", "Waste", "Delivery", "Technical", "Workshop"}},
		{{"Office", "Office", "Meeting", "Open plan", "Copy room", "Office"}, {"Open plan", "Office", "Pantry", "Meeting", "Server room", "Office"}},
		{{"Office", "Meeting", "Office", "Open plan", "Archive", "Office"}, {"Open plan", "Office", "Pantry", "Office", "Technical", "Terrace room"}},
	}
	set := names[min(floor, len(names)-1)]
	n := 0
	add := func(name string, x, y, w, h float64, k Kind, d Side) {
		n++
		rooms = append(rooms, Room{fmt.Sprintf("%d.%02d", floor, n), name, x, y, w, h, k, d})
	}
	kind := func(name string) Kind {
		switch name {
		case "Office", "Open plan", "Meeting", "Concierge":
			return Office
		default:
			return Plain
		}
	}
	top, low, end := 12.4, 15.0, 27.4
	xs := []float64{0, 7.8, 15.6, 29.4, 36.6, 44.4, 52.2}
	for i := range 6 {
		x, w := xs[i], xs[i+1]-xs[i]
		if i == 2 { // the core takes the eastern half of this bay
			w = 6.6
		}
		add(set[0][i], x, 0, w, top, kind(set[0][i]), South)
	}
	add("Stair", 22.2, 0, 3.2, top, Stair, South)
	add("Lift", 25.4, 8.2, 2.2, 4.2, Lift, South)
	add("Shaft", 27.6, 8.2, 1.8, 4.2, Shaft, None)
	add("Toilets", 25.4, 0, 4.0, 8.2, Wet, West)
	add("Corridor", 0, top, 52.2, low-top, Corridor, None)
	for i := range 6 {
		x, w := xs[i], xs[i+1]-xs[i]
		if i == 2 {
			add(set[1][i], x, low, 6.6, end-low, kind(set[1][i]), North)
			add("Toilets", 22.2, low, 4.4, end-low, Wet, North)
			add("Shaft", 26.6, low, 2.8, 4.2, Shaft, None)
			add("Store", 26.6, low+4.2, 2.8, end-low-4.2, Plain, West)
			continue
		}
		add(set[1][i], x, low, w, end-low, kind(set[1][i]), North)
	}
	return rooms, 52.2, end, axesX, axesY
}

// Earlier are rooms as an earlier revision of their drawing has them:
// a wall two metres off, a room under another name.
func Earlier(rooms []Room) []Room {
	rooms = slices.Clone(rooms)
	for i, r := range rooms {
		if i == 0 {
			rooms[0].Name += " (provisional)"
			continue
		}
		west := rooms[i-1]
		// The wall between two neighbours of one row, in the eastern half.
		if r.X > 30 && west.Y == r.Y && west.H == r.H && west.X+west.W == r.X && west.W > 6 && r.W > 6 {
			rooms[i-1].W += 2
			rooms[i].X += 2
			rooms[i].W -= 2
			break
		}
	}
	return rooms
}
