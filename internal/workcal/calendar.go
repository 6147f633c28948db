package workcal

import (
	"encoding/binary"
)

// pattern is the hours of one kind of day.
type pattern struct {
	shifts []Shift
	total  int32
}

// before is the work of the day before a time of it.
func (p *pattern) before(tod int32) int32 {
	w := int32(0)
	for _, s := range p.shifts {
		if tod <= s.From {
			break
		}
		w += min(tod, s.To) - s.From
	}
	return w
}

// finish is the first time of the day by which w > 0 is done.
func (p *pattern) finish(w int32) int32 {
	for _, s := range p.shifts {
		if n := s.To - s.From; w > n {
			w -= n
		} else {
			return s.From + w
		}
	}
	return Day
}

// start is the last time of the day at which no more than w < total is done.
func (p *pattern) start(w int32) int32 {
	for _, s := range p.shifts {
		if n := s.To - s.From; w >= n {
			w -= n
		} else {
			return s.From + w
		}
	}
	return Day
}

// Calendar is compiled rules. It does not change, and many may ask it at once.
type Calendar struct {
	lo       int64    // the first day of the window, a Sunday
	days     []uint16 // the pattern of each day of the window, whole weeks
	cum      []int32  // the work of the window before each day, and in all
	patterns []pattern
	week     [7]uint16 // the pattern of each weekday outside the window
	weekCum  [8]int64
	nonstop  bool
}

// Compile turns rules into a calendar.
func Compile(r *Rules) (*Calendar, error) {
	chain, err := r.chain()
	if err != nil {
		return nil, err
	}
	first, last := First.DayOf(), Last.DayOf()
	from, to := last, first
	for _, r := range chain {
		for _, list := range [][]Span{r.Exceptions, r.Weeks} {
			for _, s := range list {
				if s.Last < s.First {
					continue
				}
				from, to = min(from, max(s.First, first)), max(to, min(s.Last, last))
			}
		}
	}
	c := &Calendar{}
	known := map[string]uint16{}
	kind := func(day []Shift) (uint16, error) {
		tidy, err := Tidy(day)
		if err != nil {
			return 0, err
		}
		key := make([]byte, 0, 8*len(tidy))
		for _, s := range tidy {
			key = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(key, uint32(s.From)), uint32(s.To))
		}
		if n, ok := known[string(key)]; ok {
			return n, nil
		}
		if len(c.patterns) > 65535 {
			return 0, errVariety
		}
		p := pattern{shifts: tidy}
		for _, s := range tidy {
			p.total += s.To - s.From
		}
		n := uint16(len(c.patterns))
		c.patterns, known[string(key)] = append(c.patterns, p), n
		return n, nil
	}
	bare := make([]*Rules, len(chain))
	for i, r := range chain {
		bare[i] = &Rules{Week: r.Week}
	}
	c.nonstop = true
	for wd := range 7 {
		day := int32(wd) + 1 // the second of 2000 was a Sunday
		if c.week[wd], err = kind(hours(bare, day)); err != nil {
			return nil, err
		}
		total := c.patterns[c.week[wd]].total
		c.weekCum[wd+1] = c.weekCum[wd] + int64(total)
		c.nonstop = c.nonstop && total == Day
	}
	if from > to {
		c.lo, c.cum = 1, []int32{0}
		return c, nil
	}
	c.nonstop = false
	lo := from - int32(Weekday(from))
	n := (to-lo)/7*7 + 7
	c.lo = int64(lo)
	c.days, c.cum = make([]uint16, n), make([]int32, n+1)
	at := index(chain)
	for i := range n {
		if c.days[i], err = kind(at.hours(lo + i)); err != nil {
			return nil, err
		}
		c.cum[i+1] = c.cum[i] + c.patterns[c.days[i]].total
	}
	return c, nil
}

// Weekly is the work of an ordinary week.
func (c *Calendar) Weekly() int64 { return c.weekCum[7] }

// Works reports whether there is any work in the calendar at all.
func (c *Calendar) Works() bool { return c.weekCum[7] > 0 || c.cum[len(c.cum)-1] > 0 }

// Hours are the shifts of the day that t falls on.
func (c *Calendar) Hours(t Time) []Shift {
	return c.patterns[c.kind(int64(t.DayOf()))].shifts
}

func (c *Calendar) kind(day int64) uint16 {
	i := day - c.lo
	if i >= 0 && i < int64(len(c.days)) {
		return c.days[i]
	}
	return c.week[mod(i, 7)]
}

// Pos is the work before t, counted from the calendar's own beginning, and so
// negative before it.
func (c *Calendar) Pos(t Time) int64 {
	if c.nonstop {
		return int64(t)
	}
	day := floorDiv(int64(t), Day)
	tod := int32(int64(t) - day*Day)
	i, n := day-c.lo, int64(len(c.days))
	if uint64(i) < uint64(n) {
		return int64(c.cum[i]) + int64(c.patterns[c.days[i]].before(tod))
	}
	base := int64(0)
	if i >= n {
		i -= n
		base = int64(c.cum[n])
	}
	w := floorDiv(i, 7)
	wd := i - 7*w
	return base + w*c.weekCum[7] + c.weekCum[wd] + int64(c.patterns[c.week[wd]].before(tod))
}

// FinishAt is the first time by which the work up to pos is done: the end of a
// shift rather than the beginning of the next.
func (c *Calendar) FinishAt(pos int64) Time {
	if c.nonstop {
		return clamp(pos)
	}
	n := len(c.days)
	total := int64(c.cum[n])
	if pos > 0 && pos <= total {
		i := c.search(pos - 1)
		return clamp((c.lo+int64(i))*Day + int64(c.patterns[c.days[i]].finish(int32(pos-int64(c.cum[i])))))
	}
	per, day, base := c.weekCum[7], c.lo, pos
	if pos > 0 {
		day, base = c.lo+int64(n), pos-total
	}
	if per == 0 {
		return c.beyond(pos)
	}
	w := floorDiv(base-1, per)
	rest := base - w*per // 1..per
	wd := 0
	for c.weekCum[wd+1] < rest {
		wd++
	}
	return clamp((day+7*w+int64(wd))*Day + int64(c.patterns[c.week[wd]].finish(int32(rest-c.weekCum[wd]))))
}

// StartAt is the last time at which the work up to pos is done and no more: the
// beginning of a shift rather than the end of the one before.
func (c *Calendar) StartAt(pos int64) Time {
	if c.nonstop {
		return clamp(pos)
	}
	n := len(c.days)
	total := int64(c.cum[n])
	if pos >= 0 && pos < total {
		i := c.search(pos)
		return clamp((c.lo+int64(i))*Day + int64(c.patterns[c.days[i]].start(int32(pos-int64(c.cum[i])))))
	}
	per, day, base := c.weekCum[7], c.lo, pos
	if pos >= 0 {
		day, base = c.lo+int64(n), pos-total
	}
	if per == 0 {
		return c.beyond(pos)
	}
	w := floorDiv(base, per)
	rest := base - w*per // 0..per-1
	wd := 0
	for c.weekCum[wd+1] <= rest {
		wd++
	}
	return clamp((day+7*w+int64(wd))*Day + int64(c.patterns[c.week[wd]].start(int32(rest-c.weekCum[wd]))))
}

// beyond is where work lies that a calendar without ordinary weeks never does.
func (c *Calendar) beyond(pos int64) Time {
	if pos <= 0 {
		return clamp(int64(None))
	}
	return Never
}

// search finds the day of the window in which pos lies: cum[i] <= pos <
// cum[i+1]. A first guess by proportion is nearly right, for days are alike.
func (c *Calendar) search(pos int64) int {
	n := len(c.days)
	p := int32(pos)
	i := int(pos * int64(n) / int64(c.cum[n]))
	for step := 1; ; step *= 2 {
		if c.cum[i] > p {
			lo := max(0, i-step)
			if c.cum[lo] <= p {
				return c.between(lo, i, p)
			}
			i = lo
			continue
		}
		hi := min(n, i+step)
		if c.cum[hi] > p {
			return c.between(i, hi, p)
		}
		i = hi
	}
}

// between halves lo..hi, where cum[lo] <= p < cum[hi].
func (c *Calendar) between(lo, hi int, p int32) int {
	for hi-lo > 1 {
		if m := int(uint(lo+hi) >> 1); c.cum[m] <= p {
			lo = m
		} else {
			hi = m
		}
	}
	return lo
}

// Add is when work begun at t is done. No work is done at once.
func (c *Calendar) Add(t Time, work int64) Time {
	switch {
	case t == Never || work == 0:
		return t
	case work < 0:
		return c.StartAt(c.Pos(t) + work)
	}
	return c.FinishAt(c.Pos(t) + work)
}

// Sub is when work must begin to be done at t.
func (c *Calendar) Sub(t Time, work int64) Time { return c.Add(t, -work) }

// Between is the work from a to b, negative when b comes first.
func (c *Calendar) Between(a, b Time) int64 { return c.Pos(b) - c.Pos(a) }

// NextStart is t, or where it is free the beginning of the next shift.
func (c *Calendar) NextStart(t Time) Time { return c.StartAt(c.Pos(t)) }

// LastFinish is t, or where it is free the end of the shift before.
func (c *Calendar) LastFinish(t Time) Time { return c.FinishAt(c.Pos(t)) }
