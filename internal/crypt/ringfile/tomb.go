package ringfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline/internal/id"
)

// Tombstone says that a key was erased: whose, which and when. It holds
// nothing else.
type Tombstone struct {
	Owner Owner
	Key   id.Key
	At    time.Time
}

// The tombstones file is text, one line a tombstone:
//
//	2026-11-22T10:00:00.000000Z person 0193... 0193... 4f5a...
//
// when, kind, owner, key, and the first 16 hex digits of the SHA-256 of the
// line before's digits followed by this line up to the last blank.

const tombTime = "2006-01-02T15:04:05.000000Z"

func appendTombLine(b []byte, prev string, t Tombstone) ([]byte, string) {
	line := fmt.Sprintf("%s %s %s %s", t.At.UTC().Format(tombTime), t.Owner.Kind, t.Owner.ID, t.Key)
	sum := tombSum(prev, line)
	return fmt.Appendf(b, "%s %s\n", line, sum), sum
}

func tombSum(prev, line string) string {
	h := sha256.Sum256([]byte(prev + line))
	return hex.EncodeToString(h[:8])
}

// EncodeTombs is the text of a tombstones file.
func EncodeTombs(list []Tombstone) []byte {
	var b []byte
	prev := ""
	for _, t := range list {
		b, prev = appendTombLine(b, prev, t)
	}
	return b
}

// ParseTombs reads the lines up to the first that is not whole. What follows a
// damaged line is not trusted: it would destroy keys.
func ParseTombs(b []byte) []Tombstone {
	var list []Tombstone
	prev := ""
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if !ok {
			return list
		}
		text, sum, ok := cutLast(string(line))
		if !ok || sum != tombSum(prev, text) {
			return list
		}
		f := strings.Split(text, " ")
		if len(f) != 4 {
			return list
		}
		at, err := time.Parse(tombTime, f[0])
		kind, ok := ParseKind(f[1])
		t := Tombstone{Owner: Owner{kind, f[2]}, Key: id.Key(f[3]), At: at.UTC()}
		if _, isKey := packUUID(f[3]); err != nil || !ok || !isKey || !t.Owner.Valid() {
			return list
		}
		list, prev, b = append(list, t), sum, rest
	}
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// MergeTombs adds to list what more has and list has not.
func MergeTombs(list, more []Tombstone) []Tombstone {
	if len(more) == 0 {
		return list
	}
	have := make(map[id.Key]bool, len(list))
	for _, t := range list {
		have[t.Key] = true
	}
	out := slices.Clip(list)
	for _, t := range more {
		if !have[t.Key] {
			have[t.Key] = true
			out = append(out, t)
		}
	}
	return out
}
