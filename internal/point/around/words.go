package around

import (
	"slices"
	"strings"

	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/markup"
	"plumbline/internal/search"
)

// Index keeps the words of a point findable: those given (number, subject,
// description), comments, what is written on pictures.
func Index(tx *db.Tx, project id.Project, point id.Point, words ...string) error {
	said, err := comment.On(tx, fields.Thing, []string{string(point)})
	if err != nil {
		return err
	}
	for _, c := range said[string(point)] {
		words = append(words, c.Text)
	}
	drawn, err := markup.On(tx, []id.Point{point})
	if err != nil {
		return err
	}
	for _, l := range drawn[point] {
		words = append(words, l.Words())
	}
	return search.Put(tx, search.Doc{Project: string(project), Kind: fields.Thing, ID: string(point), Text: strings.Join(words, "\n")})
}

// Sought are the words of a text search.
func Sought(tx *db.Tx, project id.Project, text string) *search.Words {
	w := search.For(tx, string(project), []string{fields.Thing}, text)
	return &w
}

// Without is all but these.
func Without(all, these []string) []string {
	var out []string
	for _, a := range all {
		if !slices.Contains(these, a) {
			out = append(out, a)
		}
	}
	return out
}
