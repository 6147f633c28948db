// Package markup reads the XML of programmes, element by element and within
// limits: documents that name entities, nest too deeply or grow too large are
// refused before they cost anything.
package markup

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/ianaindex"

	"plumbline/internal/fault"
)

// Limits of one document.
const (
	MaxBytes    = 1 << 30
	maxDepth    = 64
	maxText     = 1 << 20
	maxChildren = 200_000 // below one record
)

// Element is a record: a task, a calendar, with all that is below it.
type Element struct {
	Name string
	Body string
	Kids []Element
}

// Kid is the first child of the name, or nil.
func (e *Element) Kid(name string) *Element {
	for i := range e.Kids {
		if e.Kids[i].Name == name {
			return &e.Kids[i]
		}
	}
	return nil
}

// Text is the text of a child, or of the child of a child, and so on.
func (e *Element) Text(path ...string) string {
	for _, name := range path {
		if e = e.Kid(name); e == nil {
			return ""
		}
	}
	return e.Body
}

// All lists the children of the name.
func (e *Element) All(name string) []*Element {
	var out []*Element
	for i := range e.Kids {
		if e.Kids[i].Name == name {
			out = append(out, &e.Kids[i])
		}
	}
	return out
}

// Visit is told of each element in turn, with its path below the root: it
// takes it whole, goes into it, or leaves it out.
type Visit func(path []string) Wish

// Wish is what to do with an element.
type Wish uint8

// The wishes.
const (
	Enter Wish = iota
	Take
	Skip
)

func refuse(code, what string) *fault.Error { return fault.New(fault.Unreadable, code, what) }

// Read walks through the document. Each element that visit takes is handed to take.
func Read(r io.Reader, visit Visit, take func(path []string, e *Element) error) error {
	limited := &io.LimitedReader{R: r, N: MaxBytes}
	d := xml.NewDecoder(limited)
	d.CharsetReader = charset
	var path []string
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(path) == 0 {
			return nil
		}
		if err != nil {
			return broken(err, limited, d)
		}
		switch t := t.(type) {
		case xml.Directive:
			return refuse("programme-doctype", "the file declares a document type; programmes have none, and it could hide an attack")
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > maxDepth {
				return refuse("programme-too-deep", fmt.Sprintf("elements nest deeper than %d", maxDepth))
			}
			switch wish := visit(path); wish {
			case Enter:
			case Take, Skip:
				e := Element{Name: t.Name.Local}
				n := 0
				if err := fill(d, &e, len(path), &n, wish == Skip); err != nil {
					return broken(err, limited, d)
				}
				if wish == Take {
					if err := take(path, &e); err != nil {
						return err
					}
				}
				path = path[:len(path)-1]
			}
		case xml.EndElement:
			if len(path) == 0 || path[len(path)-1] != t.Name.Local {
				return refuse("programme-xml", "an element ends that did not begin")
			}
			path = path[:len(path)-1]
		}
	}
}

func broken(err error, l *io.LimitedReader, d *xml.Decoder) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if l.N <= 0 {
		return fault.New(fault.TooLarge, "programme-too-large", "the file is larger than a gigabyte")
	}
	line, _ := d.InputPos()
	if errors.Is(err, io.EOF) {
		return refuse("programme-xml", fmt.Sprintf("the file ends in the middle, at line %d", line)).Because(err)
	}
	return refuse("programme-xml", fmt.Sprintf("the file is not well-formed XML at line %d", line)).Because(err)
}

// fill reads what is below e, or over it.
func fill(d *xml.Decoder, e *Element, depth int, count *int, skip bool) error {
	var text strings.Builder
	for {
		t, err := d.RawToken()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive:
			return refuse("programme-doctype", "the file declares a document type in its midst")
		case xml.CharData:
			if skip {
				continue
			}
			if text.Len()+len(t) > maxText {
				return refuse("programme-text", "a text of the file is longer than a megabyte")
			}
			text.Write(t)
		case xml.StartElement:
			if depth+1 > maxDepth {
				return refuse("programme-too-deep", fmt.Sprintf("elements nest deeper than %d", maxDepth))
			}
			if *count++; *count > maxChildren && !skip {
				return refuse("programme-too-large", "a record of the file holds more than 200,000 elements")
			}
			kid := Element{Name: t.Name.Local}
			if err := fill(d, &kid, depth+1, count, skip); err != nil {
				return err
			}
			if !skip {
				e.Kids = append(e.Kids, kid)
			}
		case xml.EndElement:
			if t.Name.Local != e.Name {
				return refuse("programme-xml", "an element ends that did not begin")
			}
			if len(e.Kids) == 0 {
				e.Body = strings.TrimSpace(text.String())
			}
			return nil
		}
	}
}

func charset(name string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(name), "utf-16") {
		return in, nil // already turned into UTF-8 by its byte order mark
	}
	enc, err := ianaindex.IANA.Encoding(name)
	if err != nil || enc == nil {
		return nil, refuse("programme-charset", "the file is in an encoding that is not known")
	}
	return enc.NewDecoder().Reader(in), nil
}
