package archive

import "plumbline/internal/personal"

// Statements are those that find somebody's rows, by holding.
func (s *Service) Statements(w personal.Who) map[string]string {
	out := map[string]string{}
	for _, h := range s.holdings {
		if h.Kind == w.Kind {
			text, _ := s.from(h, w)
			out[h.Name()] = "select t.*" + text
		}
	}
	return out
}
