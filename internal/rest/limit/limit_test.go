package limit

import (
	"net/netip"
	"testing"
	"time"

	"plumbline/internal/clock"
)

func TestBucketsAreBounded(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	b := NewBuckets(c, 3)
	l := Limit{PerSecond: 1, Burst: 1}
	take := func(key string) bool { _, ok := b.Take(key, l); return ok }
	for _, key := range []string{"a", "b", "c"} {
		if !take(key) || take(key) {
			t.Errorf("%s: the first passes and the second does not", key)
		}
	}
	take("a") // used last
	take("d") // drops b
	if len(b.byKey) != 3 || b.used.Len() != 3 {
		t.Errorf("%d buckets of 3", len(b.byKey))
	}
	if take("a") || !take("b") {
		t.Error("the bucket that was used longest ago is not the one dropped")
	}
}

func TestAddressKey(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, a, b string
		same       bool
	}{
		{"one subscriber", "2001:db8::1", "2001:db8::2:3", true},
		{"two subscribers", "2001:db8::1", "2001:db8:0:1::1", false},
		{"two IPv4 addresses", "192.0.2.1", "192.0.2.2", false},
		{"mapped", "192.0.2.1", "::ffff:192.0.2.1", true},
	}
	for _, c := range cases {
		if got := AddressKey(netip.MustParseAddr(c.a)) == AddressKey(netip.MustParseAddr(c.b)); got != c.same {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if AddressKey(netip.Addr{}) == "" {
		t.Error("a socket without address has no bucket")
	}
}
