// Package blobtest holds the tests that every blob.Store passes.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"plumbline/internal/blob"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Backend is a fresh, empty store and a way behind its back.
type Backend struct {
	Store  blob.Store
	Orgs   [2]id.Org // whose keys the store has
	Copies int       // of each file

	// Dump gives everything that is stored, by a name that holds the file's
	// SHA-256 where it is a file's, half-written things included.
	Dump func(t *testing.T) map[string][]byte
	// Overwrite replaces what is stored under a name; nil removes it.
	Overwrite func(t *testing.T, name string, b []byte)
}

// Run runs the suite; fresh makes a backend for one test.
func Run(t *testing.T, fresh func(t *testing.T) Backend) {
	t.Helper()
	for name, f := range map[string]func(*testing.T, Backend){
		"contents come back":            contents,
		"ranges":                        ranges,
		"too large":                     tooLarge,
		"failing reader":                failingReader,
		"cancelled":                     cancelled,
		"same content at once":          sameContent,
		"another organisation":          anotherOrganisation,
		"malformed names":               malformed,
		"delete":                        remove,
		"list":                          list,
		"nothing in clear":              nothingInClear,
		"every damaged byte":            damagedBytes,
		"truncated":                     truncated,
		"segments swapped":              swapped,
		"files swapped":                 filesSwapped,
		"put again heals":               putHeals,
		"one copy damaged, the rest ok": oneCopy,
		"concurrent reads":              concurrentReads,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, fresh(t))
		})
	}
}

// Bytes makes n bytes that do not repeat, the same ones each time.
func Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), 7}).Read(b)
	return b
}

func nameOf(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func put(t *testing.T, b Backend, org id.Org, content []byte) blob.Ref {
	t.Helper()
	ref, err := b.Store.Put(t.Context(), org, bytes.NewReader(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	if ref.SHA256 != nameOf(content) || ref.Size != int64(len(content)) {
		t.Fatalf("put gave %v for %d bytes", ref, len(content))
	}
	return ref
}

// get reads a file whole, by the shortest way.
func get(ctx context.Context, b Backend, org id.Org, ref blob.Ref) ([]byte, error) {
	r, err := b.Store.Open(ctx, org, ref)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(blob.NewReader(r))
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

// empty fails when anything is stored.
func empty(t *testing.T, b Backend) {
	t.Helper()
	for name, d := range b.Dump(t) {
		t.Errorf("%s (%d bytes) is left behind", name, len(d))
	}
}

func contents(t *testing.T, b Backend) {
	const s = blob.SegmentSize
	for _, n := range []int{0, 1, 500, s - 1, s, s + 1, 2*s - 1, 2 * s, 2*s + 1, 5 << 20} {
		content := Bytes(n)
		ref := put(t, b, b.Orgs[0], content)
		got, err := get(t.Context(), b, b.Orgs[0], ref)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: got %d back, %v", n, len(got), err)
		}
		st, err := b.Store.Stat(t.Context(), b.Orgs[0], blob.Ref{SHA256: ref.SHA256})
		if err != nil || st != ref {
			t.Errorf("%d bytes: stat %v, %v", n, st, err)
		}
		if err := b.Store.Verify(t.Context(), b.Orgs[0], ref); err != nil {
			t.Errorf("%d bytes: verify: %v", n, err)
		}
	}
	// A reader that gives one byte at a time, and one that ends with its data.
	content := Bytes(s + 3)
	for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(content)), iotest.DataErrReader(bytes.NewReader(content))} {
		ref, err := b.Store.Put(t.Context(), b.Orgs[0], r, int64(len(content)))
		if err != nil || ref.SHA256 != nameOf(content) {
			t.Errorf("slow reader: %v, %v", ref, err)
		}
	}
}

func ranges(t *testing.T, b Backend) {
	const s = blob.SegmentSize
	content := Bytes(3*s + 77)
	ref := put(t, b, b.Orgs[0], content)
	r, err := b.Store.Open(t.Context(), b.Orgs[0], ref)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for _, c := range [][2]int{{0, 1}, {0, s}, {1, s}, {s - 1, 2}, {s, s}, {s + 5, 2 * s}, {3 * s, 77}, {3*s + 76, 1}, {0, len(content)}, {17, 0}} {
		p := make([]byte, c[1])
		n, err := r.ReadAt(p, int64(c[0]))
		if n != c[1] || err != nil || !bytes.Equal(p, content[c[0]:c[0]+c[1]]) {
			t.Errorf("%d bytes at %d: %d, %v", c[1], c[0], n, err)
		}
	}
	for _, c := range [][3]int{{3*s + 70, 20, 7}, {len(content), 1, 0}, {len(content) + s, 1, 0}} {
		n, err := r.ReadAt(make([]byte, c[1]), int64(c[0]))
		if n != c[2] || !errors.Is(err, io.EOF) {
			t.Errorf("%d bytes at %d: %d, %v; want %d and the end", c[1], c[0], n, err, c[2])
		}
	}
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read before the beginning")
	}
}

func tooLarge(t *testing.T, b Backend) {
	for _, limit := range []int{1, blob.SegmentSize, 100_000} {
		_, err := b.Store.Put(t.Context(), b.Orgs[0], bytes.NewReader(Bytes(limit+1)), int64(limit))
		wantKind(t, "one byte over", err, fault.TooLarge)
		empty(t, b)
	}
	if _, err := b.Store.Put(t.Context(), b.Orgs[0], bytes.NewReader(Bytes(1000)), 1000); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

func failingReader(t *testing.T, b Backend) {
	broken := errors.New("connection lost")
	for _, n := range []int{0, 10, blob.SegmentSize, blob.SegmentSize + 1} {
		// io.ErrUnexpectedEOF is what an HTTP body says of a lost connection.
		for _, e := range []error{broken, io.ErrUnexpectedEOF} {
			_, err := b.Store.Put(t.Context(), b.Orgs[0], io.MultiReader(bytes.NewReader(Bytes(n)), iotest.ErrReader(e)), 0)
			if !errors.Is(err, e) {
				t.Errorf("after %d bytes: %v, want %v", n, err, e)
			}
			empty(t, b)
		}
	}
}

// cancelling cancels after n bytes.
type cancelling struct {
	io.Reader
	n      int
	cancel func()
}

func (c *cancelling) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.n -= n; c.n <= 0 {
		c.cancel()
	}
	return n, err
}

func cancelled(t *testing.T, b Backend) {
	for _, n := range []int{1, 100_000, 300_000} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := b.Store.Put(ctx, b.Orgs[0], &cancelling{bytes.NewReader(Bytes(300_000)), n, cancel}, 0)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled after %d bytes: %v", n, err)
		}
		empty(t, b)
	}
}

func sameContent(t *testing.T, b Backend) {
	content := Bytes(200_000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			ref, err := b.Store.Put(t.Context(), b.Orgs[0], bytes.NewReader(content), 0)
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := get(t.Context(), b, b.Orgs[0], ref); err != nil || !bytes.Equal(got, content) {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if n := len(b.Dump(t)); n != b.Copies {
		t.Errorf("%d things are stored, want %d", n, b.Copies)
	}
	if err := b.Store.Verify(t.Context(), b.Orgs[0], blob.Ref{SHA256: nameOf(content)}); err != nil {
		t.Error(err)
	}
}

func anotherOrganisation(t *testing.T, b Backend) {
	ref := put(t, b, b.Orgs[0], Bytes(1000))
	_, err := b.Store.Open(t.Context(), b.Orgs[1], ref)
	wantKind(t, "open", err, fault.NotFound)
	_, err = b.Store.Stat(t.Context(), b.Orgs[1], ref)
	wantKind(t, "stat", err, fault.NotFound)
	wantKind(t, "verify", b.Store.Verify(t.Context(), b.Orgs[1], ref), fault.NotFound)
	if err := b.Store.Delete(t.Context(), b.Orgs[1], ref); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := get(t.Context(), b, b.Orgs[0], ref); err != nil {
		t.Errorf("another organisation deleted it: %v", err)
	}
	// The bytes of the file, moved behind the store's back, do not open either.
	for name, d := range b.Dump(t) {
		b.Overwrite(t, strings.Replace(name, string(b.Orgs[0]), string(b.Orgs[1]), 1), d)
	}
	_, err = b.Store.Open(t.Context(), b.Orgs[1], ref)
	wantKind(t, "moved to another organisation", err, missingKind(err))
	if err == nil {
		t.Error("a moved file opens")
	}
	// An organisation without a key can keep nothing.
	_, err = b.Store.Put(t.Context(), id.New[id.Org](), strings.NewReader("x"), 0)
	wantKind(t, "organisation without a key", err, fault.Unavailable)
}

// missingKind is either answer that is right for a file sealed under another
// organisation's key.
func missingKind(err error) fault.Kind {
	if fault.Is(err, fault.Unavailable) {
		return fault.Unavailable
	}
	return fault.Unreadable
}

func malformed(t *testing.T, b Backend) {
	good := strings.Repeat("a", 64)
	for _, c := range []struct {
		org  id.Org
		name string
	}{
		{"../..", good}, {"", good}, {b.Orgs[0], ""}, {b.Orgs[0], "../" + good[:61]},
		{b.Orgs[0], strings.ToUpper(good)}, {b.Orgs[0], good + "a"}, {b.Orgs[0], good[:63] + "/"},
	} {
		ref := blob.Ref{SHA256: c.name}
		_, err := b.Store.Open(t.Context(), c.org, ref)
		wantKind(t, fmt.Sprintf("open %q %q", c.org, c.name), err, fault.Invalid)
		_, err = b.Store.Stat(t.Context(), c.org, ref)
		wantKind(t, "stat", err, fault.Invalid)
		wantKind(t, "delete", b.Store.Delete(t.Context(), c.org, ref), fault.Invalid)
		wantKind(t, "verify", b.Store.Verify(t.Context(), c.org, ref), fault.Invalid)
	}
	_, err := b.Store.Put(t.Context(), "../..", strings.NewReader("x"), 0)
	wantKind(t, "put", err, fault.Invalid)
	for _, err := range b.Store.List(t.Context(), "../..") {
		wantKind(t, "list", err, fault.Invalid)
	}
	empty(t, b)
}

func remove(t *testing.T, b Backend) {
	ref, stays := put(t, b, b.Orgs[0], Bytes(1000)), put(t, b, b.Orgs[0], Bytes(1001))
	for range 2 {
		if err := b.Store.Delete(t.Context(), b.Orgs[0], ref); err != nil {
			t.Error(err)
		}
		_, err := b.Store.Open(t.Context(), b.Orgs[0], ref)
		wantKind(t, "open", err, fault.NotFound)
	}
	if n := len(b.Dump(t)); n != b.Copies {
		t.Errorf("%d things are stored, want the copies of the other file: %d", n, b.Copies)
	}
	if _, err := get(t.Context(), b, b.Orgs[0], stays); err != nil {
		t.Error(err)
	}
	put(t, b, b.Orgs[0], Bytes(1000))
	if _, err := get(t.Context(), b, b.Orgs[0], ref); err != nil {
		t.Errorf("put again after deleting: %v", err)
	}
}

func list(t *testing.T, b Backend) {
	var want []blob.Ref
	for n := range 40 {
		want = append(want, put(t, b, b.Orgs[0], Bytes(n*5000)))
	}
	put(t, b, b.Orgs[1], Bytes(3))
	slices.SortFunc(want, func(a, b blob.Ref) int { return strings.Compare(a.SHA256, b.SHA256) })
	var got []blob.Ref
	for ref, err := range b.Store.List(t.Context(), b.Orgs[0]) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ref)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	for range b.Store.List(t.Context(), b.Orgs[0]) {
		break
	}
	for ref, err := range b.Store.List(t.Context(), id.New[id.Org]()) {
		t.Errorf("an organisation without files has %v, %v", ref, err)
	}
}

// watching looks at what is stored while the file is being put.
type watching struct {
	io.Reader
	look func()
}

func (w watching) Read(p []byte) (int, error) {
	w.look()
	return w.Reader.Read(p)
}

func nothingInClear(t *testing.T, b Backend) {
	content := bytes.Repeat([]byte("a plain line of a plan\n"), 20_000)
	seen := 0
	look := func() {
		for name, d := range b.Dump(t) {
			seen += len(d)
			if bytes.Contains(d, []byte("plain line")) {
				t.Fatalf("%s holds plain text", name)
			}
		}
	}
	ref, err := b.Store.Put(t.Context(), b.Orgs[0], watching{bytes.NewReader(content), look}, 0)
	if err != nil {
		t.Fatal(err)
	}
	look()
	if seen == 0 {
		t.Error("nothing was stored to look at")
	}
	// The same file put twice looks different: it has a key of its own.
	before := b.Dump(t)
	if err := b.Store.Delete(t.Context(), b.Orgs[0], ref); err != nil {
		t.Fatal(err)
	}
	put(t, b, b.Orgs[0], content)
	for name, d := range b.Dump(t) {
		if bytes.Equal(d[:1000], before[name][:1000]) {
			t.Errorf("%s is the same when put again", name)
		}
	}
}

// spoil changes every copy.
func spoil(t *testing.T, b Backend, change func([]byte) []byte) {
	t.Helper()
	for name, d := range b.Dump(t) {
		b.Overwrite(t, name, change(bytes.Clone(d)))
	}
}

// wantDamage fails unless reading says that the file is damaged, and gives no
// byte that was not put.
func wantDamage(t *testing.T, what string, b Backend, ref blob.Ref, content []byte) {
	t.Helper()
	got, err := get(t.Context(), b, b.Orgs[0], ref)
	wantKind(t, what, err, fault.Unreadable)
	if fault.CodeOf(err) != "blob-damaged" {
		t.Errorf("%s: code %q", what, fault.CodeOf(err))
	}
	if !bytes.HasPrefix(content, got) {
		t.Errorf("%s: wrong bytes came back", what)
	}
	wantKind(t, what+", verify", b.Store.Verify(t.Context(), b.Orgs[0], ref), fault.Unreadable)
}

func damagedBytes(t *testing.T, b Backend) {
	content := Bytes(700)
	ref := put(t, b, b.Orgs[0], content)
	whole := b.Dump(t)
	for name := range whole {
		for i := range whole[name] {
			spoil(t, b, func(d []byte) []byte { d[i] ^= 1; return d })
			// A changed key id in the head may also read as a key not there.
			if _, err := get(t.Context(), b, b.Orgs[0], ref); !fault.Is(err, fault.Unreadable) && fault.CodeOf(err) != "key-missing" {
				t.Fatalf("byte %d changed: %v", i, err)
			}
			for n, d := range whole {
				b.Overwrite(t, n, d)
			}
		}
		break
	}
	content = Bytes(3 * blob.SegmentSize)
	if err := b.Store.Delete(t.Context(), b.Orgs[0], ref); err != nil {
		t.Fatal(err)
	}
	ref = put(t, b, b.Orgs[0], content)
	spoil(t, b, func(d []byte) []byte { d[2*blob.SegmentSize] ^= 0x80; return d })
	wantDamage(t, "middle segment", b, ref, content)
}

func truncated(t *testing.T, b Backend) {
	const s = blob.SegmentSize
	content := Bytes(2*s + 100)
	ref := put(t, b, b.Orgs[0], content)
	whole := b.Dump(t)
	sealed := s + 16
	for _, n := range []int{0, 1, 8, 100, 8 + sealed, 8 + 2*sealed, 8 + 2*sealed + 116, len(content), 1 << 30} {
		spoil(t, b, func(d []byte) []byte { return d[:min(n, len(d)-1)] })
		wantDamage(t, fmt.Sprintf("cut to %d", n), b, ref, content)
		for name, d := range whole {
			b.Overwrite(t, name, d)
		}
	}
	// A whole segment cut out, the trailer kept.
	for _, at := range []int{8, 8 + sealed} {
		spoil(t, b, func(d []byte) []byte { return slices.Delete(d, at, at+sealed) })
		wantDamage(t, "segment cut out", b, ref, content)
		for name, d := range whole {
			b.Overwrite(t, name, d)
		}
	}
	spoil(t, b, func(d []byte) []byte { return append(d, 0) })
	wantDamage(t, "a byte too many", b, ref, content)
}

func swapped(t *testing.T, b Backend) {
	const sealed = blob.SegmentSize + 16
	content := Bytes(4 * blob.SegmentSize)
	ref := put(t, b, b.Orgs[0], content)
	whole := b.Dump(t)
	for _, p := range [][2]int{{0, 1}, {1, 2}, {2, 3}} {
		spoil(t, b, func(d []byte) []byte {
			x, y := d[8+p[0]*sealed:][:sealed], d[8+p[1]*sealed:][:sealed]
			keep := bytes.Clone(x)
			copy(x, y)
			copy(y, keep)
			return d
		})
		wantDamage(t, fmt.Sprintf("segments %v swapped", p), b, ref, content)
		for name, d := range whole {
			b.Overwrite(t, name, d)
		}
	}
}

func filesSwapped(t *testing.T, b Backend) {
	one, two := Bytes(1000), bytes.Repeat([]byte{1}, 1000)
	r1, r2 := put(t, b, b.Orgs[0], one), put(t, b, b.Orgs[0], two)
	all := b.Dump(t)
	var other []byte
	for name, d := range all {
		if strings.Contains(name, r2.SHA256) {
			other = d
		}
	}
	for name := range all {
		if strings.Contains(name, r1.SHA256) {
			b.Overwrite(t, name, other)
		}
	}
	wantDamage(t, "another file under this name", b, r1, one)
	if got, err := get(t.Context(), b, b.Orgs[0], r2); err != nil || !bytes.Equal(got, two) {
		t.Errorf("the other file: %v", err)
	}
}

func putHeals(t *testing.T, b Backend) {
	content := Bytes(1000)
	ref := put(t, b, b.Orgs[0], content)
	spoil(t, b, func(d []byte) []byte { d[20] ^= 1; return d })
	wantDamage(t, "changed", b, ref, content)
	put(t, b, b.Orgs[0], content)
	if got, err := get(t.Context(), b, b.Orgs[0], ref); err != nil || !bytes.Equal(got, content) {
		t.Errorf("after putting it again: %v", err)
	}
}

func oneCopy(t *testing.T, b Backend) {
	if b.Copies < 2 {
		t.Skip("this store keeps one copy")
	}
	content := Bytes(3*blob.SegmentSize + 5)
	ref := put(t, b, b.Orgs[0], content)
	whole := b.Dump(t)
	intact := func(what string) {
		t.Helper()
		for name, d := range b.Dump(t) {
			if !bytes.Equal(d, whole[name]) {
				t.Errorf("%s: %s is not repaired", what, name)
			}
		}
		if n := len(b.Dump(t)); n != b.Copies {
			t.Errorf("%s: %d things stored, want %d", what, n, b.Copies)
		}
	}
	for name := range whole {
		for what, change := range map[string]func([]byte) []byte{
			"missing":       func([]byte) []byte { return nil },
			"first segment": func(d []byte) []byte { d[100] ^= 1; return d },
			"last segment":  func(d []byte) []byte { d[len(d)-blob.TrailerSize-1] ^= 1; return d },
			"trailer":       func(d []byte) []byte { d[len(d)-blob.TrailerSize+60] ^= 1; return d },
			"cut":           func(d []byte) []byte { return d[:1000] },
			"empty":         func([]byte) []byte { return []byte{} },
		} {
			b.Overwrite(t, name, change(bytes.Clone(whole[name])))
			got, err := get(t.Context(), b, b.Orgs[0], ref)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s: %d bytes, %v", what, len(got), err)
			}
			// Reading need not have met the damage; verifying must.
			if err := b.Store.Verify(t.Context(), b.Orgs[0], ref); err != nil {
				t.Errorf("%s: verify: %v", what, err)
			}
			intact(what)
		}
	}
}

func concurrentReads(t *testing.T, b Backend) {
	content := Bytes(6 * blob.SegmentSize)
	ref := put(t, b, b.Orgs[0], content)
	if b.Copies > 1 { // reads turn to another copy meanwhile
		for name, d := range b.Dump(t) {
			d[3*blob.SegmentSize] ^= 1
			b.Overwrite(t, name, d)
			break
		}
	}
	r, err := b.Store.Open(t.Context(), b.Orgs[0], ref)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(g), 1))
			for range 40 {
				off, n := rnd.IntN(len(content)-2000), rnd.IntN(2000)
				p := make([]byte, n)
				if _, err := r.ReadAt(p, int64(off)); err != nil || !bytes.Equal(p, content[off:off+n]) {
					t.Errorf("%d bytes at %d: %v", n, off, err)
				}
			}
		})
	}
	wg.Wait()
}
