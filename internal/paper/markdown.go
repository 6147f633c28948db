package paper

import (
	"io"
	"regexp"
	"strings"
)

// Markdown writes doc as CommonMark, with tables as GitHub has them.
func Markdown(w io.Writer, doc Doc) error {
	var b strings.Builder
	b.WriteString("# " + inline(doc.Title) + "\n")
	if doc.Subtitle != "" {
		b.WriteString("\n" + paragraph(doc.Subtitle) + "\n")
	}
	for _, x := range doc.Blocks {
		blockMarkdown(&b, x)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func blockMarkdown(b *strings.Builder, x Block) {
	b.WriteString("\n")
	switch x := x.(type) {
	case Heading:
		b.WriteString(strings.Repeat("#", min(max(x.Level, 1), 3)+1) + " " + inline(x.Text) + "\n")
	case Text:
		b.WriteString(paragraph(string(x)) + "\n")
	case List:
		for _, s := range x {
			b.WriteString("- " + inline(s) + "\n")
		}
	case Facts:
		for _, f := range x {
			b.WriteString("- **" + strings.TrimSpace(inline(f[0])) + ":** " + inCell(f[1]) + "\n")
		}
	case Link:
		if u, ok := x.reachable(); ok {
			b.WriteString("[" + inline(x.Text) + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E").Replace(u) + ">)\n")
			return
		}
		b.WriteString(paragraph(x.Text) + "\n")
	case PageBreak:
		b.WriteString("---\n")
	case Table:
		n := x.columns()
		if n == 0 {
			return
		}
		row := func(r []string) {
			for i := range n {
				b.WriteString("| " + inCell(cell(r, i)) + " ")
			}
			b.WriteString("|\n")
		}
		row(x.Head)
		b.WriteString(strings.Repeat("| --- ", n) + "|\n")
		for _, r := range x.Rows {
			row(r)
		}
	}
}

var (
	special   = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "~", `\~`, "|", `\|`)
	entity    = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)`)
	lineStart = regexp.MustCompile(`^(\s*)([#+=-]|\d{1,9}[.)])`)
)

// inline is text on one line that Markdown shows as it stands.
func inline(s string) string {
	s = special.Replace(strings.Join(strings.Fields(clean(s)), " "))
	s = entity.ReplaceAllString(s, `\&$1`)
	if m := lineStart.FindStringSubmatchIndex(s); m != nil {
		s = s[:m[5]-1] + `\` + s[m[5]-1:]
	}
	return s
}

func paragraph(s string) string {
	var lines []string
	for line := range strings.SplitSeq(clean(s), "\n") {
		if line = inline(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\\\n")
}

func inCell(s string) string {
	var lines []string
	for line := range strings.SplitSeq(clean(s), "\n") {
		if line = inline(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "<br>")
}
