package letterbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"plumbline/internal/person"
)

// Posts counts the mails that an address got because somebody typed it, so that
// the form is no way to bother people. Addresses are kept as hashes under a
// secret that ends with the process.
type Posts struct {
	secret [32]byte
	mu     sync.Mutex
	sent   map[[32]byte][]time.Time
}

const postsAnHour, postsADay = 3, 6

// NewPosts counts from nothing.
func NewPosts() *Posts {
	p := &Posts{sent: map[[32]byte][]time.Time{}}
	if _, err := rand.Read(p.secret[:]); err != nil {
		panic("letterbox: no randomness: " + err.Error())
	}
	return p
}

// Take reports whether the address may get another mail, and counts it.
func (p *Posts) Take(email string, now time.Time) bool {
	var k [32]byte
	h := hmac.New(sha256.New, p.secret[:])
	h.Write([]byte(person.NormalEmail(email)))
	h.Sum(k[:0])
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) > 50_000 { // an attack: forget who is through
		for x, times := range p.sent {
			if now.Sub(times[len(times)-1]) > 24*time.Hour {
				delete(p.sent, x)
			}
		}
	}
	hour, day := 0, 0
	for _, t := range p.sent[k] {
		if now.Sub(t) < time.Hour {
			hour++
		}
		if now.Sub(t) < 24*time.Hour {
			day++
		}
	}
	if hour >= postsAnHour || day >= postsADay {
		return false
	}
	p.sent[k] = append(p.sent[k], now)
	if len(p.sent[k]) > postsADay {
		p.sent[k] = p.sent[k][1:]
	}
	return true
}
