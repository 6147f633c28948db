package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/evidence"
)

func receiptFile(t *testing.T) (file, key string) {
	t.Helper()
	dir := t.TempDir()
	ring, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	d := dbtest.Open(t, db.SQLite)
	log := evidence.New(d, ring, "build.example.org")
	if err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		_, err := evidence.Append(tx, evidence.Act{Kind: "erasure.completed", Ref: "0123456789abcdef"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r, err := log.Receipt(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "receipt.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, r.Key
}

func TestVerifyReceipt(t *testing.T) {
	t.Parallel()
	good, key := receiptFile(t)
	b, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	bad, junk := filepath.Join(t.TempDir(), "bad"), filepath.Join(t.TempDir(), "junk")
	for name, content := range map[string][]byte{bad: bytes.Replace(b, []byte("completed"), []byte("requested"), 1), junk: []byte("hello")} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name     string
		args     []string
		code     int
		out, err string
	}{
		{"with the key", []string{good, "--key", key}, Done, "proved: erasure.completed on ", ""},
		{"without", []string{good}, Done, "Compare it with the key", ""},
		{"changed", []string{bad}, Failed, "", "does not prove"},
		{"another key", []string{"--key", "x+1+y", good}, Failed, "", "another key"},
		{"no receipt", []string{junk}, BadInput, "", "receipt-unreadable"},
		{"no file", []string{filepath.Join(t.TempDir(), "none")}, BadInput, "", "no such file"},
		{"nothing", nil, BadInput, "", "usage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			// No program: the command needs none.
			code := Run(t.Context(), nil, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, append([]string{"verify-receipt"}, c.args...))
			if code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.err) || c.code != Done && out.Len() > 0 {
				t.Errorf("code %d, out %q, err %q", code, out.String(), errs.String())
			}
		})
	}
}
