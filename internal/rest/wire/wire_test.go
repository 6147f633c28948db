package wire

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline/internal/fault"
)

func parsed(t *testing.T, in ...string) Proxies {
	t.Helper()
	p, err := ParseProxies(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	proxies := parsed(t, "10.0.0.0/8", "192.0.2.7", "fd00::/8")
	cases := []struct {
		name    string
		proxies Proxies
		peer    string
		header  []string
		want    string
		code    string
	}{
		{"direct", nil, "203.0.113.9:1", nil, "203.0.113.9", ""},
		{"direct, what it says is ignored", nil, "203.0.113.9:1", []string{"X-Forwarded-For", "1.2.3.4"}, "203.0.113.9", ""},
		{"mapped", nil, "[::ffff:203.0.113.9]:1", nil, "203.0.113.9", ""},
		{"by proxy", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", ""},
		{"two proxies", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9, 192.0.2.7"}, "203.0.113.9", ""},
		{"the client lies", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "1.2.3.4, 203.0.113.9"}, "203.0.113.9", ""},
		{"the client lies in a line of its own", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "1.2.3.4", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", ""},
		{"nonsense", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "unknown"}, "10.1.1.1", ""},
		{"with a port", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "[2001:db8::1]:443"}, "2001:db8::1", ""},
		{"by socket", proxies, "@", []string{"X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", ""},
		{"past the proxy", proxies, "203.0.113.9:1", []string{"X-Forwarded-Proto", "https"}, "", "not-through-proxy"},
		{"proxy by http", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "http", "X-Forwarded-For", "203.0.113.9"}, "", "https-required"},
		{"the client says https", proxies, "10.1.1.1:1", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Proto", "http"}, "", "https-required"},
		{"proxy says nothing", proxies, "10.1.1.1:1", []string{"X-Forwarded-For", "203.0.113.9"}, "", "https-required"},
	}
	for _, c := range cases {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for i := 0; i < len(c.header); i += 2 {
			r.Header.Add(c.header[i], c.header[i+1])
		}
		got, err := c.proxies.Client(r)
		if fault.CodeOf(err) != c.code || (c.code == "" && got.String() != c.want) {
			t.Errorf("%s: %v %v, want %s %s", c.name, got, err, c.want, c.code)
		}
	}
	for _, bad := range []string{"0.0.0.0/0", "::/0", "proxy.example", ""} {
		if _, err := ParseProxies([]string{bad}); fault.CodeOf(err) != "bad-proxy" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestListenOn(t *testing.T) {
	t.Parallel()
	proxies := parsed(t, "10.0.0.1")
	cases := []struct {
		name, addr       string
		certificate      bool
		proxies          Proxies
		network, address string
		code             string
	}{
		{"loopback", "127.0.0.1:8080", false, nil, "tcp", "127.0.0.1:8080", ""},
		{"loopback block", "127.8.8.8:80", false, nil, "tcp", "127.8.8.8:80", ""},
		{"loopback 6", "[::1]:8080", false, nil, "tcp", "[::1]:8080", ""},
		{"localhost", "localhost:8080", false, nil, "tcp", "localhost:8080", ""},
		{"socket", "unix:/run/p.sock", false, nil, "unix", "/run/p.sock", ""},
		{"all addresses", ":8080", false, nil, "", "", "tls-required"},
		{"all addresses spelt out", "0.0.0.0:80", false, nil, "", "", "tls-required"},
		{"all addresses 6", "[::]:80", false, nil, "", "", "tls-required"},
		{"private address", "192.168.1.5:80", false, nil, "", "", "tls-required"},
		{"name", "site.example:80", false, nil, "", "", "tls-required"},
		{"name that looks like loopback", "127.0.0.1.example:80", false, nil, "", "", "tls-required"},
		{"name with certificate", "site.example:443", true, nil, "tcp", "site.example:443", ""},
		{"all with certificate", ":443", true, nil, "tcp", ":443", ""},
		{"all behind a proxy", ":8080", false, proxies, "tcp", ":8080", ""},
		{"no port", "127.0.0.1", false, nil, "", "", "bad-address"},
		{"empty", "", false, nil, "", "", "bad-address"},
		{"socket without path", "unix:", false, nil, "", "", "bad-address"},
	}
	for _, c := range cases {
		network, address, err := ListenOn(c.addr, c.certificate, c.proxies)
		if fault.CodeOf(err) != c.code || network != c.network || address != c.address {
			t.Errorf("%s: %q %q %v", c.name, network, address, err)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, in, want string }{
		{"quoted", `open "/home/jan": no 'such' file`, "open …: no … file"},
		{"e-mail", "cannot send to <jan@example.org> now", "cannot send to <…> now"},
		{"key", "duplicate key (email)=(jan) exists", "duplicate key (email)… exists"},
		{"plain", "database is locked", "database is locked"},
		{"long", strings.Repeat("x", 3000), strings.Repeat("x", 2000)},
	}
	for _, c := range cases {
		if got := Redact(c.in); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
