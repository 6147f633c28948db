package bcf

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// cleanGUID takes off braces; it reports whether what is left is a GUID.
func cleanGUID(s string) (string, bool) {
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "{"), "}")
	return s, IsGUID(s)
}

// IsGUID tells a GUID.
func IsGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		hex := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
		if hyphen != (c == '-') || !hyphen && !hex {
			return false
		}
	}
	return true
}

// DeriveGUID makes a GUID of what identifies a thing that has none: the same
// source gives the same GUID, so that converting twice makes no second thing.
func DeriveGUID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	sum[6] = sum[6]&0x0f | 0x80 // version 8: the maker's own
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// IsIFCGUID tells a GUID as IFC packs it into 22 characters.
func IsIFCGUID(s string) bool {
	if len(s) != 22 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '$') {
			return false
		}
	}
	return true
}

// parseDate reads a date with time, and gives it as XML Schema writes it: as it
// stands where it is right already, so that its zone and digits are kept.
func parseDate(s string) (at time.Time, text string, ok bool) {
	s = strings.TrimSpace(s)
	for i, layout := range []string{
		"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", // as they should be
		"2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02Z07:00", "2006-01-02",
		"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04",
	} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1 || t.Year() > 9999 {
			continue
		}
		_, offset := t.Zone()
		if i < 2 && !strings.Contains(s, ",") && len(s) <= 64 && offset > -14*3600 && offset < 14*3600 {
			return t, s, true
		}
		t = t.UTC()
		return t, t.Format("2006-01-02T15:04:05.999999999Z"), t.Year() >= 1 && t.Year() <= 9999
	}
	return time.Time{}, "", false
}

// parseDouble reads a number; a comma for a point is forgiven.
func parseDouble(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), ",", ".", 1), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func parseInt(s string) (*int, bool) {
	if s == "" {
		return nil, true
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return nil, false
	}
	return new(int(n)), true
}
