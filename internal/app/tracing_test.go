package app

import (
	"strings"
	"testing"

	"plumbline/internal/app/peertest"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// TestTracesNameNobody: a collector that reads with OpenTelemetry's own types
// learns how long things took, and of nobody.
func TestTracesNameNobody(t *testing.T) {
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cert, key := peertest.Certificate(t, dir, 1, "localhost")
			at := "localhost:" + peertest.Port(t)
			collector := peertest.Start(t, nil, peertest.Tool(t, "otlpreceiver", "otlpreceiver"), at, cert, key)
			collector.Answers(t, at)
			cfg := settings(t, dbtest.URL(t, engine))
			cfg.Tracing.Endpoint, cfg.Tracing.Roots = "https://"+at+"/v1/traces", cert
			cfg.Mail.Server, cfg.Mail.Plain = "127.0.0.1:"+peertest.Port(t), true // nobody listens: the connection fails
			s := open(t, cfg)
			home := s.found("owner")
			guest := s.add(home, "guest", policy.OrgNone, policy.Guest)

			p, r, invite := id.New[id.Point](), id.New[id.Report](), id.New[id.Invite]()
			s.must(201, home.owner, "PUT", home.base()+"/points/"+string(p), `{"subject":"Haarscheur bij Geertrui"}`)
			s.must(200, guest, "GET", home.base()+"/points?q=Geertrui", nil)
			s.must(404, guest, "GET", home.base()+"/points/"+string(id.New[id.Point]()), nil)
			s.must(200, home.owner, "POST", "/api/v1/mutations", map[string]any{"mutations": []any{map[string]any{"id": id.New[id.Mutation](), "method": "PUT",
				"path": home.base() + "/points/" + string(id.New[id.Point]()), "body": map[string]any{"subject": "Geertrui wacht"}}}})
			s.must(202, home.owner, "PUT", home.base()+"/reports/"+string(r), `{"title":"Ronde met Geertrui","locale":"nl","time_zone":"Europe/Brussels","photos":false,"plan":false}`)
			s.must(201, home.owner, "PUT", "/api/v1/organisations/"+string(home.org)+"/invitations/"+string(invite),
				map[string]any{"email": "geertrui@nieuw.example", "locale": "nl", "source": "self", "project_id": home.project, "level": "guest"})
			s.do(nil, "GET", "/api/v1/geertrui@nieuw.example", nil)

			for _, want := range []string{`"name":"point-create","kind":"SPAN_KIND_SERVER"`, `"stringValue":"/api/v1/projects/{project}/points/{point}"`, `"name":"insert point"`,
				`"name":"db write"`, `"name":"job report.make","kind":"SPAN_KIND_CONSUMER"`, `"name":"job mail`, `"name":"connect","kind":"SPAN_KIND_CLIENT"`,
				`"stringValue":"127.0.0.1"`, `"name":"point-create","kind":"SPAN_KIND_INTERNAL"`, `"intValue":"404"`, `"name":"sign-in"`} {
				peertest.Until(t, "the collector is told "+want, func() bool { return strings.Contains(collector.Said(), want) })
			}
			said := collector.Said()
			never := []string{"eertrui", "q=", "@", "%40", "REFUSED", "withheld", string(p), string(r), string(invite), string(home.org), string(home.project), "Bouwgroep"}
			for _, l := range s.people {
				never = append(never, l.name, l.email, l.cookie, string(l.account), string(l.person))
			}
			for _, word := range never {
				if i := strings.Index(said, word); word != "" && i >= 0 {
					t.Errorf("the collector was told %q: %.300s", word, said[max(0, i-200):])
				}
			}
		})
	}
}
