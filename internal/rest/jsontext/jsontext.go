// Package jsontext is strict about JSON where encoding/json is lenient.
//
// On the way in it refuses what encoding/json lets pass or repairs silently:
// bytes that are not UTF-8, half surrogate pairs, NUL, a property given twice,
// and nesting beyond 32. On the way out nil slices become [].
package jsontext

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// mark begins the text of an error that carries a code and a path through
// huma, which lets nothing else through: mark + code + ":" + path.
const mark = "jsontext:"

// Refuse is an error for what is wrong at path.
func Refuse(code, path string) error { return errors.New(mark + code + ":" + path) }

// Refused takes code and path out of the text of such an error.
func Refused(message string) (code, path string, ok bool) {
	rest, ok := strings.CutPrefix(message, mark)
	if ok {
		code, path, _ = strings.Cut(rest, ":")
	}
	return code, path, ok
}

const maxDepth = 32

// Decode reads JSON. Into an untyped target, which validation does first, it
// also checks what encoding/json lets pass or silently repairs.
func Decode(data []byte, v any) error {
	if _, ok := v.(*any); ok {
		if code, path := Check(data); code != "" {
			return Refuse(code, path)
		}
	}
	return json.Unmarshal(data, v)
}

// Check finds what is wrong with a body: "syntax", "utf8" (bytes that are
// not UTF-8 or half a surrogate pair), "nul", "duplicate" (a property given
// twice) or "depth"; and where. "" is a good body.
func Check(data []byte) (code, path string) {
	if !utf8.Valid(data) {
		return "utf8", ""
	}
	if !json.Valid(data) {
		return "syntax", ""
	}
	w := walker{data: data}
	w.value()
	return w.code, strings.Join(w.where, ".")
}

// walker goes through JSON that is known to be valid.
type walker struct {
	data  []byte
	at    int
	path  []string
	code  string
	where []string
}

func (w *walker) fail(code string) {
	if w.code == "" {
		w.code, w.where = code, append([]string(nil), w.path...)
	}
}

func (w *walker) space() {
	for w.at < len(w.data) && strings.IndexByte(" \t\r\n", w.data[w.at]) >= 0 {
		w.at++
	}
}

func (w *walker) value() {
	w.space()
	if len(w.path) > maxDepth {
		w.fail("depth")
	}
	if w.code != "" {
		return
	}
	switch w.data[w.at] {
	case '{':
		w.object()
	case '[':
		w.array()
	case '"':
		w.text()
	default:
		for w.at < len(w.data) && strings.IndexByte(" \t\r\n,]}", w.data[w.at]) < 0 {
			w.at++
		}
	}
}

func (w *walker) object() {
	seen := map[string]bool{}
	w.at++
	for w.code == "" {
		w.space()
		switch w.data[w.at] {
		case '}':
			w.at++
			return
		case ',':
			w.at++
			w.space()
		}
		start := w.at
		w.text()
		var name string
		if w.code != "" || json.Unmarshal(w.data[start:w.at], &name) != nil {
			return
		}
		w.path = append(w.path, SafeName(name))
		if seen[name] {
			w.fail("duplicate")
			return
		}
		seen[name] = true
		w.space()
		w.at++ // the colon
		w.value()
		w.path = w.path[:len(w.path)-1]
	}
}

func (w *walker) array() {
	w.at++
	for i := 0; w.code == ""; i++ {
		w.space()
		switch w.data[w.at] {
		case ']':
			w.at++
			return
		case ',':
			w.at++
		}
		w.path = append(w.path, strconv.Itoa(i))
		w.value()
		w.path = w.path[:len(w.path)-1]
	}
}

// text passes a string and looks at its escapes.
func (w *walker) text() {
	for w.at++; w.data[w.at] != '"'; w.at++ {
		if w.data[w.at] != '\\' {
			continue
		}
		w.at++
		if w.data[w.at] != 'u' {
			continue
		}
		u := w.hex()
		w.at += 4
		switch {
		case u == 0:
			w.fail("nul")
		case u >= 0xDC00 && u <= 0xDFFF:
			w.fail("utf8")
		case u >= 0xD800 && u <= 0xDBFF:
			if w.data[w.at+1] != '\\' || w.data[w.at+2] != 'u' {
				w.fail("utf8")
				continue
			}
			w.at += 2
			if low := w.hex(); low < 0xDC00 || low > 0xDFFF {
				w.fail("utf8")
			}
			w.at += 4
		}
	}
	w.at++
}

// hex reads the four digits after the u that the walker stands on.
func (w *walker) hex() uint64 {
	u, err := strconv.ParseUint(string(w.data[w.at+1:w.at+5]), 16, 32)
	if err != nil {
		return 0xDC00 // not reached: the text is valid JSON
	}
	return u
}

// SafeName is a part of a path that may be repeated to the client: a name
// such as the API has, or an index. Anything else could be a value.
func SafeName(s string) string {
	if len(s) == 0 || len(s) > 40 {
		return "*"
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return "*"
		}
	}
	return s
}

// Filler makes nil slices empty, so that they are sent as []. It remembers what
// it learnt of types: a page of a list is a thousand values of a dozen types.
type Filler struct {
	held   sync.Map // bool by reflect.Type: whether a value may hold a slice
	inside sync.Map // []int by reflect.Type of a struct: its fields that may
}

// Fill does so below the pointer p.
func (f *Filler) Fill(p any) { f.fill(reflect.ValueOf(p)) }

// fill does so below v, which must be addressable or a pointer.
func (f *Filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.fill(v.Elem())
		}
	case reflect.Interface:
		if v.IsNil() || !v.CanSet() || !f.holds(v.Elem().Type()) {
			return
		}
		if v.Elem().Kind() == reflect.Pointer {
			f.fill(v.Elem())
			return
		}
		c := reflect.New(v.Elem().Type()).Elem()
		c.Set(v.Elem())
		f.fill(c)
		v.Set(c)
	case reflect.Struct:
		for _, i := range f.fields(v.Type()) {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			if v.CanSet() && v.Type() != reflect.TypeFor[json.RawMessage]() && v.Type().Elem().Kind() != reflect.Uint8 {
				v.Set(reflect.MakeSlice(v.Type(), 0, 0))
			}
			return
		}
		if f.holds(v.Type().Elem()) {
			for i := range v.Len() {
				f.fill(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() || !f.holds(v.Type().Elem()) {
			return
		}
		for _, k := range v.MapKeys() {
			c := reflect.New(v.Type().Elem()).Elem()
			c.Set(v.MapIndex(k))
			f.fill(c)
			v.SetMapIndex(k, c)
		}
	}
}

// holds keeps the walk out of types that have nothing to fill.
func (f *Filler) holds(t reflect.Type) bool {
	if known, ok := f.held.Load(t); ok {
		return known == true
	}
	may := mayHoldSlice(t, nil)
	f.held.Store(t, may)
	return may
}

func (f *Filler) fields(t reflect.Type) []int {
	if known, ok := f.inside.Load(t); ok {
		all, _ := known.([]int)
		return all
	}
	var all []int
	for i := range t.NumField() {
		if t.Field(i).IsExported() && f.holds(t.Field(i).Type) {
			all = append(all, i)
		}
	}
	f.inside.Store(t, all)
	return all
}

func mayHoldSlice(t reflect.Type, seen []reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Map, reflect.Array:
		return mayHoldSlice(t.Elem(), seen)
	case reflect.Struct:
		if slices.Contains(seen, t) {
			return false
		}
		for f := range t.Fields() {
			if f.IsExported() && mayHoldSlice(f.Type, append(seen, t)) {
				return true
			}
		}
	}
	return false
}
