package registered

import (
	"strings"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	first := func(change func(*personal.DataProcessor)) func(*Settings) {
		return func(s *Settings) { change(&s.Processors[0]) }
	}
	cases := []struct {
		name   string
		change func(*Settings)
		want   string
	}{
		{"the demo's", func(*Settings) {}, ""},
		{"nothing", func(s *Settings) { *s = Settings{} }, ""},
		{"an operator without an address", func(s *Settings) { s.Operator.Address = " " }, "operator.address"},
		{"a country in words", func(s *Settings) { s.Operator.Country = "Belgium" }, "operator.country"},
		{"an officer's address that is none", func(s *Settings) { s.Operator.Officer.Email = "privacy" }, "officer.email"},
		{"an own host with a port", func(s *Settings) { s.OwnHosts = []string{"mail.example:25"} }, "own_hosts"},
		{"a host for all", first(func(p *personal.DataProcessor) { p.Hosts = []string{"*"} }), "hosts"},
		{"no agreement", first(func(p *personal.DataProcessor) { p.Agreement = personal.Agreement{} }), "without an agreement"},
		{"an agreement that nobody signed", first(func(p *personal.DataProcessor) { p.Agreement.Signed = "" }), "without an agreement"},
		{"a date that is none", first(func(p *personal.DataProcessor) { p.Agreement.Signed = "2026-02-30" }), "agreement.signed"},
		{"a third country without a safeguard", first(func(p *personal.DataProcessor) { p.Country = "US" }), "safeguard"},
		{"a third country with clauses", first(func(p *personal.DataProcessor) { p.Country, p.Safeguard = "US", personal.Clauses }), ""},
		{"an unknown use", first(func(p *personal.DataProcessor) { p.Uses = []personal.Use{"fun"} }), "uses"},
		{"a field that never leaves", first(func(p *personal.DataProcessor) { p.Fields = []string{"person.phone"} }), "no such field leaves"},
		{"the same twice", func(s *Settings) { s.Processors = append(s.Processors, s.Processors[0]) }, "twice"},
		{"no name", first(func(p *personal.DataProcessor) { p.Name = "" }), "name and address"},
		{"a sub-processor without a country", first(func(p *personal.DataProcessor) {
			p.Subprocessors = []personal.DataProcessor{{Name: "x", Address: "y"}}
		}), "subprocessors[0].country"},
		{"a sub-processor in a third country without a safeguard", first(func(p *personal.DataProcessor) {
			p.Subprocessors = []personal.DataProcessor{{Name: "x", Address: "y", Country: "IN", Safeguard: personal.NoSafeguard}}
		}), "safeguard"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := Demo()
			c.change(&s)
			err := s.Check(mail.Outbound())
			if c.want == "" && err != nil || c.want != "" && (err == nil || fault.CodeOf(err) != "bad-configuration" || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if err := Demo().CheckMail(); err != nil {
		t.Error(err)
	}
	if err := (Settings{}).CheckMail(); err == nil {
		t.Error("mail without saying who writes")
	}
}
