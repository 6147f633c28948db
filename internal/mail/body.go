package mail

import (
	"html/template"
	"strings"
	"sync"

	"plumbline/internal/lang"
)

// page is the HTML of every mail. Nothing is loaded from anywhere: no picture,
// no font, no counter.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Heading}}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f2;color:#1c1c1a;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px">
<h1 style="margin:0 0 16px;font-size:20px">{{.Heading}}</h1>
{{range .Paragraphs}}<p style="margin:0 0 16px">{{.}}</p>
{{end}}{{if .Link}}<p style="margin:24px 0"><a href="{{.Link}}" style="display:inline-block;padding:12px 20px;background:#1c1c1a;color:#fff;border-radius:6px;text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 16px;font-size:13px;color:#5c5c58">{{.Lost}}<br><a href="{{.Link}}" style="color:#5c5c58;word-break:break-all">{{.Link}}</a></p>
{{end}}{{if .Unsubscribe}}<p style="margin:24px 0 0;font-size:13px;color:#5c5c58">{{.Why}} <a href="{{.Unsubscribe}}" style="color:#5c5c58">{{.End}}</a></p>
{{end}}<p style="margin:24px 0 0;font-size:13px;color:#5c5c58">{{.Footer}}</p>
</div></body></html>
`))
})

func body(l lang.Locale, name, link, host, unsubscribe string) (text, html string, err error) {
	key := "mail." + name + "."
	v := struct {
		Lang, Heading, Link, Button, Lost, Footer, Why, Unsubscribe, End string
		Paragraphs                                                       []string
	}{string(l), lang.T(l, key+"heading"), link, lang.T(l, key+"button"), lang.T(l, "mail.link-lost"),
		lang.T(l, "mail.footer", "host", host), lang.T(l, "mail.unsubscribe-why"), unsubscribe, lang.T(l, "mail.unsubscribe"), strings.Split(lang.T(l, key+"body"), "\n\n")}
	parts := append([]string{v.Heading}, v.Paragraphs...)
	if link != "" {
		parts = append(parts, v.Button+":\n"+link)
	}
	if unsubscribe != "" {
		parts = append(parts, v.Why+" "+v.End+":\n"+unsubscribe)
	}
	// The line before the footer is the usual mark of a signature.
	text = strings.Join(append(parts, "-- \n"+v.Footer), "\n\n") + "\n"
	var b strings.Builder
	err = page().Execute(&b, v)
	return text, b.String(), err
}
