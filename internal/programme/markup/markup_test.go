package markup_test

import (
	"errors"
	"strings"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/programme/markup"
)

// TestRefuses: what attacks, or ends in the middle, is refused with its code.
func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, code string }{
		{"a billion laughs", `<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><Project><Title>&c;</Title></Project>`, "programme-doctype"},
		{"a doctype inside", `<Project><Title><!DOCTYPE x></Title></Project>`, "programme-doctype"},
		{"an entity that nobody declared", `<Project><Title>&lol;</Title></Project>`, "programme-xml"},
		{"an external entity", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, "programme-doctype"},
		{"very deep", strings.Repeat("<a>", 100_000), "programme-too-deep"},
		{"very deep in a record", "<Project><Title>" + strings.Repeat("<a>", 100_000), "programme-too-deep"},
		{"ends in the middle", "<Project><Title>x", "programme-xml"},
		{"ends what did not begin", "<Project></Other>", "programme-xml"},
		{"a long text", "<Project><Title>" + strings.Repeat("x", 2<<20) + "</Title></Project>", "programme-text"},
		{"many small elements", "<Project><Title>" + strings.Repeat("<a/>", 300_000) + "</Title></Project>", "programme-too-large"},
	} {
		err := markup.Read(strings.NewReader(c.in), func(path []string) markup.Wish {
			if len(path) == 1 && path[0] == "Project" || path[0] == "a" {
				return markup.Enter
			}
			return markup.Take
		}, func([]string, *markup.Element) error { return nil })
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}

func TestTakes(t *testing.T) {
	t.Parallel()
	var got []string
	err := markup.Read(strings.NewReader(`<?xml version="1.0" encoding="windows-1252"?><x:Project xmlns:x="u"><x:Name>caf`+"\xe9"+`</x:Name><Skip><a>1</a></Skip><T><a><b> 2 </b></a></T></x:Project>`),
		func(path []string) markup.Wish {
			switch path[len(path)-1] {
			case "Project":
				return markup.Enter
			case "Skip":
				return markup.Skip
			}
			return markup.Take
		}, func(_ []string, e *markup.Element) error {
			got = append(got, e.Name+"="+e.Body+e.Text("a", "b"))
			return nil
		})
	if err != nil || strings.Join(got, ",") != "Name=café,T=2" {
		t.Errorf("%v, %v", got, err)
	}
}
