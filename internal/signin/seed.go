package signin

import "context"

// Hash is the stored form of a password, unchecked: for whoever makes several
// accounts with one, such as a demo.
func (s *Service) Hash(ctx context.Context, pass string) (string, error) {
	return s.hash.hash(ctx, pass)
}
