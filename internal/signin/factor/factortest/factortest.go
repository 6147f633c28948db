// Package factortest is an authenticator for tests: a passkey in memory that
// answers as a browser would.
package factortest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
)

// Key is one passkey.
type Key struct {
	Count uint32

	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle string
	origin string
}

// New makes a key that is used at an origin.
func New(t *testing.T, origin string) *Key {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &Key{t: t, key: k, id: id, origin: origin}
}

func text(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k *Key) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

// data is the authenticator's: present, verified, and what is attested.
func (k *Key) data(rp string, attested []byte) []byte {
	hash := sha256.Sum256([]byte(rp))
	flags := byte(0x05)
	if attested != nil {
		flags |= 0x40
	}
	out := append(hash[:], flags)
	out = binary.BigEndian.AppendUint32(out, k.Count)
	return append(out, attested...)
}

func (k *Key) answer(response map[string]string) json.RawMessage {
	b, err := json.Marshal(map[string]any{"id": text(k.id), "rawId": text(k.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

// Create answers what passkey-begin asks.
func (k *Key) Create(options json.RawMessage) json.RawMessage {
	k.t.Helper()
	var o struct {
		Challenge string `json:"challenge"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	k.handle = o.User.ID
	point, err := k.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		k.t.Fatal(err)
	}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 0x20), point[33:]...)
	attested := append(make([]byte, 16), 0, byte(len(k.id)))
	data := k.data(o.RP.ID, append(append(attested, k.id...), cose...))
	object := append([]byte{0xa3}, "\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"...)
	object = append(append(object, byte(len(data))), data...)
	return k.answer(map[string]string{"clientDataJSON": text(k.client("webauthn.create", o.Challenge)), "attestationObject": text(object)})
}

// Get answers a challenge.
func (k *Key) Get(options json.RawMessage) json.RawMessage {
	k.t.Helper()
	var o struct {
		Challenge string `json:"challenge"`
		RP        string `json:"rpId"`
	}
	if err := json.Unmarshal(options, &o); err != nil {
		k.t.Fatal(err)
	}
	k.Count++
	client, data := k.client("webauthn.get", o.Challenge), k.data(o.RP, nil)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(slices.Clip(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, signed[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": k.handle})
}
