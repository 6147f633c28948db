package personal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// JSON is a column that holds JSON, and what its fields are. Where one column
// holds several shapes, Case says which: the kind of a job, the template of a
// mail.
type JSON struct {
	Table, Column, Case string

	// Free says why the fields are not known one by one: the values of things
	// that are declared in their own columns.
	Free   string
	Fields []JSONField
	Holds  any // a value of the Go type that is written, where it can be named
}

// JSONField is one field in it: not personal, because; or the same as a
// declared column or field, by its name. An element of a list of texts is
// called "".
type JSONField struct {
	Name        string // "who.id": a field within a field
	NotPersonal string
	Same        string
}

// Name is table.column, with the case.
func (j JSON) Name() string {
	if j.Case != "" {
		return j.Table + "." + j.Column + " (" + j.Case + ")"
	}
	return j.Table + "." + j.Column
}

// CheckJSON names what is wrong in the declarations of JSON themselves.
func CheckJSON(all []JSON, declared []Declaration) []string {
	known := map[string]bool{}
	for _, d := range declared {
		if d.Personal() {
			known[d.Name()] = true
		}
	}
	seen := map[string]bool{}
	var wrong []string
	for _, j := range all {
		bad := func(what string) { wrong = append(wrong, j.Name()+": "+what) }
		if seen[j.Name()] {
			bad("declared twice")
		}
		seen[j.Name()] = true
		if (j.Free == "") == (len(j.Fields) == 0) {
			bad("either its fields, or the reason why they are not known")
		}
		for _, f := range j.Fields {
			switch {
			case f.Same != "" && f.NotPersonal != "":
				bad(f.Name + ": both personal and not")
			case f.Same != "" && !known[f.Same]:
				bad(f.Name + ": the same as " + f.Same + ", which is not declared")
			case f.Same == "" && len(f.NotPersonal) < 8:
				bad(f.Name + ": no reason why it is not personal")
			}
		}
		if j.Holds != nil {
			have := typeKeys(reflect.TypeOf(j.Holds), "")
			for _, key := range have {
				if !j.has(key) {
					bad(key + ": in the Go type, but not declared")
				}
			}
			for _, f := range j.Fields {
				if !slices.Contains(have, f.Name) {
					bad(f.Name + ": declared, but not in the Go type")
				}
			}
		}
	}
	return wrong
}

func (j JSON) has(key string) bool {
	return slices.ContainsFunc(j.Fields, func(f JSONField) bool { return f.Name == key })
}

// typeKeys are the paths of the fields that a type is written with.
func typeKeys(t reflect.Type, path string) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return typeKeys(t.Elem(), path)
	case reflect.Struct:
		if t.Implements(reflect.TypeFor[json.Marshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()) {
			return []string{path}
		}
		var all []string
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case name == "-" || !f.IsExported():
				continue
			case name == "":
				name = f.Name
			}
			all = append(all, typeKeys(f.Type, join(path, name))...)
		}
		return all
	}
	return []string{path}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// IsJSON reports whether a stored text is an object or a list in JSON.
func IsJSON(text string) bool {
	s := strings.TrimSpace(text)
	return (strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[")) && json.Valid([]byte(s))
}

// Undeclared names the fields of a stored value that j does not declare.
func (j JSON) Undeclared(text string) []string {
	if j.Free != "" {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return []string{j.Name() + ": no JSON"}
	}
	var wrong []string
	for _, key := range valueKeys(v, "") {
		if !j.has(key) {
			wrong = append(wrong, fmt.Sprintf("%s.%s: not declared", j.Name(), key))
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

func valueKeys(v any, path string) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			all = append(all, valueKeys(x, join(path, name))...)
		}
	case []any:
		for _, x := range v {
			all = append(all, valueKeys(x, path)...)
		}
	default:
		all = append(all, path)
	}
	return all
}
