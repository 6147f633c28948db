// Package typeface holds the TrueType fonts that Plumbline embeds in the PDFs
// it makes: IBM Plex Sans and Mono (SIL Open Font License 1.1) and DejaVu Sans
// (Bitstream Vera licence) for characters that Plex lacks. The licences stand
// beside the files. The bytes must not be changed.
package typeface

import _ "embed" // the font files

// The fonts, as TrueType files.
var (
	//go:embed fonts/PlexSans-Regular.ttf
	Sans []byte
	//go:embed fonts/PlexSans-SemiBold.ttf
	SansSemiBold []byte
	//go:embed fonts/PlexMono-Regular.ttf
	Mono []byte
	//go:embed fonts/DejaVuSans.ttf
	Fallback []byte
)
