package wire

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"plumbline/internal/fault"
)

// Proxies are the addresses of the reverse proxies that may speak for clients.
// What anyone else says in X-Forwarded-* is ignored.
type Proxies []netip.Prefix

// ParseProxies reads addresses and CIDR blocks. A block that names everybody
// names nobody and is refused.
func ParseProxies(in []string) (Proxies, error) {
	var out Proxies
	for _, s := range in {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil {
				return nil, fault.New(fault.Invalid, "bad-proxy", "behind_proxy: not an address or a CIDR block")
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if p.Bits() == 0 {
			return nil, fault.New(fault.Invalid, "bad-proxy", "behind_proxy: a block of length 0 trusts every address; name the proxies")
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func (p Proxies) has(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// Client is the address a request comes from. Behind proxies it is the nearest
// address in X-Forwarded-For that is no proxy; a request that does not come
// through one of them, or that did not reach it by HTTPS, is refused. A peer on
// a Unix socket has no address and counts as a proxy where proxies are named.
func (p Proxies) Client(r *http.Request) (netip.Addr, error) {
	peer := socketAddress(r.RemoteAddr)
	if len(p) == 0 {
		return peer, nil
	}
	if peer.IsValid() && !p.has(peer) {
		return peer, fault.New(fault.Denied, "not-through-proxy", "this server is reached through its proxy only")
	}
	proto := r.Header.Values("X-Forwarded-Proto")
	if len(proto) == 0 || !strings.EqualFold(lastItem(proto), "https") {
		return peer, fault.New(fault.Denied, "https-required", "the proxy must be reached by HTTPS and say so in X-Forwarded-Proto")
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		a := socketAddress(strings.TrimSpace(hop))
		if !a.IsValid() {
			break
		}
		peer = a
		if !p.has(a) {
			break
		}
	}
	return peer, nil
}

func lastItem(values []string) string {
	v := values[len(values)-1]
	return strings.TrimSpace(v[strings.LastIndexByte(v, ',')+1:])
}

// socketAddress reads "address" or "address:port"; anything else has none.
func socketAddress(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone("")
	}
	return netip.Addr{}
}

// ListenOn decides whether the server may listen at addr ("host:port" or
// "unix:PATH"), and gives the network and address for net.Listen. Plain HTTP is
// allowed on a loopback address, on a Unix socket, and behind named proxies;
// everywhere else a certificate is needed, and the program must not start.
func ListenOn(addr string, certificate bool, proxies Proxies) (network, address string, err error) {
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		if path == "" {
			return "", "", fault.New(fault.Invalid, "bad-address", "addr: unix: needs a path")
		}
		return "unix", path, nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "" {
		return "", "", fault.New(fault.Invalid, "bad-address", "addr: want host:port or unix:PATH")
	}
	if certificate || len(proxies) > 0 || loopback(host) {
		return "tcp", addr, nil
	}
	return "", "", fault.New(fault.Invalid, "tls-required",
		"listen is neither loopback nor a Unix socket: give tls.certificate and tls.key, or name the proxy in front (behind_proxy), or listen on 127.0.0.1 or unix:/PATH")
}

// loopback is deliberately narrow: a name that resolves to loopback today can
// resolve to something else tomorrow.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
