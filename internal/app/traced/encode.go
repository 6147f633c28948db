package traced

import (
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	otel "go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	service = "plumbline"
	scope   = "plumbline"
	longest = 120
)

// encoder writes an ExportTraceServiceRequest of OTLP 1. Field numbers are those
// of opentelemetry-proto; a test reads what is written with its own types.
type encoder struct {
	version, instance string
	known             map[string]bool
}

// message appends a field that is a message.
func message(to []byte, field protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), m)
}

func text(to []byte, field protowire.Number, s string) []byte { return message(to, field, []byte(s)) }

func number(to []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, field, protowire.VarintType), n)
}

func instant(to []byte, field protowire.Number, t time.Time) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(to, field, protowire.Fixed64Type), uint64(t.UnixNano())) //nolint:gosec // after 1970
}

func (e encoder) request(some []sdk.ReadOnlySpan) []byte {
	var spans []byte // of ScopeSpans
	spans = message(spans, 1, text(text(nil, 1, scope), 2, e.version))
	for _, s := range some {
		spans = message(spans, 2, e.span(s))
	}
	var about []byte // a Resource
	for _, a := range [][2]string{{"service.name", service}, {"service.version", e.version}, {"service.instance.id", e.instance}} {
		about = message(about, 1, message(text(nil, 1, a[0]), 2, text(nil, 1, a[1])))
	}
	return message(nil, 1, message(message(nil, 1, about), 2, spans))
}

func (e encoder) span(s sdk.ReadOnlySpan) []byte {
	trace, id := s.SpanContext().TraceID(), s.SpanContext().SpanID()
	b := message(message(nil, 1, trace[:]), 2, id[:])
	if p := s.Parent(); p.HasSpanID() {
		above := p.SpanID()
		b = message(b, 4, above[:])
	}
	b = number(text(b, 5, word(s.Name())), 6, kindNumber(s.SpanKind()))
	b = instant(instant(b, 7, s.StartTime()), 8, s.EndTime())
	for _, a := range s.Attributes() {
		if value, ok := e.value(a); ok {
			b = message(b, 9, message(text(nil, 1, string(a.Key)), 2, value))
		}
	}
	if s.Status().Code == codes.Error {
		b = message(b, 15, number(nil, 3, 2))
	}
	return b
}

// value is an AnyValue of an attribute that may leave.
func (e encoder) value(a attribute.KeyValue) ([]byte, bool) {
	if !e.known[string(a.Key)] {
		return nil, false
	}
	switch a.Value.Type() {
	case attribute.STRING:
		return text(nil, 1, word(a.Value.AsString())), true
	case attribute.INT64:
		return number(nil, 3, uint64(a.Value.AsInt64())), true //nolint:gosec // as the wire has it
	default:
		return nil, false
	}
}

const wordly = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-/{}:*"

// withheld stands for a text that is no word of the program.
const withheld = "withheld"

// word lets through what looks like one.
func word(s string) string {
	if s == "" || len(s) > longest || strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(wordly, r) }) {
		return withheld
	}
	return s
}

// kindNumber is Span.SpanKind.
func kindNumber(k otel.SpanKind) uint64 {
	switch k {
	case otel.SpanKindServer:
		return 2
	case otel.SpanKindClient:
		return 3
	case otel.SpanKindConsumer:
		return 5
	default:
		return 1
	}
}
