// Package hours reads and writes calendars in the bracket notation of P6, and
// the times of day that its files have.
package hours

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"plumbline/internal/workcal"
)

// node is a value of P6's bracket notation: (0||name(attributes)(children)).
type node struct {
	name  string
	attrs string
	kids  []node
}

var errBrackets = errors.New("the notation of a calendar is broken")

const maxNodes = 200_000

// brackets reads the notation.
func brackets(s string) ([]node, error) {
	p := &bracketReader{s: s}
	return p.list(0)
}

type bracketReader struct {
	s     string
	at    int
	count int
}

func (p *bracketReader) skip() {
	for p.at < len(p.s) && (p.s[p.at] <= ' ' || p.s[p.at] == 0x7f) {
		p.at++
	}
}

// list reads nodes up to a closing bracket or the end.
func (p *bracketReader) list(depth int) ([]node, error) {
	if depth > 16 {
		return nil, errBrackets
	}
	var out []node
	for {
		p.skip()
		if p.at >= len(p.s) || p.s[p.at] == ')' {
			return out, nil
		}
		if p.s[p.at] != '(' {
			return nil, errBrackets
		}
		p.at++
		if p.count++; p.count > maxNodes {
			return nil, errBrackets
		}
		n, err := p.node(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
		p.skip()
		if p.at >= len(p.s) || p.s[p.at] != ')' {
			return nil, errBrackets
		}
		p.at++
	}
}

func (p *bracketReader) node(depth int) (node, error) {
	open := strings.IndexByte(p.s[p.at:], '(')
	if open < 0 {
		return node{}, errBrackets
	}
	_, name, _ := strings.Cut(p.s[p.at:p.at+open], "||")
	n := node{name: strings.TrimSpace(name)}
	p.at += open + 1
	end := strings.IndexByte(p.s[p.at:], ')')
	if end < 0 {
		return node{}, errBrackets
	}
	n.attrs = p.s[p.at : p.at+end]
	p.at += end + 1
	p.skip()
	if p.at < len(p.s) && p.s[p.at] == '(' {
		p.at++
		var err error
		if n.kids, err = p.list(depth + 1); err != nil {
			return node{}, err
		}
		if p.at >= len(p.s) || p.s[p.at] != ')' {
			return node{}, errBrackets
		}
		p.at++
	}
	return n, nil
}

// attr reads one attribute of s|08:00|f|16:00.
func (n *node) attr(name string) string {
	f := strings.Split(n.attrs, "|")
	for i := 0; i+1 < len(f); i += 2 {
		if f[i] == name {
			return f[i+1]
		}
	}
	return ""
}

func shifts(kids []node) []workcal.Shift {
	day := workcal.Free()
	for i := range kids {
		day = Shift(day, Clock(kids[i].attr("s")), Clock(kids[i].attr("f")))
	}
	return day
}

// Rules reads the column clndr_data. Days are numbered from Sunday as 1, and
// dates from the end of 1899.
func Rules(data string) (workcal.Rules, error) {
	var r workcal.Rules
	tops, err := brackets(data)
	if err != nil {
		return r, err
	}
	for _, top := range tops {
		for _, part := range top.kids {
			switch part.name {
			case "DaysOfWeek":
				for _, d := range part.kids {
					if n, err := strconv.Atoi(d.name); err == nil && n >= 1 && n <= 7 {
						r.Week[n-1] = shifts(d.kids)
					}
				}
			case "Exceptions":
				for _, x := range part.kids {
					n, err := strconv.Atoi(x.attr("d"))
					if err != nil || n < 0 || n > 100_000 || len(r.Exceptions) >= 50_000 {
						continue
					}
					day := int32(n) - 36526 //nolint:gosec // at most 100,000; the first of 2000
					r.Exceptions = append(r.Exceptions, workcal.Span{First: day, Last: day, Hours: shifts(x.kids)})
				}
			}
		}
	}
	return r, nil
}

// Clock reads 08:00 as ticks since midnight, or -1.
func Clock(s string) int32 {
	h, m, ok := strings.Cut(s, ":")
	if !ok {
		return -1
	}
	m, _, _ = strings.Cut(m, ":")
	a, err1 := strconv.Atoi(strings.TrimSpace(h))
	b, err2 := strconv.Atoi(strings.TrimSpace(m))
	if err1 != nil || err2 != nil || a < 0 || a > 24 || b < 0 || b > 59 {
		return -1
	}
	return int32(a)*workcal.Hour + int32(b)*workcal.Minute //nolint:gosec // within a day
}

// Shift adds a stretch of work to a day; an end at midnight is the day's, and
// beginning and end alike are all round the clock.
func Shift(day []workcal.Shift, from, to int32) []workcal.Shift {
	if from < 0 || to < 0 {
		return day
	}
	if to == 0 || to == 24*workcal.Hour-workcal.Minute {
		to = workcal.Day
	}
	if from == to {
		from, to = 0, workcal.Day
	}
	if to < from { // over midnight: what is left of this day
		to = workcal.Day
	}
	return append(day, workcal.Shift{From: from, To: to})
}

// Text is a calendar in P6's notation. Exceptions over long times are spelt out
// by day, and weeks of a time as exceptions; whole is false where those are more
// than P6 takes. A calendar that inherits nothing says of each day what it is.
func Text(r *workcal.Rules, full bool) (text string, whole bool) {
	var b strings.Builder
	b.WriteString("(0||CalendarData()((0||DaysOfWeek()(")
	for i, day := range r.Week {
		if day == nil {
			if !full {
				continue
			}
			day = workcal.Free()
		}
		fmt.Fprintf(&b, "(0||%d()(%s))", i+1, shiftText(day))
	}
	b.WriteString("))(0||Exceptions()(")
	n := 0
	for _, x := range r.Exceptions {
		for day := x.First; day <= x.Last && n < 10_000; day++ {
			fmt.Fprintf(&b, "(0||%d(d|%d)(%s))", n, day+36526, shiftText(x.Hours))
			n++
		}
	}
	for _, x := range r.Weeks {
		for day := x.First; day <= x.Last && n < 10_000; day++ {
			if hours := x.Week[workcal.Weekday(day)]; hours != nil {
				fmt.Fprintf(&b, "(0||%d(d|%d)(%s))", n, day+36526, shiftText(hours))
				n++
			}
		}
	}
	b.WriteString("))))")
	return b.String(), n < 10_000
}

func shiftText(day []workcal.Shift) string {
	var b strings.Builder
	for i, s := range day {
		fmt.Fprintf(&b, "(0||%d(s|%s|f|%s)())", i, ClockText(s.From), ClockText(s.To))
	}
	return b.String()
}

// ClockText is a time of day as 08:00.
func ClockText(t int32) string {
	t %= workcal.Day
	return fmt.Sprintf("%02d:%02d", t/workcal.Hour, t%workcal.Hour/workcal.Minute)
}
