package fault

import (
	"errors"
	"testing"
)

func TestWrapKeepsWhatTheFaultSays(t *testing.T) {
	t.Parallel()
	root := errors.New("disk on fire")
	inner := New(NotFound, "point-not-found", "there is no such point").Because(root)
	err := Wrap("point.Get", Wrap("db.Read", inner))
	if KindOf(err) != NotFound || CodeOf(err) != "point-not-found" {
		t.Errorf("kind %v code %q", KindOf(err), CodeOf(err))
	}
	if !errors.Is(err, root) {
		t.Error("the cause is lost")
	}
	if Wrap("x", nil) != nil {
		t.Error("wrapping nil is not nil")
	}
	if got := KindOf(Wrap("x", root)); got != Other {
		t.Errorf("a foreign error is %v, want other", got)
	}
}

func TestWithDoesNotChangeTheOriginal(t *testing.T) {
	t.Parallel()
	a := New(Invalid, "", "bad")
	b := a.With(Field{"title", "required"})
	if len(a.Fields) != 0 || len(b.Fields) != 1 {
		t.Errorf("a has %d fields, b %d", len(a.Fields), len(b.Fields))
	}
	if InvalidFields(nil) != nil {
		t.Error("no breach is still a fault")
	}
}
