// Package letter reads a letter about somebody's data and proposes what it asks
// for: which rights (by the article of the GDPR), in which language, and
// whether it is a first request, a reminder of one, or a complaint to an
// authority.
//
// It goes by the articles that are cited and by the words of five languages
// (Dutch, English, French, German, Danish), sentence by sentence. What it finds
// is a proposal: a person confirms or corrects it. It never guesses a right
// from a word alone that is merely mentioned: a sentence has to ask.
//
// The package is pure.
package letter

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Kind is what a letter is for.
type Kind string

// The kinds.
const (
	Request   Kind = "request"
	Reminder  Kind = "reminder"  // of an earlier request
	Complaint Kind = "complaint" // addressed to an authority, of which we got a copy
	Unclear   Kind = "unclear"
)

// The rights that a letter can ask for, by article.
const (
	Access       = "A15"
	Rectify      = "A16"
	Erase        = "A17"
	Restrict     = "A18"
	Port         = "A20"
	Object       = "A21"
	TakeBack     = "A7-3" // withdraw consent
	longestInput = 200_000
)

// Rights are all that a request can be about, in the order of their articles.
func Rights() []string { return []string{TakeBack, Access, Rectify, Erase, Restrict, Port, Object} }

// Known reports whether article is one of Rights.
func Known(article string) bool { return slices.Contains(Rights(), article) }

// Found is a right that a letter seems to ask for.
type Found struct {
	Article    string
	Confidence float64 // 0 to 1
	Cited      bool    // the article is named
}

// Reading is what a letter seems to be.
type Reading struct {
	Kind     Kind
	Language string  // nl, en, fr, de or da; empty if none was recognised
	Rights   []Found // the surest first
}

// Articles are those that were found, the surest first.
func (r Reading) Articles() []string {
	out := make([]string, len(r.Rights))
	for i, f := range r.Rights {
		out[i] = f.Article
	}
	return out
}

// Weights. A right counts from enough on: one citation in a law that is named,
// or one sentence that asks.
const (
	citedEarly = 4.0 // in the first sentences
	cited      = 3.0
	citedBare  = 1.0 // and the law is nowhere named
	asked      = 3.0
	askedEarly = 4.0
	enough     = 3.0
	sure       = 7.0
	early      = 3 // sentences
)

// Read reads a letter.
func Read(text string) Reading {
	if len(text) > longestInput {
		text = strings.ToValidUTF8(text[:longestInput], "")
	}
	text = plain(text)
	sentences := split(text)
	out := Reading{Language: language(text), Kind: Unclear}
	law := namesLaw(text)
	scores, named := map[string]float64{}, map[string]bool{}
	complaint, reminder := false, false
	for i, s := range sentences {
		for _, a := range citations(s) {
			switch {
			case a == "A77":
				complaint = complaint || law && asks(complaintWords(), s)
				continue
			case !Known(a) || mentioned(s):
				continue
			}
			w := cited
			if !law {
				w = citedBare
			} else if i < early {
				w = citedEarly
			}
			if !named[a] || w > cited {
				scores[a] += w
			}
			named[a] = true
		}
		complaint = complaint || asks(complaintWords(), s) && !conditional(s)
		reminder = reminder || asks(reminderWords(), s)
		if mentioned(s) {
			continue
		}
		for article, words := range asking() {
			if !asks(words, s) {
				continue
			}
			w := asked
			if i < early {
				w = askedEarly
			}
			scores[article] += w
		}
	}
	for _, a := range Rights() {
		if n := scores[a]; n >= enough {
			out.Rights = append(out.Rights, Found{Article: a, Confidence: min(1, n/sure), Cited: named[a]})
		}
	}
	slices.SortStableFunc(out.Rights, func(a, b Found) int {
		switch x, y := scores[a.Article], scores[b.Article]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	switch {
	case complaint:
		out.Kind = Complaint
	case reminder:
		out.Kind = Reminder
	case len(out.Rights) > 0:
		out.Kind = Request
	}
	return out
}

// plain is text as it is compared: lower case, one kind of blank and quote,
// marks of text programs taken away.
func plain(text string) string {
	text = strings.ToLower(text)
	text = marks().ReplaceAllString(text, "")
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\t", " ", "\r", "", "’", "'", "‘", "'", "`", "'", "´", "'", "\u00ad", "").Replace(text)
	return text
}

// marks are <italic> and the like, and the conditions of letter templates
// ("[has_fields>").
var marks = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`</?[a-z]{1,12}>|\[[a-z_]{1,40}>|\]`) })

// split cuts a text into sentences: at full stops that end one, at empty lines
// and at the items of a list.
func split(text string) []string {
	var out []string
	for _, block := range blocks().Split(text, -1) {
		block = strings.Join(strings.Fields(block), " ")
		from := 0
		for i := range len(block) {
			if (block[i] == '.' || block[i] == '!' || block[i] == '?' || block[i] == ';') && i+1 < len(block) && block[i+1] == ' ' && !abbreviation(block[from:i]) {
				out = append(out, block[from:i+1])
				from = i + 2
			}
		}
		if from < len(block) {
			out = append(out, block[from:])
		}
	}
	return out
}

// abbreviation reports whether the full stop after s ends a word, not a
// sentence.
func abbreviation(s string) bool {
	word := s[strings.LastIndexAny(s, " (")+1:]
	if _, err := strconv.Atoi(word); err == nil {
		return true
	}
	return slices.Contains([]string{"art", "artt", "arts", "abs", "nr", "no", "lit", "al", "par", "stk", "jf", "mr", "mrs", "ms", "dr", "m", "mme", "hr", "fr", "dhr", "mevr", "d.h", "z.b", "bijv", "bv", "f.eks", "e.g", "i.e", "ex", "p.ex", "resp", "ggf", "vgl", "gem", "i.s.d", "c.q"}, word)
}

// namesLaw reports whether a text names the regulation.
func namesLaw(text string) bool {
	return lawNames().MatchString(text)
}

// citations are the articles that a sentence names: "art. 15", "articles 15, 17
// and 21", "artikel 7, stk. 3".
func citations(s string) []string {
	var out []string
	for _, m := range citing().FindAllStringSubmatchIndex(s, -1) {
		tail := s[m[1]:]
		if otherLaw().MatchString(tail) {
			continue
		}
		list := s[m[2]:m[3]]
		numbers := number().FindAllString(list, -1)
		if strings.Contains(list, "-") || span().MatchString(list) { // "15 to 22": the chapter, not a request
			continue
		}
		for i, n := range numbers {
			a := "A" + n
			if n == "7" {
				if i != len(numbers)-1 || !third().MatchString(tail) {
					continue
				}
				a = TakeBack
			}
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

var citing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:art(?:t|s)?\.?|artikel(?:s|en|n)?|articles?|artikler(?:ne)?|artiklen)\s*(\d{1,2}(?:\s*(?:,|/|;|-|–|&|,? ?\b(?:and|en|et|und|og|to|tot(?: en met)?|t/m|à|bis|til|sowie|evenals|ou|of|or|oder|eller)\b)\s*(?:art(?:ikel|icle|\.)?\s*)?\d{1,2})*)`)
})

var number = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d{1,2}`) })

var span = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\d\s*(?:–|to|tot|t/m|à|bis|til)\s*\d`)
})

// third is what stands after "article 7" when its third paragraph is meant.
var third = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\s,]*(?:\(3\)|lid 3|\.3|abs(?:atz|\.)? ?3|stk\.? ?3|al(?:inéa|\.)? ?3|par(?:agraphe?|agraph|\.)? ?3|§ ?3)`)
})

// otherLaw is what stands after a number that is of a contract, not of the
// regulation.
var otherLaw = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\s,]*(?:(?:lid|abs(?:atz|\.)|al(?:inéa|\.)|stk\.?|paragraph|\()\s*\d+\)?\s*)?(?:of|van|du|de|des|der|i|in|aus)\s+(?:the |our |my |de |het |ons |onze |mijn |le |la |notre |mon |dem |den |der |unser(?:es|en|em)? |vores |min )?(?:contract|agreement|overeenkomst|contrat|vertrag|kontrakt|aftale|lease|huur|bail|arbeidsovereenkomst|constitution|grondwet|grundgesetz|charter|handvest|charte|uavg|bdsg)`)
})

// mentioned reports whether a sentence speaks of rights without exercising one:
// the list of what an answer must tell, what the other side might do, what the
// writer keeps in reserve.
func mentioned(s string) bool {
	return mentions().MatchString(s)
}

func conditional(s string) bool {
	return conditions().MatchString(s)
}

// blocks matches ends of paragraphs, and the items of a list.
var blocks = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\n\s*\n|\n\s*(?:[-*•]|\d{1,2}[.)])\s`)
})

// lawNames matches names of the regulation.
var lawNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(gdpr|avg|rgpd|dsgvo|ds-gvo)\b|2016/679|databeskyttelsesforordning|persondataforordning|datenschutz-?grundverordnung|gegevensbescherming|protection des données|data protection regulation`)
})

// mentions matches a right that is spoken of.
var mentions = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`existence of (?:the|a|my) rights?|bestaan van (?:het|een|mijn) recht|existence du droit|bestehen (?:eines|des|meines) (?:rechts|rechtes)|(?:eksistensen af|tilstedeværelsen af|at der findes|om) retten til` +
		`|if you (?:object|refuse|reject)|(?:als|indien) u (?:bezwaar|weigert)|si vous (?:vous opposez|refusez)|(?:falls|wenn|sofern) sie .{0,40}(?:widersprechen|ablehnen|verweigern)|hvis (?:i|du|de) (?:gør|modsætter|afviser)` +
		`|will (?:lead to|result in|mean) the|zal leiden tot|entraîner(?:a|ait)|führen wird|zur folge ha|vil (?:føre til|medføre)` +
		`|i (?:already )?(?:sent|asked|requested) .{0,60}(?:on|last|ago)\b.{0,40}(?:no (?:answer|reply)|not)`)
})

// conditions matches a right that is kept in reserve.
var conditions = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`reserve|behoud|voorbehoud|vorbehalt|behalte|forbehold|if you (?:do not|fail)|als u (?:mijn|niet)|si vous ne|sollten sie|falls sie|wenn sie|hvis (?:i|du|de) ikke|otherwise|anders |dans le cas contraire|sonst|ellers|right to|recht (?:om|op|auf)|droit de|ret til`)
})
