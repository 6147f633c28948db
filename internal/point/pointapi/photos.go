package pointapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/rest"
)

func (h *api) registerPhotos(a *rest.API) {
	const tag, one, photo = "Photos", "/projects/{project}/points/{point}/photos/{photo}", "/projects/{project}/photos/{photo}"
	rest.Raw(a, rest.Op{ID: "photo-add", Method: http.MethodPut, Path: one, Tag: tag, Summary: "Add a photo to a point",
		Description: "The body is a JPEG, PNG, HEIC or TIFF. What is kept is a JPEG, upright and has no metadata; the original is not kept. The header Taken-At tells when it was taken if the photo itself no longer does. Doing it again answers 200.",
		Who:         rest.SignedIn, Rate: rest.Uploads, MaxBody: media.MaxPhoto, Time: 3 * time.Minute, Status: http.StatusCreated,
		Takes: []string{"image/jpeg", "image/png", "image/heic", "image/heif", "image/tiff"}, Gives: []string{"application/json"}}, h.addPhoto)
	rest.Handle(a, rest.Op{ID: "photo-remove", Method: http.MethodDelete, Path: one, Tag: tag, Summary: "Take a photo off a point",
		Description: "Its author may, and managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.removePhoto)
	rest.Raw(a, rest.Op{ID: "photo-full", Method: http.MethodGet, Path: photo + "/full", Tag: tag, Summary: "A photo",
		Description: "A JPEG; it never changes.", Who: rest.SignedIn, Rate: rest.Tiles, Time: 2 * time.Minute, Gives: []string{"image/jpeg"}},
		func(w http.ResponseWriter, r *http.Request) error { return h.picture(w, r, false) })
	rest.Raw(a, rest.Op{ID: "photo-thumb", Method: http.MethodGet, Path: photo + "/thumb", Tag: tag, Summary: "A small picture of a photo",
		Description: "A JPEG of at most 512 pixels a side; it never changes.", Who: rest.SignedIn, Rate: rest.Tiles, Gives: []string{"image/jpeg"}},
		func(w http.ResponseWriter, r *http.Request) error { return h.picture(w, r, true) })
}

// entered reads the project and enters it.
func (h *api) entered(r *http.Request) (access.Grant, error) {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return access.Grant{}, err
	}
	return h.in(r.Context(), project)
}

func (h *api) addPhoto(w http.ResponseWriter, r *http.Request) error {
	which, err := rest.PathID[id.Point](r, "point")
	if err != nil {
		return err
	}
	photo, err := rest.PathID[id.Photo](r, "photo")
	if err != nil {
		return err
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	taken, ok := takenAt(r)
	if !ok {
		return fault.InvalidFields([]fault.Field{{Path: "Taken-At", Code: "format"}})
	}
	p, added, err := h.points.AddPhoto(r.Context(), g, which, photo, r.Body, taken)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if added {
		w.WriteHeader(http.StatusCreated)
	}
	return json.NewEncoder(w).Encode(photoOf(p))
}

type photoIn struct {
	At
	Photo id.Photo `path:"photo"`
}

func (h *api) removePhoto(ctx context.Context, in *photoIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.points.RemovePhoto(ctx, g, in.Point, in.Photo)
}

func (h *api) picture(w http.ResponseWriter, r *http.Request, thumb bool) error {
	photo, err := rest.PathID[id.Photo](r, "photo")
	if err != nil {
		return err
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	p, err := h.points.Photo(r.Context(), g, photo)
	if err != nil {
		return err
	}
	var f blob.Reader
	if thumb {
		f, err = h.photos.Thumb(r.Context(), g.Org, p)
	} else {
		f, err = h.photos.Full(r.Context(), g.Org, p)
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	head := w.Header()
	head.Set("Content-Type", "image/jpeg")
	head.Set("Cache-Control", "private, max-age=31536000, immutable")
	head.Set("ETag", p.ETag(thumb))
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(f, 0, f.Size()))
	return nil
}
