package mail

import (
	"context"
	"strings"
)

// MadeUp is the domain of people who were made up: reserved by RFC 2606.
const MadeUp = "proof.invalid"

// Divert keeps letters to a domain here and sends all others. The domain of
// made-up people never reaches a mail server.
type Divert struct {
	Domain string
	Here   Sender
	Else   Sender
}

// Send hands the letter to one of the two.
func (d Divert) Send(ctx context.Context, l Letter) error {
	if strings.HasSuffix(strings.ToLower(l.To), "@"+d.Domain) {
		return d.Here.Send(ctx, l)
	}
	return d.Else.Send(ctx, l)
}

// Drop forgets a letter that was kept here.
func (d Divert) Drop(letter string) error {
	if here, ok := d.Here.(dropper); ok {
		return here.Drop(letter)
	}
	return nil
}
