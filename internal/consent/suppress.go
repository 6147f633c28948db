package consent

import (
	"context"

	"plumbline/internal/consent/suppression"
	"plumbline/internal/crypt"
	"plumbline/internal/fault"
)

// Reason is why an address is not written to.
type Reason = suppression.Reason

// The reasons.
const (
	Promotion  = suppression.Promotion
	Everything = suppression.Everything
)

// sealing keeps the list's secret under a bucket key.
func sealing(keys Keys) suppression.Sealing {
	owner := crypt.BucketOwner("suppression")
	bind := crypt.Bind{Owner: owner, Table: "suppression_secret", Column: "sealed", Row: "address"}
	return suppression.Sealing{
		Seal: func(ctx context.Context, secret []byte) ([]byte, error) {
			if err := keys.CreateAll(ctx, []crypt.Owner{owner}); err != nil {
				return nil, err
			}
			return keys.Seal(ctx, bind, secret)
		},
		Open: func(sealed []byte) ([]byte, error) { return keys.Open(bind, sealed) },
	}
}

// Ready makes the keys of the list of suppressed addresses and of reports about
// children, once for all nodes.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.Keys.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(childBucket)}); err != nil {
		return fault.Wrap("consent.Ready", err)
	}
	return s.List.Ready(ctx)
}
