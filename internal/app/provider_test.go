package app

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plumbline/internal/app/config"
	"plumbline/internal/app/peertest"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/signin/signinapi"
)

// realProvider starts panva's oidc-provider (tools/oidcprovider), and says what
// to write into the configuration.
func realProvider(t *testing.T, public string) (p config.IdentityProvider, browser *http.Client) {
	t.Helper()
	folder, err := filepath.Abs("../../tools/oidcprovider")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		t.Skip("oidc-provider is not installed: npm install in tools/oidcprovider")
	}
	node := filepath.Join(folder, "../../web/node_modules/.bin/node")
	if _, err := os.Stat(node); err != nil {
		if node, err = exec.LookPath("node"); err != nil {
			t.Skip("there is no node")
		}
	}
	dir := t.TempDir()
	cert, key := peertest.Certificate(t, dir, 1, "localhost")
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("a secret of the tests, and of nothing else\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	port := peertest.Port(t)
	peertest.Start(t, nil, node, filepath.Join(folder, "provider.mjs"), port, cert, key, public+config.OIDCReturn).
		Answers(t, "127.0.0.1:"+port)
	pool := x509.NewCertPool()
	shown, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool.AppendCertsFromPEM(shown)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser = &http.Client{Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), public) {
				return http.ErrUseLastResponse
			}
			return nil
		}}
	return config.IdentityProvider{ID: "delta", Name: "Delta login", Issuer: "https://localhost:" + port, Client: "plumbline", Roots: cert,
		Secret: secret}, browser
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// visit signs in at the provider as its pages ask, until it sends the browser back.
func visit(t *testing.T, browser *http.Client, address, who string) url.Values {
	t.Helper()
	res, err := browser.Get(address) //nolint:noctx // a test
	for range 6 {
		if err != nil {
			t.Fatal(err)
		}
		b, e := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if e != nil {
			t.Fatal(e)
		}
		if to := res.Header.Get("Location"); to != "" {
			u, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			return u.Query()
		}
		m := formAction.FindSubmatch(b)
		if m == nil {
			t.Fatalf("%d without a form: %s", res.StatusCode, b)
		}
		form := url.Values{"prompt": {"consent"}}
		if strings.Contains(string(b), `name="login"`) {
			form = url.Values{"prompt": {"login"}, "login": {who}, "password": {"any"}}
		}
		res, err = browser.PostForm(string(m[1]), form) //nolint:noctx // a test
	}
	t.Fatal("the provider never sends the browser back")
	return nil
}

// TestSignInByARealProvider: with a certified provider, from the button to the
// session: not before it is linked, not without a verified address, with the
// second factor all the same; what it learned is in the ledger, and no log names
// anybody.
func TestSignInByARealProvider(t *testing.T) {
	t.Parallel()
	cfg := settings(t, "")
	p, browser := realProvider(t, cfg.PublicURL)
	cfg.SignIn.Providers = []config.IdentityProvider{p}
	s := open(t, cfg)
	home := s.found("owner")
	who := s.add(home, "anna", policy.OrgMember, policy.None)
	s.secret = append(s.secret, "anna-at-the-provider", "provider.example")
	away := func(path string, l *login, subject string) answer {
		t.Helper()
		a := s.must(200, l, "POST", path, nil)
		var to struct {
			Address string `json:"address"`
		}
		a.json(t, &to)
		jar, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
		if l != nil {
			jar += "; " + signinapi.Cookie + "=" + l.cookie
		}
		q := visit(t, browser, to.Address, subject)
		body, err := json.Marshal(map[string]string{"state": q.Get("state"), "code": q.Get("code"), "iss": q.Get("iss")})
		if err != nil {
			t.Fatal(err)
		}
		return s.do(nil, "POST", "/api/v1/session/back", string(body), "Cookie", jar)
	}
	const in, link = "/api/v1/session/providers/delta", "/api/v1/account/identities/delta"
	if a := away(in, nil, "anna-at-the-provider"); a.status != 403 || a.problem() != "not-linked" {
		t.Errorf("before it is linked: %s", a)
	}
	if a := away(link, who, "anna-at-the-provider"); a.status != 200 || !strings.Contains(a.body, `"linked":true`) {
		t.Fatalf("linking: %s", a)
	}
	if a := away(in, nil, "anna-at-the-provider"); a.status != 200 || !strings.Contains(a.body, who.email) || !strings.Contains(strings.Join(a.header.Values("Set-Cookie"), " "), signinapi.Cookie+"=") {
		t.Errorf("signing in: %s", a)
	}
	browser.Jar, _ = cookiejar.New(nil)
	if a := away(in, nil, "unverified-eve"); a.status != 403 || a.problem() != "email-not-verified" {
		t.Errorf("an address that nobody checked: %s", a)
	}
	if err := s.DB.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		all, err := disclosure.Of(tx, personal.OfAccount(who.account))
		for _, r := range all {
			if r.Why == disclosure.WhySignIn {
				t.Errorf("the operator's own provider is no recipient: %+v", r)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
