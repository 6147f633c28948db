// Package news sends what promotes the product to whoever agreed to it, and ends
// it with one click.
//
// A mail goes to accounts that gave consent alone, once for one announcement.
// Its link to end it is a random token, known here by its hash; looking at it
// changes nothing, and it needs no sign-in (RFC 8058).
package news

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
)

// Service is the package. Locale is the language that an account reads.
type Service struct {
	DB       *db.DB
	Consents *consent.Service
	Locale   func(tx *db.Tx, a id.Account) (string, error)
}

// post queues a letter to an account, once: it says whether it was queued now.
func post(tx *db.Tx, a id.Account, n Letter) (bool, error) {
	draft := mail.Draft{To: mail.Recipient{Kind: personal.AccountKind, ID: string(a)}, Purpose: n.Purpose, Template: n.Template,
		Locale: lang.Match(n.Locale), Data: map[string]string{"link": n.Link}}
	asked, err := mail.Asked(tx, draft)
	if err != nil || asked {
		return false, err
	}
	_, err = mail.Enqueue(tx, draft)
	return err == nil, err
}

// Mail tells who agreed to it what is new in the product.
const Mail = "news-product"

// Letter is a mail that goes to all who agreed to its purpose.
type Letter struct {
	Purpose  personal.Purpose
	Template string
	Link     string // where it is told
	Locale   string
}

// newsPage is how many accounts are written to in one transaction.
const newsPage = 500

// Announce queues a mail of a purpose that needs consent to every account that
// gave it. To say the same again, after an interruption, writes to nobody
// twice. It says how many were queued.
func (s *Service) Announce(ctx context.Context, p personal.Purpose, template, link string) (n int, err error) {
	const op = "news.Announce"
	if !p.Optional() {
		return 0, fault.New(fault.Invalid, "no-such-choice", "this purpose is nothing to agree to")
	}
	var after id.Account
	for {
		queued := 0
		var page []id.Account
		err := s.DB.Write(ctx, db.Everyone("news goes to accounts, which belong to no tenant"), func(tx *db.Tx) (err error) {
			queued = 0
			if page, err = consent.Saying(tx, p, consent.Given, after, newsPage); err != nil {
				return err
			}
			for _, a := range page {
				locale, err := s.Locale(tx, a)
				if err != nil {
					return err
				}
				fresh, err := post(tx, a, Letter{p, template, link, locale})
				if err != nil {
					return err
				}
				if fresh {
					queued++
				}
			}
			return nil
		})
		if err != nil {
			return n, fault.Wrap(op, err)
		}
		n += queued
		if len(page) < newsPage {
			return n, nil
		}
		after = page[len(page)-1]
	}
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// NewUnsubscribe makes the token of a mail that promotes. It is called when the
// mail is sent; the token is nowhere but in its result.
func (s *Service) NewUnsubscribe(ctx context.Context, a id.Account, p personal.Purpose) (string, error) {
	const op = "news.NewUnsubscribe"
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fault.Wrap(op, err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	err := s.DB.Write(ctx, db.Everyone("accounts belong to no tenant"), func(tx *db.Tx) error {
		return insertUnsubscribe(tx, hashOf(token), a, p)
	})
	return token, fault.Wrap(op, err)
}

// Unsubscribed is what a token ends, and in which language its mail was; it
// changes nothing.
func (s *Service) Unsubscribed(ctx context.Context, token string) (p personal.Purpose, locale string, err error) {
	const op = "news.Unsubscribed"
	err = s.DB.Read(ctx, db.Everyone("accounts belong to no tenant"), func(tx *db.Tx) error {
		var a id.Account
		if a, p, err = findUnsubscribe(tx, token); err != nil {
			return err
		}
		locale, err = s.agreedIn(tx, personal.OfAccount(a), p)
		return err
	})
	return p, locale, fault.Wrap(op, err)
}

// Unsubscribe withdraws the consent that a mail rests on. Who has the token
// got the mail. Again is harmless.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	const op = "news.Unsubscribe"
	return fault.Wrap(op, s.DB.Write(ctx, db.Everyone("accounts belong to no tenant"), func(tx *db.Tx) error {
		a, p, err := findUnsubscribe(tx, token)
		if err != nil {
			return err
		}
		who := personal.OfAccount(a)
		locale, err := s.agreedIn(tx, who, p)
		if err != nil {
			return err
		}
		_, err = s.Consents.Withdraw(tx, feed.Actor{Person: string(a), Via: "link"}, who, p,
			consent.Shown{Text: lang.T(lang.Match(locale), "mail.unsubscribe"), Locale: locale, Channel: consent.ByMail})
		return err
	}))
}

// agreedIn is the language in which the last word about a purpose was said.
func (s *Service) agreedIn(tx *db.Tx, who personal.Who, p personal.Purpose) (string, error) {
	all, err := consent.Records(tx, who)
	for _, r := range all {
		if r.Purpose == p {
			return r.Locale, err
		}
	}
	return string(lang.Match("")), err
}

func findUnsubscribe(tx *db.Tx, token string) (id.Account, personal.Purpose, error) {
	if len(token) > 100 {
		return "", "", errNoLink()
	}
	a, p, ok, err := unsubscribeOf(tx, hashOf(token))
	if err == nil && !ok {
		err = errNoLink()
	}
	return a, p, err
}

func errNoLink() error {
	return fault.New(fault.NotFound, "link-not-found", "this link leads nowhere")
}
