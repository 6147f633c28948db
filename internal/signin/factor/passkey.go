package factor

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
)

func relyingParty(host, origin string) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "Plumbline", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred,
			UserVerification: protocol.VerificationPreferred}})
}

// algorithms are the signatures that are taken.
func algorithms() []protocol.CredentialParameter {
	var all []protocol.CredentialParameter
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		all = append(all, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	return all
}

// user is an account as WebAuthn sees it.
type user struct {
	account     id.Account
	name, shown string
	creds       []webauthn.Credential
}

func (u user) WebAuthnID() []byte                         { return []byte(u.account) }
func (u user) WebAuthnName() string                       { return u.name }
func (u user) WebAuthnDisplayName() string                { return u.shown }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.creds }

func credential(in Sealed) webauthn.Credential {
	c := webauthn.Credential{ID: in.Credential, PublicKey: in.PublicKey, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(in.Flags)),
		Authenticator: webauthn.Authenticator{SignCount: in.Count}}
	for _, t := range in.Transports {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c
}

func sealedOf(c *webauthn.Credential) Sealed {
	out := Sealed{Credential: c.ID, PublicKey: c.PublicKey, Flags: uint8(c.Flags.ProtocolValue()), Count: c.Authenticator.SignCount}
	for _, t := range c.Transport {
		out.Transports = append(out.Transports, string(t))
	}
	return out
}

// registered verifies what an authenticator made for a challenge.
func registered(rp *webauthn.WebAuthn, u user, challenge string, response []byte) (*webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, errWrong()
	}
	session := webauthn.SessionData{Challenge: challenge, RelyingPartyID: rp.Config.RPID, UserID: u.WebAuthnID(),
		UserVerification: protocol.VerificationPreferred, CredParams: algorithms()}
	c, err := rp.CreateCredential(u, session, parsed)
	if unknownMaker(err) {
		parsed.Response.AttestationObject.Format, parsed.Response.AttestationObject.AttStatement = string(protocol.AttestationFormatNone), nil
		c, err = rp.CreateCredential(u, session, parsed)
	}
	if err != nil {
		return nil, errWrong()
	}
	return c, nil
}

// unknownMaker reports whether nothing is wrong with a statement but that its
// chip is of a maker who is on no list: its signature was right, and nobody asked
// who made it.
func unknownMaker(err error) bool {
	var e *protocol.Error
	return errors.As(err, &e) && e.Type == protocol.ErrAttestationFormat.Type && e.Details == "Invalid TPM manufacturer"
}

// asserted verifies what an authenticator signed for a challenge. Whoever comes
// with nothing else must have proved themselves to it (alone).
func asserted(rp *webauthn.WebAuthn, u user, challenge string, alone bool, response []byte) (*webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return nil, errWrong()
	}
	session := webauthn.SessionData{Challenge: challenge, RelyingPartyID: rp.Config.RPID, UserID: u.WebAuthnID(), UserVerification: protocol.VerificationPreferred}
	if alone {
		session.UserVerification = protocol.VerificationRequired
	}
	c, err := rp.ValidateLogin(u, session, parsed)
	if err != nil || c.Authenticator.CloneWarning {
		return nil, errWrong()
	}
	return c, nil
}

func (s *Service) user(tx *db.Tx, a id.Account) (user, map[string]row, error) {
	acc, err := s.People.Account(tx, personal.SignIn, a)
	if err != nil {
		return user{}, nil, err
	}
	u, by := user{account: a, name: acc.Email, shown: acc.Name}, map[string]row{}
	rows, err := readyOf(tx, a)
	if err != nil {
		return user{}, nil, err
	}
	for _, r := range rows {
		if r.Kind != Passkey {
			continue
		}
		in, err := s.open(r)
		if err != nil {
			return user{}, nil, err
		}
		u.creds = append(u.creds, credential(in))
		by[string(in.Credential)] = r
	}
	return u, by, nil
}

func errNoPasskeys() error {
	return fault.New(fault.Conflict, "no-passkeys-here", "this installation has no name that a passkey could be for")
}

// BeginPasskey begins to make a passkey for the caller: what the browser is to
// be asked, and the token of the step.
func (s *Service) BeginPasskey(ctx context.Context, c org.Caller) (options json.RawMessage, step string, err error) {
	const op = "factor.BeginPasskey"
	if s.rp == nil {
		return nil, "", errNoPasskeys()
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		u, _, err := s.user(tx, c.Account)
		if err != nil {
			return err
		}
		creation, session, err := s.rp.BeginRegistration(u, webauthn.WithCredentialParameters(algorithms()),
			webauthn.WithExclusions(webauthn.Credentials(u.creds).CredentialDescriptors()))
		if err != nil {
			return err
		}
		if options, err = json.Marshal(creation.Response); err != nil {
			return err
		}
		step, err = Begin(tx, Step{Account: c.Account, Kind: StepRegister, Challenge: session.Challenge})
		return err
	})
	return options, step, fault.Wrap(op, err)
}

// FinishPasskey keeps what the browser answered.
func (s *Service) FinishPasskey(ctx context.Context, c org.Caller, f id.Factor, step, name string, response []byte) (codes []string, err error) {
	const op = "factor.FinishPasskey"
	if s.rp == nil {
		return nil, errNoPasskeys()
	}
	if err := fault.InvalidFields(org.Text("name", name, 1, 100)); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		codes = nil
		st, err := Find(tx, step, StepRegister)
		if err != nil {
			return err
		}
		if st.Account != c.Account {
			return errNone()
		}
		u, _, err := s.user(tx, c.Account)
		if err != nil {
			return err
		}
		made, err := registered(s.rp, u, st.Challenge, response)
		if err != nil {
			return fault.InvalidFields([]fault.Field{{Path: "credential", Code: "wrong"}})
		}
		if _, err := End(tx, step); err != nil {
			return err
		}
		if _, taken, err := find(tx, "", f); err != nil || taken {
			if err == nil {
				err = errNone()
			}
			return err
		}
		sealed, err := s.seal(tx.Context(), c.Account, f, sealedOf(made))
		if err != nil {
			return err
		}
		called, err := s.Keys.Seal(tx.Context(), bind(c.Account, f, "name"), []byte(name))
		if err != nil {
			return err
		}
		if err := s.insert(tx, row{Factor: Factor{ID: f, Kind: Passkey}, account: c.Account, sealed: sealed, name: called, ready: true}); err != nil {
			return err
		}
		codes, err = s.added(tx, c, f)
		return err
	})
	return codes, fault.Wrap(op, err)
}

// Ask makes a challenge: for the passkeys of an account whose password was
// right, or, with none, for whichever says who it is.
func (s *Service) Ask(tx *db.Tx, a id.Account) (options json.RawMessage, challenge string, err error) {
	if s.rp == nil {
		return nil, "", errNoPasskeys()
	}
	var asked *protocol.CredentialAssertion
	var session *webauthn.SessionData
	if a == "" {
		asked, session, err = s.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	} else {
		var u user
		if u, _, err = s.user(tx, a); err != nil {
			return nil, "", err
		}
		if len(u.creds) == 0 {
			return nil, "", errNone()
		}
		asked, session, err = s.rp.BeginLogin(u, webauthn.WithUserVerification(protocol.VerificationPreferred))
	}
	if err != nil {
		return nil, "", err
	}
	options, err = json.Marshal(asked.Response)
	return options, session.Challenge, err
}

// AskAgain puts a new challenge into a step.
func AskAgain(tx *db.Tx, token, challenge string) error {
	return setChallenge(tx, sum(token), challenge)
}

// Answered is the account whose passkey answered the challenge of a step.
func (s *Service) Answered(tx *db.Tx, st Step, response []byte) (id.Account, error) {
	if s.rp == nil || st.Challenge == "" {
		return "", errWrong()
	}
	a, alone := st.Account, st.Account == ""
	if alone {
		parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
		if err != nil {
			return "", errWrong()
		}
		if a = id.Account(parsed.Response.UserHandle); !id.Valid(a) {
			return "", errWrong()
		}
	}
	u, by, err := s.user(tx, a)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) {
		return "", errWrong()
	}
	if err != nil {
		return "", err
	}
	c, err := asserted(s.rp, u, st.Challenge, alone, response)
	if err != nil {
		return "", err
	}
	r, ok := by[string(c.ID)]
	if !ok {
		return "", errWrong()
	}
	sealed, err := s.seal(tx.Context(), a, r.ID, sealedOf(c))
	if err != nil {
		return "", err
	}
	return a, used(tx, r.ID, sealed)
}
