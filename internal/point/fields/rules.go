package fields

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Limits.
const (
	MaxSubject     = 200    // characters
	MaxDescription = 10_000 // characters
	MaxInCharge    = 50
	UndoDays       = 30 // a deleted point can be restored
)

// String writes the number: "C-1.57", "C-57", "1.57" or "57". Without a code a
// sequence below ten has two digits after its occurrence, as minutes have it:
// "1.07" is not taken for a fraction.
func (n Number) String() string {
	out := strconv.FormatInt(n.Sequence, 10)
	if n.Occurrence != 0 {
		if n.Code == "" && n.Sequence < 10 {
			out = "0" + out
		}
		out = strconv.FormatInt(n.Occurrence, 10) + "." + out
	}
	if n.Code != "" {
		out = n.Code + "-" + out
	}
	return out
}

// Tidy sorts those in charge and drops doubles, so that equal sets are equal.
func Tidy(in []Charge) []Charge {
	out := slices.Clone(in)
	slices.SortFunc(out, func(a, b Charge) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return slices.Compact(out)
}

// Check names what breaks a rule in the fields of p; its paths are those of
// the API. Whether an id exists is for the service to say.
func (p Patch) Check() []fault.Field {
	var bad []fault.Field
	add := func(f Field, code string) { bad = append(bad, fault.Field{Path: string(f), Code: code}) }
	for _, f := range p.Fields {
		switch f {
		case Subject:
			if c := CheckText(p.Subject, 1, MaxSubject); c != "" {
				add(f, c)
			} else if strings.TrimFunc(p.Subject, blank) == "" {
				add(f, "required")
			}
		case Description:
			if c := CheckText(p.Description, 0, MaxDescription); c != "" {
				add(f, c)
			}
		case Status:
			if !id.Valid(p.Values.Status) {
				add(f, "not-an-id")
			}
		case Category:
			if p.Values.Category != "" && !id.Valid(p.Values.Category) {
				add(f, "not-an-id")
			}
		case Location:
			if p.Values.Location != "" && !id.Valid(p.Values.Location) {
				add(f, "not-an-id")
			}
		case InCharge:
			if len(p.Values.InCharge) > MaxInCharge {
				add(f, "too-many")
				continue
			}
			for i, c := range p.Values.InCharge {
				if c.Kind != Person && c.Kind != Company && c.Kind != Role {
					bad = append(bad, fault.Field{Path: "in_charge." + strconv.Itoa(i) + ".kind", Code: "unknown"})
				}
				if !id.Valid(c.ID) {
					bad = append(bad, fault.Field{Path: "in_charge." + strconv.Itoa(i) + ".id", Code: "not-an-id"})
				}
			}
		case Due:
			if p.Values.Due != "" && !ValidDate(p.Values.Due) {
				add(f, "not-a-date")
			}
		case PinField:
			if p.Pin != nil && !id.Valid(p.Pin.Sheet) {
				add("pin.sheet_id", "not-an-id")
			}
		}
	}
	return bad
}

// blank reports whether a character shows nothing: white space, and what only
// steers others.
func blank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// CheckText gives the code of the rule that s breaks, or "".
func CheckText(s string, least, most int) string {
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		return "not-utf8"
	case strings.ContainsRune(s, 0):
		return "nul"
	case n < least:
		return "required"
	case n > most:
		return "too-long"
	}
	return ""
}

// ValidDate takes YYYY-MM-DD between the years 1900 and 9999.
func ValidDate(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= 1900 && t.Format(time.DateOnly) == s
}

// Today is the civil date in zone at the instant now.
func Today(now time.Time, zone *time.Location) string { return now.In(zone).Format(time.DateOnly) }

// SortKey orders subjects as people expect in every database: accents and case
// put aside, then byte by byte. It is cut to keep the index small.
func SortKey(subject string) []byte {
	const most = 120
	out := make([]byte, 0, most)
	for _, r := range norm.NFKD.String(subject) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		out = utf8.AppendRune(out, unicode.ToLower(r))
		if len(out) >= most {
			break
		}
	}
	return out
}

// At is the value of f as the log and the API write it; nil for none.
func (v Values) At(f Field) any {
	switch f {
	case Subject:
		return v.Subject
	case Description:
		return v.Description
	case Status:
		return string(v.Status)
	case Category:
		return orNil(string(v.Category))
	case Location:
		return orNil(string(v.Location))
	case InCharge:
		return append([]Charge{}, v.InCharge...)
	case Due:
		return orNil(v.Due)
	case Urgent:
		return v.Urgent
	case PinField:
		if v.Pin == nil {
			return nil
		}
		return *v.Pin
	}
	return nil
}

// Carried are the values that a relay takes over. Status and those in charge
// are its own list's.
func (v Values) Carried() Values {
	v.Status, v.InCharge = "", nil
	return v
}

// Take copies field f of from.
func (v *Values) Take(from Values, f Field) {
	switch f {
	case Subject:
		v.Subject = from.Subject
	case Description:
		v.Description = from.Description
	case Status:
		v.Status = from.Status
	case Category:
		v.Category = from.Category
	case Location:
		v.Location = from.Location
	case InCharge:
		v.InCharge = slices.Clone(from.InCharge)
	case Due:
		v.Due = from.Due
	case Urgent:
		v.Urgent = from.Urgent
	case PinField:
		v.Pin = nil
		if from.Pin != nil {
			pin := *from.Pin
			v.Pin = &pin
		}
	}
}

// Same reports whether both hold one value in f.
func Same(a, b Values, f Field) bool { return reflect.DeepEqual(a.At(f), b.At(f)) }

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Empty reports whether a new point says nothing in f.
func (v Values) Empty(f Field) bool {
	switch f {
	case InCharge:
		return len(v.InCharge) == 0
	case Description:
		return v.Description == ""
	case Urgent:
		return !v.Urgent
	}
	return v.At(f) == nil
}
