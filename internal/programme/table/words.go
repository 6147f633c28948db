package table

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/cpm"
	"plumbline/internal/tabular"
	"plumbline/internal/workcal"
)

// The working day and week that durations in days and weeks are of.
const (
	day   = 8 * workcal.Hour
	week  = 5 * day
	month = 20 * day
)

// mostTicks is the longest duration or lag of a table: some 190 years.
const mostTicks = 1_000_000_000

// span is a duration or a lag.
type span struct {
	ticks   int32
	elapsed bool
	percent bool // ticks are hundredths of a percent
}

// units are the words for units, in five languages. Single letters that mean
// different things are in shortUnits.
var units = func() map[string]int32 {
	out := map[string]int32{}
	for ticks, list := range map[int32]string{
		workcal.Minute: "m min mins minute minutes minuten minuut minutter",
		workcal.Hour:   "h hr hrs hour hours u uur uren heure heures timer std stunde stunden",
		day:            "d day days dy dag dagen dage j jr jrs jour jours tag tage tg",
		week:           "w wk wks week weeks weken sem semaine semaines uge uger woche wochen",
		month:          "mo mon mons month months mnd maand maanden mois maneder maned monat monate",
	} {
		for w := range strings.FieldsSeq(list) {
			out[w] = ticks
		}
	}
	return out
}()

var shortUnits = map[string]map[string]int32{
	"da": {"t": workcal.Hour},
	"de": {"t": day, "st": workcal.Hour},
	"fr": {"s": week},
}

var amount = regexp.MustCompile(`^([+-]?)\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*(\p{L}*|%)\.?\??$`)

// spanOf reads "5d", "1,5 Tage", "3 ed", "50%". Without a unit it is days.
func spanOf(s, lang string) (span, bool) {
	m := amount.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return span{}, false
	}
	n, err := strconv.ParseFloat(strings.Replace(m[2], ",", ".", 1), 64)
	if err != nil {
		return span{}, false
	}
	if m[1] == "-" {
		n = -n
	}
	out := span{}
	unit := fold(m[3])
	per, ok := shortUnits[lang][unit]
	if !ok {
		per, ok = units[unit]
	}
	switch rest, e := strings.CutPrefix(unit, "e"); {
	case m[3] == "%":
		per, ok, out.percent = 100, true, true
	case m[3] == "":
		per, ok = day, true
	case !ok && e:
		per, ok = units[rest]
		out.elapsed = true
		switch per { // round the clock
		case day:
			per = workcal.Day
		case week:
			per = 7 * workcal.Day
		case month:
			per = 30 * workcal.Day
		}
	}
	t := math.Round(n * float64(per))
	if !ok || math.Abs(t) > mostTicks {
		return span{}, false
	}
	out.ticks = int32(t)
	return out, true
}

// spanText writes a duration or a lag so that it is read back the same.
func spanText(ticks int32, elapsed bool) string {
	perDay, mark := int32(day), ""
	if elapsed {
		perDay, mark = workcal.Day, "e"
	}
	switch {
	case ticks%perDay == 0:
		return strconv.Itoa(int(ticks/perDay)) + mark + "d"
	case ticks%workcal.Hour == 0:
		return strconv.Itoa(int(ticks/workcal.Hour)) + mark + "h"
	}
	return strconv.FormatFloat(float64(ticks)/workcal.Minute, 'f', -1, 64) + mark + "m"
}

// links are the kinds of relations as MS Project names them in each language.
var links = map[string]map[string]cpm.Link{
	"en": {"FS": cpm.FS, "SS": cpm.SS, "FF": cpm.FF, "SF": cpm.SF},
	"nl": {"EB": cpm.FS, "BB": cpm.SS, "EE": cpm.FF, "BE": cpm.SF},
	"fr": {"FD": cpm.FS, "DD": cpm.SS, "FF": cpm.FF, "DF": cpm.SF},
	"da": {"AS": cpm.FS, "SS": cpm.SS, "AA": cpm.FF, "SA": cpm.SF},
	"de": {"EA": cpm.FS, "AA": cpm.SS, "EE": cpm.FF, "AE": cpm.SF},
}

func linkOf(s, lang string) (cpm.Link, bool) {
	s = strings.ToUpper(s)
	if l, ok := links[lang][s]; ok {
		return l, true
	}
	l, ok := links["en"][s]
	return l, ok
}

// reference is a predecessor as a cell names it.
type reference struct {
	id   string
	link cpm.Link
	lag  span
}

var (
	lagAtEnd = regexp.MustCompile(`\s*([+-]\s*\d{1,9}(?:[.,]\d{1,6})?\s*(?:\p{L}+|%)\.?)$`)
	comma    = regexp.MustCompile(`([+-]\s*\d+),(\d+\s*[\p{L}%])`)
)

const mostReferences = 8000

// references reads "12FS+2d;14SS-50%;15". The IDs that are known decide where
// one ends and the kind of the relation begins.
func references(cell, lang string, known map[string]int) (out []reference, code string) {
	separator := ";"
	if !strings.Contains(cell, ";") {
		separator = ","
		cell = comma.ReplaceAllString(cell, "$1.$2")
	}
	for one := range strings.SplitSeq(cell, separator) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		if len(out) == mostReferences {
			return nil, "too-many"
		}
		r, code := referenceOf(one, lang, known)
		if code != "" {
			return nil, code
		}
		out = append(out, r)
	}
	return out, ""
}

func referenceOf(s, lang string, known map[string]int) (reference, string) {
	type try struct {
		id, lag string
	}
	tries := []try{{s, ""}}
	if at := lagAtEnd.FindStringSubmatchIndex(s); at != nil {
		tries = append([]try{{s[:at[0]], s[at[2]:at[3]]}}, tries...)
	}
	for _, kind := range []bool{true, false} {
		for _, t := range tries {
			r := reference{id: strings.TrimSpace(t.id)}
			if kind {
				if len(r.id) < 3 {
					continue
				}
				l, ok := linkOf(r.id[len(r.id)-2:], lang)
				if !ok {
					continue
				}
				r.id, r.link = strings.TrimSpace(r.id[:len(r.id)-2]), l
			}
			if _, ok := known[r.id]; !ok {
				continue
			}
			if t.lag != "" {
				lag, ok := spanOf(strings.ReplaceAll(t.lag, " ", ""), lang)
				if !ok {
					return r, "not-a-lag"
				}
				r.lag = lag
			}
			return r, ""
		}
	}
	return reference{}, "unknown-predecessor"
}

// written is a date as people write it, after the name of the weekday.
var written = regexp.MustCompile(`^(?:\p{L}+\.?,?\s+)?(\d{1,4})([-./])(\d{1,2})([-./])(\d{1,4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?Z?)?$`)

// parsed reads 2026-01-05, 5.1.2026, 05/01/26, each with a time or without.
func parsed(s string) (time.Time, bool) {
	m := written.FindStringSubmatch(s)
	if m == nil || m[2] != m[4] {
		return time.Time{}, false
	}
	n := func(i int) int {
		x, _ := strconv.Atoi(m[i]) // digits, or nothing
		return x
	}
	year, month, day := n(5), n(3), n(1)
	switch {
	case len(m[1]) == 4 && m[2] == "-":
		year, day = n(1), n(5)
		if len(m[5]) > 2 {
			return time.Time{}, false
		}
	case len(m[1]) > 2:
		return time.Time{}, false
	case len(m[5]) == 2:
		if year += 2000; year >= 2069 {
			year -= 100
		}
	case len(m[5]) != 4:
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, n(6), n(7), n(8), 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month && t.Hour() == n(6) && t.Minute() == n(7) && t.Second() == n(8)
}

// dateOf reads a date, with the time of day where there is one. Days come before
// months.
func dateOf(c *tabular.Cell) (t workcal.Time, clock, ok bool) {
	at := c.Time
	switch c.Kind {
	case tabular.Date, tabular.Instant:
	case tabular.Text:
		var good bool
		if at, good = parsed(strings.TrimSpace(c.Text)); !good {
			return workcal.None, false, false
		}
	default:
		return workcal.None, false, false
	}
	t, err := workcal.FromTime(at)
	return t, err == nil && (at.Hour() != 0 || at.Minute() != 0), err == nil
}

// constraints by what tables call them: the usual four letters, and the words of
// MS Project in English.
var constraints = map[string]cpm.Rule{
	"": cpm.ASAP, "asap": cpm.ASAP, "assoonaspossible": cpm.ASAP, "alap": cpm.ALAP, "aslateaspossible": cpm.ALAP,
	"snet": cpm.StartNoEarlier, "startnoearlierthan": cpm.StartNoEarlier, "snlt": cpm.StartNoLater, "startnolaterthan": cpm.StartNoLater,
	"fnet": cpm.FinishNoEarlier, "finishnoearlierthan": cpm.FinishNoEarlier, "fnlt": cpm.FinishNoLater, "finishnolaterthan": cpm.FinishNoLater,
	"mso": cpm.MustStart, "muststarton": cpm.MustStart, "mfo": cpm.MustFinish, "mustfinishon": cpm.MustFinish,
	"so": cpm.StartOn, "fo": cpm.FinishOn,
}

var constraintNames = [...]string{
	cpm.ASAP: "", cpm.ALAP: "ALAP", cpm.StartNoEarlier: "SNET", cpm.StartNoLater: "SNLT", cpm.FinishNoEarlier: "FNET", cpm.FinishNoLater: "FNLT",
	cpm.StartOn: "SO", cpm.FinishOn: "FO", cpm.MustStart: "MSO", cpm.MustFinish: "MFO",
}

// maskOf reads a working week: how many days from Monday on, or ww-1111100.
func maskOf(s string) (mask string, ok bool) {
	s = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "ww-")
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 7 {
		return strings.Repeat("1", n) + strings.Repeat("0", 7-n), true
	}
	if len(s) != 7 || strings.Trim(s, "01") != "" || !strings.Contains(s, "1") {
		return "", false
	}
	return s, true
}

// usual is the working week of a table that names none.
const usual = "1111100"

// weekOf is a working week with the usual hours.
func weekOf(mask string) workcal.Week {
	w, hours := workcal.Week{}, workcal.Usual()[1]
	for i := range w {
		w[(i+1)%7] = workcal.Free() // a mask begins on Monday
		if mask[i] == '1' {
			w[(i+1)%7] = hours
		}
	}
	return w
}
