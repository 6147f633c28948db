package lang

import (
	"strconv"
	"strings"
)

// marks are how a language writes numbers.
type marks struct {
	group, point string
	percentSpace bool
	before       bool // the currency stands before the number
	tight        bool // a currency sign needs no space
}

func marksOf(l Locale) marks {
	switch l.Language() {
	case "nl":
		return marks{group: ".", point: ",", before: true}
	case "fr":
		return marks{group: "\u202f", point: ",", percentSpace: true}
	case "da", "de":
		return marks{group: ".", point: ",", percentSpace: true}
	default:
		return marks{group: ",", point: ".", before: true, tight: true}
	}
}

// Money writes cents of an ISO 4217 currency.
func Money(l Locale, cents int64, currency string) string {
	m := marksOf(l)
	minus, abs := "", uint64(cents)
	if cents < 0 {
		minus, abs = "-", -uint64(cents)
	}
	text := strconv.FormatUint(abs/100, 10) + "." + string([]byte{byte('0' + abs/10%10), byte('0' + abs%10)})
	sign := currency
	switch {
	case currency == "EUR":
		sign = "€"
	case currency == "DKK" && l.Language() == "da":
		sign = "kr."
	}
	number := group(l, text)
	switch {
	case !m.before:
		return minus + number + "\u00a0" + sign
	case m.tight && sign == "€":
		return minus + sign + number
	case m.tight:
		return minus + sign + "\u00a0" + number
	default:
		return sign + "\u00a0" + minus + number
	}
}

func decimal(l Locale, f float64, least, most int) string {
	return pad(l, round(strconv.FormatFloat(f, 'f', -1, 64), most), least)
}

// pad gives a plain decimal at least so many decimals, and l's marks.
func pad(l Locale, s string, least int) string {
	whole, frac, _ := strings.Cut(s, ".")
	for len(frac) < least {
		frac += "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	return group(l, whole)
}

// shift moves the decimal point of a plain decimal to the right.
func shift(s string, n int) string {
	minus := ""
	if strings.HasPrefix(s, "-") {
		minus, s = "-", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	for len(frac) < n {
		frac += "0"
	}
	whole, frac = strings.TrimLeft(whole+frac[:n], "0"), frac[n:]
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	return minus + whole
}

// round cuts a plain decimal to so many decimals, halves away from zero, and
// drops zeros at its end.
func round(s string, most int) string {
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > most {
		up := frac[most] >= '5'
		frac = frac[:most]
		if up {
			digits := []byte(whole + frac)
			i := len(digits) - 1
			for ; i >= 0 && digits[i] != '-'; i-- {
				if digits[i]++; digits[i] <= '9' {
					break
				}
				digits[i] = '0'
			}
			text := string(digits)
			if i < 0 {
				text = "1" + text
			} else if digits[i] == '-' {
				text = "-1" + text[1:]
			}
			whole, frac = text[:len(text)-most], text[len(text)-most:]
		}
	}
	frac = strings.TrimRight(frac, "0")
	if frac == "" {
		if whole == "-0" {
			return "0"
		}
		return whole
	}
	return whole + "." + frac
}

// group puts l's marks into a plain decimal.
func group(l Locale, s string) string {
	m := marksOf(l)
	minus := ""
	if strings.HasPrefix(s, "-") {
		minus, s = "-", s[1:]
	}
	whole, frac, hasFrac := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(minus)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(m.group)
		}
		b.WriteRune(r)
	}
	if hasFrac {
		b.WriteString(m.point)
		b.WriteString(frac)
	}
	return b.String()
}
