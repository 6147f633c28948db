package demo

import (
	"plumbline/internal/demo/sitephoto"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
)

// Password is the demo's, for everybody. The demo serves loopback only.
const Password = "seven cranes above the harbour"

// Organisation and project of the demo.
const (
	orgName     = "Lievens Bouw"
	projectName = "Dok Noord, building C"
	projectCode = "DNC"
	place       = "Ghent"
	zone        = "Europe/Brussels"
)

type companyPlan struct{ name, trade string }

var companyPlans = []companyPlan{
	{"Lievens Bouw", "General contractor"},
	{"Van Damme HVAC", "Heating and ventilation"},
	{"De Smet Elektro", "Electrical"},
	{"Afbouw Noord", "Plaster and tiles"},
}

// personPlan is a made-up person. The first is the owner, who signs in.
type personPlan struct {
	name, email, function string
	company               int // -1: none
	level                 string
	role                  string
	locale                string
}

var personPlans = []personPlan{
	{"Anna de Vries", "anna@dok-noord.example", "Site manager", 0, "administrator", "Site manager", "en"},
	{"Pieter Claes", "pieter@dok-noord.example", "Project engineer", 0, "manager", "Site manager", "nl"},
	{"Lucas Dubois", "lucas@dok-noord.example", "Quality", 0, "contributor", "Quality", "fr"},
	{"Mette Kjær", "mette@dok-noord.example", "Foreman ventilation", 1, "subcontractor", "Ventilation", "da"},
	{"Bram Peeters", "bram@dok-noord.example", "Fitter", 1, "subcontractor", "Ventilation", "nl"},
	{"Sofie Maes", "sofie@dok-noord.example", "Foreman electrical", 2, "subcontractor", "Electrical", "nl"},
	{"Jonas Weber", "jonas@dok-noord.example", "Architect", -1, "contributor", "Architect", "de"},
	{"Fatima El Idrissi", "fatima@dok-noord.example", "Client's supervisor", -1, "guest", "Client", "fr"},
	{"Karel Wouters", "karel@dok-noord.example", "Foreman finishes", 3, "subcontractor", "Finishes", "nl"},
	{"Amina Haddad", "amina@dok-noord.example", "Tiler", 3, "subcontractor", "Finishes", "fr"},
	{"Ingrid Holm", "ingrid@dok-noord.example", "Safety coordinator", -1, "contributor", "Safety coordinator", "da"},
	{"Claire Lambert", "claire@dok-noord.example", "Client", -1, "guest", "Client", "fr"},
}

// Places of people in personPlans.
const (
	anna = iota
	pieter
	lucas
	mette
	bram
	sofie
	jonas
	fatima
	karel
	amina
	ingrid
	claire
)

// workers are who does the work of a company.
var workers = map[int][]int{0: {pieter, lucas}, 1: {mette, bram}, 2: {sofie}, 3: {karel, amina}}

// listPlan is a list beside the one that a project begins with: who writes on
// it, and for a closed one who else is on it.
type listPlan struct {
	code, name, numbering string
	authors               []int
	closed                map[int]policy.Level
}

// Lists of the demo; the first is the project's own.
const (
	snags = iota
	safety
	client
)

var listPlans = []listPlan{
	snags:  {authors: []int{anna, anna, pieter, pieter, lucas, lucas, jonas}},
	safety: {code: "S", name: "Safety rounds", numbering: lists.ByCode, authors: []int{ingrid, ingrid, anna}},
	client: {code: "H", name: "Client's remarks", numbering: lists.ByAll, authors: []int{jonas, fatima, claire}, closed: map[int]policy.Level{
		pieter: policy.Manager, jonas: policy.Contributor, fatima: policy.Contributor, claire: policy.Contributor}},
}

// When somebody says something: as long as nothing was done, while it is worked
// on, when it is ready to be looked at, when it is closed.
const (
	statusOpen = iota
	statusProgress
	statusReview
	statusClosed
)

// categoryPlan is a category, its sub-categories, and the company that a new
// point in it is proposed to.
type categoryPlan struct {
	name    string
	parts   []categoryPart
	company int
}

type categoryPart struct {
	name     string
	subjects []remark
}

// remark is a subject with what somebody would write under it.
type remark struct {
	subject, text string
	photo         sitephoto.Subject
}

var categoryPlans = []categoryPlan{
	{name: "Fire safety", company: 1, parts: []categoryPart{
		{"Penetrations", []remark{
			{"Fire collar missing", "Collar needs EI 60, see detail D-14.", sitephoto.Duct},
			{"Fire collar damaged", "The sleeve is crushed on one side; replace it, do not repair.", sitephoto.Pipe},
			{"Seal missing", "Gap of about 30 mm around the duct, to be sealed on both sides.", sitephoto.Duct},
		}},
		{"Doors", []remark{
			{"Fire door does not close", "The closer stops at 10 degrees. Adjust and test three times.", sitephoto.DoorFrame},
			{"Gap under fire door too wide", "9 mm measured, 4 mm allowed.", sitephoto.DoorFrame},
		}},
	}},
	{name: "Structure", company: 0, parts: []categoryPart{
		{"Concrete", []remark{
			{"Crack in wall", "Vertical, 0.4 mm at the widest. Gauge placed, to be read in two weeks.", sitephoto.Crack},
			{"Honeycombing at column foot", "Cut back to sound concrete and repair with mortar R4.", sitephoto.Damp},
			{"Opening not where drawn", "Opening is 120 mm too far to the east, compare the sheet.", sitephoto.Crack},
		}},
		{"Masonry", []remark{
			{"Joint not filled", "Over the full height beside the door frame.", sitephoto.Crack},
			{"Wall tie missing", "", sitephoto.Crack},
		}},
	}},
	{name: "Ventilation", company: 1, parts: []categoryPart{
		{"Ducts", []remark{
			{"Duct dented", "Replace the piece of 1.2 m before the ceiling is closed.", sitephoto.Duct},
			{"Insulation open at joint", "Vapour barrier to be taped over the whole joint.", sitephoto.Duct},
			{"Hanger missing", "Distance between hangers is 3.4 m, at most 2.5 m allowed.", sitephoto.Duct},
		}},
		{"Grilles", []remark{
			{"Grille scratched", "", sitephoto.Duct},
			{"Grille not in line with tiles", "Shift by 60 mm to the north.", sitephoto.Tiles},
		}},
	}},
	{name: "Electrical", company: 2, parts: []categoryPart{
		{"Sockets", []remark{
			{"Socket missing", "Double socket on sheet, only the box is there.", sitephoto.Socket},
			{"Box set too deep", "Extension ring needed, 14 mm behind the plaster.", sitephoto.Socket},
			{"Cover plate cracked", "", sitephoto.Socket},
		}},
		{"Cables", []remark{
			{"Cables not fixed to tray", "Over the last four metres before the shaft.", sitephoto.Cables},
			{"Data and power in one bundle", "Separate them, 100 mm at least.", sitephoto.Cables},
		}},
	}},
	{name: "Finishes", company: 3, parts: []categoryPart{
		{"Plaster", []remark{
			{"Damp stain on plaster", "Find where the water comes from first. Do not paint before it is dry.", sitephoto.Damp},
			{"Corner bead bent", "", sitephoto.Crack},
		}},
		{"Tiling", []remark{
			{"Tile cracked", "Spare tiles are in 0.09.", sitephoto.Tiles},
			{"Joint colour differs", "Compare with the sample that was approved.", sitephoto.Tiles},
		}},
		{"Doors and windows", []remark{
			{"Door leaf damaged", "Scratch at handle height, replace the leaf.", sitephoto.DoorFrame},
			{"Window handle missing", "", sitephoto.DoorFrame},
		}},
	}},
}

// safetyPlans are what a safety round finds: a category of its own.
var safetyPlan = categoryPlan{name: "Safety", company: 0, parts: []categoryPart{
	{"Access", []remark{
		{"Guard rail missing at opening", "Opening of 1.1 by 0.8 m beside the stair. Closed off with tape for now.", sitephoto.DoorFrame},
		{"Walkway blocked by pallets", "", sitephoto.Tiles},
		{"Stair not lit", "Two lamps out between this floor and the next.", sitephoto.Damp},
	}},
	{"Electricity on site", []remark{
		{"Cable lies in water", "Hang it up, and have the plug tested before it is used again.", sitephoto.Cables},
		{"Distribution board open", "The door does not lock.", sitephoto.Socket},
	}},
}}

var commentPlans = map[int][]string{
	statusProgress: {"Started this morning, done by Thursday.", "Material is ordered, two days.", "We need access to the room, is it locked?", "Scaffold is in place."},
	statusReview:   {"Done, please check.", "Ready. Photo added.", "Finished on both sides.", "Done, but the ceiling is still open there."},
	statusClosed:   {"Checked on site, fine.", "Looks good, closed.", "Checked together with the architect."},
	statusOpen:     {"Second time we see this on this floor.", "Please plan this before the ceiling is closed.", "Who takes this one?"},
}
