package cpm

import "fmt"

// LoopError names the activities of each loop. There is no answer while one is left.
type LoopError struct{ Loops [][]int }

func (e *LoopError) Error() string {
	n := 0
	for _, l := range e.Loops {
		n += len(l)
	}
	return fmt.Sprintf("the relations run in a circle: %d loops, %d activities", len(e.Loops), n)
}

// RangeError names an activity whose dates lie where no programme reaches, or
// that would never end.
type RangeError struct{ Activity int }

func (e *RangeError) Error() string {
	return fmt.Sprintf("activity %d ends outside the years 1900 to 2132, or never", e.Activity)
}

// InputError says what cannot be computed and where.
type InputError struct {
	Activity int // or -1
	Relation int // or -1
	What     string
}

func (e *InputError) Error() string { return e.What }
