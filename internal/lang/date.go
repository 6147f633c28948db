package lang

import (
	"strconv"
	"strings"
	"time"

	"plumbline/internal/sabotage"
)

// Style is how long a date is written.
type Style uint8

// The styles: 1/03/2024, 1 mrt 2024, 1 maart 2024, vrijdag 1 maart 2024.
const (
	Short Style = iota
	Medium
	Long
	Full
)

// CivilLayout is how a civil date is kept: YYYY-MM-DD.
const CivilLayout = "2006-01-02"

// ParseCivil reads a civil date in its one spelling.
func ParseCivil(s string) (time.Time, bool) {
	t, err := time.Parse(CivilLayout, s)
	return t, err == nil && t.Year() >= 1 && t.Format(CivilLayout) == s
}

// Today is the civil date that it is at t in zone.
func Today(t time.Time, zone *time.Location) string { return t.In(zone).Format(CivilLayout) }

// Date writes a civil date. What is no date comes back as it is.
func Date(l Locale, civil string, style Style) string {
	t, ok := ParseCivil(civil)
	if !ok {
		return civil
	}
	return date(l, t, style)
}

// Instant writes date and time of t in zone.
func Instant(l Locale, t time.Time, zone *time.Location, style Style) string {
	if t = t.In(zone); sabotage.Off("USE-2") {
		t = t.UTC()
	}
	join := ", "
	if style >= Long {
		switch l.Language() {
		case "nl":
			join = " om "
		case "fr":
			join = " à "
		case "de":
			join = " um "
		case "da":
			join = " kl. "
		default:
			join = " at "
		}
	} else if l.Language() == "fr" && style == Short {
		join = " "
	}
	return date(l, t, style) + join + clock(l, t)
}

// Stamp writes t in zone and names the zone: 1 maart 2024 om 00:30 (CET).
func Stamp(l Locale, t time.Time, zone *time.Location) string {
	name, _ := t.In(zone).Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		name = "UTC" + name
	}
	return Instant(l, t, zone, Long) + " (" + name + ")"
}

// Clock writes the time of day of t in zone.
func Clock(l Locale, t time.Time, zone *time.Location) string { return clock(l, t.In(zone)) }

func clock(l Locale, t time.Time) string {
	if l.Language() == "da" {
		return t.Format("15.04")
	}
	return t.Format("15:04")
}

func date(l Locale, t time.Time, style Style) string {
	d, y := strconv.Itoa(t.Day()), strconv.Itoa(t.Year())
	switch style {
	case Short:
		switch l {
		case DutchBelgium:
			return d + t.Format("/01/2006")
		case FrenchBelgium:
			return d + t.Format("/01/06")
		case DutchNetherl:
			return t.Format("02-01-2006")
		case GermanGermany, GermanBelgium:
			return t.Format("02.01.06")
		case Danish:
			return t.Format("02.01.2006")
		default:
			return t.Format("02/01/2006")
		}
	case Medium:
		if l.Language() == "de" {
			return t.Format("02.01.2006")
		}
		return day(l, d) + " " + MonthShort(l, t.Month()) + " " + y
	case Full:
		switch l.Language() {
		case "de":
			return Weekday(l, t.Weekday()) + ", " + day(l, d) + " " + Month(l, t.Month()) + " " + y
		case "da":
			return Weekday(l, t.Weekday()) + " den " + day(l, d) + " " + Month(l, t.Month()) + " " + y
		default:
			return Weekday(l, t.Weekday()) + " " + day(l, d) + " " + Month(l, t.Month()) + " " + y
		}
	default:
		return day(l, d) + " " + Month(l, t.Month()) + " " + y
	}
}

// day is the number of a day as it stands before a month's name.
func day(l Locale, d string) string {
	if n := l.Language(); n == "da" || n == "de" {
		return d + "."
	}
	return d
}

// Month is the name of a month within a date.
func Month(l Locale, m time.Month) string { return named(months[l.Language()], int(m)-1) }

// MonthShort is the short name of a month within a date.
func MonthShort(l Locale, m time.Month) string { return named(monthsShort[l.Language()], int(m)-1) }

// Weekday is the name of a day of the week.
func Weekday(l Locale, d time.Weekday) string { return named(weekdays[l.Language()], int(d)) }

// WeekdayShort is the short name of a day of the week.
func WeekdayShort(l Locale, d time.Weekday) string {
	return named(weekdaysShort[l.Language()], int(d))
}

func named(names string, i int) string {
	all := strings.Fields(names)
	if i < 0 || i >= len(all) {
		return ""
	}
	return all[i]
}

// Names from CLDR 48 (ca-gregorian, format).
var (
	months = map[string]string{
		"nl": "januari februari maart april mei juni juli augustus september oktober november december",
		"en": "January February March April May June July August September October November December",
		"fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"da": "januar februar marts april maj juni juli august september oktober november december",
		"de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
	}
	monthsShort = map[string]string{
		"nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
		"en": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
		"fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
		"da": "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
		"de": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
	}
	weekdays = map[string]string{
		"nl": "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
		"en": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
		"fr": "dimanche lundi mardi mercredi jeudi vendredi samedi",
		"da": "søndag mandag tirsdag onsdag torsdag fredag lørdag",
		"de": "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
	}
	weekdaysShort = map[string]string{
		"nl": "zo ma di wo do vr za",
		"en": "Sun Mon Tue Wed Thu Fri Sat",
		"fr": "dim. lun. mar. mer. jeu. ven. sam.",
		"da": "søn. man. tirs. ons. tors. fre. lør.",
		"de": "So. Mo. Di. Mi. Do. Fr. Sa.",
	}
)
