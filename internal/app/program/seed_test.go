package program

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/app/config"
	"plumbline/internal/cli"
	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// TestSeedFillsOnlyWhatIsEmpty: so many points and photos, people whose
// password nobody knows before, and nothing beside what somebody uses.
func TestSeedFillsOnlyWhatIsEmpty(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "plumbline.yaml")
	text := fmt.Sprintf("data: %q\nlisten: \"127.0.0.1:0\"\n", filepath.Join(dir, "data"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, progress bytes.Buffer
	if err := (Program{}).Seed(t.Context(), path, cli.Seeding{Points: 9, Photos: 4, Seed: 1}, &out, &progress); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "9 points and 4 photos") || strings.Contains(out.String(), "seven cranes") || progress.Len() == 0 {
		t.Errorf("said %q, on the way %q", out.String(), progress.String())
	}
	cfg, err := config.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{URL: cfg.DatabaseURL()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for table, want := range map[string]int{"point": 9, "photo": 4, "account": 12, "point_list": 3, "revision": 2} {
		var n int
		if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) (err error) {
			n, err = db.One(tx, db.Value1[int], "select count(*) from "+table)
			return err
		}); err != nil || n != want {
			t.Errorf("%d rows of %s, want %d (%v)", n, table, want, err)
		}
	}
	err = (Program{}).Seed(t.Context(), path, cli.Seeding{Points: 1, Seed: 1}, &out, &progress)
	if fault.CodeOf(err) != "installation-not-empty" {
		t.Errorf("a second time: %v", err)
	}
}
