package bcf_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"plumbline/internal/bcf"
	"plumbline/internal/bcf/bcfwrite"
	"plumbline/internal/fault"
	"plumbline/internal/unpack"
)

const (
	guid   = "9898de65-c0ce-414b-857e-1df97ffaed8d"
	markup = `<Markup><Topic Guid="` + guid + `"><Title>T</Title></Topic></Markup>`
)

// pack makes an archive of names and texts, in turn.
func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostile(t *testing.T) {
	t.Parallel()
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + strings.Replace(markup, ">T<", ">&b;<", 1)
	cases := []struct {
		name, code string
		file       []byte
	}{
		{"nothing", "not-a-zip", nil},
		{"no archive", "not-a-zip", []byte(markup)},
		{"an archive of something else", "not-bcf", pack(t, "word/document.xml", "<x/>")},
		{"entities", "bcf-damaged", pack(t, guid+"/markup.bcf", bomb)},
		{"nested deeply", "bcf-damaged", pack(t, guid+"/markup.bcf", strings.Repeat("<a>", 10_000))},
		{"cut short", "bcf-damaged", pack(t, guid+"/markup.bcf", markup[:40])},
		{"a zip bomb", "archive-too-large", pack(t, guid+"/markup.bcf", markup+strings.Repeat(" ", unpack.MaxXML))},
		{"many small ones", "archive-too-large", func() []byte {
			files := []string{guid + "/markup.bcf", `<Markup><Topic Guid="` + guid + `"/></Markup>`}
			for i := range 6 {
				files = append(files, guid+"/"+strings.Repeat("v", i+1)+".bcfv", "<<"+strings.Repeat(" ", unpack.MaxXML-100))
			}
			return pack(t, files...)
		}()},
	}
	for _, c := range cases {
		_, err := bcf.Read(bytes.NewReader(c.file), int64(len(c.file)))
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}

func TestLenient(t *testing.T) {
	t.Parallel()
	utf16 := func(s string) string {
		out := []byte{0xff, 0xfe}
		for _, c := range s {
			out = append(out, byte(c), byte(c>>8))
		}
		return string(out)
	}
	cases := []struct {
		name, want string
		file       []byte
	}{
		{"as it should be", "T", pack(t, "bcf.version", `<Version VersionId="2.1"/>`, guid+"/markup.bcf", markup)},
		{"a folder around all, and back slashes", "T", pack(t, `x\bcf.version`, `<Version VersionId="2.1"/>`, `x\`+guid+`\Markup.BCF`, markup)},
		{"no version", "T", pack(t, guid+"/markup.bcf", markup)},
		{"UTF-16", "Größe", pack(t, guid+"/markup.bcf", utf16(`<?xml version="1.0" encoding="utf-16"?>`+strings.Replace(markup, ">T<", ">Größe<", 1)))},
		{"Latin-1", "Größe", pack(t, guid+"/markup.bcf", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>"+strings.Replace(markup, ">T<", ">Gr\xf6\xdfe<", 1))},
		{"a namespace, another case", "T", pack(t, guid+"/markup.bcf", `<m:markup xmlns:m="x"><m:topic guid="{`+guid+`}"><m:title> T </m:title></m:topic></m:markup>`)},
		{"a bare ampersand", "T & co", pack(t, guid+"/markup.bcf", strings.Replace(markup, ">T<", ">T & co<", 1))},
		{"names that lead out", "T", pack(t, "../../evil.sh", "x", "/etc/passwd", "x", `C:\x`, "x", guid+"/markup.bcf", markup)},
		{"one broken topic beside", "T", pack(t, "a/markup.bcf", "<", guid+"/markup.bcf", markup)},
	}
	for _, c := range cases {
		f, err := bcf.Read(bytes.NewReader(c.file), int64(len(c.file)))
		if err != nil || len(f.Topics) != 1 || f.Topics[0].Title != c.want || f.Topics[0].GUID != guid {
			t.Errorf("%s: %+v, %v", c.name, f, err)
			continue
		}
		for _, r := range f.Files {
			if strings.Contains(r.Name, "..") || strings.HasPrefix(r.Name, "/") || strings.Contains(r.Name, ":") {
				t.Errorf("%s: a file named %q", c.name, r.Name)
			}
		}
	}
}

// TestMarks reads version 2.0's one list of components as its implementation agreement says.
func TestMarks(t *testing.T) {
	t.Parallel()
	const one, two = "3dKX8qrKT4nfaFKnVwXlca", "1mrgg_O_bBBv_tvdtVwK59"
	cases := []struct {
		list             string
		shown            bool
		exceptions       int
		selected, colour int
	}{
		{`<Component IfcGuid="` + one + `" Selected="true"/>`, true, 0, 1, 0},
		{`<Component IfcGuid="` + one + `" Visible="true" Color="FF00FF00"/>`, false, 1, 0, 1},
		{`<Component IfcGuid="` + one + `" Visible="false"/>`, true, 1, 0, 0},
		{`<Component IfcGuid="` + one + `" Visible="true"/><Component IfcGuid="` + two + `" Visible="false" Selected="1"/>`, false, 1, 1, 0},
	}
	for _, c := range cases {
		b := pack(t, guid+"/markup.bcf", markup, guid+"/viewpoint.bcfv", "<VisualizationInfo><Components>"+c.list+"</Components></VisualizationInfo>")
		f, err := bcf.Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		got := f.Topics[0].Viewpoints[0].View.Components
		if *got.Visibility.Default != c.shown || len(got.Visibility.Exceptions) != c.exceptions || len(got.Selection) != c.selected || len(got.Colors) != c.colour {
			t.Errorf("%s: %+v %+v", c.list, got, got.Visibility)
		}
	}
}

// FuzzRead reads anything; what it can read it can write, in both versions, and
// read again with every topic.
func FuzzRead(f *testing.F) {
	f.Add(pack(f, "bcf.version", `<Version VersionId="2.1"/>`, guid+"/markup.bcf", markup))
	f.Add(pack(f, "documents/x", "x", guid+"/markup.bcf", markup, guid+"/viewpoint.bcfv", "<VisualizationInfo><Bitmaps><Reference>markup.bcf</Reference></Bitmaps></VisualizationInfo>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, b)
	})
}

// FuzzMarkup is FuzzRead with the archive already made.
func FuzzMarkup(f *testing.F) {
	f.Add(markup, "<VisualizationInfo/>")
	f.Add(`<Markup><Header><File/></Header><Topic Guid="x"><Labels>a</Labels><DocumentReference><ReferencedDocument>../a.txt</ReferencedDocument></DocumentReference></Topic><Comment/><Viewpoints Guid="`+guid+`"><Viewpoint>v.bcfv</Viewpoint><Snapshot>../a.txt</Snapshot></Viewpoints></Markup>`, "<VisualizationInfo><PerspectiveCamera/></VisualizationInfo>")
	f.Fuzz(func(t *testing.T, markup, view string) {
		check(t, pack(t, guid+"/markup.bcf", markup, guid+"/v.bcfv", view, "a.txt", "a"))
	})
}

func check(t *testing.T, b []byte) {
	t.Helper()
	file, err := bcf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return
	}
	for _, version := range []string{bcf.V21, bcf.V30} {
		var out bytes.Buffer
		if _, err := bcfwrite.Write(&out, file, version); err != nil {
			if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Unreadable || f.Kind == fault.TooLarge) {
				continue // a content that is damaged shows when it is read
			}
			t.Fatal(err)
		}
		again, err := bcf.Read(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil || len(again.Topics) != len(file.Topics) {
			t.Fatalf("%d topics became %v, %v", len(file.Topics), again, err)
		}
	}
}
