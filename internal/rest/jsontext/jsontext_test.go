package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, in, code, path string }{
		{"good", `{"a":["\ud83d\ude00",{"b":1.5e3,"c":null}],"d":"\\u0000"}`, "", ""},
		{"good scalar", ` "x" `, "", ""},
		{"empty", ``, "syntax", ""},
		{"NUL", `{"a":[1,{"b":"\u0000"}]}`, "nul", "a.1.b"},
		{"NUL in a name", `{"a\u0000":1}`, "nul", ""},
		{"half", `["\ud800"]`, "utf8", "0"},
		{"two halves the wrong way", `["\udc00\ud800"]`, "utf8", "0"},
		{"bytes", "[\"\xc3\x28\"]", "utf8", ""},
		{"twice", `{"a":1,"b":{"c":1,"c":2}}`, "duplicate", "b.c"},
		{"twice, spelt otherwise", `{"a":1,"\u0061":2}`, "duplicate", "a"},
		{"depth", strings.Repeat("[", 34) + strings.Repeat("]", 34), "depth", strings.Repeat("0.", 32) + "0"},
	}
	for _, c := range cases {
		if code, path := Check([]byte(c.in)); code != c.code || path != c.path {
			t.Errorf("%s: %q at %q, want %q at %q", c.name, code, path, c.code, c.path)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"a":["\ud83d\ude00",{"b":1.5e3}],"c":"\\u0000"}`))
	f.Add([]byte(`[[[[]]]]`))
	f.Add([]byte(`{"a":"\ud800\u0000"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		code, _ := Check(in)
		var v any
		err := json.Unmarshal(in, &v)
		if (err != nil) && code != "syntax" && code != "utf8" {
			t.Errorf("%q is no JSON, and is taken as %q", in, code)
		}
		if code == "" {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), `\u0000`) && !strings.Contains(string(b), `\\u0000`) {
				t.Errorf("%q holds NUL", in)
			}
			if strings.Contains(string(b), "\ufffd") && !strings.Contains(string(in), "\ufffd") && !strings.Contains(strings.ToLower(string(in)), `\ufffd`) {
				t.Errorf("%q is repaired silently", in)
			}
		}
	})
}
