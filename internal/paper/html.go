package paper

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"strconv"
	"strings"
)

const css = `
:root{color-scheme:light dark;--ink:#1d1c1a;--ink2:#5b574f;--line:#e3ded3;--paper:#fdfcfa;--head:#f4f1ea;--link:#1f47b8}
@media (prefers-color-scheme:dark){:root{--ink:#ece8e0;--ink2:#b3ada2;--line:#45413a;--paper:#191815;--head:#24221e;--link:#9db4ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 "IBM Plex Sans",system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
main{max-width:46rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0 0 1.5rem;font-size:.9375rem}
nav a{padding:.35rem 0}
.parts{display:block;columns:2 16rem;margin:0 0 1rem}
.parts a{display:block}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .35rem;font-weight:600;text-wrap:balance}
.sub{color:var(--ink2);margin:0 0 2rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line);font-weight:600}
h3{font-size:1.0625rem;line-height:1.35;margin:1.75rem 0 .35rem;font-weight:600}
h4{font-size:1rem;margin:1.25rem 0 .25rem;font-weight:600}
p{margin:0 0 .85rem;white-space:pre-line}
ul{margin:0 0 1rem;padding-left:1.2rem}
li{margin:.2rem 0;white-space:pre-line}
a{color:var(--link);text-underline-offset:.15em}
dl{margin:0 0 1.25rem;display:grid;grid-template-columns:minmax(7rem,14rem) 1fr;gap:.35rem 1.25rem}
dt{color:var(--ink2)}
dd{margin:0;white-space:pre-line;min-width:0;overflow-wrap:anywhere}
.wide{margin:0 0 1.25rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem;line-height:1.45}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);white-space:pre-line}
th{font-weight:600;border-bottom-width:2px}
@media (max-width:40rem){
dl{grid-template-columns:1fr;gap:0}
dd{margin:0 0 .75rem}
table,tbody,tr,td{display:block;width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
td{border:0;padding:.15rem 0}
td[data-label]::before{content:attr(data-label);display:block;color:var(--ink2);font-size:.8125rem}
}
@media print{
:root{--ink:#000;--ink2:#333;--line:#bbb;--paper:#fff;--head:#fff;--link:#000}
@page{size:A4;margin:18mm}
body{font-size:10.5pt;line-height:1.45}
main{max-width:none;padding:0}
nav{display:none}
h1{font-size:20pt}h2{font-size:14pt}h3{font-size:11.5pt}
h2,h3,h4{break-after:avoid}
p,li,tr,dt,dd{break-inside:avoid}
thead{display:table-header-group}
a{text-decoration:none}
.page{break-before:page}
}
`

// Style is the value of style-src that lets a page of HTML be styled, and
// nothing else.
func Style() string {
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

type page struct{ strings.Builder }

func (p *page) put(parts ...string) {
	for _, s := range parts {
		_, _ = p.WriteString(s) // a builder takes everything
	}
}

func esc(s string) string { return html.EscapeString(clean(s)) }

func (p *page) element(name, attributes, text string) {
	p.put("<", name, attributes, ">", esc(text), "</", name, ">\n")
}

// HTML writes doc as a page.
func HTML(w io.Writer, doc Doc) error {
	var p page
	l := esc(doc.locale().Language())
	p.put("<!doctype html>\n<html lang=\"", l, "\">\n<head>\n<meta charset=\"utf-8\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
	p.element("title", "", doc.Title)
	p.put("<style>", css, "</style>\n</head>\n<body>\n<main>\n")
	if len(doc.Links) > 0 {
		p.put("<nav>\n")
		for _, k := range doc.Links {
			p.link(k)
			p.put("\n")
		}
		p.put("</nav>\n")
	}
	p.element("h1", "", doc.Title)
	if doc.Subtitle != "" {
		p.element("p", ` class="sub"`, doc.Subtitle)
	}
	if doc.Contents {
		p.put("<nav class=\"parts\">\n")
		for _, b := range doc.Blocks {
			if h, ok := b.(Heading); ok && h.Level <= 1 && h.ID != "" {
				p.link(Link{h.Text, "#" + h.ID})
				p.put("\n")
			}
		}
		p.put("</nav>\n")
	}
	for _, b := range doc.Blocks {
		p.blockHTML(b)
	}
	p.put("</main>\n</body>\n</html>\n")
	_, err := io.WriteString(w, p.String())
	return err
}

func (p *page) link(l Link) {
	if u, ok := l.reachable(); ok {
		p.put(`<a href="`, html.EscapeString(u), `">`, esc(l.Text), "</a>")
		return
	}
	p.put(esc(l.Text))
}

func (p *page) blockHTML(b Block) {
	switch b := b.(type) {
	case Heading:
		attr := ""
		if b.ID != "" {
			attr = ` id="` + esc(b.ID) + `"`
		}
		p.element("h"+strconv.Itoa(min(max(b.Level, 1), 3)+1), attr, b.Text)
	case Text:
		p.element("p", "", string(b))
	case List:
		p.put("<ul>\n")
		for _, s := range b {
			p.element("li", "", s)
		}
		p.put("</ul>\n")
	case Facts:
		p.put("<dl>\n")
		for _, f := range b {
			p.element("dt", "", f[0])
			p.element("dd", "", f[1])
		}
		p.put("</dl>\n")
	case Link:
		p.put("<p>")
		p.link(b)
		p.put("</p>\n")
	case PageBreak:
		p.put("<div class=\"page\"></div>\n")
	case Table:
		p.tableHTML(b)
	}
}

func (p *page) tableHTML(t Table) {
	p.put("<div class=\"wide\">\n<table>\n")
	if len(t.Head) > 0 {
		p.put("<thead><tr>")
		for i := range t.columns() {
			p.put(`<th scope="col">`, esc(cell(t.Head, i)), "</th>")
		}
		p.put("</tr></thead>\n")
	}
	p.put("<tbody>\n")
	for _, r := range t.Rows {
		p.put("<tr>")
		for i := range t.columns() {
			label := ""
			if h := cell(t.Head, i); h != "" {
				label = ` data-label="` + esc(h) + `"`
			}
			p.put("<td", label, ">", esc(cell(r, i)), "</td>")
		}
		p.put("</tr>\n")
	}
	p.put("</tbody>\n</table>\n</div>\n")
}
