package bcfwrite_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plumbline/internal/bcf"
)

// TestPeerReads opens what is written with another library, @parametricos/bcf-js.
func TestPeerReads(t *testing.T) {
	t.Parallel()
	tool := filepath.Join("..", "..", "..", "tools", "bcfjs")
	if _, err := os.Stat(filepath.Join(tool, "node_modules", "@parametricos")); err != nil {
		t.Skip("@parametricos/bcf-js is not installed: npm install in tools/bcfjs")
	}
	files := samples(t)
	for _, version := range []string{bcf.V21, bcf.V30} {
		args := []string{"read.mjs", version}
		var want []*bcf.File
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f := read(t, src)
			for i := range f.Topics {
				for _, v := range f.Topics[i].Viewpoints {
					// Release 0.2.6 takes the components of a colour for the colour's own
					// children, as 2.1 had them, and fails on what the schema of 3.0 demands.
					if version == bcf.V30 && v.View != nil && v.View.Components != nil {
						v.View.Components.Colors = nil
					}
				}
			}
			b, _ := write(t, f, version)
			to := filepath.Join(t.TempDir(), filepath.Base(name))
			if err := os.WriteFile(to, b, 0o600); err != nil {
				t.Fatal(err)
			}
			args, want = append(args, to), append(want, f)
		}
		cmd := exec.CommandContext(t.Context(), "node", args...)
		cmd.Dir = tool
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Fatalf("%s: %v\n%s", version, err, stderr.String())
		}
		dec := json.NewDecoder(bytes.NewReader(out))
		for i, f := range want {
			var got struct {
				Topics []struct {
					GUID, Title          string
					Comments, Viewpoints int
				}
			}
			if err := dec.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if len(got.Topics) != len(f.Topics) {
				t.Errorf("%s in %s: the peer finds %d topics, want %d", args[i+2], version, len(got.Topics), len(f.Topics))
				continue
			}
			for j, topic := range f.Topics {
				p := got.Topics[j]
				if p.GUID != topic.GUID || p.Title != topic.Title || p.Comments != len(topic.Comments) || p.Viewpoints != len(topic.Viewpoints) {
					t.Errorf("%s in %s: the peer reads %+v, want %s %q", args[i+2], version, p, topic.GUID, topic.Title)
				}
			}
		}
	}
}
