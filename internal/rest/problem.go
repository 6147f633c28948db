package rest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"

	"plumbline/internal/fault"
)

// Problem is what an error looks like outside (RFC 9457). Code is stable and is
// what clients go by; Title and Detail are English for developers.
type Problem struct { //nolint:errname // RFC 9457 calls it a problem
	Type       string        `json:"type" doc:"A URI that names the kind of problem." example:"urn:plumbline:problem:not-found"`
	Title      string        `json:"title" doc:"The status in words."`
	Status     int           `json:"status" doc:"The HTTP status."`
	Code       string        `json:"code" doc:"Stable name of the problem."`
	Detail     string        `json:"detail,omitempty" doc:"What went wrong, for developers."`
	Fields     []fault.Field `json:"fields,omitempty" doc:"Where the input breaks a rule."`
	RetryAfter int           `json:"retry_after,omitempty" doc:"Seconds to wait before trying again."`
	Request    string        `json:"request,omitempty" doc:"Id of the request, for the operator's log."`
}

// GetStatus and the two methods below are what huma asks of an error.
func (p *Problem) GetStatus() int { return p.Status }

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// ContentType names the media type of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives Retry-After to a problem that has one.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	return h
}

// statusOf turns a kind of fault into a status: the only place that does.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid, fault.Unreadable:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Gone:
		return http.StatusGone
	}
	return http.StatusInternalServerError
}

// problemOf says of err what may leave the server.
func problemOf(ctx context.Context, err error) *Problem {
	var f *fault.Error
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		f = fault.New(fault.TooLarge, "", "the request body is too large")
	case errors.As(err, &f):
	case errors.Is(err, context.Canceled):
		f = fault.New(fault.Unavailable, "cancelled", "the request was given up")
	case errors.Is(err, context.DeadlineExceeded):
		f = fault.New(fault.Unavailable, "timed-out", "the request took too long")
	default:
		f = fault.New(fault.Other, "internal", "something went wrong")
	}
	p := &Problem{
		Status: statusOf(f.Kind), Code: f.Code, Detail: f.Message, Fields: f.Fields,
		Request: stateOf(ctx).request,
	}
	if f.Kind == fault.Other {
		p.Code, p.Detail, p.Fields = "internal", "something went wrong", nil
	}
	if f.RetryAfter > 0 {
		p.RetryAfter = seconds(f.RetryAfter)
	}
	return p.named()
}

// named fills what follows from status and code.
func (p *Problem) named() *Problem {
	p.Type = "urn:plumbline:problem:" + p.Code
	p.Title = http.StatusText(p.Status)
	return p
}

// seconds rounds up: a client that waits them is never early.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }

// fail answers err as a problem, unless an answer has begun already.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	stateOf(r.Context()).note(err)
	if b, ok := w.(interface{ Begun() bool }); ok && b.Begun() {
		return
	}
	writeProblem(w, problemOf(r.Context(), err))
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Disposition", "Content-Range", "Etag", "Last-Modified"} {
		h.Del(name)
	}
	maps.Copy(h, p.GetHeaders())
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	b, err := json.Marshal(p)
	if err != nil {
		return // a Problem is strings and numbers
	}
	_, _ = w.Write(b) // a client that has gone is nobody's fault
}
