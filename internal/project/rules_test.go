package project

import (
	"testing"

	"plumbline/internal/fault"
)

func TestEnough(t *testing.T) {
	t.Parallel()
	open, reserved, closing := Status{}, Status{ManagersOnly: true}, Status{Closes: true, ManagersOnly: true}
	for name, c := range map[string]struct {
		all  []Status
		want string
	}{
		"both":               {[]Status{reserved, open, closing}, ""},
		"none open":          {[]Status{closing}, "last-open-status"},
		"the open is closed": {[]Status{reserved, closing}, "last-open-status"},
		"none closes":        {[]Status{open, reserved}, "last-closing-status"},
		"nothing":            {nil, "last-open-status"},
	} {
		if got := fault.CodeOf(enough(c.all)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
