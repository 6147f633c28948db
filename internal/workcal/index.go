package workcal

import "slices"

// indexed finds the hours of days asked for in rising order, without looking
// through all exceptions for each.
type indexed struct {
	chain []*Rules
	cuts  []int32 // days on which another answer may begin
	at    int
	live  []*Rules // the chain with only the spans that touch the current stretch
}

func index(chain []*Rules) *indexed {
	x := &indexed{chain: chain, at: -1}
	for _, r := range chain {
		for _, list := range [][]Span{r.Exceptions, r.Weeks} {
			for _, s := range list {
				if s.First <= s.Last {
					x.cuts = append(x.cuts, s.First, s.Last+1)
				}
			}
		}
	}
	slices.Sort(x.cuts)
	x.cuts = slices.Compact(x.cuts)
	return x
}

// hours is package hours for a day that is not before the last one asked for.
func (x *indexed) hours(day int32) []Shift {
	moved := x.at < 0
	for x.at+1 < len(x.cuts) && x.cuts[x.at+1] <= day {
		x.at++
		moved = true
	}
	if moved || x.live == nil {
		x.live = x.live[:0]
		for _, r := range x.chain {
			x.live = append(x.live, &Rules{Week: r.Week, Exceptions: touching(r.Exceptions, day), Weeks: touching(r.Weeks, day)})
		}
	}
	return hours(x.live, day)
}

func touching(spans []Span, day int32) []Span {
	for i := range spans {
		if day >= spans[i].First && day <= spans[i].Last {
			out := []Span{spans[i]}
			for _, s := range spans[i+1:] {
				if day >= s.First && day <= s.Last {
					out = append(out, s)
				}
			}
			return out
		}
	}
	return nil
}
