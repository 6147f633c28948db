package photo

import (
	"bytes"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// readMeta takes from EXIF the orientation, the time and the place. Whatever
// is wrong with the metadata leaves the defaults.
func (p *picture) readMeta() {
	block, kind := []byte(nil), imagemeta.JPEG
	switch p.format {
	case JPEG:
		block = p.segments.exif()
	case TIFF:
		block, kind = p.data, imagemeta.TIFF
	case HEIC:
		block, kind = p.data, imagemeta.HEIF
	default:
		if h, err := parsePNG(p.data); err == nil {
			block = h.exif()
		}
	}
	if block == nil {
		return
	}
	tags := map[string]any{}
	_, _ = imagemeta.Decode(imagemeta.Options{
		R:               bytes.NewReader(block),
		ImageFormat:     kind,
		Sources:         imagemeta.EXIF,
		Timeout:         2 * time.Second,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted(t) != "" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if k := wanted(t); tags[k] == nil {
				tags[k] = t.Value
			}
			return nil
		},
	})
	p.useMeta(tags)
}

// wanted is the key under which a tag is kept, "" for one that is not. The
// namespace counts: tag 2 of the interoperability directory has the number of
// a latitude and is none.
func wanted(t imagemeta.TagInfo) string {
	switch {
	case t.Namespace == "IFD0" && t.Tag == "Orientation":
		return t.Tag
	case strings.Contains(t.Namespace, "GPSInfo"):
		switch t.Tag {
		case "GPSLatitude", "GPSLatitudeRef", "GPSLongitude", "GPSLongitudeRef":
			return t.Tag
		}
	case strings.Contains(t.Namespace, "Interop"):
	case strings.Contains(t.Namespace, "/ExifIFD"):
		switch t.Tag {
		case "DateTimeOriginal", "OffsetTimeOriginal", "CreateDate", "OffsetTimeDigitized":
			return t.Tag
		}
	}
	return ""
}

func (p *picture) useMeta(tags map[string]any) {
	// A HEIC is turned by its own boxes, and the decoder has done so; a TIFF's
	// page says it itself.
	if o := number(tags["Orientation"]); o >= 1 && o <= 8 && p.format != HEIC && p.format != TIFF {
		p.orientation = int(o)
	}
	for _, c := range [][2]string{
		{"DateTimeOriginal", "OffsetTimeOriginal"},
		{"CreateDate", "OffsetTimeDigitized"},
	} {
		if at, zone, ok := when(text(tags[c[0]]), text(tags[c[1]])); ok {
			p.meta.TakenAt, p.meta.TakenZone = &at, zone
			break
		}
	}
	lat, ok1 := degrees(tags["GPSLatitude"], text(tags["GPSLatitudeRef"]), "N", "S", 90)
	lon, ok2 := degrees(tags["GPSLongitude"], text(tags["GPSLongitudeRef"]), "E", "W", 180)
	// 0, 0 is what a camera without a fix writes.
	if ok1 && ok2 && (lat != 0 || lon != 0) {
		p.meta.Lat, p.meta.Lon = &lat, &lon
	}
}

// when reads a time as EXIF writes it, with its offset if that is good.
func when(date, offset string) (at time.Time, zone, ok bool) {
	at, err := time.Parse("2006:01:02 15:04:05", date)
	if err != nil || at.Year() < 1970 {
		return time.Time{}, false, false
	}
	if off, err := time.Parse("-07:00", offset); err == nil {
		_, seconds := off.Zone()
		return at.Add(-time.Duration(seconds) * time.Second).In(time.FixedZone("", seconds)), true, true
	}
	return at, false, true
}

func degrees(v any, ref, plus, minus string, limit float64) (float64, bool) {
	d := number(v)
	if math.IsNaN(d) || d < 0 || d > limit {
		return 0, false
	}
	switch strings.ToUpper(ref) {
	case plus:
		return d, true
	case minus:
		return -d, true
	default:
		return 0, false
	}
}

func text(v any) string {
	s, _ := v.(string)
	return strings.TrimRight(strings.TrimSpace(s), "\x00")
}

// number is a numeric tag as a float; NaN for anything else.
func number(v any) float64 {
	switch n := v.(type) {
	case float64:
		return n
	case float32:
		return float64(n)
	case uint8:
		return float64(n)
	case uint16:
		return float64(n)
	case uint32:
		return float64(n)
	case int16:
		return float64(n)
	case int32:
		return float64(n)
	case int:
		return float64(n)
	default:
		return math.NaN()
	}
}
