package markup

import (
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const columns = "id, point_id, project_id, target_kind, target_id, shapes, words, author_id, at, version"

func scan(s db.Scanner) (Layer, error) {
	var (
		l             Layer
		shapes, words string
	)
	err := s.Scan(&l.ID, &l.Point, &l.Project, &l.On, &l.Target, &shapes, &words, &l.Author, &l.At, &l.Version)
	if err == nil {
		err = json.Unmarshal([]byte(shapes), &l.Shapes)
	}
	l.Shapes = say(l.Shapes, words)
	return l, err
}

// On reads the layers of many points at once, by point.
func On(tx *db.Tx, points []id.Point) (map[id.Point][]Layer, error) {
	if len(points) == 0 {
		return nil, nil
	}
	all, err := db.All(tx, scan, `select `+columns+` from point_markup where org_id = $1 and point_id in `+db.In(len(points), 2)+`
		order by point_id, target_kind, target_id`, append([]any{tx.Org()}, db.Args(points)...)...)
	if err != nil {
		return nil, fault.Wrap("markup.On", err)
	}
	out := make(map[id.Point][]Layer, len(points))
	for _, l := range all {
		out[l.Point] = append(out[l.Point], l)
	}
	return out, nil
}

// Get reads one layer; false where nothing was drawn.
func Get(tx *db.Tx, point id.Point, target string) (Layer, bool, error) {
	l, ok, err := db.Maybe(tx, scan, `select `+columns+` from point_markup where org_id = $1 and point_id = $2 and target_id = $3`, tx.Org(), point, target)
	return l, ok, fault.Wrap("markup.Get", err)
}

// Put keeps a layer in the place of the one before; an empty one erases.
func Put(tx *db.Tx, l Layer) error {
	if len(l.Shapes) == 0 {
		return Erase(tx, l.Point, l.Target)
	}
	shapes, err := json.Marshal(l.Shapes)
	if err != nil {
		return fault.Wrap("markup.Put", err)
	}
	_, err = tx.Exec(`insert into point_markup (org_id, id, point_id, project_id, target_kind, target_id, shapes, words, author_id, at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (org_id, point_id, target_id) do update set shapes = excluded.shapes, words = excluded.words, author_id = excluded.author_id,
			at = excluded.at, version = excluded.version`,
		tx.Org(), l.ID, l.Point, l.Project, l.On, l.Target, string(shapes), l.Words(), l.Author, l.At, l.Version)
	return fault.Wrap("markup.Put", err)
}

// Erase removes the layer on a target of a point; of all where target is empty.
func Erase(tx *db.Tx, point id.Point, target string) error {
	query, args := `delete from point_markup where org_id = $1 and point_id = $2`, []any{tx.Org(), point}
	if target != "" {
		query, args = query+` and target_id = $3`, append(args, target)
	}
	_, err := tx.Exec(query, args...)
	return fault.Wrap("markup.Erase", err)
}
