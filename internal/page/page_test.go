package page

import "testing"

func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	var (
		s string
		n int64
		b bool
	)
	ok, err := Decode(Encode("é\u202f", int64(1)<<53+1, true), &s, &n, &b)
	if err != nil || !ok || s != "é\u202f" || n != 1<<53+1 || !b {
		t.Errorf("got %q %d %v %v %v", s, n, b, ok, err)
	}
	if ok, err := Decode("", &s); ok || err != nil {
		t.Errorf("empty cursor: %v %v", ok, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Encode("a", int64(1)))
	f.Add("bm90IGpzb24")
	f.Fuzz(func(t *testing.T, in string) {
		var (
			s string
			n int64
		)
		if ok, err := Decode(in, &s, &n); ok && err != nil {
			t.Error("both a cursor and an error")
		}
	})
}
