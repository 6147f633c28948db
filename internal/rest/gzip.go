package rest

import (
	"compress/gzip"
	"net/http"
	"strings"
)

// gzipFrom is the size from which a JSON answer is compressed.
const gzipFrom = 1024

// zipped compresses a JSON answer whose first write, which for a typed
// operation is all of it, is large enough. Operations whose answers hold
// secrets are not wrapped in it, since size would tell about them.
type zipped struct {
	http.ResponseWriter
	status int
	sent   bool
	zip    *gzip.Writer
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.0")
		}
	}
	return false
}

func (z *zipped) begun() bool { return z.sent || z.status != 0 }

// WriteHeader waits: whether to compress depends on the first write.
func (z *zipped) WriteHeader(status int) {
	if z.status == 0 {
		z.status = status
	}
}

func (z *zipped) Write(b []byte) (int, error) {
	if !z.sent {
		h := z.Header()
		kind := h.Get("Content-Type")
		h.Add("Vary", "Accept-Encoding")
		if len(b) >= gzipFrom && h.Get("Content-Encoding") == "" && (kind == "application/json" || kind == "application/problem+json") {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			z.zip = gzip.NewWriter(z.ResponseWriter)
		}
		z.send()
	}
	if z.zip != nil {
		return z.zip.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

func (z *zipped) send() {
	if !z.sent {
		z.sent = true
		if z.status != 0 {
			z.ResponseWriter.WriteHeader(z.status)
		}
	}
}

func (z *zipped) close() {
	z.send()
	if z.zip != nil {
		_ = z.zip.Close() // the client has gone, if anything
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipped) Unwrap() http.ResponseWriter { return z.ResponseWriter }
