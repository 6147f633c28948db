package bcfwrite

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"

	"plumbline/internal/bcf"
)

// out writes XML, an element a line.
type out struct {
	buf  bytes.Buffer
	open []string
}

func newOut() *out {
	o := &out{}
	o.buf.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return o
}

func (o *out) escape(s string) { _ = xml.EscapeText(&o.buf, []byte(strings.ToValidUTF8(s, "�"))) }

func (o *out) tag(name string, attrs []string) {
	for range o.open {
		o.buf.WriteString("  ")
	}
	o.buf.WriteByte('<')
	o.buf.WriteString(name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if strings.TrimSpace(attrs[i+1]) == "" {
			continue
		}
		o.buf.WriteString(" " + attrs[i] + `="`)
		o.escape(attrs[i+1])
		o.buf.WriteByte('"')
	}
}

// begin opens an element; attributes are pairs, and those without a value are left out.
func (o *out) begin(name string, attrs ...string) {
	o.tag(name, attrs)
	o.buf.WriteString(">\n")
	o.open = append(o.open, name)
}

func (o *out) end() {
	last := len(o.open) - 1
	name := o.open[last]
	o.open = o.open[:last]
	for range o.open {
		o.buf.WriteString("  ")
	}
	o.buf.WriteString("</" + name + ">\n")
}

// empty writes an element without content.
func (o *out) empty(name string, attrs ...string) {
	o.tag(name, attrs)
	o.buf.WriteString("/>\n")
}

// text writes an element with text.
func (o *out) text(name, value string) {
	o.tag(name, nil)
	o.buf.WriteByte('>')
	// A line's end stays readable to people.
	for i, line := range strings.Split(value, "\n") {
		if i > 0 {
			o.buf.WriteByte('\n')
		}
		o.escape(line)
	}
	o.buf.WriteString("</" + name + ">\n")
}

// opt writes an element with text, where there is any.
func (o *out) opt(name, value string) {
	if strings.TrimSpace(value) != "" {
		o.text(name, value)
	}
}

func (o *out) number(name string, value *int) {
	if value != nil {
		o.text(name, strconv.Itoa(*value))
	}
}

func (o *out) vector(name string, v bcf.Vector) {
	o.begin(name)
	o.text("X", double(v.X))
	o.text("Y", double(v.Y))
	o.text("Z", double(v.Z))
	o.end()
}

func flagText(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

func double(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
