package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/policy"
	"plumbline/internal/promise"
)

// probesHouse are those of what the service does, and of its own measures.
func (w World) probesHouse() []promise.Probe {
	return []promise.Probe{
		look("APP-1", "a site walk ends in a PDF report", w.siteWalk),
		look("APP-4", "the web app installs and works offline", w.webApp),
		look("DATA-2", "what is not declared is refused", w.undeclaredInput),
		look("USE-1", "every action has an author", w.authors),
		look("USE-2", "one instant as two people read it", w.localDates),
		look("USE-7", "the log names nobody", w.quietLog),
		look("SEC-1", "passwords are kept as Argon2id", w.passwordKept),
		look("SEC-2", "weak passwords are refused", w.weakPassword),
		look("MAIL-1", "mails hold no personal data", w.mailsSayNothing),
	}
}

func (w World) siteWalk(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	p, err := w.Point(ctx, s, "Proof point", "made by a probe")
	if err != nil {
		return "", err
	}
	if _, err := w.Photo(ctx, s, p); err != nil {
		return "", err
	}
	_, pdf, err := w.Report(ctx, s, "en-GB", "Europe/Brussels")
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return "", errors.New("the report is no PDF")
	}
	return fmt.Sprintf("a point with a photo was made over the network, and a report of %d bytes", len(pdf)), nil
}

func (w World) webApp(ctx context.Context) (string, error) {
	for path, kind := range map[string]string{"/": "text/html", "/sw.js": "javascript", "/app.webmanifest": "manifest"} {
		a, err := w.Must(ctx, 200, nil, http.MethodGet, path, nil)
		if err != nil {
			return "", err
		}
		if !strings.Contains(a.Header.Get("Content-Type"), kind) {
			return "", errors.New("the web app's " + path + " is not what a browser takes")
		}
	}
	return "its page, its worker that answers without network, and its manifest are served", nil
}

func (w World) undeclaredInput(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	for path, body := range map[string]map[string]any{
		"/account": {"locale": "nl", "birthday": "1980-01-01"},
		w.Project()[len("/api/v1"):] + "/points/" + string(id.New[id.Point]()): {"subject": "x", "religion": "y"},
	} {
		method := http.MethodPut
		if path == "/account" {
			method = http.MethodPatch
		}
		if _, err := w.Must(ctx, 422, s, method, "/api/v1"+path, body); err != nil {
			return "", fmt.Errorf("a field that nobody declared was taken: %w", err)
		}
	}
	return "two operations refused a field that nothing declares", nil
}

func (w World) authors(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	p, err := w.Point(ctx, s, "Proof of authorship", "")
	if err != nil {
		return "", err
	}
	a, err := w.Must(ctx, 200, s, http.MethodGet, w.Project()+"/points/"+string(p)+"/history", nil)
	if err != nil {
		return "", err
	}
	if !a.Has(string(s.Person)) {
		return "", errors.New("an action does not name its author")
	}
	if a, err = w.Must(ctx, 200, s, http.MethodGet, w.Project()+"/people", nil); err != nil {
		return "", err
	}
	if !a.Has(s.Name) {
		return "", errors.New("a participant is not listed")
	}
	nameless := 0
	err = w.DB.Read(ctx, db.Everyone("a probe reads everything"), func(tx *db.Tx) error {
		return db.Dump(tx, func(table, row string) error {
			if table == "feed_change" && strings.Contains(row, "\nactor=\n") {
				nameless++
			}
			return nil
		})
	})
	if err == nil && nameless > 0 {
		err = fmt.Errorf("%d entries of the log have no author", nameless)
	}
	return "the author stands in the log and in the list of participants, and no entry of the log is without one", err
}

func (w World) localDates(ctx context.Context) (string, error) {
	at := time.Date(2026, 3, 29, 23, 15, 0, 0, time.UTC)
	read := map[string]string{}
	for zone, locale := range map[string]lang.Locale{"Europe/Brussels": lang.DutchBelgium, "America/New_York": lang.EnglishUK} {
		l, err := time.LoadLocation(zone)
		if err != nil {
			return "", errors.New("a time zone is not known")
		}
		read[zone] = lang.Instant(locale, at, l, lang.Long)
	}
	if !strings.Contains(read["Europe/Brussels"], "30") || !strings.Contains(read["America/New_York"], "29") {
		return "", errors.New("one instant falls on the wrong day somewhere")
	}
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Must(ctx, 200, s, http.MethodPatch, "/api/v1/account", map[string]string{"time_zone": "America/New_York", "locale": "en-GB"}); err != nil {
		return "", err
	}
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/session", nil)
	if err != nil {
		return "", err
	}
	if !a.Has("America/New_York") {
		return "", errors.New("the zone that a person chose is not theirs")
	}
	if _, _, err := w.Report(ctx, s, "en-GB", "America/New_York"); err != nil {
		return "", err
	}
	return "a quarter past eleven at night in UTC is the 30th in Brussels and the 29th in New York; a person's zone is kept, and a report was made in it", nil
}

func (w World) quietLog(ctx context.Context) (string, error) {
	if w.Logged == nil {
		return "", errors.New("the log cannot be seen")
	}
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Point(ctx, s, "Seen by "+s.Name, s.Email); err != nil {
		return "", err
	}
	// As a mistake of ours would: an attribute that nobody declared.
	w.Log.LogAttrs(ctx, slog.LevelInfo, "proof", slog.Attr{Key: "x" + word(), Value: slog.StringValue(s.Email)})
	if _, err := w.Do(ctx, nil, http.MethodPost, "/api/v1/session", map[string]string{"email": s.Email, "password": "wrong " + s.Canary}); err != nil {
		return "", err
	}
	text := w.Logged()
	for _, v := range append(s.Values(), s.Cookie) {
		if v != "" && strings.Contains(text, v) {
			return "", errors.New("the log holds a value of a person")
		}
	}
	return fmt.Sprintf("%d bytes of log, none of which is a person's, though an address was given to it under a name that nothing declares", len(text)), nil
}

func (w World) passwordKept(ctx context.Context) (string, error) {
	found, read, err := w.Scan(ctx, w.Password())
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return "", errors.New("a password stands in " + strings.Join(found, ", "))
	}
	hash, err := w.Signin.Hash(ctx, w.Password())
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(hash, "$argon2id$") || strings.Contains(hash, w.Password()) {
		return "", errors.New("passwords are not kept as Argon2id")
	}
	return fmt.Sprintf("Argon2id, sealed; the password stands nowhere in %d bytes", read), nil
}

func (w World) weakPassword(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	for weak, why := range map[string]string{"short": "too-short", "passwordpassword": "common", s.Email: "context"} {
		a, err := w.Must(ctx, 422, s, http.MethodPost, "/api/v1/password", map[string]string{"current": w.Password(), "password": weak})
		if err != nil {
			return "", errors.New("a weak password was taken: " + why)
		}
		_ = a
	}
	return "one too short, one that everybody uses and one's own address were refused", nil
}

func (w World) mailsSayNothing(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	if _, err := w.Must(ctx, 202, nil, http.MethodPost, "/api/v1/password-reset", map[string]string{"email": s.Email, "locale": "en"}); err != nil {
		return "", err
	}
	if err := w.Wait(ctx, "a mail", func() (bool, error) { return len(w.MailsTo(s)) > 0, nil }); err != nil {
		return "", err
	}
	for _, m := range w.MailsTo(s) {
		for _, text := range []string{m.Subject, m.Text, m.HTML} {
			if strings.Contains(text, s.Canary) {
				return "", errors.New("a mail holds a person's data")
			}
		}
	}
	return "a mail to reset a password holds a link and no personal data", nil
}
