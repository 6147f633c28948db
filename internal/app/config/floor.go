package config

import (
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plumbline/internal/rest"
	"plumbline/internal/sabotage"
)

// leastHSTS is how long browsers must remember at the least.
const leastHSTS = 180 * 24 * time.Hour

// floor finds settings that are weaker than the program allows. What has no
// setting, such as the strength of passwords, cannot be weakened.
func (c *Config) floor(f *Faults) {
	if sabotage.Off("SEC-11.floor") {
		return
	}
	c.floorTLS(f)
	if c.Monitoring.Listen != "" && !private(c.Monitoring.Listen) {
		f.add("monitoring.listen", "metrics are for machines of your own, and this address is open to others", "write 127.0.0.1:9464, unix:/PATH, or an address of a private network")
	}
	if c.Mail.Plain && c.Mail.Server != "" && !local(c.Mail.Server) {
		f.add("mail.without_tls", "mail to another machine is encrypted", "leave it out; a mail server without TLS may only run on this machine")
	}
	if c.Mail.Password != "" && c.Mail.User == "" {
		f.add("mail.user", "a password needs a user", "write the name that the mail server knows")
	}
	if c.Development && (!private(c.Listen) || len(c.BehindProxy) > 0) {
		f.add("development", "captured mail would be shown to everybody", "leave it out, or listen on 127.0.0.1 without a proxy")
	}
	c.floorTracing(f)
	c.floorDatabase(f)
	for _, place := range c.Ring.Places {
		if within(c.Ring.Root, place) {
			f.add("ring.root_key", "it lies in the ring that it opens: whoever has one has both", "write a path outside of "+place)
		}
	}
}

func (c *Config) floorTLS(f *Faults) {
	if !slices.Contains([]string{"1.2", "1.3"}, c.TLS.Minimum) {
		f.add("tls.minimum", "TLS before 1.2 can be broken", "write 1.2 or 1.3, or leave it out")
	}
	if c.TLS.HSTS.MaxAge < leastHSTS {
		f.add("tls.hsts.max_age", "browsers must remember for half a year at the least", "write 4320h or more, or leave it out")
	}
	if c.TLS.HSTS.Preload && !c.TLS.HSTS.Subdomains {
		f.add("tls.hsts.preload", "the list of browsers takes names with subdomains only", "write subdomains: true too, or leave it out")
	}
	a := c.TLS.ACME
	if !a.On() && (len(a.Names) > 0 || a.Email != "" || a.Roots != "" || a.Directory != LetsEncrypt) {
		f.add("tls.acme.accept_terms", "an authority gives certificates to those who accept its terms", "write true when you do")
	}
	if a.On() && c.TLS.Certificate != "" {
		f.add("tls.acme", "there is a certificate already", "leave tls.certificate and tls.key out, or tls.acme")
	}
	if u, err := url.Parse(a.Directory); err != nil || u.Scheme != "https" || u.Host == "" {
		f.add("tls.acme.directory", "an authority is asked by HTTPS", "write https://HOST/PATH")
	}
	for _, name := range c.CertificateNames() {
		if a.On() && (name == "localhost" || !strings.Contains(name, ".") || net.ParseIP(name) != nil) {
			f.add("tls.acme.names", "no authority gives a certificate for "+name, "write public_url: https://NAME with the name that people use")
		}
	}
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil:
		f.add("public_url", "it is no address", "write https://NAME")
	case u.Scheme == "https":
	case u.Scheme != "http" || !local(u.Host):
		f.add("public_url", "people come by HTTPS", "write https://"+u.Host)
	}
	if c.Redirect != "" && (err != nil || u.Scheme != "https") {
		f.add("redirect", "it leads to the public address, which is not HTTPS", "write public_url: https://NAME")
	}
}

// floorDatabase refuses a database on another machine that is asked in the clear.
func (c *Config) floorDatabase(f *Faults) {
	if !strings.HasPrefix(c.DatabaseURL(), "postgres") {
		return
	}
	u, err := url.Parse(c.Database)
	if err != nil {
		f.add("database", "it is no address", "write postgres://USER@HOST/NAME?sslmode=verify-full")
		return
	}
	host := u.Host
	if q := u.Query().Get("host"); q != "" {
		host = q
	}
	if host == "" || strings.HasPrefix(host, "/") || local(host) {
		return
	}
	if !slices.Contains([]string{"require", "verify-ca", "verify-full"}, u.Query().Get("sslmode")) {
		f.add("database", "a database on another machine is asked by TLS", "add ?sslmode=verify-full (or require)")
	}
}

// hostPart is the host of HOST or HOST:PORT.
func hostPart(at string) string {
	if host, _, err := net.SplitHostPort(at); err == nil {
		return host
	}
	return strings.Trim(at, "[]")
}

// local reports whether an address is of this machine.
func local(at string) bool {
	host := hostPart(at)
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// private reports whether only this machine, or a private network, reaches a
// listener.
func private(at string) bool {
	if strings.HasPrefix(at, "unix:") || local(at) {
		return true
	}
	a, err := netip.ParseAddr(hostPart(at))
	return err == nil && (a.Unmap().IsPrivate() || a.IsLinkLocalUnicast())
}

func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// ranges finds numbers that cannot be.
func (c *Config) ranges(f *Faults) {
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		f.add("tls", "a certificate needs its key, and a key its certificate", "write both certificate and key")
	}
	if c.Workers < 1 || c.Workers > 64 {
		f.add("workers", "so many jobs cannot run at a time", "write a number between 1 and 64")
	}
	if n := *c.Drain.Notice; n < 0 || n > 5*time.Minute {
		f.add("drain.notice", "it is too long, or less than nothing", "write a time up to 5m")
	}
	if n := c.Drain.Requests; n < 0 || n > 10*time.Minute {
		f.add("drain.requests", "it is too long, or less than nothing", "write a time up to 10m")
	}
	proxies, err := rest.ParseProxies(c.BehindProxy)
	if err != nil {
		f.add("behind_proxy", reason(err), "name the proxies, such as 127.0.0.1/32")
	}
	for setting, at := range map[string]string{"redirect": c.Redirect, "monitoring.listen": c.Monitoring.Listen} {
		if at == "" || strings.HasPrefix(at, "unix:/") {
			continue
		}
		if _, port, err := net.SplitHostPort(at); err != nil || port == "" {
			f.add(setting, "it is no address to listen on", "write HOST:PORT or unix:/PATH")
		}
	}
	if _, _, err := rest.ListenOn(c.Listen, c.TLS.On(), proxies); err != nil {
		f.add("listen", reason(err), "")
	}
}

// reason is what an error of another package says, without its place.
func reason(err error) string {
	if f, ok := asFault(err); ok {
		_, says, found := strings.Cut(f.Message, ": ")
		if found && !strings.Contains(strings.SplitN(f.Message, ": ", 2)[0], " ") {
			return says
		}
		return f.Message
	}
	return "it cannot be used"
}

// OnDisk finds files that are missing, or that others may read, among those
// that the configuration names.
func (c *Config) OnDisk() Faults {
	var f Faults
	secret := func(setting, name string) {
		if name == "" {
			return
		}
		s, err := os.Stat(name)
		switch {
		case err != nil:
			f.add(setting, "the file "+name+" cannot be read", "give its owner to the user that Plumbline runs as")
		case s.Mode()&0o007 != 0 && !sabotage.Off("SEC-11.floor"):
			f.add(setting, fmt.Sprintf("everybody on this machine may use %s (mode %04o)", name, s.Mode().Perm()), "run chmod 0600 "+name)
		}
	}
	secret("tls.key", c.TLS.Key)
	secret("mail.password_file", c.Mail.Password)
	secret("tracing.headers_file", c.Tracing.Headers)
	for _, p := range c.SignIn.Providers {
		secret("sign_in.providers."+p.ID+".client_secret_file", p.Secret)
	}
	if _, err := os.Stat(c.Ring.Root); err == nil {
		secret("ring.root_key", c.Ring.Root)
	}
	for setting, name := range map[string]string{"tls.certificate": c.TLS.Certificate, "tls.acme.roots": c.TLS.ACME.Roots, "tracing.roots": c.Tracing.Roots} {
		if name == "" {
			continue
		}
		if _, err := os.ReadFile(name); err != nil { //nolint:gosec // the administrator names the file
			f.add(setting, "the file "+name+" cannot be read", "check its path and its owner")
		}
	}
	for _, place := range slices.Concat(c.Ring.Places, c.Files.Places, []string{c.Data}) {
		s, err := os.Stat(place)
		if err == nil && s.Mode()&fs.FileMode(0o002) != 0 {
			f.add(place, "everybody on this machine may write there", "run chmod 0700 "+place)
		}
	}
	return f
}
