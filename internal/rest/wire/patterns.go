package wire

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// Patterns lists the patterns that a mux really holds. They are read out of
// net/http's own tree, so one that came in by any way is among them. It panics
// when net/http keeps its patterns otherwise than it does today: a test that
// walks the routes then fails, as it must.
func Patterns(mux *http.ServeMux) []string {
	var out []string
	var walk func(v reflect.Value, depth int)
	walk = func(v reflect.Value, depth int) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return
			}
			if v.Type().String() == "*http.pattern" {
				out = append(out, v.Elem().FieldByName("str").String())
				return
			}
			walk(v.Elem(), depth+1)
		case reflect.Struct:
			if strings.HasSuffix(v.Type().String(), "http.pattern") {
				return
			}
			for _, field := range v.Fields() {
				walk(field, depth+1)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), depth+1)
			}
		case reflect.Map:
			for i := v.MapRange(); i.Next(); {
				walk(i.Value(), depth+1)
			}
		}
	}
	tree := reflect.ValueOf(mux).Elem().FieldByName("tree")
	if !tree.IsValid() {
		panic("wire: http.ServeMux has no tree any more; Patterns must be written anew")
	}
	walk(tree, 0)
	slices.Sort(out)
	return slices.Compact(out)
}
