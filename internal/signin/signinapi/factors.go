package signinapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
)

type factorView struct {
	ID      id.Factor  `json:"id"`
	Kind    string     `json:"kind" enum:"totp,passkey"`
	Name    string     `json:"name"`
	Created time.Time  `json:"created_at"`
	Used    *time.Time `json:"used_at,omitempty"`
}

type factorsOut struct {
	Body struct {
		Items    []factorView `json:"items"`
		Codes    int64        `json:"recovery_codes" doc:"how many are left"`
		Passkeys bool         `json:"passkeys" doc:"whether passkeys can be had here"`
	}
}

type freshOut struct {
	Body struct {
		ID     id.Factor `json:"id"`
		Secret string    `json:"secret" doc:"base32, for an app that makes codes"`
		URI    string    `json:"uri"`
		Size   int       `json:"size" doc:"of the QR code, in modules"`
		Path   string    `json:"path" doc:"of its dark modules, as the path of an SVG"`
	}
}

type readyIn struct {
	Factor id.Factor `path:"factor"`
	Body   struct {
		Code string `json:"code" maxLength:"20"`
		Name string `json:"name" minLength:"1" maxLength:"100"`
	}
}

type codesOut struct {
	Body struct {
		Codes []string `json:"recovery_codes" doc:"told now, and never again; none if there are some already"`
	}
}

type passkeyOut struct {
	Body struct {
		Step    string          `json:"step"`
		Options json.RawMessage `json:"options" doc:"for PublicKeyCredential.parseCreationOptionsFromJSON"`
	}
}

type passkeyIn struct {
	Factor id.Factor `path:"factor"`
	Body   struct {
		Step       string          `json:"step" maxLength:"100"`
		Name       string          `json:"name" minLength:"1" maxLength:"100"`
		Credential json.RawMessage `json:"credential" doc:"what the browser answered, as JSON"`
	}
}

type atFactor struct {
	Factor id.Factor `path:"factor"`
}

type askedOut struct {
	Body struct {
		Step    string          `json:"step" doc:"goes on with the answer"`
		Options json.RawMessage `json:"options" doc:"for PublicKeyCredential.parseRequestOptionsFromJSON"`
	}
}

type secondIn struct {
	Browser
	Body struct {
		Step       string          `json:"step" maxLength:"100" doc:"of the answer to sign-in"`
		Code       string          `json:"code,omitempty" maxLength:"20" doc:"of an app that makes codes"`
		Recovery   string          `json:"recovery_code,omitempty" maxLength:"40"`
		Credential json.RawMessage `json:"credential,omitempty" doc:"what a passkey answered"`
	}
}

type againIn struct {
	Body confirmation
}

type confirmation struct {
	Step       string          `json:"step,omitempty" maxLength:"100" doc:"of me-confirm-ask"`
	Code       string          `json:"code,omitempty" maxLength:"20" doc:"of an app that makes codes"`
	Recovery   string          `json:"recovery_code,omitempty" maxLength:"40"`
	Credential json.RawMessage `json:"credential,omitempty" doc:"what a passkey answered"`
}

// second is the one proof that was given.
func (b confirmation) second() (signin.Second, error) {
	given := 0
	for _, has := range []bool{b.Code != "", b.Recovery != "", len(b.Credential) > 0} {
		if has {
			given++
		}
	}
	if given != 1 {
		return signin.Second{}, fault.InvalidFields([]fault.Field{{Path: "code", Code: "required"}})
	}
	return signin.Second{Code: b.Code, Recovery: b.Recovery, Passkey: b.Credential}, nil
}

type stepIn struct {
	Body struct {
		Step string `json:"step" maxLength:"100"`
	}
}

type answerIn struct {
	Browser
	Body struct {
		Step       string          `json:"step" maxLength:"100"`
		Credential json.RawMessage `json:"credential" doc:"what the passkey answered"`
	}
}

// RegisterFactors adds the operations of the second proof.
func RegisterFactors(a *rest.API, s *signin.Service) {
	h := handler{s}
	const tag = "Session"
	op := func(opID, method, path, summary, description string) rest.Op {
		o := rest.Op{ID: opID, Method: method, Path: path, Tag: tag, Summary: summary, Description: description, Who: rest.SignedIn, Rate: rest.Credentials, Secret: true}
		if method != http.MethodGet && method != http.MethodDelete {
			o.MaxBody = 32 << 10
		}
		return o
	}
	const again = " Needs me-confirm (confirm-first)."
	list := op("factor-list", http.MethodGet, "/account/factors", "The account's second factors", "What they are called; what proves them is told to nobody.")
	list.Rate = rest.Reads
	rest.Handle(a, list, h.factors)
	begin := op("totp-begin", http.MethodPost, "/account/factors/codes", "Begin to use codes", "A new secret, and its QR code. It counts once totp-confirm was given a code."+again)
	begin.MaxBody = rest.NoBody
	rest.Handle(a, begin, h.beginCodes)
	rest.Handle(a, op("totp-confirm", http.MethodPost, "/account/factors/codes/{factor}", "Use codes from now on", "With a code that shows that the secret works. The first factor brings recovery codes."), h.confirmCodes)
	ask := op("passkey-begin", http.MethodPost, "/account/factors/passkeys", "Begin to make a passkey", "What the browser is to be asked, within ten minutes."+again)
	ask.MaxBody = rest.NoBody
	rest.Handle(a, ask, h.beginPasskey)
	rest.Handle(a, op("passkey-finish", http.MethodPost, "/account/factors/passkeys/{factor}", "Keep a passkey", "What the browser answered. The first factor brings recovery codes."), h.finishPasskey)
	rest.Handle(a, op("factor-remove", http.MethodDelete, "/account/factors/{factor}", "Take a second factor away", "The last one stays while the password is shorter than 15 characters (longer-password-first)."+again), h.removeFactor)
	renew := op("recovery-codes", http.MethodPost, "/account/recovery-codes", "New recovery codes", "In place of those there were."+again)
	renew.MaxBody = rest.NoBody
	rest.Handle(a, renew, h.newCodes)

	second := op("sign-in-second", http.MethodPost, "/session/second", "Give the second proof", "After sign-in answered 202. second-wrong, try-later or step-lapsed are all that is told.")
	second.Who = rest.Maybe
	rest.Handle(a, second, h.second)
	rest.Handle(a, op("me-confirm-second", http.MethodPost, "/me/confirm/second", "Prove again who is asking, with a second factor", "As me-confirm does with the password: a code, a recovery code, or what a passkey answered to me-confirm-ask."), h.confirmSecond)
	askConfirm := op("me-confirm-ask", http.MethodPost, "/me/confirm/passkey", "Ask for a passkey to prove again who is asking", "What the browser is to be asked.")
	askConfirm.MaxBody = rest.NoBody
	rest.Handle(a, askConfirm, h.askConfirm)
	askSecond := op("sign-in-second-ask", http.MethodPost, "/session/second/passkey", "Ask for a passkey as the second proof", "What the browser is to be asked.")
	askSecond.Who = rest.Maybe
	rest.Handle(a, askSecond, h.askSecond)
	askPasskey := op("sign-in-passkey-ask", http.MethodPost, "/session/passkey", "Begin to sign in with a passkey", "What the browser is to be asked; whose passkey answers is not known yet.")
	askPasskey.Who, askPasskey.MaxBody = rest.Maybe, rest.NoBody
	rest.Handle(a, askPasskey, h.askPasskey)
	answer := op("sign-in-passkey", http.MethodPost, "/session/passkey/answer", "Sign in with a passkey", "Which is both proofs: the passkey's holder has proved themselves to it.")
	answer.Who = rest.Maybe
	rest.Handle(a, answer, h.answerPasskey)
}

// again is the caller, who has just proved who they are.
func (h handler) again(ctx context.Context) (org.Caller, error) {
	c, err := caller(ctx)
	if err != nil {
		return c, err
	}
	return c, h.in.Confirmed(ctx, c)
}

func (h handler) factors(ctx context.Context, _ *struct{}) (*factorsOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	set, err := h.in.Factors.List(ctx, c)
	if err != nil {
		return nil, err
	}
	out := &factorsOut{}
	out.Body.Codes, out.Body.Passkeys = set.Codes, h.in.Factors.Passkeys()
	for _, f := range set.Factors {
		v := factorView{ID: f.ID, Kind: f.Kind, Name: f.Name, Created: f.Created}
		if !f.Used.IsZero() {
			v.Used = &f.Used
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

func (h handler) beginCodes(ctx context.Context, _ *struct{}) (*freshOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	f, err := h.in.Factors.BeginCodes(ctx, c)
	out := &freshOut{}
	out.Body.ID, out.Body.Secret, out.Body.URI, out.Body.Size, out.Body.Path = f.ID, f.Secret, f.URI, f.Size, f.Path
	return out, err
}

// added answers with the recovery codes that a first factor brings: the session
// has now given both proofs.
func (h handler) added(ctx context.Context, c org.Caller, codes []string, err error) (*codesOut, error) {
	if err != nil {
		return nil, err
	}
	out := &codesOut{}
	out.Body.Codes = codes
	return out, h.in.Proved(ctx, c)
}

func (h handler) confirmCodes(ctx context.Context, in *readyIn) (*codesOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	codes, err := h.in.Factors.ConfirmCodes(ctx, c, in.Factor, in.Body.Code, in.Body.Name)
	return h.added(ctx, c, codes, err)
}

func (h handler) beginPasskey(ctx context.Context, _ *struct{}) (*passkeyOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	options, step, err := h.in.Factors.BeginPasskey(ctx, c)
	out := &passkeyOut{}
	out.Body.Options, out.Body.Step = options, step
	return out, err
}

func (h handler) finishPasskey(ctx context.Context, in *passkeyIn) (*codesOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	codes, err := h.in.Factors.FinishPasskey(ctx, c, in.Factor, in.Body.Step, in.Body.Name, in.Body.Credential)
	return h.added(ctx, c, codes, err)
}

func (h handler) removeFactor(ctx context.Context, in *atFactor) (*struct{}, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	return nil, h.in.Factors.Remove(ctx, c, in.Factor)
}

func (h handler) newCodes(ctx context.Context, _ *struct{}) (*codesOut, error) {
	c, err := h.again(ctx)
	if err != nil {
		return nil, err
	}
	codes, err := h.in.Factors.NewCodes(ctx, c)
	out := &codesOut{}
	out.Body.Codes = codes
	return out, err
}

// done answers with a session that was proved twice.
func (h handler) done(ctx context.Context, made signin.Session, err error) (*sessionOut, error) {
	if err != nil {
		return nil, err
	}
	return h.made(ctx, made)
}

func (h handler) second(ctx context.Context, in *secondIn) (*sessionOut, error) {
	by, err := confirmation(in.Body).second()
	if err != nil {
		return nil, err
	}
	made, err := h.in.SignInSecond(ctx, in.Body.Step, by, in.from(ctx))
	return h.done(ctx, made, err)
}

func (h handler) confirmSecond(ctx context.Context, in *againIn) (*struct{}, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	by, err := in.Body.second()
	if err != nil {
		return nil, err
	}
	return nil, h.in.ConfirmSecond(ctx, c, in.Body.Step, by)
}

func (h handler) askConfirm(ctx context.Context, _ *struct{}) (*askedOut, error) {
	c, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	options, step, err := h.in.AskConfirm(ctx, c)
	out := &askedOut{}
	out.Body.Step, out.Body.Options = step, options
	return out, err
}

func (h handler) askSecond(ctx context.Context, in *stepIn) (*askedOut, error) {
	options, err := h.in.AskSecond(ctx, in.Body.Step)
	out := &askedOut{}
	out.Body.Step, out.Body.Options = in.Body.Step, options
	return out, err
}

func (h handler) askPasskey(ctx context.Context, _ *struct{}) (*askedOut, error) {
	options, step, err := h.in.AskPasskey(ctx)
	if err != nil {
		return nil, err
	}
	out := &askedOut{}
	out.Body.Step, out.Body.Options = step, options
	return out, nil
}

func (h handler) answerPasskey(ctx context.Context, in *answerIn) (*sessionOut, error) {
	made, err := h.in.SignInPasskey(ctx, in.Body.Step, in.Body.Credential, in.from(ctx))
	return h.done(ctx, made, err)
}
