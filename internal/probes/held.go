package probes

import (
	"context"
	"net/http"
)

// Held is GET /me/privacy.
type Held struct {
	Complaint   string `json:"complaint"`
	Controllers []struct {
		Kind    string `json:"kind"`
		Contact struct {
			Email string `json:"email"`
		} `json:"contact"`
		Items []struct {
			Key, Value, Source, Retention, Since string
			Version                              int64
			Recipients                           []string
			Why                                  []struct{ Purpose, Basis, Article string }
		} `json:"items"`
		Disclosures []struct {
			Recipient struct{ Kind, Label string } `json:"recipient"`
			Fields    []string                     `json:"fields"`
		} `json:"disclosures"`
		Rights []struct{ Article string } `json:"rights"`
	} `json:"controllers"`
}

// Held asks what is held of someone.
func (w *World) Held(ctx context.Context, s *Someone) (h Held, err error) {
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/privacy?locale=en-GB", nil)
	if err != nil {
		return h, err
	}
	return h, a.JSON(&h)
}

// Item is a value that is held, and of which version.
func (h Held) Item(key string) (value, source string, version int64) {
	for _, c := range h.Controllers {
		for _, it := range c.Items {
			if it.Key == key {
				return it.Value, it.Source, it.Version
			}
		}
	}
	return "", "", 0
}
