// Package published says what the privacy policy of this program is made from,
// and gives the text that is published with the source, in docs/policy. A test
// and CI keep the two the same (promise POL-1).
package published

import (
	"bytes"

	"plumbline/internal/consent/age"
	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
)

// The bounds of an erasure that the policy states.
const (
	GraceHours = 24
	KeyHours   = 72
)

// ages are those below which no data of a child is kept knowingly, by country;
// "" is every country without a law of its own.
func ages() map[string]int {
	out := map[string]int{"": age.Default}
	for _, r := range age.All().Rules {
		out[r.Country] = r.Age
	}
	return out
}

// From is what the program declares of itself.
type From struct {
	Declarations []personal.Declaration
	Files        []personal.FileClass
	Log          []personal.LogAttribute
	Outbound     []personal.Outbound
}

// Facts are what the policy says under a configuration.
func Facts(from From, o personal.Operator, processors []personal.DataProcessor) wording.Facts {
	var parts []personal.Part
	for _, c := range from.Files {
		parts = append(parts, c.Part)
	}
	for _, a := range from.Log {
		parts = append(parts, a.Part)
	}
	return wording.Gather(wording.Input{Operator: o, Processors: processors, Declarations: from.Declarations, Parts: parts, Outbound: from.Outbound,
		Bounds: wording.Bounds{GraceHours: GraceHours, KeyHours: KeyHours, NoticeDays: policytext.NoticeDays}, Ages: ages()})
}

// Texts are the policy of the program in Markdown, by language, with blanks for
// who runs it and whom it hands data to.
func Texts(from From) (map[string][]byte, error) {
	out := map[string][]byte{}
	for language, text := range wording.Everywhere(Facts(from, personal.Operator{}, nil)) {
		l := lang.Match(language)
		var b bytes.Buffer
		if err := paper.Markdown(&b, wording.Doc(l, text, lang.T(l, "policy.published"))); err != nil {
			return nil, err
		}
		out[language] = b.Bytes()
	}
	return out, nil
}
