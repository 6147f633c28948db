package unpack

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Node is an XML element without its namespace; names are compared without case.
type Node struct {
	Name  string
	attrs []xml.Attr
	Kids  []*Node
	Text  string // of an element without elements in it
}

const (
	maxDepth = 64        // elements within elements
	maxNodes = 1_000_000 // elements of one file
)

var (
	errDoctype = errors.New("a document type with entities")
	errDeep    = errors.New("elements are nested too deeply, or there are too many")
)

// Parse reads one XML document. Unknown entities stay as they are written:
// there is nothing in it that can expand.
func Parse(b []byte) (*Node, error) {
	// A byte order mark wins over what the document says of itself.
	utf8, err := io.ReadAll(transform.NewReader(bytes.NewReader(b), unicode.BOMOverride(transform.Nop)))
	if err != nil {
		return nil, err
	}
	marked := len(utf8) != len(b)
	d := xml.NewDecoder(bytes.NewReader(utf8))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if marked {
			return in, nil
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	var root *Node
	var stack []*Node
	var text []strings.Builder
	for count := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.ContainsAny(t, "[&") || bytes.Contains(bytes.ToUpper(t), []byte("ENTITY")) {
				return nil, errDoctype
			}
		case xml.StartElement:
			if count++; count > maxNodes || len(stack) >= maxDepth {
				return nil, errDeep
			}
			n := &Node{Name: t.Name.Local}
			if len(t.Attr) > 0 {
				n.attrs = append(n.attrs, t.Attr...)
			}
			if len(stack) > 0 {
				up := stack[len(stack)-1]
				up.Kids = append(up.Kids, n)
			} else if root == nil {
				root = n
			}
			stack, text = append(stack, n), append(text, strings.Builder{})
		case xml.EndElement:
			if len(stack) == 0 {
				continue
			}
			if n := stack[len(stack)-1]; len(n.Kids) == 0 {
				n.Text = text[len(text)-1].String()
			}
			stack, text = stack[:len(stack)-1], text[:len(text)-1]
		case xml.CharData:
			if len(stack) > 0 && len(stack[len(stack)-1].Kids) == 0 {
				_, _ = text[len(text)-1].Write(t) // never fails
			}
		}
	}
	if root == nil {
		return nil, errors.New("no element")
	}
	return root, nil
}

// All are the elements of a name in n; none of none.
func (n *Node) All(name string) []*Node {
	if n == nil {
		return nil
	}
	var out []*Node
	for _, k := range n.Kids {
		if strings.EqualFold(k.Name, name) {
			out = append(out, k)
		}
	}
	return out
}

// Get is the first element of a name in n, or nil.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if strings.EqualFold(k.Name, name) {
			return k
		}
	}
	return nil
}

// Word is the text of an element of n without the space around it.
func (n *Node) Word(name string) string { return strings.TrimSpace(n.Prose(name)) }

// Prose is the text of an element of n as it stands.
func (n *Node) Prose(name string) string {
	if k := n.Get(name); k != nil {
		return k.Text
	}
	return ""
}

// Attr is an attribute of n without the space around it.
func (n *Node) Attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Flag is a boolean attribute of n, or nil where it has none.
func (n *Node) Flag(name string) *bool {
	switch strings.ToLower(n.Attr(name)) {
	case "true", "1":
		return new(true)
	case "false", "0":
		return new(false)
	}
	return nil
}

// Within are the elements name of n, and those in its elements outer: version 3.0
// put a plural around what versions before it repeated.
func (n *Node) Within(outer, name string) []*Node {
	out := n.All(name)
	for _, o := range n.All(outer) {
		out = append(out, o.All(name)...)
	}
	return out
}
