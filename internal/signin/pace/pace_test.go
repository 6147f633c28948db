package pace

import (
	"testing"
	"time"
)

func TestDelayGrows(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{Email, Address, Device, Account} {
		last := time.Duration(0)
		for n := range int64(100) {
			d := Delay(kind, n)
			if d < last || d > Longest || n <= 4 && d != 0 {
				t.Errorf("%s: %v after %d failures", kind, d, n)
			}
			last = d
		}
		if last != Longest {
			t.Errorf("%s: at last %v", kind, last)
		}
	}
}
