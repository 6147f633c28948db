// Package dpvfile reads the one fact that Plumbline takes from the Turtle files
// of the Data Privacy Vocabulary: which rights a person has under each legal
// basis of GDPR art. 6(1). It reads what those files look like, not all of
// Turtle: a block begins with its subject at the start of a line and ends with
// a full stop at the end of one.
package dpvfile

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Basis is a legal basis and the rights that DPV gives it.
type Basis struct {
	Basis  string   // "A6-1-a"
	Rights []string // "A13", "A7-3" …
}

// Rights reads the bases of art. 6(1) with their rights, in order.
func Rights(ttl []byte) ([]Basis, error) {
	subject := regexp.MustCompile(`^eu-gdpr:(A6-1-[a-f]) a `)
	article := regexp.MustCompile(`eu-gdpr:(A[0-9]+(?:-[0-9]+)*)\b`)
	var all []Basis
	for block := range strings.SplitSeq(string(ttl), " .\n") {
		block = strings.TrimSpace(block)
		m := subject.FindStringSubmatch(block)
		if m == nil {
			continue
		}
		_, list, ok := strings.Cut(block, "dpv:hasRight ")
		if !ok {
			continue
		}
		list, _, _ = strings.Cut(list, " ;")
		b := Basis{Basis: m[1]}
		for _, a := range article.FindAllStringSubmatch(list, -1) {
			b.Rights = append(b.Rights, a[1])
		}
		if len(b.Rights) == 0 {
			return nil, errors.New(m[1] + " has no rights")
		}
		all = append(all, b)
	}
	if len(all) < 6 {
		return nil, errors.New("not the GDPR file of DPV: bases of art. 6(1) are missing")
	}
	slices.SortFunc(all, func(a, b Basis) int { return strings.Compare(a.Basis, b.Basis) })
	return all, nil
}
