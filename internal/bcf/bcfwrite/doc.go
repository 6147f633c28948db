// Package bcfwrite writes BCF 2.1 and 3.0 so that it validates against the
// official schemas, and tells what the version could not hold.
package bcfwrite
