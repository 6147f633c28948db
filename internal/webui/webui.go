package webui

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// all: because the bundler names chunks that begin with an underscore.
//
//go:embed all:dist
var dist embed.FS

const (
	indexName = "index.html"
	// noncePlace stands in the page where each answer's nonce goes.
	noncePlace = "__CSP_NONCE__"
	// brotli is the ending of a file's compressed twin.
	brotli = ".br"
)

// file is one of the app's files, ready to be sent.
type file struct {
	data []byte
	kind string
	etag string
	// zip is data compressed, made when first asked for; nil: not worth it.
	zip func() []byte
	br  []byte // the same by Brotli, from the build; nil: there is none
}

// UI serves the app.
type UI struct {
	files map[string]file
	index []byte // nil: there is no build
}

// New reads the embedded build.
func New() (*UI, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return fromFS(sub)
}

func fromFS(build fs.FS) (*UI, error) {
	u := &UI{files: map[string]file{}}
	err := fs.WalkDir(build, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(path.Base(name), ".") { // of the build, for nobody else
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || path.Ext(name) == brotli {
			return nil
		}
		data, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		if name == indexName {
			u.index = data
			return nil
		}
		br, err := fs.ReadFile(build, name+brotli)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sum := sha256.Sum256(data)
		u.files["/"+name] = file{
			data: data, kind: kindOf(name), etag: hex.EncodeToString(sum[:12]), br: br,
			zip: sync.OnceValue(func() []byte { return compress(name, data) }),
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if u.index != nil && !bytes.Contains(u.index, []byte(noncePlace)) {
		return nil, errors.New("webui: the page has no place for a nonce: build the web app again")
	}
	return u, nil
}

// Built reports whether the program holds a web build.
func (u *UI) Built() bool { return u.index != nil }

// kindOf is the media type of a file; the machine's own table is not asked.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".woff":
		return "font/woff"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// ServeHTTP answers a file of the app, or its page.
func (u *UI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	Secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := r.URL.Path
	if f, ok := u.files[name]; ok {
		u.file(w, r, name, f)
		return
	}
	if looksLikeFile(name) {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	u.page(w, r)
}

// looksLikeFile: below /assets/, or the last part has an extension. The page
// itself may be asked for by its name.
func looksLikeFile(name string) bool {
	if strings.HasPrefix(name, "/assets/") {
		return true
	}
	return name != "/"+indexName && path.Ext(path.Base(name)) != ""
}

func (u *UI) file(w http.ResponseWriter, r *http.Request, name string, f file) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	if strings.HasPrefix(name, "/assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	// A file that is opened by itself (an SVG, a script) runs nothing.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	if path.Ext(name) == ".js" {
		// A worker goes by the policy that its own file came with.
		h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; script-src 'self'; frame-ancestors 'none'")
	}
	data, etag := f.data, f.etag
	h.Set("Vary", "Accept-Encoding")
	if f.br != nil && accepts(r, "br") {
		data, etag = f.br, etag+"-b"
		h.Set("Content-Encoding", "br")
	} else if zip := f.zip(); zip != nil && accepts(r, "gzip") {
		data, etag = zip, etag+"-z"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// compress gives data compressed, or nil where that saves nothing worth having.
func compress(name string, data []byte) []byte {
	switch path.Ext(name) {
	case ".js", ".css", ".svg", ".webmanifest":
	default:
		return nil
	}
	if len(data) < 1024 {
		return nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(data); err != nil || z.Close() != nil {
		return nil
	}
	return b.Bytes()
}

func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			weight, found := strings.CutPrefix(strings.ReplaceAll(q, " ", ""), "q=")
			return !found || strings.Trim(weight, "0.") != ""
		}
	}
	return false
}

func (u *UI) page(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if !u.Built() {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("The web app is not built into this program. Run: make build\n"))
		return
	}
	nonce := newNonce()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", Policy(nonce))
	body := bytes.ReplaceAll(u.index, []byte(noncePlace), []byte(nonce))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone is nobody's fault
	}
}

func newNonce() string {
	b := make([]byte, 18)
	_, _ = rand.Read(b) // never fails
	return base64.StdEncoding.EncodeToString(b)
}

// Policy is the page's Content-Security-Policy. Scripts: files of this server.
// Styles: files of this server, and style elements with the nonce. Pictures:
// also those that the app holds in memory.
func Policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' blob: data:",
		"font-src 'self'",
		"connect-src 'self'",
		"worker-src 'self'",
		"manifest-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// Secure sets the headers that every answer to a browser carries.
func Secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()")
}
