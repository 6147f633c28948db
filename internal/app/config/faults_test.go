package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/fault"
)

func read(t *testing.T, text string) (Config, Faults) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plumbline.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(file)
	if err == nil {
		return c, nil
	}
	if fault.CodeOf(err) != "bad-configuration" {
		t.Fatal(err)
	}
	var f Faults
	if !errors.As(err, &f) {
		f = Faults{{Setting: "the file", Says: err.Error()}}
	}
	return c, f
}

const httpsOnly = "listen: ':443'\npublic_url: https://site.example\ntls: {certificate: c.pem, key: k.pem}\n"

// TestFaults: what is wrong is said with what to write instead.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, setting, instead string }{
		{"nothing", "", "", ""},
		{"a comment", "# nothing\n", "", ""},
		{"HTTPS by a certificate", httpsOnly, "", ""},
		{"by an authority", "listen: ':443'\npublic_url: https://site.example\ntls: {acme: {accept_terms: true}}\n", "", ""},
		{"a version as a number", httpsOnly + "data: x\nworkers: 3\n", "", ""},
		{"a mistake in a name", "pubic_url: https://x.example\n", "pubic_url", "did you mean public_url?"},
		{"a dash", "public-url: https://x.example\n", "public-url", "did you mean public_url?"},
		{"deeper", "tls: {acme: {emial: a@b.example}}\n", "tls.acme.emial", "did you mean tls.acme.email?"},
		{"in the wrong block", "certificate: c.pem\n", "certificate", "did you mean tls.certificate?"},
		{"nothing like it", "zzzzzzzzzz: 1\n", "zzzzzzzzzz", "docs/configuration.md"},
		{"a number for a list", "behind_proxy: 3\n", "behind_proxy", "a list"},
		{"a word for a number", "workers: many\n", "workers", "a whole number"},
		{"a number for a time", "drain: {requests: 30}\n", "drain.requests", "30s"},
		{"a list for everything", "- a\n", "the file", "NAME: VALUE"},
		{"old TLS", strings.Replace(httpsOnly, "key: k.pem", "key: k.pem, minimum: '1.1'", 1), "tls.minimum", "write 1.2 or 1.3"},
		{"short memory", strings.Replace(httpsOnly, "key: k.pem", "key: k.pem, hsts: {max_age: 1h}", 1), "tls.hsts.max_age", "4320h"},
		{"preload alone", strings.Replace(httpsOnly, "key: k.pem", "key: k.pem, hsts: {preload: true}", 1), "tls.hsts.preload", "subdomains"},
		{"plain HTTP for all", "listen: 0.0.0.0:80\npublic_url: https://x.example\n", "listen", ""},
		{"people by plain HTTP", "public_url: http://site.example\n", "public_url", "write https://site.example"},
		{"a redirect to nowhere", "redirect: ':80'\n", "redirect", "https"},
		{"metrics for all", "monitoring: {listen: ':9464'}\n", "monitoring.listen", "127.0.0.1:9464"},
		{"metrics in a private network", "monitoring: {listen: '10.1.2.3:9464'}\n", "", ""},
		{"mail in the clear", "mail: {server: mail.example:25, without_tls: true}\nprivacy: {operator: {name: a, address: b, country: BE, email: a@b.example}}\n", "mail.without_tls", "leave it out"},
		{"mail in the clear on this machine", "mail: {server: 'localhost:25', without_tls: true}\nprivacy: {operator: {name: a, address: b, country: BE, email: a@b.example}}\n", "", ""},
		{"mail from nobody", "mail: {server: 'localhost:25'}\n", "privacy.operator", ""},
		{"a database in the clear", "database: postgres://db.example/plumbline\n", "database", "sslmode=verify-full"},
		{"by TLS if it likes", "database: postgres://db.example/plumbline?sslmode=prefer\n", "database", "sslmode=verify-full"},
		{"a database by TLS", "database: postgres://db.example/plumbline?sslmode=verify-full\n", "", ""},
		{"a database by socket", "database: postgres:///plumbline?host=/run/postgresql\n", "", ""},
		{"captured mail for all", "development: true\nlisten: ':443'\npublic_url: https://x.example\ntls: {certificate: c.pem, key: k.pem}\n", "development", "leave it out"},
		{"the key in its ring", "ring: {places: [/a/ring], root_key: /a/ring/root.key}\n", "ring.root_key", "outside"},
		{"terms not accepted", "tls: {acme: {email: a@b.example}}\n", "tls.acme.accept_terms", "true"},
		{"a certificate for an address", "listen: ':443'\npublic_url: https://192.0.2.1\ntls: {acme: {accept_terms: true}}\n", "tls.acme.names", "NAME"},
		{"two certificates", strings.Replace(httpsOnly, "key: k.pem", "key: k.pem, acme: {accept_terms: true}", 1), "tls.acme", "leave"},
		{"a certificate without a key", "tls: {certificate: c.pem}\n", "tls", "both"},
		{"everybody is a proxy", "behind_proxy: [0.0.0.0/0]\n", "behind_proxy", "name the proxies"},
		{"traces to this machine", "tracing: {endpoint: 'http://127.0.0.1:4318/v1/traces'}\n", "", ""},
		{"traces to a machine of the operator", "tracing: {endpoint: 'https://traces.example/v1/traces', percent: 10}\nprivacy: {own_hosts: [traces.example]}\n", "", ""},
		{"traces to nobody known", "tracing: {endpoint: 'https://traces.example/v1/traces'}\n", "tracing.endpoint", "own_hosts"},
		{"traces in the clear", "tracing: {endpoint: 'http://traces.example/v1/traces'}\nprivacy: {own_hosts: [traces.example]}\n", "tracing.endpoint", "https://traces.example/v1/traces"},
		{"traces to nowhere", "tracing: {percent: 10}\n", "tracing.endpoint", "https://HOST"},
		{"traces without a path", "tracing: {endpoint: 'https://127.0.0.1'}\n", "tracing.endpoint", "/v1/traces"},
		{"more than all", "tracing: {endpoint: 'http://127.0.0.1:4318/v1/traces', percent: 101}\n", "tracing.percent", "100"},
		{"an eternity", "drain: {requests: 24h}\n", "drain.requests", "10m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, f := read(t, c.text)
			if c.setting == "" {
				if len(f) > 0 {
					t.Errorf("refused: %v", f)
				}
				return
			}
			if len(f) != 1 || f[0].Setting != c.setting || !strings.Contains(f[0].Instead, c.instead) {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestAllFaultsAtOnce: nobody mends one fault to meet the next.
func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, f := read(t, "wrokers: 2\nlisten: 0.0.0.0:80\ntls: {minimum: '1.0'}\nmonitoring: {listen: ':1'}\nprivacy: {own_hosts: ['a b'], processors: [{id: X}, {id: ok}]}\n")
	var settings []string
	for _, x := range f {
		settings = append(settings, x.Setting)
	}
	if got := strings.Join(settings, " "); got != "wrokers listen tls.minimum public_url monitoring.listen privacy.own_hosts privacy.processors.X.id privacy.processors.ok" {
		t.Errorf("%s\n%v", got, f)
	}
	if text := f.Err("plumbline.yaml").Error(); !strings.Contains(text, "plumbline.yaml has 8 faults: (1) wrokers: ") {
		t.Error(text)
	}
	// What is of the wrong kind keeps the rest from being read, and is all that is said.
	if _, f := read(t, "workers: x\ndrain: 3\nfoo: 1\n"); len(f) != 3 {
		t.Errorf("%v", f)
	}
}

func TestOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, cert := filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")
	for name, mode := range map[string]os.FileMode{key: 0o644, cert: 0o644} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	c := Config{Data: dir, TLS: TLS{Certificate: cert, Key: key}, Mail: Mail{Password: filepath.Join(dir, "none")}}
	f := c.OnDisk()
	if len(f) != 2 || f[0].Setting != "tls.key" || !strings.Contains(f[0].Instead, "chmod 0600") || f[1].Setting != "mail.password_file" {
		t.Errorf("%v", f)
	}
	if err := os.Chmod(key, 0o640); err != nil {
		t.Fatal(err)
	}
	c.Mail.Password = ""
	if f := c.OnDisk(); len(f) > 0 {
		t.Errorf("%v", f)
	}
}
