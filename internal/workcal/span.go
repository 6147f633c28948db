package workcal

// at is the pattern of a day counted from the window's first, which is a Sunday.
func (c *Calendar) at(i int64) *pattern {
	if uint64(i) < uint64(len(c.days)) {
		return &c.patterns[c.days[i]]
	}
	return &c.patterns[c.week[mod(i, 7)]]
}

// near is how many days are walked through before a search through the sums
// of work is the shorter way.
const near = 12

// Ahead is NextStart(t) and FinishAt of the work after it: when work that may
// begin at t begins, and when it is done. Most work is done within days, which
// are walked through.
func (c *Calendar) Ahead(t Time, work int32) (start, finish Time) {
	if c.nonstop {
		return t, clamp(int64(t) + int64(work))
	}
	if t.In() && work > 0 {
		day := floorDiv(int64(t), Day)
		tod, i := int32(int64(t)-day*Day), day-c.lo
		p := c.at(i)
		for range near {
			if first, rest, ok := p.from(tod, work); ok {
				start = Time((c.lo+i)*Day) + Time(first)
				return start, c.walk(i, p, first, rest, start, work)
			}
			i++
			tod, p = 0, c.at(i)
		}
	}
	pos := c.Pos(t)
	return c.StartAt(pos), c.FinishAt(pos + int64(work))
}

// from is where of the day work begins that may at tod, and how much of it is
// left after the day; false if nothing is worked any more.
func (p *pattern) from(tod, work int32) (start, rest int32, ok bool) {
	for k := range p.shifts {
		s := &p.shifts[k]
		if tod >= s.To {
			continue
		}
		if !ok {
			start, ok = max(tod, s.From), true
			work -= s.To - start
		} else {
			work -= s.To - s.From
		}
	}
	return start, work, ok
}

// walk finds the end of work that begins on day i, of which rest is left after it.
func (c *Calendar) walk(i int64, p *pattern, start, rest int32, begin Time, work int32) Time {
	if rest <= 0 {
		return Time((c.lo+i)*Day) + Time(p.finish(p.before(start)+work))
	}
	for range near {
		i++
		p = c.at(i)
		if rest <= p.total {
			return Time((c.lo+i)*Day) + Time(p.finish(rest))
		}
		rest -= p.total
	}
	return c.FinishAt(c.Pos(begin) + int64(work))
}

// Back is LastFinish(t) and StartAt of the work before it: when work that must
// be done by t ends, and when it must begin.
func (c *Calendar) Back(t Time, work int32) (start, finish Time) {
	if c.nonstop {
		return clamp(int64(t) - int64(work)), t
	}
	if t.In() && work > 0 {
		day := floorDiv(int64(t), Day)
		tod, i := int32(int64(t)-day*Day), day-c.lo
		p := c.at(i)
		for range near {
			if done := p.before(tod); done > 0 {
				finish = Time((c.lo+i)*Day) + Time(p.finish(done))
				return c.walkBack(i, p, done, finish, work), finish
			}
			i--
			tod, p = Day, c.at(i)
		}
	}
	pos := c.Pos(t)
	return c.StartAt(pos - int64(work)), c.FinishAt(pos)
}

// walkBack finds the beginning of work that ends on day i, when done is done of it.
func (c *Calendar) walkBack(i int64, p *pattern, done int32, end Time, work int32) Time {
	if work <= done {
		return Time((c.lo+i)*Day) + Time(p.start(done-work))
	}
	rest := work - done
	for range near {
		i--
		p = c.at(i)
		if rest <= p.total && p.total > 0 {
			return Time((c.lo+i)*Day) + Time(p.start(p.total-rest))
		}
		rest -= p.total
	}
	return c.StartAt(c.Pos(end) - int64(work))
}
