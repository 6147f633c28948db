package pmtiles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"plumbline/internal/fault"
)

func TestID(t *testing.T) {
	t.Parallel()
	// From the specification and the reference implementation's tests.
	cases := []struct {
		z, x, y int
		id      uint64
	}{
		{0, 0, 0, 0}, {1, 0, 0, 1}, {1, 0, 1, 2}, {1, 1, 1, 3}, {1, 1, 0, 4}, {2, 0, 0, 5},
		{2, 0, 1, 8}, {12, 3423, 1763, 19078479},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%d/%d/%d", c.z, c.x, c.y), func(t *testing.T) {
			t.Parallel()
			id, ok := ID(c.z, c.x, c.y)
			if !ok || id != c.id {
				t.Errorf("id %d, %v, want %d", id, ok, c.id)
			}
			if z, x, y, ok := ZXY(c.id); !ok || z != c.z || x != c.x || y != c.y {
				t.Errorf("back: %d/%d/%d %v", z, x, y, ok)
			}
		})
	}
	for _, c := range [][3]int{{0, 1, 0}, {3, 8, 0}, {3, 0, -1}, {-1, 0, 0}, {MaxZoom + 1, 0, 0}} {
		if _, ok := ID(c[0], c[1], c[2]); ok {
			t.Errorf("%v has an id", c)
		}
	}
}

func TestIDCoversEveryLevelOnce(t *testing.T) {
	t.Parallel()
	next := uint64(0)
	for z := range 8 {
		seen := map[uint64]bool{}
		for x := range 1 << z {
			for y := range 1 << z {
				id, _ := ID(z, x, y)
				if gz, gx, gy, ok := ZXY(id); !ok || gz != z || gx != x || gy != y {
					t.Fatalf("%d/%d/%d → %d → %d/%d/%d", z, x, y, id, gz, gx, gy)
				}
				seen[id] = true
			}
		}
		n := uint64(1) << (2 * z)
		for id := next; id < next+n; id++ {
			if !seen[id] {
				t.Fatalf("no tile of level %d has id %d", z, id)
			}
		}
		next += n
	}
	for _, z := range []int{20, MaxZoom} {
		side := 1<<z - 1
		id, _ := ID(z, side, side/3)
		if gz, gx, gy, ok := ZXY(id); !ok || gz != z || gx != side || gy != side/3 {
			t.Errorf("level %d does not round-trip: %d/%d/%d", z, gz, gx, gy)
		}
	}
}

func spool(t testing.TB) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// build writes an archive with a tile at every place up to maxZoom; every
// third tile is white, so that tiles repeat.
func build(t testing.TB, maxZoom int) ([]byte, func(z, x, y int) string) {
	t.Helper()
	content := func(z, x, y int) string {
		if (x+y)%3 == 0 {
			return "white"
		}
		return fmt.Sprintf("tile %d/%d/%d", z, x, y)
	}
	w := NewWriter(spool(t))
	r := rand.New(rand.NewPCG(1, 1))
	for z := range maxZoom + 1 {
		for _, x := range r.Perm(1 << z) { // any order
			for y := range 1 << z {
				if err := w.Add(z, x, y, []byte(content(z, x, y))); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var out bytes.Buffer
	if err := w.Finish(&out, PNG, map[string]int{"width": 42}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), content
}

func TestWriteAndRead(t *testing.T) {
	t.Parallel()
	for _, maxZoom := range []int{0, 3, 8} { // the last needs leaf directories
		t.Run(fmt.Sprint("zoom ", maxZoom), func(t *testing.T) {
			t.Parallel()
			b, content := build(t, maxZoom)
			a, err := Open(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			h := a.Header
			if (h.LeafLength > 0) != (maxZoom == 8) {
				t.Errorf("leaf directories of %d bytes", h.LeafLength)
			}
			if headerSize+h.RootLength > rootMustFit || !h.Clustered || h.Type != PNG || int(h.MaxZoom) != maxZoom {
				t.Errorf("header %+v", h)
			}
			if want := (uint64(1)<<(2*maxZoom+2) - 1) / 3; h.AddressedTiles != want || h.Contents > want || h.Entries > want {
				t.Errorf("%d tiles, %d rows, %d contents; want %d tiles", h.AddressedTiles, h.Entries, h.Contents, want)
			}
			if h.DataOffset+h.DataLength != uint64(len(b)) {
				t.Errorf("the archive is %d bytes, the header says %d", len(b), h.DataOffset+h.DataLength)
			}
			var meta struct{ Width int }
			if json.Unmarshal(a.Metadata, &meta) != nil || meta.Width != 42 {
				t.Errorf("metadata %s", a.Metadata)
			}
			for z := range maxZoom + 1 {
				step := 1 + z/5*12 // all of the shallow levels, a sample of the deep ones
				for x := 0; x < 1<<z; x += step {
					for y := 0; y < 1<<z; y += step {
						got, ok, err := a.Tile(z, x, y)
						if err != nil || !ok || string(got) != content(z, x, y) {
							t.Fatalf("%d/%d/%d: %q %v %v", z, x, y, got, ok, err)
						}
					}
				}
			}
			if _, ok, err := a.Tile(maxZoom+1, 0, 0); ok || err != nil {
				t.Errorf("a level too deep: %v %v", ok, err)
			}
		})
	}
}

func TestWriterRefuses(t *testing.T) {
	t.Parallel()
	w := NewWriter(spool(t))
	if w.Add(1, 2, 0, []byte("x")) == nil {
		t.Error("a tile beside its level is taken")
	}
	if w.Add(0, 0, 0, nil) == nil {
		t.Error("an empty tile is taken")
	}
	_ = w.Add(0, 0, 0, []byte("x"))
	_ = w.Add(0, 0, 0, []byte("y"))
	if w.Finish(&bytes.Buffer{}, PNG, nil) == nil {
		t.Error("a tile given twice is taken")
	}
}

func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	good, _ := build(t, 3)
	cases := []struct {
		name   string
		damage func(b []byte) []byte
	}{
		{"empty", func([]byte) []byte { return nil }},
		{"cut in the header", func(b []byte) []byte { return b[:100] }},
		{"cut in the root", func(b []byte) []byte { return b[:130] }},
		{"another magic", func(b []byte) []byte { b[0] = 'X'; return b }},
		{"version 2", func(b []byte) []byte { b[7] = 2; return b }},
		{"root past the end", func(b []byte) []byte { b[14] = 0xff; return b }},
		{"root longer than the file", func(b []byte) []byte { b[18] = 0xff; return b }},
		{"unknown compression", func(b []byte) []byte { b[97] = 4; return b }},
		{"a level of 99", func(b []byte) []byte { b[101] = 99; return b }},
		{"root not gzip", func(b []byte) []byte { b[127] ^= 0xff; return b }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := c.damage(bytes.Clone(good))
			if _, err := Open(bytes.NewReader(b), int64(len(b))); fault.KindOf(err) != fault.Unreadable {
				t.Errorf("got %v, want unreadable", err)
			}
		})
	}
	t.Run("tile data cut", func(t *testing.T) {
		t.Parallel()
		b := good[:len(good)-40]
		a, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		failed := false
		for x := range 8 {
			for y := range 8 {
				if _, _, err := a.Tile(3, x, y); err != nil {
					failed = true
				}
			}
		}
		if !failed {
			t.Error("tiles past the end are given")
		}
	})
}

func FuzzOpen(f *testing.F) {
	good, _ := build(f, 2)
	f.Add(good)
	f.Add(good[:200])
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, p := range [][3]int{{0, 0, 0}, {2, 3, 1}, {26, 5, 5}} {
			if data, ok, err := a.Tile(p[0], p[1], p[2]); ok && (err != nil || len(data) > len(b)) {
				t.Errorf("tile %v: %d bytes of %d, %v", p, len(data), len(b), err)
			}
		}
	})
}

// FuzzDirectory reaches what gzip's checksum hides from FuzzOpen.
func FuzzDirectory(f *testing.F) {
	f.Add([]byte{1, 0, 1, 5, 1})
	f.Add([]byte{2, 0, 1, 1, 1, 5, 5, 1, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := decodeDirectory(b)
		if err != nil {
			return
		}
		for i, e := range entries {
			if i > 0 && e.id <= entries[i-1].id {
				t.Error("ids out of order")
			}
			if got, ok := find(entries, e.id); !ok && e.run > 0 || ok && got.id != e.id {
				t.Errorf("row %d is not found", i)
			}
		}
	})
}
