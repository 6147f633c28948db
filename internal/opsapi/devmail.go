package opsapi

import (
	"html/template"
	"net/http"
	"regexp"
	"strconv"

	"plumbline/internal/fault"
	"plumbline/internal/rest"
)

// registerMail adds the pages of captured mail. They are plain HTML without
// scripts; a mail's own HTML is shown in a frame that may do nothing.
func registerMail(a *rest.API, mails Mails) {
	pages := template.Must(template.New("").Funcs(template.FuncMap{"links": links}).Parse(mailPages))
	show := func(w http.ResponseWriter, page string, data any) error {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'")
		return fault.Wrap("opsapi.mail", pages.ExecuteTemplate(w, page, data))
	}
	rest.Raw(a, rest.Op{
		ID: "dev-mails", Method: http.MethodGet, Path: "/dev/mail", Root: true, Tag: "Development",
		Summary: "Mail that was captured", Description: "In development mail is kept here instead of sent.",
		Who: rest.Anyone, Rate: rest.Open, Gives: []string{"text/html"},
	}, func(w http.ResponseWriter, _ *http.Request) error {
		return show(w, "list", mails.List())
	})
	rest.Raw(a, rest.Op{
		ID: "dev-mail", Method: http.MethodGet, Path: "/dev/mail/{n}", Root: true, Tag: "Development",
		Summary: "A mail that was captured", Description: "Its text; with as=html the HTML that a mail program would show.",
		Who: rest.Anyone, Rate: rest.Open, Gives: []string{"text/html"}, Query: []string{"as"},
	}, func(w http.ResponseWriter, r *http.Request) error {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			return fault.New(fault.NotFound, "mail-not-found", "there is no such mail")
		}
		m, err := mails.Get(n)
		if err != nil {
			return err
		}
		if r.URL.Query().Get("as") == "html" {
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Cache-Control", "no-store")
			h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'")
			_, _ = w.Write([]byte(m.HTML))
			return nil
		}
		return show(w, "mail", m)
	})
}

// piece is a part of a text, a link if URL is set.
type piece struct{ Text, URL string }

var webAddress = regexp.MustCompile(`https?://[^\s<>"]+`)

// links finds the web addresses in a text.
func links(text string) (out []piece) {
	at := 0
	for _, m := range webAddress.FindAllStringIndex(text, -1) {
		out = append(out, piece{Text: text[at:m[0]]}, piece{text[m[0]:m[1]], text[m[0]:m[1]]})
		at = m[1]
	}
	return append(out, piece{Text: text[at:]})
}

const mailPages = `
{{define "head"}}<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Captured mail</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8886; vertical-align: top }
pre { white-space: pre-wrap; font: inherit }
iframe { width: 100%; height: 30rem; border: 1px solid #8886; background: #fff }
</style>{{end}}
{{define "list"}}{{template "head"}}
<h1>Captured mail</h1>
<p>This server does not send mail: it keeps it here.</p>
{{if .}}<table>
<tr><th>When<th>To<th>Subject</tr>
{{range .}}<tr><td><time datetime="{{.Date.Format "2006-01-02T15:04:05Z07:00"}}">{{.Date.Format "2006-01-02 15:04:05"}} UTC</time><td>{{.To}}<td><a href="/dev/mail/{{.N}}">{{.Subject}}</a></tr>
{{end}}</table>{{else}}<p>No mail yet.</p>{{end}}
</html>{{end}}
{{define "mail"}}{{template "head"}}
<p><a href="/dev/mail">All mail</a></p>
<h1>{{.Subject}}</h1>
<p>To {{.To}}, {{.Date.Format "2006-01-02 15:04:05"}} UTC</p>
<pre>{{range links .Text}}{{if .URL}}<a href="{{.URL}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}</pre>
{{if .HTML}}<iframe title="As a mail program shows it" src="/dev/mail/{{.N}}?as=html" sandbox></iframe>{{end}}
</html>{{end}}
`
