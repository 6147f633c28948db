// Package plan says what an erasure would do, datum by datum, before it runs.
//
// Promises:
//   - Every declared datum of a person is decided on: erased, depersonalised, or
//     kept, because of an article and a law and until a day. The decisions follow
//     from the declarations, the ground and the rules of the organisation's
//     country; what is then done to the rows is what was decided.
//   - The hash of a plan is of its decisions, not of how many rows there are: it
//     changes when the program, the law or the persons do.
package plan

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/personal"
)

// Ground is why something is erased (GDPR art. 17(1)).
type Ground string

// The six grounds, (a) to (f).
const (
	NoLongerNeeded Ground = "no-longer-needed"
	Withdrawn      Ground = "consent-withdrawn"
	Objected       Ground = "objection"
	Unlawful       Ground = "unlawful"
	LegalDuty      Ground = "legal-duty"
	Child          Ground = "child"
)

// Grounds are all of them, in the order of the law.
func Grounds() []Ground {
	return []Ground{NoLongerNeeded, Withdrawn, Objected, Unlawful, LegalDuty, Child}
}

// Article is where the law says so.
func (g Ground) Article() string {
	for i, x := range Grounds() {
		if x == g {
			return "17(1)(" + string(rune('a'+i)) + ")"
		}
	}
	return ""
}

// Graceless reports whether nothing is waited for.
func (g Ground) Graceless() bool { return g == Child || g == Unlawful }

// Decision is what happens to a datum.
type Decision string

// The decisions.
const (
	Erased         Decision = "erased"
	Depersonalised Decision = "depersonalised" // what was done stays, as a former participant's
	Kept           Decision = "kept"
)

// Because is why. Text is a key of the catalogue "erasure".
type Because struct {
	Article string `json:"article"`
	Law     string `json:"law,omitempty"`
	Text    string `json:"text"`
}

// Item is the decision on one datum of one person.
type Item struct {
	Who      personal.Who `json:"who"`
	Table    string       `json:"table"`
	Field    string       `json:"field"` // the declaration without its table
	Decision Decision     `json:"decision"`
	Because  Because      `json:"because"`
	Until    string       `json:"until,omitempty"` // civil date until which it is kept
	Rows     int          `json:"rows"`            // not part of the hash

	link string // the holding it was decided for
}

// Count is how many places there are for a controller to decide on.
type Count struct {
	Org  id.Org `json:"org"`
	Kind string `json:"kind"` // Text, Photo or Document
	N    int    `json:"n"`
}

// Plan is what an erasure would do.
type Plan struct {
	Ground Ground
	Whos   []personal.Who
	Items  []Item
	Places []Count
	// Alone are the organisations that would be left without an owner.
	Alone []id.Org
	Grace time.Duration
	Hash  string // of the decisions, not of the numbers
}

// DefaultGrace is how long an erasure can be cancelled.
const DefaultGrace = 24 * time.Hour

// Rule is what the law of a country lets be kept of a person after their
// erasure.
type Rule struct {
	Class   string // part of the bucket's name: "liability"
	Article string // of the GDPR: "17(3)(e)"
	Law     string // as people look it up
	Until   string // civil date: not a day longer
	Year    int    // of the bucket
}

// Law gives the rules of an organisation; none where its country is not set.
type Law func(tx *db.Tx, org id.Org, now time.Time) ([]Rule, error)

// Service makes plans. Count counts the places of an organisation's persons; Alone
// reports whether it would be left without an owner.
type Service struct {
	DB           *db.DB
	People       *person.Service
	Declarations []personal.Declaration
	Law          Law
	Count        func(tx *db.Tx, whos []personal.Who) ([]Count, error)
	Rows         Rows
	Alone        func(tx *db.Tx, without []id.Person) (bool, error)
}
