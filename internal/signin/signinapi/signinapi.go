// Package signinapi is signing in over HTTP: sessions, passwords, the account,
// and the answer to an invitation.
//
// The session's token travels in the cookie __Host-plumbline (Secure, HttpOnly,
// SameSite=Lax), the browser's own token, by which its delays are counted, in
// __Host-plumbline-device. Neither is in a response body.
package signinapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
)

// Cookies that this package sets.
const (
	Cookie       = "__Host-plumbline"
	DeviceCookie = "__Host-plumbline-device"
)

// Authenticate tells who a request comes from, for rest.Config: by the header
// Authorization if there is one, and then by nothing else; or by the cookie.
func Authenticate(s *signin.Service) func(*http.Request) (rest.Caller, bool, error) {
	return func(r *http.Request) (rest.Caller, bool, error) {
		if sent := r.Header.Values("Authorization"); len(sent) > 0 {
			kind, secret, _ := strings.Cut(sent[0], " ")
			if len(sent) > 1 || !strings.EqualFold(kind, "Bearer") {
				return rest.Caller{}, false, nil
			}
			who, ok, err := s.Tokens.Authenticate(r.Context(), strings.TrimSpace(secret))
			return rest.Caller(who), ok, err
		}
		sent := r.CookiesNamed(Cookie)
		if len(sent) == 0 {
			return rest.Caller{}, false, nil
		}
		who, ok, err := s.Authenticate(r.Context(), sent[0].Value)
		return rest.Caller(who), ok, err
	}
}

// Browser is what a request says of where it comes from.
type Browser struct {
	Cookies string `header:"Cookie" hidden:"true"`
	Agent   string `header:"User-Agent" hidden:"true"`
}

func (b Browser) from(ctx context.Context) signin.From {
	return signin.From{Address: rest.AddressOf(ctx), Agent: b.Agent, Session: b.cookie(Cookie), Device: b.cookie(DeviceCookie)}
}

func (b Browser) cookie(name string) string {
	all, err := http.ParseCookie(b.Cookies)
	if err != nil {
		return ""
	}
	for _, c := range all {
		if c.Name == name && len(c.Value) <= 100 {
			return c.Value
		}
	}
	return ""
}

func cookie(name, value string, expires time.Time) http.Cookie {
	age := 0
	if value == "" {
		age, expires = -1, time.Time{}
	}
	return http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: age, Expires: expires}
}

// cookies of a session just made.
func cookies(s signin.Session) []http.Cookie {
	return []http.Cookie{cookie(Cookie, s.Token, s.Expires), cookie(DeviceCookie, s.Device, s.Expires.AddDate(1, 0, 0))}
}

type account struct {
	ID       id.Account `json:"id"`
	Name     string     `json:"name"`
	Email    string     `json:"email"`
	Locale   string     `json:"locale"`
	TimeZone string     `json:"time_zone"`
}

type organisation struct {
	ID     id.Org    `json:"id"`
	Name   string    `json:"name"`
	Role   string    `json:"role" enum:"owner,manager,member"`
	Person id.Person `json:"person_id"`
}

type session struct {
	Account       account        `json:"account"`
	Organisations []organisation `json:"organisations"`
}

type sessionOut struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    session
}

// signedIn is a session, or that a second proof is asked for.
type signedIn struct {
	Account       *account       `json:"account,omitempty"`
	Organisations []organisation `json:"organisations,omitempty"`
	Step          string         `json:"step,omitempty" doc:"for sign-in-second, within ten minutes"`
	Linked        bool           `json:"linked,omitempty" doc:"a provider is linked to the account now; nobody was signed in"`
	Second        []string       `json:"second,omitempty" doc:"what the account can prove itself with besides: totp, passkey, recovery; with status 202"`
}

type signInOut struct {
	Status  int
	Cookies []http.Cookie `header:"Set-Cookie"`
	Body    signedIn
}

type handler struct{ in *signin.Service }

func caller(ctx context.Context) (org.Caller, error) {
	c, err := rest.MustCaller(ctx)
	return org.Caller(c), err
}

func (h handler) session(ctx context.Context, a org.Caller) (session, error) {
	me, err := h.in.Me(ctx, a)
	if err != nil {
		return session{}, err
	}
	out := session{Account: account{ID: me.ID, Name: me.Name, Email: me.Email, Locale: me.Locale, TimeZone: me.TimeZone}}
	for _, m := range me.Memberships {
		out.Organisations = append(out.Organisations, organisation{ID: m.Org.ID, Name: m.Org.Name, Role: m.Role.String(), Person: m.Person})
	}
	return out, nil
}

// made answers with a session just made.
func (h handler) made(ctx context.Context, s signin.Session) (*sessionOut, error) {
	body, err := h.session(ctx, org.Caller{Account: s.Account, Session: s.ID, Via: "session"})
	return &sessionOut{Cookies: cookies(s), Body: body}, err
}

// nowOut is a session, or none.
type nowOut struct {
	Body struct {
		Session *session `json:"session" doc:"null: nobody is signed in"`
	}
}

type signInIn struct {
	Browser
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type cleared struct {
	Cookies []http.Cookie `header:"Set-Cookie"`
}

type listed struct {
	ID      id.Session `json:"id"`
	Created time.Time  `json:"created_at"`
	Seen    time.Time  `json:"last_seen_at"`
	Agent   string     `json:"agent"`
	Current bool       `json:"current"`
}

type sessionsOut struct {
	Body struct {
		Items []listed `json:"items"`
	}
}

type revokeIn struct {
	Session id.Session `path:"session"`
}

type accountIn struct {
	Body struct {
		Name     rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Locale   rest.Opt[string] `json:"locale,omitempty" maxLength:"20"`
		TimeZone rest.Opt[string] `json:"time_zone,omitempty" maxLength:"60"`
	}
}

type accountOut struct{ Body account }

func given[T any](o rest.Opt[T]) *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

// Register adds the operations to a.
func Register(a *rest.API, s *signin.Service) {
	h := handler{s}
	const tag = "Session"
	rest.Handle(a, rest.Op{ID: "sign-in", Method: http.MethodPost, Path: "/session", Tag: tag, Summary: "Sign in",
		Description: "Makes a session in a cookie; where the account has a second factor, answers 202, and sign-in-second goes on. bad-credentials and try-later are all that is told, whether or not the address has an account.",
		Who:         rest.Maybe, Rate: rest.Credentials, MaxBody: 4 << 10, Secret: true},
		func(ctx context.Context, in *signInIn) (*signInOut, error) {
			made, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, in.from(ctx))
			if err != nil {
				return nil, err
			}
			if made.Step != "" {
				return &signInOut{Status: http.StatusAccepted, Body: signedIn{Step: made.Step, Second: made.Second}}, nil
			}
			x, err := h.made(ctx, made)
			if err != nil {
				return nil, err
			}
			return &signInOut{http.StatusOK, x.Cookies, signedIn{Account: &x.Body.Account, Organisations: x.Body.Organisations}}, nil
		})
	rest.Handle(a, rest.Op{ID: "session", Method: http.MethodGet, Path: "/session", Tag: tag, Summary: "Who is signed in",
		Description: "The account and the organisations that it is a member of.", Who: rest.SignedIn, Rate: rest.Reads, Tokens: true},
		func(ctx context.Context, _ *struct{}) (*sessionOut, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			body, err := h.session(ctx, c)
			return &sessionOut{Body: body}, err
		})
	rest.Handle(a, rest.Op{ID: "session-now", Method: http.MethodGet, Path: "/session/now", Tag: tag, Summary: "Whether somebody is signed in",
		Description: "What session answers; null where nobody is signed in, which here is no error: a page asks it when it opens.", Who: rest.Maybe, Rate: rest.Reads},
		func(ctx context.Context, _ *struct{}) (*nowOut, error) {
			out := new(nowOut)
			c, ok := rest.CallerOf(ctx)
			if !ok {
				return out, nil
			}
			body, err := h.session(ctx, org.Caller(c))
			out.Body.Session = &body
			return out, err
		})
	rest.Handle(a, rest.Op{ID: "sign-out", Method: http.MethodDelete, Path: "/session", Tag: tag, Summary: "Sign out",
		Description: "Ends this session.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody},
		func(ctx context.Context, _ *struct{}) (*cleared, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			return &cleared{[]http.Cookie{cookie(Cookie, "", time.Time{})}}, s.Revoke(ctx, c, c.Session)
		})
	rest.Handle(a, rest.Op{ID: "sessions", Method: http.MethodGet, Path: "/sessions", Tag: tag, Summary: "The account's sessions",
		Description: "Where the account is signed in, the last used first.", Who: rest.SignedIn, Rate: rest.Reads},
		func(ctx context.Context, _ *struct{}) (*sessionsOut, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			all, err := s.Sessions(ctx, c)
			out := &sessionsOut{}
			for _, x := range all {
				out.Body.Items = append(out.Body.Items, listed{x.ID, x.Created, x.Seen, x.Agent, x.Current})
			}
			return out, err
		})
	rest.Handle(a, rest.Op{ID: "session-revoke", Method: http.MethodDelete, Path: "/sessions/{session}", Tag: tag, Summary: "End a session",
		Description: "Ends one of the account's sessions.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody},
		func(ctx context.Context, in *revokeIn) (*struct{}, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.Revoke(ctx, c, in.Session)
		})
	rest.Handle(a, rest.Op{ID: "sessions-revoke-others", Method: http.MethodDelete, Path: "/sessions", Tag: tag, Summary: "End all other sessions",
		Description: "Ends all of the account's sessions but this one.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.RevokeOthers(ctx, c)
		})
	rest.Handle(a, rest.Op{ID: "account-change", Method: http.MethodPatch, Path: "/account", Tag: tag, Summary: "Change the account",
		Description: "Name, language and time zone of the account.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: 4 << 10},
		func(ctx context.Context, in *accountIn) (*accountOut, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			p := signin.AccountPatch{Name: given(in.Body.Name), Locale: given(in.Body.Locale), TimeZone: given(in.Body.TimeZone)}
			x, err := s.ChangeAccount(ctx, c, p)
			return &accountOut{account{ID: x.ID, Name: x.Name, Email: x.Email, Locale: x.Locale, TimeZone: x.TimeZone}}, err
		})
	h.passwords(a)
	h.invitations(a)
}

type resetIn struct {
	Body struct {
		Email  string `json:"email" maxLength:"254"`
		Locale string `json:"locale,omitempty" maxLength:"20"`
	}
}

type confirmIn struct {
	Body struct {
		Token    string `json:"token" maxLength:"100"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type passwordIn struct {
	Body struct {
		Current  string `json:"current" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (h handler) passwords(a *rest.API) {
	const tag = "Session"
	rest.Handle(a, rest.Op{ID: "password-reset", Method: http.MethodPost, Path: "/password-reset", Tag: tag, Summary: "Forgotten password",
		Description: "Mails a link if the address has an account. The answer is the same if not.",
		Who:         rest.Anyone, Rate: rest.Credentials, MaxBody: 4 << 10, Status: http.StatusAccepted},
		func(ctx context.Context, in *resetIn) (*struct{}, error) {
			h.in.RequestReset(ctx, in.Body.Email)
			return nil, nil
		})
	rest.Handle(a, rest.Op{ID: "password-reset-confirm", Method: http.MethodPost, Path: "/password-reset/confirm", Tag: tag, Summary: "Choose a new password",
		Description: "With the token of a mailed link, once. All sessions of the account end.",
		Who:         rest.Anyone, Rate: rest.Credentials, MaxBody: 4 << 10},
		func(ctx context.Context, in *confirmIn) (*struct{}, error) {
			return nil, h.in.ConfirmReset(ctx, in.Body.Token, in.Body.Password)
		})
	rest.Handle(a, rest.Op{ID: "password-change", Method: http.MethodPost, Path: "/password", Tag: tag, Summary: "Change the password",
		Description: "The present password is needed. All other sessions end.", Who: rest.SignedIn, Rate: rest.Credentials, MaxBody: 4 << 10},
		func(ctx context.Context, in *passwordIn) (*struct{}, error) {
			c, err := caller(ctx)
			if err != nil {
				return nil, err
			}
			return nil, h.in.ChangePassword(ctx, c, in.Body.Current, in.Body.Password)
		})
}

type linkIn struct {
	Token string `path:"token" maxLength:"100"`
}

type notice struct {
	Organisation string    `json:"organisation"`
	Inviter      string    `json:"inviter"`
	Source       string    `json:"source" enum:"self,colleague,customer,supplier"`
	Purpose      string    `json:"purpose" enum:"organisation,project" doc:"what the address is used for: to take part in the organisation, or in one project of it"`
	EraseAfter   time.Time `json:"erase_after"`
	HasAccount   bool      `json:"has_account"`
	Locale       string    `json:"locale"`
}

type noticeOut struct{ Body notice }

type acceptIn struct {
	Browser
	Token string `path:"token" maxLength:"100"`
	Body  struct {
		Name     string `json:"name,omitempty" maxLength:"200"`
		Password string `json:"password,omitempty" maxLength:"1024"`
		Locale   string `json:"locale,omitempty" maxLength:"20"`
	}
}

func (h handler) invitations(a *rest.API) {
	const tag = "Invitation"
	rest.Handle(a, rest.Op{ID: "invitation", Method: http.MethodGet, Path: "/invitations/{token}", Tag: tag, Summary: "The notice of an invitation",
		Description: "Who asks, what for, where the address came from and when it is erased. The token is the proof.",
		Who:         rest.Anyone, Rate: rest.Credentials, Secret: true},
		func(ctx context.Context, in *linkIn) (*noticeOut, error) {
			n, has, err := h.in.Notice(ctx, in.Token)
			if err != nil {
				return nil, err
			}
			purpose := "organisation"
			if n.Project != "" {
				purpose = "project"
			}
			return &noticeOut{notice{Organisation: n.Organisation, Inviter: n.InviterName, Source: string(n.Source), Purpose: purpose,
				EraseAfter: n.Expires, HasAccount: has, Locale: lang.Match(n.Locale).Language()}}, nil
		})
	rest.Handle(a, rest.Op{ID: "invitation-accept", Method: http.MethodPost, Path: "/invitations/{token}/accept", Tag: tag, Summary: "Accept an invitation",
		Description: "Makes the account, or proves the one there is: by the session, or by its password. Signs in.",
		Who:         rest.Maybe, Rate: rest.Credentials, MaxBody: 4 << 10, Secret: true},
		func(ctx context.Context, in *acceptIn) (*sessionOut, error) {
			var who *org.Caller
			if c, ok := rest.CallerOf(ctx); ok {
				x := org.Caller(c)
				who = &x
			}
			made, err := h.in.Accept(ctx, in.Token, signin.Acceptance{Name: in.Body.Name, Locale: in.Body.Locale, Password: in.Body.Password}, who, in.from(ctx))
			if err != nil {
				return nil, err
			}
			return h.made(ctx, made)
		})
	rest.Handle(a, rest.Op{ID: "invitation-decline", Method: http.MethodPost, Path: "/invitations/{token}/decline", Tag: tag, Summary: "Decline an invitation",
		Description: "The invited address is erased.", Who: rest.Anyone, Rate: rest.Credentials, MaxBody: rest.NoBody},
		func(ctx context.Context, in *linkIn) (*struct{}, error) {
			return nil, h.in.Orgs.Decline(ctx, in.Token)
		})
}
