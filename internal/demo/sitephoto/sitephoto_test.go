package sitephoto

import (
	"bytes"
	"image/jpeg"
	"testing"
)

func TestEverySubjectIsAPhoto(t *testing.T) {
	t.Parallel()
	for s := range Subjects {
		a, at, err := JPEG(Subject(s), 7)
		if err != nil {
			t.Fatal(err)
		}
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(a)); err != nil || cfg.Width != Width || cfg.Height != Height {
			t.Errorf("subject %d: %v %v", s, cfg, err)
		}
		if at.X0 < 0 || at.Y0 < 0 || at.X1 > Width || at.Y1 > Height || at.X1-at.X0 < 40 || at.Y1-at.Y0 < 40 {
			t.Errorf("subject %d: what is wrong is at %v", s, at)
		}
	}
}

func TestPhotoRepeatsFromItsSeed(t *testing.T) {
	t.Parallel()
	var got [3][]byte
	for i, seed := range []uint64{7, 7, 8} {
		var err error
		if got[i], _, err = JPEG(Crack, seed); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got[0], got[1]) || bytes.Equal(got[0], got[2]) {
		t.Error("the same seed must give the same photo, another seed another")
	}
}
