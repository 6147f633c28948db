package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"plumbline/internal/tabular"
)

// Columns that are known.
const (
	colID           = "id"
	colUnique       = "unique id"
	colCode         = "code"
	colWBS          = "wbs"
	colLevel        = "level"
	colName         = "name"
	colStart        = "start"
	colEnd          = "end"
	colDuration     = "duration"
	colProgress     = "progress"
	colActualStart  = "actual start"
	colActualEnd    = "actual end"
	colPredecessors = "predecessors"
	colConstraint   = "constraint"
	colConstrained  = "constraint date"
	colWeek         = "working week"
	colUnit         = "unit"
	colBudget       = "budget"
	colDescription  = "description"
	colAssignee     = "assignee"
	colTags         = "tags"
)

// words are the headings by which a column is known, per language.
var words = map[string]map[string]string{
	"en": {
		colID: "id nr no number taskid", colUnique: "uniqueid uid gbid", colCode: "code activityid activitycode", colWBS: "wbs wbscode outlinenumber", colLevel: "level outlinelevel",
		colName: "name task taskname activity activityname", colStart: "start startdate begin", colEnd: "end enddate finish finishdate", colDuration: "duration",
		colProgress: "progress complete percentcomplete", colActualStart: "actualstart", colActualEnd: "actualend actualfinish", colPredecessors: "predecessors predecessor",
		colConstraint: "constraint constrainttype", colConstrained: "constraintdate", colWeek: "workingweek workweek weekmask workingweeklength workingdays", colUnit: "unit units reporting reportingmode customunits",
		colBudget: "budget cost", colDescription: "description notes note", colAssignee: "assignee assigneeemail email responsible", colTags: "tags labels",
	},
	"nl": {
		colID: "nummer taaknummer", colUnique: "uniekeid", colWBS: "wbscode overzichtsnummer", colLevel: "niveau overzichtsniveau", colName: "naam taak taaknaam activiteit",
		colStart: "startdatum begindatum aanvang", colEnd: "einde eind einddatum", colDuration: "duur", colProgress: "voortgang voltooid percentagevoltooid gereed",
		colActualStart: "werkelijkebegindatum werkelijkestart", colActualEnd: "werkelijkeeinddatum werkelijkeinde", colPredecessors: "voorgangers voorafgaandetaken",
		colConstraint: "beperking beperkingstype", colConstrained: "beperkingsdatum", colWeek: "werkweek", colUnit: "eenheid", colBudget: "kosten",
		colDescription: "omschrijving beschrijving notities", colAssignee: "verantwoordelijke toegewezen", colTags: "etiketten",
	},
	"fr": {
		colID: "numero", colUnique: "idunique nunique nounique", colLevel: "niveau niveauhierarchique", colName: "nom tache nomdelatache activite", //nolint:misspell // French
		colStart: "debut datedebut datededebut", colEnd: "fin datefin datedefin", colDuration: "duree", colProgress: "avancement acheve pourcentacheve",
		colActualStart: "debutreel", colActualEnd: "finreelle", colPredecessors: "predecesseurs predecesseur", colConstraint: "contrainte typedecontrainte", colConstrained: "datedecontrainte datecontrainte",
		colWeek: "semainedetravail", colUnit: "unite", colBudget: "cout", colDescription: "remarques", colAssignee: "responsable", colTags: "etiquettes", //nolint:misspell // French
	},
	"da": {
		colID: "opgavenummer", colUnique: "entydigtid", colLevel: "dispositionsniveau", colName: "navn opgave opgavenavn aktivitet", colStart: "startdato begynd",
		colEnd: "slut slutdato", colDuration: "varighed", colProgress: "fremdrift fremskridt fardig procentfardig", colActualStart: "faktiskstart faktiskstartdato", colActualEnd: "faktiskslut faktiskslutdato",
		colPredecessors: "forgangere foregaendeopgaver", colConstraint: "begransning begransningstype", colConstrained: "begransningsdato", colWeek: "arbejdsuge", colUnit: "enhed", colBudget: "omkostninger omkostning",
		colDescription: "beskrivelse noter", colAssignee: "ansvarlig", colTags: "etiketter",
	},
	"de": {
		colID: "vorgangsnummer vorgangsnr", colUnique: "eindeutigenr eindeutigenummer", colWBS: "pspcode psp gliederungsnummer", colLevel: "ebene gliederungsebene", colName: "vorgang vorgangsname bezeichnung",
		colStart: "anfang beginn startdatum", colEnd: "ende enddatum fertigstellung", colDuration: "dauer", colProgress: "fortschritt abgeschlossen prozentabgeschlossen",
		colActualStart: "istanfang tatsachlicheranfang", colActualEnd: "istende tatsachlichesende", colPredecessors: "vorganger", colConstraint: "einschrankung einschrankungsart", colConstrained: "einschrankungstermin einschrankungsdatum",
		colWeek: "arbeitswoche", colUnit: "einheit", colBudget: "kosten", colDescription: "beschreibung notizen", colAssignee: "zustandig verantwortlich", colTags: "schlagworte",
	},
}

// languages in the order in which a heading is looked up: what several share
// counts for the first.
var languages = []string{"en", "nl", "fr", "da", "de"}

type heading struct{ column, lang string }

var headings = func() map[string]heading {
	out := map[string]heading{}
	for _, lang := range languages {
		for column, list := range words[lang] {
			for w := range strings.FieldsSeq(list) {
				if _, ok := out[w]; !ok {
					out[w] = heading{column, lang}
				}
			}
		}
	}
	return out
}()

// fold brings a heading down to its letters and digits, without accents.
func fold(s string) string {
	s = strings.NewReplacer("æ", "a", "ø", "o", "Æ", "a", "Ø", "o", "ß", "ss").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(s))
}

// head is where the columns stand.
type head struct {
	at      map[string]int
	lang    string // of the headings that only one language has
	unknown int
}

// headOf finds the columns in a row; false if it is not the row of headings.
func headOf(row *tabular.Row) (*head, bool) {
	h := &head{at: map[string]int{}, lang: "en"}
	votes := map[string]int{}
	for i := range row.Cells {
		k, ok := headings[fold(row.Cells[i].String())]
		if _, twice := h.at[k.column]; !ok || twice {
			if row.Cells[i].String() != "" {
				h.unknown++
			}
			continue
		}
		h.at[k.column] = i
		votes[k.lang]++
		if k.column == colPredecessors || k.column == colDuration {
			votes[k.lang] += 10 // whose words stand in the cells
		}
	}
	for _, lang := range languages {
		if votes[lang] > votes[h.lang] {
			h.lang = lang
		}
	}
	_, name := h.at[colName]
	for _, c := range []string{colStart, colDuration, colPredecessors} {
		if _, ok := h.at[c]; ok && name {
			return h, true
		}
	}
	return nil, false
}
