package contract

import "fmt"

// Work is an activity of the plan.
type Work struct {
	Key, Name string
	Days      int
	Company   int // of the demo's companies; -1: nobody
	Level     int // -1: the whole building
	After     []Tie
	Budget    int64 // euros
	Milestone bool
}

// Tie is what an activity waits for: for its end, or with Start for its start,
// and so many days more.
type Tie struct {
	Key     string
	Start   bool
	Lag     int
	Elapsed bool
}

func ends(key string) Tie                 { return Tie{Key: key} }
func dries(key string, days int) Tie      { return Tie{Key: key, Lag: days, Elapsed: true} }
func begins(key string, days int) Tie     { return Tie{Key: key, Start: true, Lag: days} }
func on(level int, key string) string     { return fmt.Sprintf("%s%d", key, level) }
func stage(name string, of ...Work) Stage { return Stage{name, of} }

// Stage is a summary with its work.
type Stage struct {
	Name string
	Of   []Work
}

// Plan is the programme of a building of so many levels: its stages, with what is
// done on each level.
func Plan(levels int) []Stage {
	structure := []Work{}
	envelope := []Work{}
	services := []Work{}
	finishes := []Work{}
	for l := range levels {
		below := ends("slab")
		if l > 0 {
			below = ends(on(l-1, "deck"))
		}
		structure = append(structure,
			Work{Key: on(l, "walls"), Name: "Columns and walls", Days: 9, Company: 0, Level: l, After: []Tie{below}, Budget: 84_000},
			Work{Key: on(l, "deck"), Name: "Floor slab above", Days: 8, Company: 0, Level: l, After: []Tie{ends(on(l, "walls"))}, Budget: 96_000})
		facade := []Tie{dries(on(l, "deck"), 7)}
		if l > 0 {
			facade = append(facade, ends(on(l-1, "facade")))
		}
		envelope = append(envelope,
			Work{Key: on(l, "facade"), Name: "Façade brickwork", Days: 11, Company: 0, Level: l, After: facade, Budget: 61_000},
			Work{Key: on(l, "windows"), Name: "Windows", Days: 6, Company: 0, Level: l, After: []Tie{begins(on(l, "facade"), 6)}, Budget: 72_000})
		services = append(services,
			Work{Key: on(l, "ducts"), Name: "Ventilation ducts", Days: 10, Company: 1, Level: l, After: []Tie{ends(on(l, "partitions"))}, Budget: 38_000},
			Work{Key: on(l, "pipes"), Name: "Heating and sanitary pipes", Days: 9, Company: 1, Level: l, After: []Tie{begins(on(l, "ducts"), 3)}, Budget: 33_000},
			Work{Key: on(l, "cables"), Name: "Cable trays and wiring", Days: 9, Company: 2, Level: l, After: []Tie{begins(on(l, "ducts"), 5)}, Budget: 41_000},
			Work{Key: on(l, "grilles"), Name: "Grilles and balancing", Days: 4, Company: 1, Level: l, After: []Tie{ends(on(l, "ceilings"))}, Budget: 9_000},
			Work{Key: on(l, "sockets"), Name: "Sockets and luminaires", Days: 5, Company: 2, Level: l, After: []Tie{ends(on(l, "painting"))}, Budget: 19_000})
		finishes = append(finishes,
			Work{Key: on(l, "partitions"), Name: "Partition walls", Days: 7, Company: 3, Level: l, After: []Tie{ends(on(l, "windows"))}, Budget: 27_000},
			Work{Key: on(l, "screed"), Name: "Screed", Days: 4, Company: 3, Level: l, After: []Tie{ends(on(l, "pipes")), ends(on(l, "cables"))}, Budget: 18_000},
			Work{Key: on(l, "plaster"), Name: "Plaster", Days: 8, Company: 3, Level: l, After: []Tie{ends(on(l, "cables"))}, Budget: 31_000},
			Work{Key: on(l, "tiling"), Name: "Tiling", Days: 7, Company: 3, Level: l, After: []Tie{dries(on(l, "screed"), 21)}, Budget: 29_000},
			Work{Key: on(l, "ceilings"), Name: "Suspended ceilings", Days: 5, Company: 3, Level: l, After: []Tie{ends(on(l, "plaster")), ends(on(l, "ducts"))}, Budget: 22_000},
			Work{Key: on(l, "painting"), Name: "Painting", Days: 6, Company: 3, Level: l, After: []Tie{ends(on(l, "ceilings")), ends(on(l, "tiling"))}, Budget: 17_000},
			Work{Key: on(l, "doors"), Name: "Doors", Days: 3, Company: 3, Level: l, After: []Tie{ends(on(l, "painting"))}, Budget: 24_000})
	}
	top := levels - 1
	structure = append(structure, Work{Key: "roof", Name: "Roof structure", Days: 6, Company: 0, Level: -1, After: []Tie{ends(on(top, "deck"))}, Budget: 58_000})
	envelope = append(envelope,
		Work{Key: "membrane", Name: "Roof insulation and membrane", Days: 8, Company: 0, Level: -1, After: []Tie{ends("roof")}, Budget: 66_000},
		Work{Key: "tight", Name: "Wind- and watertight", Company: -1, Level: -1, After: []Tie{ends("membrane"), ends(on(top, "windows"))}, Milestone: true})
	services = append(services,
		Work{Key: "plant", Name: "Plant room on the roof", Days: 14, Company: 1, Level: -1, After: []Tie{ends("membrane")}, Budget: 118_000},
		Work{Key: "lift", Name: "Lift", Days: 12, Company: 0, Level: -1, After: []Tie{ends("tight")}, Budget: 54_000})
	return []Stage{
		stage("Ground works",
			Work{Key: "setup", Name: "Site set-up", Days: 4, Company: 0, Level: -1, Budget: 21_000},
			Work{Key: "dig", Name: "Excavation", Days: 8, Company: 0, Level: -1, After: []Tie{ends("setup")}, Budget: 47_000},
			Work{Key: "piles", Name: "Piles", Days: 9, Company: 0, Level: -1, After: []Tie{begins("dig", 3)}, Budget: 132_000},
			Work{Key: "slab", Name: "Foundation slab", Days: 8, Company: 0, Level: -1, After: []Tie{ends("piles"), ends("dig")}, Budget: 88_000}),
		{"Structure", structure}, {"Envelope", envelope}, {"Services", services}, {"Finishes", finishes},
		stage("Handover",
			Work{Key: "commission", Name: "Commissioning", Days: 8, Company: 1, Level: -1, After: []Tie{ends("plant"), ends(on(top, "grilles")), ends(on(top, "sockets"))}, Budget: 16_000},
			Work{Key: "snagging", Name: "Snagging", Days: 8, Company: 0, Level: -1, After: []Tie{ends(on(top, "doors")), begins("commission", 4)}, Budget: 12_000},
			Work{Key: "handover", Name: "Provisional acceptance", Company: -1, Level: -1, After: []Tie{ends("snagging"), ends("commission"), ends("lift")}, Milestone: true}),
	}
}
