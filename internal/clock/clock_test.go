package clock

import (
	"testing"
	"time"
)

func TestInstantsAreUTCMicroseconds(t *testing.T) {
	t.Parallel()
	fake := NewFake(time.Date(2026, 3, 29, 2, 30, 0, 1_234_567, time.FixedZone("x", 3600)))
	for _, c := range []Clock{System{}, fake} {
		now := c.Now()
		if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
			t.Errorf("%T shows %v, want UTC microseconds", c, now)
		}
	}
	before := fake.Now()
	fake.Advance(90 * time.Minute)
	if got := fake.Now().Sub(before); got != 90*time.Minute {
		t.Errorf("moved by %v, want 1h30m", got)
	}
}
