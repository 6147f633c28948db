package personal

import (
	"slices"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	type inner struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
	}
	type payload struct {
		Who  []inner `json:"who"`
		Note string  `json:"note,omitempty"`
	}
	d := complete()
	j := JSON{Table: "job", Column: "payload", Case: "x", Holds: payload{}, Fields: []JSONField{{Name: "who.kind", NotPersonal: "a word of the program"},
		{Name: "who.id", Same: d.Name()}, {Name: "note", NotPersonal: "a word of the program"}}}
	if wrong := CheckJSON([]JSON{j}, []Declaration{d}); len(wrong) != 0 {
		t.Errorf("all is declared: %v", wrong)
	}
	if wrong := j.Undeclared(`{"who":[{"kind":"person","id":"1"},{"id":"2"}],"note":null}`); len(wrong) != 0 {
		t.Errorf("a value as declared: %v", wrong)
	}
	if wrong := j.Undeclared(`{"who":[{"kind":"person","email":"a@b"}],"phone":"1"}`); !slices.Equal(wrong, []string{"job.payload (x).phone: not declared", "job.payload (x).who.email: not declared"}) {
		t.Errorf("more than declared: %v", wrong)
	}
	list := JSON{Table: "invite", Column: "role_ids", Fields: []JSONField{{Name: "", NotPersonal: "random ids"}}}
	if wrong := list.Undeclared(`["a","b"]`); len(wrong) != 0 {
		t.Errorf("a list: %v", wrong)
	}
	for name, c := range map[string]struct {
		change func(*JSON)
		want   string
	}{
		"a field of the type that is not declared": {func(j *JSON) { j.Fields = j.Fields[:2] }, "note: in the Go type, but not declared"},
		"a declared field that the type has not": {func(j *JSON) {
			j.Fields = append(slices.Clone(j.Fields), JSONField{Name: "fax", NotPersonal: "a word of the program"})
		}, "fax: declared, but not in the Go type"},
		"the same as nothing":         {func(j *JSON) { j.Fields[1].Same = "person.sealed.fax" }, "which is not declared"},
		"no reason":                   {func(j *JSON) { j.Fields[0].NotPersonal = "" }, "no reason"},
		"neither fields nor a reason": {func(j *JSON) { j.Fields, j.Holds = nil, nil }, "either its fields"},
	} {
		x := j
		x.Fields = slices.Clone(j.Fields)
		c.change(&x)
		if wrong := CheckJSON([]JSON{x}, []Declaration{d}); !strings.Contains(strings.Join(wrong, "\n"), c.want) {
			t.Errorf("%s: %v, want %q", name, wrong, c.want)
		}
	}
	for text, want := range map[string]bool{`{"a":1}`: true, ` [1]`: true, `{a}`: false, `"text"`: false, `12`: false, `[not json`: false, ``: false} {
		if IsJSON(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}
