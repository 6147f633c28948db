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
		begun, left := false, work
		for range near {
			p := c.at(i)
			midnight := Time((c.lo + i) * Day)
			if begun && left > p.total {
				left -= p.total
				i++
				continue
			}
			for k := range p.shifts {
				s := &p.shifts[k]
				if tod >= s.To {
					continue
				}
				from := max(tod, s.From)
				if !begun {
					begun, start = true, midnight+Time(from)
				}
				if n := s.To - from; left > n {
					left -= n
				} else {
					return start, midnight + Time(from+left)
				}
			}
			i++
			tod = 0
		}
	}
	pos := c.Pos(t)
	return c.StartAt(pos), c.FinishAt(pos + int64(work))
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
		ended, left := false, work
		for range near {
			p := c.at(i)
			midnight := Time((c.lo + i) * Day)
			if ended && left > p.total {
				left -= p.total
				i--
				continue
			}
			for k := len(p.shifts) - 1; k >= 0; k-- {
				s := &p.shifts[k]
				if tod <= s.From {
					continue
				}
				to := min(tod, s.To)
				if !ended {
					ended, finish = true, midnight+Time(to)
				}
				if n := to - s.From; left > n {
					left -= n
				} else {
					return midnight + Time(to-left), finish
				}
			}
			i--
			tod = Day
		}
	}
	pos := c.Pos(t)
	return c.StartAt(pos - int64(work)), c.FinishAt(pos)
}
