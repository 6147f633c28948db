package photo

import (
	"bytes"
	"encoding/csv"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/fault"
)

// samples is the folder of photographs that others made.
func samples(t *testing.T) string {
	t.Helper()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: sample files are not tested")
	}
	return filepath.Join(root, "photos")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCorpusOrientation(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(samples(t), "orientation")
	for _, set := range []string{"Landscape", "Portrait"} {
		want, err := jpeg.Decode(bytes.NewReader(read(t, filepath.Join(dir, set+"_1.jpg"))))
		if err != nil {
			t.Fatal(err)
		}
		for o := range 9 {
			name := set + "_" + strconv.Itoa(o)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				info, err := Clean(read(t, filepath.Join(dir, name+".jpg")), &out, 0, Limits{})
				if err != nil {
					t.Fatal(err)
				}
				bare(t, out.Bytes())
				got, err := jpeg.Decode(&out)
				if err != nil {
					t.Fatal(err)
				}
				if b := got.Bounds(); b.Dx() != info.Width || b.Dy() != info.Height {
					t.Errorf("%v, said %d × %d", b, info.Width, info.Height)
				}
				// The sets were saved as JPEG one by one, and carry the number of
				// their orientation as a small text: they are alike, not equal.
				if d := differ(want, got); d > 4 {
					t.Errorf("off by %.2f from the upright one", d)
				}
			})
		}
	}
}

// TestCorpusOutcomes holds every file against what Go's decoders say of it.
func TestCorpusOutcomes(t *testing.T) {
	t.Parallel()
	root := samples(t)
	seen := 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(read(t, filepath.Join(root, "go-stdlib-decode.tsv")))), "\n") {
		f := strings.Split(line, "\t")
		name, verdict := f[0], f[1]
		seen++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := read(t, filepath.Join(root, name))
			var out bytes.Buffer
			_, err := Clean(in, &out, 0, Limits{})
			kind := fault.KindOf(err)
			switch {
			case strings.HasPrefix(verdict, "TOO-BIG"):
				if kind != fault.TooLarge {
					t.Errorf("a bomb: %v", err)
				}
			case strings.HasPrefix(verdict, "ok jpeg"), strings.HasPrefix(verdict, "ok png"):
				if err != nil {
					t.Errorf("a good file is refused: %v", err)
					return
				}
				bare(t, out.Bytes())
				if _, err := jpeg.Decode(bytes.NewReader(out.Bytes())); err != nil {
					t.Errorf("what was written does not decode: %v", err)
				}
				var thumb bytes.Buffer
				if w, h, err := Thumb(in, &thumb, 512, Limits{}); err != nil || max(w, h) > 512 {
					t.Errorf("thumbnail %d × %d, %v", w, h, err)
				}
			case kind != fault.Unreadable && kind != fault.Unsupported && kind != fault.TooLarge:
				t.Errorf("%s: %v", verdict, err)
			}
			if err != nil && out.Len() > 0 {
				t.Errorf("refused, and %d bytes were written", out.Len())
			}
		})
	}
	if seen < 100 {
		t.Errorf("only %d files were listed", seen)
	}
}

// TestCorpusOthers is for the formats that are not taken, and for fuzzers' finds.
func TestCorpusOthers(t *testing.T) {
	t.Parallel()
	root := samples(t)
	for _, dir := range []string{"webp", "fuzz"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s is empty (%v)", dir, err)
		}
		for _, path := range files {
			t.Run(dir+"/"+filepath.Base(path), func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				_, err := Clean(read(t, path), &out, 0, Limits{})
				if kind := fault.KindOf(err); dir != "fuzz" && kind != fault.Unsupported {
					t.Errorf("got %v, want unsupported", err)
				} else if err != nil && kind == fault.Other {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestCorpusMeta compares time and place with what ExifTool reads.
func TestCorpusMeta(t *testing.T) {
	t.Parallel()
	root := samples(t)
	rows, err := csv.NewReader(bytes.NewReader(read(t, filepath.Join(root, "exiftool.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	places, times := 0, 0
	for _, r := range rows[1:] {
		name, lat, lon, date := r[0], r[2], r[3], r[5]
		if r[11] != "JPEG" {
			continue
		}
		p, err := open(read(t, filepath.Join(root, name)), 1, Limits{})
		if err != nil {
			continue // TestCorpusOutcomes judges these
		}
		wantLat, err1 := strconv.ParseFloat(lat, 64)
		wantLon, err2 := strconv.ParseFloat(lon, 64)
		if err1 == nil && err2 == nil && (wantLat != 0 || wantLon != 0) {
			places++
			if p.meta.Lat == nil || math.Abs(*p.meta.Lat-wantLat) > 1e-6 || math.Abs(*p.meta.Lon-wantLon) > 1e-6 {
				t.Errorf("%s: place %v %v, want %v %v", name, p.meta.Lat, p.meta.Lon, wantLat, wantLon)
			}
		} else if p.meta.Lat != nil {
			t.Errorf("%s: a place where ExifTool sees none", name)
		}
		// Some carry their date in XMP or in a maker's own block only; EXIF is
		// all we read.
		if at, _, ok := when(date, ""); ok && p.segments.exif() != nil {
			times++
			if p.meta.TakenAt == nil || p.meta.TakenAt.Format("2006:01:02 15:04:05") != at.Format("2006:01:02 15:04:05") {
				t.Errorf("%s: taken %v, want %v", name, p.meta.TakenAt, at)
			}
		}
	}
	if places == 0 || times < 10 {
		t.Errorf("%d places and %d times were compared", places, times)
	}
}
