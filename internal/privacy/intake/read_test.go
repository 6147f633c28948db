package intake

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const photo = "01890f1e-5a3b-7cde-8f01-23456789abcd"

func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		h := &zip.FileHeader{Name: files[i], Method: zip.Deflate}
		if strings.HasPrefix(files[i+1], "-> ") {
			h.SetMode(os.ModeSymlink | 0o777)
		}
		f, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(f, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const plain = `{"format":"plumbline-archive","version":1,"subjects":[]}`

func TestOnlyArchivesAreRead(t *testing.T) {
	t.Parallel()
	small := limits{entries: 4, data: 1000, unpacked: 5000}
	var many []string
	for range small.entries + 1 {
		many = append(many, "files/photo/"+id.New[string]()+".jpg", "")
	}
	cases := []struct {
		name string
		zip  []byte
		code string
	}{
		{"an archive", zipped(t, "data.json", plain, "index.html", "<html>", "files/photo/"+photo+".jpg", "x"), ""},
		{"no zip", []byte("PK no"), "not-an-archive"},
		{"nothing", nil, "not-an-archive"},
		{"no data", zipped(t, "index.html", "x"), "not-an-archive"},
		{"data that is no JSON", zipped(t, "data.json", "{"), "not-an-archive"},
		{"another format", zipped(t, "data.json", `{"format":"other","version":1}`), "not-an-archive"},
		{"another version", zipped(t, "data.json", `{"format":"plumbline-archive","version":2}`), "archive-version"},
		{"a way out", zipped(t, "data.json", plain, "../../etc/passwd", "x"), "archive-damaged"},
		{"an absolute path", zipped(t, "data.json", plain, "/files/photo/"+photo+".jpg", "x"), "archive-damaged"},
		{"a deep path", zipped(t, "data.json", plain, "files/photo/../photo/"+photo+".jpg", "x"), "archive-damaged"},
		{"a name that is no id", zipped(t, "data.json", plain, "files/photo/con.jpg", "x"), "archive-damaged"},
		{"a backslash", zipped(t, "data.json", plain, `files\photo\`+photo+".jpg", "x"), "archive-damaged"},
		{"a folder", zipped(t, "data.json", plain, "files/", ""), "archive-damaged"},
		{"a link", zipped(t, "data.json", plain, "files/photo/"+photo+".jpg", "-> /etc/passwd"), "archive-damaged"},
		{"twice the same", zipped(t, "data.json", plain, "data.json", plain), "archive-damaged"},
		{"a bomb of data", zipped(t, "data.json", plain+strings.Repeat(" ", 1000)), "archive-too-large"},
		{"a bomb of files", zipped(t, "data.json", plain, "files/photo/"+photo+".jpg", strings.Repeat(" ", 5000)), "archive-too-large"},
		{"too many files", zipped(t, many...), "archive-too-large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(bytes.NewReader(c.zip), int64(len(c.zip)), small)
			if fault.CodeOf(err) != c.code || err == nil != (c.code == "") {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

// TestAHeadThatLiesIsNotBelieved reads an entry whose head says that it is
// small.
func TestAHeadThatLiesIsNotBelieved(t *testing.T) {
	t.Parallel()
	in := &incoming{}
	b := &bounded{r: strings.NewReader(strings.Repeat("x", 100)), left: 99}
	if _, err := io.ReadAll(b); fault.CodeOf(err) != "archive-too-large" {
		t.Error(err)
	}
	if _, err := in.open("data.json", 1); fault.CodeOf(err) != "not-an-archive" {
		t.Error(err)
	}
}

func TestAnIdOfItsOwnInEachProject(t *testing.T) {
	t.Parallel()
	one := derived[id.Point](photo, "project one")
	if !id.Valid(one) || one != derived[id.Point](photo, "project one") || one == derived[id.Point](photo, "project two") || string(one) == photo {
		t.Error(one)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(zipped(f, "data.json", plain))
	f.Add(zipped(f, "data.json", `{"format":"plumbline-archive","version":1,"subjects":[{"who":{"kind":"account","id":"a"},"tables":[{"table":"point","rows":[{"id":"x","author_id":1}]}]}]}`,
		"files/photo/"+photo+".jpg", "x"))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := read(bytes.NewReader(b), int64(len(b)), limits{entries: 100, data: 1 << 20, unpacked: 1 << 22})
		if err != nil {
			if fault.KindOf(err) == fault.Other {
				t.Errorf("not a fault that can be told: %v", err)
			}
			return
		}
		for name := range in.files {
			if !known(name) {
				t.Errorf("took %q", name)
			}
		}
		in.rows("point", func(who string, r row) {
			_, _, _, _ = r.text("subject"), r.number("deleted_at"), r.truth("urgent"), r.profile("name")
		})
	})
}
