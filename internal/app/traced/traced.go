// Package traced tells an OpenTelemetry collector how long things took: spans
// by the SDK, written as OTLP and sent through the one way out. Beyond this
// package nobody knows OpenTelemetry.
//
// What leaves is what encode writes, and it writes names and attributes alone
// that are words of the program: an attribute whose key is not declared is left
// out, and so is a word that does not look like one. A context that comes in
// from elsewhere is not followed, and none is sent along: who asks does not
// decide what is measured, and nobody can follow a person from one system into
// another. Whatever cannot be delivered is dropped: no request waits for it.
package traced

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/textproto"
	"os"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	otel "go.opentelemetry.io/otel/trace"

	"plumbline/internal/app/config"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/trace"
)

// Tracer sends spans.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   otel.Tracer
}

// Open makes the tracer of a configuration; nil where nothing is to be told.
// keys are the attributes that are declared.
func Open(c config.Tracing, way egress.Lane, version string, keys []string, log *slog.Logger) (*Tracer, error) {
	if !c.On() {
		return nil, nil
	}
	if _, err := way.Recipient(c.Host()); err != nil {
		return nil, err
	}
	e := &exporter{log: log, write: encoder{version: version, instance: rand.Text(), known: map[string]bool{}}}
	for _, k := range keys {
		e.write.known[k] = true
	}
	if c.Roots != "" {
		b, err := os.ReadFile(c.Roots)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(b) {
			return nil, config.Bad("tracing.roots holds no certificate", err)
		}
		way = way.Trusting(pool)
	}
	h, err := headers(c.Headers)
	if err != nil {
		return nil, err
	}
	h.Set("Content-Type", "application/x-protobuf")
	e.post = way.Poster(c.Endpoint, h)
	share := 1.0
	if c.Percent > 0 {
		share = float64(c.Percent) / 100
	}
	p := sdk.NewTracerProvider(sdk.WithBatcher(e), sdk.WithResource(resource.Empty()),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(share))), sdk.WithRawSpanLimits(sdk.NewSpanLimits()))
	return &Tracer{p, p.Tracer(scope)}, nil
}

// headers reads a file of lines NAME: VALUE.
func headers(file string) (http.Header, error) {
	if file == "" {
		return http.Header{}, nil
	}
	b, err := os.ReadFile(file) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, config.Bad("the file tracing.headers_file cannot be read", err)
	}
	h, err := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.TrimSpace(b)), bytes.NewReader([]byte("\r\n\r\n"))))).ReadMIMEHeader()
	if err != nil {
		return nil, config.Bad("tracing.headers_file does not hold lines NAME: VALUE", nil)
	}
	return http.Header(h), nil
}

// Close sends what is left, for a few seconds at the most.
func (t *Tracer) Close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // the exporter has said why
}

// Start starts a span.
func (t *Tracer) Start(ctx context.Context, name string, kind trace.Kind, attrs ...trace.Attr) (context.Context, trace.Span) {
	ctx, s := t.tracer.Start(ctx, name, otel.WithSpanKind(kindOf(kind)))
	out := &span{Span: s, server: kind == trace.Server}
	out.Set(attrs...)
	return ctx, out
}

func kindOf(k trace.Kind) otel.SpanKind {
	switch k {
	case trace.Server:
		return otel.SpanKindServer
	case trace.Client:
		return otel.SpanKindClient
	case trace.Consumer:
		return otel.SpanKindConsumer
	default:
		return otel.SpanKindInternal
	}
}

type span struct {
	otel.Span
	server bool
	status int64
}

func (s *span) Set(attrs ...trace.Attr) {
	if !s.IsRecording() {
		return
	}
	for _, a := range attrs {
		if a.Key == trace.Status {
			s.status = a.Number
		}
		if a.Word != "" {
			s.SetAttributes(attribute.String(string(a.Key), a.Word))
		} else if a.Number != 0 {
			s.SetAttributes(attribute.Int64(string(a.Key), a.Number))
		}
	}
}

// End ends it. A request that was refused is no error of the server.
func (s *span) End(err error) {
	if err != nil {
		s.Set(trace.Word(trace.Error, codeOf(err)))
	}
	if err != nil && (!s.server || s.status >= 500) {
		s.SetStatus(codes.Error, "")
	}
	s.Span.End()
}

// codeOf is what is told of an error: a fault's code, or that there was one.
func codeOf(err error) string {
	if code := fault.CodeOf(err); code != "" {
		return code
	}
	return "failed"
}

// exporter sends spans.
type exporter struct {
	post  func(ctx context.Context, body []byte) (status int, err error)
	write encoder
	log   *slog.Logger
	said  atomic.Int64 // when it was last said that something was dropped
}

// ExportSpans sends some. They are dropped if that fails.
func (e *exporter) ExportSpans(ctx context.Context, some []sdk.ReadOnlySpan) error {
	status, err := e.post(ctx, e.write.request(some))
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("the collector answers %d", status)
	}
	if err != nil {
		if now := time.Now().Unix(); now-e.said.Load() > 60 {
			e.said.Store(now)
			e.log.WarnContext(ctx, "traces could not be delivered, and were dropped", "error", err)
		}
	}
	return nil
}

// Shutdown has nothing to do.
func (e *exporter) Shutdown(context.Context) error { return nil }
