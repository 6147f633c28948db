package photo

import (
	"bytes"
	"image"
	"image/jpeg"
	"path/filepath"
	"testing"

	"plumbline/internal/fault"
)

// TestHEIC reads what telephones made: upright, without metadata, with the time
// and place that the file told. What the decoder cannot read says so.
func TestHEIC(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(samples(t), "heic")
	if !decodesHEIC {
		t.Skip("built without the tag nodynamic: there is no decoder")
	}
	for _, c := range []struct {
		name, taken string
		w, h        int
		zone, place bool
	}{
		{"IMG_1034.heic", "2018-02-05 15:11:44", 4032, 3024, false, true},
		{"IMG_2927.HEIC", "2020-05-04 18:39:11", 3024, 4032, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			info, err := Clean(read(t, filepath.Join(dir, c.name)), &out, 512, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			bare(t, out.Bytes())
			img, err := jpeg.Decode(&out)
			if err != nil {
				t.Fatal(err)
			}
			if b := img.Bounds(); b.Dx() != info.Width || b.Dy() != info.Height || max(b.Dx(), b.Dy()) != 512 || (b.Dx() > b.Dy()) != (c.w > c.h) {
				t.Errorf("%v, said %+v", b, info)
			}
			if info.TakenAt == nil || info.TakenAt.Format("2006-01-02 15:04:05") != c.taken || info.TakenZone != c.zone {
				t.Errorf("taken %v", info.TakenAt)
			}
			if (info.Lat != nil) != c.place || c.place && (*info.Lat < 23.17 || *info.Lat > 23.18) {
				t.Errorf("place %v %v", info.Lat, info.Lon)
			}
		})
	}
	for _, name := range []string{"heic/cheers_1440x960.heic", "heic-malformed/IllegalArgumentException.HeifReader.processBoxes.heif", "heic-malformed/NegativeArraySizeException.HeifReader.processBoxes.heif"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			_, err := Clean(read(t, filepath.Join(dir, "..", name)), &out, 0, Limits{})
			if fault.CodeOf(err) != "heic-not-read" || fault.KindOf(err) != fault.Unsupported || out.Len() > 0 {
				t.Errorf("%v, %d bytes written", err, out.Len())
			}
		})
	}
}

// TestHEICHostile bends a good file: whatever comes of it, it is a fault with
// a code or a picture no larger than the header said.
func TestHEICHostile(t *testing.T) {
	t.Parallel()
	in := read(t, filepath.Join(samples(t), "heic", "IMG_2927.HEIC"))
	bomb := bytes.Clone(in)
	at := bytes.Index(bomb, []byte("ispe"))
	copy(bomb[at+8:], "\x00\x01\x00\x00\x00\x01\x00\x00") // 65,536 × 65,536
	if _, err := open(bomb, 1, Limits{}); fault.CodeOf(err) != "too-many-pixels" {
		t.Errorf("a bomb: %v", err)
	}
	for _, n := range []int{20, 300, 3000, len(in) / 2} {
		if _, err := Upright(in[:n], 1, Limits{}); err == nil && n < 3000 {
			t.Errorf("cut at %d, and taken", n)
		} else if err != nil && fault.KindOf(err) == fault.Other {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

// TestWiden: the ends of television's levels become black and white, and grey
// stays grey.
func TestWiden(t *testing.T) {
	t.Parallel()
	img := image.NewYCbCr(image.Rect(0, 0, 3, 1), image.YCbCrSubsampleRatio444)
	copy(img.Y, []byte{16, 126, 235})
	copy(img.Cb, []byte{16, 128, 240})
	copy(img.Cr, []byte{128, 128, 255})
	widen(img)
	if !bytes.Equal(img.Y[:3], []byte{0, 128, 255}) || !bytes.Equal(img.Cb[:3], []byte{1, 128, 255}) || !bytes.Equal(img.Cr[:3], []byte{128, 128, 255}) {
		t.Errorf("%v %v %v", img.Y, img.Cb, img.Cr)
	}
}
