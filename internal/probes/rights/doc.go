// Package rights holds the probes of what people are told, take away, choose and
// have erased.
package rights
