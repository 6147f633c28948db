package personal

import (
	"slices"
	"testing"
)

func complete() Declaration {
	return Declaration{Table: "person", Column: "sealed", Field: "name", Category: Contact, Subject: Participant,
		Sources: []Source{Self}, Purposes: []Purpose{Participants}, Basis: Contract, Role: Processor,
		Retention: WhilePerson, Recipients: []Recipient{ProjectTeam}, StoredIn: Vault, NoOwner: "a test of one field", AtErasure: WithKey}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(*Declaration)
		want   string
	}{
		{"complete", func(*Declaration) {}, ""},
		{"no category", func(d *Declaration) { d.Category = "" }, "person.sealed.name: no known category"},
		{"an unknown purpose", func(d *Declaration) { d.Purposes = []Purpose{"marketing"} }, "person.sealed.name: no known purpose"},
		{"no source", func(d *Declaration) { d.Sources = nil }, "person.sealed.name: no source"},
		{"no recipient", func(d *Declaration) { d.Recipients = nil }, "person.sealed.name: no recipient"},
		{"no subject", func(d *Declaration) { d.Subject = "" }, "person.sealed.name: no known subject"},
		{"no basis", func(d *Declaration) { d.Basis = "because" }, "person.sealed.name: no known basis"},
		{"no role", func(d *Declaration) { d.Role = "" }, "person.sealed.name: no known role"},
		{"no retention", func(d *Declaration) { d.Retention = "" }, "person.sealed.name: no known retention"},
		{"a field in the clear", func(d *Declaration) { d.StoredIn = Clear }, "person.sealed.name: a field inside a column that is not sealed"},
		{"both", func(d *Declaration) { d.NotPersonal = "random id of a thing" }, "person.sealed.name: both personal and not"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := complete()
			c.change(&d)
			wrong := Check([]Declaration{d})
			if c.want == "" && len(wrong) > 0 || c.want != "" && !slices.Contains(wrong, c.want) {
				t.Errorf("%v, want %q", wrong, c.want)
			}
		})
	}
	if wrong := Check([]Declaration{complete(), complete()}); !slices.Contains(wrong, "person.sealed.name: declared twice") {
		t.Errorf("a double declaration: %v", wrong)
	}
	if wrong := Check([]Declaration{{Table: "a", Column: "b", NotPersonal: "id"}}); len(wrong) != 1 {
		t.Errorf("a reason of two letters: %v", wrong)
	}
}

func TestUndeclared(t *testing.T) {
	t.Parallel()
	columns := []Column{{"person", "id", "text"}, {"person", "sealed", "bytea"}, {"person", "version", "bigint"}, {"person", "odd", "CITEXT"}}
	all := append(NotPersonal("person", "random id of the row", "id", "odd"), complete())
	if wrong := Undeclared(columns, all); len(wrong) != 0 {
		t.Errorf("all is declared: %v", wrong)
	}
	if wrong := Undeclared(columns, all[:2]); !slices.Equal(wrong, []string{"person.sealed: not declared"}) {
		t.Errorf("an undeclared column: %v", wrong)
	}
	if wrong := Undeclared(columns, all[1:]); !slices.Equal(wrong, []string{"person.id: not declared"}) {
		t.Errorf("an id counts as text: %v", wrong)
	}
	gone := slices.Concat(all, []Declaration{{Table: "person", Column: "phone", NotPersonal: "no such column"}})
	if wrong := Undeclared(columns, gone); !slices.Equal(wrong, []string{"person.phone: declared, but does not exist"}) {
		t.Errorf("a column that is gone: %v", wrong)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	type profile struct {
		Name  string `json:"name"`
		Phone string `json:"phone,omitempty"`
		Odd   string
	}
	d := complete()
	gone := d
	gone.Field = "fax"
	want := []string{"person.sealed.fax: declared, but does not exist", "person.sealed.phone: not declared", "person.sealed: Go field Odd has no JSON name"}
	if wrong := Fields("person", "sealed", &profile{}, []Declaration{d, gone}); !slices.Equal(wrong, want) {
		t.Errorf("%v, want %v", wrong, want)
	}
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	all := []Declaration{complete()}
	if got := Allowed(all, "person", "sealed", Participants); !got["name"] || len(got) != 1 {
		t.Errorf("%v", got)
	}
	if got := Allowed(all, "person", "sealed", Security); len(got) != 0 {
		t.Errorf("a purpose that is not declared reads %v", got)
	}
}
