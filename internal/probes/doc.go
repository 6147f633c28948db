// Package probes holds the probe of each promise: what is done to the running
// installation, as a made-up person in a made-up organisation, and what must
// then be seen. Package prove runs them.
//
// A probe finds its promise broken when the mechanism is not there; a test
// build takes each mechanism away and looks. Evidence names mechanisms and
// numbers, never a person. The people that probes make carry values that stand
// nowhere else (canaries), have addresses under the reserved domain
// proof.invalid, to which no mail is ever sent, and are erased when the run
// ends.
package probes
