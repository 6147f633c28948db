package front

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"plumbline/internal/app/config"
	"plumbline/internal/app/peertest"
)

// names answers every question for an address with this machine.
func names(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // Pebble asks by TCP
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				for answered(c) == nil {
				}
			}()
		}
	}()
	return l.Addr().String()
}

// answered answers one question of RFC 1035 over TCP.
func answered(c net.Conn) error {
	var size uint16
	if err := binary.Read(c, binary.BigEndian, &size); err != nil {
		return err
	}
	buf := make([]byte, size)
	if _, err := io.ReadFull(c, buf); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(buf); err != nil {
		return err
	}
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
		}
	}
	out, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)) //nolint:gosec // short
	return err
}

// authority is Pebble, the authority that Let's Encrypt gives for tests.
type authority struct{ port, roots, cert, key string }

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{port: peertest.Port(t)}
	a.cert, a.key = peertest.Certificate(t, t.TempDir(), 7, "localhost")
	a.roots = a.cert
	return a
}

func (a *authority) start(t *testing.T, tlsPort, httpPort int, life time.Duration) *peertest.Process {
	t.Helper()
	type m = map[string]any
	b, err := json.Marshal(m{"pebble": m{"listenAddress": "127.0.0.1:" + a.port, "managementListenAddress": "127.0.0.1:0", "certificate": a.cert, "privateKey": a.key,
		"httpPort": httpPort, "tlsPort": tlsPort, "keyAlgorithm": "ecdsa", "domainBlocklist": []string{}, "retryAfter": m{"authz": 1, "order": 1},
		"profiles": m{"default": m{"description": "for tests", "validityPeriod": int(life.Seconds())}}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pebble.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	p := peertest.Start(t, []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=30"}, peertest.Tool(t, "pebble", "pebble"), "-config", file, "-dnsserver", names(t))
	p.Answers(t, "127.0.0.1:"+a.port)
	return p
}

func (a *authority) config() config.Config {
	return config.Config{Listen: "127.0.0.1:0", PublicURL: "https://site.example",
		TLS: config.TLS{ACME: config.ACME{Terms: true, Directory: "https://localhost:" + a.port + "/dir", Roots: a.roots}}}
}

// shown is the serial of the certificate that is shown for a name; empty: none.
func shown(address, name string) string {
	c, err := (&tls.Dialer{Config: &tls.Config{ServerName: name, InsecureSkipVerify: true}}).DialContext(context.Background(), "tcp", address) //nolint:gosec // an authority of a test
	if err != nil {
		return ""
	}
	defer func() { _ = c.Close() }()
	leaf := c.(*tls.Conn).ConnectionState().PeerCertificates[0]
	if leaf.VerifyHostname(name) != nil || !strings.Contains(leaf.Issuer.CommonName, "Pebble") {
		return ""
	}
	return fmt.Sprint(leaf.SerialNumber)
}

// TestAuthorityGives: a certificate is got by TLS alone, shown for its name and
// no other, and is there after a restart, without the authority.
func TestAuthorityGives(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	s := newSite(t, a.config())
	f := s.open(t)
	pebble := a.start(t, portOf(f.Address()), 1, 90*24*time.Hour)
	stop := run(t, f)
	at := f.Address().String()
	var first string
	peertest.Until(t, "a certificate is shown", func() bool { first = shown(at, "site.example"); return first != "" })
	for _, other := range []string{"other.example", "www.site.example", "localhost", ""} {
		if shown(at, other) != "" {
			t.Errorf("a certificate is shown for %q", other)
		}
	}
	if strings.Contains(pebble.Said(), "other.example") {
		t.Error("the authority was asked for a name that is not ours")
	}
	if left := time.Until(f.Keys.Expires()); left < 80*24*time.Hour {
		t.Errorf("it ends in %v", left)
	}
	if at, err := Stored(s.deps.Config.Data); err != nil || !at.Equal(f.Keys.Expires()) {
		t.Errorf("what is stored ends at %v, %v", at, err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	pebble.Stop()
	again := newSite(t, s.deps.Config).open(t)
	run(t, again)
	peertest.Until(t, "the same certificate is shown", func() bool { return shown(again.Address().String(), "site.example") == first })
}

// TestAuthorityRenews: the authority may ask by plain HTTP where the redirect
// listens, and a certificate that ends soon is replaced while it is served.
func TestAuthorityRenews(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	c := a.config()
	c.PublicURL = "https://second.example" // what is asked of a name is known to the whole process
	c.Redirect = "127.0.0.1:0"
	s := newSite(t, c)
	s.deps.RenewEvery = 100 * time.Millisecond
	f := s.open(t)
	f.Keys.acme.issuer.DisableTLSALPNChallenge = true // so that it must
	a.start(t, 1, portOf(f.plain.Addr()), 12*time.Second)
	run(t, f)
	at := f.Address().String()
	var first string
	peertest.Until(t, "a certificate is shown", func() bool { first = shown(at, "second.example"); return first != "" })
	peertest.Until(t, "a newer one is shown", func() bool { next := shown(at, "second.example"); return next != "" && next != first })
}
