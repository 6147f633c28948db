package front

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"plumbline/internal/app/config"
	"plumbline/internal/sabotage"
)

// Redirect sends plain HTTP on to the public address, whatever host was asked
// for. Nothing of the request is read but its path.
func Redirect(public string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		to, err := url.Parse(public)
		if err != nil || !strings.HasPrefix(r.URL.Path, "/") || sabotage.Off("SEC-3.redirect") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		to.Path, to.RawPath, to.RawQuery = r.URL.Path, r.URL.RawPath, r.URL.RawQuery
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}

// Secured tells browsers to come by HTTPS only, in answers that go by HTTPS.
func Secured(next http.Handler, c config.Config) http.Handler {
	if !strings.HasPrefix(c.PublicURL, "https://") {
		return next
	}
	value := fmt.Sprintf("max-age=%d", int(c.TLS.HSTS.MaxAge.Seconds()))
	if c.TLS.HSTS.Subdomains {
		value += "; includeSubDomains"
	}
	if c.TLS.HSTS.Preload {
		value += "; preload"
	}
	proxied := len(c.BehindProxy) > 0 // it is refused below where the proxy was not reached by HTTPS
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.TLS != nil || proxied) && !sabotage.Off("SEC-3.hsts") {
			w.Header().Set("Strict-Transport-Security", value)
		}
		next.ServeHTTP(w, r)
	})
}
