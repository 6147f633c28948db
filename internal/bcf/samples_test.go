package bcf_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/bcf"
)

// samples is the folder of BCF files made by others.
func samples(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PLUMBLINE_SAMPLES")
	if dir == "" {
		t.Skip("PLUMBLINE_SAMPLES names no folder of sample files")
	}
	return filepath.Join(dir, "bcf")
}

func open(t *testing.T, name string) (*bcf.File, error) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return bcf.Read(bytes.NewReader(b), int64(len(b)))
}

// TestExpected reads every sample and compares with what another program counted.
func TestExpected(t *testing.T) {
	t.Parallel()
	dir := samples(t)
	table, err := os.ReadFile(filepath.Join(dir, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		col := strings.Split(line, "\t")
		if i == 0 {
			continue
		}
		f, err := open(t, filepath.Join(dir, col[0]))
		if err != nil {
			t.Errorf("%s: %v", col[0], err)
			continue
		}
		comments, views := 0, 0
		got := map[string]string{}
		for _, topic := range f.Topics {
			comments += len(topic.Comments)
			views += len(topic.Viewpoints)
			got[topic.GUID] = topic.Title
		}
		if f.Version != col[1] {
			t.Errorf("%s: version %q, want %q", col[0], f.Version, col[1])
		}
		if n := strconv.Itoa(len(f.Topics)); n != col[3] {
			t.Errorf("%s: %s topics, want %s", col[0], n, col[3])
		}
		for want := range strings.SplitSeq(col[4], " | ") {
			guid, title, ok := strings.Cut(want, "=")
			if ok && !strings.HasPrefix(got[guid], title) { // the table cuts titles short
				t.Errorf("%s: topic %s is %q, want %q", col[0], guid, got[guid], title)
			}
		}
		if n := strconv.Itoa(comments); n != col[5] {
			t.Errorf("%s: %s comments, want %s", col[0], n, col[5])
		}
		if n := strconv.Itoa(views); n != col[6] && len(f.Topics) > 0 {
			t.Errorf("%s: %s viewpoints, want %s", col[0], n, col[6])
		}
	}
}
