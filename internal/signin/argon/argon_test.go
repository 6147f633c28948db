package argon

import (
	"context"
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	t.Parallel()
	h, err := New(Cost{MemoryKiB: 64, Passes: 1, AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.Hash(t.Context(), "vier groene fietsen")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(stored, err)
	}
	// The same text gives another hash: the salt is random.
	if again, _ := h.Hash(t.Context(), "vier groene fietsen"); again == stored {
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
			if ok, _, err := h.Verify(t.Context(), c.text, c.stored); err != nil || ok != c.ok {
				t.Errorf("%v %v", ok, err)
			}
		})
	}
	dear, err := New(Cost{MemoryKiB: 128, Passes: 1, AtOnce: 1})
	if err != nil {
		t.Fatal(err)
	}
	if ok, old, err := dear.Verify(t.Context(), "vier groene fietsen", stored); !ok || !old || err != nil {
		t.Errorf("a cheaper hash: ok %v, old %v, %v", ok, old, err)
	}
	// Nobody waits for a slot longer than the request lasts.
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "x"); err == nil {
		t.Error("hashed without a slot")
	}
	<-h.slots
}

func TestDefaultCostIsWhatIsPromised(t *testing.T) {
	t.Parallel()
	h, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := h.Hash(t.Context(), "vier groene fietsen")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=65536,t=3,p=1$") || !strings.HasPrefix(h.dummy, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("%s %v", stored, err)
	}
	if ok, old, err := h.Verify(t.Context(), "vier groene fietsen", stored); !ok || old || err != nil {
		t.Errorf("%v %v %v", ok, old, err)
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
