package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/programme/diff"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
)

func read(t *testing.T, rows string) *plan.Document {
	t.Helper()
	d, err := files.Read(strings.NewReader("unique id;level;name;start;end;duration;predecessors;budget;progress\n"+rows), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBetween: each activity is found again by its ID, and is new, gone, changed
// or moved; what differs is named.
func TestBetween(t *testing.T) {
	t.Parallel()
	const house = "1;1;House;;;;;;\n9;1;Yard;;;;;;\n10;2;Pave;2026-02-02;2026-02-03;;;;\n"
	a := read(t, house[:len("1;1;House;;;;;;\n")]+"2;2;Dig;2026-01-05;2026-01-06;;;100;\n3;2;Build;2026-01-07;2026-01-08;;2;;\n4;2;Paint;2026-01-09;2026-01-09;;3;;\n5;2;Plant;2026-01-12;2026-01-12;;;;\n"+house[len("1;1;House;;;;;;\n"):])
	b := read(t, "1;1;House;;;;;;\n2;2;Dig;2026-01-05;2026-01-06;;;120;50\n3;2;Build;2026-01-08;2026-01-09;;2;;\n6;2;Roof;2026-01-12;2026-01-13;;3FS+1d;;\n4;2;Paint it;2026-01-14;2026-01-15;;6;;\n"+
		"9;1;Yard;;;;;;\n10;2;Pave;2026-02-02;2026-02-03;;;;\n5;2;Plant;2026-01-12;2026-01-12;;;;\n")
	var got []string
	for _, c := range diff.Between(a, b) {
		line := fmt.Sprint(c.Kind, " ", c.ID)
		for _, f := range c.Fields {
			line += fmt.Sprintf(", %s %q to %q", f.Name, f.From, f.To)
		}
		got = append(got, line)
	}
	want := []string{
		`changed 2, remaining "960" to "480", percent "0.0" to "50.0", actual start "" to "2026-01-05T08:00:00", budget "100.00" to "120.00"`,
		`moved 3, start "2026-01-07T08:00:00" to "2026-01-08T08:00:00", finish "2026-01-08T17:00:00" to "2026-01-09T17:00:00"`,
		`new 6`,
		`changed 4, name "Paint" to "Paint it", duration "480" to "960", remaining "480" to "960", start "2026-01-09T08:00:00" to "2026-01-14T08:00:00", finish "2026-01-09T17:00:00" to "2026-01-15T17:00:00", predecessors "3 FS" to "6 FS"`,
		`moved 5, below "1" to "9"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	back := diff.Between(b, a)
	if n := len(back); n == 0 || back[n-1].Kind != diff.Gone || back[n-1].ID != "6" {
		t.Errorf("the other way round %+v", back)
	}
	if same := diff.Between(a, a); len(same) != 0 {
		t.Errorf("from itself it differs by %+v", same)
	}
}
