package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/pquerna/otp/totp"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/request"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
	"plumbline/internal/staff"
)

// Offices are what staff and privacy offices are looked at with.
type Offices struct {
	Staff    *staff.Service
	Requests *request.Service
}

// probesDesk are those of support, and of what people ask about their data.
func (w World) probesDesk() []promise.Probe {
	return []promise.Probe{
		look("USE-3", "support sees under a grant, and is seen", w.supportSeen),
		look("AUTHZ-1", "staff see nothing without a grant", w.supportRefused),
		look("SEC-8", "staff cannot act without a second factor", w.secondFirst),
		look("AUTHZ-3", "the handling rules come before a role counts", w.rulesFirst),
		look("REQ-1", "a request from outside: told nothing, proven by mail, answered at once", w.askedFromOutside),
		look("REQ-1", "a letter: nothing for who is not known, and an alarm when it is late", w.letterLate),
		look("REC-1", "what the office corrects, and who acknowledges it", w.corrected),
	}
}

// hired is someone of the operator's staff; fire takes the role again.
func (w World) hired(ctx context.Context, rules bool) (s *Someone, fire func() error, err error) {
	if s, err = w.Person(ctx, policy.None); err != nil {
		return nil, nil, err
	}
	if err := w.second(ctx, s); err != nil {
		return nil, nil, err
	}
	return w.employed(ctx, s, rules)
}

// second turns codes by time on for someone, and gives one.
func (w World) second(ctx context.Context, s *Someone) error {
	a, err := w.Must(ctx, http.StatusOK, s, http.MethodPost, "/api/v1/account/factors/codes", nil)
	if err != nil {
		return err
	}
	var fresh struct {
		ID     string `json:"id"`
		Secret string `json:"secret"`
	}
	if err := a.JSON(&fresh); err != nil {
		return err
	}
	code, err := totp.GenerateCode(fresh.Secret, w.Clock.Now())
	if err != nil {
		return err
	}
	_, err = w.Must(ctx, http.StatusOK, s, http.MethodPost, "/api/v1/account/factors/codes/"+fresh.ID, map[string]string{"code": code, "name": "Proof"})
	return err
}

func (w World) employed(ctx context.Context, s *Someone, rules bool) (_ *Someone, fire func() error, err error) {
	if err := w.Staff.Add(ctx, s.Email, staff.Support); err != nil {
		return nil, nil, err
	}
	fire = func() error { return w.Staff.Remove(context.WithoutCancel(ctx), s.Email) }
	if rules {
		_, err = w.Must(ctx, http.StatusNoContent, s, http.MethodPost, "/api/v1/operator/me/rules", map[string]string{"rules_version": staff.Rules})
	}
	if err != nil {
		return nil, nil, errors.Join(err, fire())
	}
	return s, fire, nil
}

func (w World) supportPath() string { return "/api/v1/support/" + string(w.Site.Org) + "/people" }

// granted opens a grant for someone; the answer tells how that went.
func (w World) granted(ctx context.Context, s *Someone) (Answer, error) {
	return w.Do(ctx, w.Owner(), http.MethodPut, "/api/v1/organisations/"+string(w.Site.Org)+"/support-grants/"+string(id.New[id.Grant]()),
		map[string]any{"staff_email": s.Email, "reason": "The probe of a promise", "hours": 1})
}

func (w World) supportSeen(ctx context.Context) (said string, err error) {
	p, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	s, fire, err := w.hired(ctx, true)
	if err != nil {
		return "", err
	}
	fired := false
	defer func() {
		if !fired {
			err = errors.Join(err, fire())
		}
	}()
	a, err := w.granted(ctx, s)
	if err == nil {
		err = a.Is(http.StatusCreated)
	}
	if err != nil {
		return "", fmt.Errorf("a grant: %w", err)
	}
	if a, err = w.Must(ctx, http.StatusOK, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", err
	}
	if !a.Has(p.Name) {
		return "", errors.New("support under a grant does not see who it is about")
	}
	h, err := w.Held(ctx, p)
	if err != nil {
		return "", err
	}
	seen := 0
	for _, c := range h.Controllers {
		for _, d := range c.Disclosures {
			if d.Recipient.Kind == string(disclosure.Staff) && len(d.Fields) > 0 {
				seen++
			}
		}
	}
	if seen == 0 {
		return "", errors.New("the person does not see that staff looked")
	}
	fired = true
	if err := fire(); err != nil {
		return "", err
	}
	if _, err := w.Must(ctx, http.StatusNotFound, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", fmt.Errorf("after the role was taken: %w", err)
	}
	return "a grant of one hour let one of the staff read; the person sees it on their page; without the role nothing is shown", nil
}

func (w World) supportRefused(ctx context.Context) (said string, err error) {
	s, fire, err := w.hired(ctx, true)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, fire()) }()
	if _, err := w.Must(ctx, http.StatusNotFound, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", fmt.Errorf("without a grant: %w", err)
	}
	return "one of the staff without a grant is told that there is nothing", nil
}

func (w World) secondFirst(ctx context.Context) (said string, err error) {
	s, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	s, fire, err := w.employed(ctx, s, true)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, fire()) }()
	a, err := w.granted(ctx, s)
	if err == nil {
		err = a.Is(http.StatusCreated)
	}
	if err != nil {
		return "", fmt.Errorf("a grant: %w", err)
	}
	if _, err := w.Must(ctx, http.StatusForbidden, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", fmt.Errorf("with a password alone: %w", err)
	}
	if err := w.second(ctx, s); err != nil {
		return "", fmt.Errorf("a second factor: %w", err)
	}
	if _, err := w.Must(ctx, http.StatusOK, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", fmt.Errorf("with a second factor: %w", err)
	}
	if err := w.SignIn(ctx, s); err == nil {
		return "", errors.New("a password alone signs in to an account with a second factor")
	}
	return "one of the staff with a grant is refused by password alone, and let in once a code was given; from then on a password alone signs nobody in", nil
}

func (w World) rulesFirst(ctx context.Context) (said string, err error) {
	s, fire, err := w.hired(ctx, false)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, fire()) }()
	if _, err := w.Must(ctx, http.StatusForbidden, s, http.MethodGet, w.supportPath(), nil); err != nil {
		return "", fmt.Errorf("before the rules were acknowledged: %w", err)
	}
	a, err := w.granted(ctx, s)
	if err == nil {
		err = a.Is(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return "", fmt.Errorf("a grant for who does not know the rules: %w", err)
	}
	return "who has not acknowledged the handling rules is refused, and cannot be given a grant", nil
}

var requestLink = regexp.MustCompile(`/request/([A-Za-z0-9_-]{20,})`) //nolint:gochecknoglobals // a constant in all but name

// mailedRequest waits for the link of a request's mail.
func (w World) mailedRequest(ctx context.Context, s *Someone) (secret string, err error) {
	err = w.Wait(ctx, "the mail of a request", func() (bool, error) {
		for _, m := range w.MailsTo(s) {
			if found := requestLink.FindStringSubmatch(m.Text); found != nil {
				secret = found[1]
			}
		}
		return secret != "", nil
	})
	return secret, err
}

// asked is a request as who asked sees it.
type asked struct {
	State string `json:"state"`
	Cases []struct {
		ID         string `json:"id"`
		State      string `json:"state"`
		Due        string `json:"due"`
		Archive    bool   `json:"archive"`
		Controller struct {
			Kind string `json:"kind"`
		} `json:"controller"`
	} `json:"cases"`
}

func (w World) asked(ctx context.Context, secret string, body any) (out asked, err error) {
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	a, err := w.Must(ctx, http.StatusOK, nil, method, "/api/v1/requests/"+secret, body)
	if err != nil {
		return out, err
	}
	return out, a.JSON(&out)
}

func (w World) askedFromOutside(ctx context.Context) (string, error) {
	p, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	var said [][]byte
	for _, email := range []string{p.Email, "canary" + word() + "@" + probes.Domain} {
		a, err := w.Must(ctx, http.StatusAccepted, nil, http.MethodPost, "/api/v1/requests", map[string]any{"email": email, "locale": "en", "rights": []string{"A15"}})
		if err != nil {
			return "", err
		}
		said = append(said, a.Body)
	}
	if !bytes.Equal(said[0], said[1]) {
		return "", errors.New("the answer tells whether somebody is known")
	}
	secret, err := w.mailedRequest(ctx, p)
	if err != nil {
		return "", err
	}
	r, err := w.asked(ctx, secret, nil)
	if err != nil {
		return "", err
	}
	if r.State != "unconfirmed" || len(r.Cases) != 0 {
		return "", errors.New("looking at the link opened the request")
	}
	if r, err = w.asked(ctx, secret, map[string]string{"kind": "confirm"}); err != nil {
		return "", err
	}
	kinds := map[string]int{}
	for _, c := range r.Cases {
		kinds[c.Controller.Kind]++
		if c.Due == "" {
			return "", errors.New("a case without a last day")
		}
	}
	if kinds["operator"] != 1 || kinds["organisation"] != 1 {
		return "", fmt.Errorf("%d cases for the operator and %d for organisations instead of one each", kinds["operator"], kinds["organisation"])
	}
	if err := w.Wait(ctx, "the answer", func() (bool, error) {
		r, err = w.asked(ctx, secret, nil)
		for _, c := range r.Cases {
			if !c.Archive {
				return false, err
			}
		}
		return true, err
	}); err != nil {
		return "", err
	}
	for _, c := range r.Cases {
		a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/api/v1/requests/"+secret+"/archive?case="+c.ID, nil)
		if err != nil {
			return "", err
		}
		if a.Header.Get("Content-Type") != "application/zip" || len(a.Body) < 200 {
			return "", errors.New("there is no archive")
		}
	}
	return "the same answer for a known and an unknown address; the link alone opened nothing; confirmed, one case for the operator and one for the organisation, both answered with an archive at once", nil
}

// officeCase is a case as an office sees it.
type officeCase struct {
	State  string `json:"state"`
	Late   bool   `json:"late"`
	Owed   int    `json:"owed"`
	Owning []struct {
		ID string `json:"id"`
	} `json:"recipients"`
}

func (w World) casePath(which string) string {
	return "/api/v1/organisations/" + string(w.Site.Org) + "/privacy/cases/" + which
}

// step takes one in a case of the made-up organisation.
func (w World) step(ctx context.Context, which string, status int, body map[string]any) (c officeCase, err error) {
	a, err := w.Must(ctx, status, w.Owner(), http.MethodPost, w.casePath(which)+"/steps", body)
	if err != nil || status != http.StatusOK {
		return c, err
	}
	return c, a.JSON(&c)
}

func (w World) letterLate(ctx context.Context) (string, error) {
	p, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	which := string(id.New[id.Case]())
	received := w.Clock.Now().AddDate(0, 0, -45).Format(time.DateOnly)
	a, err := w.Must(ctx, http.StatusCreated, w.Owner(), http.MethodPut, w.casePath(which), map[string]any{"text": "Please delete all my data, article 17 GDPR.", "email": p.Email, "received_on": received})
	if err != nil {
		return "", err
	}
	var c officeCase
	if err := a.JSON(&c); err != nil {
		return "", err
	}
	if !c.Late {
		return "", errors.New("45 days after it came a letter is not late")
	}
	if _, err := w.step(ctx, which, http.StatusForbidden, map[string]any{"kind": "execute", "right": "A17"}); err != nil {
		return "", fmt.Errorf("an erasure for who is not known: %w", err)
	}
	had := w.overdue()
	if err := w.Requests.Remind(ctx); err != nil {
		return "", err
	}
	if err := w.Wait(ctx, "the alarm over a late letter", func() (bool, error) { return w.overdue() > had, nil }); err != nil {
		return "", err
	}
	if _, err := w.step(ctx, which, http.StatusOK, map[string]any{"kind": "refuse", "ground": "nothing-held", "text": "This letter was made up by a probe."}); err != nil {
		return "", err
	}
	return "a letter whose writer is not known moves nothing; 45 days old, its office was alarmed by mail", nil
}

// overdue counts the alarms that the made-up organisation's owner got.
func (w World) overdue() int {
	n := 0
	for _, m := range w.MailsTo(w.Owner()) {
		if m.Subject == lang.T("en-GB", "mail."+cases.MailOverdue+".subject") {
			n++
		}
	}
	return n
}

func (w World) corrected(ctx context.Context) (string, error) {
	p, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	if err := w.DB.Write(ctx, db.Tenant(w.Site.Org), func(tx *db.Tx) error {
		return disclosure.Record(tx, disclosure.Row{Who: personal.OfPerson(w.Site.Org, p.Person), Recipient: disclosure.Recipient{Kind: disclosure.Processor, ID: "probe"},
			Fields: []string{"person.sealed.name"}, Purpose: personal.Record, Why: disclosure.WhyReport})
	}); err != nil {
		return "", err
	}
	_, err = w.Must(ctx, http.StatusCreated, p, http.MethodPost, "/api/v1/me/requests", map[string]any{"organisation": w.Site.Org, "rights": []string{"A16"}, "text": "My name is spelt otherwise."})
	if err != nil {
		return "", err
	}
	which := ""
	a, err := w.Must(ctx, http.StatusOK, w.Owner(), http.MethodGet, "/api/v1/organisations/"+string(w.Site.Org)+"/privacy/cases", nil)
	if err != nil {
		return "", err
	}
	var queue struct {
		Items []struct {
			ID     string `json:"id"`
			Person string `json:"person_id"`
		} `json:"items"`
	}
	if err := a.JSON(&queue); err != nil {
		return "", err
	}
	for _, c := range queue.Items {
		if c.Person == string(p.Person) {
			which = c.ID
		}
	}
	if which == "" {
		return "", errors.New("the request did not reach the office of the organisation")
	}
	name := p.Name + " junior"
	c, err := w.step(ctx, which, http.StatusOK, map[string]any{"kind": "execute", "right": "A16", "fields": map[string]string{"name": name}})
	if err != nil {
		return "", err
	}
	h, err := w.Held(ctx, p)
	if err != nil {
		return "", err
	}
	if v, _, _ := h.Item("person.sealed.name"); v != name {
		return "", errors.New("what the office corrected is not what is held")
	}
	if c.State != "sent" || c.Owed == 0 || len(c.Owning) == 0 {
		return "", errors.New("a recipient does not know yet, and the case is done")
	}
	for _, o := range c.Owning {
		if c, err = w.step(ctx, which, http.StatusOK, map[string]any{"kind": "acknowledge", "row": o.ID}); err != nil {
			return "", err
		}
	}
	if c.State != "done" {
		return "", errors.New("all recipients acknowledged, and the case is not done")
	}
	return "asked by the person, corrected by the office at once; sent until the recipient acknowledged, then done", nil
}
