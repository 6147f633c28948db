// Package contract is what rest needs of huma: the schemas of the document, and
// the translation of huma's refusals into places and stable codes.
package contract

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plumbline/internal/id"
)

const schemaPrefix = "#/components/schemas/"

// registry keeps the schemas of the document. It differs from huma's in three
// things: names carry their package, ids are checked as ids, and a pointer to
// an object may be null.
type registry struct {
	schemas map[string]*huma.Schema
	types   map[string]reflect.Type
	open    map[reflect.Type]bool // being built: a recursive type refers to itself
}

// NewRegistry makes an empty registry.
func NewRegistry() huma.Registry { return newRegistry() }

func newRegistry() *registry {
	return &registry{map[string]*huma.Schema{}, map[string]reflect.Type{}, map[reflect.Type]bool{}}
}

// idPattern is what id.Valid accepts.
const idPattern = `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`

var idPackage = reflect.TypeFor[id.Mutation]().PkgPath()

func (r *registry) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	pointer := t.Kind() == reflect.Pointer
	base := t
	for base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if base.PkgPath() == idPackage && base.Kind() == reflect.String {
		s := &huma.Schema{Type: huma.TypeString, Format: "uuid", Pattern: idPattern, PatternDescription: "an id", Nullable: pointer}
		s.PrecomputeMessages()
		return s
	}
	if !isObject(base) {
		if base.Kind() == reflect.Slice || base.Kind() == reflect.Array {
			return huma.SchemaFromType(r, base)
		}
		return huma.SchemaFromType(r, t)
	}
	name := r.name(base, hint)
	if r.schemas[name] == nil {
		r.schemas[name], r.types[name] = &huma.Schema{}, base
		r.open[base] = true
		*r.schemas[name] = *huma.SchemaFromType(r, base)
		delete(r.open, base)
	}
	s := r.schemas[name]
	if pointer && !r.open[base] {
		nullable := *s
		nullable.Nullable = true
		return &nullable
	}
	if allowRef {
		return &huma.Schema{Ref: schemaPrefix + name}
	}
	return s
}

// isObject reports whether t becomes a named object in the document.
func isObject(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[struct{}]() {
		return false
	}
	p := reflect.PointerTo(t)
	return !slices.ContainsFunc([]reflect.Type{
		reflect.TypeFor[huma.SchemaProvider](),
		reflect.TypeFor[interface{ UnmarshalText([]byte) error }](),
	}, p.Implements)
}

// name is package.Type, or the hint for a type without a name; hints that
// clash are numbered.
func (r *registry) name(t reflect.Type, hint string) string {
	base := schemaName(t)
	if base == "" {
		base = hint
	}
	if base == "" {
		base = "Object"
	}
	name := base
	for n := 2; r.types[name] != nil && r.types[name] != t; n++ {
		if t.Name() != "" {
			panic(fmt.Sprintf("contract: two types are called %s in the document: %v and %v", name, t, r.types[name]))
		}
		name = fmt.Sprintf("%s%d", base, n)
	}
	return name
}

// schemaName is "pkg.Type"; "pkg.Page-of-other.Item" for a generic type.
func schemaName(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	pkg := t.PkgPath()
	name := pkg[strings.LastIndexByte(pkg, '/')+1:] + "." + t.Name()
	var b strings.Builder
	for i, part := range strings.FieldsFunc(name, func(c rune) bool { return strings.ContainsRune("[],*", c) }) {
		if i > 0 {
			b.WriteString("-of-")
			part = part[strings.LastIndexByte(part, '/')+1:]
		}
		b.WriteString(part)
	}
	return b.String()
}

func (r *registry) SchemaFromRef(ref string) *huma.Schema {
	if name, ok := strings.CutPrefix(ref, schemaPrefix); ok {
		return r.schemas[name]
	}
	return nil
}

func (r *registry) TypeFromRef(ref string) reflect.Type {
	return r.types[strings.TrimPrefix(ref, schemaPrefix)]
}

func (r *registry) Map() map[string]*huma.Schema { return r.schemas }

func (r *registry) MarshalJSON() ([]byte, error) { return json.Marshal(r.schemas) }

func (r *registry) RegisterTypeAlias(reflect.Type, reflect.Type) {
	panic("contract: type aliases are not supported")
}
