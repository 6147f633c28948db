package office

import (
	"context"
	"slices"

	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// World is what the probes work in.
type World struct {
	*probes.World

	Registered
	Stated
	Keeping
	Offices
}

// Probes are all of them.
func (w World) Probes() []promise.Probe {
	return slices.Concat(w.probesHouse(), w.probesRegister(), w.probesPolicy(), w.probesKeep(), w.probesDesk())
}

// The kit's words, by the names that this package uses.
type (
	// Someone is a made-up person.
	Someone = probes.Someone
	// Answer is what a request got.
	Answer = probes.Answer
	// Body is a body that is not JSON.
	Body = probes.Body
)

func look(id, name string, run func(ctx context.Context) (string, error)) promise.Probe {
	return probes.Look(id, name, run)
}

func word() string { return probes.Word(12) }
