package wire

import (
	"compress/gzip"
	"net/http"
	"strings"
)

// compressFrom is the size from which a JSON answer is compressed.
const compressFrom = 1024

// Compressed compresses a JSON answer whose first write, which for a typed
// operation is all of it, is large enough. Operations whose answers hold
// secrets are not wrapped in it, since size would tell about them.
type Compressed struct {
	http.ResponseWriter
	status int
	sent   bool
	zip    *gzip.Writer
}

// AcceptsGzip reports whether the client takes gzip.
func AcceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.0")
		}
	}
	return false
}

// Begun reports whether an answer has begun.
func (z *Compressed) Begun() bool { return z.sent || z.status != 0 }

// WriteHeader waits: whether to compress depends on the first write.
func (z *Compressed) WriteHeader(status int) {
	if z.status == 0 {
		z.status = status
	}
}

// Write sends b, compressed if the answer is.
func (z *Compressed) Write(b []byte) (int, error) {
	if !z.sent {
		h := z.Header()
		kind := h.Get("Content-Type")
		h.Add("Vary", "Accept-Encoding")
		if len(b) >= compressFrom && h.Get("Content-Encoding") == "" && (kind == "application/json" || kind == "application/problem+json") {
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

func (z *Compressed) send() {
	if !z.sent {
		z.sent = true
		if z.status != 0 {
			z.ResponseWriter.WriteHeader(z.status)
		}
	}
}

// Close ends the answer.
func (z *Compressed) Close() {
	z.send()
	if z.zip != nil {
		_ = z.zip.Close() // the client has gone, if anything
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (z *Compressed) Unwrap() http.ResponseWriter { return z.ResponseWriter }
