package rights

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// probesSelf are those of what a person is told, takes away and corrects.
func (w World) probesSelf() []promise.Probe {
	return []promise.Probe{
		look("DATA-3", "what need not be given can be left out", w.leaveOut),
		look("SRC-1", "each field says where it came from", w.sources),
		look("INF-2", "the access report says all that it must", w.accessReport),
		look("ACC-1", "the archive is complete", w.archiveWhole),
		look("ACC-2", "the archive is taken in elsewhere", w.archiveTaken),
		look("REC-1", "a correction counts at once", w.correct),
	}
}

// correctOwn changes the record of someone.
func (w World) correctOwn(ctx context.Context, s *Someone, change map[string]any) (told int, err error) {
	h, err := w.Held(ctx, s)
	if err != nil {
		return 0, err
	}
	_, _, change["base"] = h.Item("person.sealed.name")
	a, err := w.Must(ctx, 200, s, http.MethodPatch, "/api/v1/me/persons/"+string(s.Person), change)
	if err != nil {
		return 0, err
	}
	var out struct{ Told int }
	return out.Told, errors.Join(a.JSON(&out))
}

func (w World) leaveOut(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.correctOwn(ctx, s, map[string]any{"phone": "", "function": ""}); err != nil {
		return "", fmt.Errorf("phone and function cannot be left out: %w", err)
	}
	h, err := w.Held(ctx, s)
	if err != nil {
		return "", err
	}
	if v, _, _ := h.Item("person.sealed.phone"); v != "" {
		return "", errors.New("a phone number that was taken away is still there")
	}
	if _, err := w.Point(ctx, s, "Without a phone", ""); err != nil {
		return "", err
	}
	return "phone and function were taken away, and the person went on making points", nil
}

func (w World) sources(ctx context.Context) (string, error) {
	c := "canary" + word()
	s := &Someone{Name: "Proof " + c, Email: c + "@" + probes.Domain, Phone: "+32 000 " + c, Canary: c}
	_, err := w.Must(ctx, 201, w.Owner(), http.MethodPut, "/api/v1/organisations/"+string(w.Site.Org)+"/invitations/"+string(id.New[id.Invite]()),
		map[string]any{"email": s.Email, "locale": "en-GB", "source": "customer", "function": "Guest of " + c})
	if err != nil {
		return "", err
	}
	var token string
	link := regexp.MustCompile(`/invite/([A-Za-z0-9_-]{20,})`)
	if err := w.Wait(ctx, "an invitation", func() (bool, error) {
		for _, m := range w.MailsTo(s) {
			if found := link.FindStringSubmatch(m.Text); found != nil {
				token = found[1]
			}
		}
		return token != "", nil
	}); err != nil {
		return "", err
	}
	a, err := w.Must(ctx, 200, nil, http.MethodPost, "/api/v1/invitations/"+token+"/accept", map[string]string{"name": s.Name, "password": w.Password(), "locale": "en-GB"})
	if err != nil {
		return "", err
	}
	var me struct {
		Account struct {
			ID id.Account `json:"id"`
		} `json:"account"`
		Organisations []struct {
			Person id.Person `json:"person_id"`
		} `json:"organisations"`
	}
	if err := a.JSON(&me); err != nil || len(me.Organisations) != 1 {
		return "", errors.New("who accepted is in no organisation")
	}
	s.Account, s.Person = me.Account.ID, me.Organisations[0].Person
	w.Made(s)
	if err := w.SignIn(ctx, s); err != nil {
		return "", err
	}
	h, err := w.Held(ctx, s)
	if err != nil {
		return "", err
	}
	for key, want := range map[string]personal.Source{"person.sealed.email": personal.Customer, "person.sealed.function": personal.Customer, "person.sealed.name": personal.Self} {
		if _, source, _ := h.Item(key); source != terms.Source(lang.EnglishUK, want) {
			return "", fmt.Errorf("the source of %s is not told as %s", key, want)
		}
	}
	return "of an invited person the address and function are told to come from a customer, the name from themselves", nil
}

func (w World) accessReport(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Point(ctx, s, "Proof of what is told", ""); err != nil {
		return "", err
	}
	if _, err := w.Must(ctx, 202, nil, http.MethodPost, "/api/v1/password-reset", map[string]string{"email": s.Email, "locale": "en"}); err != nil {
		return "", err
	}
	var h probes.Held
	n := 0
	if err := w.Wait(ctx, "a mail in the ledger", func() (bool, error) {
		if h, err = w.Held(ctx, s); err != nil {
			return false, err
		}
		return len(h.Controllers) > 0 && len(h.Controllers[0].Disclosures) > 0, nil
	}); err != nil {
		return "", err
	}
	if len(h.Controllers) != 2 || h.Complaint == "" {
		return "", errors.New("not every controller is told of, or not how to complain")
	}
	for _, c := range h.Controllers {
		if len(c.Rights) < 5 || len(c.Items) < 5 {
			return "", errors.New("a controller is told of without rights, or without what it holds")
		}
		for _, it := range c.Items {
			n++
			if len(it.Why) == 0 || len(it.Recipients) == 0 || it.Retention == "" || it.Source == "" {
				return "", fmt.Errorf("%s is told without purpose, recipients, term or source", it.Key)
			}
			for _, y := range it.Why {
				if y.Basis == "" || y.Article == "" {
					return "", fmt.Errorf("%s is told without its legal basis", it.Key)
				}
			}
		}
	}
	if d := h.Controllers[0].Disclosures[0]; d.Recipient.Label == "" || len(d.Fields) == 0 {
		return "", errors.New("a mail was sent, and the report does not say who received the address")
	}
	return fmt.Sprintf("%d kinds of data of two controllers, each with purpose, basis, source, term and recipients; a mail that was sent is told with who received it", n), nil
}

// taken is an archive that was fetched.
type taken struct {
	raw    []byte
	counts map[string]int // rows by table
	files  []string
	text   string
}

func (w World) take(ctx context.Context, s *Someone) (out taken, err error) {
	if _, err := w.Must(ctx, 204, s, http.MethodPost, "/api/v1/me/confirm", map[string]string{"password": w.Password()}); err != nil {
		return out, err
	}
	a, err := w.Must(ctx, 200, s, http.MethodGet, "/api/v1/me/privacy/archive", nil)
	if err != nil {
		return out, err
	}
	out.raw, out.counts = a.Body, map[string]int{}
	z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
	if err != nil {
		return out, errors.New("the archive is no ZIP")
	}
	for _, f := range z.File {
		out.files = append(out.files, f.Name)
		if f.Name != "data.json" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return out, errors.New("the archive cannot be read")
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return out, errors.New("the archive cannot be read")
		}
		out.text = string(b)
	}
	var data struct {
		Subjects []struct {
			Tables []struct {
				Table string            `json:"table"`
				Rows  []json.RawMessage `json:"rows"`
			} `json:"tables"`
		} `json:"subjects"`
	}
	if err := json.Unmarshal([]byte(out.text), &data); err != nil {
		return out, errors.New("data.json is not what it should be")
	}
	for _, sub := range data.Subjects {
		for _, t := range sub.Tables {
			out.counts[t.Table] += len(t.Rows)
		}
	}
	return out, nil
}

// notInArchives are tables of which no archive has rows: what is told of them
// stands in data.json under left_out, or is a number that somebody's id is
// counted under.
func notInArchives(table string) bool {
	return strings.HasPrefix(table, "search_") || slices.Contains([]string{"feed_delivery", "feed_audience", "feed_stream", "reset_link"}, table) || strings.HasPrefix(table, "evidence")
}

// written makes something of everything that a person writes.
func (w World) written(ctx context.Context) (*Someone, id.Photo, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return nil, "", err
	}
	p, err := w.Point(ctx, s, "Seen by "+s.Canary, "below the "+s.Canary)
	if err != nil {
		return nil, "", err
	}
	photo, err := w.Photo(ctx, s, p)
	if err != nil {
		return nil, "", err
	}
	_, err = w.Must(ctx, 201, s, http.MethodPut, w.Project()+"/points/"+string(p)+"/comments/"+string(id.New[id.Comment]()), map[string]string{"text": "noted, " + s.Canary})
	return s, photo, err
}

func (w World) archiveWhole(ctx context.Context) (string, error) {
	s, photo, err := w.written(ctx)
	if err != nil {
		return "", err
	}
	// What is there is counted before: the archive itself leaves traces.
	there := map[string]int{}
	rows := 0
	err = w.DB.Read(ctx, db.Everyone("a probe reads everything"), func(tx *db.Tx) error {
		clear(there)
		rows = 0
		return db.Dump(tx, func(table, row string) error {
			if !notInArchives(table) && (strings.Contains(row, string(s.Account)) || strings.Contains(row, string(s.Person)) || strings.Contains(row, s.Canary)) {
				there[table]++
				rows++
			}
			return nil
		})
	})
	if err != nil {
		return "", err
	}
	a, err := w.take(ctx, s)
	if err != nil {
		return "", err
	}
	for table, n := range there {
		if a.counts[table] < n {
			return "", fmt.Errorf("%d rows of %s are the person's, and %d are in the archive", n, table, a.counts[table])
		}
	}
	for _, v := range append(s.Values(), "noted, "+s.Canary) {
		if !strings.Contains(a.text, v) {
			return "", errors.New("a value of the person is not in the archive")
		}
	}
	if !slices.Contains(a.files, "files/photo/"+string(photo)+".jpg") || !slices.Contains(a.files, "index.html") {
		return "", errors.New("the photo, or the page to read, is not in the archive")
	}
	return fmt.Sprintf("%d rows of %d tables name the person, and the archive has them all, with a page to read and the photo", rows, len(there)), nil
}

func (w World) archiveTaken(ctx context.Context) (string, error) {
	s, _, err := w.written(ctx)
	if err != nil {
		return "", err
	}
	a, err := w.take(ctx, s)
	if err != nil {
		return "", err
	}
	other, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	var out struct {
		Profile                         []string
		Points, Comments, Photos, Known int
	}
	take := func() error {
		b, err := w.Must(ctx, 200, other, http.MethodPost, "/api/v1/me/privacy/import?project="+string(w.Site.Project), Body{Type: "application/zip", Bytes: a.raw})
		if err != nil {
			return err
		}
		return b.JSON(&out)
	}
	if err := take(); err != nil {
		return "", err
	}
	if out.Points != 1 || out.Comments != 1 || out.Photos != 1 || !slices.Contains(out.Profile, "name") {
		return "", errors.New("not all that was taken along arrived")
	}
	if err := take(); err != nil {
		return "", err
	}
	if out.Points != 0 || out.Known != 3 {
		return "", errors.New("what was there already was made again")
	}
	return "profile, a point, a comment and a photo went through an archive into another account; a second time changed nothing", nil
}

func (w World) correct(ctx context.Context) (string, error) {
	s, err := w.Person(ctx, policy.Contributor)
	if err != nil {
		return "", err
	}
	if _, err := w.Point(ctx, s, "Proof of a name", ""); err != nil {
		return "", err
	}
	if _, _, err := w.Report(ctx, w.Owner(), "en-GB", "Europe/Brussels"); err != nil { // which names them
		return "", err
	}
	s.Name = "Corrected " + s.Canary
	told, err := w.correctOwn(ctx, s, map[string]any{"name": s.Name})
	if err != nil {
		return "", err
	}
	a, err := w.Must(ctx, 200, w.Owner(), http.MethodGet, w.Project()+"/people", nil)
	if err != nil {
		return "", err
	}
	if !a.Has(s.Name) {
		return "", errors.New("a corrected name is not what others read")
	}
	var owed []disclosure.Owed
	if err := w.DB.Read(ctx, db.Tenant(w.Site.Org), func(tx *db.Tx) error {
		owed, err = disclosure.OwedFor(tx, personal.OfPerson(w.Site.Org, s.Person))
		return err
	}); err != nil {
		return "", err
	}
	if told < 1 || len(owed) < 1 || owed[0].Act != disclosure.Rectified || !owed[0].Open() {
		return "", errors.New("nobody has to be told of a corrected name that a report gave away")
	}
	return fmt.Sprintf("a name was corrected, others read the new one at once, and %d recipient has to be told", told), nil
}
