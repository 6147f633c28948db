package archive

import (
	"testing"

	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

func TestUntilWhen(t *testing.T) {
	t.Parallel()
	const at = 1_772_442_000_000_000 // 2026-03-02 09:00 UTC
	for _, c := range []struct {
		name string
		d    personal.Declaration
		last int64
		want string
	}{
		{"thirty days and the next sweep", personal.Declaration{Retention: personal.ThirtyDays, Since: "at"}, at, "2026-04-02"},
		{"three years", personal.Declaration{Retention: personal.ThreeYears, Since: "at"}, at, "2029-03-03"},
		{"as long as the project", personal.Declaration{Retention: personal.WhileProject, Since: "at"}, at, ""},
		{"from when it was last used", personal.Declaration{Retention: personal.OneYear, Since: "at"}, at, ""},
		{"no start", personal.Declaration{Retention: personal.ThirtyDays}, at, ""},
		{"none", personal.Declaration{Retention: personal.ThirtyDays, Since: "at"}, 0, ""},
	} {
		if got := until(c.d, c.last); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhatIsAnothersStaysOut(t *testing.T) {
	t.Parallel()
	link := []personal.Declaration{{Table: "t", Column: "c", Links: personal.PersonKind}}
	mine := map[string]bool{"me": true}
	s := &Service{}
	for _, c := range []struct {
		name, table, column, v string
		ds                     []personal.Declaration
		raw                    map[string]any
		want                   bool
	}{
		{"oneself", "comment", "author_id", "me", link, nil, false},
		{"somebody else", "point", "deleted_by", "her", link, nil, true},
		{"the program", "job", "actor", "system", link, nil, false},
		{"no link", "point", "subject", "her", nil, nil, false},
		{"a thing that is a point", "feed_change", "thing_id", "p", link, map[string]any{"thing_kind": "point"}, false},
		{"a thing that is a person", "feed_change", "thing_id", "her", link, map[string]any{"thing_kind": "person"}, true},
		{"a company in charge", "point_in_charge", "ref_id", "acme", link, map[string]any{"kind": "company"}, false},
		{"a person in charge", "point_in_charge", "ref_id", "her", link, map[string]any{"kind": "person"}, true},
		{"who received something", "disclosure", "recipient_id", "her", link, nil, false},
		{"one's own audience", "feed_audience", "audience", "account:me", link, nil, false},
		{"another's audience", "feed_audience", "audience", "account:her", link, nil, true},
	} {
		if got := s.another(c.table, c.column, c.ds, c.v, c.raw, mine); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{"\xff\xd8\xff\xe0": ".jpg", "\x89PNG\r\n": ".png", "%PDF-1.7": ".pdf", "": ".bin", "<svg": ".bin"} {
		if got := ending([]byte(head)); got != want {
			t.Errorf("%q: %s, want %s", head, got, want)
		}
	}
}

func TestValuesAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	at := personal.Declaration{Column: "created_at"}
	for _, c := range []struct {
		d    personal.Declaration
		v    any
		want string
	}{
		{at, int64(0), ""}, {personal.Declaration{Column: "n"}, int64(1234), "1234"}, {at, "text", "text"}, {at, true, "true"}, {at, 1.5, "1.5"}, {at, nil, ""},
	} {
		if got := said(c.d, c.v, lang.EnglishUK); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

func TestRightsFollowFromTheBases(t *testing.T) {
	t.Parallel()
	all := rightsOf([]Item{{Why: []Why{{Basis: string(personal.Consent)}}}}, lang.EnglishUK)
	has := func(article string) bool {
		for _, r := range all {
			if r.Article == article && r.Label != "" {
				return true
			}
		}
		return false
	}
	if !has("A15") || !has("A17") || !has("A7-3") || has("A21") {
		t.Errorf("of consent alone: %v", all)
	}
}
