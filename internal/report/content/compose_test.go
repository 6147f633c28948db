package content

import (
	"strings"
	"testing"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/report/layout"
	"plumbline/internal/report/style"
)

func site() (Site, []Item) {
	s := Site{Project: "Dok Noord", Place: "Ghent", Zone: "Europe/Brussels",
		Statuses: map[id.Status]Named{"open": {"Open", "open", false, 0}, "closed": {"Closed", "#102030", true, 1}},
		Lists:    map[id.List]string{"l": "Site"}, Locations: map[id.Location]string{"loc": "C, 2, 2.05 Shaft"},
		Categories: map[id.Category]string{"cat": "Fire safety, Penetrations"}, Companies: map[id.Company]string{"co": "Van Damme HVAC"},
		Roles: map[id.Role]string{"ro": "Quality"}, Sheets: map[id.Sheet]string{"sh": "A-102"}, People: map[id.Person]string{"anna": "Anna de Vries"}}
	at := time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC) // half an hour before the clock goes forward in Brussels
	items := []Item{
		{Number: "C-1.1", Subject: "Late", Status: "open", Due: "2026-03-28", Location: "loc", Category: "cat", Author: "anna", CreatedAt: at,
			Charge: []Charge{{"company", "co"}, {"role", "ro"}}, Comments: []ItemComment{{"gone", "Done.", at}}},
		{Number: "", Subject: "Closed late", Status: "closed", Due: "2026-03-01", Author: "gone", CreatedAt: at, ClosedAt: &at},
		{Number: "C-1.3", Subject: "Due today", Status: "open", Due: "2026-03-29", Author: "anna", CreatedAt: at, Charge: []Charge{{"person", "anna"}}},
	}
	return s, items
}

func compose1(t *testing.T, locale, zone, query string) *layout.Document {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	s, items := site()
	return Compose(Reader{lang.Match(locale), z}, "Walk", time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC), "anna", query, style.Default(), s, items)
}

func fact(p layout.Point, label string) string {
	for _, f := range p.Facts {
		if f.Label == label {
			return f.Value
		}
	}
	return ""
}

func TestOverdueIsJudgedInTheProjectsZone(t *testing.T) {
	t.Parallel()
	// 23:30 UTC on the 28th is already the 29th in Brussels.
	d := compose1(t, "en", "America/New_York", "")
	if d.Overdue != 1 || !d.Points[0].Overdue || d.Points[1].Overdue || d.Points[2].Overdue {
		t.Errorf("%d overdue, want the first alone: a closed point is not, one due today is not", d.Overdue)
	}
}

func TestSameInstantForTwoReaders(t *testing.T) {
	t.Parallel()
	cases := []struct{ locale, zone, noted, created, closedBy string }{
		{"en-GB", "America/New_York", "Noted", "28 Mar 2026", "Former participant"},
		{"nl-BE", "Europe/Brussels", "Vastgesteld", "29 mrt 2026", "Voormalige deelnemer"},
		{"da", "Europe/Copenhagen", "Registreret", "29. mar. 2026", "Tidligere deltager"},
	}
	for _, c := range cases {
		t.Run(c.locale, func(t *testing.T) {
			t.Parallel()
			d := compose1(t, c.locale, c.zone, "")
			if got := fact(d.Points[0], c.noted); !strings.Contains(got, c.created) || !strings.Contains(got, "Anna de Vries") {
				t.Errorf("noted %q, want %q in it", got, c.created)
			}
			if d.Points[0].Comments[0].Who != c.closedBy {
				t.Errorf("who is not there any more is %q, want %q", d.Points[0].Comments[0].Who, c.closedBy)
			}
		})
	}
}

func TestCoverSaysWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	d := compose1(t, "en", "Europe/Brussels", "status=open&in_charge=company:co,person:anna&due_before=2026-04-01&closed=false&q=collar&urgent=true&sheet=sh&sort=due")
	want := map[string]string{"Status": "Open", "In charge": "Van Damme HVAC, Anna de Vries", "Due before": "1 Apr 2026", "Text": "collar", "Only urgent": "Yes", "Sheet": "A-102"}
	got := map[string]string{}
	for _, f := range d.Filters {
		if _, twice := got[f.Label]; !twice {
			got[f.Label] = f.Value
		}
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %q, want %q", k, got[k], v)
		}
	}
}

func TestCountsAndNames(t *testing.T) {
	t.Parallel()
	d := compose1(t, "de", "Europe/Brussels", "")
	if len(d.Status) != 2 || d.Status[0].Name != "Open" || d.Status[0].N != 2 || d.Status[1].Colour != (layout.Colour{R: 0x10, G: 0x20, B: 0x30}) {
		t.Errorf("by status: %+v", d.Status)
	}
	if len(d.Charge) != 3 || d.Charge[0].N != 1 {
		t.Errorf("by who is in charge: %+v", d.Charge)
	}
	if d.Points[1].Number != "ohne Nummer" {
		t.Errorf("a point without number is called %q", d.Points[1].Number)
	}
	if got := fact(d.Points[0], "Zuständig"); got != "Van Damme HVAC, Quality" {
		t.Errorf("in charge: %q", got)
	}
}
