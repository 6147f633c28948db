package contract

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"plumbline/internal/fault"
	"plumbline/internal/rest/jsontext"
)

// FieldOf translates a breach that huma found: where it is, and its code. The
// value is left behind.
func FieldOf(d *huma.ErrorDetail) fault.Field {
	if code, path, ok := jsontext.Refused(d.Message); ok {
		return fault.Field{Path: path, Code: code}
	}
	path := fieldPath(d.Location)
	if d.Message == validation.MsgUnexpectedProperty {
		return fault.Field{Path: unknownPath(d), Code: "unknown"}
	}
	if name, ok := strings.CutPrefix(d.Location, "query."); ok && d.Message == unknownQuery {
		return fault.Field{Path: jsontext.SafeName(name), Code: "unknown"}
	}
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ = strings.Cut(name, " ")
		return fault.Field{Path: strings.TrimPrefix(path+"."+name, "."), Code: "required"}
	}
	for _, m := range messageCodes() {
		if strings.HasPrefix(d.Message, m.begins) {
			return fault.Field{Path: path, Code: m.code}
		}
	}
	return fault.Field{Path: path, Code: "invalid"}
}

const unknownQuery = "unknown query parameter"

// unknownPath is the path of a property that nobody asked for. Its name is the
// client's text and may hold dots; huma gives the object it stands in.
func unknownPath(d *huma.ErrorDetail) string {
	object, _ := d.Value.(map[string]any)
	name := ""
	for k := range object {
		if strings.HasSuffix(d.Location, "."+k) && len(k) > len(name) {
			name = k
		}
	}
	if name == "" {
		return "*"
	}
	return strings.TrimPrefix(fieldPath(strings.TrimSuffix(d.Location, "."+name))+"."+jsontext.SafeName(name), ".")
}

type messageCode struct{ begins, code string }

// messageCodes gives huma's messages stable codes, the first match counts.
// TestEveryRuleHasItsCode notices when an upgrade words them differently.
func messageCodes() []messageCode {
	before := func(m string) string { s, _, _ := strings.Cut(m, "%"); return s }
	return []messageCode{
		{"required ", "required"},
		{before(validation.MsgExpectedMinLength), "too-short"},
		{before(validation.MsgExpectedMaxLength), "too-long"},
		{before(validation.MsgExpectedMinItems), "too-few"},
		{before(validation.MsgExpectedMaxItems), "too-many"},
		{before(validation.MsgExpectedMinimumNumber), "too-small"},
		{before(validation.MsgExpectedExclusiveMinimumNumber), "too-small"},
		{before(validation.MsgExpectedMaximumNumber), "too-large"},
		{before(validation.MsgExpectedExclusiveMaximumNumber), "too-large"},
		{before(validation.MsgExpectedOneOf), "not-one-of"},
		{validation.MsgExpectedArrayItemsUnique, "duplicate"},
		{"expected string to ", "format"},
		{"invalid ", "wrong-type"},
		{"expected ", "wrong-type"},
	}
}

// fieldPath turns "body.in_charge[0].kind" into "in_charge.0.kind".
func fieldPath(location string) string {
	for _, where := range []string{"body", "query", "header", "cookie"} {
		if rest, ok := strings.CutPrefix(location, where); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			location = strings.TrimPrefix(rest, ".")
			break
		}
	}
	location = strings.NewReplacer("[", ".", "]", "").Replace(location)
	location = strings.Trim(location, ".")
	if location == "" {
		return ""
	}
	parts := strings.Split(location, ".")
	for i := range parts {
		if parts[i] != "Mutation-Id" && parts[i] != "Taken-At" {
			parts[i] = jsontext.SafeName(parts[i])
		}
	}
	return strings.Join(parts, ".")
}
