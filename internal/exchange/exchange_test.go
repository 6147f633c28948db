package exchange

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plumbline/internal/bcf"
	"plumbline/internal/bcf/bcfwrite"
	"plumbline/internal/ical"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// FuzzLeavesAndComesBack sends a point out and takes it in again: nothing about it
// may have changed, whatever its texts are.
func FuzzLeavesAndComesBack(f *testing.F) {
	for _, s := range []string{"A crack", " two\tspaces \r\n and a line ", "]]>&<!--", "\u0007bell\u2028line", "ﷺ\u200f علامت", "𝓢𝓾𝓫", "\u200b\ufeff", strings.Repeat("é", 300)} {
		f.Add(s, s, true, "3.0")
		f.Add("x", s, false, "2.1")
	}
	f.Fuzz(func(t *testing.T, subject, description string, urgent bool, version string) {
		if !utf8.ValidString(subject+description) || strings.ContainsRune(subject+description, 0) || ical.OneLine(subject) == "" ||
			len([]rune(subject)) > 200 || len([]rune(description)) > 10_000 || version != bcf.V21 && version != bcf.V30 {
			t.Skip()
		}
		project := id.New[id.Project]()
		p := Point{ID: id.New[id.Point](), Number: "C-1.1", Subject: subject, Description: description, Status: "Open", Urgent: urgent, Due: "2026-12-24",
			CreatedAt: time.UnixMilli(1_790_000_000_000), Comments: []Comment{{ID: string(id.New[id.Comment]()), Text: "seen", At: time.UnixMilli(1_790_000_000_000)}}}
		var out bytes.Buffer
		if _, err := bcfwrite.Write(&out, &bcf.File{Topics: []bcf.Topic{topicOf(project, &p)}}, version); err != nil {
			t.Fatal(err)
		}
		file, err := bcf.Read(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil || len(file.Topics) != 1 {
			t.Fatalf("%+v %v", file, err)
		}
		known := map[id.Point]Current{p.ID: {Version: 3, Subject: subject, Description: description, Status: "Open", Due: "2026-12-24", Urgent: urgent,
			Comments: map[string]bool{p.Comments[0].ID: true}}}
		got := planned(project, &file.Topics[0], known, nil, []string{"Open", "Closed"})
		if got.State != Same || got.Point != p.ID {
			t.Errorf("%s: %+v", version, got.Outcome)
		}
	})
}

func TestWhatTheFileDoesNotSayStays(t *testing.T) {
	t.Parallel()
	project := id.New[id.Project]()
	topic := bcf.Topic{GUID: "9898de65-c0ce-414b-857e-1df97ffaed8d", Title: "Beam", Status: "closed", Due: "2026-12-24T00:00:00Z"}
	which := pointID(project, &topic)
	now := Current{Version: 4, Subject: "Beam", Description: "kept", Status: "Open", Due: "2026-12-01", Urgent: true}
	got := planned(project, &topic, map[id.Point]Current{which: now}, nil, []string{"Open", "Closed"})
	if got.State != Differs || len(got.Changes) != 2 || got.edit.Description != nil || got.edit.Urgent != nil || *got.edit.Status != "Closed" || *got.edit.Due != "2026-12-24" || got.base != 4 {
		t.Errorf("%+v", got)
	}
	// What was called so when it came in is found, although its file has another date now.
	topic.Created.Date = "2026-11-02T08:00:00Z"
	other := planned(project, &topic, map[id.Point]Current{which: now}, map[string]string{topic.GUID: string(which)}, nil)
	if other.Point != which || other.State == Fresh {
		t.Errorf("%+v", other.Outcome)
	}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(Declarations()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}
