package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/promise"
)

// Stated is what the policy and its evidence are looked at with.
type Stated struct {
	Policy   *policytext.Service
	Evidence *evidence.Log
}

// probesPolicy are those of the policy, its changes, the contact, the
// authorities, and the log of evidence.
func (w World) probesPolicy() []promise.Probe {
	return []promise.Probe{
		look("POL-1", "the policy names all that is declared, and its date", w.policySaysAll),
		look("POL-2", "a new recipient waits for the notice period", w.noticePeriod),
		look("POL-3", "the policy as a PDF and for print", w.printable),
		look("CTC-1", "the officer by e-mail and by post", w.officer),
		look("AUT-1", "an authority for each country", w.complaints),
		look("CON-2", "an act in the log, its receipt, and that the log only grew", w.evidence),
	}
}

func (w World) policySaysAll(ctx context.Context) (string, error) {
	words := 0
	for _, language := range lang.Languages() {
		a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/api/v1/policy?locale="+language, nil)
		if err != nil {
			return "", err
		}
		var p struct {
			Effective string
			InForce   bool `json:"in_force"`
			Blocks    []struct {
				Heading string
				Text    string
				Facts   [][]string
				Rows    [][]string
				List    []string
			}
		}
		if err := a.JSON(&p); err != nil {
			return "", err
		}
		if _, ok := lang.ParseCivil(p.Effective); !ok || !p.InForce {
			return "", errors.New("the policy shows no date since which it is in force")
		}
		said := map[string]bool{}
		add := func(texts ...string) {
			for _, t := range texts {
				said[t] = true
				for line := range strings.SplitSeq(t, "\n") {
					said[line] = true
					for part := range strings.SplitSeq(line, "; ") {
						said[part] = true
					}
				}
			}
		}
		for _, b := range p.Blocks {
			add(b.Heading, b.Text)
			add(b.List...)
			for _, f := range append(b.Facts, b.Rows...) {
				add(f...)
			}
		}
		l := lang.Match(language)
		for _, d := range w.Declarations() {
			if !d.Personal() {
				continue
			}
			must := map[string]string{"category": terms.Category(l, d.Category), "retention": terms.Retention(l, d.Retention), "subject": terms.Subject(l, d.Subject)}
			for _, p := range d.Purposes {
				must["purpose "+string(p)] = terms.Purpose(l, p)
				must["basis "+string(p)] = terms.Basis(l, d.BasisFor(p))
			}
			for _, s := range d.Sources {
				must["source "+string(s)] = terms.Source(l, s)
			}
			for _, r := range d.Recipients {
				if r != personal.Nobody {
					must["recipient "+string(r)] = terms.Recipient(l, r)
				}
			}
			for kind, text := range must {
				if !said[text] {
					return "", fmt.Errorf("the policy in %s does not name the %s of %s", language, kind, d.Name())
				}
				words++
			}
		}
	}
	return fmt.Sprintf("five languages; %d categories, purposes, grounds, sources, recipients and retentions of declared fields looked up in the text, all are there", words), nil
}

func (w World) noticePeriod(ctx context.Context) (string, error) {
	if err := w.Policy.Rehearse(ctx, w.Owner().Account); err != nil {
		return "", err
	}
	return fmt.Sprintf("a made-up recipient, in a transaction that was taken back: not in force before %d days, the account told in the app and by mail", policytext.NoticeDays), nil
}

func (w World) printable(ctx context.Context) (string, error) {
	a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/privacy.pdf?lang=nl", nil)
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(a.Body, []byte("%PDF-")) || bytes.Count(a.Body, []byte("/Type /Page\n"))+bytes.Count(a.Body, []byte("/Type/Page\n")) == 0 {
		return "", errors.New("what is served as a PDF is none")
	}
	page, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/privacy?lang=nl", nil)
	if err != nil {
		return "", err
	}
	if !bytes.Contains(page.Body, []byte("@media print")) || !bytes.Contains(page.Body, []byte(`<html lang="nl">`)) {
		return "", errors.New("the page has no style for print")
	}
	return fmt.Sprintf("a PDF of %d KiB, and a page with a style for print", len(a.Body)/1024), nil
}

func (w World) officer(ctx context.Context) (string, error) {
	a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/api/v1/contact", nil)
	if err != nil {
		return "", err
	}
	var c struct{ Officer struct{ Email, Post string } }
	if err := a.JSON(&c); err != nil {
		return "", err
	}
	if !strings.Contains(c.Officer.Email, "@") || len(c.Officer.Post) < 8 {
		return "", errors.New("no officer can be reached by e-mail and by post: fill privacy.operator.officer in")
	}
	page, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/privacy?lang=en", nil)
	if err != nil {
		return "", err
	}
	if !bytes.Contains(page.Body, []byte("mailto:"+c.Officer.Email)) {
		return "", errors.New("the page of the policy does not lead to the officer")
	}
	return "an address for mail and one for letters, on the contact page and in the policy", nil
}

func (w World) complaints(ctx context.Context) (string, error) {
	found := 0
	for _, country := range personal.EEA() {
		a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/api/v1/authorities?country="+country, nil)
		if err != nil {
			return "", err
		}
		var list struct {
			Items []struct{ Name, Address, Email, Form, Phone string }
		}
		if err := a.JSON(&list); err != nil {
			return "", err
		}
		if len(list.Items) == 0 || list.Items[0].Name == "" || list.Items[0].Email+list.Items[0].Form+list.Items[0].Phone == "" {
			return "", fmt.Errorf("no authority of %s can be reached", country)
		}
		found += len(list.Items)
	}
	return fmt.Sprintf("%d authorities of %d countries, each with a way to reach it", found, len(personal.EEA())), nil
}

// small is up to how many entries the whole log is rebuilt.
const small = 20_000

func (w World) evidence(ctx context.Context) (string, error) {
	log := w.Evidence
	before, err := log.Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	key, err := log.Key(ctx)
	if err != nil {
		return "", err
	}
	ref := make([]byte, 16)
	if _, err := rand.Read(ref); err != nil {
		return "", err
	}
	var e *evidence.Entry
	err = w.DB.Write(ctx, db.Everyone("a probe puts an act on record"), func(tx *db.Tx) (err error) {
		e, err = evidence.Append(tx, evidence.Act{Kind: "proof.made", Ref: hex.EncodeToString(ref)})
		return err
	})
	if err != nil {
		return "", err
	}
	r, err := log.ReceiptFor(ctx, e.Number, hex.EncodeToString(ref))
	if err != nil {
		return "", err
	}
	file, err := r.Marshal()
	if err != nil {
		return "", err
	}
	p, err := evidence.Verify(file, key)
	if err != nil {
		return "", err
	}
	file[len(file)/2] ^= 1
	if _, err := evidence.Verify(file, key); err == nil {
		return "", errors.New("a receipt verifies with a byte changed")
	}
	from, err := evidence.SizeOf(before, key)
	if err != nil {
		return "", err
	}
	if from > 0 {
		proof, err := log.Consistency(ctx, from, p.Size)
		if err != nil {
			return "", err
		}
		if err := evidence.CheckConsistency(before, []byte(r.Checkpoint), proof, key); err != nil {
			return "", err
		}
	}
	whole := ""
	if p.Size <= small {
		if _, err := log.Audit(ctx); err != nil {
			return "", err
		}
		whole = "; the whole tree was rebuilt and is the same"
	}
	return fmt.Sprintf("entry %d of %d: its receipt verifies, with a byte changed it does not; the log before is the beginning of the log now%s", p.Number, p.Size, whole), nil
}
