package factor

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"encoding/base32"

	"plumbline/internal/id"
)

func samples(t *testing.T, name string, into any) {
	t.Helper()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	raw, err := os.ReadFile(filepath.Join(root, "privacy-security", name))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestCodesOfTheRFC computes every code of RFC 6238 and RFC 4226; one bit
// changed in the secret, or one step of time, gives another.
func TestCodesOfTheRFC(t *testing.T) {
	t.Parallel()
	var all struct {
		TOTP []struct {
			Time   int64  `json:"time"`
			Alg    string `json:"alg"`
			Secret string `json:"secret_ascii"`
			Digits int    `json:"digits"`
			Period uint   `json:"period"`
			Want   string `json:"totp"`
		} `json:"totp"`
		HOTP []struct {
			Counter uint64 `json:"counter"`
			Secret  string `json:"secret_ascii"`
			Want    string `json:"hotp"`
		} `json:"hotp"`
	}
	samples(t, "rfc6238-rfc4226.json", &all)
	if len(all.TOTP) == 0 || len(all.HOTP) == 0 {
		t.Fatalf("%d and %d vectors", len(all.TOTP), len(all.HOTP))
	}
	secret := func(ascii string) string {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(ascii))
	}
	flipped := func(ascii string) string {
		b := []byte(ascii)
		b[len(b)/2] ^= 1
		return string(b)
	}
	algorithms := map[string]otp.Algorithm{"sha1": otp.AlgorithmSHA1, "sha256": otp.AlgorithmSHA256, "sha512": otp.AlgorithmSHA512}
	for _, v := range all.TOTP {
		opts := totp.ValidateOpts{Period: v.Period, Digits: otp.Digits(v.Digits), Algorithm: algorithms[v.Alg]}
		at := time.Unix(v.Time, 0)
		for given, right := range map[string]bool{v.Want: true, flip(v.Want): false} {
			if ok, err := totp.ValidateCustom(given, secret(v.Secret), at, opts); ok != right || err != nil {
				t.Errorf("%+v, given %s: %v %v", v, given, ok, err)
			}
		}
		if ok, _ := totp.ValidateCustom(v.Want, secret(flipped(v.Secret)), at, opts); ok {
			t.Errorf("%+v: another secret gives the same", v)
		}
		if v.Alg == "sha1" { // ours are its last six digits
			six := v.Want[len(v.Want)-6:]
			if step, ok, err := matches(secret(v.Secret), six, v.Time); !ok || err != nil || step != v.Time/period {
				t.Errorf("%+v: %d %v %v", v, step, ok, err)
			}
			if _, ok, _ := matches(secret(v.Secret), flip(six), v.Time); ok {
				t.Errorf("%+v: a digit changed is taken", v)
			}
			if _, ok, _ := matches(secret(v.Secret), six, v.Time+3*period); ok {
				t.Errorf("%+v: taken a minute and a half later", v)
			}
		}
	}
	for _, v := range all.HOTP {
		opts := hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
		if got, err := code(secret(v.Secret), int64(v.Counter)); got != v.Want || err != nil {
			t.Errorf("%+v: %s %v", v, got, err)
		}
		for given, right := range map[string]bool{v.Want: true, flip(v.Want): false} {
			if ok, err := hotp.ValidateCustom(given, v.Counter, secret(v.Secret), opts); ok != right || err != nil {
				t.Errorf("%+v, given %s: %v %v", v, given, ok, err)
			}
		}
		if got, _ := code(secret(flipped(v.Secret)), int64(v.Counter)); got == v.Want {
			t.Errorf("%+v: another secret gives the same", v)
		}
	}
}

func flip(digits string) string {
	b := []byte(digits)
	b[len(b)/2] = '0' + (b[len(b)/2]-'0'+1)%10
	return string(b)
}

// TestPasskeysOfTheW3C verifies every vector of WebAuthn, the registration and
// then the authentication; with any byte flipped of what is signed, or of the
// signature, it is refused.
func TestPasskeysOfTheW3C(t *testing.T) {
	t.Parallel()
	type ceremony struct {
		Challenge   string `json:"challenge"`
		Credential  string `json:"credential_id"`
		Client      string `json:"clientDataJSON"`
		Attestation string `json:"attestationObject"`
		Data        string `json:"authenticatorData"`
		Signature   string `json:"signature"`
	}
	var all map[string]struct {
		RP             string   `json:"rp_id"`
		Origin         string   `json:"origin"`
		Registration   ceremony `json:"registration"`
		Authentication ceremony `json:"authentication"`
	}
	samples(t, "webauthn-test-vectors.json", &all)
	raw := func(h string) []byte {
		b, err := hex.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	text := base64.RawURLEncoding.EncodeToString
	answer := func(credential []byte, fields map[string][]byte) []byte {
		response := map[string]string{}
		for name, value := range fields {
			response[name] = text(value)
		}
		b, err := json.Marshal(map[string]any{"id": text(credential), "rawId": text(credential), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	seen := 0
	for name, v := range all {
		if v.Registration.Attestation == "" {
			continue // a certificate
		}
		seen++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rp, err := relyingParty(v.RP, v.Origin)
			if err != nil {
				t.Fatal(err)
			}
			u := user{account: id.New[id.Account]()}
			reg, auth := v.Registration, v.Authentication
			credentialID := raw(reg.Credential)
			register := func(client, attestation []byte) (*webauthn.Credential, error) {
				return registered(rp, u, text(raw(reg.Challenge)), answer(credentialID, map[string][]byte{"clientDataJSON": client, "attestationObject": attestation}))
			}
			client, attestation := raw(reg.Client), raw(reg.Attestation)
			made, err := register(client, attestation)
			if name == "none-es256-crossOrigin" {
				if err == nil {
					t.Error("a page within another's page may register")
				}
				rp.Config.RPAllowCrossOrigin = true
				made, err = register(client, attestation)
			}
			if err != nil {
				t.Fatalf("the registration: %v", err)
			}
			sealed := sealedOf(made)
			sealed.Count = 0
			u.creds = []webauthn.Credential{credential(sealed)} // as it comes back from the vault
			assert := func(client, data, signature []byte) error {
				_, err := asserted(rp, u, text(raw(auth.Challenge)), false, answer(credentialID, map[string][]byte{"clientDataJSON": client, "authenticatorData": data, "signature": signature}))
				return err
			}
			parts := [][]byte{raw(auth.Client), raw(auth.Data), raw(auth.Signature)}
			if err := assert(parts[0], parts[1], parts[2]); err != nil {
				t.Fatalf("the authentication: %v", err)
			}
			for i, p := range parts {
				for at := range p {
					p[at] ^= 1
					if assert(parts[0], parts[1], parts[2]) == nil {
						t.Errorf("byte %d of part %d flipped is taken", at, i)
					}
					p[at] ^= 1
				}
			}
			// Of a registration: either it is refused, or what it keeps no longer
			// verifies what the true key signs. What nothing covers is let be: an
			// attestation of none signs nothing, and the model is not asked for.
			for at := range client {
				client[at] ^= 1
				if _, err := register(client, attestation); err == nil && covered(reg.Client, at) {
					t.Errorf("byte %d of the registration's client data flipped is taken", at)
				}
				client[at] ^= 1
			}
			key := at(attestation, made.PublicKey)
			for i := range made.PublicKey {
				attestation[key+i] ^= 1
				if other, err := register(client, attestation); err == nil {
					u.creds = []webauthn.Credential{credential(sealedOf(other))}
					if assert(parts[0], parts[1], parts[2]) == nil {
						t.Errorf("byte %d of the key flipped is taken", i)
					}
				}
				attestation[key+i] ^= 1
			}
		})
	}
	if seen < 7 {
		t.Errorf("%d vectors", seen)
	}
}

// covered reports whether a byte of the client data is in the type, the
// challenge or the origin, which are compared even where nothing is signed.
func covered(client string, at int) bool {
	raw, _ := hex.DecodeString(client)
	var end int
	for i := range raw {
		if string(raw[i:min(len(raw), i+14)]) == `,"crossOrigin"` {
			end = i
			break
		}
	}
	return at > 9 && at < end
}

// at is where a part begins in the whole.
func at(whole, part []byte) int {
	for i := range whole {
		if i+len(part) <= len(whole) && string(whole[i:i+len(part)]) == string(part) {
			return i
		}
	}
	return -1
}
