package probes

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"

	"plumbline/internal/id"
)

// Picture is a small photo.
func Picture() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		img.Set(i%64, i/64, color.RGBA{uint8(i % 251), uint8(i % 241), uint8(i % 239), 255})
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// Point makes a point as someone, and gives its id.
func (w *World) Point(ctx context.Context, who *Someone, subject, description string) (id.Point, error) {
	p := id.New[id.Point]()
	_, err := w.Must(ctx, 201, who, http.MethodPut, w.Project()+"/points/"+string(p), map[string]any{"subject": subject, "description": description})
	return p, err
}

// Photo adds a photo to a point as someone.
func (w *World) Photo(ctx context.Context, who *Someone, p id.Point) (id.Photo, error) {
	photo := id.New[id.Photo]()
	_, err := w.Must(ctx, 201, who, http.MethodPut, w.Project()+"/points/"+string(p)+"/photos/"+string(photo), Body{"image/jpeg", Picture()})
	return photo, err
}

// Report makes a PDF of all points as someone, and gives its id and bytes.
func (w *World) Report(ctx context.Context, who *Someone, locale, zone string) (id.Report, []byte, error) {
	r := id.New[id.Report]()
	path := w.Project() + "/reports/" + string(r)
	_, err := w.Must(ctx, 202, who, http.MethodPut, path, map[string]any{"title": "Proof", "filter": map[string]string{}, "locale": locale,
		"time_zone": zone, "photos": true, "plan": false})
	if err != nil {
		return r, nil, err
	}
	var a Answer
	err = w.Wait(ctx, "a report", func() (bool, error) {
		a, err = w.Do(ctx, who, http.MethodGet, path+"/file", nil)
		return a.Status == 200, err
	})
	return r, a.Body, err
}
