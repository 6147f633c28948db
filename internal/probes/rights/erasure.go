package rights

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasure/places"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// Erasing is what the probes of erasure need beside the network.
type Erasing struct {
	Erasures *erasure.Service
	KeyGone  func(personal.Who) bool
}

func (w World) probesErasure() []promise.Probe {
	all := []promise.Probe{
		look("ERA-1", "mail to who is erased", w.erasedMail),
		look("ERA-1", "reports and texts that name who is erased", w.erasedNames),
	}
	for _, g := range plan.Grounds() {
		all = append(all, look("ERA-1", "the ground of art. "+g.Article(), func(ctx context.Context) (string, error) { return w.ground(ctx, g) }))
	}
	return all
}

// ask asks for an erasure and looks that it is denied at once.
func (w World) ask(ctx context.Context, s *Someone, g erasure.Ground) (erasure.Erasure, error) {
	if w.Erasing.Erasures == nil {
		return erasure.Erasure{}, errors.New("there is nothing that erases")
	}
	e, err := w.Erasing.Erasures.Request(ctx, erasure.Asked{By: "system", Whos: s.Subjects(w.Site.Org), Ground: g, Grace: -1})
	if err != nil {
		return e, errors.New("an erasure cannot be asked for: " + err.Error())
	}
	return e, nil
}

// complete runs an erasure to its end, as its job would.
func (w World) complete(ctx context.Context, e erasure.Erasure) error {
	if err := w.Erasing.Erasures.Advance(ctx, e.ID); err != nil {
		return errors.New("an erasure does not go on: " + err.Error())
	}
	got, err := w.Erasing.Erasures.Get(ctx, e.ID)
	if err == nil && got.State != erasure.Done {
		err = errors.New("an erasure without grace does not end")
	}
	return err
}

// read is how the others see someone.
func (w World) read(ctx context.Context, s *Someone) (person.Person, error) {
	all, err := w.People.Read(ctx, personal.Participants, w.Site.Org, []id.Person{s.Person})
	return all[s.Person], err
}

// ground takes one of the six ways.
func (w World) ground(ctx context.Context, g erasure.Ground) (string, error) {
	s, err := w.Person(ctx, policy.Guest)
	if err != nil {
		return "", err
	}
	svc := w.Erasing.Erasures
	if svc == nil {
		return "", errors.New("there is nothing that erases")
	}
	p, err := svc.Plan(ctx, s.Subjects(w.Site.Org), g)
	if err != nil {
		return "", err
	}
	decided := map[plan.Decision]int{}
	whole := map[string]bool{"account": plan.Whole(g, "account", svc.Declarations), "person": plan.Whole(g, "person", svc.Declarations)}
	for _, x := range p.Items {
		decided[x.Decision]++
		if x.Because.Article == "" || x.Because.Text == "" {
			return "", errors.New("a datum is decided on without a reason")
		}
	}
	e, err := w.ask(ctx, s, g)
	if err != nil {
		return "", err
	}
	if whole["person"] {
		// The job may be quicker than this look: then nothing is left to see.
		seen, err := w.read(ctx, s)
		if err != nil {
			return "", err
		}
		if seen.Name != "" {
			return "", errors.New("after the request the person is still shown")
		}
	}
	if whole["account"] {
		if a, err := w.Do(ctx, s, http.MethodGet, "/api/v1/session", nil); err != nil || a.Status != http.StatusUnauthorized {
			return "", errors.New("after the request a session goes on")
		}
	}
	if err := w.complete(ctx, e); err != nil {
		return "", err
	}
	for _, who := range s.Subjects(w.Site.Org) {
		if w.Erasing.KeyGone(who) != whole[who.Kind] {
			return "", fmt.Errorf("the key of the %s is not where the ground puts it", who.Kind)
		}
	}
	left, err := svc.Plan(ctx, s.Subjects(w.Site.Org), g)
	if err != nil {
		return "", err
	}
	for _, x := range left.Items {
		// Of a person the bare row stays, for the code; it is looked at below.
		if x.Decision == plan.Erased && x.Rows > 0 && whole[x.Who.Kind] && x.Table != "person" {
			return "", fmt.Errorf("%s.%s was to be erased and is there", x.Table, x.Field)
		}
	}
	if seen, err := w.read(ctx, s); err != nil || whole["person"] && (seen.State != person.Former || seen.Code == "" || seen.Name+seen.Email+seen.Phone+seen.Function != "") {
		return "", errors.New("the author of what was done is not a former participant")
	}
	return fmt.Sprintf("%d data erased, %d depersonalised, %d kept under another ground, as planned; keys and rows looked for afterwards", decided[plan.Erased], decided[plan.Depersonalised], decided[plan.Kept]), nil
}

func (w World) erasedMail(ctx context.Context) (string, error) {
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
	e, err := w.ask(ctx, s, erasure.Unlawful)
	if err != nil {
		return "", err
	}
	if err := w.complete(ctx, e); err != nil {
		return "", err
	}
	if n := len(w.MailsTo(s)); n > 0 {
		return "", fmt.Errorf("%d mails outlived the erasure", n)
	}
	return "a mail that was kept here, and its row in the queue, went with the person", nil
}

// stored reports whether a file of this content is kept anywhere.
func (w World) stored(content []byte) (bool, error) {
	sum := sha256.Sum256(content)
	name, found := hex.EncodeToString(sum[:]), false
	for _, root := range w.Places.Files {
		if err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			found = found || filepath.Base(path) == name
			return err
		}); err != nil {
			return false, errors.New("the folder of the files cannot be read")
		}
	}
	return found, nil
}

// erasedNames looks at both one after the other: a redaction has reports made
// again too.
func (w World) erasedNames(ctx context.Context) (string, error) {
	report, err := w.erasedReport(ctx)
	if err != nil {
		return "", err
	}
	text, err := w.erasedText(ctx)
	return report + "; " + text, err
}

func (w World) erasedReport(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Point(ctx, s, "Proof of a report", "made by a probe"); err != nil {
		return "", err
	}
	r, pdf, err := w.Report(ctx, w.Owner(), "en-GB", "Europe/Brussels")
	if err != nil {
		return "", err
	}
	if there, err := w.stored(pdf); err != nil || !there {
		return "", errors.New("the file of a report is not where it is looked for")
	}
	e, err := w.ask(ctx, s, erasure.Unlawful)
	if err != nil {
		return "", err
	}
	if err := w.complete(ctx, e); err != nil {
		return "", err
	}
	if there, err := w.stored(pdf); err != nil || there {
		return "", errors.New("the file of a report that named the person is still kept")
	}
	var again Answer
	if err := w.Wait(ctx, "the report made again", func() (bool, error) {
		again, err = w.Do(ctx, w.Owner(), http.MethodGet, w.Project()+"/reports/"+string(r)+"/file", nil)
		return again.Status == 200, err
	}); err != nil {
		return "", err
	}
	if string(again.Body) == string(pdf) {
		return "", errors.New("a report that names the person is still given out")
	}
	return "the PDF that named the person went from every place, and was made again without them", nil
}

func (w World) erasedText(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	p, err := w.Point(ctx, w.Owner(), "Ask "+s.Name+" about it", "made by a probe")
	if err != nil {
		return "", err
	}
	e, err := w.ask(ctx, s, erasure.Unlawful)
	if err != nil {
		return "", err
	}
	if err := w.complete(ctx, e); err != nil {
		return "", err
	}
	grant, err := w.Orgs.Enter(ctx, org.Caller{Account: w.Owner().Account, Via: "session"}, w.Site.Org)
	if err != nil {
		return "", err
	}
	decided := 0
	for after := ""; ; {
		open, err := w.Erasing.Erasures.Places.Open(ctx, grant, after, 100)
		if err != nil {
			return "", err
		}
		for _, x := range open {
			after = x.ID
			if x.Erasure == e.ID && x.Kind == places.KindText {
				if err := w.Erasing.Erasures.Places.Decide(ctx, grant, x.ID, places.Redact); err != nil {
					return "", err
				}
				decided++
			}
		}
		if len(open) < 100 {
			break
		}
	}
	if decided == 0 {
		return "", errors.New("a text that names the person was not listed for the controller")
	}
	a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, w.Project()+"/points?q="+url.QueryEscape(s.Canary), nil)
	if err != nil {
		return "", err
	}
	if a.Has(string(p)) {
		return "", errors.New("the search still finds the text by the name")
	}
	left := false
	if err := w.DB.Read(ctx, db.Everyone("a probe looks for what is left"), func(tx *db.Tx) error {
		return db.Dump(tx, func(_, row string) error {
			left = left || probes.Has([]byte(row), [][]byte{[]byte(s.Canary)})
			return nil
		})
	}); err != nil {
		return "", err
	}
	if left {
		return "", errors.New("the name is still somewhere in the database")
	}
	return fmt.Sprintf("%d places were listed for the controller; the words went from the text, from the values beside the log and from the search", decided), nil
}
