package rights

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// Living is what the life of a made-up person needs beside the network.
type Living struct {
	// Erase erases people without grace, and comes back when it is done.
	Erase func(ctx context.Context, whos []personal.Who) error
}

func (w World) probesLife() []promise.Probe {
	return []promise.Probe{look("ERA-1", "a whole life, and then nothing", w.life)}
}

var invited = regexp.MustCompile(`/invite/([A-Za-z0-9_\-%]+)`)

// life invites someone, who signs in, acts, takes their data along, is set
// aside, is mailed, takes a consent back, and is erased; then it looks for them
// everywhere.
func (w World) life(ctx context.Context) (string, error) {
	if w.Living.Erase == nil {
		return "", errors.New("there is nothing that erases")
	}
	c := "canary" + word()
	s := &Someone{Name: "Proof " + c, Email: c + "@" + probes.Domain, Phone: "+32 000 " + c, Canary: c}
	if err := w.invite(ctx, s); err != nil {
		return "", fmt.Errorf("invited: %w", err)
	}
	w.Made(s)
	for _, step := range []struct {
		name string
		do   func(context.Context, *Someone) error
	}{
		{"corrects", w.phones}, {"acts", w.acts}, {"exports", w.exports}, {"is restricted", w.restricted}, {"is mailed", w.mailed},
		{"consents and withdraws", w.withdraws}, {"is found before", w.isThere},
	} {
		if err := step.do(ctx, s); err != nil {
			return "", fmt.Errorf("%s: %w", step.name, err)
		}
	}
	if err := w.Living.Erase(ctx, s.Subjects(w.Site.Org)); err != nil {
		return "", errors.New("erased: " + err.Error())
	}
	if a, err := w.Do(ctx, s, http.MethodGet, "/api/v1/session", nil); err != nil || a.Status != http.StatusUnauthorized {
		return "", errors.New("a session outlived the erasure")
	}
	found, read, err := w.Scan(ctx, s.Values()...)
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return "", errors.New("after the erasure a value stands in " + strings.Join(found, ", "))
	}
	return fmt.Sprintf("someone was invited, signed in, acted, took their data along, was set aside, was mailed, took a consent back and was erased; nothing of them in %d bytes of database, files, mail, caches and log", read), nil
}

func (w World) invite(ctx context.Context, s *Someone) error {
	_, err := w.Must(ctx, 201, w.Owner(), http.MethodPut, "/api/v1/organisations/"+string(w.Site.Org)+"/invitations/"+string(id.New[id.Invite]()),
		map[string]any{"email": s.Email, "name": s.Name, "locale": "en", "source": "colleague", "project_id": w.Site.Project, "level": "contributor"})
	if err != nil {
		return err
	}
	token := ""
	if err := w.Wait(ctx, "the invitation", func() (bool, error) {
		for _, m := range w.MailsTo(s) {
			if found := invited.FindStringSubmatch(m.Text); found != nil {
				token = found[1]
			}
		}
		return token != "", nil
	}); err != nil {
		return err
	}
	a, err := w.Must(ctx, 200, nil, http.MethodPost, "/api/v1/invitations/"+token+"/accept",
		map[string]string{"name": s.Name, "password": w.Password(), "locale": "en"})
	if err != nil {
		return err
	}
	s.Cookie = w.Session(a)
	var me struct {
		Account struct {
			ID id.Account `json:"id"`
		} `json:"account"`
	}
	if a, err = w.Must(ctx, 200, s, http.MethodGet, "/api/v1/session", nil); err != nil {
		return err
	}
	if err := a.JSON(&me); err != nil {
		return err
	}
	s.Account = me.Account.ID
	var on struct {
		Items []struct {
			Person id.Person `json:"person_id"`
		} `json:"items"`
	}
	if a, err = w.Must(ctx, 200, s, http.MethodGet, "/api/v1/projects", nil); err != nil {
		return err
	}
	if err := a.JSON(&on); err != nil || len(on.Items) != 1 {
		return errors.New("who was invited is not on the project")
	}
	s.Person = on.Items[0].Person
	return nil
}

func (w World) phones(ctx context.Context, s *Someone) error {
	_, err := w.Must(ctx, 200, s, http.MethodPatch, "/api/v1/me/persons/"+string(s.Person), map[string]any{"base": w.version(ctx, s), "phone": s.Phone})
	return err
}

// version is that of the person's record.
func (w World) version(ctx context.Context, s *Someone) int64 {
	h, err := w.Held(ctx, s)
	if err != nil {
		return 0
	}
	for _, c := range h.Controllers {
		for _, i := range c.Items {
			if c.Kind == "organisation" && i.Version > 0 {
				return i.Version
			}
		}
	}
	return 1
}

func (w World) acts(ctx context.Context, s *Someone) error {
	p, err := w.Point(ctx, s, "Proof of a life", "")
	if err != nil {
		return err
	}
	if _, err := w.Photo(ctx, s, p); err != nil {
		return err
	}
	if _, err := w.Must(ctx, 201, s, http.MethodPut, w.Project()+"/points/"+string(p)+"/comments/"+string(id.New[id.Comment]()), map[string]string{"text": "done"}); err != nil {
		return err
	}
	_, _, err = w.Report(ctx, s, "en-GB", "Europe/Brussels")
	return err
}

func (w World) exports(ctx context.Context, s *Someone) error {
	if _, err := w.Must(ctx, 204, s, http.MethodPost, "/api/v1/me/confirm", map[string]string{"password": w.Password()}); err != nil {
		return err
	}
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/privacy/archive?locale=en", nil)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
	if err != nil {
		return errors.New("the archive is none")
	}
	f, err := z.Open("data.json")
	if err != nil {
		return errors.New("the archive lacks the data")
	}
	b, err := io.ReadAll(f)
	if err != nil || !bytes.Contains(b, []byte(s.Canary)) {
		return errors.New("the archive does not hold the person")
	}
	return nil
}

func (w World) restricted(ctx context.Context, s *Someone) error {
	path := "/api/v1/me/restrictions/" + string(id.New[id.Restriction]())
	_, err := w.Must(ctx, 200, s, http.MethodPut, path, map[string]any{"who": map[string]string{"kind": "person", "id": string(s.Person)}, "ground": "accuracy"})
	if err != nil {
		return err
	}
	a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, w.Project()+"/people", nil)
	if err != nil {
		return err
	}
	if a.Has(s.Canary) {
		return errors.New("who is set aside is shown")
	}
	_, err = w.Must(ctx, 204, s, http.MethodDelete, path, nil)
	return err
}

func (w World) mailed(ctx context.Context, s *Someone) error {
	before := len(w.MailsTo(s))
	if _, err := w.Must(ctx, 202, nil, http.MethodPost, "/api/v1/password-reset", map[string]string{"email": s.Email, "locale": "en"}); err != nil {
		return err
	}
	return w.Wait(ctx, "a mail", func() (bool, error) { return len(w.MailsTo(s)) > before, nil })
}

func (w World) withdraws(ctx context.Context, s *Someone) error {
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/choices", nil)
	if err != nil {
		return err
	}
	var all struct {
		Items []struct {
			Purpose string
			Version string `json:"text_version"`
			Kind    string
			Who     *struct{ Kind string }
		}
	}
	if err := a.JSON(&all); err != nil {
		return err
	}
	for _, i := range all.Items {
		if i.Kind != "consent" || i.Who != nil && i.Who.Kind != "account" {
			continue
		}
		for _, given := range []bool{true, false} {
			if _, err := w.Must(ctx, 200, s, http.MethodPut, "/api/v1/me/choices/"+i.Purpose, map[string]any{"given": given, "text_version": i.Version}); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("there is nothing to agree to")
}

// isThere sees that the scan finds who has not gone.
func (w World) isThere(ctx context.Context, s *Someone) error {
	found, _, err := w.Scan(ctx, s.Values()...)
	if err == nil && len(found) == 0 {
		err = errors.New("the scan does not find somebody who is there")
	}
	return err
}
