package sitephoto

import (
	"bytes"
	"image/jpeg"
	"testing"
)

func TestEverySubjectIsAPhotoAndRepeats(t *testing.T) {
	t.Parallel()
	for s := range Subjects {
		a, err := JPEG(Subject(s), 7)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := JPEG(Subject(s), 7)
		other, _ := JPEG(Subject(s), 8)
		if !bytes.Equal(a, b) || bytes.Equal(a, other) {
			t.Errorf("subject %d: the same seed must give the same photo, another seed another", s)
		}
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(a)); err != nil || cfg.Width != Width || cfg.Height != Height {
			t.Errorf("subject %d: %v %v", s, cfg, err)
		}
	}
}
