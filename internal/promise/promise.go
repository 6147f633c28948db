// Package promise lists every promise that Plumbline makes, by its stable id,
// and says what a probe of one finds. It is pure; who runs probes is package
// prove, what the promises say in five languages stands in the catalogue
// "promise".
package promise

import (
	"context"
	"slices"
)

// State is what a probe found.
type State string

// The states.
const (
	Kept          State = "kept"           // the mechanism was seen to work
	Broken        State = "broken"         // it was seen not to
	NotBuilt      State = "not-built"      // there is no mechanism yet
	NotApplicable State = "not-applicable" // this installation has nothing that it could apply to
)

// Valid reports whether the state is one of the above.
func (s State) Valid() bool {
	return slices.Contains([]State{Kept, Broken, NotBuilt, NotApplicable}, s)
}

// Worse is the worse of two states: one broken mechanism breaks a promise.
func Worse(a, b State) State {
	order := []State{NotApplicable, Kept, NotBuilt, Broken}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

// Finding is what a probe saw, in words that hold nothing about a person.
type Finding struct {
	State    State
	Evidence string
}

// Found are the findings of a probe that names its state.
func Found(s State, evidence string) Finding { return Finding{State: s, Evidence: evidence} }

// Probe observes one mechanism of one promise on a running installation. It
// must find it broken when the mechanism is taken away.
type Probe struct {
	Promise string // id of the promise
	Name    string // what is looked at, in a few words
	Alone   bool   // disturbs others, or is disturbed: after them, one at a time
	Run     func(ctx context.Context) Finding
}

// Section is a part of the page of promises.
type Section int

// The sections.
const (
	WhatItIs    Section = 1
	WhatData    Section = 2
	Rights      Section = 3
	Protection  Section = 4
	NeverLost   Section = 5
	SharingKeep Section = 6
)

// Promise is one of them.
type Promise struct {
	ID      string
	Section Section
}

// All are the promises, in the order of the page.
func All() []Promise {
	var all []Promise
	add := func(s Section, ids ...string) {
		for _, id := range ids {
			all = append(all, Promise{id, s})
		}
	}
	add(WhatItIs, "APP-1", "APP-2", "APP-3", "APP-4", "APP-5", "APP-6", "APP-7", "APP-8", "ROLE-1", "ROLE-2")
	add(WhatData, "DATA-1", "DATA-2", "DATA-3", "SRC-1", "SRC-2",
		"USE-1", "USE-2", "USE-3", "USE-4", "USE-5", "USE-6", "USE-7", "USE-8", "USE-9", "P-1")
	add(Rights, "INF-1", "INF-2", "ACC-1", "ACC-2", "REC-1", "ERA-1", "ERA-2", "RES-1", "OBJ-1", "CON-1", "CON-2", "AUT-1", "REQ-1")
	add(Protection, "SEC-1", "SEC-2", "SEC-3", "SEC-4", "SEC-5", "SEC-6", "SEC-7", "SEC-8", "SEC-9", "SEC-10", "SEC-11", "SEC-12", "SEC-13",
		"AUTHZ-1", "AUTHZ-2", "AUTHZ-3", "LINK-1", "MAIL-1")
	add(NeverLost, "DUR-1", "DUR-2", "DUR-3", "DUR-4", "DUR-5", "DUR-6", "DUR-7")
	add(SharingKeep, "SHR-1", "SHR-2", "SHR-3", "RET-1", "RET-2", "RET-3", "CHI-1", "POL-1", "POL-2", "POL-3", "CTC-1")
	return all
}

// Find is the promise with an id.
func Find(id string) (Promise, bool) {
	i := slices.IndexFunc(All(), func(p Promise) bool { return p.ID == id })
	if i < 0 {
		return Promise{}, false
	}
	return All()[i], true
}
