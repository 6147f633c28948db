package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/cli"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/register"
)

// TestMailNeedsAnAgreement: the house does not open where mail would go to
// somebody without one.
func TestMailNeedsAnAgreement(t *testing.T) {
	t.Parallel()
	processor := func(change func(*personal.DataProcessor)) func(*Config) {
		return func(c *Config) { change(&c.Privacy.Processors[0]) }
	}
	for _, c := range []struct {
		name   string
		change func(*Config)
		code   string
	}{
		{"a registered provider with an agreement", func(*Config) {}, ""},
		{"a server of the operator's own", func(c *Config) {
			c.Privacy.Processors, c.Privacy.OwnHosts = nil, []string{"smtp.voorbeeldpost.example"}
		}, ""},
		{"a server on this machine", func(c *Config) { c.Privacy.Processors, c.Mail.Server = nil, "127.0.0.1:25" }, ""},
		{"a server that is not registered", func(c *Config) { c.Mail.Server = "smtp.else.example:587" }, "recipient-not-registered"},
		{"nobody is registered", func(c *Config) { c.Privacy.Processors = nil }, "recipient-not-registered"},
		{"no agreement", processor(func(p *personal.DataProcessor) { p.Agreement = personal.Agreement{} }), "bad-configuration"},
		{"an agreement that has ended", processor(func(p *personal.DataProcessor) { p.Agreement.Ends = "2026-01-06" }), "no-agreement"},
		{"addresses are not among the fields", processor(func(p *personal.DataProcessor) { p.Fields = nil }), "field-not-agreed"},
		{"a third country without a safeguard", processor(func(p *personal.DataProcessor) { p.Country = "US" }), "bad-configuration"},
		{"nobody says who writes", func(c *Config) { c.Privacy.Operator = personal.Operator{} }, "bad-configuration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := settings(t, dbtest.URL(t, db.SQLite))
			cfg.Mail.Server = "smtp.voorbeeldpost.example:587"
			c.change(&cfg)
			err := cfg.Complete()
			if err == nil {
				var h *House
				if h, err = Open(t.Context(), cfg, Options{Cost: cheap(), Limiter: free{}, NoChores: true}); err == nil {
					h.Close()
				}
			}
			if fault.CodeOf(err) != c.code && (c.code != "" || err != nil) {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
}

// TestRegisterCommand writes the register of a furnished house in every format.
func TestRegisterCommand(t *testing.T) {
	t.Parallel()
	cfg := settings(t, dbtest.URL(t, db.SQLite))
	s := open(t, cfg)
	home := s.found("owner")
	dir := t.TempDir()
	config := filepath.Join(dir, "plumbline.yaml")
	text := "data: " + cfg.Data + "\ndatabase: " + s.cfg.Database + "\nprivacy:\n  operator: {name: Schietlood, address: Kaai 1, country: BE, email: a@b.example}\n" +
		"  processors:\n    - {id: post, name: Post, address: Plein 1, country: CH, hosts: [smtp.post.example], uses: [communication], fields: [mail.to],\n" +
		"       agreement: {reference: D-1, signed: 2026-01-05}, safeguard: 'adequacy:CH'}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	starts := map[string]string{"json": "{", "html": "<!doctype html>", "xlsx": "PK", "pdf": "%PDF-", "jsonld": "{"}
	for _, f := range register.Formats() {
		out := filepath.Join(dir, "register."+f.Extension)
		for _, r := range []cli.Registering{{Role: "controller"}, {Role: "processor"}, {Role: "controller", Organisation: string(home.org)}} {
			r.Config, r.Format, r.Locale, r.Out = config, f.Name, "da", out
			if err := WriteRegister(t.Context(), r); err != nil {
				t.Fatalf("%+v: %v", r, err)
			}
			b, err := os.ReadFile(out)
			if err != nil || !bytes.HasPrefix(bytes.ToLower(b), []byte(strings.ToLower(starts[f.Name]))) {
				t.Errorf("%s: %.20q %v", f.Name, b, err)
			}
			if f.Name == "json" && (!json.Valid(b) || !bytes.Contains(b, []byte(map[bool]string{true: "Bouwgroep owner", false: "Schietlood"}[r.Organisation != ""])) || !bytes.Contains(b, []byte("adequacy:CH"))) {
				t.Errorf("%+v: %s", r, b)
			}
		}
	}
	err := WriteRegister(t.Context(), cli.Registering{Config: config, Role: "controller", Organisation: "somewhere", Format: "pdf", Locale: "en", Out: filepath.Join(dir, "x")})
	if fault.CodeOf(err) != "bad-organisation" {
		t.Errorf("an organisation that is none: %v", err)
	}
}
