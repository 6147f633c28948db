package search

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
)

const (
	org   = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")
	other = id.Org("0190163d-8694-739b-aea5-966c26f8ad92")
)

func TestWords(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in string
		want     []string
	}{
		{"empty", "", nil},
		{"only signs", " .,;:!?'\"()*-+ ", nil},
		{"case and accents", "Ébréché ÇA naïve", []string{"ebreche", "ca", "naive"}},
		{"composed or not", "e\u0301 \u00e9", []string{"e", "e"}},
		{"danish and german", "Rødgrød Straße Ærø Malmö Łódź", []string{"rodgrod", "strasse", "aero", "malmo", "lodz"}},
		{"ligature and width", "ﬁre １２ m²", []string{"fire", "12", "m2"}},
		{"numbers", "1.57 B-203/4", []string{"1", "57", "b", "203", "4"}},
		{"another script", "Дом", []string{"u000434u00043eu00043c"}},
		{"not UTF-8", "a\xffb\x00c", []string{"a", "b", "c"}},
		{"emoji", "crack 😀 wall", []string{"crack", "wall"}},
		{"long", strings.Repeat("x", 100) + " y", []string{strings.Repeat("x", 40), "y"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := words(c.in, 100); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if n := len(words(strings.Repeat("a ", 50), 10)); n != 10 {
		t.Errorf("%d words, limit 10", n)
	}
}

var docs = []Doc{
	{"1", "point", "crack", "Crack in the café wall, 2nd floor. Wall must be repaired."},
	{"1", "point", "paint", "Repaint the wall (RAL 9010) – façade nord"},
	{"1", "point", "door", "Tür klemmt; dør binder. Straße 12-B"},
	{"1", "drawing", "plan", "Floor plan level 2, walls"},
	{"1", "point", "cyrillic", "трещина в стене"},
	{"1", "point", "words", "or and not near null true"},
	{"1", "point", "empty", " – "},
	{"2", "point", "elsewhere", "Crack in the wall"},
	{"", "person", "nowhere", "crack wall"},
}

func fill(t *testing.T, d *db.DB, o id.Org, docs []Doc) {
	t.Helper()
	err := d.Write(context.Background(), db.Tenant(o), func(tx *db.Tx) error {
		for _, x := range docs {
			if err := Put(tx, x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// found is what Query, Few, From and Holds find, which has to be the same, sorted.
func found(t *testing.T, d *db.DB, o id.Org, project string, kinds []string, text string) []string {
	t.Helper()
	var ways [3][]string
	var ranked []string
	err := d.Read(context.Background(), db.Tenant(o), func(tx *db.Tx) (err error) {
		w := For(tx, project, kinds, text)
		var few bool
		if ways[0], few, err = w.Few(tx, 1000); err != nil || !few {
			return fmt.Errorf("few: %v: %w", few, err)
		}
		slices.Sort(ways[0])
		hits, err := Query(tx, project, kinds, text, 1000)
		if err != nil {
			return err
		}
		for _, h := range hits {
			ranked = append(ranked, h.ID)
		}
		slices.Sort(ranked)
		for i, way := range []func(arg func(any) string) string{
			func(arg func(any) string) string {
				tables, cond := w.From("x.id", arg)
				return "select x.id from " + tables + "search_doc x where " + cond + " and x.org_id = " + arg(string(o)) + " and x.project_id = " + arg(project)
			},
			func(arg func(any) string) string {
				return "select x.id from search_doc x where x.org_id = " + arg(string(o)) + " and x.project_id = " + arg(project) + " and " + w.Holds("x.id", arg)
			},
		} {
			var args []any
			query := way(func(v any) string {
				args = append(args, v)
				return "$" + strconv.Itoa(len(args))
			})
			if ways[i+1], err = db.All(tx, db.Value1[string], query, args...); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
			slices.Sort(ways[i+1])
		}
		for n := 1; len(kinds) == 0 && n < len(ways[0])+2; n++ {
			if some, few, err := w.Few(tx, n); err != nil || few != (len(ways[0]) < n) || few && len(some) != len(ways[0]) {
				t.Errorf("%q: %d are found, fewer than %d: %v, %q, %v", text, len(ways[0]), n, few, some, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if !slices.Equal(ways[0], ways[1]) || !slices.Equal(ways[0], ways[2]) || !slices.Equal(ways[0], ranked) {
		t.Errorf("%q on %s: found by the index %q, one by one %q, by the rows %q, ranked %q", text, d.Dialect(), ways[0], ways[1], ways[2], ranked)
	}
	return ways[0]
}

// The contract: both engines find the same.
func TestBothEnginesFind(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       string
		kinds      []string
	}{
		{"one word", "repaired", "crack", nil},
		{"all words", "wall crack", "crack", nil},
		{"in several", "wall", "crack paint plan", nil},
		{"kinds", "wall", "plan", []string{"drawing"}},
		{"several kinds", "wall", "crack paint plan", []string{"drawing", "point"}},
		{"no such kind", "wall", "", []string{"photo"}},
		{"beginning of the last", "wal", "crack paint plan", nil},
		{"not of the first", "wal crack", "", nil},
		{"one letter", "wall r", "crack paint", nil},
		{"case", "WALL CRACK", "crack", nil},
		{"accent asked", "câfé", "crack", nil},
		{"accent kept", "facade", "paint", nil},
		{"umlaut", "tur", "door", nil},
		{"slashed o", "DOR", "door", nil},
		{"sharp s", "strasse", "door", nil},
		{"number", "9010", "paint", nil},
		{"beginning of a number", "90", "paint", nil},
		{"signs between", "12-b", "door", nil},
		{"another script", "ТРЕЩ", "cyrillic", nil},
		{"another script, all", "стене трещина", "cyrillic", nil},
		{"operators are words", "or and not", "words", nil},
		{"near", "NEAR", "words", nil},
		{"null", "null", "words", nil},
		{"nothing", "", "", nil},
		{"only signs", "* ( ) \" ' : & | ! <-> - ^", "", nil},
		{"quotes", `"wall" OR "paint"`, "", nil},
		{"syntax of FTS5", `words : wall`, "", nil},
		{"star", "wall*", "crack paint plan", nil},
		{"syntax of tsquery", "wall & crack:*", "crack", nil},
		{"injection", "wall'); drop table search_doc; --", "", nil},
		{"NUL", "wall\x00crack", "crack", nil},
		{"the place itself", place(string(org), "1"), "", nil},
		{"many words", strings.Repeat("wall ", 50) + "crack", "crack paint", nil}, // what is beyond 16 is left out
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, org, docs)
		fill(t, d, other, []Doc{{"1", "point", "theirs", "crack wall repaired"}})
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if got := strings.Join(found(t, d, org, "1", c.kinds, c.text), " "); got != c.want {
					t.Errorf("%q finds %q, want %q", c.text, got, c.want)
				}
			})
		}
		for _, c := range []struct {
			org           id.Org
			project, want string
		}{{org, "2", "elsewhere"}, {org, "", "nowhere"}, {other, "1", "theirs"}, {other, "2", ""}} {
			if got := strings.Join(found(t, d, c.org, c.project, nil, "crack wall"), " "); got != c.want {
				t.Errorf("project %q finds %q, want %q", c.project, got, c.want)
			}
		}
	})
}

func TestPutReplacesAndDeleteRemoves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, org, docs)
		fill(t, d, org, []Doc{{"1", "point", "crack", "tile"}, {"1", "point", "paint", "..."}})
		for text, want := range map[string]string{"tile": "crack", "cafe": "", "repaint": "", "wall": "plan"} {
			if got := strings.Join(found(t, d, org, "1", nil, text), " "); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
		err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			if err := Delete(tx, "1", "point", "never there"); err != nil {
				return err
			}
			if err := Delete(tx, "1", "point", "crack"); err != nil {
				return err
			}
			return DeleteProject(tx, "2")
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := found(t, d, org, "1", nil, "tile"); len(got) != 0 {
			t.Errorf("a deleted document is found: %v", got)
		}
		if got := found(t, d, org, "2", nil, "crack"); len(got) != 0 {
			t.Errorf("a deleted project is found: %v", got)
		}
		// No word is left behind without its document.
		err = d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
			var words, docs int
			if err := tx.Row(`select (select count(*) from search_text), (select count(*) from search_doc)`).Scan(&words, &docs); err != nil {
				return err
			}
			if words != docs || docs == 0 {
				t.Errorf("%d texts of %d documents", words, docs)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheBestComesFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, org, []Doc{
			{"1", "point", "a", "leak somewhere among a good many other words that have nothing to do with it"},
			{"1", "point", "b", "leak, leaks; leak!"},
			{"1", "point", "c", "dry"},
		})
		err := d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			hits, err := Query(tx, "1", nil, "leak", 1)
			if len(hits) != 1 || hits[0] != (Hit{"point", "b"}) {
				t.Errorf("first is %v, want b", hits)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestALargeDocumentIsTaken(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 20_000 {
		b.WriteString(strings.Repeat(string(rune('a'+i%26)), 1+i%60) + " Ж" + strings.Repeat("ü", i%7) + " ")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d, org, []Doc{{"1", "point", "large", b.String()}})
		if got := found(t, d, org, "1", nil, "aaa ж"); len(got) != 1 {
			t.Errorf("found %v", got)
		}
	})
}

// Any text is a harmless query: no error, and the same hits on both engines.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"wall", `"`, "a*", "NEAR(a b)", "a:b", "^wall", "{words}: wall", "'", `\`, "& | !", "ſ", "İ", "\x00", "Ǆ ﷺ", "1e5", "-1", "wall:A", "caf\u0301e"} {
		f.Add(s)
	}
	var all []*db.DB
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		d := dbtest.Open(f, dialect)
		err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			for _, x := range docs {
				if err := Put(tx, x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, d)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, b := found(t, all[0], org, "1", nil, text), found(t, all[1], org, "1", nil, text)
		if !slices.Equal(a, b) {
			t.Errorf("%q finds %v on SQLite, %v on PostgreSQL", text, a, b)
		}
		// A document is found by its own words, however odd they are.
		if w := words(text, maxQueryWords); len(w) > 0 && len(w) < maxQueryWords {
			for _, d := range all {
				fill(t, d, other, []Doc{{"f", "point", "x", text}})
				if got := found(t, d, other, "f", nil, text); len(got) != 1 {
					t.Errorf("%q does not find itself on %s", text, d.Dialect())
				}
			}
		}
	})
}
