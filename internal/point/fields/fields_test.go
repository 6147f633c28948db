package fields

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	role := string(id.New[id.Role]())
	cases := []struct {
		name  string
		field Field
		v     Values
		want  []fault.Field
	}{
		{"a subject", Subject, Values{Subject: "x"}, nil},
		{"200 characters", Subject, Values{Subject: strings.Repeat("é", 200)}, nil},
		{"201 characters", Subject, Values{Subject: strings.Repeat("é", 201)}, []fault.Field{{Path: "subject", Code: "too-long"}}},
		{"no subject", Subject, Values{}, []fault.Field{{Path: "subject", Code: "required"}}},
		{"a subject of white space", Subject, Values{Subject: " \t\u00a0\u2003\u200b\ufeff"}, []fault.Field{{Path: "subject", Code: "required"}}},
		{"NUL", Description, Values{Description: "\x00"}, []fault.Field{{Path: "description", Code: "nul"}}},
		{"half a character", Description, Values{Description: "\xc3"}, []fault.Field{{Path: "description", Code: "not-utf8"}}},
		{"no description", Description, Values{}, nil},
		{"a leap day", Due, Values{Due: "2028-02-29"}, nil},
		{"no leap day", Due, Values{Due: "2026-02-29"}, []fault.Field{{Path: "due", Code: "not-a-date"}}},
		{"a date with a time", Due, Values{Due: "2026-02-01T00:00:00Z"}, []fault.Field{{Path: "due", Code: "not-a-date"}}},
		{"no due date", Due, Values{}, nil},
		{"no location", Location, Values{}, nil},
		{"a location that is no id", Location, Values{Location: "x"}, []fault.Field{{Path: "location_id", Code: "not-an-id"}}},
		{"no status", Status, Values{}, []fault.Field{{Path: "status_id", Code: "not-an-id"}}},
		{"in charge", InCharge, Values{InCharge: []Charge{{"role", role}}}, nil},
		{"an unknown kind", InCharge, Values{InCharge: []Charge{{"team", role}}}, []fault.Field{{Path: "in_charge.0.kind", Code: "unknown"}}},
		{"too many", InCharge, Values{InCharge: make([]Charge, 51)}, []fault.Field{{Path: "in_charge", Code: "too-many"}}},
		{"a pin nowhere", PinField, Values{Pin: &Pin{}}, []fault.Field{{Path: "pin.sheet_id", Code: "not-an-id"}}},
	}
	for _, c := range cases {
		if got := (Patch{Fields: []Field{c.field}, Values: c.v}).Check(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := (Patch{Values: Values{Due: "x"}}).Check(); got != nil {
		t.Errorf("a field that is not given is checked: %v", got)
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	in := []Charge{{"role", "b"}, {"person", "z"}, {"role", "a"}, {"role", "b"}}
	want := []Charge{{"person", "z"}, {"role", "a"}, {"role", "b"}}
	if got := Tidy(in); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if in[0] != (Charge{"role", "b"}) {
		t.Error("the caller's slice was changed")
	}
}

func TestSortKey(t *testing.T) {
	t.Parallel()
	if a, b := SortKey("Tégel"), SortKey("tegel"); string(a) != string(b) {
		t.Errorf("%q and %q", a, b)
	}
	if len(SortKey(strings.Repeat("字", 200))) > 124 {
		t.Error("a key that is not cut")
	}
}

func FuzzSortKey(f *testing.F) {
	f.Add("Å\u0301\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if k := SortKey(s); len(k) > 124 || utf8.ValidString(s) && !utf8.Valid(k) {
			t.Errorf("%q has the key %q", s, k)
		}
	})
}

func TestBelow(t *testing.T) {
	t.Parallel()
	tree := []Node{{"a", ""}, {"b", "a"}, {"c", "b"}, {"d", ""}}
	if got := Below(tree, []id.Location{"a"}); !slices.Equal(got, []id.Location{"a", "b", "c"}) {
		t.Errorf("%v", got)
	}
	if got := Below(tree, []id.Location{"d", "x"}); !slices.Equal(got, []id.Location{"d", "x"}) {
		t.Errorf("%v", got)
	}
}

func TestToday(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	if got := Today(time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC), zone); got != "2026-03-29" {
		t.Errorf("%s", got)
	}
	for want, n := range map[string]Number{"C-1.57": {"C", 1, 57}, "C-1.7": {"C", 1, 7}, "C-7": {"C", 0, 7}, "1.07": {"", 1, 7}, "12.10": {"", 12, 10}, "7": {"", 0, 7}} {
		if got := n.String(); got != want {
			t.Errorf("%+v is written %s, want %s", n, got, want)
		}
	}
}
