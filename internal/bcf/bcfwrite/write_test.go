package bcfwrite_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/bcf"
	"plumbline/internal/bcf/bcfwrite"
)

func lookSamples() (string, bool) {
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	return dir, dir != ""
}

func samples(t *testing.T) []string {
	t.Helper()
	dir, set := lookSamples()
	if !set {
		t.Skip("PLUMBLINE_SAMPLES names no folder of sample files")
	}
	files, err := filepath.Glob(filepath.Join(dir, "bcf", "*", "*.bcf*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return !strings.HasPrefix(filepath.Ext(f), ".bcf") })
}

func read(t *testing.T, b []byte) *bcf.File {
	t.Helper()
	f, err := bcf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, f *bcf.File, version string) ([]byte, []bcf.Note) {
	t.Helper()
	var b bytes.Buffer
	notes, err := bcfwrite.Write(&b, f, version)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), notes
}

// validator collects XML files and has xmllint look at them by the official schemas.
type validator struct {
	dir   string
	files map[string][]string // by schema
}

func newValidator(t *testing.T) *validator {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed")
	}
	return &validator{dir: t.TempDir(), files: map[string][]string{}}
}

func (v *validator) add(t *testing.T, label, version string, b []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range z.File {
		base := path.Base(f.Name)
		schema := map[string]string{"markup.bcf": "markup.xsd", "bcf.version": "version.xsd", "project.bcfp": "project.xsd",
			"extensions.xml": "extensions.xsd", "documents.xml": "documents.xsd"}[base]
		if path.Ext(base) == ".bcfv" {
			schema = "visinfo.xsd"
		}
		if schema == "" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(v.dir, fmt.Sprintf("%s-%s-%d-%s", label, version, i, base))
		if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		key := version + "/" + schema
		v.files[key] = append(v.files[key], name)
	}
}

func (v *validator) check(t *testing.T) {
	t.Helper()
	for schema, files := range v.files {
		for part := range slices.Chunk(files, 500) {
			args := append([]string{"--noout", "--nonet", "--schema", filepath.Join(os.Getenv("PLUMBLINE_SAMPLES"), "bcf", "xsd", schema)}, part...)
			out, err := exec.CommandContext(t.Context(), "xmllint", args...).CombinedOutput()
			if err == nil {
				continue
			}
			bad := slices.DeleteFunc(strings.Split(string(out), "\n"), func(l string) bool { return strings.HasSuffix(l, " validates") })
			t.Errorf("%s: %s", schema, strings.Join(bad[:min(len(bad), 12)], "\n"))
		}
	}
}

// essence is what a conversion has to keep, in one comparable text.
func essence(t *testing.T, f *bcf.File) map[string]string {
	t.Helper()
	out := map[string]string{}
	put := func(key string, v any) { out[key] = fmt.Sprintf("%+v", v) }
	for _, topic := range f.Topics {
		k := strings.ToLower(topic.GUID) + "/"
		put(k+"texts", []any{topic.Title, topic.Priority, topic.Description, topic.AssignedTo, topic.Stage, topic.Due})
		put(k+"created", []string{topic.Created.Date, cmp.Or(topic.Created.Author, "Unknown")})
		put(k+"modified", topic.Modified)
		put(k+"lists", []any{topic.Links, topic.Labels})
		for _, r := range topic.Related {
			put(k+"related/"+strings.ToLower(r), true)
		}
		for _, h := range topic.Headers {
			put(k+"header/"+h.Filename+h.Reference, []any{h.Project, h.Structure, h.Date})
		}
		if topic.Snippet != nil {
			put(k+"snippet", *topic.Snippet)
		}
		for _, d := range topic.Documents {
			put(k+"document/"+d.Description, d.URL != "")
		}
		for _, c := range topic.Comments {
			put(k+"comment/"+strings.ToLower(c.GUID), []any{strings.TrimSpace(c.Text), c.Created, c.Modified, strings.ToLower(c.View)})
		}
		for _, c := range topic.Files {
			b, err := c.Read(1 << 28)
			if err != nil {
				t.Fatal(err)
			}
			put(k+"file/"+c.Name, len(b))
		}
		for _, v := range topic.Viewpoints {
			vk := k + "view/" + strings.ToLower(v.GUID)
			put(vk, []any{v.Snapshot, v.View != nil})
			if v.View == nil {
				continue
			}
			for name, cam := range map[string]*bcf.Camera{"/o": v.View.Orthogonal, "/p": v.View.Perspective} {
				if cam != nil {
					put(vk+name, []any{cam.At, cam.Direction, cam.Up})
				}
			}
			put(vk+"/lines", v.View.Lines)
			put(vk+"/planes", v.View.Planes)
			put(vk+"/bitmaps", v.View.Bitmaps)
			if c := v.View.Components; c != nil {
				put(vk+"/selection", c.Selection)
				put(vk+"/colors", c.Colors)
				if c.Visibility != nil {
					put(vk+"/exceptions", c.Visibility.Exceptions)
				}
			}
		}
	}
	for _, c := range f.Files {
		put("/"+c.Name, true)
	}
	return out
}

// TestSamplesConvert writes every sample in both versions: what is written is
// valid by the official schemas, and holds what the source did.
func TestSamplesConvert(t *testing.T) {
	t.Parallel()
	files := samples(t)
	v := newValidator(t)
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := read(t, src)
		want := essence(t, f)
		for _, version := range []string{bcf.V21, bcf.V30} {
			b, notes := write(t, f, version)
			v.add(t, filepath.Base(name), version, b)
			again := read(t, b)
			for _, n := range again.Notes {
				t.Errorf("%s in %s: reading it back says %q", filepath.Base(name), version, n.Text)
			}
			got := essence(t, again)
			for k, w := range want {
				if got[k] != w {
					t.Errorf("%s in %s: %s\n got %s\nwant %s", filepath.Base(name), version, k, got[k], w)
				}
			}
			// Written once more in the same version, nothing changes.
			b2, _ := write(t, again, version)
			if e := essence(t, read(t, b2)); !reflect.DeepEqual(e, got) {
				t.Errorf("%s in %s is not the same when written again", filepath.Base(name), version)
			}
			if testing.Verbose() {
				for _, n := range notes {
					t.Logf("%s → %s: %s %s", filepath.Base(name), version, n.Topic, n.Text)
				}
			}
		}
	}
	v.check(t)
}
