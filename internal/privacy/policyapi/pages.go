package policyapi

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/text/language"

	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
	"plumbline/internal/sabotage"
)

// pages keeps the PDFs of a version, which take a while to set.
type pages struct {
	mu   sync.Mutex
	pdfs map[string][]byte
}

// spoken is the language that a request asks for: by ?lang=, or by what its
// browser prefers.
func spoken(r *http.Request) lang.Locale {
	if tag := r.URL.Query().Get("lang"); tag != "" {
		return lang.Match(tag)
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return lang.Default
	}
	for _, t := range tags {
		base, _ := t.Base()
		if slices.Contains(lang.Languages(), base.String()) {
			return lang.Match(t.String())
		}
	}
	return lang.Default
}

// doc is the document that a request asks for.
func (p *api) doc(r *http.Request) (paper.Doc, policytext.Version, error) {
	ctx, l := r.Context(), spoken(r)
	v, err := p.Policy.Named(ctx, r.URL.Query().Get("version"))
	if err != nil {
		return paper.Doc{}, v, err
	}
	now, err := p.Policy.InForce(ctx)
	if err != nil {
		return paper.Doc{}, v, err
	}
	t, err := p.Policy.Text(ctx, v, l)
	if err != nil {
		return paper.Doc{}, v, err
	}
	next, announced, err := p.Policy.Coming(ctx)
	if err != nil {
		return paper.Doc{}, v, err
	}
	d := wording.Doc(l, t, wording.Standing(l, v.ID, v.Effective, v.Number <= now.Number))
	if announced && v.Number == now.Number {
		title, text := wording.Announcement(l, next.Material, next.Effective)
		d.Blocks = slices.Insert(d.Blocks, 0, paper.Block(paper.Text(title+"\n"+text)),
			paper.Block(paper.Link{Text: wording.Standing(l, next.ID, next.Effective, false), URL: "/privacy?version=" + next.ID + "&lang=" + l.Language()}))
	}
	query := "?lang="
	if r.URL.Query().Get("version") != "" {
		query = "?version=" + v.ID + "&lang="
	}
	d.Links = append(d.Links, paper.Link{Text: lang.T(l, "policy.link.app"), URL: "/"},
		paper.Link{Text: lang.T(l, "policy.link.pdf"), URL: "/privacy.pdf" + query + l.Language()})
	for _, other := range lang.Languages() {
		if other != l.Language() {
			d.Links = append(d.Links, paper.Link{Text: ownName(other), URL: query + other})
		}
	}
	return d, v, nil
}

// ownName is a language's name in itself.
func ownName(language string) string {
	return map[string]string{"nl": "Nederlands", "en": "English", "fr": "Français", "da": "Dansk", "de": "Deutsch"}[language]
}

func (p *api) page(w http.ResponseWriter, r *http.Request) error {
	d, _, err := p.doc(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := paper.HTML(&b, d); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+paper.Style()+"; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	return p.send(w, &b)
}

func (p *api) pdf(w http.ResponseWriter, r *http.Request) error {
	if sabotage.Off("POL-3") {
		return notFound()
	}
	d, v, err := p.doc(r)
	if err != nil {
		return err
	}
	file, err := p.pages.of(fmt.Sprint(v.ID, d.Locale, d.Blocks[:2]), d) // a version, and what it announces
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Disposition", `inline; filename="privacy-`+d.Locale.Language()+`-`+v.ID+`.pdf"`)
	return p.send(w, bytes.NewBuffer(file))
}

func (p *pages) of(key string, d paper.Doc) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b, ok := p.pdfs[key]; ok {
		return b, nil
	}
	var b bytes.Buffer
	if err := paper.PDF(&b, d); err != nil {
		return nil, err
	}
	if p.pdfs == nil || len(p.pdfs) > 20 {
		p.pdfs = map[string][]byte{}
	}
	p.pdfs[key] = b.Bytes()
	return b.Bytes(), nil
}

func (p *api) send(w http.ResponseWriter, b *bytes.Buffer) error {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Language")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = b.WriteTo(w) // whoever hung up needs no answer
	return nil
}

// receipt is sent byte for byte as it is verified.
func (p *api) receipt(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return notFound()
	}
	receipt, err := p.Evidence.ReceiptFor(r.Context(), n, r.URL.Query().Get("ref"))
	if err != nil {
		return err
	}
	b, err := receipt.Marshal()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="receipt-`+strconv.FormatInt(n, 10)+`.json"`)
	_, _ = w.Write(b) //nolint:gosec // JSON of our own making, sent as JSON
	return nil
}
