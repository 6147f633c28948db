package sweep

import (
	"fmt"
	"slices"

	"plumbline/internal/personal"
)

// byAct are the retentions without a length that end by somebody's act alone.
func byAct(r personal.Retention) string {
	switch r {
	case personal.WhileProject:
		return "a project's record is kept until its organisation erases it"
	case personal.WhileOrg:
		return "kept until the organisation leaves"
	case personal.UntilUnwanted:
		return "kept as long as somebody does not want to be written to"
	}
	return ""
}

// Unswept names every declared retention that no rule, or more than one, acts
// on, and every rule about what is not declared.
func Unswept(declared []personal.Declaration, rules []Rule) []string {
	wanted, by := map[Cover]bool{}, map[Cover][]string{}
	lapse := map[personal.Retention]bool{}
	for _, d := range declared {
		if !d.Personal() || byAct(d.Retention) != "" {
			continue
		}
		if _, ok := d.Retention.Lapse(); ok { // it goes with its owner, who lapses
			lapse[d.Retention] = true
			continue
		}
		wanted[Cover{d.Table, d.Retention}] = true
	}
	var wrong []string
	for _, r := range rules {
		for _, c := range r.Covers {
			by[c] = append(by[c], r.Name)
			if _, ok := c.Retention.Lapse(); ok {
				delete(lapse, c.Retention)
				continue
			}
			if !wanted[c] {
				wrong = append(wrong, fmt.Sprintf("%s acts on %s %s, which is not declared", r.Name, c.Table, c.Retention))
			}
		}
	}
	for c := range wanted {
		if len(by[c]) != 1 {
			wrong = append(wrong, fmt.Sprintf("%s %s is swept by %v, not by one", c.Table, c.Retention, by[c]))
		}
	}
	for r := range lapse {
		wrong = append(wrong, fmt.Sprintf("nothing ends %s when nobody uses it", r))
	}
	slices.Sort(wrong)
	return wrong
}
