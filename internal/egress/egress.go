package egress

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
	"plumbline/internal/trace"
)

// Own is the id of the recipient that is the operator.
const Own = "operator"

// Gate knows where something may be sent.
type Gate struct {
	own        []string
	processors []personal.DataProcessor
	clock      clock.Clock
	inForce    func(ctx context.Context, processor string) (bool, error)
}

// New makes the gate of an installation: the hosts that the operator runs, and
// the register of processors.
func New(own []string, processors []personal.DataProcessor, c clock.Clock) *Gate {
	if c == nil {
		c = clock.System{}
	}
	g := &Gate{clock: c, processors: slices.Clone(processors)}
	for _, h := range own {
		g.own = append(g.own, plain(h))
	}
	return g
}

// Announced makes the gate ask whether the policy in force names a processor:
// one that is announced, and not in force yet, is not connected to.
func (g *Gate) Announced(inForce func(ctx context.Context, processor string) (bool, error)) *Gate {
	g.inForce = inForce
	return g
}

// named says why the policy keeps a recipient from being connected to.
func (l Lane) named(ctx context.Context, recipient string) error {
	if recipient == Own || l.gate == nil || l.gate.inForce == nil {
		return nil
	}
	ok, err := l.gate.inForce(ctx, recipient)
	if err == nil && !ok {
		err = refuse("recipient-announced", "the policy that names "+recipient+" is announced and not in force yet; nothing is sent there")
	}
	return err
}

func plain(host string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Lane is what one client sends: the fields of personal.Outbound that it hands
// over, "mail.to" and so on. The zero leads to this machine only.
type Lane struct {
	gate   *Gate
	fields []string
	only   string
	roots  *x509.CertPool // nil: the system's
}

// Lane is the way out for a client that sends these fields.
func (g *Gate) Lane(fields ...string) Lane { return Lane{gate: g, fields: fields} }

// Only is the way to one host that the configuration names, for a client that
// sends nothing of a person: the authority that gives certificates, and this
// server by its own public name.
func Only(host string) Lane { return Lane{only: plain(host)} }

// Trusting lets the HTTP client trust other authorities than the system's.
func (l Lane) Trusting(roots *x509.CertPool) Lane {
	l.roots = roots
	return l
}

// Recipient is who receives what is sent to a host: Own, or the id of a
// processor; or why nothing may be sent there.
func (l Lane) Recipient(host string) (string, error) {
	host = plain(host)
	if host == "" {
		return "", refuse("recipient-not-registered", "there is no host to send to")
	}
	if l.only != "" {
		if host == l.only {
			return Own, nil
		}
		return "", refuse("recipient-not-registered", "the configuration names another host for this; nothing is sent there")
	}
	if loopback(host) || l.gate != nil && slices.Contains(l.gate.own, host) {
		return Own, nil
	}
	if l.gate == nil {
		return "", refuse("recipient-not-registered", "only this machine can be sent to")
	}
	i := slices.IndexFunc(l.gate.processors, func(p personal.DataProcessor) bool {
		return slices.ContainsFunc(p.Hosts, func(h string) bool { return plain(h) == host })
	})
	if i < 0 {
		if sabotage.Off("INF-1") {
			return "", nil
		}
		return "", refuse("recipient-not-registered", "no processor is registered for "+host+"; nothing is sent there")
	}
	p := l.gate.processors[i]
	return p.ID, l.gate.allowed(p, l.fields)
}

// allowed says why a processor may not be sent the fields today.
func (g *Gate) allowed(p personal.DataProcessor, fields []string) error {
	today := g.clock.Now().UTC().Format(time.DateOnly)
	if !p.Agreement.On(today) && !sabotage.Off("SHR-2") {
		return refuse("no-agreement", "no processing agreement with "+p.Name+" is in force; nothing is sent there")
	}
	if why := p.Unsafe(); why != "" && !sabotage.Off("SHR-3") {
		return refuse("no-safeguard", p.Name+": "+why)
	}
	for _, f := range fields {
		if !slices.Contains(p.Fields, f) && !sabotage.Off("SHR-1") {
			return refuse("field-not-agreed", "the register does not say that "+p.Name+" receives "+f)
		}
	}
	return nil
}

// Named refuses every host but one that the configuration names for a client
// that sends nothing of a person, such as the authority that gives certificates.
func (g *Gate) Named(host, named string) error {
	if plain(host) == "" || plain(host) != plain(named) {
		return refuse("recipient-not-registered", "the configuration names another host for this; nothing is sent there")
	}
	return nil
}

func refuse(code, message string) error { return fault.New(fault.Denied, code, message) }

// DialContext connects to HOST:PORT where something may be sent.
func (l Lane) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") {
		return nil, refuse("recipient-not-registered", "only HOST:PORT can be sent to")
	}
	to, err := l.Recipient(host)
	if err != nil {
		return nil, err
	}
	if err := l.named(ctx, to); err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: 30 * time.Second}
	if plain(host) == "localhost" {
		d.ControlContext = onlyLoopback
	}
	_, span := trace.Start(ctx, "connect", trace.Client, trace.Word(trace.Host, plain(host)))
	c, err := d.DialContext(ctx, network, address)
	span.End(err)
	return c, err
}

// onlyLoopback refuses an address that the name localhost must not lead to.
func onlyLoopback(_ context.Context, _, address string, _ syscall.RawConn) error {
	if a, err := netip.ParseAddrPort(address); err != nil || !a.Addr().Unmap().IsLoopback() {
		return refuse("recipient-not-registered", "localhost leads to another machine")
	}
	return nil
}

// Client is an HTTP client whose every connection, of redirects too, is
// checked.
func (l Lane) Client() *http.Client {
	t := &http.Transport{Proxy: nil, TLSClientConfig: &tls.Config{RootCAs: l.roots, MinVersion: tls.VersionTLS12}, DialContext: l.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second, MaxIdleConns: 10, IdleConnTimeout: 90 * time.Second}
	return &http.Client{Transport: checked{l, t}, Timeout: 2 * time.Minute, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("too many redirects")
		}
		return nil
	}}
}

// Brief is a client for short questions: it follows no redirect, and reads and
// waits no longer than any answer should take.
func (l Lane) Brief() *http.Client {
	c := l.Client()
	c.Transport, c.Timeout = short{c.Transport}, 20*time.Second
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// Poster posts to one address, whose answer does not matter but for its status.
func (l Lane) Poster(to string, h http.Header) func(ctx context.Context, body []byte) (status int, err error) {
	c := l.Brief()
	return func(ctx context.Context, body []byte) (int, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return 0, err
		}
		r.Header = h.Clone()
		res, err := c.Do(r)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, res.Body)
		return res.StatusCode, errors.Join(err, res.Body.Close())
	}
}

// short reads no answer of more than 1 MiB.
type short struct{ next http.RoundTripper }

func (t short) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, 1<<20), res.Body}
	}
	return res, err
}

// checked asks for every request, not only for every connection: a kept
// connection outlives an agreement.
type checked struct {
	lane Lane
	next http.RoundTripper
}

func (c checked) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := c.lane.Recipient(r.URL.Hostname()); err != nil {
		return nil, err
	}
	ctx, span := trace.Start(r.Context(), "call", trace.Client, trace.Word(trace.Host, plain(r.URL.Hostname())), trace.Word(trace.Method, r.Method))
	res, err := c.next.RoundTrip(r.WithContext(ctx))
	if err == nil {
		span.Set(trace.Number(trace.Status, res.StatusCode))
	}
	span.End(err)
	return res, err
}
