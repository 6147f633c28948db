package consent

import (
	"maps"
	"slices"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Codes of what is refused (fault.Denied).
const (
	Undeclared = "purpose-not-declared"
	Restricted = "restricted"
	Objected   = "objected"
	Missing    = "consent-missing"
	Withdrawn  = "consent-withdrawn"
	Erasing    = "erasing"
	Child      = "child"
)

// Word is what someone said about a purpose.
type Word string

// The words.
const (
	Given     Word = "given"
	Gone      Word = "withdrawn" // consent that was given and taken back
	Refused   Word = "refused"   // asked, or told by a browser, and said no
	Against   Word = "objected"
	NotAgain  Word = "unobjected" // an objection that was taken back
	effective Word = "on"         // of a restriction or denial
)

// What a standing can be about, besides purposes.
const (
	aboutRestriction = "restriction"
	aboutErasing     = Erasing
	aboutChild       = Child
	aboutSignal      = "signal"
)

// Standing is how someone stands. The zero value is someone who has said
// nothing and of whom nothing is known.
type Standing struct {
	Denied     string // Erasing, Child or empty
	Restricted bool
	Signalled  bool // a browser of theirs has said no to all that needs consent
	Purposes   map[personal.Purpose]Said
}

// Said is the last word about a purpose.
type Said struct {
	Word   Word
	Record string // the record's id
	At     time.Time
}

// Silent reports whether nothing stands about someone.
func (s Standing) Silent() bool {
	return s.Denied == "" && !s.Restricted && !s.Signalled && len(s.Purposes) == 0
}

// Closed reports whether next to nothing may be done with someone.
func (s Standing) Closed() bool { return s.Denied != "" || s.Restricted }

// Clone is a copy that shares nothing.
func (s Standing) Clone() Standing {
	s.Purposes = maps.Clone(s.Purposes)
	return s
}

// whileRestricted are the purposes that remain to a restricted person.
func whileRestricted(p personal.Purpose) bool {
	return slices.Contains([]personal.Purpose{personal.Rights, personal.Security, personal.SignIn, personal.Claims}, p)
}

// Refuses is the code of why a purpose on a basis is refused, or empty.
func (s Standing) Refuses(p personal.Purpose, basis personal.Basis) string {
	said := s.Purposes[p].Word
	switch {
	case s.Denied == Erasing && p != personal.Rights && !sabotage.Off("ERA-1.deny"):
		return Erasing
	case s.Denied == Child && p != personal.Rights && !sabotage.Off("CHI-1"):
		return Child
	case s.Restricted && !whileRestricted(p) && !sabotage.Off("RES-1"):
		return Restricted
	case basis == personal.Consent && !sabotage.Off("USE-5"):
		switch said {
		case Given:
			return ""
		case Gone:
			return Withdrawn
		}
		return Missing
	case said == Against && !sabotage.Off("OBJ-1"):
		return Objected
	}
	return ""
}

// Gate is Refuses as an error.
func (s Standing) Gate(p personal.Purpose, basis personal.Basis) error {
	if code := s.Refuses(p, basis); code != "" {
		return denied(code)
	}
	return nil
}

func denied(code string) error {
	text := map[string]string{
		Undeclared: "no declaration allows this purpose",
		Restricted: "the processing of this person's data is restricted",
		Objected:   "the person objects to this purpose",
		Missing:    "this purpose needs consent, and there is none",
		Withdrawn:  "the consent for this purpose was withdrawn",
		Erasing:    "this person is being erased",
		Child:      "this person is reported as a child",
	}[code]
	return fault.New(fault.Denied, code, text)
}
