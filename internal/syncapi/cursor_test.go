package syncapi

import (
	"maps"
	"strings"
	"testing"
)

func TestCursorKeepsAudiencesToItself(t *testing.T) {
	t.Parallel()
	at := map[string]int64{"list:b": 2, "list:a": 1, "person:x": 1 << 60}
	text := encode("p", "guest", at)
	v := Visit{Audiences: []string{"person:x", "list:b", "list:a"}, Rights: "guest"}
	got, ok := decode(text, "p", v)
	if !ok || !maps.Equal(got, at) {
		t.Errorf("%v %v", got, ok)
	}
	if strings.Contains(text, "list") || strings.ContainsAny(text, "~+/=") {
		t.Errorf("cursor %q", text)
	}
	if _, ok := decode(text, "q", v); ok {
		t.Error("a cursor of another project is taken")
	}
	v.Rights = "manager"
	if _, ok := decode(text, "p", v); ok {
		t.Error("a cursor of other rights is taken")
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(encode("p", "", map[string]int64{"a": 1, "b": 2}))
	f.Add("e30")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := decode(text, "p", Visit{Audiences: []string{"a", "b"}})
		if ok && (len(got) != 2 || got["a"] < 0 || got["b"] < 0) {
			t.Errorf("%q is read as %v", text, got)
		}
	})
}
