// Package oidctest is an OpenID provider that forges, for tests: its tokens are
// as they should be until a test changes them. The real one is in
// tools/oidcprovider.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"plumbline/internal/egress"
	"plumbline/internal/signin/oidc"
)

// Client is what the provider knows Plumbline by.
const (
	Client = "plumbline"
	secret = "known to both"
)

// Forger is the provider.
type Forger struct {
	t      *testing.T
	server *httptest.Server
	key    *rsa.PrivateKey

	mu     sync.Mutex
	asked  map[string]url.Values // by code
	Change func(header, claims map[string]any)
	Key    *rsa.PrivateKey // signs instead
}

// New starts one; it ends with the test.
func New(t *testing.T) *Forger {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &Forger{t: t, key: key, asked: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		f.write(w, map[string]any{"issuer": f.server.URL, "authorization_endpoint": f.server.URL + "/authorize", "token_endpoint": f.server.URL + "/token",
			"jwks_uri": f.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		f.write(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": b64(f.key.N.Bytes()), "e": b64(big.NewInt(int64(f.key.E)).Bytes())}}})
	})
	mux.HandleFunc("/token", f.token)
	f.server = httptest.NewTLSServer(mux)
	t.Cleanup(f.server.Close)
	return f
}

// Provider is what Plumbline knows of it.
func (f *Forger) Provider(id, public string) *oidc.Provider {
	roots := x509.NewCertPool()
	roots.AddCert(f.server.Certificate())
	return oidc.NewProvider(oidc.Settings{ID: id, Name: "Delta login", Issuer: f.server.URL, Client: Client, Secret: secret, Roots: roots, Redirect: public + "/signin/back"}, egress.Lane{})
}

// Visit is what a browser does that is sent there: someone signs in, and it
// comes back with state and code.
func (f *Forger) Visit(address, subject string) (state, code string) {
	f.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		f.t.Fatal(err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("client_id") != Client || q.Get("state") == "" || q.Get("nonce") == "" {
		f.t.Fatalf("asked wrongly: %s", address)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	code = rand.Text()
	q.Set("subject", subject)
	f.asked[code] = q
	return q.Get("state"), code
}

func (f *Forger) token(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q, ok := f.asked[r.FormValue("code")]
	delete(f.asked, r.FormValue("code"))
	user, pass, _ := r.BasicAuth()
	if pass == "" {
		user, pass = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	pass, _ = url.QueryUnescape(pass)
	h := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || user != Client || pass != secret || b64(h[:]) != q.Get("code_challenge") || r.FormValue("redirect_uri") != q.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		f.write(w, map[string]any{"error": "invalid_grant", "error_description": "who is " + q.Get("subject")})
		return
	}
	now := time.Now()
	header := map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}
	claims := map[string]any{"iss": f.server.URL, "sub": q.Get("subject"), "aud": Client, "exp": now.Add(time.Minute).Unix(), "iat": now.Unix(),
		"nonce": q.Get("nonce"), "email": q.Get("subject") + "@provider.example", "email_verified": true}
	if f.Change != nil {
		f.Change(header, claims)
	}
	f.write(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 60, "id_token": f.sign(header, claims)})
}

func (f *Forger) sign(header, claims map[string]any) string {
	text := part(f.t, header) + "." + part(f.t, claims)
	if header["alg"] == "none" {
		return text + "."
	}
	key := f.key
	if f.Key != nil {
		key = f.Key
	}
	h := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, h[:])
	if err != nil {
		f.t.Error(err)
	}
	return text + "." + b64(sig)
}

func part(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return b64(b)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (f *Forger) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}
