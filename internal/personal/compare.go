package personal

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Column is a column of the migrated database.
type Column struct {
	Table, Name string
	Type        string // as the schema says: text, bytea, bigint …
}

// Undeclared compares columns with declarations. It names every column of
// text or bytes that nothing declares, and every declaration of a column that
// does not exist. A number or boolean needs a declaration only where it is
// personal.
func Undeclared(columns []Column, all []Declaration) []string {
	declared, exists := map[string]bool{}, map[string]bool{}
	for _, d := range all {
		declared[d.Table+"."+d.Column] = true
	}
	var wrong []string
	for _, c := range columns {
		name := c.Table + "." + c.Name
		exists[name] = true
		if needsDeclaration(c.Type) && !declared[name] {
			wrong = append(wrong, name+": not declared")
		}
	}
	for name := range declared {
		if !exists[name] {
			wrong = append(wrong, name+": declared, but does not exist")
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

func needsDeclaration(typ string) bool {
	switch strings.ToLower(typ) {
	case "bigint", "integer", "int", "int8", "boolean", "bool", "double precision", "real", "float8":
		return false
	}
	return true // text, bytes, and whatever is not known
}

// Fields compares the JSON fields of a Go type, which is what a sealed column
// holds, with the declarations of that column. It names fields that nothing
// declares, declarations of fields that do not exist, and fields that JSON
// leaves out or that have no name of their own.
func Fields(table, column string, of any, all []Declaration) []string {
	declared := map[string]bool{}
	for _, d := range all {
		if d.Table == table && d.Column == column && d.Field != "" {
			declared[d.Field] = true
		}
	}
	t := reflect.TypeOf(of)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var wrong []string
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" || name == "-":
			wrong = append(wrong, fmt.Sprintf("%s.%s: Go field %s has no JSON name", table, column, field.Name))
		case !declared[name]:
			wrong = append(wrong, table+"."+column+"."+name+": not declared")
		}
		delete(declared, name)
	}
	for name := range declared {
		wrong = append(wrong, table+"."+column+"."+name+": declared, but does not exist")
	}
	slices.Sort(wrong)
	return wrong
}

// Allowed are the fields of a sealed column that may be read for purpose.
func Allowed(all []Declaration, table, column string, purpose Purpose) map[string]bool {
	fields := map[string]bool{}
	for _, d := range all {
		if d.Table == table && d.Column == column && d.Field != "" && d.For(purpose) {
			fields[d.Field] = true
		}
	}
	return fields
}
