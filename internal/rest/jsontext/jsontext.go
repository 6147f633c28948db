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

// FillSlices makes nil slices below the pointer p empty, so that they are sent
// as [].
func FillSlices(p any) { fillSlices(reflect.ValueOf(p)) }

// fillSlices does so below v, which must be addressable or a pointer.
func fillSlices(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillSlices(v.Elem())
		}
	case reflect.Interface:
		if v.IsNil() || !v.CanSet() || !mayHoldSlice(v.Elem().Type(), nil) {
			return
		}
		if v.Elem().Kind() == reflect.Pointer {
			fillSlices(v.Elem())
			return
		}
		c := reflect.New(v.Elem().Type()).Elem()
		c.Set(v.Elem())
		fillSlices(c)
		v.Set(c)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && mayHoldSlice(v.Field(i).Type(), nil) {
				fillSlices(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			if v.CanSet() && v.Type() != reflect.TypeFor[json.RawMessage]() && v.Type().Elem().Kind() != reflect.Uint8 {
				v.Set(reflect.MakeSlice(v.Type(), 0, 0))
			}
			return
		}
		if mayHoldSlice(v.Type().Elem(), nil) {
			for i := range v.Len() {
				fillSlices(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() || !mayHoldSlice(v.Type().Elem(), nil) {
			return
		}
		for _, k := range v.MapKeys() {
			c := reflect.New(v.Type().Elem()).Elem()
			c.Set(v.MapIndex(k))
			fillSlices(c)
			v.SetMapIndex(k, c)
		}
	}
}

// mayHoldSlice keeps the walk out of types that have nothing to fill.
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
