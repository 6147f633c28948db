// Package registered is the block "privacy" of the configuration: who runs an
// installation, and which processors, with an agreement, are handed data.
package registered

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

// Settings are the block "privacy" of the configuration: who runs the
// installation, and whom data is handed to.
type Settings struct {
	// Operator is the controller of account data and the processor of project
	// data. Needed where mail is sent: people must know who writes.
	Operator personal.Operator `yaml:"operator"`
	// OwnHosts are servers that the operator runs, such as its mail server.
	OwnHosts []string `yaml:"own_hosts"`
	// Processors are all others that may be sent to.
	Processors []personal.DataProcessor `yaml:"processors"`
}

// Demo are the settings of the demo: a made-up operator in Belgium with a
// made-up mail provider.
func Demo() Settings {
	return Settings{
		Operator: personal.Operator{Name: "Schietlood Voorbeeld BV", Address: "Voorbeeldkaai 1, 9000 Gent", Country: "BE",
			Email: "hallo@schietlood.example", Officer: personal.Officer{Email: "privacy@schietlood.example", Post: "Voorbeeldkaai 1, 9000 Gent"}},
		Processors: []personal.DataProcessor{{ID: "voorbeeldpost", Name: "Voorbeeldpost NV", Address: "Postplein 2, 2800 Mechelen",
			Contact: "privacy@voorbeeldpost.example", Country: "BE", Hosts: []string{"smtp.voorbeeldpost.example"},
			Uses: []personal.Use{personal.UseMail}, Fields: []string{"mail.to", "mail.language"},
			Agreement: personal.Agreement{Reference: "VO-2026-01", Signed: "2026-01-05"}, Safeguard: personal.InEEA}},
	}
}

func wrong(where, what string) error {
	return fault.New(fault.Invalid, "bad-configuration", "privacy."+where+": "+what)
}

// Check says the first thing that is wrong with the settings. Outbound are the
// fields that can leave at all.
func (s Settings) Check(outbound []personal.Outbound) error {
	if all := s.Faults(outbound); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Faults is all that is wrong: one a block, at the most.
func (s Settings) Faults(outbound []personal.Outbound) (all []error) {
	add := func(err error) {
		if err != nil {
			all = append(all, err)
		}
	}
	if s.Operator != (personal.Operator{}) {
		add(checkOperator(s.Operator))
	}
	for _, h := range s.OwnHosts {
		if !hostName(h) {
			add(wrong("own_hosts", "not the name of a host: "+h))
		}
	}
	seen := map[string]bool{}
	for i, p := range s.Processors {
		where := fmt.Sprintf("processors[%d]", i)
		if p.ID != "" {
			where = "processors." + p.ID
		}
		err := checkProcessor(where, p, outbound)
		for _, mark := range append([]string{"id " + p.ID}, p.Hosts...) {
			if seen[mark] && err == nil {
				err = wrong(where, mark+" is there twice")
			}
			seen[mark] = true
		}
		if len(p.Hosts) > 0 && err == nil {
			err = checkReceives(where, p)
		}
		add(err)
	}
	return all
}

func checkOperator(o personal.Operator) error {
	for name, v := range map[string]string{"name": o.Name, "address": o.Address, "email": o.Email} {
		if strings.TrimSpace(v) == "" {
			return wrong("operator."+name, "is needed")
		}
	}
	switch {
	case !country(o.Country):
		return wrong("operator.country", "two capital letters, such as BE")
	case !address(o.Email):
		return wrong("operator.email", "not an e-mail address")
	case o.Officer.Email != "" && !address(o.Officer.Email):
		return wrong("operator.officer.email", "not an e-mail address")
	}
	return nil
}

func checkProcessor(where string, p personal.DataProcessor, outbound []personal.Outbound) error {
	switch {
	case !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`).MatchString(p.ID):
		return wrong(where+".id", "small letters, digits and dashes")
	case p.ID == "operator" || p.ID == "mail":
		return wrong(where+".id", "this word has another meaning")
	case strings.TrimSpace(p.Name) == "" || strings.TrimSpace(p.Address) == "":
		return wrong(where, "name and address are needed")
	case !country(p.Country):
		return wrong(where+".country", "two capital letters, such as BE")
	case len(p.Uses) == 0:
		return wrong(where+".uses", "what is it there for?")
	case p.Contact != "" && !address(p.Contact):
		return wrong(where+".contact", "not an e-mail address")
	}
	for _, u := range p.Uses {
		if !slices.Contains(personal.Uses(), u) {
			return wrong(where+".uses", "unknown use "+string(u))
		}
	}
	for _, f := range p.Fields {
		if !slices.ContainsFunc(outbound, func(o personal.Outbound) bool { return o.Name() == f }) {
			return wrong(where+".fields", "no such field leaves: "+f)
		}
	}
	for _, h := range p.Hosts {
		if !hostName(h) {
			return wrong(where+".hosts", "not the name of a host: "+h)
		}
	}
	for name, d := range map[string]string{"signed": p.Agreement.Signed, "ends": p.Agreement.Ends} {
		if _, err := time.Parse(time.DateOnly, d); d != "" && err != nil {
			return wrong(where+".agreement."+name, "a date, YYYY-MM-DD")
		}
	}
	for i, sub := range p.Subprocessors {
		sub.ID = "sub"
		if len(sub.Uses) == 0 {
			sub.Uses = p.Uses
		}
		if err := checkProcessor(fmt.Sprintf("%s.subprocessors[%d]", where, i), sub, outbound); err != nil {
			return err
		}
	}
	return nil
}

// checkReceives is for processors that something can be sent to.
func checkReceives(where string, p personal.DataProcessor) error {
	if p.Agreement.Reference == "" || p.Agreement.Signed == "" {
		return wrong(where+".agreement", "nothing is sent without an agreement: reference and signed are needed")
	}
	if why := p.Unsafe(); why != "" {
		return wrong(where+".safeguard", why)
	}
	return nil
}

// CheckMail says why mail cannot be sent under these settings.
func (s Settings) CheckMail() error {
	if s.Operator == (personal.Operator{}) {
		return wrong("operator", "mail is sent to people, who must know by whom: name, address, country and email are needed")
	}
	return nil
}

func country(s string) bool { return regexp.MustCompile(`^[A-Z]{2}$`).MatchString(s) }

func address(s string) bool { return regexp.MustCompile(`^[^@\s<>]+@[^@\s<>]+$`).MatchString(s) }

func hostName(s string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?$`).MatchString(s) && len(s) < 254
}
