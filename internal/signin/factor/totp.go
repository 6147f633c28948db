package factor

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
)

const period = 30

// code is the code of a step of time.
func code(secret string, step int64) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// matches finds the step of time, of now and those beside it, whose code was
// given. The latest counts.
func matches(secret, given string, now int64) (step int64, ok bool, err error) {
	given = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, given)
	for at := now/period - 1; at <= now/period+1; at++ {
		want, err := code(secret, at)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(given)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok, nil
}

// Fresh is a secret that is to be put into an app that makes codes.
type Fresh struct {
	ID     id.Factor
	Secret string // base32
	URI    string
	Size   int    // of the QR code, in modules
	Path   string // of its dark modules, for an SVG
}

// BeginCodes makes a secret for the caller. It counts once ConfirmCodes was
// given a code; one that was begun earlier does no more.
func (s *Service) BeginCodes(ctx context.Context, c org.Caller) (Fresh, error) {
	const op = "factor.BeginCodes"
	raw := make([]byte, 20)
	if _, err := rand.Read(raw); err != nil {
		return Fresh{}, fault.Wrap(op, err)
	}
	out := Fresh{ID: id.New[id.Factor](), Secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)}
	sealed, err := s.seal(ctx, c.Account, out.ID, Sealed{Secret: out.Secret})
	if err != nil {
		return Fresh{}, fault.Wrap(op, err)
	}
	var email string
	if err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		acc, err := s.People.Account(tx, personal.Security, c.Account)
		if err != nil {
			return err
		}
		email = acc.Email
		if err := removeUnready(tx, c.Account); err != nil {
			return err
		}
		return s.insert(tx, row{Factor: Factor{ID: out.ID, Kind: TOTP}, account: c.Account, sealed: sealed})
	}); err != nil {
		return Fresh{}, fault.Wrap(op, err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Plumbline " + s.host, AccountName: email, Secret: raw, Period: period})
	if err != nil {
		return Fresh{}, fault.Wrap(op, err)
	}
	out.URI = key.URL()
	out.Size, out.Path, err = drawn(out.URI)
	return out, fault.Wrap(op, err)
}

// drawn is a QR code as the path of an SVG.
func drawn(text string) (size int, path string, err error) {
	picture, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return 0, "", err
	}
	var b strings.Builder
	size = picture.Bounds().Dx()
	for y := range size {
		for x := range size {
			if r, _, _, _ := picture.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return size, b.String(), nil
}

// ConfirmCodes lets a secret count, for who gives a code of it. With the first
// factor come the recovery codes.
func (s *Service) ConfirmCodes(ctx context.Context, c org.Caller, f id.Factor, given, name string) (codes []string, err error) {
	const op = "factor.ConfirmCodes"
	if err := fault.InvalidFields(org.Text("name", name, 1, 100)); err != nil {
		return nil, err
	}
	called, err := s.Keys.Seal(ctx, bind(c.Account, f, "name"), []byte(name))
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		codes = nil
		r, ok, err := find(tx, c.Account, f)
		if err != nil {
			return err
		}
		if !ok || r.Kind != TOTP || r.ready {
			return errNone()
		}
		in, err := s.open(r)
		if err != nil {
			return err
		}
		step, ok, err := matches(in.Secret, given, tx.Now().Unix())
		if err != nil {
			return err
		}
		if !ok {
			return fault.InvalidFields([]fault.Field{{Path: "code", Code: "wrong"}})
		}
		if err := makeReady(tx, f, called, step); err != nil {
			return err
		}
		codes, err = s.added(tx, c, f)
		return err
	})
	return codes, fault.Wrap(op, err)
}

// CheckCode takes a code of the account. Its step, and all before, are spent.
func (s *Service) CheckCode(tx *db.Tx, a id.Account, given string) error {
	rows, err := readyOf(tx, a)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Kind != TOTP {
			continue
		}
		in, err := s.open(r)
		if err != nil {
			return err
		}
		step, ok, err := matches(in.Secret, given, tx.Now().Unix())
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if n, err := spend(tx, r.ID, step); err != nil || n > 0 {
			return err
		}
	}
	return errWrong()
}
