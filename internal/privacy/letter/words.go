package letter

import (
	"regexp"
	"strings"
	"sync"
)

// A pattern of words that ask. Between its parts other words may stand.
func words(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?:` + strings.Join(patterns, `|`) + `)`)
}

func asks(r *regexp.Regexp, s string) bool { return r.MatchString(s) }

// What a sentence says that asks for each right, in nl, en, fr, de and da.
var asking = sync.OnceValue(func() map[string]*regexp.Regexp {
	const (
		data = `(?:gegevens|data|informatie|info|donn[ée]es|informations?|daten|angaben|oplysninger|details|account|profiel|profile?|profil|konto|compte|nummer|num[ée]ro|number|adresse?|adres|address|name|naam|nom|navn|foto'?s?|photos?|pictures?|bilder|billeder|everything|alles|tout|alt)` //nolint:misspell // informatie is Dutch
		me   = `(?:mij|me|mijn|ik|my|mine|mich|mir|mein\w*|moi|mon|ma|mes|mig|min|mine|mit|personal|persoon\w*|personne\w*|personenbezogen\w*|personoplysninger\w*)`
	)
	return map[string]*regexp.Regexp{
		Access: words(
			`(?:verzoek|vraag|wens|wil|graag|eis|recht).{0,60}(?:toegang|inzage)`, `inzageverzoek`, `(?:kopie|afschrift|overzicht) van .{0,40}`+data, `(?:^|[^, ] |: )(?:welke|wat voor) .{0,30}gegevens.{0,60}(?:bewaar|bewaren|heb|hebben|hebt|heeft|verwerk|bijhoud|over mij)`, `bevestig.{0,60}(?:gegevens.{0,60}verwerk|verwerkt)`,
			`(?:request|requesting|exercise|want|like|ask\w*|demand|require).{0,60}(?:\baccess to|right of access|subject access)`, `subject access request`, `\bdsar\b`, `copy of .{0,60}(?:personal data|\bdata\b|information|everything)`, `(?:what|which|any|all|everything) .{0,40}(?:data|information|details)?.{0,20}you (?:hold|have|store|keep|process)\w*`, `confirm.{0,40}whether.{0,80}process`,
			`(?:demand|souhait|voudrais|veuillez|exerc|sollicit|requ[éi]).{0,60}(?:l'acc[èe]s|acc[ée]der|droit d'acc[èe]s)`, `(?:copie|relev[ée]|liste) .{0,40}(?:de |des |mes |toutes? ).{0,30}donn[ée]es`, `quelles? .{0,30}(?:donn[ée]es|informations).{0,60}(?:d[ée]ten|conserv|trait|avez|poss[ée]d)`, `confirmer si vous traitez`,
			`(?:verlang|beantrag|bitte|fordere|möchte|ersuche|mache|begehre|erteilen|wünsche).{0,120}(?:\bauskunft|auskunftsrecht|einsicht)`, `auskunft .{0,40}(?:gemäß|nach|über|gem\.|i\.s\.)`, `(?:kopie|abschrift|übersicht) .{0,40}(?:daten|angaben)`, `welche .{0,40}(?:daten|angaben).{0,60}(?:speicher|verarbeit|haben|über mich|gespeichert)`,
			`(?:anmod|bed|ønsk|kræv|vil gerne|begær|benyt).{0,60}(?:indsigt|aktindsigt|adgang til)`, `indsigt i .{0,60}oplysninger`, `kopi af .{0,60}(?:oplysninger|data)`, `hvilke .{0,30}(?:oplysninger|data).{0,60}(?:har|behandler|opbevarer|om mig|registrere)`),
		Rectify: words(
			`(?:verzoek|vraag|wens|wil|graag|gelieve|corrigeer|kunt u|kan u|eis).{0,80}(?:rectific|corri[gt]|verbeter|recht ?te zetten|recht ?zetten|aan te vullen|aanvulling|aanpass|wijzig|te vervangen)`, `\b(?:corrigeer|verbeter|rectificeer|wijzig) .{0,60}`+data, `\bpas .{0,60}\baan\b`, `wijzigingen aangebracht`,
			`(?:request\w*|exercise|want|like|ask\w*|demand|please|could you|must|kindly).{0,80}(?:rectif|correct(?:ed|ion|ing)?\b|\bamend|\bupdate\b|\bcomplete the|put right|\bfix\b)`, `correct .{0,40}(?:my|the) .{0,40}`+data, `(?:is|are) (?:wrong|incorrect|inaccurate|misspel\w+|out of date).{0,120}(?:should|must|correct|please|it is)`,
			`(?:demand|souhait|voudrais|veuillez|merci de|pri[ée]|exerc|sollicit).{0,80}(?:rectifi|corrig|correction|modifi\w+|mettre à jour|compl[ée]ter)`,
			`(?:verlang|beantrag|bitte|fordere|möchte|ersuche|nehmen sie|wünsche).{0,120}(?:berichtig|korrigier|korrektur|richtig ?zu ?stellen|richtigstell|vervollständig|\bändern|zu ändern|aktualisier)`, `berichtigen sie`,
			`(?:anmod|bed|ønsk|kræv|vil gerne|begær|venligst|ret (?:mit|min|mine)).{0,80}(?:berigtig|\bret(?:te|tet|telse)\b|korriger|opdater|ændr)`, `ret (?:venligst )?(?:mit|min|mine) `),
		Erase: words(
			`(?:verzoek|vraag|wens|wil|graag|gelieve|kunt u|kan u|eis|moet u).{0,80}(?:verwijder|\bwis|te wissen|gewist|gegevenswissing|vergetelheid|vernietig)`, `(?:^|[^a-z])(?:wis|verwijder|vernietig) (?:a\.?u\.?b\.? |alstublieft |graag )?.{0,40}`+data, `recht op (?:vergetelheid|gegevenswissing)`, `vergeten te worden`,
			`(?:request\w*|exercise|want|like|ask\w*|demand|please|could you|must|kindly).{0,80}(?:eras(?:e|ure|ing)|delet|forgotten|\bremove|removal|destroy)`, `(?:^|[^a-z])(?:erase|delete|remove|destroy) .{0,40}`+me, `right to be forgotten`,
			`(?:demand|souhait|voudrais|veuillez|merci de|pri[ée]|exerc|exige|sollicit).{0,80}(?:suppr|effac|d[ée]tru|oubli\b)`, `(?:^|[^a-zé])(?:supprimez|effacez|détruisez)`, `droit à l'(?:oubli|effacement)`,
			`(?:verlang|beantrag|bitte|fordere|möchte|ersuche|mache|wünsche).{0,120}(?:lösch|vergessen ?werden|zu vernichten)`, `löschen sie`, `recht auf (?:löschung|vergessenwerden)`,
			`(?:anmod|bed|ønsk|kræv|vil gerne|begær|venligst|benyt).{0,80}(?:slet|glemt|fjern)`, `(?:^|[^a-zæøå])slet .{0,40}`+me, `retten til at blive glemt`),
		Restrict: words(
			`(?:verzoek|vraag|wens|wil|graag|gelieve|eis).{0,120}(?:beperk)`, `beperking van de verwerking`,
			`(?:request\w*|exercise|want|like|ask\w*|demand|please|must|kindly).{0,100}(?:restrict)`, `restriction of (?:the )?processing`,
			`(?:demand|souhait|voudrais|veuillez|merci de|exerc|sollicit).{0,100}(?:limit(?:er|ation|iez|ez))`, `limitation du traitement`,
			`(?:verlang|beantrag|bitte|fordere|möchte|ersuche|mache).{0,120}(?:einschränk|einzuschränken|sperrung|zu sperren)`, `einschränkung der verarbeitung`, `verarbeitung .{0,60}einzuschränken`,
			`(?:anmod|bed|ønsk|kræv|vil gerne|begær|venligst).{0,100}(?:begræns)`, `begrænsning af behandling`),
		Port: words(
			`overdraagbaar|dataportabiliteit|gestructureerd, (?:algemeen )?gebruikt|machine ?-?leesba|rechtstreeks .{0,30}(?:doorgezonden|overgedragen) aan`,
			`portability|machine[- ]readable|structured, commonly used|transmit .{0,40}(?:data)?.{0,30}(?:directly )?to another controller`,
			`portabilit[ée]|lisible par (?:une |la )?machine|format structur[ée]`,
			`datenübertragbarkeit|datenportabilität|maschinenlesba|strukturierten, gängigen`,
			`dataportabilitet|maskinlæsba|struktureret, almindeligt`),
		Object: words(
			`(?:maak|teken|heb|wil) .{0,40}bezwaar`, `bezwaar (?:maken |aan )?tegen (?:de|het|elke|iedere) .{0,60}(?:verwerk|gebruik|marketing|reclame|profil)`, `(?:geen|niet (?:meer|langer)) .{0,60}(?:reclame|nieuwsbrief|nieuwsbrieven|marketing|mailings)`, `(?:stop|staak).{0,60}(?:reclame|marketing|verwerk)`,
			`\bi (?:am |hereby |do |also |further |therefore |now )*(?:hereby )?object`, `(?:exercise|exercising).{0,40}right to object`, `\bobject(?:ing|ion)? to .{0,60}(?:processing|marketing|profiling|use of)`, `(?:stop|cease|no longer|don't|do not) .{0,60}(?:marketing|newsletter|promotional|advertis|processing my|using my|profiling)`, //nolint:misspell // the beginning of several words
			`m'oppose|m'opposer|(?:exerc\w*|faire valoir) .{0,40}droit d'opposition|opposition au traitement`, `(?:ne|plus|cess|arr[êe]t).{0,60}(?:prospection|publicit|newsletter|d[ée]marchage|marketing)`,
			`widerspreche (?:ich|der|hiermit)|lege .{0,40}widerspruch|widerspruch (?:gegen|gemäß|ein)|(?:keine|nicht (?:mehr|länger)) .{0,60}(?:werbung|newsletter|werbezweck|direktwerbung)|\bich widerspreche`,
			`gør .{0,30}indsigelse|(?:gøre|fremsætte\w*) .{0,30}indsigelse|indsigelse mod|modsætter mig|(?:ikke (?:længere|mere)|stop) .{0,60}(?:markedsføring|nyhedsbrev|reklame)`),
		TakeBack: words(
			`trek .{0,80}toestem\w* .{0,40}\bin\b`, `(?:trek|intrek\w*|herroep) .{0,60}toestem`, `toestem\w* .{0,40}(?:in te trekken|intrek|herroep)`,
			`withdraw(?:ing|n|al of)? .{0,60}consent`, `revok\w+ .{0,60}consent`, `consent .{0,40}(?:withdrawn|revoked)`,
			`(?:retire|r[ée]voque|retirer|r[ée]voquer) .{0,60}consentement`, `retrait .{0,40}consentement`,
			`widerrufe? .{0,80}(?:einwilligung|zustimmung)`, `(?:einwilligung|zustimmung)\w* .{0,80}(?:widerruf|ziehe .{0,20}zurück)`,
			`(?:trækker|tilbagekald\w*|tilbagetræk\w*|træk\w*) .{0,60}samtykke`, `samtykke .{0,40}(?:tilbage|tilbagekald)`),
	}
})

// complaintWords are those of a letter to an authority.
var complaintWords = sync.OnceValue(func() *regexp.Regexp {
	return words(
		`dien .{0,40}(?:hierbij )?.{0,20}klacht in`, `hierbij .{0,30}klacht`,
		`(?:file|filing|lodge|lodging|submit|submitting|making) .{0,30}(?:a |this |formal )?complaint`, `this is a complaint`,
		`d[ée]pose.{0,40}plainte`, `introdui[st]\w* .{0,30}plainte`, `porte plainte`,
		`(?:lege|reiche|erhebe) .{0,40}beschwerde`, `hiermit beschwerde`,
		`(?:indgiver|klager|indsender) .{0,40}(?:klage|over)`)
})

// reminderWords are those of a letter that comes back to an earlier one.
var reminderWords = sync.OnceValue(func() *regexp.Regexp {
	return words(
		`opnieuw contact met u|\bvermaning\b|aanmaning|herinner\w* (?:ik )?u|nog geen (?:antwoord|reactie)|(?:verzoek|brief) .{0,40}(?:verstuurd|gestuurd|gezonden) .{0,80}(?:artikel|nog|maar)|\bheb ik u een verzoek (?:ver)?(?:stuurd|gezonden)`,
		`contacting you (?:once )?again|\breminder\b|\badmonition\b|(?:not|never|yet to) (?:yet )?(?:received|receive|had|heard) .{0,30}(?:an? |any )?(?:answer|reply|response|from you)|(?:sent|made) (?:you )?a request .{0,60}(?:on|pursuant|under|according|according to|to you)|follow(?:ing)? up on my`,
		`contacte une nouvelle fois|avertissement|\brappel\b|mise en demeure|relance|(?:pas|jamais|aucune) .{0,30}(?:reçu|r[ée]ponse) .{0,20}(?:de réponse|à ce jour|de votre part)?|je vous ai envoy[ée] une demande`,
		`erneut an sie|\bmahnung\b|erinner\w* (?:ich )?(?:sie|an)|(?:noch )?keine (?:antwort|rückmeldung)|(?:habe|hatte) ich .{0,60}(?:antrag|anfrage|ersuchen) .{0,40}(?:gestellt|gesendet|geschickt|gerichtet)`,
		`kontakter .{0,20}igen|\brykker|påmind|(?:endnu )?ikke (?:har )?(?:modtaget|fået|hørt) .{0,30}(?:svar|fra (?:jer|dem))|sendte jeg .{0,40}anmodning|har jeg sendt .{0,40}anmodning`)
})

// language is the one of the five whose small words occur most.
func language(text string) string {
	small := map[string][]string{
		"nl": {"de", "het", "een", "van", "ik", "u", "mijn", "niet", "voor", "dat", "zijn", "mij", "en", "op", "graag", "wordt", "aan"},
		"en": {"the", "of", "to", "and", "i", "you", "my", "that", "this", "your", "is", "for", "me", "please", "with", "would", "was", "see", "have", "by", "on"},
		"fr": {"le", "la", "les", "de", "des", "du", "je", "vous", "mes", "que", "une", "pour", "et", "dans", "est", "veuillez", "ma", "votre"},
		"de": {"der", "die", "das", "und", "ich", "sie", "mich", "nicht", "zu", "den", "mir", "meine", "ist", "auf", "bitte", "mit", "gemäß", "einer"},
		"da": {"jeg", "og", "af", "at", "det", "mig", "ikke", "til", "mine", "som", "om", "har", "på", "er", "hermed", "venligst", "den", "i"},
	}
	seen := map[string]int{}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 0xdf)
	}) {
		seen[w]++
	}
	best, most := "", 0
	for _, l := range []string{"nl", "en", "fr", "de", "da"} {
		n := 0
		for _, w := range small[l] {
			n += seen[w]
		}
		if n > most {
			best, most = l, n
		}
	}
	if most < 1 {
		return ""
	}
	return best
}
