package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/personal"
)

// Covers reports whether a ground reaches a datum. Withdrawn consent reaches
// what rests on consent alone, an objection what rests on legitimate interests
// or consent; the other grounds end every basis.
func Covers(g Ground, d personal.Declaration) bool {
	var within []personal.Basis
	switch g {
	case Withdrawn:
		within = []personal.Basis{personal.Consent}
	case Objected:
		within = []personal.Basis{personal.Consent, personal.Legitimate}
	case NoLongerNeeded, Unlawful, LegalDuty, Child:
		return true
	}
	for _, p := range d.Purposes {
		// Rights are answered about data that is there for another reason.
		if p != personal.Rights && !slices.Contains(within, d.BasisFor(p)) {
			return false
		}
	}
	return true
}

// Whole reports whether a ground takes the person as such: the record that says
// who they are, and with it everything that points at them.
func Whole(g Ground, kind string, declared []personal.Declaration) bool {
	for _, d := range declared {
		if d.Table == kind && d.Column == "sealed" && !Covers(g, d) {
			return false
		}
	}
	return true
}

// decide says what happens to one datum. Of the exceptions of art. 17(3), (b) and
// (e) come with the rules of the organisation's country (claim records); (a), (c)
// and (d), freedom of expression, public health and archives, do not occur here.
func decide(g Ground, all bool, linked personal.Action, d personal.Declaration) (Decision, Because) {
	if !all && !Covers(g, d) {
		return Kept, Because{Article: g.Article(), Text: "other-basis"}
	}
	action := d.AtErasure
	if linked == personal.DeleteRow || linked == personal.WithKey {
		action = linked
	}
	because := Because{Article: g.Article(), Text: string(g)}
	switch action {
	case personal.DeleteRow, personal.ClearValue, personal.WithKey:
		return Erased, because
	case personal.Pseudonym:
		because.Text = "former"
		if d.Basis == personal.LegalDuty {
			because = Because{Article: "17(3)(b)", Law: "GDPR art. 5(2)", Text: "proof"}
		}
		return Depersonalised, because
	case personal.KeepContent:
		because.Text = "content"
		return Depersonalised, because
	}
	return Erased, because
}

// hash is of the decisions, so that a point made meanwhile is no other plan.
func hash(items []Item) string {
	lines := make([]string, len(items))
	for i, x := range items {
		x.Rows = 0
		b, _ := json.Marshal(x) //nolint:errchkjson // strings and a number
		lines[i] = string(b)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}
