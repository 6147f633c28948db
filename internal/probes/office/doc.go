// Package office holds the probes of what an installation does by itself: its
// house, its registers, its policy, its terms, and the work of its offices.
package office
