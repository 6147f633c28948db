//go:build !nodynamic

package photo

import (
	"errors"
	"image"
)

// decodesHEIC: whether this program can.
const decodesHEIC = false

// heicDecode of a program built without the tag nodynamic; see heic_decoder.go.
func heicDecode([]byte) (image.Image, error) {
	return nil, errors.New("this program was built without a decoder for HEIC")
}
