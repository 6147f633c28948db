package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func (p *program) BCFInfo(_ context.Context, file string) (BCF, []string, error) {
	p.asked = append(p.asked, file)
	return BCF{Version: "2.1", Topics: []BCFTopic{{GUID: "g", Title: "a\x1b[2J\nb", Comments: 2, Viewpoints: 1}}}, []string{"a note\n"}, p.err
}

func (p *program) BCFConvert(_ context.Context, in, out, version string) ([]string, error) {
	p.asked = append(p.asked, in, out, version)
	return []string{"a note"}, p.err
}

func (p *program) IFCLocations(_ context.Context, file string) (IFC, []string, error) {
	p.asked = append(p.asked, file)
	room := IFCLocation{Type: "space", IFCPart: IFCPart{GUID: "r", Name: "1", LongName: "Hall"}, Children: []IFCLocation{}}
	return IFC{Schema: "IFC4", Project: IFCPart{GUID: "p", Name: "P"}, Counts: map[string]int{"space": 1},
		Locations: []IFCLocation{{Type: "building", IFCPart: IFCPart{GUID: "b", Name: "B"}, Children: []IFCLocation{room}}}}, nil, p.err
}

func TestExchange(t *testing.T) {
	t.Parallel()
	cases := []struct {
		args, out, err string
		code           int
	}{
		{"bcf info x.bcf --json", `{"version":"2.1","topics":[{"guid":"g","title":"a\u001b[2J\nb","comments":2,"viewpoints":1}]}` + "\n", "a note\n", Done},
		{"bcf info x.bcf", "BCF 2.1, 1 topics\ng a [2J b (2 comments, 1 viewpoints)\n", "a note\n", Done},
		{"bcf convert a b --version 3.0", "", "a note\n", Done},
		{"bcf convert a b --version 2.0", "", "plumbline bcf convert: --version is 2.1 or 3.0; usage: plumbline bcf convert IN OUT --version 2.1|3.0\n", BadInput},
		{"ifc locations m.ifc --json", `{"schema":"IFC4","project":{"guid":"p","name":"P"},"counts":{"space":1},"locations":[{"type":"building","guid":"b","name":"B","children":[{"type":"space","guid":"r","name":"1","long_name":"Hall","children":[]}]}]}` + "\n", "", Done},
		{"ifc locations m.ifc", "IFC4, project P\n  building b B\n    space r 1 Hall\n", "", Done},
	}
	for _, c := range cases {
		var out, said bytes.Buffer
		code := Run(t.Context(), &program{}, Streams{Out: &out, Err: &said}, strings.Fields(c.args))
		if code != c.code || out.String() != c.out || said.String() != c.err {
			t.Errorf("%s: %d\n%s\n%s", c.args, code, out.String(), said.String())
		}
	}
}
