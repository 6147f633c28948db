package msp

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"plumbline/internal/workcal"
)

// date reads 2026-01-05T08:00:00; what is not one is none. The years in which
// MS Project says "no date" are none too.
func date(s string) workcal.Time {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return workcal.None
	}
	num := func(from, to int) int {
		n, err := strconv.Atoi(s[from:to])
		if err != nil {
			return -1
		}
		return n
	}
	y, m, d := num(0, 4), num(5, 7), num(8, 10)
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return workcal.None
	}
	sec := 0
	if len(s) >= 16 {
		sec = num(11, 13)*3600 + num(14, 16)*60
		if len(s) >= 19 {
			sec += num(17, 19)
		}
		if sec < 0 || sec > 86400 {
			return workcal.None
		}
	}
	t, err := workcal.At(y, m, d, sec)
	if err != nil {
		return workcal.None
	}
	return t
}

// clock reads 08:00:00 as ticks since midnight.
func clock(s string) int32 {
	p := strings.Split(s, ":")
	if len(p) < 2 {
		return -1
	}
	h, err1 := strconv.Atoi(p[0])
	m, err2 := strconv.Atoi(p[1])
	if err1 != nil || err2 != nil || h < 0 || h > 24 || m < 0 || m > 59 {
		return -1
	}
	return int32(h)*workcal.Hour + int32(m)*workcal.Minute //nolint:gosec // within a day
}

func clockText(t int32) string {
	if t >= workcal.Day {
		t = 0 // midnight, as MS Project writes the end of a day
	}
	return fmt.Sprintf("%02d:%02d:00", t/workcal.Hour, t%workcal.Hour/workcal.Minute)
}

// Duration reads an ISO duration such as PT8H30M0S, in ticks.
func duration(s string) (int32, bool) {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if !strings.HasPrefix(s, "P") {
		return 0, false
	}
	total, time := 0.0, false
	start := 1
	for i := 1; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c == '.' {
			continue
		}
		if c == 'T' {
			time, start = true, i+1
			continue
		}
		n, err := strconv.ParseFloat(s[start:i], 64)
		if err != nil {
			return 0, false
		}
		start = i + 1
		switch {
		case c == 'D':
			n *= workcal.Day
		case c == 'W':
			n *= 7 * workcal.Day
		case c == 'H':
			n *= workcal.Hour
		case c == 'M' && time:
			n *= workcal.Minute
		case c == 'S':
			n /= 6
		default:
			return 0, false
		}
		total += n
	}
	if neg {
		total = -total
	}
	if math.Abs(total) > 1e9 {
		return 0, false
	}
	return int32(math.Round(total)), true
}

func durationText(t int32) string {
	sign := ""
	if t < 0 {
		sign, t = "-", -t
	}
	return fmt.Sprintf("%sPT%dH%dM%dS", sign, t/workcal.Hour, t%workcal.Hour/workcal.Minute, t%workcal.Minute*6)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Abs(f) > 1e9 {
			return 0
		}
		n = int(math.Round(f))
	}
	return max(-1e9, min(1e9, n))
}

func decimal(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

func yes(s string) bool { return s == "1" || s == "true" }

// elapsed reports that a format of durations or lags counts all hours: Microsoft's
// codes, of which those over 30 are estimates.
func elapsed(format int) bool {
	switch format {
	case 4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52:
		return true
	}
	return false
}

func percent(format int) bool { return format == 19 || format == 20 || format == 51 || format == 52 }
