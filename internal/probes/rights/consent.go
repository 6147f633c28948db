package rights

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"plumbline/internal/consent"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// Consenting is what probes of choices need beside the network.
type Consenting struct {
	Consents *consent.Service
}

func (w World) probesConsent() []promise.Probe {
	return []promise.Probe{
		look("USE-9", "a purpose that nothing declares", w.undeclaredPurpose),
		look("USE-5", "news without consent, and with it", w.newsNeedsConsent),
		look("OBJ-1", "an objection counts at once", w.objection),
		look("CON-1", "one click ends it, a look does not", w.oneClick),
		look("CON-2", "the receipt says what was shown", w.receipt),
		look("RES-1", "who is set aside is shown and used nowhere", w.setAside),
		look("CHI-1", "who is reported as a child is blocked at once", w.childBlocked),
		look("P-1", "a choice is kept and followed", w.choiceFollowed),
		look("SRC-2", "an invited address is used for the invitation alone", w.invitedAlone),
	}
}

// choice is one of the preference centre.
type choice struct {
	Purpose string
	Version string `json:"text_version"`
	Text    string
	Kind    string
	Given   bool
	Consent id.Consent `json:"consent_id"`
	Who     struct{ Kind, ID string }
}

func (w World) choices(ctx context.Context, s *Someone) ([]choice, error) {
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/choices?locale=en", nil)
	if err != nil {
		return nil, err
	}
	var all struct{ Items []choice }
	return all.Items, a.JSON(&all)
}

func (w World) choice(ctx context.Context, s *Someone, kind string, p personal.Purpose) (choice, error) {
	all, err := w.choices(ctx, s)
	for _, c := range all {
		if err == nil && c.Who.Kind == kind && c.Purpose == string(p) {
			return c, nil
		}
	}
	return choice{}, errors.Join(err, errors.New("the choice is not offered"))
}

func (w World) choose(ctx context.Context, s *Someone, c choice, given bool) error {
	_, err := w.Must(ctx, 200, s, http.MethodPut, "/api/v1/me/choices/"+c.Purpose, map[string]any{"given": given, "text_version": c.Version,
		"who": map[string]string{"kind": c.Who.Kind, "id": c.Who.ID}})
	return err
}

// gate asks whether someone may be used for a purpose.
func (w World) gate(ctx context.Context, who personal.Who, p personal.Purpose) error {
	return w.DB.Read(ctx, db.Everyone("a probe asks the gate"), func(tx *db.Tx) error { return w.Consenting.Consents.Gate(tx, who, p) })
}

// shown reports whether the project's people show someone's name, and whether
// they are said to be limited.
func (w World) shown(ctx context.Context, s *Someone) (named, limited bool, err error) {
	a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, w.Project()+"/people", nil)
	if err != nil {
		return false, false, err
	}
	var all struct {
		Items []struct {
			ID      id.Person
			Name    string
			Limited bool
		}
	}
	if err := a.JSON(&all); err != nil {
		return false, false, err
	}
	for _, p := range all.Items {
		if p.ID == s.Person {
			limited = p.Limited
		}
	}
	return a.Has(s.Canary), limited, nil
}

func (w World) undeclaredPurpose(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	refusal := consent.Refusal{Kind: personal.PersonKind, Purpose: personal.Research, Code: consent.Undeclared}
	before := w.Consenting.Consents.Refusals()[refusal]
	got, err := w.People.Read(ctx, personal.Research, w.Site.Org, []id.Person{s.Person})
	if fault.CodeOf(err) != consent.Undeclared || len(got) > 0 {
		return "", errors.New("somebody was read for a purpose that nothing declares")
	}
	if err := w.gate(ctx, personal.OfPerson(w.Site.Org, s.Person), personal.Research); fault.CodeOf(err) != consent.Undeclared {
		return "", errors.New("the gate lets a purpose through that nothing declares")
	}
	if n := w.Consenting.Consents.Refusals()[refusal] - before; n < 2 {
		return "", fmt.Errorf("two refusals were counted as %d", n)
	}
	return "reading a person for a purpose that no declaration names was refused, logged and counted", nil
}

// news queues a mail about the product to someone, and gives what became of it.
func (w World) news(ctx context.Context, s *Someone) (mail.Queued, error) {
	var m id.Mail
	everyone := db.Everyone("a probe writes to an account")
	if err := w.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		m, err = mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: personal.AccountKind, ID: string(s.Account)}, Purpose: personal.Updates,
			Template: news.Mail, Locale: "en-GB", Data: map[string]string{"link": "https://" + probes.Domain + "/news"}})
		return err
	}); err != nil {
		return mail.Queued{}, err
	}
	var q mail.Queued
	err := w.Wait(ctx, "the mail", func() (bool, error) {
		err := w.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) { q, err = mail.Get(tx, m); return err })
		return q.State != mail.Waiting, err
	})
	return q, err
}

func (w World) newsNeedsConsent(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	q, err := w.news(ctx, s)
	if err != nil {
		return "", err
	}
	if q.State != mail.Dropped || q.Code != consent.Missing || len(w.MailsTo(s)) > 0 {
		return "", fmt.Errorf("news to somebody who was never asked is %s", q.State)
	}
	c, err := w.choice(ctx, s, personal.AccountKind, personal.Updates)
	if err != nil {
		return "", err
	}
	if c.Given {
		return "", errors.New("news is on before anybody agreed to it")
	}
	if err := w.choose(ctx, s, c, true); err != nil {
		return "", err
	}
	if q, err = w.news(ctx, s); err != nil {
		return "", err
	}
	all := w.MailsTo(s)
	if q.State != mail.Sent || len(all) != 1 || all[0].Unsubscribe == "" {
		return "", errors.New("news to somebody who agreed does not come, or cannot be ended with one click")
	}
	err = w.DB.Write(ctx, db.Everyone("a probe bundles news"), func(tx *db.Tx) error {
		_, err := mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: personal.AccountKind, ID: string(s.Account)}, Purpose: personal.Correspond, Template: news.Mail, Locale: "en-GB"})
		return err
	})
	if err == nil {
		return "", errors.New("news can be sent as something that people must know")
	}
	return "news was not sent to who never agreed, was sent after they did, with one-click unsubscribe, and cannot be sent under another purpose", nil
}

func (w World) objection(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	c, err := w.choice(ctx, s, personal.PersonKind, personal.Participants)
	if err != nil {
		return "", err
	}
	if named, _, err := w.shown(ctx, s); err != nil || !named {
		return "", errors.Join(err, errors.New("somebody who objects to nothing is not shown"))
	}
	if err := w.choose(ctx, s, c, false); err != nil {
		return "", err
	}
	named, limited, err := w.shown(ctx, s)
	if err != nil {
		return "", err
	}
	if named || !limited {
		return "", errors.New("who objects to being listed is listed")
	}
	if err := w.choose(ctx, s, c, true); err != nil {
		return "", err
	}
	if named, _, err = w.shown(ctx, s); err != nil || !named {
		return "", errors.Join(err, errors.New("an objection that was taken back goes on"))
	}
	return "after an objection the list of people showed that somebody is there, not who; taken back, it showed who", nil
}

func (w World) oneClick(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	c, err := w.choice(ctx, s, personal.AccountKind, personal.Updates)
	if err != nil {
		return "", err
	}
	if err := w.choose(ctx, s, c, true); err != nil {
		return "", err
	}
	if _, err := w.news(ctx, s); err != nil {
		return "", err
	}
	all := w.MailsTo(s)
	if len(all) != 1 {
		return "", errors.New("the mail did not come")
	}
	u, err := url.Parse(all[0].Unsubscribe)
	if err != nil {
		return "", errors.New("the mail does not say where it is ended")
	}
	if !strings.Contains(all[0].Text, "/unsubscribe/") {
		return "", errors.New("the text of the mail does not say where it is ended")
	}
	who := personal.OfAccount(s.Account)
	if _, err := w.Must(ctx, 200, nil, http.MethodGet, u.Path, nil); err != nil {
		return "", err
	}
	if err := w.gate(ctx, who, personal.Updates); err != nil {
		return "", errors.New("a program that follows links ends it")
	}
	if _, err := w.Must(ctx, 200, nil, http.MethodPost, u.Path, Body{Type: "application/x-www-form-urlencoded", Bytes: []byte("List-Unsubscribe=One-Click")},
		"Origin", "https://mail."+probes.Domain, "Sec-Fetch-Site", "cross-site"); err != nil {
		return "", err
	}
	if err := w.gate(ctx, who, personal.Updates); fault.CodeOf(err) != consent.Withdrawn {
		return "", errors.New("one click does not end it")
	}
	q, err := w.news(ctx, s)
	if err == nil && q.State != mail.Dropped {
		err = errors.New("mail goes on after one click")
	}
	return "following the link changed nothing; one POST without a cookie, from another site, withdrew the consent, and the next mail was not sent", err
}

func (w World) receipt(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.None)
	if err != nil {
		return "", err
	}
	c, err := w.choice(ctx, s, personal.AccountKind, personal.Updates)
	if err != nil {
		return "", err
	}
	if err := w.choose(ctx, s, c, true); err != nil {
		return "", err
	}
	after, err := w.choice(ctx, s, personal.AccountKind, personal.Updates)
	if err != nil || after.Consent == "" {
		return "", errors.Join(err, errors.New("what was agreed to has no record"))
	}
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/choices/receipts/"+string(after.Consent), nil)
	if err != nil {
		return "", err
	}
	var doc struct {
		Type     string `json:"@type"`
		Conforms string `json:"dct:conformsTo"`
		Language string `json:"dct:language"`
		Notice   []struct {
			Text    string `json:"dct:description"`
			Version string `json:"dct:identifier"`
		} `json:"dpv:hasNotice"`
		Status []struct {
			At  any    `json:"dpv:isIndicatedAtTime"`
			How string `json:"dpv:hasIndicationMethod"`
		} `json:"dpv:hasConsentStatus"`
	}
	if err := a.JSON(&doc); err != nil {
		return "", err
	}
	if doc.Type != "dpv:ConsentReceipt" || !strings.Contains(doc.Conforms, "27560") || doc.Language == "" || len(doc.Notice) == 0 ||
		doc.Notice[0].Text != c.Text || doc.Notice[0].Version != c.Version || len(doc.Status) == 0 || doc.Status[0].At == nil || doc.Status[0].How == "" {
		return "", errors.New("the receipt does not say who, what text, when and how")
	}
	if a.Has(s.Canary) {
		return "", errors.New("the receipt names somebody")
	}
	return "the receipt of a consent, after ISO/IEC TS 27560, holds the text word for word, its version and language, the time and the way", nil
}

func (w World) setAside(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Point(ctx, s, "Proof of a restriction", ""); err != nil {
		return "", err
	}
	path := "/api/v1/me/restrictions/" + string(id.New[id.Restriction]())
	if _, err := w.Must(ctx, 200, s, http.MethodPut, path, map[string]any{"who": map[string]string{"kind": "person", "id": string(s.Person)}, "ground": "accuracy"}); err != nil {
		return "", err
	}
	named, limited, err := w.shown(ctx, s)
	if err != nil {
		return "", err
	}
	if named || !limited {
		return "", errors.New("who is set aside is in the list of people")
	}
	for _, where := range []string{"/api/v1/organisations/" + string(w.Site.Org) + "/people", w.Project() + "/snapshot?limit=200"} {
		a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, where, nil)
		if err != nil {
			return "", err
		}
		if a.Has(s.Canary) {
			return "", errors.New("who is set aside is shown elsewhere")
		}
	}
	who := personal.OfPerson(w.Site.Org, s.Person)
	for _, p := range []personal.Purpose{personal.Record, personal.Correspond, personal.Support} { // reports, mail, staff
		if err := w.gate(ctx, who, p); fault.CodeOf(err) != consent.Restricted {
			return "", fmt.Errorf("who is set aside may be used for %s", p)
		}
	}
	// The office ends it: they are told, and it goes on for 72 hours.
	restriction := id.Restriction(path[strings.LastIndex(path, "/")+1:])
	err = w.DB.Write(ctx, db.Tenant(w.Site.Org), func(tx *db.Tx) error {
		at, err := w.Consenting.Consents.Lift(tx, feed.Actor{Person: string(w.Owner().Person), Via: "session"}, who, restriction, false)
		if err == nil && at.Sub(tx.Now()) < consent.Notice {
			err = errors.New("a restriction ends before the person could hear of it")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if err := w.Wait(ctx, "the notice", func() (bool, error) { return len(w.MailsTo(s)) > 0, nil }); err != nil {
		return "", err
	}
	if named, _, err = w.shown(ctx, s); err != nil || named {
		return "", errors.Join(err, errors.New("the restriction ended with its notice"))
	}
	return "who is set aside was not in lists, sync, reports, mail or for staff; ending it told them first, 72 hours ahead", nil
}

func (w World) childBlocked(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	if _, err := w.Must(ctx, 202, w.Owner(), http.MethodPost, "/api/v1/child-reports",
		map[string]any{"organisation": w.Site.Org, "person": s.Person, "country": "BE"}); err != nil {
		return "", err
	}
	named, _, err := w.shown(ctx, s)
	if err != nil {
		return "", err
	}
	if named || w.SignIn(ctx, s) == nil {
		return "", errors.New("who is reported as a child is shown, or signs in")
	}
	var report id.ChildReport
	err = w.DB.Read(ctx, db.Everyone("a probe looks for its report"), func(tx *db.Tx) error {
		all, err := w.Consenting.Consents.ChildReports(tx)
		for _, r := range all {
			if r.Person == s.Person {
				report = r.ID
			}
		}
		return err
	})
	if err != nil || report == "" {
		return "", errors.Join(err, errors.New("the report is not before the officer"))
	}
	if err := w.Consenting.Consents.ConfirmChild(ctx, string(w.Owner().Account), report); err != nil {
		return "", err
	}
	err = w.Wait(ctx, "the erasure", func() (bool, error) {
		got, err := w.People.Read(ctx, personal.Rights, w.Site.Org, []id.Person{s.Person})
		return got[s.Person].Name == "", err
	})
	return "a reported child was shown to nobody and could not sign in at once; when the officer confirmed it, they were erased", err
}

func (w World) choiceFollowed(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	all, err := w.choices(ctx, s)
	if err != nil {
		return "", err
	}
	n := 0
	for _, c := range all {
		want := !c.Given
		if c.Given != (c.Kind == "objection") {
			return "", errors.New("something is on before they chose it, or off before they objected")
		}
		if err := w.choose(ctx, s, c, want); err != nil {
			return "", err
		}
		now, err := w.choice(ctx, s, c.Who.Kind, personal.Purpose(c.Purpose))
		if err != nil {
			return "", err
		}
		who := personal.OfAccount(s.Account)
		if c.Who.Kind == personal.PersonKind {
			who = personal.OfPerson(w.Site.Org, s.Person)
		}
		if now.Given != want || (w.gate(ctx, who, personal.Purpose(c.Purpose)) == nil) != want {
			return "", errors.New("a choice is not kept, or not followed")
		}
		n++
	}
	if n < 3 {
		return "", errors.New("there is next to nothing to choose")
	}
	return fmt.Sprintf("%d choices of the preference centre were changed, and the gate followed each at once", n), nil
}

func (w World) invitedAlone(ctx context.Context) (string, error) {
	address := "invited" + word() + "@" + probes.Domain
	invite := func(address string) (id.Invite, Answer, error) {
		which := id.New[id.Invite]()
		a, err := w.Do(ctx, w.Owner(), http.MethodPut, "/api/v1/organisations/"+string(w.Site.Org)+"/invitations/"+string(which),
			map[string]any{"email": address, "locale": "en", "source": "colleague"})
		return which, a, err
	}
	which, a, err := invite(address)
	if err != nil {
		return "", err
	}
	if err := a.Is(201); err != nil {
		return "", err
	}
	var made struct {
		Person id.Person `json:"person_id"`
	}
	if err := a.JSON(&made); err != nil {
		return "", err
	}
	if err := w.gate(ctx, personal.OfPerson(w.Site.Org, made.Person), personal.Updates); fault.CodeOf(err) != consent.Undeclared {
		return "", errors.New("an address that somebody else gave can get news")
	}
	if _, err := w.Must(ctx, 204, w.Owner(), http.MethodDelete, "/api/v1/organisations/"+string(w.Site.Org)+"/invitations/"+string(which), nil); err != nil {
		return "", err
	}
	got, err := w.People.Read(ctx, personal.Rights, w.Site.Org, []id.Person{made.Person})
	if err != nil || len(got) > 0 {
		return "", errors.Join(err, errors.New("the address of an invitation that ended is still there"))
	}
	never := "never" + word() + "@" + probes.Domain
	everyone := db.Everyone("the list of suppressed addresses is the operator's")
	if err := w.DB.Write(ctx, everyone, func(tx *db.Tx) error { return w.Consenting.Consents.Suppress(tx, never, consent.Everything) }); err != nil {
		return "", err
	}
	_, a, err = invite(never)
	if e := w.DB.Write(context.WithoutCancel(ctx), everyone, func(tx *db.Tx) error { return w.Consenting.Consents.Unsuppress(tx, never) }); err == nil {
		err = e
	}
	if err == nil && a.Status != http.StatusForbidden {
		err = errors.New("who asked never to be written to is invited")
	}
	return "an invited address could not get news, was gone when the invitation ended, and one that asked never to be written to was not invited", err
}
