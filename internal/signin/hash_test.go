package signin

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestHash(t *testing.T) {
	t.Parallel()
	h, err := newHasher(Cost{MemoryKiB: 64, Passes: 1, AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.hash(t.Context(), "vier groene fietsen")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(stored, err)
	}
	// The same text gives another hash: the salt is random.
	if again, _ := h.hash(t.Context(), "vier groene fietsen"); again == stored {
		t.Error("two hashes of one text are alike")
	}
	cases := []struct {
		name, text, stored string
		ok                 bool
	}{
		{"right", "vier groene fietsen", stored, true},
		{"wrong", "vijf groene fietsen", stored, false},
		{"no hash", "vier groene fietsen", "", false},
		{"the empty text, no hash", "", "", false},
		{"damaged", "vier groene fietsen", stored[:len(stored)-4], false},
		{"absurd memory", "x", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if ok, _, err := h.verify(t.Context(), c.text, c.stored); err != nil || ok != c.ok {
				t.Errorf("%v %v", ok, err)
			}
		})
	}
	dear, err := newHasher(Cost{MemoryKiB: 128, Passes: 1, AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	if ok, old, err := dear.verify(t.Context(), "vier groene fietsen", stored); !ok || !old || err != nil {
		t.Errorf("a cheaper hash: ok %v, old %v, %v", ok, old, err)
	}
	// Nobody waits for a slot longer than the request lasts.
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "x"); err == nil {
		t.Error("hashed without a slot")
	}
	<-h.slots
}

func TestDefaultCostIsWhatIsPromised(t *testing.T) {
	t.Parallel()
	h, err := newHasher(DefaultCost())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.hash(t.Context(), "vier groene fietsen")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=3,p=1$") || !strings.HasPrefix(h.dummy, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("%s %v", stored, err)
	}
	if ok, old, err := h.verify(t.Context(), "vier groene fietsen", stored); !ok || old || err != nil {
		t.Errorf("%v %v %v", ok, old, err)
	}
}

func TestDelayGrows(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{byEmail, byAddress, byDevice, byAccount} {
		last := time.Duration(0)
		for n := range int64(100) {
			d := delay(kind, n)
			if d < last || d > longest || n <= 4 && d != 0 {
				t.Errorf("%s: %v after %d failures", kind, d, n)
			}
			last = d
		}
		if last != longest {
			t.Errorf("%s: at last %v", kind, last)
		}
	}
}

func TestAgentOf(t *testing.T) {
	t.Parallel()
	for ua, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1":       "Safari, iOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0": "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36":        "Samsung Internet, Android",
		"curl/8.5.0": "curl", "": "unknown", "<script>": "unknown",
	} {
		if got := agentOf(ua); got != want {
			t.Errorf("%.40q is %q, want %q", ua, got, want)
		}
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if c, _, sum, ok := parsePHC(s); ok && (c.MemoryKiB > 1<<20 || c.Passes > 16 || len(sum) != hashSize) {
			t.Errorf("%q asks for %+v", s, c)
		}
	})
}
