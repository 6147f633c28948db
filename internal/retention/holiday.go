package retention

import (
	"slices"
	"strings"
	"time"
)

// Country is an ISO 3166 code of two capitals. A country whose calendar is not
// known here, and none, get Neutral.
type Country string

// The countries whose public holidays are known, and the neutral fallback.
const (
	Belgium     Country = "BE"
	Denmark     Country = "DK"
	Netherlands Country = "NL"
	France      Country = "FR"
	Germany     Country = "DE"
	Luxembourg  Country = "LU"
	Austria     Country = "AT"
	Ireland     Country = "IE"
	Neutral     Country = "EU" // only what is a public holiday in every member state
)

// Countries are those whose public holidays are known.
func Countries() []Country {
	return []Country{Austria, Belgium, Denmark, France, Germany, Ireland, Luxembourg, Netherlands}
}

// CountryOf reads a code; one that is not known is Neutral.
func CountryOf(code string) Country {
	c := Country(strings.ToUpper(strings.TrimSpace(code)))
	if slices.Contains(Countries(), c) {
		return c
	}
	return Neutral
}

// Easter is Easter Sunday of a year of the Gregorian calendar (Meeus).
func Easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date{year, time.Month(n / 31), n%31 + 1}
}

// holidays are those of the whole country, as its own law lists them. Not counted:
// days of a region only (Alsace, the Länder), days on which offices close by
// custom or collective agreement (5 June and 24 December in Denmark), and days
// given in place of one that falls in a weekend (Ireland, Belgium).
type holidays struct {
	fixed  []monthDay
	easter []int // days from Easter Sunday
	more   func(year int) []Date
}

type monthDay struct {
	month time.Month
	day   int
	since int // year; 0 for always
}

const (
	maundyThursday = -3
	goodFriday     = -2
	easterMonday   = 1
	prayerDay      = 26 // Denmark, until 2023
	ascension      = 39
	whitSunday     = 49
	whitMonday     = 50
	corpusChristi  = 60
)

func calendarOf(c Country) holidays {
	newYear, labour := monthDay{month: time.January, day: 1}, monthDay{month: time.May, day: 1}
	assumption, allSaints := monthDay{month: time.August, day: 15}, monthDay{month: time.November, day: 1}
	armistice := monthDay{month: time.November, day: 11}
	christmas, second := monthDay{month: time.December, day: 25}, monthDay{month: time.December, day: 26}
	western := []int{easterMonday, ascension, whitMonday}
	switch c {
	case Belgium:
		return holidays{fixed: []monthDay{newYear, labour, {month: time.July, day: 21}, assumption, allSaints, armistice, christmas}, easter: western}
	case Denmark:
		return holidays{fixed: []monthDay{newYear, christmas, second},
			easter: []int{maundyThursday, goodFriday, 0, easterMonday, ascension, whitSunday, whitMonday},
			more: func(year int) []Date {
				if year > 2023 { // abolished by act 214 of 6 March 2023
					return nil
				}
				return []Date{Easter(year).AddDays(prayerDay)}
			}}
	case Netherlands: // Algemene termijnenwet, article 3
		return holidays{fixed: []monthDay{newYear, {month: time.May, day: 5}, christmas, second},
			easter: append([]int{goodFriday}, western...),
			more: func(year int) []Date {
				king := Date{year, time.April, 27}
				if year < 2014 {
					king = Date{year, time.April, 30}
				}
				if king.Weekday() == time.Sunday {
					king = king.AddDays(-1)
				}
				return []Date{king}
			}}
	case France: // Code du travail, L3133-1
		return holidays{fixed: []monthDay{newYear, labour, {month: time.May, day: 8}, {month: time.July, day: 14}, assumption, allSaints, armistice, christmas}, easter: western}
	case Germany: // what all Länder share
		return holidays{fixed: []monthDay{newYear, labour, {month: time.October, day: 3, since: 1990}, christmas, second},
			easter: append([]int{goodFriday}, western...)}
	case Luxembourg:
		return holidays{fixed: []monthDay{newYear, labour, {month: time.May, day: 9, since: 2019}, {month: time.June, day: 23}, assumption, allSaints, christmas, second}, easter: western}
	case Austria:
		return holidays{fixed: []monthDay{newYear, {month: time.January, day: 6}, labour, assumption, {month: time.October, day: 26},
			allSaints, {month: time.December, day: 8}, christmas, second}, easter: append([]int{corpusChristi}, western...)}
	case Ireland: // Organisation of Working Time Act 1997, second schedule
		return holidays{fixed: []monthDay{newYear, {month: time.March, day: 17}, christmas, second}, easter: []int{easterMonday}, more: irish}
	}
	return holidays{fixed: []monthDay{newYear, christmas}}
}

func irish(year int) []Date {
	days := []Date{firstMonday(year, time.May), firstMonday(year, time.June), firstMonday(year, time.August),
		firstMonday(year, time.November).AddDays(-7)} // the last of October
	if year >= 2023 { // Saint Brigid: the first Monday of February, or the 1st where it is a Friday
		brigid := Date{year, time.February, 1}
		if brigid.Weekday() != time.Friday {
			brigid = firstMonday(year, time.February)
		}
		days = append(days, brigid)
	}
	return days
}

func firstMonday(year int, month time.Month) Date {
	d := Date{year, month, 1}
	return d.AddDays((int(time.Monday) - int(d.Weekday()) + 7) % 7)
}

// Holidays are the public holidays of a country in a year, in order.
func Holidays(c Country, year int) []Date {
	h := calendarOf(c)
	var days []Date
	for _, f := range h.fixed {
		if year >= f.since {
			days = append(days, Date{year, f.month, f.day})
		}
	}
	for _, n := range h.easter {
		days = append(days, Easter(year).AddDays(n))
	}
	if h.more != nil {
		days = append(days, h.more(year)...)
	}
	slices.SortFunc(days, Date.Compare)
	return slices.Compact(days)
}

// WorkingDay reports whether d is no Saturday, no Sunday and no public holiday.
func WorkingDay(c Country, d Date) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	return !slices.Contains(Holidays(c, d.Year), d)
}

// NextWorkingDay is d, or the first working day after it.
func NextWorkingDay(c Country, d Date) Date {
	for !WorkingDay(c, d) {
		d = d.AddDays(1)
	}
	return d
}
