package bcfwrite_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"plumbline/internal/bcf"
)

// maker makes files of all that the model can hold, also what no version allows.
type maker struct{ *rand.Rand }

func (m maker) some(n int) []int { return make([]int, m.IntN(n+1)) }

func (m maker) text() string {
	return []string{"", " ", "\n\t", "plain", "Größe <5 & \"quoted\" 'x'", "two\nlines\r\nand a tab\t.", "emoji 🏗️ and \u202E direction",
		"nul \x00 and \x1b control", "bad \xff utf8", "]]>", "<!DOCTYPE x>", strings.Repeat("long ", 400), "0", "../../etc/passwd"}[m.IntN(14)]
}

func (m maker) guid() string {
	if m.IntN(12) == 0 {
		return "not a guid"
	}
	g := bcf.DeriveGUID("x", fmt.Sprint(m.Uint64()))
	if m.IntN(4) == 0 {
		g = strings.ToUpper(g)
	}
	return g
}

func (m maker) date() string {
	return []string{"", "2015-06-09T11:24:23+03:00", "2021-02-17T09:16:04.160Z", "2017-05-12T10:26:21.0095895Z", "2020-02-29T00:00:00"}[m.IntN(5)]
}

func (m maker) flag() *bool { return []*bool{nil, new(true), new(false)}[m.IntN(3)] }

func (m maker) ifc() string { return []string{"", "too short", "3dKX8qrKT4nfaFKnVwXlca"}[m.IntN(3)] }

func (m maker) vector() bcf.Vector {
	return bcf.Vector{X: m.NormFloat64() * 1e3, Y: m.NormFloat64() * 1e-12, Z: float64(m.IntN(5))}
}

func (m maker) components() []bcf.Component {
	var out []bcf.Component
	for range m.some(3) {
		out = append(out, bcf.Component{IFC: m.ifc(), System: m.text(), Tool: m.text()})
	}
	return out
}

func (m maker) camera() *bcf.Camera {
	if m.IntN(2) == 0 {
		return nil
	}
	return &bcf.Camera{At: m.vector(), Direction: m.vector(), Up: m.vector(), Extent: m.NormFloat64() * 100, Aspect: float64(m.IntN(3))}
}

func (m maker) view() *bcf.View {
	v := &bcf.View{GUID: m.guid(), Orthogonal: m.camera(), Perspective: m.camera()}
	for range m.some(2) {
		v.Lines = append(v.Lines, bcf.Line{From: m.vector(), To: m.vector()})
		v.Planes = append(v.Planes, bcf.Plane{At: m.vector(), Direction: m.vector()})
		v.Bitmaps = append(v.Bitmaps, bcf.Bitmap{Format: []string{"png", "jpg", "tiff"}[m.IntN(3)], Reference: "a.png", At: m.vector(), Normal: m.vector(), Up: m.vector(), Height: 2})
	}
	if m.IntN(3) > 0 {
		v.Components = &bcf.Components{Selection: m.components()}
		if m.IntN(2) == 0 {
			v.Components.Visibility = &bcf.Visibility{Default: m.flag(), Exceptions: m.components()}
		}
		if m.IntN(2) == 0 {
			v.Components.Hints = &bcf.Hints{Spaces: m.flag(), Boundaries: m.flag(), Openings: m.flag()}
		}
		for range m.some(2) {
			v.Components.Colors = append(v.Components.Colors, bcf.Color{Color: []string{"ff00ff", "FF3498DB", "red", ""}[m.IntN(4)], Components: m.components()})
		}
	}
	return v
}

func (m maker) topic() bcf.Topic {
	t := bcf.Topic{
		GUID: m.guid(), Type: m.text(), Status: m.text(), ServerID: m.text(), Title: m.text(), Priority: m.text(),
		Created: bcf.Stamp{Date: m.date(), Author: m.text()}, Modified: bcf.Stamp{Date: m.date(), Author: m.text()},
		Due: m.date(), AssignedTo: m.text(), Stage: m.text(), Description: m.text(),
	}
	for range m.some(3) {
		t.Headers = append(t.Headers, bcf.HeaderFile{Project: m.ifc(), Structure: m.ifc(), External: m.flag(), Filename: m.text(), Date: m.date(), Reference: m.text()})
		t.Links, t.Labels = append(t.Links, m.text()), append(t.Labels, m.text())
		t.Related = append(t.Related, bcf.DeriveGUID(m.guid()))
		t.Documents = append(t.Documents, bcf.Reference{GUID: m.guid(), URL: m.text(), Description: m.text()}, bcf.Reference{Document: m.guid()})
		t.Comments = append(t.Comments, bcf.Comment{GUID: m.guid(), Created: bcf.Stamp{Date: m.date(), Author: m.text()}, Text: m.text(), View: m.guid()})
	}
	for i := range m.some(3) {
		t.Viewpoints = append(t.Viewpoints, bcf.Viewpoint{GUID: bcf.DeriveGUID(m.guid()), Name: m.text(), Snapshot: []string{"", "a.png", "gone.png"}[m.IntN(3)], Index: new(i), View: m.view()})
	}
	if m.IntN(2) == 0 {
		t.Snippet = &bcf.Snippet{Type: m.text(), Reference: m.text(), Schema: m.text(), External: m.IntN(2) == 0}
	}
	t.Files = []bcf.Content{bcf.Bytes("a.png", []byte("no picture")), bcf.Bytes("markup.bcf", []byte("<x>")), bcf.Bytes("../up.txt", nil)}
	return t
}

func (m maker) file() *bcf.File {
	f := &bcf.File{Project: bcf.Project{ID: m.text(), Name: m.text()}}
	for range m.some(2) {
		for _, l := range f.Extensions.Lists() {
			*l.Values = append(*l.Values, m.text())
		}
	}
	for range m.some(4) {
		f.Topics = append(f.Topics, m.topic())
	}
	for _, name := range []string{"plan.pdf", "extensions.xsd", m.text()} {
		guid := m.guid()
		f.Documents = append(f.Documents, bcf.Document{GUID: guid, Filename: name, Description: m.text(), Content: new(bcf.Bytes(name, []byte(name)))})
		for i := range f.Topics {
			f.Topics[i].Documents = append(f.Topics[i].Documents, bcf.Reference{GUID: m.guid(), Document: guid, Description: m.text()})
		}
	}
	f.Files = []bcf.Content{bcf.Bytes("model.ifc", []byte("ISO-10303-21;")), bcf.Bytes("bcf.version", []byte("?"))}
	return f
}

// TestWhateverIsWrittenIsValid makes files of anything at all: what is written
// validates, reads back without a complaint, and is the same when written again.
func TestWhateverIsWrittenIsValid(t *testing.T) {
	t.Parallel()
	if _, set := lookSamples(); !set {
		t.Skip("PLUMBLINE_SAMPLES names no folder with the official schemas")
	}
	v := newValidator(t)
	m := maker{rand.New(rand.NewPCG(7, 7))}
	for i := range 60 {
		f := m.file()
		for _, version := range []string{bcf.V21, bcf.V30} {
			b, _ := write(t, f, version)
			v.add(t, fmt.Sprintf("made%d", i), version, b)
			again := read(t, b)
			if len(again.Topics) != len(f.Topics) || again.Version != version {
				t.Fatalf("file %d in %s: %d topics of version %s, want %d", i, version, len(again.Topics), again.Version, len(f.Topics))
			}
			for _, n := range again.Notes {
				if !strings.Contains(n.Text, "snapshot") && !strings.Contains(n.Text, "document") {
					t.Errorf("file %d in %s: reading it back says %q", i, version, n.Text)
				}
			}
			for j := range f.Topics {
				if got, want := len(again.Topics[j].Comments), len(f.Topics[j].Comments); got != want {
					t.Errorf("file %d in %s: %d comments, want %d", i, version, got, want)
				}
				if got, want := len(again.Topics[j].Viewpoints), len(f.Topics[j].Viewpoints); got != want {
					t.Errorf("file %d in %s: %d viewpoints, want %d", i, version, got, want)
				}
			}
			b2, notes := write(t, again, version)
			if !reflect.DeepEqual(essence(t, read(t, b2)), essence(t, again)) {
				t.Errorf("file %d in %s is not the same when written again", i, version)
			}
			for _, n := range notes {
				if !strings.Contains(n.Text, "document") {
					t.Errorf("file %d in %s: writing it again says %q", i, version, n.Text)
				}
			}
		}
	}
	v.check(t)
}
