package ringfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Root is the key of the living generation and, while the ring is written
// anew, of the next one. Generation 0 is a first start that has not finished.
type Root struct {
	Ring [16]byte
	Gen  uint64
	High uint64 // the highest generation ever begun: numbers are not used twice
	Key  Key
	Next *Key // of generation High
}

const rootTitle = "plumbline ring root 1"

// Encode is the text of a root file.
func (r *Root) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nring %x\ngeneration %d\nbegun %d\nkey %s\n", rootTitle, r.Ring, r.Gen, r.High, base64.StdEncoding.EncodeToString(r.Key[:]))
	if r.Next != nil {
		fmt.Fprintf(&b, "next %s\n", base64.StdEncoding.EncodeToString(r.Next[:]))
	}
	fmt.Fprintf(&b, "sum %x\n", sha256.Sum256(b.Bytes()))
	return b.Bytes()
}

var errRootFormat = errors.New("not a root file, or a damaged one")

// ParseRoot reads what Encode gives, in that one spelling.
func ParseRoot(b []byte) (*Root, error) {
	if len(b) > 1024 {
		return nil, errRootFormat
	}
	body, sum, ok := strings.Cut(string(b), "sum ")
	want := sha256.Sum256([]byte(body))
	if !ok || sum != hex.EncodeToString(want[:])+"\n" {
		return nil, errRootFormat
	}
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	if len(lines) != 5 && len(lines) != 6 || lines[0] != rootTitle {
		return nil, errRootFormat
	}
	r := new(Root)
	ring, ok1 := strings.CutPrefix(lines[1], "ring ")
	gen, ok2 := strings.CutPrefix(lines[2], "generation ")
	high, ok3 := strings.CutPrefix(lines[3], "begun ")
	k, ok4 := strings.CutPrefix(lines[4], "key ")
	if !ok1 || !ok2 || !ok3 || !ok4 || len(ring) != 32 {
		return nil, errRootFormat
	}
	if _, err := hex.Decode(r.Ring[:], []byte(ring)); err != nil {
		return nil, errRootFormat
	}
	var err error
	if r.Gen, err = strconv.ParseUint(gen, 10, 64); err != nil {
		return nil, errRootFormat
	}
	if r.High, err = strconv.ParseUint(high, 10, 64); err != nil || r.High < r.Gen {
		return nil, errRootFormat
	}
	if !decodeKey(&r.Key, k) {
		return nil, errRootFormat
	}
	if len(lines) == 6 {
		n, ok := strings.CutPrefix(lines[5], "next ")
		r.Next = new(Key)
		if !ok || !decodeKey(r.Next, n) {
			return nil, errRootFormat
		}
	}
	if !bytes.Equal(r.Encode(), b) {
		return nil, errRootFormat
	}
	return r, nil
}

func decodeKey(k *Key, s string) bool {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && copy(k[:], b) == keySize && len(b) == keySize
}
