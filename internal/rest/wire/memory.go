package wire

import (
	"bytes"
	"net/http"
	"strings"
)

// Memory takes an answer in memory.
type Memory struct {
	header http.Header
	Status int
	Body   bytes.Buffer
}

// NewMemory makes an empty one.
func NewMemory() *Memory { return &Memory{header: http.Header{}} }

// Header is the answer's header.
func (m *Memory) Header() http.Header { return m.header }

// WriteHeader keeps the status.
func (m *Memory) WriteHeader(status int) { m.Status = status }

// Write keeps b.
func (m *Memory) Write(b []byte) (int, error) { return m.Body.Write(b) }

// Allowed is the methods that net/http names when h, its handler for a request
// that matches no pattern, answers 405; "" when it answers otherwise.
func Allowed(h http.Handler, r *http.Request) string {
	m := NewMemory()
	h.ServeHTTP(m, r)
	if m.Status != http.StatusMethodNotAllowed {
		return ""
	}
	return m.header.Get("Allow")
}

// CleanPath is p, or "" where net/http would redirect to another spelling.
func CleanPath(p string) string {
	if strings.Contains(p, "//") || strings.Contains(p, "/./") || strings.Contains(p, "/../") {
		return ""
	}
	return p
}
