package personal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func link(table, column string, kind SubjectKind, at Action) Declaration {
	d := complete()
	d.Table, d.Column, d.Field, d.Category, d.NoOwner, d.StoredIn, d.Links, d.AtErasure = table, column, "", Link, "", Clear, kind, at
	return d
}

func of(table, column, owner string, at Action) Declaration {
	d := link(table, column, "", at)
	d.Category, d.Of = Content, owner
	return d
}

func TestHoldings(t *testing.T) {
	t.Parallel()
	through := of("part", "text", "", KeepContent)
	through.Through = &Through{Table: "note", On: [][2]string{{"note_id", "id"}}, Of: "author"}
	prefixed := link("stream", "name", AccountKind, Pseudonym)
	prefixed.Prefix = "account:"
	all := slices.Concat(NotPersonal("note", "random id of the row", "id"), []Declaration{
		link("note", "author", PersonKind, Pseudonym), of("note", "text", "author", KeepContent), link("note", "deleted_by", PersonKind, ClearValue),
		link("mail", "to", EitherKind, DeleteRow), of("mail", "locale", "to", DeleteRow), through, prefixed,
	})
	for _, wrong := range Check(all) {
		t.Error(wrong)
	}
	var got []string
	for _, h := range Holdings(all) {
		var columns []string
		for _, c := range h.Columns {
			columns = append(columns, c.Column)
		}
		got = append(got, fmt.Sprint(h.Name(), " ", h.Kind, " ", h.Action, " ", h.Prefix, columns))
	}
	want := []string{"mail.to account delete-row [to locale]", "mail.to person delete-row [to locale]", "note.author person pseudonym [author text]",
		"note.deleted_by person clear-value [deleted_by]", "part>note.author person keep-content [text]", "stream.name account pseudonym account:[name]"}
	for i := range got {
		got[i] = strings.Join(strings.Fields(got[i]), " ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCheckOwners(t *testing.T) {
	t.Parallel()
	author := link("note", "author", PersonKind, Pseudonym)
	cases := []struct {
		name string
		d    Declaration
		want string
	}{
		{"nothing says whose", of("note", "text", "", KeepContent), "by one of"},
		{"two say whose", func() Declaration {
			d := of("note", "text", "author", KeepContent)
			d.NoOwner = "a reason of some length"
			return d
		}(), "by one of"},
		{"of a column that is no link", of("note", "text", "editor", KeepContent), "no link column"},
		{"through nothing", func() Declaration {
			d := of("part", "text", "", KeepContent)
			d.Through = &Through{Table: "note", Of: "author"}
			return d
		}(), "by which columns"},
		{"no reason", func() Declaration { d := of("note", "text", "", KeepContent); d.NoOwner = "why"; return d }(), "no reason"},
		{"an action that is none", of("note", "text", "author", "burn"), "no known action"},
		{"no action", of("note", "text", "author", ""), "no known action"},
		{"links to a thing", func() Declaration { d := author; d.Column, d.Links = "editor", "company"; return d }(), "kind of link"},
		{"stays in a row that goes", of("mail", "text", "to", KeepContent), "the row goes"},
		{"a term that is none", func() Declaration { d := of("note", "text", "author", KeepContent); d.Term = "poem"; return d }(), "no known term"},
		{"a derivative that is none", func() Declaration {
			d := of("note", "text", "author", KeepContent)
			d.Derivatives = []Derivative{"tattoo"}
			return d
		}(), "no known derivative"},
		{"news without consent", func() Declaration {
			d := of("note", "text", "author", KeepContent)
			d.Purposes = []Purpose{Updates}
			return d
		}(), "needs consent"},
		{"a basis for nothing", func() Declaration {
			d := of("note", "text", "author", KeepContent)
			d.Bases = map[Purpose]Basis{Claims: Legitimate}
			return d
		}(), "a purpose that it does not have"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wrong := Check([]Declaration{author, link("mail", "to", EitherKind, DeleteRow), c.d})
			if !strings.Contains(strings.Join(wrong, "\n"), c.want) {
				t.Errorf("%v, want %q", wrong, c.want)
			}
		})
	}
	agreed := of("note", "text", "author", KeepContent)
	agreed.Purposes, agreed.Bases = []Purpose{Record, Updates}, map[Purpose]Basis{Updates: Consent}
	if wrong := Check([]Declaration{author, agreed}); len(wrong) != 0 {
		t.Errorf("news with consent: %v", wrong)
	}
	if agreed.BasisFor(Updates) != Consent || agreed.BasisFor(Record) != agreed.Basis {
		t.Error("a purpose has the wrong basis")
	}
}

// TestPeriods: every retention means something, and none is endless by mistake.
func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, r := range Retentions() {
		p := r.Period()
		if p.From == "" || p.Then == "" {
			t.Errorf("%s: %+v", r, p)
		}
		if p.Span.Zero() && p.Law == "" && !slices.Contains([]Event{FromErased, FromClosed, FromWithdrawn}, p.From) {
			t.Errorf("%s: no span, no law and no event that ends it", r)
		}
	}
	if (Retention("forever").Period() != Period{}) {
		t.Error("a retention that is none has a period")
	}
}
