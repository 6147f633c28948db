//go:build nodynamic

package photo

import (
	"bytes"
	"fmt"
	"image"

	"github.com/gen2brain/heic"
)

// decodesHEIC: whether this program can.
const decodesHEIC = true

// heicDecode runs the decoder, a WebAssembly program (decision 52). The build
// tag is the decoder's own: without it, it would look for a library of the
// machine as soon as the program starts, so then it is left out.
func heicDecode(data []byte) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder gave up: %v", p)
		}
	}()
	return heic.Decode(bytes.NewReader(data))
}
