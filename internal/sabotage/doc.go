// Package sabotage takes a mechanism away, so that a test can see the probe of
// its promise turn broken. Only a build with the tag sabotage can; in the
// product Off is false for everything and costs nothing.
//
// A mechanism asks at the one place where it does its work:
//
//	if sabotage.Off("RES-1") { … as if the mechanism were not there … }
//
// The name is the promise's id, with a word after a dot where one promise has
// several mechanisms ("ERA-1.search").
package sabotage
