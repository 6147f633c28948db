package letterbox

import (
	"testing"
	"time"
)

func TestPosts(t *testing.T) {
	t.Parallel()
	p, now := NewPosts(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	n := 0
	for h := range 48 { // ten times an hour, for two days
		for range 10 {
			if p.Take("ada@dak.example", now.Add(time.Duration(h)*time.Hour)) {
				n++
			}
		}
		if h == 0 && n != 3 {
			t.Errorf("%d mails in the first hour", n)
		}
		if h == 23 && n != 6 {
			t.Errorf("%d mails in the first day", n)
		}
	}
	if n != 12 {
		t.Errorf("%d mails in two days", n)
	}
	if !p.Take("bo@dak.example", now) {
		t.Error("one address counts for another")
	}
}
