package heif

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

func boxed(kind string, parts ...[]byte) []byte {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

func u32(v ...uint32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	return b
}

// file is a HEIF file without a picture: 4032 × 3024, turned a quarter, with a
// tile of its own size, a colour profile and the levels of television.
func file(w, h uint32, turn byte) []byte {
	ipco := boxed("ipco",
		boxed("ispe", u32(0, 512, 512)),
		boxed("ispe", u32(0, w, h)),
		boxed("irot", []byte{turn}),
		boxed("colr", []byte("nclx\x00\x01\x00\x0d\x00\x06\x00")),
		boxed("colr", []byte("profTHE PROFILE")))
	ipma := boxed("ipma", u32(0, 2), []byte{0, 1, 1, 0x81}, []byte{0, 7, 4, 0x82, 0x83, 4, 5})
	meta := boxed("meta", u32(0), boxed("pitm", u32(0), []byte{0, 7}), boxed("iprp", ipco, ipma))
	return append(boxed("ftyp", []byte("mif1\x00\x00\x00\x00mif1heic")), meta...)
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		turn byte
		w, h int
	}{{0, 4032, 3024}, {1, 3024, 4032}, {2, 4032, 3024}, {3, 3024, 4032}} {
		got, err := Read(file(4032, 3024, c.turn))
		if err != nil || got.Width != c.w || got.Height != c.h || got.Pixels != 4032*3024 {
			t.Errorf("turned %d: %+v, %v", c.turn, got, err)
		}
		if string(got.ICC) != "THE PROFILE" || !got.Limited {
			t.Errorf("colours: %+v", got)
		}
	}
}

func TestSniff(t *testing.T) {
	t.Parallel()
	if !Sniff(file(1, 1, 0)) {
		t.Error("a HEIF file is not known")
	}
	for name, b := range map[string][]byte{
		"AVIF":    boxed("ftyp", []byte("avif\x00\x00\x00\x00mif1miaf")),
		"MP4":     boxed("ftyp", []byte("isom\x00\x00\x00\x00mp42")),
		"nothing": nil,
		"a JPEG":  []byte("\xff\xd8\xff\xe0aaaaaaaaaaaaaaaaaaaaa"),
	} {
		if Sniff(b) {
			t.Errorf("%s is taken for HEIF", name)
		}
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	whole := file(4032, 3024, 0)
	for n := range whole {
		if h, err := Read(whole[:n]); err == nil {
			t.Errorf("cut at %d: %+v", n, h)
		}
	}
	if h, err := Read(file(0, 3, 0)); err == nil {
		t.Errorf("no width: %+v", h)
	}
	if h, err := Read(file(1<<31, 3, 0)); err == nil {
		t.Errorf("too wide for a number: %+v", h)
	}
	if h, err := Read(file(65_000, 65_000, 0)); err != nil || h.Pixels != 65_000*65_000 {
		t.Errorf("a bomb's size must be told: %+v, %v", h, err)
	}
}

// TestSamples reads the headers of telephones' pictures.
func TestSamples(t *testing.T) {
	t.Parallel()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: sample files are not tested")
	}
	for name, want := range map[string][2]int{
		"IMG_1034.heic": {4032, 3024}, "IMG_2927.HEIC": {3024, 4032}, "cheers_1440x960.heic": {1440, 960},
	} {
		b, err := os.ReadFile(filepath.Join(root, "photos", "heic", name))
		if err != nil {
			t.Fatal(err)
		}
		if h, err := Read(b); err != nil || h.Width != want[0] || h.Height != want[1] || !Sniff(b) {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(4032, 3024, 1))
	f.Add(file(1, 1, 0)[:60])
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Read(b)
		if err == nil && (h.Width < 1 || h.Height < 1 || len(h.ICC) > len(b)) {
			t.Errorf("%+v", h)
		}
		Sniff(b)
	})
}
