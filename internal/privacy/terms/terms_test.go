package terms

import (
	"strings"
	"testing"

	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

func words[W ~string](kind string, all []W) []string {
	keys := make([]string, len(all))
	for i, w := range all {
		keys[i] = subject + kind + "." + string(w)
	}
	return keys
}

// TestEveryWordHasAText; package lang tests that what is in one language is in
// all.
func TestEveryWordHasAText(t *testing.T) {
	t.Parallel()
	keys := words("category", personal.Categories())
	keys = append(keys, words("subject", personal.Subjects())...)
	keys = append(keys, words("source", personal.Sources())...)
	keys = append(keys, words("purpose", personal.Purposes())...)
	keys = append(keys, words("basis", personal.Bases())...)
	keys = append(keys, words("role", []personal.Role{personal.Controller, personal.Processor})...)
	keys = append(keys, words("retention", personal.Retentions())...)
	keys = append(keys, words("recipient", personal.Recipients())...)
	keys = append(keys, words("store", personal.Stores())...)
	keys = append(keys, words("action", personal.Actions())...)
	keys = append(keys, words("derivative", personal.Derivatives())...)
	keys = append(keys, words("term", personal.Terms())...)
	keys = append(keys, words("use", personal.Uses())...)
	for _, b := range personal.Bases() {
		for _, r := range personal.RightsFor(b) {
			keys = append(keys, subject+"right."+r.Article)
		}
	}
	for _, r := range personal.Retentions() {
		keys = append(keys, subject+"event."+string(r.Period().From), subject+"end."+string(r.Period().Then))
	}
	if len(keys) < 130 {
		t.Fatalf("only %d words", len(keys))
	}
	for _, k := range keys {
		if !lang.Has(k) {
			t.Errorf("no text for %s", k)
		}
	}
}

func TestTextsReadWell(t *testing.T) {
	t.Parallel()
	d := personal.Declaration{Table: "comment", Column: "text", Category: personal.Content, Term: personal.Written}
	for l, want := range map[lang.Locale]string{lang.EnglishUK: "Comment: text", lang.DutchBelgium: "Opmerking: tekst", lang.FrenchBelgium: "Commentaire : texte",
		lang.Danish: "Kommentar: tekst", lang.GermanGermany: "Kommentar: Text"} {
		if got := Field(l, d); got != want {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
	d.Term = ""
	if got := Field(lang.EnglishUK, d); got != "Comment: What people write and upload" {
		t.Errorf("without a term: %q", got)
	}
	if got := Safeguard(lang.EnglishUK, personal.Adequacy("CH")); !strings.Contains(got, "for CH") {
		t.Errorf("adequacy: %q", got)
	}
	if got := List(lang.EnglishUK, Recipient, []personal.Recipient{personal.Nobody, personal.Themselves}); got != "Nobody; The person alone" {
		t.Errorf("a list: %q", got)
	}
}
