package files_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"plumbline/internal/programme/files"
)

// TestICS: each activity is an all-day event from its first day to its last, as a
// reader of calendars has it; structure is none.
func TestICS(t *testing.T) {
	t.Parallel()
	d, err := files.Read(strings.NewReader("unique id;level;name;start;end\n7;1;House;;\n8;2;Dig;05.01.2026;07.01.2026\n9;2;\"Line\nbreak, and; more\";08.01.2026;\n"), "site.csv")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := files.WriteICS(&b, d, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	cal, err := ics.ParseCalendar(&b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range cal.Events() {
		line := ""
		for _, p := range []ics.ComponentProperty{ics.ComponentPropertyUniqueId, ics.ComponentPropertySummary, ics.ComponentPropertyDtStart, ics.ComponentPropertyDtEnd, ics.ComponentPropertyCategories, ics.ComponentPropertyDtstamp} {
			line += e.GetProperty(p).Value + "|"
		}
		got = append(got, line)
	}
	want := []string{
		"activity-0-8@plumbline|Dig|20260105|20260108|House|20260102T030405Z|",
		"activity-0-9@plumbline|Line break, and; more|20260108|20260109|House|20260102T030405Z|",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
