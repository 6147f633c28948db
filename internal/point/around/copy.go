package around

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/markup"
)

// CopyPictures hangs the photos of a point on another too, with what is drawn on
// them and on the sheet that both are on.
func CopyPictures(tx *db.Tx, photos *media.Service, from, to id.Point, sheet id.Sheet, by id.Person) error {
	on, err := media.On(tx, fields.Thing, []string{string(from)})
	if err != nil {
		return err
	}
	targets := map[string]string{string(sheet): string(sheet)}
	for _, p := range on[string(from)] {
		copied := id.New[id.Photo]()
		if err := photos.Copy(tx, p, copied, fields.Thing, string(to), by); err != nil {
			return err
		}
		targets[string(p.ID)] = string(copied)
	}
	drawn, err := markup.On(tx, []id.Point{from})
	if err != nil {
		return err
	}
	for _, l := range drawn[from] {
		target, ok := targets[l.Target]
		if !ok { // drawn on a sheet that the point left
			continue
		}
		l.ID, l.Point, l.Target, l.Author, l.At, l.Version = string(id.New[id.Mutation]()), to, target, by, tx.Micros(), 1
		if err := markup.Put(tx, l); err != nil {
			return err
		}
	}
	return nil
}
