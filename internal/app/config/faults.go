package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"plumbline/internal/fault"
)

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	Setting string `json:"setting"`
	Says    string `json:"says"`
	Instead string `json:"instead,omitempty"` // what to write
}

func (f Fault) String() string {
	s := f.Setting + ": " + f.Says
	if f.Instead != "" {
		s += "; " + f.Instead
	}
	return s
}

// Faults are all of them.
type Faults []Fault //nolint:errname,recvcheck // the word of the house; only adding needs the pointer

func (f Faults) Error() string {
	var lines []string
	for i, x := range f {
		lines = append(lines, fmt.Sprintf("(%d) %s", i+1, x))
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) add(setting, says, instead string) {
	*f = append(*f, Fault{setting, says, instead})
}

// Err is all faults as one refusal; nil where there is none.
func (f Faults) Err(file string) error {
	if len(f) == 0 {
		return nil
	}
	if file == "" {
		file = "the configuration"
	}
	if len(f) == 1 {
		return Bad(file+" is not right: "+f[0].String(), f)
	}
	return Bad(fmt.Sprintf("%s has %d faults: %s", file, len(f), f.Error()), f)
}

// Bad is the refusal of a configuration.
func Bad(message string, cause error) error {
	return fault.New(fault.Invalid, "bad-configuration", message).Because(cause)
}

// fieldsOf are the settings of a block by their name in the file.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
			out[name] = f.Type
		}
	}
	return out
}

// shape compares what a file says with the settings that there are.
func shape(at string, v any, t reflect.Type, f *Faults) {
	if v == nil {
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	want := ""
	switch {
	case t == reflect.TypeFor[time.Duration]():
		s, ok := v.(string)
		if _, err := time.ParseDuration(s); !ok || err != nil {
			want = "a time such as 30s, 5m or 24h"
		}
	case t.Kind() == reflect.Struct:
		if m, ok := v.(map[string]any); ok {
			block(at, m, t, f)
			return
		}
		want = "a block of settings"
	case t.Kind() == reflect.Slice:
		if list, ok := v.([]any); ok {
			for i, x := range list {
				shape(fmt.Sprintf("%s[%d]", at, i), x, t.Elem(), f)
			}
			return
		}
		want = "a list, such as [a, b]"
	case t.Kind() == reflect.Bool:
		if _, ok := v.(bool); !ok {
			want = "true or false"
		}
	case t.Kind() == reflect.Int:
		switch v.(type) {
		case uint64, int64, int:
		default:
			want = "a whole number"
		}
	case t.Kind() == reflect.String:
		switch v.(type) {
		case map[string]any, []any:
			want = "a text"
		}
	}
	if want != "" {
		f.add(at, "is not of the right kind", "write "+want)
	}
}

func block(at string, m map[string]any, t reflect.Type, f *Faults) {
	known := fieldsOf(t)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		here := name
		if at != "" {
			here = at + "." + name
		}
		if sub, ok := known[name]; ok {
			shape(here, m[name], sub, f)
			continue
		}
		instead := "docs/configuration.md lists them all"
		if near := nearest(at, name, known); near != "" {
			instead = "did you mean " + near + "?"
		}
		f.add(here, "there is no such setting", instead)
	}
}

// nearest is the setting that was probably meant: one of the same block that is
// spelt nearly so, or one of that name in another.
func nearest(at, name string, known map[string]reflect.Type) string {
	best, least := "", len(name)/2+1
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		if d := distance(strings.ToLower(strings.ReplaceAll(name, "-", "_")), k); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		if at != "" {
			best = at + "." + best
		}
		return best
	}
	for _, s := range Settings() {
		if s.Path == name || strings.HasSuffix(s.Path, "."+name) {
			return s.Path
		}
	}
	return ""
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			step := last
			if a[i] != b[j] {
				step++
			}
			last = row[j+1]
			row[j+1] = min(step, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// Setting is one setting that there is.
type Setting struct {
	Path  string       // tls.acme.email; [] after a list
	Type  reflect.Type // of its value
	Owner reflect.Type // the block that it stands in
	Field string       // its name in the program
}

// Settings lists all that can be set, in the order of the file.
func Settings() []Setting { return settingsOf("", reflect.TypeFor[Config](), 0) }

func settingsOf(at string, t reflect.Type, depth int) (all []Setting) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" {
			continue
		}
		path := name
		if at != "" {
			path = at + "." + name
		}
		all = append(all, Setting{path, f.Type, t, f.Name})
		below, mark := f.Type, ""
		if below.Kind() == reflect.Slice {
			below, mark = below.Elem(), "[]"
		}
		if below.Kind() == reflect.Struct && below != t && depth < 6 {
			all = append(all, settingsOf(path+mark, below, depth+1)...)
		}
	}
	return all
}

// kinds reports whether something is of the wrong kind, so that the file cannot
// be read any further.
func (f Faults) kinds() bool {
	return slices.ContainsFunc(f, func(x Fault) bool { return strings.HasPrefix(x.Says, "is not of") || x.Setting == "the file" })
}

func asFault(err error) (*fault.Error, bool) { return errors.AsType[*fault.Error](err) }

// reasonWhole is an error's message with the setting that it begins with.
func reasonWhole(err error) string {
	if f, ok := asFault(err); ok {
		return f.Message
	}
	return "the configuration: it cannot be used"
}
