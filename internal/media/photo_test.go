package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/raster"
	"plumbline/internal/raster/photo"
	"plumbline/internal/sandbox/sandboxtest"
)

var child = &sandboxtest.Builder{Package: "./internal/raster/child", FromEnv: true}

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	os.Exit(code)
}

var (
	engineOnce sync.Once
	engine     *raster.Engine
)

func photos(t *testing.T, w *world) (*Service, string) {
	t.Helper()
	engineOnce.Do(func() {
		var err error
		if engine, err = raster.New(raster.Config{Sandbox: child.Runner(t)}); err != nil {
			t.Fatal(err)
		}
	})
	temp := t.TempDir()
	return New(Deps{DB: w.d, Files: w.f, Raster: engine, Temp: temp}), temp
}

func jpegOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bombPNG says that it has 60,000 × 60,000 pixels.
func bombPNG() []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := []byte("IHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00")
	_ = binary.Write(&b, binary.BigEndian, uint32(len(head)-4))
	b.Write(head)
	_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(head))
	return b.Bytes()
}

func TestPhotoIntakeInTheSandbox(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s, temp := photos(t, w)
		p := Photo{ID: id.New[id.Photo](), Project: id.New[id.Project](), Kind: "point", Thing: string(id.New[id.Point]()), Author: id.New[id.Person]()}
		in, err := s.Intake(t.Context(), bytes.NewReader(jpegOf(t, 5000, 2500)))
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		for i := range 2 {
			got, added, err := s.Add(t.Context(), w.org, p, in, func(*db.Tx) error { calls++; return nil })
			if err != nil || added != (i == 0) || got.Width != MaxEdge || got.Height != MaxEdge/2 || got.Bytes == 0 {
				t.Errorf("added %v, %+v, %v", added, got, err)
			}
		}
		if calls != 1 {
			t.Errorf("the repeat is logged: %d", calls)
		}
		in.Close()
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
		if files, refs := w.rows(t); files != 2 || refs != 2 {
			t.Errorf("%d files, %d references", files, refs)
		}
		var have Photo
		w.write(t, func(tx *db.Tx) (err error) {
			if have, err = Get(tx, p.Project, p.ID); err != nil {
				return err
			}
			if _, err := Get(tx, id.New[id.Project](), p.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("another project gets it: %v", err)
			}
			return nil
		})
		r, err := s.Thumb(t.Context(), w.org, have)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close() //nolint:errcheck // a test
		small, err := jpeg.Decode(io.NewSectionReader(r, 0, r.Size()))
		if err != nil || small.Bounds().Dx() != ThumbEdge {
			t.Errorf("thumb %v, %v", small, err)
		}
		w.write(t, func(tx *db.Tx) error { return s.EraseOn(tx, "point", p.Thing) })
		w.clock.Advance(Grace + time.Second)
		if n, err := w.f.Sweep(t.Context(), 10); err != nil || n != 2 {
			t.Errorf("swept %d, %v", n, err)
		}

		for name, c := range map[string]struct {
			body io.Reader
			kind fault.Kind
		}{
			"a bomb":      {bytes.NewReader(bombPNG()), fault.TooLarge},
			"text":        {strings.NewReader("hello"), fault.Unsupported},
			"nothing":     {strings.NewReader(""), fault.Unreadable},
			"cut short":   {bytes.NewReader(jpegOf(t, 100, 100)[:300]), fault.Unreadable},
			"a large one": {io.MultiReader(bytes.NewReader(jpegOf(t, 9, 9)), io.LimitReader(zeros{}, MaxPhoto)), fault.TooLarge},
		} {
			if _, err := s.Intake(t.Context(), c.body); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

func TestTaken(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("x", 3600)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	at := func(y int) *time.Time { v := time.Date(y, 3, 1, 12, 0, 0, 0, time.UTC); return &v }
	cases := []struct {
		name string
		info photo.Info
		want int64
	}{
		{"with its offset", photo.Info{TakenAt: at(2026), TakenZone: true}, at(2026).UnixMicro()},
		{"in the project's zone", photo.Info{TakenAt: at(2026)}, at(2026).Add(-time.Hour).UnixMicro()},
		{"not told", photo.Info{}, 0},
		{"of the future", photo.Info{TakenAt: at(2031)}, 0},
		{"before there were such cameras", photo.Info{TakenAt: at(1904)}, 0},
	}
	for _, c := range cases {
		in := Intake{info: c.info}
		if got := in.Taken(zone, now); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
