// Package notices holds what has to be said of the parts that Plumbline is
// given along with, and the texts of licences that want to go with them
// (decision 52).
package notices

import (
	_ "embed" // the texts
	"strings"
)

//go:embed notice.txt
var notice string

//go:embed heic.txt
var heic string

//go:embed libheif.txt
var libheif string

// Text is all of it.
func Text() string {
	const rule = "\n----------------------------------------------------------------------\n\n"
	return strings.Join([]string{notice, heic, libheif}, rule)
}
