package wire

import (
	"net/http"
	"regexp"
)

// KnownMethod keeps invented methods, which are a client's text, out of the log.
func KnownMethod(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}

var quoted = regexp.MustCompile(`"[^"]*"|'[^']*'|` + "`[^`]*`" + `|=\([^)]*\)|[^\s<>@]+@[^\s<>@]+`)

// Redact takes out of an error's text what may be a value: all that is quoted,
// and whatever looks like an e-mail address.
func Redact(s string) string {
	if len(s) > 2000 {
		s = s[:2000]
	}
	return quoted.ReplaceAllString(s, "…")
}

// Reply counts what is answered.
type Reply struct {
	http.ResponseWriter
	Status int
	Bytes  int64
}

// Begun reports whether an answer has begun.
func (w *Reply) Begun() bool { return w.Status != 0 }

// WriteHeader notes the status.
func (w *Reply) WriteHeader(status int) {
	if status >= 200 && w.Status == 0 {
		w.Status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *Reply) Write(b []byte) (int, error) {
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.Bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *Reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }
