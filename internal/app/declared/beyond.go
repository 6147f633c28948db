package declared

import (
	"slices"
	"strings"

	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/signin/oidc"
	"plumbline/internal/trace"
)

// Outbound are all fields that leave through a client of ours.
func Outbound() []personal.Outbound { return slices.Concat(mail.Outbound(), oidc.Outbound()) }

// LogAttributes are all keys that a log line may have. The handler withholds
// the value of any other; a test reads the calls in the source.
func LogAttributes() []personal.LogAttribute {
	because := map[string]string{
		"a random id of a thing, made for it": "request job file org case",
		"a word of the program":               "op method code check kind event reason purpose promise rule",
		"a number":                            "status ms bytes location attempt due",
		"yes or no":                           "final",
		"an error of the program: a kind and a code; its cause is words of the program and of libraries, cleared of values": "error cause",
		"lines of the program's source": "stack",
		"a setting of the database":     "lc_collate",
	}
	var all []personal.LogAttribute
	for reason, keys := range because {
		for key := range strings.FieldsSeq(keys) {
			all = append(all, personal.LogAttribute{Key: key, Part: personal.Part{NotPersonal: reason}})
		}
	}
	slices.SortFunc(all, func(a, b personal.LogAttribute) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// LogKeys are the keys alone.
func LogKeys() []string {
	var keys []string
	for _, a := range LogAttributes() {
		keys = append(keys, a.Key)
	}
	return keys
}

// SpanAttributes are all keys that a span may have; whatever else one is given
// does not leave.
func SpanAttributes() []personal.LogAttribute {
	const word, number, random = "a word of the program", "a number", "a random id of a thing, made for it"
	because := map[trace.Key]string{
		trace.Method: word, trace.Route: "the pattern of a path, without what stands in its place", trace.Status: number, trace.Request: random,
		trace.Error: word, trace.System: word, trace.Verb: word, trace.Table: word, trace.Attempt: number,
		trace.Host: "a machine that the configuration names",
	}
	var all []personal.LogAttribute
	for key, reason := range because {
		all = append(all, personal.LogAttribute{Key: string(key), Part: personal.Part{NotPersonal: reason}})
	}
	slices.SortFunc(all, func(a, b personal.LogAttribute) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// SpanKeys are the keys alone.
func SpanKeys() []string {
	var keys []string
	for _, a := range SpanAttributes() {
		keys = append(keys, a.Key)
	}
	return keys
}

// FileClasses are all kinds of stored files: each is the column that names
// such files, which is declared with its slice.
func FileClasses() []personal.FileClass {
	columns := map[string][]string{
		"photo":     {"photo.file"},
		"thumbnail": {"photo.thumb"},
		"drawing":   {"drawing.source"},
		"tiles":     {"revision.archive", "revision.thumb", "drawing_page.archive", "drawing_page.thumb"},
		"report":    {"report.file"},
		"logo":      {"report_style.logo"},
	}
	declared := map[string]personal.Declaration{}
	for _, d := range Declarations() {
		declared[d.Name()] = d
	}
	var all []personal.FileClass
	for name, in := range columns {
		d := declared[in[0]]
		all = append(all, personal.FileClass{Name: name, Columns: in, Derivatives: d.Derivatives, Part: d.Part()})
	}
	slices.SortFunc(all, func(a, b personal.FileClass) int { return strings.Compare(a.Name, b.Name) })
	return all
}
