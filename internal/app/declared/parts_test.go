package declared

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/signin/oidc"
)

// outboundWrong compares what a client hands over, a Go type, with the
// declarations of it.
func outboundWrong(client string, hands any, all []personal.Outbound) (wrong []string) {
	declared := map[string]bool{}
	for _, o := range all {
		if o.Client != client {
			continue
		}
		declared[o.Field] = true
		for _, w := range o.Check() {
			wrong = append(wrong, o.Name()+": "+w)
		}
	}
	for f := range reflect.TypeOf(hands).Fields() {
		name := strings.ToLower(f.Name)
		if !declared[name] {
			wrong = append(wrong, client+"."+name+": leaves, but is not declared")
		}
		delete(declared, name)
	}
	for name := range declared {
		wrong = append(wrong, client+"."+name+": declared, but does not leave")
	}
	return wrong
}

func TestEveryOutboundFieldIsDeclared(t *testing.T) {
	t.Parallel()
	clients := map[string]any{"mail": mail.Letter{},
		// A provider is told nothing but that somebody signs in now: what is sent to it is a code of its own.
		"oidc": struct{ Moment time.Time }{}}
	for client, hands := range clients {
		for _, wrong := range outboundWrong(client, hands, Outbound()) {
			t.Error(wrong)
		}
	}
	for _, o := range Outbound() {
		if clients[o.Client] == nil {
			t.Errorf("%s: declared of a client that is not compared with a Go type", o.Name())
		}
	}
	// What the lanes ask for is what is personal.
	var personalFields []string
	for _, o := range Outbound() {
		if o.NotPersonal == "" {
			personalFields = append(personalFields, o.Name())
		}
	}
	want := slices.Concat(mail.Fields(), oidc.Fields())
	slices.Sort(want)
	if !slices.Equal(personalFields, want) {
		t.Errorf("the lanes ask for %v, personal are %v", want, personalFields)
	}
}

func TestUndeclaredOutboundFieldsAreNoticed(t *testing.T) {
	t.Parallel()
	type letter struct {
		mail.Letter
		Phone string
	}
	if wrong := outboundWrong("mail", letter{}, Outbound()); !slices.Contains(wrong, "mail.phone: leaves, but is not declared") {
		t.Errorf("a phone number in a letter: %v", wrong)
	}
	more := append(slices.Clone(Outbound()), personal.Outbound{Client: "mail", Field: "fax", Part: personal.Part{NotPersonal: "nobody has one"}})
	if wrong := outboundWrong("mail", mail.Letter{}, more); !slices.Contains(wrong, "mail.fax: declared, but does not leave") {
		t.Errorf("a fax: %v", wrong)
	}
	more[0].Part = personal.Part{}
	if wrong := outboundWrong("mail", mail.Letter{}, more); len(wrong) < 3 {
		t.Errorf("a part without words: %v", wrong)
	}
}

// TestEveryFileClassIsDeclared; that no column beside these names a file is
// looked at where files are stored.
func TestEveryFileClassIsDeclared(t *testing.T) {
	t.Parallel()
	declared := map[string]personal.Declaration{}
	for _, d := range Declarations() {
		declared[d.Name()] = d
	}
	classes := FileClasses()
	if len(classes) < 5 {
		t.Errorf("only %d classes", len(classes))
	}
	for _, c := range classes {
		for _, wrong := range c.Check() {
			t.Errorf("%s: %s", c.Name, wrong)
		}
		for _, column := range c.Columns {
			if d, ok := declared[column]; !ok || !d.Personal() || d.StoredIn != personal.Sealed {
				t.Errorf("%s: its column %s is not declared as a sealed one", c.Name, column)
			}
		}
	}
}

func TestJSONIsDeclared(t *testing.T) {
	t.Parallel()
	for _, wrong := range personal.CheckJSON(JSON(), Declarations()) {
		t.Error(wrong)
	}
}

// TestHoldingsAreComplete: every column that holds somebody's id has an action
// for when they are erased, and every field is reached by one or says why not.
func TestHoldingsAreComplete(t *testing.T) {
	t.Parallel()
	all := Declarations()
	reached := map[string]bool{}
	for _, h := range personal.Holdings(all) {
		if h.Action == "" {
			t.Errorf("%s: no action", h.Name())
		}
		for _, d := range h.Columns {
			reached[d.Name()] = true
			if d.AtErasure == "" {
				t.Errorf("%s: nothing is said about erasure", d.Name())
			}
		}
	}
	for _, d := range all {
		if d.Personal() && d.NoOwner == "" && !reached[d.Name()] {
			t.Errorf("%s: no holding reaches it", d.Name())
		}
		if d.Personal() && d.StoredIn == personal.Vault && d.AtErasure != personal.WithKey && d.AtErasure != personal.DeleteRow {
			t.Errorf("%s: under a person's key, yet it stays", d.Name())
		}
	}
}
