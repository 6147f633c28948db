package id

import (
	"slices"
	"testing"
)

func TestNewSortsInTheOrderMade(t *testing.T) {
	t.Parallel()
	ids := make([]Point, 10_000)
	for i := range ids {
		ids[i] = New[Point]()
		if !Valid(ids[i]) {
			t.Fatalf("%q is not valid", ids[i])
		}
	}
	if !slices.IsSorted(ids) {
		t.Error("ids made by one process do not sort in the order they were made")
	}
	if n := len(slices.Compact(ids)); n != 10_000 {
		t.Errorf("%d different ids of 10,000", n)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in string
		want     bool
	}{
		{"version 7", "0190163d-8694-739b-aea5-966c26f8ad91", true},
		{"version 4", "0190163d-8694-439b-aea5-966c26f8ad91", false},
		{"upper case", "0190163D-8694-739B-AEA5-966C26F8AD91", false},
		{"wrong variant", "0190163d-8694-739b-cea5-966c26f8ad91", false},
		{"empty", "", false},
		{"braces", "{190163d-8694-739b-aea5-966c26f8ad9}", false},
		{"dash out of place", "0190163d8-694-739b-aea5-966c26f8ad91", false},
		{"not hex", "0190163d-8694-739b-aea5-966c26f8ad9g", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Valid(c.in); got != c.want {
				t.Errorf("Valid(%q) = %v, want %v", c.in, got, c.want)
			}
		})
	}
}
