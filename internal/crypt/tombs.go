package crypt

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
)

// tombsFile is the name of the list of erased keys in a place.
const tombsFile = "tombstones"

// TombstonesIn reads the list of erased keys of a place as it lies there,
// without the ring. A list that is not there is NotFound "no-tombstones"; one
// that is not whole, Unreadable "ring-damaged".
func TombstonesIn(place string) ([]Tombstone, error) {
	const op = "crypt.TombstonesIn"
	b, err := os.ReadFile(filepath.Join(place, tombsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(op, fault.New(fault.NotFound, "no-tombstones", "the list of erased keys is not in this place of the key ring"))
	}
	if err != nil {
		return nil, fault.Wrap(op, placeDown(0, err))
	}
	list := ringfile.ParseTombs(b)
	if !bytes.Equal(ringfile.EncodeTombs(list), b) {
		return nil, fault.Wrap(op, damaged("its list of erased keys has a line that is not whole"))
	}
	return list, nil
}
