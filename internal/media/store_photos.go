package media

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const photoColumns = "id, project_id, thing_kind, thing_id, file, thumb, bytes, width, height, taken_at, lat, lon, author_id, at"

func scanPhoto(s db.Scanner) (Photo, error) {
	var (
		p     Photo
		taken *int64
	)
	err := s.Scan(&p.ID, &p.Project, &p.Kind, &p.Thing, &p.file, &p.thumb, &p.Bytes, &p.Width, &p.Height, &taken, &p.Lat, &p.Lon, &p.Author, &p.At)
	if taken != nil {
		p.TakenAt = *taken
	}
	return p, err
}

func insertPhoto(tx *db.Tx, p Photo) error {
	var taken any
	if p.TakenAt != 0 {
		taken = p.TakenAt
	}
	_, err := tx.Exec(`insert into photo (org_id, id, project_id, thing_kind, thing_id, file, thumb, bytes, width, height, taken_at, lat, lon, author_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		tx.Org(), p.ID, p.Project, p.Kind, p.Thing, p.file, p.thumb, p.Bytes, p.Width, p.Height, taken, p.Lat, p.Lon, p.Author, p.At)
	return fault.Wrap("media.insertPhoto", err)
}

func findPhoto(tx *db.Tx, photo id.Photo) (Photo, bool, error) {
	p, ok, err := db.Maybe(tx, scanPhoto, `select `+photoColumns+` from photo where org_id = $1 and id = $2`, tx.Org(), photo)
	return p, ok, fault.Wrap("media.findPhoto", err)
}

func deletePhoto(tx *db.Tx, photo id.Photo) (int64, error) {
	n, err := tx.Exec(`delete from photo where org_id = $1 and id = $2`, tx.Org(), photo)
	return n, fault.Wrap("media.deletePhoto", err)
}

// On reads the photos of many things at once, oldest first, by thing.
func On(tx *db.Tx, kind string, things []string) (map[string][]Photo, error) {
	if len(things) == 0 {
		return nil, nil
	}
	all, err := db.All(tx, scanPhoto, `select `+photoColumns+` from photo
		where org_id = $1 and thing_kind = $2 and thing_id in `+db.In(len(things), 3)+`
		order by thing_id, at, id`, append([]any{tx.Org(), kind}, db.Args(things)...)...)
	if err != nil {
		return nil, fault.Wrap("media.On", err)
	}
	out := make(map[string][]Photo, len(things))
	for _, p := range all {
		out[p.Thing] = append(out[p.Thing], p)
	}
	return out, nil
}

// Authors are who made the photos of things.
func Authors(tx *db.Tx, kind string, things []string) ([]id.Person, error) {
	if len(things) == 0 {
		return nil, nil
	}
	all, err := db.All(tx, db.Value1[id.Person], `select distinct author_id from photo
		where org_id = $1 and thing_kind = $2 and thing_id in `+db.In(len(things), 3), append([]any{tx.Org(), kind}, db.Args(things)...)...)
	return all, fault.Wrap("media.Authors", err)
}
