package syncapi

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/id"
)

// cursor is where a client stands in a project: the number of each audience, in
// the order of their names. Names and rights stay here; their hash tells
// whether they are the same.
type cursor struct {
	Project id.Project `json:"p"`
	Names   []byte     `json:"a"`
	Numbers []int64    `json:"n"`
}

func names(audiences []string, rights string) ([]string, []byte) {
	sorted := slices.Compact(slices.Sorted(slices.Values(audiences)))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\n") + "\n\n" + rights))
	return sorted, sum[:12]
}

// encode writes the numbers of audiences as a cursor.
func encode(p id.Project, rights string, numbers map[string]int64) string {
	all := make([]string, 0, len(numbers))
	for a := range numbers {
		all = append(all, a)
	}
	sorted, sum := names(all, rights)
	c := cursor{Project: p, Names: sum, Numbers: make([]int64, 0, len(sorted))}
	for _, a := range sorted {
		c.Numbers = append(c.Numbers, numbers[a])
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic("syncapi: " + err.Error()) // text and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decode reads a cursor as the numbers of the visit's audiences. False: it is not
// a cursor of these audiences and rights on this project, and the client has to start over.
func decode(text string, p id.Project, v Visit) (map[string]int64, bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, false
	}
	var c cursor
	if json.Unmarshal(b, &c) != nil || c.Project != p {
		return nil, false
	}
	sorted, sum := names(v.Audiences, v.Rights)
	if !slices.Equal(sum, c.Names) || len(sorted) != len(c.Numbers) {
		return nil, false
	}
	out := make(map[string]int64, len(sorted))
	for i, a := range sorted {
		if c.Numbers[i] < 0 {
			return nil, false
		}
		out[a] = c.Numbers[i]
	}
	return out, true
}
